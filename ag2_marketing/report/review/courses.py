"""How a location's metrics went: the picture, and beside it every figure of it with its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ag2_marketing.report.charts.plot import Plot, Trace
from ag2_marketing.report.cited import Cited, raw
from ag2_marketing.report.figures import Figures
from ag2_marketing.report.reaching import listed, part
from ag2_marketing.report.short_forms import day_of
from ag2_marketing.report.standings.courses import course_plot, method_name, trend_word
from ag2_marketing.report.standings.levels import level_name, lines_of


@dataclass(frozen=True)
class ShownPoint:
    """One value with its day, and the interval of what is forecast."""

    day: Any
    value: Any
    lower: Any = ""
    upper: Any = ""


@dataclass(frozen=True)
class ShownChange:
    """When the level changed, and the medians on both sides."""

    day: Any
    before: Any
    after: Any


@dataclass(frozen=True)
class ShownCourse:
    """One metric over time."""

    title: Cited
    plot: Plot
    keys: list[Trace]
    levels: list[tuple[str, Any]]
    level_kinds: list[str]
    trend: str
    slope: Any
    trend_reason: Cited | None
    withheld: Cited | None
    changes: list[ShownChange]
    outliers: list[ShownPoint]
    ahead: ShownPoint | None
    method: str
    gain: Any
    no_forecast: Cited | None
    points: list[ShownPoint]


def courses_of(course: Cited | None, figures: Figures) -> list[ShownCourse]:
    """Return the courses that can be drawn."""
    return list(_courses(course, figures))


def _courses(course: Cited | None, figures: Figures) -> Iterator[ShownCourse]:
    for one in listed(course, "metrics"):
        try:
            plot = course_plot(raw(one))
        except ValidationError:  # evidence of another version
            continue
        if plot is not None:
            yield _course(one, plot, figures)


def _course(one: Cited, plot: Plot, figures: Figures) -> ShownCourse:
    unit, trend, predicted = raw(one.unit), part(one, "trend"), part(one, "prediction")
    has_trend = trend is not None and str(raw(trend)["trend"]) != "stable"
    slope, gain = part(trend, "slope_per_day") if has_trend else None, part(predicted, "gain_percent")
    beats = bool(predicted) and bool(raw(predicted)["beats_naive"])
    ahead = listed(predicted, "points")
    return ShownCourse(
        title=one.title,
        plot=plot,
        keys=[trace for trace in plot.traces if trace.name],
        levels=[(level_name(name), figures.rounded(one.levels[name], unit)) for name in raw(one.levels)],
        level_kinds=[line.kind for line in lines_of(raw(one.levels))],
        trend=trend_word(str(raw(trend)["trend"])) if trend else "",
        slope=figures.rounded(slope, unit, signed=True) if slope is not None else "",
        trend_reason=part(trend, "reason"),
        withheld=part(one, "withheld_reason"),
        changes=[_change(found, unit, figures) for found in listed(one, "changes")],
        outliers=[_point(found, unit, figures) for found in listed(one, "outliers")],
        ahead=_point(ahead[-1], unit, figures) if ahead else None,
        method=method_name(str(raw(predicted)["method"])) if beats else "",
        gain=figures.rounded(gain, "percent") if beats and gain is not None else "",
        no_forecast=None if ahead else part(predicted, "reason"),
        points=[
            ShownPoint(figures.link(found.at, day_of(raw(found.at))), figures.rounded_link(found.value))
            for found in listed(one, "points")
        ],
    )


def _change(found: Cited, unit: str | None, figures: Figures) -> ShownChange:
    return ShownChange(
        day=figures.link(found.at, day_of(raw(found.at))),
        before=figures.rounded(found.before, unit),
        after=figures.rounded(found.after, unit),
    )


def _point(found: Cited, unit: str | None, figures: Figures) -> ShownPoint:
    ends = {name: part(found, name) for name in ("lower", "upper")}
    return ShownPoint(
        day=figures.link(found.at, day_of(raw(found.at))),
        value=figures.rounded(found.value, unit),
        **{name: "" if end is None else figures.rounded(end, unit) for name, end in ends.items()},
    )
