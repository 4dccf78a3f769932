"""A metric's effects as intervals against zero: a row for each treatment, as a share of the control or in its unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ag2_marketing.report import wording
from ag2_marketing.report.charts.plot import Axis, Plot, Spot, Trace, spanning, steps
from ag2_marketing_tools.experiments.analysis.model import Comparison, MetricResult
from ag2_marketing_tools.messages import say

_ROW = 66
_NAME_ABOVE = 0.56
_FIGURES_ABOVE = 0.28
_LONGEST_NAME = 40


@dataclass(frozen=True)
class _Effect:
    """One row: where it lies on its axis, and in words."""

    name: str
    verdict: str
    estimate: float | None
    low: float | None
    high: float | None
    words: str


def relative_plot(metric: MetricResult) -> Plot | None:
    """Draw each treatment's lift over the control; None where no lift is known."""
    rows = [
        _row(one, one.relative.reason, 100.0, (one.relative.lift, one.relative.low, one.relative.high), "%")
        for one in metric.comparisons
    ]
    return _plot(
        metric,
        rows,
        heading=say("Change in percent of the control"),
        margin=_margin(metric, 100.0),
        unit="%",
    )


def absolute_plot(metric: MetricResult) -> Plot | None:
    """Draw each treatment's difference from the control in the metric's unit; None where none is known."""
    scale, unit = wording.scale(metric.unit), wording.unit_words(metric.unit)
    rows = [
        _row(
            one,
            one.absolute.reason,
            scale,
            (one.absolute.difference, one.absolute.low, one.absolute.high),
            "",
        )
        for one in metric.comparisons
    ]
    control = next((one.value for one in metric.variants if one.is_control), None)
    margin = None if control is None else _margin(metric, scale * abs(control))
    heading = say("Difference from the control in {unit}", unit=unit)
    return _plot(metric, rows, heading=heading, margin=margin, unit=unit)


def _margin(metric: MetricResult, scale: float) -> float | None:
    """Return where a guardrail's margin lies; None where it has none."""
    margin = next((one.guardrail.margin for one in metric.comparisons if one.guardrail), 0.0)
    return scale * margin * (-1.0 if metric.direction == "higher" else 1.0) or None


def _row(
    one: Comparison, reason: str | None, scale: float, found: tuple[float | None, ...], unit: str
) -> _Effect:
    estimate, low, high = (None if value is None else scale * value for value in found)
    words = reason or one.reason or say("unknown")
    if estimate is not None:
        words = wording.effect(estimate, low, high, unit)
    return _Effect(one.variant_name, one.verdict, estimate, low, high, words)


def _plot(
    metric: MetricResult, rows: Sequence[_Effect], *, heading: str, margin: float | None, unit: str
) -> Plot | None:
    if all(row.estimate is None for row in rows):
        return None
    places = [place for row in rows for place in (row.estimate, row.low, row.high)]
    low, high = spanning(0.0, margin, *places)
    x = Axis(low, high, tuple((place, wording.number(place, signed=True)) for place in steps(low, high)))
    y = Axis(0.55, len(rows) + 0.8)
    return Plot(
        title=f"{metric.title}: {heading}",
        heading=heading,
        description=_described(metric, rows, unit),
        x=x,
        y=y,
        traces=tuple(_traces(rows, x, y, margin)),
        height=_ROW * len(rows) + 46,
    )


def _traces(rows: Sequence[_Effect], x: Axis, y: Axis, margin: float | None) -> Iterator[Trace]:
    yield _upright(0.0, y, "zero", say("No difference"))
    if margin is not None:
        yield _upright(margin, y, "limit", say("Margin: worse than this is not put up with"))
    for place, row in enumerate(rows):
        height = float(len(rows) - place)
        said = f"{row.name}: {row.words}"
        middle = (x.low + x.high) / 2
        yield Trace("words", "named", (Spot(middle, height + _NAME_ABOVE, _short(row.name)),))
        yield Trace("words", "said", (Spot(middle, height + _FIGURES_ABOVE, row.words),))
        if row.estimate is None:
            continue
        low = x.low if row.low is None else row.low
        high = x.high if row.high is None else row.high
        yield Trace("line", row.verdict, (Spot(low, height, said), Spot(high, height, said)))
        yield Trace("dots", row.verdict, (Spot(row.estimate, height, said),))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"


def _upright(place: float, y: Axis, kind: str, name: str) -> Trace:
    return Trace("line", kind, (Spot(place, y.low), Spot(place, y.high)), name=name)


def _described(metric: MetricResult, rows: Sequence[_Effect], unit: str) -> str:
    better = say("higher is better") if metric.direction == "higher" else say("lower is better")
    told = "; ".join(f"{row.name} {row.words}" for row in rows)
    return say(
        "Effects with their intervals in {unit}, {better}: {effects}.", unit=unit, better=better, effects=told
    )
