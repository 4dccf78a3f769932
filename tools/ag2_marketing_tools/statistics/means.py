"""Tests of two means from their moments: Welch's, and Student's where equal variances are asked for."""

from __future__ import annotations

from ag2_marketing_tools.statistics.effects import Effect, difference_of_means, fixed_horizon
from ag2_marketing_tools.statistics.inference import Alternative, Inference
from ag2_marketing_tools.statistics.moments import Moments

NO_UNITS_ALONE = "There are fewer than two units, so their spread is unknown."


def welch(
    treatment: Moments,
    control: Moments,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
    null: float = 0.0,
) -> Inference:
    """Compare two means without assuming equal variances; estimate in the metric's unit.

    Fewer than two units in an arm, or no spread in either, gives no p-value but a reason.

    Raises:
        InvalidInput: The confidence level is not strictly between 0 and 1.

    Source: Welch (1947), Biometrika 34.
    """
    effect = difference_of_means(treatment, control)
    return fixed_horizon(effect, confidence=confidence, alternative=alternative, null=null)


def one_mean(
    values: Moments, *, confidence: float = 0.95, alternative: Alternative = "two-sided", null: float = 0.0
) -> Inference:
    """Test one mean against `null` by Student's t; paired differences are such values.

    Source: Student (1908), The probable error of a mean, Biometrika 6.
    """
    method = "Student's t, one mean"
    variance = values.variance_of_mean
    if variance is None:
        effect = Effect(method, values.count, values.mean if values.count else None, reason=NO_UNITS_ALONE)
    elif variance <= 0.0:
        effect = Effect(method, values.count, values.mean)
    else:
        effect = Effect(
            method, values.count, values.mean, variance, degrees_of_freedom=float(values.count - 1)
        )
    return fixed_horizon(effect, confidence=confidence, alternative=alternative, null=null)


def pooled_difference(treatment: Moments, control: Moments) -> Effect:
    """Return the effect on a mean with one variance for both arms (Student's t)."""
    effect = difference_of_means(treatment, control, method="Student's t, pooled variance")
    if effect.difference_variance is None:
        return effect
    degrees = treatment.count + control.count - 2
    variance = (treatment.squares + control.squares) / degrees
    return Effect(
        effect.method,
        effect.count,
        effect.difference,
        variance / treatment.count + variance / control.count,
        control.mean,
        variance / control.count,
        -variance / control.count,
        float(degrees),
    )


def student(
    treatment: Moments,
    control: Moments,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
    null: float = 0.0,
) -> Inference:
    """Compare two means assuming equal variances; only where that is known, else use `welch`.

    Source: Student (1908), The probable error of a mean, Biometrika 6.
    """
    effect = pooled_difference(treatment, control)
    return fixed_horizon(effect, confidence=confidence, alternative=alternative, null=null)
