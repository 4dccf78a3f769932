"""Answers put into results: figures on both scales, with their reasons in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence

from ag2_marketing_tools.experiments.analysis.arms import Cells
from ag2_marketing_tools.experiments.analysis.contests import Contest, Decided, sign_of
from ag2_marketing_tools.experiments.analysis.guardrails import guardrail_of
from ag2_marketing_tools.experiments.analysis.judging import judge
from ag2_marketing_tools.experiments.analysis.model import (
    BayesianArm,
    Comparison,
    ConfidenceInterval,
    Cuped,
    Difference,
    Lift,
    MetricResult,
    VariantValue,
)
from ag2_marketing_tools.experiments.analysis.model.comparison import PValueKind, Verdict
from ag2_marketing_tools.experiments.analysis.monitoring import Reading
from ag2_marketing_tools.experiments.analysis.values import chance_to_win, chances, value_of
from ag2_marketing_tools.experiments.analysis.words import counted_over, method_reason, prior_remark, told
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.effects import Effect
from ag2_marketing_tools.statistics.inference import Inference

_P_KINDS: dict[str, PValueKind] = {
    "fixed": "fixed_horizon",
    "always_valid": "always_valid",
    "group_sequential": "repeated",
}


def metric_result(
    experiment: Experiment,
    metric: ExperimentMetric,
    cells: Cells,
    decided: Sequence[Decided],
    reading: Reading,
) -> MetricResult:
    """Return one metric with all its variants and comparisons."""
    definition = metric.definition
    return MetricResult(
        metric=metric.name,
        title=definition.title,
        kind=definition.kind,
        unit=definition.unit,
        direction=definition.direction,
        role=metric.role,
        counted_over=counted_over(definition),
        capped_at=definition.cap,
        stratified=any(answer.contest.stratified for answer in decided),
        variants=variant_values(experiment, metric, cells, reading),
        comparisons=[_comparison(experiment, answer, reading) for answer in decided],
        bayesian=_bayesian(experiment, metric, cells, decided) if metric.role == "goal" else [],
        prior=prior_remark(definition) if metric.role == "goal" else None,
    )


def variant_values(
    experiment: Experiment, metric: ExperimentMetric, cells: Cells, reading: Reading
) -> list[VariantValue]:
    """Return what each variant has, in the test's order."""
    found = []
    for variant in experiment.variants:
        cell = cells.get((variant.id, metric.name))
        value = value_of(cell, metric.definition.kind, reading)
        found.append(
            VariantValue(
                variant_id=variant.id,
                variant_name=variant.name,
                is_control=variant.is_control,
                users=cell.users if cell else 0,
                active_users=cell.active if cell else 0,
                successes=value.successes,
                value=value.value,
                low=value.low,
                high=value.high,
                standard_deviation=value.deviation,
                reason=told(value.reason),
            )
        )
    return found


def _comparison(experiment: Experiment, decided: Decided, reading: Reading) -> Comparison:
    contest, judged = decided.contest, decided.judged
    is_share = contest.metric.definition.unit == "ratio"
    same = decided.judged is decided.plain or decided.level == reading.alpha
    return Comparison(
        variant_id=contest.treatment.id,
        variant_name=contest.treatment.name,
        control_id=experiment.control.id,
        method=told(judged.absolute.method) or judged.absolute.method,
        method_reason=method_reason(contest, reading),
        estimated_by=_estimated_by(contest),
        absolute=difference_of(judged.absolute, 1.0 - decided.level, is_share=is_share),
        relative=lift_of(judged.relative),
        improvement=improvement_of(decided),
        p_value=judged.absolute.p_value,
        p_value_kind=_P_KINDS[reading.mode],
        adjusted_p_value=decided.adjusted_p,
        adjustment=decided.adjustment,
        comparisons=decided.comparisons,
        unadjusted=None
        if same
        else difference_of(decided.plain.absolute, reading.confidence, is_share=is_share),
        significant=decided.significant,
        verdict=verdict_of(decided),
        cuped=_cuped(decided, reading, is_share=is_share),
        guardrail=guardrail_of(decided) if contest.metric.role == "guardrail" else None,
        reason=told(judged.absolute.reason),
    )


