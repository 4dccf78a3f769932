"""A metric over time: its values, its levels, lasting changes, what stood out, and the forecast with its band."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ag2_marketing.report import wording
from ag2_marketing.report.charts.plot import Axis, Plot, Spot, Trace, spanning, steps
from ag2_marketing.report.standings.levels import amount, axis_unit, between, change, lines_of, plain
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.observations.courses import MetricCourse

_MOST_TICKS = 4
_ROOM = 0.02
_SLOPE_DAYS = 30
HEIGHT = 210


@dataclass(frozen=True)
class _Drawn:
    """A course with its place of zero and its axes."""

    course: MetricCourse
    start: datetime
    x: Axis
    y: Axis

    def at(self, when: datetime) -> float:
        return _days(self.start, when)


def course_plot(found: MetricCourse | Mapping[str, Any]) -> Plot | None:
    """Draw a course; None where fewer than two values were observed."""
    course = found if isinstance(found, MetricCourse) else MetricCourse.model_validate(found)
    if len(course.points) < 2:
        return None
    start = course.points[0].at
    drawn = _Drawn(course, start, _time_axis(course, start), _heights(course))
    heading = course.title
    return Plot(
        title=say("{title} over time", title=heading),
        heading=heading,
        axes=axis_unit(course.unit, course.direction),
        description=_described(course),
        x=drawn.x,
        y=drawn.y,
        traces=tuple(_traces(drawn)),
        how=" ".join(_how(course)),
        height=HEIGHT,
        head=(say("When"), say("Value"), say("What it is")),
        rows=tuple(_rows(course)),
    )


def trend_words(course: MetricCourse) -> str:
    """Return a course's trend in a sentence."""
    trend = course.trend
    if trend is None or trend.trend == "insufficient data" or trend.slope_per_day is None:
        return (trend.reason if trend else None) or say("There are too few values to speak of a trend.")
    if trend.trend == "stable":
        return say("No trend shown.")
    slope = change(_SLOPE_DAYS * trend.slope_per_day, course.unit)
    return say("{trend}: {slope} in 30 days.", trend=trend_word(trend.trend), slope=slope)


def trend_word(name: str) -> str:
    """Return a trend in words."""
    words = {
        "improving": say("Improving"),
        "declining": say("Declining"),
        "stable": say("No trend shown"),
        "rising": say("Rising"),
        "falling": say("Falling"),
        "insufficient data": say("Too little data"),
    }
    return words.get(name, name)


def _time_axis(course: MetricCourse, start: datetime) -> Axis:
    last = course.prediction.points[-1].at if course.prediction.points else course.points[-1].at
    length = _days(start, last)
    room = _ROOM * length
    step = max(1, math.ceil(len(course.points) / _MOST_TICKS))
    ticks = tuple((_days(start, point.at), _month(point.at)) for point in course.points[::step])
    return Axis(-room, length + room, ticks)


def _heights(course: MetricCourse) -> Axis:
    known = [point.value for point in course.points]
    known += [end for point in course.prediction.points for end in (point.lower, point.upper)]
    low, high = spanning(*known, *course.levels.values(), margin=0.06)
    return Axis(low, high, tuple((place, wording.number(place)) for place in steps(low, high)))


def _traces(drawn: _Drawn) -> Iterator[Trace]:
    course, x = drawn.course, drawn.x
    yield from _forecast(drawn)
    for line in lines_of(course.levels):
        said = f"{line.name}: {amount(line.value, course.unit)}"
        yield Trace("line", line.kind, (Spot(x.low, line.value), Spot(x.high, line.value)), name=said)
    spots = tuple(
        Spot(drawn.at(point.at), point.value, f"{_day(point.at)}: {amount(point.value, course.unit)}")
        for point in course.points
    )
    yield Trace("line", "course", spots, name=say("Observed"))
    yield from _changes(drawn)
    outliers = tuple(
        Spot(drawn.at(one.at), one.value, f"{_day(one.at)}: {_outlier(one, course.unit)}")
        for one in course.outliers
    )
    if outliers:
        yield Trace("dots", "outlier", outliers, name=say("Stands out"))


def _forecast(drawn: _Drawn) -> Iterator[Trace]:
    course, points = drawn.course, drawn.course.prediction.points
    if not points:
        return
    last = Spot(drawn.at(course.points[-1].at), course.points[-1].value)
    upper = [Spot(drawn.at(point.at), drawn.y.within(point.upper)) for point in points]
    lower = [Spot(drawn.at(point.at), drawn.y.within(point.lower)) for point in reversed(points)]
    level = wording.level(course.prediction.confidence)
    yield Trace(
        "band", "forecast", (last, *upper, *lower, last), name=say("Forecast, band of {level}", level=level)
    )
    ahead = [
        Spot(drawn.at(point.at), point.value, f"{_day(point.at)}: {_predicted(point, course.unit)}")
        for point in points
    ]
    yield Trace("line", "forecast", (last, *ahead))


