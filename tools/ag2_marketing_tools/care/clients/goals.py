"""How far a client's goals are reached: those that name a measure and a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from ag2_marketing_tools.care.clients.course import Course
from ag2_marketing_tools.care.clients.ratings import is_better
from ag2_marketing_tools.care.clients.reading import UNITLESS, ReadFigure, read_figures
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.units import convert, unit_named
from ag2_marketing_tools.standing import amount
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace.store.observations import Observation

_NAMES, _METRICS, _TARGETS = (
    ("goal", "name", "description", "text"),
    ("metric", "measure"),
    ("target", "target_value"),
)
_DATES = ("by", "due", "target_date")


class GoalProgress(Result):
    """One goal and how far it is reached; figures are in the unit in which the measure is observed."""

    goal: str
    key: str | None
    baseline: float | None
    target: float | None
    latest: float | None
    latest_at: datetime | None
    by: date | None
    achieved: bool | None = Field(description="Null where it cannot be measured.")
    way_percent: Annotated[float | None, unit("percent")] = Field(
        description="How much of the way from the baseline to the target is done; below 0 away from it."
    )
    missed: bool = Field(description="Whether its date has passed without its being achieved.")
    reason: str | None


def goals_of(course: Course) -> list[GoalProgress]:
    """Return how far the goals of the baseline assessment are reached, in its order."""
    if course.baseline is None:
        return []
    return [_progress(one, course) for one in course.baseline.content.get("care_goals", [])]


def _progress(goal: Any, course: Course) -> GoalProgress:
    if not isinstance(goal, Mapping):
        return _told(goal=str(goal), reason=say("The goal names no measure and no target."))
    metric, target = _first(goal, _METRICS), _first(goal, _TARGETS)
    named = str(_first(goal, _NAMES) or metric or goal)
    if metric is None or target is None:
        return _told(goal=named, reason=say("The goal names no measure and no target."))
    instruments = course.baseline.instruments if course.baseline else {}
    found = read_figures({str(metric): target}, course.tables, instruments=instruments)
    if not found.figures:
        problem = [*found.refused, *found.unknown]
        return _told(
            goal=named,
            reason=say("The goal's measure or target cannot be read: {name}.", name=_of(problem, metric)),
        )
    (figure,) = found.figures.values()
    by, reason = _date(_first(goal, _DATES))
    observed = course.history.get(figure.key, ())
    told = _measured(figure, observed, course, instruments.get(figure.key))
    missed = by is not None and by < course.now.date() and told["achieved"] is not True
    return _told(
        goal=named, key=figure.key, by=by, missed=missed, **({"target": figure.value} | told | reason)
    )


def _of(problem: Sequence[Any], metric: Any) -> str:
    return str(problem[0].metric) if problem else str(metric)


def _measured(
    aim: ReadFigure, observed: Sequence[Observation], course: Course, instrument: str | None
) -> dict[str, Any]:
    """Return how far a target is reached, in the unit of the latest figure that it can be told in."""
    known = [one for one in observed if one.observed_at <= course.now]
    if not known:
        return {"achieved": None, "reason": say("The goal's measure was not observed.")}
    fitting = [one for one in known if _in_unit(aim, one.unit) is not None]
    if not fitting:
        return {"achieved": None, "reason": _other_unit(aim, known[-1].unit)}
    latest = fitting[-1]
    target = _in_unit(aim, latest.unit) or 0.0
    alike = [one for one in fitting if one.unit == latest.unit]
    before = [one for one in alike if one.observed_at <= course.begins]
    baseline = (before or alike)[-1 if before else 0]
    sign = is_better(aim.key, instrument, course.tables)
    if sign is None:
        sign = 1 if target >= baseline.value else -1
    way = target - baseline.value
    return {
        "baseline": baseline.value,
        "target": target,
        "latest": latest.value,
        "latest_at": latest.observed_at,
        "achieved": sign * (latest.value - target) >= 0,
        "way_percent": 100.0 * (latest.value - baseline.value) / way if way else None,
    }


def _in_unit(aim: ReadFigure, unit: str) -> float | None:
    """Return a target in the unit of an observation, None where it cannot be told in it.

    A target without a unit is in that of the observations, except where it may be a share of what they have in percent.
    """
    if aim.unit in (unit, UNITLESS):
        return None if unit == "percent" != aim.unit and aim.value <= 1 else aim.value
    source, wanted = unit_named(aim.unit), unit_named(unit)
    if source is None or wanted is None or source.dimension != wanted.dimension:
        return None
    return float(convert(Decimal(repr(aim.value)), source, wanted))


def _other_unit(aim: ReadFigure, unit: str) -> str:
    said = amount(aim.value, None if aim.unit == UNITLESS else aim.unit)
    known = None if unit == UNITLESS else unit_named(unit)
    return say(
        "The target is {target}, the measure is observed in {unit}; give the target in that unit.",
        target=said,
        unit=known.symbol if known else say("points"),
    )


def _date(given: Any) -> tuple[date | None, dict[str, Any]]:
    if given is None:
        return None, {}
    try:
        return datetime.fromisoformat(str(given)).date(), {}
    except ValueError:
        return None, {"reason": say("The goal's date is no date.")}


def _first(goal: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((goal[name] for name in names if goal.get(name) is not None), None)


def _told(**known: Any) -> GoalProgress:
    return GoalProgress(**{**dict.fromkeys(GoalProgress.model_fields), "missed": False, **known})