def _estimated_by(contest: Contest) -> str:
    subject = contest.subject
    method = subject.method if isinstance(subject, Effect) else subject.effect().method
    return told(method) or method


def verdict_of(decided: Decided) -> Verdict:
    """Return better or worse where the difference is significant."""
    if not decided.significant or not decided.gain:
        return "unclear"
    return "better" if decided.gain > 0.0 else "worse"


def improvement_of(decided: Decided) -> float | None:
    """Return the lift, positive for the better."""
    lift = decided.judged.relative.estimate
    return None if lift is None else tidy(sign_of(decided.contest.metric) * lift)


def tidy(figure: float | None) -> float | None:
    """Return a figure without the last digits of its arithmetic: 0.3 for 0.30000000000000004."""
    return None if figure is None else float(f"{figure:.14g}")


def _figures(inference: Inference) -> tuple[float | None, float | None, float | None]:
    interval = inference.interval
    if interval is None:
        return inference.estimate, None, None
    return inference.estimate, interval.lower, interval.upper


def difference_of(inference: Inference, confidence: float, *, is_share: bool) -> Difference:
    """Return an absolute answer as a result; for shares in percentage points as well."""
    figures = [tidy(figure) for figure in _figures(inference)]
    points = [tidy(100.0 * figure) if is_share and figure is not None else None for figure in figures]
    return Difference(
        difference=figures[0],
        low=figures[1],
        high=figures[2],
        difference_points=points[0],
        low_points=points[1],
        high_points=points[2],
        standard_error=inference.standard_error,
        confidence=confidence,
        reason=told(inference.reason),
    )


def lift_of(inference: Inference) -> Lift:
    """Return a relative answer as a result."""
    lift, low, high = (tidy(figure) for figure in _figures(inference))
    return Lift(
        lift=lift,
        low=low,
        high=high,
        method=told(inference.method),
        reason=told(inference.reason),
    )


def _cuped(decided: Decided, reading: Reading, *, is_share: bool) -> Cuped | None:
    contest = decided.contest
    past = contest.past
    if past is None:
        return None
    used = past.why_not is None
    adjusted = decided.plain if used else judge(past.effect, reading, alpha=reading.alpha)
    raw = judge(contest.raw, reading, alpha=reading.alpha)
    return Cuped(
        used=used,
        variance_reduction=_variance_reduction(contest),
        adjusted=difference_of(adjusted.absolute, reading.confidence, is_share=is_share),
        raw=difference_of(raw.absolute, reading.confidence, is_share=is_share),
        past_difference=past.before.estimate if past.before else None,
        past_is_balanced=past.balanced,
        reason=past.why_not,
    )


def _variance_reduction(contest: Contest) -> float | None:
    raw = contest.raw if isinstance(contest.raw, Effect) else contest.raw.effect()
    if contest.past is None or not raw.difference_variance or contest.past.effect.difference_variance is None:
        return None
    return 1.0 - contest.past.effect.difference_variance / raw.difference_variance


def _bayesian(
    experiment: Experiment, metric: ExperimentMetric, cells: Cells, decided: Sequence[Decided]
) -> list[BayesianArm]:
    found = chances(experiment, metric, cells)
    higher = metric.definition.direction == "higher"
    wins = {
        answer.contest.treatment.id: chance_to_win(answer.contest.subject, higher=higher)
        for answer in decided
    }
    arms = []
    for variant in experiment.variants:
        chance = found.get(variant.id)
        arms.append(
            BayesianArm(
                variant_id=variant.id,
                chance_to_be_best=chance.chance_to_be_best if chance else None,
                expected_loss=chance.expected_loss if chance else None,
                chance_to_beat_control=wins.get(variant.id),
                reason=None if chance else say("A variant's value has no error yet."),
            )
        )
    return arms


def confidence_interval(comparison: Comparison, unit: str) -> ConfidenceInterval:
    """Return one comparison's interval on both scales."""
    absolute, relative = comparison.absolute, comparison.relative
    return ConfidenceInterval(
        difference=absolute.difference,
        lower=absolute.low,
        upper=absolute.high,
        unit=unit,
        relative_difference=relative.lift,
        relative_lower=relative.low,
        relative_upper=relative.high,
        confidence=absolute.confidence,
        reason=absolute.reason or relative.reason,
    )
