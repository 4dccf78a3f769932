"""Ahrefs, version 3: money in US cents, figures that may be null, units for each row and field."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, ClassVar, Final, Generic, Literal

from pydantic import ValidationError

from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.vendors.facts import Vendor
from ag2_marketing_tools.vendors.field_data import Number
from ag2_marketing_tools.vendors.keywords import (
    Allowance,
    Country,
    Domain,
    in_usd,
)
from ag2_marketing_tools.vendors.outcome import Data, Failure, NoData, Outcome, T, Usage, failed
from ag2_marketing_tools.vendors.request import (
    Answer,
    Call,
    VendorRequest,
    Wire,
    by_status,
    in_no_known_form,
    understood,
)

Mode = Literal["exact", "prefix", "domain", "subdomains"]
"""Which part of a target counts."""

_UNKNOWN: Final = "Ahrefs knows nothing of {what}."


class DomainRating(Result):
    """The strength of a domain's links: rating 0 to 100, and its rank among all domains (1 is strongest)."""

    domain_rating: Annotated[int | float | None, unit("score")]
    ahrefs_rank: Annotated[int | float | None, unit("count")]


class OrganicMetrics(Result):
    """A site's estimated search traffic in a month, and what it would cost as advertisements."""

    organic_keywords: Annotated[int | float | None, unit("count")] = None
    organic_keywords_top_3: Annotated[int | float | None, unit("count")] = None
    organic_traffic: Annotated[int | float | None, unit("visit")] = None
    organic_cost: Annotated[int | float | None, unit("USD")] = None
    paid_keywords: Annotated[int | float | None, unit("count")] = None
    paid_traffic: Annotated[int | float | None, unit("visit")] = None
    paid_cost: Annotated[int | float | None, unit("USD")] = None
    paid_pages: Annotated[int | float | None, unit("count")] = None


class _Error(Wire):
    error: str


class _Rating(Wire):
    domain_rating: Number | None = None
    ahrefs_rank: Number | None = None


class _RatingAnswer(Wire):
    domain_rating: _Rating


class _Metrics(Wire):
    org_keywords: Number | None = None
    org_keywords_1_3: Number | None = None
    org_traffic: Number | None = None
    org_cost: Number | None = None
    paid_keywords: Number | None = None
    paid_traffic: Number | None = None
    paid_cost: Number | None = None
    paid_pages: Number | None = None


class _MetricsAnswer(Wire):
    metrics: _Metrics


class _Limits(Wire):
    units_limit_workspace: int | None = None
    units_usage_workspace: int | None = None
    units_limit_api_key: int | None = None
    units_usage_api_key: int | None = None
    usage_reset_date: str | None = None


class _LimitsAnswer(Wire):
    limits_and_usage: _Limits


class AhrefsRequest(VendorRequest[T], Generic[T]):
    """What all questions share."""

    vendor: ClassVar[str] = "ahrefs"

    def read(self, answer: Answer) -> Outcome[T]:
        """Return what an answer says, and the units that it cost."""
        if not answer.ok:
            return _failure(answer)
        outcome = self.data(answer)
        return outcome.model_copy(update={"usage": _usage(answer.headers)})

    def most_units(self, vendor: Vendor) -> int:
        """Return the least that a request costs; no report of one row costs more."""
        return vendor.price["request"]

    @abstractmethod
    def data(self, answer: Answer) -> Data[T] | NoData:
        """Return what an answer with a successful status says."""

    def nothing(self, what: str) -> NoData:
        """Return the news that there is no data."""
        return NoData(vendor=self.vendor, reason=say(_UNKNOWN, what=what))


class AhrefsDomainRating(AhrefsRequest[DomainRating]):
    """Ask for the strength of a domain's links on a day."""

    target: Domain
    day: date

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        query = (("target", self.target), ("date", self.day.isoformat()), ("output", "json"))
        return Call("/site-explorer/domain-rating", query=query)

    def data(self, answer: Answer) -> Data[DomainRating] | NoData:
        """Return the rating."""
        found = understood(answer, _RatingAnswer).domain_rating
        if found.domain_rating is None and found.ahrefs_rank is None:
            return self.nothing(self.target)
        return Data(vendor=self.vendor, value=DomainRating(**found.model_dump()))


