"""Moz's older Links API, version 2: authority of several sites at once."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, ValidationError

from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.vendors.facts import Vendor
from ag2_marketing_tools.vendors.keywords import Allowance
from ag2_marketing_tools.vendors.moz import SiteAuthority, SiteWire
from ag2_marketing_tools.vendors.outcome import Data, Failure, NoData, Outcome, Usage
from ag2_marketing_tools.vendors.request import (
    Answer,
    Call,
    Unreadable,
    VendorRequest,
    Wire,
    by_status,
    in_no_known_form,
    understood,
)


class SiteAuthorities(Result):
    """The authority of each target, in the order in which they were asked for."""

    targets: tuple[str, ...]
    sites: tuple[SiteAuthority, ...]


class _Metrics(Wire):
    results: tuple[SiteWire, ...]


class _Usage(Wire):
    rows_consumed: int


class _Error(Wire):
    name: str | None = None
    message: str


class MozUrlMetrics(VendorRequest[SiteAuthorities]):
    """Ask for the authority of up to 50 sites or pages."""

    vendor: ClassVar[str] = "moz_links"

    targets: Annotated[
        tuple[Annotated[str, Field(min_length=3, pattern=r"^\S+$")], ...], Field(min_length=1, max_length=50)
    ]

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        return Call("/url_metrics", method="POST", json={"targets": list(self.targets)})

    def most_units(self, vendor: Vendor) -> int:
        """Return a row for each target."""
        return len(self.targets) * vendor.price["url_metrics"]

    def read(self, answer: Answer) -> Outcome[SiteAuthorities]:
        """Return what an answer says."""
        if not answer.ok:
            return _failure(answer)
        found = understood(answer, _Metrics).results
        if not found:
            return NoData(vendor=self.vendor, reason="Moz knows none of the targets.")
        if len(found) != len(self.targets):
            raise Unreadable("It has not one result for each target.")
        sites = tuple(site.authority() for site in found)
        usage = Usage(
            units=len(found) * answer.vendor.price["url_metrics"],
            unit_name="row",
            told=False,
            rows=len(found),
        )
        return Data(vendor=self.vendor, value=SiteAuthorities(targets=self.targets, sites=sites), usage=usage)


class MozLinksUsage(VendorRequest[Allowance]):
    """Ask for the rows consumed in this period; costs none."""

    vendor: ClassVar[str] = "moz_links"

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        return Call("/usage_data", method="POST", json={})

    def read(self, answer: Answer) -> Outcome[Allowance]:
        """Return what an answer says."""
        if not answer.ok:
            return _failure(answer)
        used = understood(answer, _Usage).rows_consumed
        return Data(vendor=self.vendor, value=Allowance(unit_name="row", used=used))


def _failure(answer: Answer) -> Failure:
    try:
        error = _Error.model_validate_json(answer.content)
    except ValidationError:
        return in_no_known_form(answer)
    return by_status(answer, said=error.message, code=error.name)
