"""One effect from several strata: phases of the allocation, days, countries, platforms.

Each stratum compares its own arms, and the strata's effects are averaged with weights that do not depend on the
allocation. So a change of allocation over time cannot turn into an effect (Simpson's paradox), and differences
between strata leave the error (post-stratification).

Source: Miratrix, Sekhon and Yu (2013), Adjusting treatment effect estimates by post-stratification in randomized
experiments, J. R. Stat. Soc. B 75; Cochran (1977), Sampling Techniques, section 5.4 (degrees of freedom).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.effects import Effect

METHOD = "strata weighted by their share of units"


def stratified_effect(strata: Sequence[Effect], *, weights: Sequence[float] | None = None) -> Effect:
    """Return the weighted mean of the strata's effects, beside the weighted mean of their baselines.

    Args:
        strata: One effect per stratum, each from its own units alone.
        weights: Shares of the strata in the population; their units in both arms if left out.

    A stratum that has no effect or no error (an arm without units, say) makes the whole one unknown, with the
    reason: leaving it out would change what is estimated. Put small strata together beforehand.

    Raises:
        InvalidInput: No stratum, or weights that are negative, all zero or not one per stratum.
    """
    shares = _shares(strata, weights)
    count = sum(stratum.count for stratum in strata)
    used = [(share, stratum) for share, stratum in zip(shares, strata, strict=True) if share > 0.0]
    for _, stratum in used:
        if stratum.difference is None or stratum.difference_variance is None:
            reason = f"A stratum has no effect with an error: {stratum.reason or 'its units do not vary.'}"
            return Effect(
                METHOD, count, _mean(used, "difference"), baseline=_mean(used, "baseline"), reason=reason
            )
    variance = _mean(used, "difference_variance", squared=True)
    return Effect(
        METHOD,
        count,
        _mean(used, "difference"),
        variance,
        _mean(used, "baseline"),
        _mean(used, "baseline_variance", squared=True),
        _mean(used, "covariance", squared=True),
        _degrees_of_freedom(used, variance or 0.0),
        pooled_variance=_mean(used, "pooled_variance", squared=True),
    )


def _shares(strata: Sequence[Effect], weights: Sequence[float] | None) -> list[float]:
    given = [float(stratum.count) for stratum in strata] if weights is None else list(weights)
    if not strata or len(given) != len(strata) or any(not 0.0 <= weight < math.inf for weight in given):
        raise InvalidInput("Each stratum needs a weight that is not negative.")
    total = math.fsum(given)
    if not total:
        raise InvalidInput("The weights of the strata are all zero.")
    return [weight / total for weight in given]


def _mean(used: Sequence[tuple[float, Effect]], name: str, *, squared: bool = False) -> float | None:
    """The weighted mean of one figure (of a variance: with squared weights); `None` if any is missing."""
    values = [(share, getattr(stratum, name)) for share, stratum in used]
    if any(value is None for _, value in values):
        return None
    return math.fsum((share * share if squared else share) * value for share, value in values)


def _degrees_of_freedom(used: Sequence[tuple[float, Effect]], variance: float) -> float | None:
    """Satterthwaite's, over the strata's own; `None` (the normal) if a stratum has none."""
    spread = 0.0
    for share, stratum in used:
        if stratum.degrees_of_freedom is None or not stratum.difference_variance:
            return None
        part = share * share * stratum.difference_variance / variance
        spread += part * part / stratum.degrees_of_freedom
    return 1.0 / spread