class AhrefsMetrics(AhrefsRequest[OrganicMetrics]):
    """Ask for a site's search traffic on a day."""

    target: str
    day: date
    country: Country | None = None
    mode: Mode = "subdomains"

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        country = (("country", self.country),) if self.country else ()
        query = (("target", self.target), ("date", self.day.isoformat()), ("mode", self.mode))
        return Call("/site-explorer/metrics", query=(*query, *country, ("output", "json")))

    def data(self, answer: Answer) -> Data[OrganicMetrics] | NoData:
        """Return the metrics."""
        found = understood(answer, _MetricsAnswer).metrics
        if all(value is None for _, value in found):
            return self.nothing(self.target)
        value = OrganicMetrics(
            organic_keywords=found.org_keywords,
            organic_keywords_top_3=found.org_keywords_1_3,
            organic_traffic=found.org_traffic,
            organic_cost=in_usd(found.org_cost),
            paid_keywords=found.paid_keywords,
            paid_traffic=found.paid_traffic,
            paid_cost=in_usd(found.paid_cost),
            paid_pages=found.paid_pages,
        )
        return Data(vendor=self.vendor, value=value)


class AhrefsLimits(AhrefsRequest[Allowance]):
    """Ask for the units that are left; costs none."""

    def most_units(self, vendor: Vendor) -> int:
        """Return nothing: it is free."""
        return 0

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        return Call("/subscription-info/limits-and-usage", query=(("output", "json"),))

    def data(self, answer: Answer) -> Data[Allowance] | NoData:
        """Return the narrower of the key's limit and the workspace's."""
        found = understood(answer, _LimitsAnswer).limits_and_usage
        limits = (
            (found.units_limit_api_key, found.units_usage_api_key),
            (found.units_limit_workspace, found.units_usage_workspace),
        )
        known = [
            (limit - used, limit, used) for limit, used in limits if limit is not None and used is not None
        ]
        left, limit, used = min(known, default=(None, None, None))
        value = Allowance(
            unit_name="API unit", limit=limit, used=used, left=left, resets_on=_day(found.usage_reset_date)
        )
        return Data(vendor=self.vendor, value=value)


def units_of_rows(vendor: Vendor, fields: str, rows: int) -> int:
    """Return what so many rows of these fields cost.

    >>> from ag2_marketing_tools.vendors.facts import vendor_named
    >>> ahrefs = vendor_named("ahrefs")
    >>> units_of_rows(ahrefs, "keyword,volume", 100), units_of_rows(ahrefs, "keyword,volume", 1)
    (1100, 50)
    """
    a_row = sum(vendor.price.get(field, vendor.price["field"]) for field in fields.split(","))
    return max(vendor.price["request"], rows * a_row)


def _failure(answer: Answer) -> Failure:
    """Return the failure that an error stands for: the vendor gives one sentence and no code."""
    try:
        said = _Error.model_validate_json(answer.content).error
    except ValidationError:
        return in_no_known_form(answer)
    words = said.casefold()
    if (
        answer.status == 403
        and "unit" in words
        and ("limit" in words or "exceed" in words or "enough" in words)
    ):
        return failed(answer.vendor, "quota_exhausted", said=said, status=answer.status, quota="units")
    return by_status(answer, said=said)


def _usage(headers: Mapping[str, str]) -> Usage | None:
    units = _whole(headers.get("x-api-units-cost-total-actual", headers.get("x-api-units-cost-total")))
    if units is None:
        return None
    cache = headers.get("x-api-cache")
    return Usage(
        units=units,
        unit_name="API unit",
        told=True,
        rows=_whole(headers.get("x-api-rows")),
        from_vendor_cache=None if cache is None else cache == "hit",
    )


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def _day(text: str | None) -> date | None:
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None
