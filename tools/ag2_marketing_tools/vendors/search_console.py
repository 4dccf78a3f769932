"""Google Search Console: what people searched before they came, and what Google knows of a page.

Every request needs an OAuth access token; an API key is not taken.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Final, Literal
from urllib.parse import quote

from pydantic import Field, model_validator

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Params, Result
from ag2_marketing_tools.vendors.field_data import Number, Share
from ag2_marketing_tools.vendors.google import GoogleRequest
from ag2_marketing_tools.vendors.outcome import Data, NoData, Outcome
from ag2_marketing_tools.vendors.request import Answer, Call, Unreadable, Wire, understood

Dimension = Literal["date", "query", "page", "country", "device", "searchAppearance", "hour"]
Site = Annotated[str, Field(pattern=r"^(sc-domain:[^\s/]+|https?://\S+/)$")]
"""A property: `sc-domain:example.com`, or a URL prefix with its slash at the end."""
Text = Annotated[str, untrusted()]
MOST_ROWS: Final = 25_000


class SearchFilter(Params):
    """Which rows count; all filters must hold."""

    dimension: Literal["query", "page", "country", "device", "searchAppearance"]
    operator: Literal[
        "equals", "notEquals", "contains", "notContains", "includingRegex", "excludingRegex"
    ] = "equals"
    expression: Annotated[str, Field(min_length=1, max_length=4096)]


class SearchRow(Result):
    """One combination of the dimensions that were asked for; rare queries are left out by Google."""

    keys: dict[str, Text]
    clicks: Annotated[int | float, unit("click")]
    impressions: Annotated[int | float, unit("impression")]
    ctr: Annotated[float, unit("ratio")]
    position: Annotated[float, unit("count")]


class SearchReport(Result):
    """Rows by clicks, most first; where `complete` is false, go on at `next_start_row`."""

    rows: tuple[SearchRow, ...]
    aggregation: str | None = None
    complete: bool
    next_start_row: int | None = None


class Inspection(Result):
    """What Google's index holds of a page; null where Google does not say."""

    verdict: str
    coverage: Text | None = None
    robots_txt: str | None = None
    indexing: str | None = None
    page_fetch: str | None = None
    last_crawl: datetime | None = None
    crawled_as: str | None = None
    google_canonical: Text | None = None
    user_canonical: Text | None = None
    sitemaps: tuple[Text, ...] = ()
    referring_urls: tuple[Text, ...] = ()
    rich_results_verdict: str | None = None
    rich_result_types: tuple[str, ...] = ()
    link: Text | None = None


class SiteAccess(Result):
    """One property and what the token's account may do with it."""

    site: Text
    permission: str


class SiteList(Result):
    """The properties of the account."""

    sites: tuple[SiteAccess, ...]


class _Row(Wire):
    keys: tuple[str, ...] = ()
    clicks: Number
    impressions: Number
    ctr: Share
    position: Number


class _Rows(Wire):
    rows: tuple[_Row, ...] = ()
    aggregation: str | None = Field(default=None, alias="responseAggregationType")


