"""Every comparison of a test: what is compared, judged by the reading, corrected for being one of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ag2_marketing_tools.experiments.analysis.arms import Cells, allocation_changed, comparable_phases
from ag2_marketing_tools.experiments.analysis.judging import Judged, Shares, Subject, judge, settled
from ag2_marketing_tools.experiments.analysis.measures import (
    adjusted_effect,
    averaged,
    past_difference,
    raw_effect,
    subject_of,
)
from ag2_marketing_tools.experiments.analysis.model.analysis import Alternative as Question
from ag2_marketing_tools.experiments.analysis.model.comparison import Adjustment
from ag2_marketing_tools.experiments.analysis.monitoring import Reading
from ag2_marketing_tools.experiments.analysis.thresholds import thresholds
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Variant
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.cuped import METHOD as CUPED
from ag2_marketing_tools.statistics.cuped import RATIO_METHOD as CUPED_RATIO
from ag2_marketing_tools.statistics.effects import Effect
from ag2_marketing_tools.statistics.inference import Alternative, Inference
from ag2_marketing_tools.statistics.multiplicity import benjamini_hochberg, holm, holm_levels


@dataclass(frozen=True, slots=True)
class Past:
    """What each user's own past does for a comparison; `why_not` says why it is not used."""

    effect: Effect
    before: Inference | None
    why_not: str | None

    @property
    def balanced(self) -> bool | None:
        """False where the arms differed before the test."""
        return _balanced(self.before)


