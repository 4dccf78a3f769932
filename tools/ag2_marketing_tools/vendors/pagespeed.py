"""PageSpeed Insights, version 5: one run of Lighthouse, and what real visitors met."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.vendors.field_data import Bin, FieldExperience, Number, Share, metrics, shares
from ag2_marketing_tools.vendors.google import GoogleRequest
from ag2_marketing_tools.vendors.outcome import Data, Outcome, failed
from ag2_marketing_tools.vendors.request import Answer, Call, Wire, understood

Category = Literal["performance", "accessibility", "best-practices", "seo", "agentic-browsing"]

_CLS: Final = "CUMULATIVE_LAYOUT_SHIFT_SCORE"
_METRICS: Final = {
    "LARGEST_CONTENTFUL_PAINT_MS": "lcp",
    "INTERACTION_TO_NEXT_PAINT": "inp",
    _CLS: "cls",
    "FIRST_CONTENTFUL_PAINT_MS": "fcp",
    "EXPERIMENTAL_TIME_TO_FIRST_BYTE": "ttfb",
}
_CLS_SCALE: Final = 100
"""The vendor sends CLS times 100, as a whole number."""


class LabAudit(Result):
    """One audit of Lighthouse; `score` is 0 to 1, null where it does not apply."""

    title: Annotated[str | None, untrusted()] = None
    score: float | None = None
    mode: str | None = None
    numeric_value: float | None = None
    numeric_unit: str | None = None
    display_value: Annotated[str | None, untrusted()] = None


class LabFault(Result):
    """Why Lighthouse could not measure the page."""

    code: str
    message: Annotated[str, untrusted()]


class LabRun(Result):
    """One run of Lighthouse on the vendor's machine: not what visitors met, and different from run to run."""

    lighthouse_version: str | None = None
    fetched_at: datetime | None = None
    final_url: Annotated[str | None, untrusted()] = None
    scores: dict[str, float | None] = Field(default={})
    fcp: Annotated[float | None, unit("ms")] = None
    lcp: Annotated[float | None, unit("ms")] = None
    tbt: Annotated[float | None, unit("ms")] = None
    speed_index: Annotated[float | None, unit("ms")] = None
    cls: Annotated[float | None, unit("score")] = None
    total_size: Annotated[float | None, unit("byte")] = None
    audits: dict[str, LabAudit] = Field(default={})
    warnings: tuple[Annotated[str, untrusted()], ...] = ()
    fault: LabFault | None = None


class PageSpeedReport(Result):
    """The answer; `page` and `origin` are null where real visits were too few."""

    url: Annotated[str, untrusted()]
    strategy: Literal["mobile", "desktop"]
    page: FieldExperience | None = None
    origin: FieldExperience | None = None
    lab: LabRun | None = None

    @property
    def experience(self) -> FieldExperience | None:
        """The page's field data, else its origin's; `covers` says which."""
        return self.page or self.origin


class _Metric(Wire):
    percentile: Number
    distributions: tuple[Bin, ...] = ()


class _Experience(Wire):
    id: str | None = None
    metrics: dict[str, _Metric] = Field(default={})
    origin_fallback: bool = False


class _Audit(Wire):
    title: str | None = None
    score: Share | None = None
    mode: str | None = Field(default=None, alias="scoreDisplayMode")
    numeric_value: Number | None = Field(default=None, alias="numericValue")
    numeric_unit: str | None = Field(default=None, alias="numericUnit")
    display_value: str | None = Field(default=None, alias="displayValue")


class _LabCategory(Wire):
    score: Share | None = None


class _Fault(Wire):
    code: str = ""
    message: str = ""


class _Lab(Wire):
    version: str | None = Field(default=None, alias="lighthouseVersion")
    fetched_at: datetime | None = Field(default=None, alias="fetchTime")
    final_url: str | None = Field(default=None, alias="finalUrl")
    categories: dict[str, _LabCategory] = Field(default={})
    audits: dict[str, _Audit] = Field(default={})
    warnings: tuple[str, ...] = Field(default=(), alias="runWarnings")
    fault: _Fault | None = Field(default=None, alias="runtimeError")


class _Report(Wire):
    id: str
    page: _Experience | None = Field(default=None, alias="loadingExperience")
    origin: _Experience | None = Field(default=None, alias="originLoadingExperience")
    lab: _Lab | None = Field(default=None, alias="lighthouseResult")


class PageSpeed(GoogleRequest[PageSpeedReport]):
    """Measure a page: 10 to 30 seconds."""

    vendor: ClassVar[str] = "pagespeed"

    url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=1500)]
    strategy: Literal["mobile", "desktop"] = "mobile"
    categories: Annotated[tuple[Category, ...], Field(min_length=1)] = ("performance",)
    locale: Annotated[str | None, Field(pattern=r"^[a-z]{2,3}([_-][A-Za-z]{2,4})?$")] = None

    def call(self, request_id: str) -> Call:
        """Return what to send: the strategy always, as the vendor's default is desktop."""
        wanted = [("category", name.upper().replace("-", "_")) for name in self.categories]
        locale = [("locale", self.locale)] if self.locale else []
        return Call(
            "/runPagespeed",
            query=(("url", self.url), ("strategy", self.strategy.upper()), *wanted, *locale),
        )

    def data(self, answer: Answer) -> Outcome[PageSpeedReport]:
        """Return the report; where Lighthouse failed and no visits are known, the page's own fault."""
        found = understood(answer, _Report)
        report = PageSpeedReport(
            url=found.id,
            strategy=self.strategy,
            page=_experience(found.page, "page"),
            origin=_experience(found.origin, "origin"),
            lab=_lab(found.lab) if found.lab else None,
        )
        fault = report.lab.fault if report.lab else None
        if fault and report.experience is None:
            return failed(
                answer.vendor, "audited_site_fault", said=fault.message, code=fault.code, status=answer.status
            )
        return Data(vendor=self.vendor, value=report)


def _experience(found: _Experience | None, covers: Literal["page", "origin"]) -> FieldExperience | None:
    if found is None or not found.metrics:
        return None
    known = {
        _METRICS[name]: (
            metric.percentile / (_CLS_SCALE if name == _CLS else 1),
            shares(metric.distributions),
        )
        for name, metric in found.metrics.items()
        if name in _METRICS
    }
    return FieldExperience(
        covers="origin" if found.origin_fallback else covers, subject=found.id, **metrics(known)
    )


def _lab(found: _Lab) -> LabRun:
    def figure(audit: str) -> float | None:
        return found.audits[audit].numeric_value if audit in found.audits and not found.fault else None

    return LabRun(
        lighthouse_version=found.version,
        fetched_at=found.fetched_at,
        final_url=found.final_url,
        scores={name: category.score for name, category in found.categories.items()},
        fcp=figure("first-contentful-paint"),
        lcp=figure("largest-contentful-paint"),
        tbt=figure("total-blocking-time"),
        speed_index=figure("speed-index"),
        cls=figure("cumulative-layout-shift"),
        total_size=figure("total-byte-weight"),
        audits={name: LabAudit(**audit.model_dump()) for name, audit in found.audits.items()},
        warnings=found.warnings,
        fault=LabFault(code=found.fault.code, message=found.fault.message) if found.fault else None,
    )
