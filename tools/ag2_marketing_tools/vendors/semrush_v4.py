"""Semrush, version 4: keywords in JSON, with keys of its own."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Final

from pydantic import Field, ValidationError

from ag2_marketing_tools.vendors.facts import Vendor
from ag2_marketing_tools.vendors.field_data import Number
from ag2_marketing_tools.vendors.keywords import KeywordDemand, KeywordDemands, Phrase, in_usd
from ag2_marketing_tools.vendors.outcome import Data, Failure, NoData, Outcome, Usage
from ag2_marketing_tools.vendors.request import (
    Answer,
    Call,
    Unreadable,
    VendorRequest,
    Wire,
    in_no_known_form,
    of_status,
    understood,
)

_WHOLE: Final = re.compile(r"[0-9]{1,18}")


class _Meta(Wire):
    success: bool = True
    status_code: int | None = None


class _Error(Wire):
    code: int | None = None
    message: str = ""
    retryable: bool | None = None


class _Metrics(Wire):
    competitive_density: Number | None = None
    cpc: Number | str | None = None
    intents: tuple[str, ...] | None = None
    keyword_difficulty: Number | None = None
    number_of_results: Number | str | None = None
    search_volume: Number | str | None = None
    serp_features: tuple[str, ...] | None = None


class _Envelope(Wire):
    meta: _Meta
    error: _Error | None = None


class _MetricsAnswer(Wire):
    data: _Metrics | None = None


class SemrushKeywordMetrics(VendorRequest[KeywordDemands]):
    """Ask how one keyword is searched for in a country (ISO 3166-1, in upper case here)."""

    vendor: ClassVar[str] = "semrush_v4"

    keyword: Phrase
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "US"

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        query = (("keyword", self.keyword), ("country", self.country), ("format", "json"))
        return Call("/keywords/v1/metrics", query=query)

    def most_units(self, vendor: Vendor) -> int:
        """Return the units of one keyword."""
        return vendor.price["metrics"]

    def read(self, answer: Answer) -> Outcome[KeywordDemands]:
        """Return what an answer says: data or an error, in one envelope."""
        failure = _failure(answer)
        if failure:
            return failure
        found = understood(answer, _MetricsAnswer).data
        if found is None or all(value is None for _, value in found):
            return NoData(
                vendor=self.vendor, reason=f"Semrush knows nothing of this keyword in {self.country}."
            )
        density = found.competitive_density
        demand = KeywordDemand(
            keyword=self.keyword,
            monthly_searches=_figure(found.search_volume),
            difficulty=found.keyword_difficulty,
            cpc=in_usd(_figure(found.cpc)),  # sent in cents, as a string
            competition=None if density is None else density / 100,  # sent as a percentage
            results=_figure(found.number_of_results),
            intents=None if found.intents is None else tuple(name.lower() for name in found.intents),
            serp_features=None if found.serp_features is None else tuple(map(str.lower, found.serp_features)),
        )
        usage = Usage(units=answer.vendor.price["metrics"], unit_name="API unit", told=False, rows=1)
        return Data(vendor=self.vendor, value=KeywordDemands(keywords=(demand,)), usage=usage)


def _failure(answer: Answer) -> Failure | None:
    try:
        envelope = _Envelope.model_validate_json(answer.content)
    except ValidationError:
        if answer.ok:
            raise Unreadable("It is not in the documented envelope.") from None
        return in_no_known_form(answer)
    error = envelope.error
    if answer.ok and error is None and envelope.meta.success:
        return None
    error = error or _Error()
    status = answer.status if not answer.ok else error.code or envelope.meta.status_code or answer.status
    failure = of_status(answer.vendor, status, said=error.message, code=error.code)
    return failure if error.retryable is None else failure.model_copy(update={"retryable": error.retryable})


def _figure(sent: int | float | str | None) -> int | float | None:
    """Return a figure; large ones come as strings."""
    if not isinstance(sent, str):
        return sent
    if not _WHOLE.fullmatch(sent):
        raise Unreadable("A figure of it is not one.")
    return int(sent)
