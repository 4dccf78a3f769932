"""Ahrefs, version 3: what a site is found for, who competes with it, how keywords are searched for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final

from pydantic import Field

from ag2_marketing_tools.vendors.ahrefs import AhrefsRequest, Mode, units_of_rows
from ag2_marketing_tools.vendors.facts import Vendor
from ag2_marketing_tools.vendors.field_data import Number
from ag2_marketing_tools.vendors.keywords import (
    Country,
    KeywordDemand,
    KeywordDemands,
    OrganicCompetitor,
    OrganicCompetitors,
    Phrase,
    RankedKeyword,
    RankedKeywords,
    in_usd,
)
from ag2_marketing_tools.vendors.outcome import Data, NoData
from ag2_marketing_tools.vendors.request import Answer, Call, Wire, understood

_KEYWORD_FIELDS: Final = (
    "keyword,volume,keyword_difficulty,best_position,best_position_url,sum_traffic,cpc,"
    "is_local,is_informational"
)
_COMPETITOR_FIELDS: Final = (
    "competitor_domain,keywords_common,keywords_competitor,keywords_target,share,traffic,domain_rating"
)
_OVERVIEW_FIELDS: Final = "keyword,volume,difficulty,cpc,traffic_potential,parent_topic,intents,serp_features"


class _Ranked(Wire):
    keyword: str
    volume: Number | None = None
    keyword_difficulty: Number | None = None
    best_position: Number | None = None
    best_position_url: str | None = None
    sum_traffic: Number | None = None
    cpc: Number | None = None
    is_local: bool | None = None
    is_informational: bool | None = None


class _RankedAnswer(Wire):
    keywords: tuple[_Ranked, ...]


class _Competitor(Wire):
    competitor_domain: str
    keywords_common: Number | None = None
    keywords_competitor: Number | None = None
    share: Number | None = None
    traffic: Number | None = None
    domain_rating: Number | None = None


class _CompetitorsAnswer(Wire):
    competitors: tuple[_Competitor, ...]


class _Overview(Wire):
    keyword: str
    volume: Number | None = None
    difficulty: Number | None = None
    cpc: Number | None = None
    traffic_potential: Number | None = None
    parent_topic: str | None = None
    intents: dict[str, bool] | None = None
    serp_features: tuple[str, ...] | None = None


class _OverviewAnswer(Wire):
    keywords: tuple[_Overview, ...]


class AhrefsOrganicKeywords(AhrefsRequest[RankedKeywords]):
    """Ask for what a site is found for, most traffic first."""

    target: str
    day: date
    country: Country
    mode: Mode = "subdomains"
    limit: Annotated[int, Field(ge=1, le=1000)] = 100

    def most_units(self, vendor: Vendor) -> int:
        """Return the units of all rows."""
        return units_of_rows(vendor, _KEYWORD_FIELDS, self.limit)

    def call(self, request_id: str) -> Call:
        """Return what to send; without a limit the vendor would send, and bill, 1,000 rows."""
        query = (
            ("target", self.target),
            ("date", self.day.isoformat()),
            ("country", self.country),
            ("mode", self.mode),
            ("select", _KEYWORD_FIELDS),
            ("order_by", "sum_traffic:desc"),
            ("limit", str(self.limit)),
            ("output", "json"),
        )
        return Call("/site-explorer/organic-keywords", query=query)

    def data(self, answer: Answer) -> Data[RankedKeywords] | NoData:
        """Return the keywords."""
        found = understood(answer, _RankedAnswer).keywords[: self.limit]
        if not found:
            return self.nothing(f"keywords of {self.target} in {self.country}")
        keywords = (
            RankedKeyword(
                keyword=row.keyword,
                position=row.best_position,
                url=row.best_position_url,
                monthly_searches=row.volume,
                difficulty=row.keyword_difficulty,
                cpc=in_usd(row.cpc),
                monthly_traffic=row.sum_traffic,
                is_local=row.is_local,
                is_informational=row.is_informational,
            )
            for row in found
        )
        return Data(vendor=self.vendor, value=RankedKeywords(target=self.target, keywords=tuple(keywords)))


class AhrefsOrganicCompetitors(AhrefsRequest[OrganicCompetitors]):
    """Ask who else is found for a site's keywords."""

    target: str
    day: date
    country: Country
    mode: Mode = "subdomains"
    limit: Annotated[int, Field(ge=1, le=1000)] = 10

    def most_units(self, vendor: Vendor) -> int:
        """Return the units of all rows."""
        return units_of_rows(vendor, _COMPETITOR_FIELDS, self.limit)

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        query = (
            ("target", self.target),
            ("date", self.day.isoformat()),
            ("country", self.country),
            ("mode", self.mode),
            ("select", _COMPETITOR_FIELDS),
            ("limit", str(self.limit)),
            ("output", "json"),
        )
        return Call("/site-explorer/organic-competitors", query=query)

    def data(self, answer: Answer) -> Data[OrganicCompetitors] | NoData:
        """Return the competitors."""
        found = understood(answer, _CompetitorsAnswer).competitors[: self.limit]
        if not found:
            return self.nothing(f"competitors of {self.target} in {self.country}")
        competitors = (
            OrganicCompetitor(
                domain=row.competitor_domain,
                common_keywords=row.keywords_common,
                keywords=row.keywords_competitor,
                monthly_traffic=row.traffic,
                similarity=row.share,
                domain_rating=row.domain_rating,
            )
            for row in found
        )
        value = OrganicCompetitors(target=self.target, competitors=tuple(competitors))
        return Data(vendor=self.vendor, value=value)


class AhrefsKeywordsOverview(AhrefsRequest[KeywordDemands]):
    """Ask how keywords are searched for; one that holds a comma cannot be asked for."""

    keywords: Annotated[
        tuple[Annotated[Phrase, Field(pattern=r"^[^,]+$")], ...], Field(min_length=1, max_length=100)
    ]
    country: Country

    def most_units(self, vendor: Vendor) -> int:
        """Return the units of all rows."""
        return units_of_rows(vendor, _OVERVIEW_FIELDS, len(self.keywords))

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        query = (
            ("keywords", ",".join(self.keywords)),
            ("country", self.country),
            ("select", _OVERVIEW_FIELDS),
            ("limit", str(len(self.keywords))),
            ("output", "json"),
        )
        return Call("/keywords-explorer/overview", query=query)

    def data(self, answer: Answer) -> Data[KeywordDemands] | NoData:
        """Return the keywords; intents are null where they are not known, empty where none applies."""
        found = understood(answer, _OverviewAnswer).keywords[: len(self.keywords)]
        if not found:
            return self.nothing("these keywords")
        keywords = (
            KeywordDemand(
                keyword=row.keyword,
                monthly_searches=row.volume,
                difficulty=row.difficulty,
                cpc=in_usd(row.cpc),
                traffic_potential=row.traffic_potential,
                parent_topic=row.parent_topic,
                intents=None
                if row.intents is None
                else tuple(name for name, is_so in row.intents.items() if is_so),
                serp_features=row.serp_features,
            )
            for row in found
        )
        return Data(vendor=self.vendor, value=KeywordDemands(keywords=tuple(keywords)))
