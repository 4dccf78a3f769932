"""What an audit says of a page's speed: by real visits, by a lab run, and by the sizes of its files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.tool import Result

Text = Annotated[str, untrusted()]
Rating = Literal["good", "needs improvement", "poor"]


class CollectionPeriod(Result):
    """The days whose visits count, both included."""

    first_date: date
    last_date: date


class Vital(Result):
    """One Core Web Vital, or the reason why it is not known."""

    value: float | None
    unit: str
    threshold_good: float
    threshold_poor: float
    rating: Rating | None
    source: Literal["field", "lab"] | None = Field(
        description="`field`: 75th percentile of real visits (Chrome UX Report). `lab`: one Lighthouse run."
    )
    covers: Literal["page", "origin"] | None = Field(
        default=None, description="`origin` where the page alone has too few visits."
    )
    collection_period: CollectionPeriod | None = Field(
        default=None, description="Of field data; null where the vendor does not tell (28 days it always is)."
    )
    reason: str | None = None


class DeviceVitals(Result):
    """The Core Web Vitals on one kind of device, with the two field metrics that explain them."""

    lcp: Vital
    inp: Vital
    cls: Vital
    fid: Vital
    fcp: Vital | None = Field(
        default=None, description="First Contentful Paint by real visits; no Core Web Vital itself."
    )
    ttfb: Vital | None = Field(
        default=None, description="Time to First Byte by real visits; no Core Web Vital itself."
    )
    passed: bool | None = Field(
        description="All good by field data; a missing INP is left out of the judgement."
    )
    device: Literal["mobile", "desktop"] = "mobile"
    reason: str | None = None


class CoreWebVitals(DeviceVitals):
    """The Core Web Vitals on mobile devices, and on desktops beside them."""

    desktop: DeviceVitals | None = None


class LabScore(Result):
    """One Lighthouse run by PageSpeed Insights, not what visitors met; or the reason why there is none.

    `value` is the performance score. There is no INP in a lab: Total Blocking Time is the nearest to it.
    """

    value: Annotated[float | None, unit("ratio")]
    first_contentful_paint: Annotated[float | None, unit("ms")] = None
    largest_contentful_paint: Annotated[float | None, unit("ms")] = None
    total_blocking_time: Annotated[float | None, unit("ms")] = None
    speed_index: Annotated[float | None, unit("ms")] = None
    cumulative_layout_shift: Annotated[float | None, unit("score")] = None
    total_bytes: Annotated[float | None, unit("byte")] = None
    lighthouse_version: str | None = None
    measured_at: datetime | None = None
    warnings: list[Text] = Field(default=[], description="What Lighthouse says may have spoilt the run.")
    device: Literal["mobile", "desktop"] = "mobile"
    reason: str | None = None


class LabScores(LabScore):
    """The run on a mobile device, and that on a desktop beside it."""

    desktop: LabScore | None = None


class FileFact(Result):
    """A file that the page names, with its size as transferred, or the reason why it is not known."""

    url: Text
    element: str
    size: Annotated[int | None, unit("byte")]
    reason: str | None = None


class PageWeight(Result):
    """What the page transfers. Only a whole is a total: part of the files is said to be part of them."""

    total: Annotated[int | None, unit("byte")] = Field(
        description="The whole, or null where not every file could be measured."
    )
    source: Literal["lighthouse", "fetch"] | None = Field(
        description="`lighthouse`: all that a browser loaded. `fetch`: the document and the scripts, style "
        "sheets, images and icons that it names; what those load further is not in it."
    )
    measured: Annotated[int, unit("byte")] = Field(
        description="The document and the files that the fetch measured: a lower bound."
    )
    files: Annotated[int, unit("file")] = Field(description="Files that the document names.")
    files_measured: Annotated[int, unit("file")]
    largest: list[FileFact] = Field(default=[], description="The largest that were measured, ten at most.")
    not_measured: list[FileFact] = Field(default=[], description="The first of the others, ten at most.")
    reason: str | None = None
