"""Sample sizes from the variance of one unit in each arm: ratios, quantiles, adjusted metrics, margins.

`power` plans the everyday cases (two proportions, two means of one spread). Here the test is a z test of a
difference whose variance is variance_c / n_c + variance_t / n_t, so that any metric can be planned once the
variance of a unit is known: a ratio's linearised users, CUPED's remainder, a quantile's. Sizes are exact (not
rounded) per control arm; alpha covers all sides.

Source: Chow, Shao, Wang and Lokhnygina (2017), Sample Size Calculations in Clinical Research, chapters 3 and 4.
"""

from __future__ import annotations

import math

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import normal_tail, normal_upper_quantile
from ag2_marketing_tools.statistics.inference import checked_share
from ag2_marketing_tools.statistics.power import NO_EFFECT, power_of_arcsine_effect
from ag2_marketing_tools.statistics.roots import root


def power_by_variance(
    difference: float,
    control_variance: float,
    treatment_variance: float,
    control_units: float,
    *,
    ratio: float = 1.0,
    alpha: float = 0.05,
    sides: int = 2,
) -> float:
    """Return the probability that a z test finds a difference, on its own side.

    Args:
        difference: Expected, less the margin where there is one, in the metric's unit.
        control_variance: Of one unit, in the squared unit of the metric.
        treatment_variance: The same of the treatment.
        control_units: In the control.
        ratio: Units in the treatment per unit in the control.
        alpha: Error probability over all sides.
        sides: 1 or 2.
    """
    per_unit = _variance(control_variance, treatment_variance, ratio)
    if not 0.0 < control_units < math.inf:
        raise InvalidInput(f"{control_units!r} units are no sample.")
    return normal_tail(_critical(alpha, sides) - abs(difference) / math.sqrt(per_unit / control_units))


def size_by_variance(
    difference: float,
    control_variance: float,
    treatment_variance: float,
    *,
    power: float = 0.8,
    ratio: float = 1.0,
    alpha: float = 0.05,
    sides: int = 2,
) -> float:
    """Return the units per control arm with which a z test finds a difference with that power.

    Raises:
        InvalidInput: No difference, or a variance, ratio, alpha or power outside its range.
    """
    per_unit = _variance(control_variance, treatment_variance, ratio)
    if not difference:
        raise InvalidInput(NO_EFFECT)
    return per_unit * (_reach(alpha, power, sides) / difference) ** 2


def smallest_difference_by_variance(
    control_variance: float,
    treatment_variance: float,
    control_units: float,
    *,
    power: float = 0.8,
    ratio: float = 1.0,
    alpha: float = 0.05,
    sides: int = 2,
) -> float:
    """Return the difference that is just detected with that power, in the metric's unit."""
    per_unit = _variance(control_variance, treatment_variance, ratio)
    if not 0.0 < control_units < math.inf:
        raise InvalidInput(f"{control_units!r} units are no sample.")
    return _reach(alpha, power, sides) * math.sqrt(per_unit / control_units)


def size_for_margin(
    control_rate: float,
    treatment_rate: float,
    margin: float,
    *,
    power: float = 0.8,
    ratio: float = 1.0,
    alpha: float = 0.05,
) -> float:
    """Return the users per control arm that show, one-sided, that a share is not lower by the margin or more.

    Args:
        control_rate: Share in the control.
        treatment_rate: Share expected in the treatment.
        margin: Largest loss that is still accepted, as a positive share; a negative one asks for a gain of that
            size (superiority by a margin).
        power: Probability of showing it.
        ratio: Users in the treatment per user in the control.
        alpha: One-sided error probability.

    Source: Chow, Shao, Wang and Lokhnygina (2017), section 4.2, unpooled variances.
    """
    variances = [rate * (1.0 - rate) for rate in (control_rate, treatment_rate)]
    if any(not 0.0 <= rate <= 1.0 for rate in (control_rate, treatment_rate)):
        raise InvalidInput("Shares lie between 0 and 1.")
    gap = treatment_rate - control_rate + margin
    if gap <= 1e-12:  # as far as decimal shares tell
        raise InvalidInput(
            "The share expected lies at or beyond the margin: no sample size can show otherwise."
        )
    return size_by_variance(gap, *variances, power=power, ratio=ratio, alpha=alpha, sides=1)


def size_for_arcsine_effect(
    effect: float, *, power: float = 0.8, ratio: float = 1.0, alpha: float = 0.05, sides: int = 2
) -> float:
    """Return the users per control arm for Cohen's h (`power.arcsine_effect`), both tails counted.

    Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 6; R's `pwr.2p.test` and
    `pwr.2p2n.test` give the same.
    """
    one_tail = size_by_variance(effect, 1.0, 1.0, power=power, ratio=ratio, alpha=alpha, sides=sides)

    def missing(units: float) -> float:
        return power_of_arcsine_effect(effect, units, ratio=ratio, alpha=alpha, sides=sides) - power

    if missing(one_tail) == 0.0 or missing(0.5 * one_tail) >= 0.0:
        return one_tail
    return root(missing, 0.5 * one_tail, one_tail * (1.0 + 1e-9), tolerance=1e-9)


def continuity_corrected_size(
    size: float, control_rate: float, treatment_rate: float, *, ratio: float = 1.0
) -> float:
    """Return a sample size of two proportions, raised for a test with Yates' correction (or Fisher's).

    Args:
        size: Users per control arm by `power.size_for_proportions`.
        control_rate: Share in the control.
        treatment_rate: Share in the treatment.
        ratio: Users in the treatment per user in the control.

    Source: Casagrande, Pike and Smith (1978), An improved approximate formula for calculating sample sizes for
    comparing two binomial distributions, Biometrics 34; Fleiss, Tytun and Ury (1980), Biometrics 36 (unequal arms).
    """
    gap = abs(treatment_rate - control_rate)
    if not gap or not size > 0.0 or not ratio > 0.0:
        raise InvalidInput("The correction needs two different shares, a size and a ratio.")
    return 0.25 * size * (1.0 + math.sqrt(1.0 + 2.0 * (ratio + 1.0) / (size * ratio * gap))) ** 2


def variance_left(correlation: float) -> float:
    """Return the share of the variance that CUPED leaves, which is also the share of the sample that is needed.

    Args:
        correlation: Between the metric and its covariate (or the multiple correlation with several).

    Source: Deng, Xu, Kohavi and Walker (2013), WSDM '13, section 3.2.
    """
    if not -1.0 <= correlation <= 1.0:
        raise InvalidInput(f"A correlation of {correlation!r} is not between -1 and 1.")
    return (1.0 - correlation) * (1.0 + correlation)


def _critical(alpha: float, sides: int) -> float:
    if sides not in (1, 2):
        raise InvalidInput(f"{sides!r} sides are not 1 or 2.")
    return normal_upper_quantile(checked_share("Alpha", alpha) / sides)


def _reach(alpha: float, power: float, sides: int) -> float:
    """Standard errors that a difference must span."""
    reach = _critical(alpha, sides) - normal_upper_quantile(checked_share("Power", power))
    if reach <= 0.0:
        raise InvalidInput(f"A power of {power!r} is no more than alpha gives away.")
    return reach


def _variance(control: float, treatment: float, ratio: float) -> float:
    """Squared standard error times the control's units."""
    if (
        not (control >= 0.0 and treatment >= 0.0 and 0.0 < control + treatment < math.inf)
        or not 0.0 < ratio < math.inf
    ):
        raise InvalidInput("Variances must not be negative nor all zero, and the ratio must be positive.")
    return control + treatment / ratio
