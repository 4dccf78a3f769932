"""What real visitors met: the metrics that PageSpeed Insights and the Chrome UX Report share.

Every p75 is the 75th percentile of page loads within 28 days.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.vendors.request import Wire

_BINS: Final = 3

Number = Annotated[int | float, Field(ge=-1e15, le=1e15)]
"""A figure of an answer; the bounds keep arithmetic with it finite."""
Share = Annotated[float, Field(ge=0, le=1)]


class Shares(Result):
    """How the page loads fall into the vendor's three classes; they sum to about 1."""

    good: Annotated[float, unit("ratio")]
    needs_improvement: Annotated[float, unit("ratio")]
    poor: Annotated[float, unit("ratio")]


class Timing(Result):
    """A metric in milliseconds."""

    p75: Annotated[float, unit("ms")]
    shares: Shares | None = None


class Shift(Result):
    """Cumulative Layout Shift."""

    p75: Annotated[float, unit("score")]
    shares: Shares | None = None


class FieldExperience(Result):
    """The metrics of one page or of its whole origin; a metric with too few visits is null."""

    covers: Literal["page", "origin"]
    subject: Annotated[str | None, untrusted()] = None
    lcp: Timing | None = None
    inp: Timing | None = None
    cls: Shift | None = None
    fcp: Timing | None = None
    ttfb: Timing | None = None


class Bin(Wire):
    """One class of a histogram: `proportion` in PageSpeed Insights, `density` in the Chrome UX Report."""

    proportion: Share | None = None
    density: Share | None = None


def shares(bins: Sequence[Bin]) -> Shares | None:
    """Return the shares of the three classes, or None where there are not three."""
    found = [each.proportion if each.density is None else each.density for each in bins]
    known = [share for share in found if share is not None]
    if len(found) != _BINS or len(known) != _BINS:
        return None
    return Shares(good=known[0], needs_improvement=known[1], poor=known[2])


def metrics(found: dict[str, tuple[float, Shares | None]]) -> dict[str, Any]:
    """Return the fields of `FieldExperience` of p75s and shares by `lcp`, `inp`, …; p75 of CLS is a score."""
    return {
        name: (Shift if name == "cls" else Timing)(p75=p75, shares=share)
        for name, (p75, share) in found.items()
    }