@dataclass(frozen=True, slots=True)
class Contest:
    """One treatment against the control in one metric: what decides, and what was measured plainly."""

    metric: ExperimentMetric
    treatment: Variant
    subject: Subject
    raw: Subject
    past: Past | None
    stratified: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A contest with its answer.

    `judged` is at the level at which it is decided, `plain` at the test's own; `comparisons` were corrected for.
    """

    contest: Contest
    judged: Judged
    plain: Judged
    adjusted_p: float | None
    adjustment: Adjustment | None
    comparisons: int
    significant: bool
    level: float

    @property
    def gain(self) -> float | None:
        """The difference, positive for the better."""
        difference = self.judged.absolute.estimate
        return None if difference is None else sign_of(self.contest.metric) * difference


def sign_of(metric: ExperimentMetric) -> float:
    """1 where higher is better, else -1."""
    return 1.0 if metric.definition.direction == "higher" else -1.0


def contests_of(
    experiment: Experiment, cells: Cells, phases: Mapping[str, Cells] | None
) -> Iterator[Contest]:
    """Yield every comparison with the control, metric by metric."""
    changed = allocation_changed(experiment)
    for metric in experiment.metrics:
        for treatment in experiment.treatments:
            strata = [cells]
            if changed and phases:
                numbers = comparable_phases(experiment, treatment.id, experiment.control.id)
                strata = [phases.get(str(phase.number), {}) for phase in numbers]
            yield _contest(experiment, metric, treatment, strata, stratified=changed and bool(phases))


def _contest(
    experiment: Experiment,
    metric: ExperimentMetric,
    treatment: Variant,
    strata: Sequence[Cells],
    *,
    stratified: bool,
) -> Contest:
    kind, name, control = metric.definition.kind, metric.name, experiment.control
    pairs = [(cells.get((treatment.id, name)), cells.get((control.id, name))) for cells in strata]
    one = len(pairs) == 1
    raw = subject_of(kind, *pairs[0]) if one else averaged([raw_effect(kind, *pair) for pair in pairs])
    adjusted = []
    for cells, pair in zip(strata, pairs, strict=True):
        others = [
            cells.get((variant.id, name)) for variant in experiment.treatments if variant.id != treatment.id
        ]
        effect = adjusted_effect(kind, *pair, others)
        if effect is not None:
            adjusted.append(effect)
    past = None
    if adjusted and len(adjusted) == len(pairs):
        effect = adjusted[0] if one else averaged(adjusted)
        before = past_difference(kind, *pairs[0]) if one else None
        past = Past(effect, before, _why_not(effect, before, raw))
    subject = past.effect if past is not None and past.why_not is None else raw
    return Contest(metric, treatment, subject, raw, past, stratified)


def _why_not(effect: Effect, before: Inference | None, raw: Subject) -> str | None:
    if isinstance(raw, Shares) and raw.few:
        return say("Too few users succeeded or failed: the exact procedure answers, which takes no past.")
    if effect.difference_variance is None:
        return say("The adjusted effect has no error.")
    unchanged = isinstance(raw, Effect) and effect.difference_variance == raw.difference_variance
    if unchanged or not effect.method.startswith((CUPED, CUPED_RATIO)):
        return say("The users' past does not vary, so it tells nothing.")
    if _balanced(before) is False:
        return say("The variants differed before the test already, so the past is not to be trusted.")
    return None


def _balanced(before: Inference | None) -> bool | None:
    if before is None or before.p_value is None:
        return None
    return before.p_value >= thresholds().past_imbalance_p


def decide(contests: Sequence[Contest], reading: Reading, question: Question) -> list[Decided]:
    """Judge all contests: the goals corrected by Holm, other metrics by Benjamini-Hochberg, guardrails each alone.

    Guardrails must all hold, so each is judged at the test's own level, and always on both sides.
    """
    plain = [
        judge(c.subject, reading, alpha=reading.alpha, alternative=_tails(c, question)) for c in contests
    ]
    answers: list[Decided | None] = [None] * len(contests)
    for role, adjustment in (("goal", "holm"), ("other", "benjamini_hochberg"), ("guardrail", None)):
        places = [place for place, contest in enumerate(contests) if contest.metric.role == role]
        p_values = [plain[place].absolute.p_value for place in places]
        adjusted, levels = _corrected(p_values, adjustment, reading.alpha)
        tests = sum(p is not None for p in p_values) or len(places)
        for place, p, level in zip(places, adjusted, levels, strict=True):
            answers[place] = _decided(
                contests[place],
                plain[place],
                reading,
                p,
                level,
                adjustment=adjustment if tests > 1 else None,  # type: ignore[arg-type]
                comparisons=tests if adjustment else 1,
                tails=_tails(contests[place], question),
            )
    return [answer for answer in answers if answer is not None]


def _tails(contest: Contest, question: Question) -> Alternative:
    if question == "two-sided" or contest.metric.role != "goal":
        return "two-sided"
    return "greater" if sign_of(contest.metric) > 0.0 else "less"


def _corrected(
    p_values: Sequence[float | None], adjustment: str | None, alpha: float
) -> tuple[Sequence[float | None], list[float]]:
    """Adjusted p-values, and each comparison's own level, at which its interval agrees with the decision.

    After Benjamini and Hochberg the level is rejections * alpha / tests (Benjamini and Yekutieli 2005, False
    discovery rate-adjusted multiple confidence intervals, J. Am. Stat. Assoc. 100).
    """
    tests = sum(p is not None for p in p_values)
    if adjustment == "holm":
        return holm(p_values), _holm_levels(p_values, alpha)
    if adjustment == "benjamini_hochberg" and tests:
        adjusted = benjamini_hochberg(p_values)
        rejected = sum(p is not None and p <= alpha for p in adjusted)
        return adjusted, [max(1, rejected) * alpha / tests] * len(p_values)
    return p_values, [alpha] * len(p_values)


def _holm_levels(p_values: Sequence[float | None], alpha: float) -> list[float]:
    """Holm's level of each comparison; equal p-values share the smaller one, so that their order plays no part."""
    least: dict[float, float] = {}
    levels = holm_levels(p_values, alpha=alpha)
    for p, level in zip(p_values, levels, strict=True):
        if p is not None and level is not None:
            least[p] = min(level, least.get(p, level))
    return [alpha / len(p_values) if p is None else least[p] for p in p_values]


def _decided(
    contest: Contest,
    plain: Judged,
    reading: Reading,
    adjusted_p: float | None,
    level: float,
    *,
    adjustment: Adjustment | None,
    comparisons: int,
    tails: Alternative,
) -> Decided:
    significant = adjusted_p is not None and adjusted_p <= reading.alpha
    same = abs(level - reading.alpha) < 1e-12
    judged = plain if same else judge(contest.subject, reading, alpha=level, alternative=tails)
    p = plain.absolute.p_value
    return Decided(
        contest,
        settled(judged, rejected=significant) if p is not None else judged,
        settled(plain, rejected=p is not None and p <= reading.alpha) if p is not None else plain,
        adjusted_p,
        adjustment,
        comparisons,
        significant,
        level,
    )