def _changes(drawn: _Drawn) -> Iterator[Trace]:
    """Draw where the level changed for good: a line across, and the medians on both sides."""
    course, named = drawn.course, say("Lasting change")
    ends = [drawn.at(course.points[0].at), *(drawn.at(one.at) for one in course.changes)]
    ends.append(drawn.at(course.points[-1].at))
    for place, one in enumerate(course.changes):
        at = ends[place + 1]
        said = f"{_day(one.at)}: {_changed(one, course.unit)}"
        yield Trace("line", "change", (Spot(at, drawn.y.low, said), Spot(at, drawn.y.high, said)), name=named)
        named = ""
        if place == 0:
            yield Trace(
                "line", "median", (Spot(ends[0], one.before), Spot(at, one.before)), name=say("Median")
            )
        yield Trace("line", "median", (Spot(at, one.after), Spot(ends[place + 2], one.after)))


def _rows(course: MetricCourse) -> Iterator[tuple[str, ...]]:
    changed = {one.at: _changed(one, course.unit) for one in course.changes}
    standing_out = {one.at: _outlier(one, course.unit) for one in course.outliers}
    for point in course.points:
        notes = [text for text in (changed.get(point.at), standing_out.get(point.at)) if text]
        yield _date(point.at), amount(point.value, course.unit), "; ".join(notes) or say("observed")
    for ahead in course.prediction.points:
        yield _date(ahead.at), amount(ahead.value, course.unit), _predicted(ahead, course.unit)


def _changed(one: Any, unit: str | None) -> str:
    return say(
        "level changed from {before} to {after}", before=plain(one.before), after=amount(one.after, unit)
    )


def _outlier(one: Any, unit: str | None) -> str:
    return say(
        "{value} stands out; {expected} was to be expected",
        value=amount(one.value, unit),
        expected=amount(one.expected, unit),
    )


def _predicted(point: Any, unit: str | None) -> str:
    return say(
        "forecast {value} ({interval})",
        value=amount(point.value, unit),
        interval=between(point.lower, point.upper),
    )


def _described(course: MetricCourse) -> str:
    first, last = course.points[0], course.points[-1]
    parts = [
        say(
            "From {first} on {start} to {last} on {end}.",
            first=amount(first.value, course.unit), start=_date(first.at),
            last=amount(last.value, course.unit), end=_date(last.at),
        ),
        trend_words(course),
        *(f"{_date(one.at)}: {_changed(one, course.unit)}." for one in course.changes),
    ]  # fmt: skip
    if course.prediction.points:
        ahead = course.prediction.points[-1]
        parts.append(f"{_date(ahead.at)}: {_predicted(ahead, course.unit)}.")
    return " ".join(parts)


def _how(course: MetricCourse) -> Iterator[str]:
    yield trend_words(course)
    if course.withheld_reason:
        yield course.withheld_reason
    found = course.prediction
    if not found.points:
        yield say("No forecast: {reason}", reason=found.reason or say("unknown"))
    elif found.beats_naive and found.gain_percent is not None:
        yield say(
            "Forecast by {method}: tried on what came before, it erred {gain} less than going on as last seen.",
            method=method_name(found.method),
            gain=wording.percent(found.gain_percent / 100),
        )
    else:
        yield say("The forecast goes on as last seen: no other method did better on what came before.")


def method_name(name: str) -> str:
    """Return a forecast's method in words."""
    names = {
        "drift": say("the line from first to last"),
        "seasonal naive": say("the same time of the season before"),
        "simple exponential smoothing": say("simple exponential smoothing"),
        "Holt's linear trend": say("Holt's linear trend"),
        "Holt-Winters": say("Holt and Winters' additive method"),
    }
    return names.get(name, name)


def _days(start: datetime, when: datetime) -> float:
    return (when - start) / timedelta(days=1)


def _day(when: datetime) -> str:
    return wording.day(when.date())


def _date(when: datetime) -> str:
    return wording.date_words(when.date())


def _month(when: datetime) -> str:
    return wording.month(when.date())


def drawn_courses(courses: Sequence[MetricCourse]) -> list[Plot]:
    """Return the plots of the courses that can be drawn."""
    return [plot for plot in map(course_plot, courses) if plot is not None]
