"""Semrush, version 3: lines with semicolons, and errors as `ERROR nn :: TEXT`, mostly with HTTP 200."""

from __future__ import annotations

import csv
import io
import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Generic

from pydantic import Field

from ag2_marketing_tools.vendors.facts import Vendor
from ag2_marketing_tools.vendors.keywords import (
    Allowance,
    Country,
    Domain,
    KeywordDemand,
    KeywordDemands,
    OrganicCompetitor,
    OrganicCompetitors,
    Phrase,
    RankedKeyword,
    RankedKeywords,
)
from ag2_marketing_tools.vendors.outcome import Data, Failure, FailureKind, NoData, Outcome, T, Usage, failed
from ag2_marketing_tools.vendors.request import Answer, Call, Unreadable, VendorRequest, in_no_known_form

_ERROR: Final = re.compile(r"\s*ERROR ([0-9]{1,4}) :: ([^\r\n]{0,300})")
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
_THOUSANDS: Final = re.compile(r"[0-9]{1,3}(,[0-9]{3})*|[0-9]{1,15}")
_KINDS: Final[dict[str, FailureKind]] = {
    "bad_request": "bad_request",
    "invalid_key": "invalid_key",
    "key_not_permitted": "key_not_permitted",
    "service_disabled": "service_disabled",
}

Row = Mapping[str, str]


class _SemrushRequest(VendorRequest[T], Generic[T]):
    """What all questions share."""

    def read(self, answer: Answer) -> Outcome[T]:
        """Return what an answer says; its text is looked at before its status."""
        error = _ERROR.match(answer.text)
        if error:
            return self._refused(answer, error.group(1), error.group(2))
        return self.data(answer) if answer.ok else in_no_known_form(answer)

    @abstractmethod
    def data(self, answer: Answer) -> Data[T] | NoData:
        """Return what an answer without an error says."""

    def _refused(self, answer: Answer, code: str, said: str) -> NoData | Failure:
        meaning = answer.vendor.errors.get(code)
        if meaning == "no_data":
            return NoData(
                vendor=self.vendor, reason="Semrush has nothing in this database on what was asked for."
            )
        return refusal(answer, meaning, code=code, said=said)


class _Report(_SemrushRequest[T], Generic[T]):
    """A report: lines with a header of names in words, billed by the line."""

    vendor: ClassVar[str] = "semrush"
    report: ClassVar[str]
    columns: ClassVar[str]

    database: Country = "us"

    def data(self, answer: Answer) -> Data[T] | NoData:
        """Return the lines, and what they cost by the price list."""
        rows = _rows(answer.text)[: self.most_lines()]
        if not rows:
            return NoData(vendor=self.vendor, reason="Semrush sent a header without lines.")
        units = len(rows) * answer.vendor.price[self.name_of_report()]
        usage = Usage(units=units, unit_name="API unit", told=False, rows=len(rows))
        return Data(vendor=self.vendor, value=self.value(rows), usage=usage)

    def call(self, request_id: str) -> Call:
        """Return what to send; without a limit the vendor would send, and bill, 10,000 lines."""
        query = (
            ("type", self.name_of_report()),
            *self.subject(),
            ("database", self.database),
            ("display_limit", str(self.most_lines())),
            ("export_columns", self.columns),
        )
        return Call("/", query=query, accept=None)

    def most_units(self, vendor: Vendor) -> int:
        """Return the units of all lines."""
        return self.most_lines() * vendor.price[self.name_of_report()]

    def name_of_report(self) -> str:
        """Return the vendor's name of the report."""
        return self.report

    @abstractmethod
    def subject(self) -> tuple[tuple[str, str], ...]:
        """Return what is asked about."""

    @abstractmethod
    def most_lines(self) -> int:
        """Return how many lines are wanted."""

    @abstractmethod
    def value(self, rows: list[Row]) -> T:
        """Return what the lines say."""


class _DomainReport(_Report[T], Generic[T]):
    domain: Domain
    limit: Annotated[int, Field(ge=1, le=1000)] = 10

    def subject(self) -> tuple[tuple[str, str], ...]:
        """Return the domain."""
        return (("domain", self.domain),)

    def most_lines(self) -> int:
        """Return the limit."""
        return self.limit


class SemrushDomainOrganic(_DomainReport[RankedKeywords]):
    """Ask for what a domain is found for, most traffic first."""

    report: ClassVar[str] = "domain_organic"
    columns: ClassVar[str] = "Ph,Po,Nq,Cp,Co,Kd,Ur,Tr"

    def value(self, rows: list[Row]) -> RankedKeywords:
        """Return the keywords."""
        keywords = (
            RankedKeyword(
                keyword=_text(row, "Keyword"),
                position=_number(row, "Position"),
                url=_text(row, "Url"),
                monthly_searches=_number(row, "Search Volume"),
                difficulty=_number(row, "Keyword Difficulty Index", required=False),
                cpc=_number(row, "CPC"),
                competition=_number(row, "Competition"),
                traffic_share=_number(row, "Traffic (%)"),
            )
            for row in rows
        )
        return RankedKeywords(target=self.domain, keywords=tuple(keywords))


