"""One metric's card: its verdict, its pictures, its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ag2_marketing.report import wording
from ag2_marketing.report.charts.plot import Plot
from ag2_marketing.report.experiments.intervals import absolute_plot, relative_plot
from ag2_marketing.report.experiments.over_time import cumulative_plot
from ag2_marketing_tools.experiments.analysis.model import (
    Analysis,
    BayesianArm,
    Comparison,
    MetricResult,
    VariantValue,
)
from ag2_marketing_tools.messages import say


@dataclass(frozen=True)
class Row:
    """One variant's figures."""

    variant: str
    is_control: bool
    users: str
    value: str
    difference: str
    change: str
    p_value: str
    chance: str


@dataclass(frozen=True)
class Pill:
    """A verdict in words, with its tone."""

    tone: str
    text: str


@dataclass(frozen=True)
class Card:
    """One metric."""

    id: str
    title: str
    role: str
    role_word: str
    about: str
    pills: list[Pill]
    plots: list[Plot]
    rows: list[Row]
    over_time: list[Plot]
    notes: list[str]
    has_chances: bool


def card_of(metric: MetricResult, analysis: Analysis, names: Mapping[str, str]) -> Card:
    """Return a metric's card."""
    roles = {"goal": say("goal"), "guardrail": say("guardrail"), "other": say("for information")}
    better = say("Higher is better.") if metric.direction == "higher" else say("Lower is better.")
    rows = list(_rows(metric))
    return Card(
        id=metric.metric,
        title=metric.title,
        role=metric.role,
        role_word=say("decides") if metric.metric == analysis.decided_by else roles[metric.role],
        about=f"{better} {metric.counted_over}",
        pills=[_pill(one, metric) for one in metric.comparisons],
        plots=[plot for plot in (relative_plot(metric), absolute_plot(metric)) if plot],
        rows=rows,
        over_time=list(_over_time(metric, analysis, names)),
        notes=list(dict.fromkeys(_notes(metric))),
        has_chances=any(row.chance for row in rows),
    )


def _over_time(metric: MetricResult, analysis: Analysis, names: Mapping[str, str]) -> Iterator[Plot]:
    for effect in analysis.series.cumulative:
        if effect.metric == metric.metric:
            drawn = cumulative_plot(effect, metric, names.get(effect.variant_id, effect.variant_id))
            if drawn is not None:
                yield drawn


def _pill(one: Comparison, metric: MetricResult) -> Pill:
    if one.guardrail is not None:
        status = one.guardrail.status
        tone = {"safe": "better", "harmed": "worse"}.get(status, "unclear")
        words = {
            "safe": say("{variant}: holds", variant=one.variant_name),
            "harmed": say("{variant}: got worse", variant=one.variant_name),
            "no_harm_shown": say("{variant}: no harm shown", variant=one.variant_name),
            "undecided": say("{variant}: not decided yet", variant=one.variant_name),
        }
        return Pill(tone, words[status])
    verdicts = {
        "better": say("{variant}: better", variant=one.variant_name),
        "worse": say("{variant}: worse", variant=one.variant_name),
        "unclear": say("{variant}: no difference shown", variant=one.variant_name),
    }
    return Pill(one.verdict, verdicts[one.verdict])


def _rows(metric: MetricResult) -> Iterator[Row]:
    compared = {one.variant_id: one for one in metric.comparisons}
    chances = {one.variant_id: one for one in metric.bayesian}
    for arm in metric.variants:
        one = compared.get(arm.variant_id)
        yield Row(
            variant=arm.variant_name,
            is_control=arm.is_control,
            users=wording.count(arm.users),
            value=_value(arm, metric.unit),
            difference=_difference(one, metric.unit) if one else "–",
            change=_change(one) if one else "–",
            p_value=_p_value(one) if one else "–",
            chance=_chance(chances.get(arm.variant_id)),
        )


def _value(arm: VariantValue, unit: str) -> str:
    if arm.value is None:
        return arm.reason or say("unknown")
    return wording.value(arm.value, unit)


def _difference(one: Comparison, unit: str) -> str:
    found, scale = one.absolute, wording.scale(unit)
    if found.difference is None:
        return found.reason or one.reason or say("unknown")
    low, high = (None if bound is None else scale * bound for bound in (found.low, found.high))
    return wording.effect(scale * found.difference, low, high, say("points") if unit == "ratio" else unit)


def _change(one: Comparison) -> str:
    found = one.relative
    if found.lift is None:
        return found.reason or say("unknown")
    low, high = (None if bound is None else 100 * bound for bound in (found.low, found.high))
    return wording.effect(100 * found.lift, low, high, "%")


def _p_value(one: Comparison) -> str:
    shown = one.p_value if one.adjusted_p_value is None else one.adjusted_p_value
    return wording.p_words(shown)


def _chance(arm: BayesianArm | None) -> str:
    return "" if arm is None or arm.chance_to_be_best is None else wording.chance(arm.chance_to_be_best)


def _notes(metric: MetricResult) -> Iterator[str]:
    for one in metric.comparisons:
        yield say("Procedure: {method}. {why}", method=one.method, why=one.method_reason)
        if one.adjusted_p_value is not None and one.comparisons > 1:
            yield say("p-values are adjusted for {count:,} comparisons.", count=one.comparisons)
        guardrail = one.guardrail
        if guardrail is not None and guardrail.reason:
            yield guardrail.reason
        cuped = one.cuped
        if cuped is not None and cuped.used and cuped.variance_reduction is not None:
            yield say(
                "Adjusted by each user's own past, which explains {share} of the spread.",
                share=wording.percent(cuped.variance_reduction),
            )
        if cuped is not None and cuped.past_is_balanced is False:
            yield say("{variant} differed from the control before the test began.", variant=one.variant_name)
    if metric.prior:
        yield metric.prior
