"""Figures and levels in words, in the reader's language."""

from __future__ import annotations

from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.metrics.units import require_unit, unit_named
from ag2_marketing_tools.standing.terms import level_name, with_unit
from ag2_marketing_tools.standing.views import LevelGap, MetricStanding, PositionCounts


def amount(value: float, unit: str | None) -> str:
    """Return a figure with its unit, to two decimals, below 1 to three digits."""
    return with_unit(rounded(value), unit_named(unit) if unit else None)


def difference(value: float, unit: str | None) -> str:
    """Return the distance between two figures with its unit: that of two percentages is in percentage points."""
    known = unit_named(unit) if unit else None
    if known is not None and known.name == "percent":
        known = require_unit("percentage point")
    return with_unit(rounded(value), known)


def rounded(value: float) -> float:
    """Return a figure as sentences say it: what was computed has more digits than anybody reads."""
    return round(value, 2) if abs(value) >= 1 else float(f"{value:.3g}")


def finding(standing: MetricStanding, gap: LevelGap) -> str:
    """Return one sentence that sets a figure against a level."""
    values = {
        "title": standing.title,
        "value": amount(standing.value or 0.0, standing.unit),
        "level": amount(gap.level_value, standing.unit),
        "name": level_name(gap.level),
        "gap": difference(abs(gap.gap), standing.unit),
    }
    if gap.gap == 0:
        return say("{title}: {value}, just at {name}.", **values)
    if gap.gap > 0:
        return say("{title}: {value}, {gap} better than {name} of {level}.", **values)
    if standing.direction == "lower":
        return say("{title}: {value}, {gap} above {name} of {level}; lower is better.", **values)
    return say("{title}: {value}, {gap} short of {name} of {level}.", **values)


def summary_of_counts(counts: PositionCounts) -> str:
    """Return one sentence on how many of the measured metrics stand where."""
    decided = counts.leading + counts.competitive + counts.lagging
    return say(
        "Of {metrics}, {leading} lead, {competitive} are competitive, {lagging} lag and {undecided} are undecided.",
        metrics=count_of(decided + counts.inconclusive, "measured metric"),
        leading=counts.leading,
        competitive=counts.competitive,
        lagging=counts.lagging,
        undecided=counts.inconclusive,
    )
