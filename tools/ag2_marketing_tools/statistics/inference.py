"""What an analysis says: an estimate, its interval, its p-value, or why there is none.

A figure that cannot be had is `None` with a `reason`; no result holds a NaN, an infinity or a filler such as
p = 1. Confidence levels and p-values are shares between 0 and 1; effects are treatment minus control.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import t_tail, t_upper_quantile

Alternative = Literal["two-sided", "greater", "less"]


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval; a bound that is `None` is open on that side.

    An interval of a one-sided test is open on the other side. `confidence` is the level, such as 0.95.
    """

    lower: float | None
    upper: float | None
    confidence: float

    def contains(self, value: float) -> bool:
        """Say whether `value` lies in the interval, its bounds included."""
        return (self.lower is None or self.lower <= value) and (self.upper is None or value <= self.upper)

    def mirrored(self) -> Interval:
        """Return the interval of the negated quantity."""
        return Interval(
            None if self.upper is None else -self.upper,
            None if self.lower is None else -self.lower,
            self.confidence,
        )

    def reaching(self, value: float) -> Interval:
        """Return the shortest interval that holds both this one and `value`."""
        return Interval(
            None if self.lower is None else min(self.lower, value),
            None if self.upper is None else max(self.upper, value),
            self.confidence,
        )

    def leaving(self, value: float) -> Interval:
        """Return the interval without `value` and what lies beyond it, seen from its middle (or closed end)."""
        if not self.contains(value):
            return self
        if self.upper is None or (self.lower is not None and value - self.lower <= self.upper - value):
            return Interval(math.nextafter(value, math.inf), self.upper, self.confidence)
        return Interval(self.lower, math.nextafter(value, -math.inf), self.confidence)


@dataclass(frozen=True, slots=True)
class Inference:
    """One comparison's answer.

    `method` names the procedure. Where something is `None`, `reason` says why; an estimate may be known
    although its uncertainty is not. `critical_value` is the number of standard errors at which the
    procedure draws its line, so that other scales can be judged by the same line.
    """

    method: str
    estimate: float | None
    interval: Interval | None = None
    p_value: float | None = None
    statistic: float | None = None
    degrees_of_freedom: float | None = None
    standard_error: float | None = None
    critical_value: float | None = None
    alternative: Alternative = "two-sided"
    reason: str | None = None


def undefined(method: str, reason: str, estimate: float | None = None) -> Inference:
    """Return the answer of a procedure that cannot answer, with its reason."""
    return Inference(method, estimate, reason=reason)


def checked_confidence(confidence: float) -> float:
    """Return the level if it lies strictly between 0 and 1, else raise `InvalidInput`."""
    if not 0.0 < confidence < 1.0:
        raise InvalidInput(
            f"Confidence level {confidence!r} is not between 0 and 1.", remedy="Give a share, such as 0.95."
        )
    return confidence


def checked_share(name: str, share: float) -> float:
    """Return a share strictly between 0 and 1 (alpha, power, a quantile), else raise `InvalidInput`."""
    if not 0.0 < share < 1.0:
        raise InvalidInput(f"{name} {share!r} is not strictly between 0 and 1.")
    return share


def two_bounds(estimate: float, half_width: float, confidence: float, alternative: Alternative) -> Interval:
    """Return estimate -/+ half width, open on the side that the alternative does not look at."""
    return Interval(
        None if alternative == "less" else estimate - half_width,
        None if alternative == "greater" else estimate + half_width,
        confidence,
    )


def tail_probability(statistic: float, degrees_of_freedom: float | None, alternative: Alternative) -> float:
    """P-value of a t statistic (normal where the degrees of freedom are `None`)."""
    if alternative == "greater":
        return t_tail(statistic, degrees_of_freedom)
    if alternative == "less":
        return t_tail(-statistic, degrees_of_freedom)
    return min(1.0, 2.0 * t_tail(abs(statistic), degrees_of_freedom))


def critical_t(confidence: float, degrees_of_freedom: float | None, alternative: Alternative) -> float:
    """Standard errors between an estimate and the bound of its interval."""
    alpha = 1.0 - checked_confidence(confidence)
    return t_upper_quantile(alpha / 2.0 if alternative == "two-sided" else alpha, degrees_of_freedom)


def t_inference(
    method: str,
    estimate: float,
    standard_error: float,
    degrees_of_freedom: float | None,
    *,
    confidence: float = 0.95,
    alternative: Alternative = "two-sided",
    null: float = 0.0,
) -> Inference:
    """Test `estimate` against `null` and give its interval, by Student's t or, without degrees, the normal.

    A standard error that is 0 or not finite gives the estimate with a reason and no p-value.
    """
    critical = critical_t(confidence, degrees_of_freedom, alternative)
    if not math.isfinite(standard_error) or standard_error <= 0.0:
        return undefined(method, "The values do not vary, so the estimate's error is unknown.", estimate)
    statistic = (estimate - null) / standard_error
    return Inference(
        method,
        estimate,
        interval=two_bounds(estimate, critical * standard_error, confidence, alternative),
        p_value=tail_probability(statistic, degrees_of_freedom, alternative),
        statistic=statistic,
        degrees_of_freedom=degrees_of_freedom,
        standard_error=standard_error,
        critical_value=critical,
        alternative=alternative,
    )