class SemrushCompetitors(_DomainReport[OrganicCompetitors]):
    """Ask who else is found for a domain's keywords."""

    report: ClassVar[str] = "domain_organic_organic"
    columns: ClassVar[str] = "Dn,Cr,Np,Or,Ot,Oc,Ad"

    def value(self, rows: list[Row]) -> OrganicCompetitors:
        """Return the competitors."""
        competitors = (
            OrganicCompetitor(
                domain=_text(row, "Domain"),
                common_keywords=_number(row, "Common Keywords"),
                keywords=_number(row, "Organic Keywords"),
                monthly_traffic=_number(row, "Organic Traffic"),
                traffic_cost=_number(row, "Organic Cost"),
                similarity=_number(row, "Competitor Relevance"),
            )
            for row in rows
        )
        return OrganicCompetitors(target=self.domain, competitors=tuple(competitors))


class _PhraseReport(_Report[KeywordDemands]):
    phrases: Annotated[
        tuple[Annotated[Phrase, Field(pattern=r"^[^;]+$")], ...], Field(min_length=1, max_length=100)
    ]

    def subject(self) -> tuple[tuple[str, str], ...]:
        """Return the phrases, as the vendor joins them."""
        return (("phrase", ";".join(self.phrases)),)

    def most_lines(self) -> int:
        """Return how many phrases there are."""
        return len(self.phrases)


class SemrushKeywords(_PhraseReport):
    """Ask how phrases are searched for."""

    columns: ClassVar[str] = "Ph,Nq,Cp,Co,Nr"

    def name_of_report(self) -> str:
        """Return one report for a single phrase, another for several."""
        return "phrase_this" if len(self.phrases) == 1 else "phrase_these"

    def value(self, rows: list[Row]) -> KeywordDemands:
        """Return the keywords."""
        keywords = (
            KeywordDemand(
                keyword=_text(row, "Keyword"),
                monthly_searches=_number(row, "Search Volume"),
                cpc=_number(row, "CPC"),
                competition=_number(row, "Competition"),
                results=_number(row, "Number of Results"),
            )
            for row in rows
        )
        return KeywordDemands(keywords=tuple(keywords))


class SemrushDifficulty(_PhraseReport):
    """Ask how hard it is to be found for phrases."""

    report: ClassVar[str] = "phrase_kdi"
    columns: ClassVar[str] = "Ph,Kd"

    def value(self, rows: list[Row]) -> KeywordDemands:
        """Return the keywords with their difficulty alone."""
        keywords = (
            KeywordDemand(keyword=_text(row, "Keyword"), difficulty=_number(row, "Keyword Difficulty Index"))
            for row in rows
        )
        return KeywordDemands(keywords=tuple(keywords))


class SemrushBalance(_SemrushRequest[Allowance]):
    """Ask for the units that are left; costs none."""

    vendor: ClassVar[str] = "semrush_balance"

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        return Call("/countapiunits.html", accept=None)

    def data(self, answer: Answer) -> Data[Allowance] | NoData:
        """Return the balance: a number alone, with commas between thousands."""
        text = answer.text.strip()
        if not _THOUSANDS.fullmatch(text):
            raise Unreadable("It is not a number.")
        left = int(text.replace(",", ""))
        return Data(vendor=self.vendor, value=Allowance(unit_name="API unit", left=left))


def refusal(answer: Answer, meaning: str | None, *, code: str, said: str) -> Failure:
    """Return the failure that a code of the vendor's stands for, by `vendors.toml`."""
    if meaning == "quota:units":
        return failed(
            answer.vendor, "quota_exhausted", said=said, code=code, status=answer.status, quota="units"
        )
    kind = _KINDS.get(meaning or "", "unexpected_answer")
    return failed(answer.vendor, kind, said=said, code=code, status=answer.status)


def _rows(text: str) -> list[Row]:
    """Return lines by the names of the header.

    Raises:
        Unreadable: There is no header, or a line has not its columns.
    """
    if "\x00" in text or text.lstrip()[:1] in ("<", "{", "["):
        raise Unreadable("It is not in columns.")
    try:
        lines = [
            line for line in csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True) if line
        ]
    except csv.Error:
        raise Unreadable("Its columns cannot be told apart.") from None
    if not lines or len(lines[0]) < 2:
        raise Unreadable("It has no header.")
    if any(len(line) != len(lines[0]) for line in lines):
        raise Unreadable("A line has not the columns of the header.")
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def _text(row: Row, name: str) -> str:
    if name not in row:
        raise Unreadable(f"The column {name!r} is missing.")
    return row[name]


def _number(row: Row, name: str, *, required: bool = True) -> int | float | None:
    """Return a figure; null where the vendor leaves it empty."""
    text = (_text(row, name) if required else row.get(name, "")).strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise Unreadable(f"The column {name!r} holds no number.")
    return float(text) if "." in text else int(text)
