"""How terms are searched for: the figures of the first vendor that has some, and of it alone.

Vendors are asked in the order of `data/demand.toml`, for no more terms than stand there. Where one fails or knows none
of the terms, the next one with a key is asked for all of them; a term that the first one lacks stays without figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ag2_marketing_tools.content.facts import DemandVendor, demand_vendors
from ag2_marketing_tools.content.model_demand import SearchDemand, TermDemand, VendorAsked
from ag2_marketing_tools.content.model_terms import Demand
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.vendors import (
    AhrefsKeywordsOverview,
    Data,
    Failure,
    KeywordDemand,
    KeywordDemands,
    MozKeyword,
    NoData,
    Outcome,
    SemrushDifficulty,
    SemrushKeywordMetrics,
    SemrushKeywords,
    VendorRequest,
    ask,
    vendor_named,
)
from ag2_marketing_tools.workspace import Workspace

_JOINS_TERMS = re.compile(r"[,;\x00-\x1f]")
_LONGEST_TERM = 80  # characters; Ahrefs and Semrush know no longer keyword
_DATABASES = {"gb": "uk"}  # Semrush (version 3) names its databases by country, this one by its usual name
_COUNTRIES = {"uk": "gb"}

Request = VendorRequest[KeywordDemands]


@dataclass(frozen=True)
class Market:
    """Where and in which language people search."""

    country: str
    source: Literal["given", "setting"]
    language: str

    @classmethod
    def of(cls, given: str | None, ws: Workspace, language: str | None) -> Market:
        """Return the given country, else the setting's; a page's language, else English."""
        country = (given or ws.settings.search_country).lower()
        return cls(_COUNTRIES.get(country, country), "given" if given else "setting", language or "en")


def vendors_with_a_key(ws: Workspace) -> list[DemandVendor]:
    """Return the vendors of search demand that may be asked, in their order."""
    return [one for one in demand_vendors() if vendor_named(one.name).key in ws.api_keys]


async def ask_demand(terms: Sequence[str], market: Market, ws: Workspace, *, most: int) -> SearchDemand:
    """Ask how terms are searched for; what goes wrong is a reason, never an error.

    Args:
        terms: The terms, the most wanted first.
        market: The country and language.
        ws: The workspace, which holds the vendors' keys.
        most: At most so many terms are asked for; 0 asks no vendor.
    """
    vendors, wanted = vendors_with_a_key(ws), _asked_for(terms)[:most]
    if not vendors or not wanted:
        return _nothing(market, _why_nobody(vendors, most))
    asked: list[VendorAsked] = []
    for one in vendors:
        round_ = _Round(one, market, wanted[: one.terms_most])
        await round_.run(ws)
        asked.append(round_.told())
        if round_.found:
            return _told(round_, market, wanted, asked)
    return _nothing(market, " ".join(one.reason for one in asked if one.reason), asked)


def _why_nobody(vendors: Sequence[DemandVendor], most: int) -> str:
    if vendors and most == 0:
        return say("No vendor was to be asked (demand_terms is 0); search demand is never guessed.")
    if vendors:
        return say("There is no term to ask a vendor about.")
    keys = ", ".join(dict.fromkeys(vendor_named(one.name).key for one in demand_vendors()))
    return say("No vendor's key is set ({keys}); search demand is never guessed.", keys=keys)


def _nothing(market: Market, reason: str, asked: Sequence[VendorAsked] = ()) -> SearchDemand:
    return SearchDemand(
        country=market.country,
        country_source=market.source,
        vendor=None,
        terms=[],
        terms_measured=0,
        vendors_asked=list(asked),
        reason=reason,
    )


def _asked_for(terms: Sequence[str]) -> list[str]:
    """Return terms as people type them: in small letters, each once, without what joins terms in a request."""
    typed = (" ".join(term.replace("’", "'").casefold().split()) for term in terms)
    fitting = (t for t in typed if t and len(t) <= _LONGEST_TERM and not _JOINS_TERMS.search(t))
    return list(dict.fromkeys(fitting))


class _Round:
    """One vendor, asked for all terms."""

    def __init__(self, vendor: DemandVendor, market: Market, terms: Sequence[str]) -> None:
        self.vendor = vendor
        self.market = market
        self.terms = terms
        self.found: dict[str, KeywordDemand] = {}
        self.failure: Failure | None = None
        self.missing: str | None = None
        self.asked = 0
        self.units: int | None = None
        self.unit_name: str | None = None

    async def run(self, ws: Workspace) -> None:
        """Ask, a batch at a time, until one fails."""
        for at in range(0, len(self.terms), self.vendor.batch):
            batch = tuple(self.terms[at : at + self.vendor.batch])
            self.asked += len(batch)
            for request in _requests(self.vendor.name, batch, self.market):
                outcome = await ask(request, ws)
                self._take(outcome)
                if not isinstance(outcome, Data):
                    break  # of unknown terms the difficulty is not asked for
            if self.failure:
                return

    def _take(self, outcome: Outcome[KeywordDemands]) -> None:
        if isinstance(outcome, Failure):
            self.failure = outcome
            return
        if outcome.usage:
            self.units = (self.units or 0) + outcome.usage.units
            self.unit_name = outcome.usage.unit_name
        if isinstance(outcome, NoData):
            self.missing = outcome.reason
            return
        for told in outcome.value.keywords:
            key = " ".join(told.keyword.casefold().split())
            known = self.found.get(key)
            new = {name: value for name, value in told if value is not None}
            self.found[key] = known.model_copy(update=new) if known else told

    def told(self) -> VendorAsked:
        """Return what the result tells of this vendor."""
        failure = self.failure
        measured = sum(one.monthly_searches is not None for one in self.found.values())
        return VendorAsked(
            vendor=self.vendor.name,
            title=vendor_named(self.vendor.name).title,
            outcome="failure" if failure else "data" if self.found else "no_data",
            reason=failure.message if failure else None if self.found else self.missing or self._unknown(),
            remedy=failure.remedy if failure else None,
            terms_asked=self.asked,
            terms_measured=measured,
            units=self.units,
            unit_name=self.unit_name,
        )

    def _unknown(self) -> str:
        title = vendor_named(self.vendor.name).title
        return say(
            "{vendor} knows none of these terms in {country}.", vendor=title, country=self.market.country
        )


def _requests(vendor: str, terms: tuple[str, ...], market: Market) -> Iterator[Request]:
    country = market.country
    if vendor == "ahrefs":
        yield AhrefsKeywordsOverview(keywords=terms, country=country)
    elif vendor == "semrush":
        database = _DATABASES.get(country, country)
        yield SemrushKeywords(phrases=terms, database=database)
        yield SemrushDifficulty(phrases=terms, database=database)
    elif vendor == "semrush_v4":
        yield from (SemrushKeywordMetrics(keyword=term, country=country.upper()) for term in terms)
    else:
        locale = f"{market.language}-{country.upper()}"
        yield from (MozKeyword(keyword=term, locale=locale) for term in terms)


def _told(
    round_: _Round, market: Market, wanted: Sequence[str], asked: Sequence[VendorAsked]
) -> SearchDemand:
    vendor = asked[-1]
    rows = [_row(term, round_, vendor) for term in wanted]
    return SearchDemand(
        country=market.country,
        country_source=market.source,
        vendor=vendor.title,
        terms=rows,
        terms_measured=sum(row.search_volume is not None for row in rows),
        vendors_asked=list(asked),
        reason=None,
    )


def _row(term: str, round_: _Round, vendor: VendorAsked) -> TermDemand:
    known = round_.found.get(term)
    if known is None:
        return TermDemand(term=term, reason=_why_unmeasured(term, round_, vendor))
    has_volume = known.monthly_searches is not None
    return TermDemand(
        term=term,
        search_volume=known.monthly_searches,
        difficulty=known.difficulty,
        cpc=known.cpc,
        parent_topic=known.parent_topic,
        intents=list(known.intents) if known.intents is not None else None,
        traffic_potential=known.traffic_potential,
        demand_vendor=vendor.title,
        reason=None
        if has_volume
        else say(
            "{vendor} has no search volume of this term in {country}.",
            vendor=vendor.title,
            country=round_.market.country,
        ),
    )


def _why_unmeasured(term: str, round_: _Round, vendor: VendorAsked) -> str:
    if term not in round_.terms[: round_.asked]:
        return say(
            "{vendor} was asked for {asked} terms only, for each costs units.",
            vendor=vendor.title,
            asked=round_.asked,
        )
    if round_.failure:
        return round_.failure.message
    return say(
        "{vendor} does not know this term in {country}.", vendor=vendor.title, country=round_.market.country
    )


def demand_of(term: str, demand: SearchDemand) -> Demand:
    """Return what is known of a term's demand, or why nothing is."""
    typed = " ".join(term.replace("’", "'").casefold().split())
    for row in demand.terms:
        if row.term == typed:
            return Demand(**row.model_dump(include=set(Demand.model_fields)))
    reason = demand.reason or say(
        "{vendor} was not asked for this term, for each costs units.", vendor=demand.vendor
    )
    return Demand(reason=reason)