class SearchAnalytics(GoogleRequest[SearchReport]):
    """Ask for clicks and impressions; dates are days in Pacific time, both included."""

    vendor: ClassVar[str] = "search_console"

    site: Site
    start_date: date
    end_date: date
    dimensions: tuple[Dimension, ...] = ("query", "page")
    type: Literal["web", "image", "video", "news", "discover", "googleNews"] = "web"
    filters: tuple[SearchFilter, ...] = ()
    row_limit: Annotated[int, Field(ge=1, le=MOST_ROWS)] = 1000
    start_row: Annotated[int, Field(ge=0)] = 0
    data_state: Literal["final", "all", "hourly_all"] = "final"

    @model_validator(mode="after")
    def _in_order(self) -> SearchAnalytics:
        if self.start_date > self.end_date:
            raise ValueError(f"start_date {self.start_date} lies after end_date {self.end_date}")
        return self

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        body: dict[str, Any] = {
            "startDate": self.start_date.isoformat(),
            "endDate": self.end_date.isoformat(),
            "dimensions": list(self.dimensions),
            "type": self.type,
            "rowLimit": self.row_limit,
            "startRow": self.start_row,
            "dataState": self.data_state,
        }
        if self.filters:
            rules = [rule.model_dump() for rule in self.filters]
            body["dimensionFilterGroups"] = [{"groupType": "and", "filters": rules}]
        return Call(f"/sites/{quote(self.site, safe='')}/searchAnalytics/query", method="POST", json=body)

    def data(self, answer: Answer) -> Outcome[SearchReport]:
        """Return the rows; the vendor leaves `rows` out where nothing matched."""
        found = understood(answer, _Rows)
        if not found.rows:
            reason = say(
                "Google counted nothing for {site} from {first} to {last}.",
                site=self.site,
                first=str(self.start_date),
                last=str(self.end_date),
            )
            return NoData(vendor=self.vendor, reason=reason)
        complete = len(found.rows) < self.row_limit
        report = SearchReport(
            rows=tuple(self._row(row) for row in found.rows),
            aggregation=found.aggregation,
            complete=complete,
            next_start_row=None if complete else self.start_row + len(found.rows),
        )
        return Data(vendor=self.vendor, value=report)

    def _row(self, row: _Row) -> SearchRow:
        if len(row.keys) != len(self.dimensions):
            raise Unreadable("A row has not the dimensions that were asked for.")
        return SearchRow(
            keys=dict(zip(self.dimensions, row.keys, strict=True)),
            clicks=row.clicks,
            impressions=row.impressions,
            ctr=row.ctr,
            position=row.position,
        )


class _Index(Wire):
    verdict: str
    coverage: str | None = Field(default=None, alias="coverageState")
    robots_txt: str | None = Field(default=None, alias="robotsTxtState")
    indexing: str | None = Field(default=None, alias="indexingState")
    page_fetch: str | None = Field(default=None, alias="pageFetchState")
    last_crawl: datetime | None = Field(default=None, alias="lastCrawlTime")
    crawled_as: str | None = Field(default=None, alias="crawledAs")
    google_canonical: str | None = Field(default=None, alias="googleCanonical")
    user_canonical: str | None = Field(default=None, alias="userCanonical")
    sitemaps: tuple[str, ...] = Field(default=(), alias="sitemap")
    referring_urls: tuple[str, ...] = Field(default=(), alias="referringUrls")


class _Detected(Wire):
    type: str = Field(alias="richResultType")


class _Rich(Wire):
    verdict: str | None = None
    items: tuple[_Detected, ...] = Field(default=(), alias="detectedItems")


class _Inspection(Wire):
    link: str | None = Field(default=None, alias="inspectionResultLink")
    index: _Index = Field(alias="indexStatusResult")
    rich: _Rich = Field(default=_Rich(), alias="richResultsResult")


class _InspectionAnswer(Wire):
    result: _Inspection = Field(alias="inspectionResult")


class InspectUrl(GoogleRequest[Inspection]):
    """Ask what Google's index holds of a page of an own property."""

    vendor: ClassVar[str] = "search_console_inspection"

    url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    site: Site
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")] = "en-US"

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        body = {"inspectionUrl": self.url, "siteUrl": self.site, "languageCode": self.language}
        return Call("/urlInspection/index:inspect", method="POST", json=body)

    def data(self, answer: Answer) -> Outcome[Inspection]:
        """Return the inspection."""
        found = understood(answer, _InspectionAnswer).result
        value = Inspection(
            **found.index.model_dump(),
            rich_results_verdict=found.rich.verdict,
            rich_result_types=tuple(item.type for item in found.rich.items),
            link=found.link,
        )
        return Data(vendor=self.vendor, value=value)


class _Site(Wire):
    site: str = Field(alias="siteUrl")
    permission: str = Field(alias="permissionLevel")


class _Sites(Wire):
    sites: tuple[_Site, ...] = Field(default=(), alias="siteEntry")


class SearchConsoleSites(GoogleRequest[SiteList]):
    """Ask for the properties of the token's account."""

    vendor: ClassVar[str] = "search_console"

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        return Call("/sites")

    def data(self, answer: Answer) -> Outcome[SiteList]:
        """Return the properties."""
        found = understood(answer, _Sites).sites
        if not found:
            return NoData(vendor=self.vendor, reason=say("The account has no property in Search Console."))
        sites = tuple(SiteAccess(site=each.site, permission=each.permission) for each in found)
        return Data(vendor=self.vendor, value=SiteList(sites=sites))
