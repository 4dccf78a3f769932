"""How a client's measures changed from the baseline: by how much, how sure, and whether that matters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from ag2_marketing_tools.care.clients.facts import Instrument, fact, instrument
from ag2_marketing_tools.care.clients.location_views import Change
from ag2_marketing_tools.care.clients.reading import UNITLESS
from ag2_marketing_tools.care.clients.records import Assessment
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import TableMetric, Tables
from ag2_marketing_tools.statistics.effects import Effect, fixed_horizon
from ag2_marketing_tools.statistics.inference import Inference, undefined
from ag2_marketing_tools.statistics.moments import Moments
from ag2_marketing_tools.statistics.multiplicity import benjamini_hochberg
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace.store.observations import Observation

Verdict = Literal["improved", "stable", "worse", "too_little_data"]
ERROR_RATE = 0.05
METHOD = "Student's t, pooled variance"
_LEAST_ALIKE = 3
"""Figures that are all alike say nothing of their spread; so many of them are taken at their word."""


class MeasureProgress(Result):
    """One measure of a client now beside the baseline, in `unit`; improvements are positive where it got better."""

    key: str
    metric: str
    title: str
    unit: str | None
    instrument: str | None = Field(description="As the baseline assessment names it.")
    baseline: float | None
    baseline_at: datetime | None
    baseline_figures: Annotated[int, unit("count")]
    latest: float | None
    latest_at: datetime | None
    figures: Annotated[int, unit("count")] = Field(description="Since the baseline, within the timeframe.")
    other_units: Annotated[int, unit("count")] = Field(description="Figures left out for their other unit.")
    change: float | None = Field(description="Mean of the figures minus the baseline.")
    improvement: float | None = Field(description="The change, turned so that positive is better.")
    lower: float | None = Field(description="Ends of the improvement's confidence interval, at 95 %.")
    upper: float | None
    p_value: float | None
    p_adjusted: float | None = Field(description="Adjusted for the client's measures judged together.")
    mcid: float | None = Field(description="Least change that matters to people.")
    mcid_source: str | None
    mcid_population: str | None = Field(description="In whom it was found, as its source has it.")
    reaches_mcid: bool | None = Field(description="Whether the improvement, or the loss, is that large.")
    mcid_reason: str | None
    verdict: Verdict | None = Field(description="Null where neither way is better.")
    method: str
    reason: str | None


@dataclass(frozen=True)
class Window:
    """What is compared: the figures after a moment, within a timeframe, with those of the baseline.

    Attributes:
        since: Where the timeframe begins.
        now: Where it ends.
        assessment: The baseline; None stands for each measure's first figure.
    """

    since: datetime
    now: datetime
    assessment: Assessment | None = None


def progress_of(
    history: Mapping[str, Sequence[Observation]], window: Window, tables: Tables
) -> list[MeasureProgress]:
    """Return how each measure that was observed changed, judged together, in the order of the tables.

    The difference of means is judged by Student's t with one variance for both, so that one figure suffices as a
    baseline; single figures are taken as independent.
    """
    found = [
        _compared(tables.metric(key), key, *_parts(history[key], window), window.assessment)
        for key in tables
        if history.get(key)
    ]
    adjusted = benjamini_hochberg([one.p_value for one in found])
    return [_judged(one, p) for one, p in zip(found, adjusted, strict=True)]


def overall(progress: Iterable[MeasureProgress]) -> Change:
    """Return how a client changed on the whole."""
    verdicts = {one.verdict for one in progress} - {None, "too_little_data"}
    if not verdicts:
        return "too_little_data"
    if {"improved", "worse"} <= verdicts:
        return "mixed"
    if "improved" in verdicts:
        return "improved"
    return "worse" if "worse" in verdicts else "stable"


def difference(before: Sequence[float], after: Sequence[float]) -> Inference:
    """Return the difference of means after minus before, with one variance for both; one figure each may be alone."""
    first, second = Moments.of(before), Moments.of(after)
    degrees = first.count + second.count - 2
    if not first.count or not second.count:
        return undefined(METHOD, say("There are no figures before, or none after."))
    estimate = second.mean - first.mean
    if degrees < 1:
        return undefined(METHOD, say("One figure before and one after tell nothing of chance."), estimate)
    variance = (first.squares + second.squares) / degrees
    if variance <= 0.0:
        return undefined(METHOD, say("The figures are alike, so that they tell nothing of chance."), estimate)
    spread = variance / first.count + variance / second.count
    return fixed_horizon(
        Effect(
            METHOD,
            first.count + second.count,
            estimate,
            spread,
            first.mean,
            degrees_of_freedom=float(degrees),
        )
    )


_Parts = tuple[list[Observation], list[Observation], int]


def _parts(observed: Sequence[Observation], window: Window) -> _Parts:
    """The figures of the baseline, those after it within the timeframe, and how many have another unit."""
    known = [one for one in observed if one.observed_at <= window.now]
    if window.assessment is None:
        baseline = known[:1]
        until = baseline[0].observed_at if baseline else window.now
    else:
        until = window.assessment.assessed_at
        first = until - timedelta(days=fact("baseline", "days_before"))
        baseline = [one for one in known if first <= one.observed_at <= until]
    reference = baseline[-1].unit if baseline else (known[-1].unit if known else None)
    later = [one for one in known if one.observed_at > until and one.observed_at >= window.since]
    fitting = [[one for one in part if one.unit == reference] for part in (baseline, later)]
    return fitting[0], fitting[1], len(baseline) + len(later) - len(fitting[0]) - len(fitting[1])


def _compared(
    metric: TableMetric,
    key: str,
    baseline: Sequence[Observation],
    later: Sequence[Observation],
    other_units: int,
    assessment: Assessment | None,
) -> MeasureProgress:
    name = assessment.instruments.get(key) if assessment else None
    scale = instrument(name) if name else None
    sign = {"higher": 1.0, "lower": -1.0}.get(scale.direction if scale else metric.direction)
    found = difference([one.value for one in baseline], [one.value for one in later])
    before = Moments.of([one.value for one in baseline]).mean if baseline else None
    better = None if sign is None or found.estimate is None else sign * found.estimate
    interval = found.interval
    if interval is not None and sign is not None and sign < 0:
        interval = interval.mirrored()
    last = later[-1] if later else (baseline[-1] if baseline else None)
    unit = last.unit if last and last.unit != UNITLESS else None
    return MeasureProgress(
        key=key,
        metric=metric.path,
        title=metric.spoken_title,
        unit=unit,
        instrument=scale.title if scale else None,
        baseline=before,
        baseline_at=baseline[-1].observed_at if baseline else None,
        baseline_figures=len(baseline),
        latest=later[-1].value if later else None,
        latest_at=later[-1].observed_at if later else None,
        figures=len(later),
        other_units=other_units,
        change=found.estimate,
        improvement=better,
        lower=interval.lower if interval and sign is not None else None,
        upper=interval.upper if interval and sign is not None else None,
        p_value=found.p_value if sign is not None else None,
        p_adjusted=None,
        verdict=None if sign is None else "too_little_data",
        method=found.method,
        reason=_reason(found, baseline, later, sign),
        **_mcid(scale, better, before),
    )


def _reason(
    found: Inference, baseline: Sequence[Observation], later: Sequence[Observation], sign: float | None
) -> str | None:
    if not baseline:
        return say("The baseline assessment has no figure of this measure.")
    if not later:
        return say("There is no figure since the baseline within the timeframe.")
    if sign is None:
        return say("Neither higher nor lower is better here.")
    return found.reason


def _mcid(scale: Instrument | None, improvement: float | None, baseline: float | None) -> dict[str, Any]:
    if scale is None:
        why = say(
            "No instrument is named in the baseline assessment, so no published least change that matters."
        )
    elif scale.mcid is None:
        why = say("No published least change that matters is held of {instrument}.", instrument=scale.title)
    else:
        return {
            "mcid": scale.mcid,
            "mcid_source": scale.source,
            "mcid_population": scale.population,
            "reaches_mcid": None
            if improvement is None
            else _matters(improvement, baseline, scale.mcid, scale),
            "mcid_reason": None,
        }
    nothing = dict.fromkeys(("mcid", "mcid_source", "mcid_population", "reaches_mcid"))
    return {**nothing, "mcid_reason": why}


def _matters(improvement: float, baseline: float | None, least: float, scale: Instrument) -> bool:
    if abs(improvement) >= least:
        return True
    if scale.mcid_percent is None or improvement <= 0 or not baseline:
        return False
    return improvement >= scale.mcid_percent / 100.0 * abs(baseline)


def _judged(one: MeasureProgress, p_adjusted: float | None) -> MeasureProgress:
    if one.verdict is None or one.improvement is None:
        return one
    changes: dict[str, Any] = {"p_adjusted": p_adjusted}
    if p_adjusted is None:
        alike = one.figures >= _LEAST_ALIKE and (one.mcid is not None or one.improvement == 0.0)
        if alike:
            changes["verdict"] = _direction(one) if one.reaches_mcid else "stable"
    else:
        clear = p_adjusted <= ERROR_RATE
        matters = one.reaches_mcid is not False
        changes["verdict"] = _direction(one) if clear and matters else "stable"
        if clear and not matters:
            changes["reason"] = say("The change stands out from chance, and is smaller than what matters.")
    return one.model_copy(update=changes)


def _direction(one: MeasureProgress) -> Verdict:
    return "improved" if (one.improvement or 0.0) > 0 else "worse"
