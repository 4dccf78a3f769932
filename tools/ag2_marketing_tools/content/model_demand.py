"""What a content analysis tells of search demand, and of how the page is found now."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.content.model_terms import Count, Demand, OwnSearch, Text
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result


class TermDemand(Demand):
    """One term that a vendor was asked about."""

    term: Text
    traffic_potential: Annotated[int | float | None, unit("visit")] = Field(
        default=None, description="Visits a month to the page that is found first for it."
    )


class VendorAsked(Result):
    """One vendor that was asked, and what came of it."""

    vendor: str
    title: str
    outcome: Literal["data", "no_data", "failure"]
    reason: str | None = None
    remedy: str | None = None
    terms_asked: Count
    terms_measured: Count
    units: Annotated[int | None, unit("vendor unit")] = Field(
        default=None, description="What it cost, where the answer or the price list tells."
    )
    unit_name: str | None = None


class SearchDemand(Result):
    """How terms are searched for: the figures of one vendor, for figures of two do not compare."""

    country: str = Field(description="ISO 3166-1, lower case.")
    country_source: Literal["given", "setting"]
    vendor: str | None = Field(description="Whose figures `terms` holds; null where there are none.")
    terms: list[TermDemand]
    terms_measured: Count
    vendors_asked: list[VendorAsked]
    reason: str | None = Field(description="Why there are no figures.")


class FoundFor(Result):
    """A query for which the page is found."""

    query: Text
    search: OwnSearch


class OwnQueries(Result):
    """What the page is found for, by Google Search Console."""

    property: Text | None = None
    start_date: date | None = None
    end_date: date | None = None
    queries: list[FoundFor] = Field(description="Within striking distance, most impressions first.")
    striking_distance_count: Annotated[int | None, unit("count")] = None
    least_position: Annotated[float, unit("position")]
    most_position: Annotated[float, unit("position")]
    least_impressions: Annotated[int, unit("impression")]
    reason: str | None = None
