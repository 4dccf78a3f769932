"""The comparison of two proportions that experiments use: which procedure, and both scales at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from ag2_marketing_tools.statistics.inference import Alternative, Inference, Interval
from ag2_marketing_tools.statistics.proportions import Proportion, smallest_expected_count
from ag2_marketing_tools.statistics.score import score_difference, score_ratio
from ag2_marketing_tools.statistics.small_samples import small_sample

LEAST_EXPECTED_COUNT = 5.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The absolute difference (points as a share, 0.01 is one point) and the relative lift (0.12 is +12 %)."""

    absolute: Inference
    relative: Inference
    procedure: Literal["score", "exact"]


def compare_proportions(
    treatment: Proportion,
    control: Proportion,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
) -> Comparison:
    """Compare two proportions; p-value, absolute and relative interval come to one decision.

    The score test answers, with Miettinen and Nurminen's intervals. Where the smallest expected count of the
    four is below 5 (Cochran 1954), Fisher's exact test and Newcombe's interval answer instead.

    Args:
        treatment: Successes among the units exposed.
        control: The same of the control.
        confidence: Level of both intervals.
        alternative: "greater" asks whether the treatment's share is higher.

    An arm without units gives reasons instead of figures; a control without successes has no lift.

    Raises:
        InvalidInput: The confidence level is not strictly between 0 and 1.
    """
    if smallest_expected_count(treatment, control) < LEAST_EXPECTED_COUNT:
        small = small_sample(treatment, control, confidence=confidence, alternative=alternative)
        return Comparison(small.difference, lift_of_ratio(small.ratio), "exact")
    return Comparison(
        score_difference(treatment, control, confidence=confidence, alternative=alternative),
        lift_of_ratio(score_ratio(treatment, control, confidence=confidence, alternative=alternative)),
        "score",
    )


def lift_of_ratio(ratio: Inference) -> Inference:
    """Return a ratio's answer as relative lift: ratio - 1."""
    interval = ratio.interval
    if interval is not None:
        interval = Interval(
            None if interval.lower is None else interval.lower - 1.0,
            None if interval.upper is None else interval.upper - 1.0,
            interval.confidence,
        )
    return replace(
        ratio, estimate=None if ratio.estimate is None else ratio.estimate - 1.0, interval=interval
    )
