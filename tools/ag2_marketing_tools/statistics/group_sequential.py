"""Group-sequential bounds: a few planned looks, with an error probability spent step by step.

The bounds come from numerical integration (`score_process`), so that no table is needed. Two-sided bounds are
symmetric; alpha is two-sided then, and one-sided with `sides=1`.

At a look, compare |z| of the effect with the look's bound, or read the repeated interval (estimate -/+ bound *
standard error; Jennison and Turnbull 1989, Interim analyses: the repeated confidence interval approach, J. R.
Stat. Soc. B 51). Neither yields a fixed-horizon p-value; `repeated_p_value` gives the one that goes with them.
`group_sequential_design` has the power and the sample size of such a plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import normal_upper_quantile
from ag2_marketing_tools.statistics.effects import NO_SPREAD, Effect
from ag2_marketing_tools.statistics.inference import (
    Alternative,
    Inference,
    checked_share,
    two_bounds,
    undefined,
)
from ag2_marketing_tools.statistics.roots import root
from ag2_marketing_tools.statistics.score_process import FARTHEST, ScoreProcess, Sides
from ag2_marketing_tools.statistics.spending import Spending, obrien_fleming_spending, pocock_spending

__all__ = [
    "METHOD",
    "Sides",
    "Spending",
    "at_look",
    "obrien_fleming_bounds",
    "obrien_fleming_spending",
    "peeking_error",
    "pocock_constant",
    "pocock_spending",
    "repeated_p_value",
    "spending_bounds",
    "three_error_bounds",
    "wang_tsiatis_bounds",
]

METHOD = "group-sequential bounds, repeated interval"
_LEAST_ALPHA = 1e-13
_MOST_LOOKS = 50


def spending_bounds(
    information: Sequence[float],
    *,
    alpha: float = 0.05,
    sides: Sides = 2,
    spending: Spending = obrien_fleming_spending,
    spent_at: Sequence[float] | None = None,
) -> tuple[float | None, ...]:
    """Return the bound of each look, in standard errors, when alpha is spent as the information grows.

    Args:
        information: Share of the planned information (users) at each look so far, ascending, at most 1; they may
            differ from the plan, which is what spending is for.
        alpha: Error probability of all looks together, over all `sides`.
        sides: 2 for symmetric bounds, each with half of alpha.
        spending: Error of one side, from its total and a share of the information (see `spending`).
        spent_at: Shares at which to read `spending`, where they are others than the information's: calendar time,
            or 1 at a last look that comes early. Information may then exceed 1 (more users than planned).

    A look at which next to nothing is spent has no bound (`None`): nothing can be decided there.

    Raises:
        InvalidInput: Shares that do not ascend within 0 and 1, or alpha outside 0 to 1.

    Source: Lan and DeMets (1983), Biometrika 70.
    """
    checked_share("Alpha", alpha)
    if spent_at is None:
        _check_information(information, most=1.0 + 1e-12)
        return _spending_bounds(tuple(information), tuple(information), alpha, sides, spending)
    _check_information(information)
    if len(spent_at) != len(information) or any(later < earlier for earlier, later in pairwise(spent_at)):
        raise InvalidInput("Each look needs one share at which to spend, and these must not fall.")
    return _spending_bounds(tuple(information), tuple(spent_at), alpha, sides, spending)


def _check_information(information: Sequence[float], *, most: float = float("inf")) -> None:
    if not information or not information[0] > 0.0 or not information[-1] <= most:
        raise InvalidInput("Shares of information must lie above 0 and at most at 1.")
    if any(not later > earlier for earlier, later in pairwise(information)):
        raise InvalidInput("Shares of information must ascend from look to look.")


@lru_cache(maxsize=256)
def _spending_bounds(
    information: tuple[float, ...],
    spent_at: tuple[float, ...],
    alpha: float,
    sides: Sides,
    spending: Spending,
) -> tuple[float | None, ...]:
    process, spent, bounds = ScoreProcess(sides), 0.0, list[float | None]()
    for share, place in zip(information, spent_at, strict=True):
        due = sides * spending(alpha / sides, place)
        bound = _bound_for(process, share, due - spent)
        bounds.append(bound)
        if bound is not None:
            spent = due
        process.advance(share, FARTHEST if bound is None else bound)
    return tuple(bounds)


def _bound_for(process: ScoreProcess, share: float, error: float) -> float | None:
    """The bound at which the next look spends `error`; `None` where that is next to nothing."""
    if error < _LEAST_ALPHA:
        return None
    low = 0.0 if process.crossing(share, 0.0) >= error else -FARTHEST
    if process.crossing(share, low) <= error:  # all that has not crossed yet is given away
        return low
    return root(lambda bound: process.crossing(share, bound) - error, low, FARTHEST, tolerance=1e-10)


def pocock_constant(looks: int, *, alpha: float = 0.05, sides: Sides = 2) -> float:
    """Return the one bound, in standard errors, for a number of equally spaced looks.

    Source: Pocock (1977), Group sequential methods in the design and analysis of clinical trials, Biometrika 64.
    """
    return wang_tsiatis_bounds(_equal_looks(looks), shape=0.5, alpha=alpha, sides=sides)[0]


def obrien_fleming_bounds(looks: int, *, alpha: float = 0.05, sides: Sides = 2) -> tuple[float, ...]:
    """Return the falling bounds, in standard errors, of a number of equally spaced looks.

    Source: O'Brien and Fleming (1979), A multiple testing procedure for clinical trials, Biometrics 35.
    """
    return wang_tsiatis_bounds(_equal_looks(looks), shape=0.0, alpha=alpha, sides=sides)


def wang_tsiatis_bounds(
    information: Sequence[float], *, shape: float, alpha: float = 0.05, sides: Sides = 2
) -> tuple[float, ...]:
    """Return the bounds constant * (share ** (shape - 1/2)) for looks at given shares of the information.

    Args:
        information: Shares of the planned information at the looks, ascending, the last one 1.
        shape: 0 gives O'Brien and Fleming's bounds, 0.5 Pocock's, also for unequally spaced looks.
        alpha: Error probability of all looks together, over all `sides`.
        sides: 2 for symmetric bounds.

    Source: Wang and Tsiatis (1987), Approximately optimal one-parameter boundaries for group sequential trials,
    Biometrics 43.
    """
    checked_share("Alpha", alpha)
    _check_information(information, most=1.0 + 1e-12)
    constant = _constant(tuple(information), alpha, sides, shape - 0.5)
    return tuple(constant * (share / information[-1]) ** (shape - 0.5) for share in information)


def three_error_bounds(
    information: Sequence[float], *, early: float = 3.0, alpha: float = 0.05, sides: Sides = 2
) -> tuple[float, ...]:
    """Return `early` standard errors for every look but the last, which takes what is left of alpha.

    Raises:
        InvalidInput: The early looks alone spend more than alpha.

    Source: Haybittle (1971), Brit. J. Radiology 44; Peto et al. (1976), Brit. J. Cancer 34.
    """
    checked_share("Alpha", alpha)
    _check_information(information, most=1.0 + 1e-12)
    process, spent = ScoreProcess(sides), 0.0
    for share in information[:-1]:
        spent += process.crossing(share, early)
        process.advance(share, early)
    last = _bound_for(process, information[-1], alpha - spent)
    if last is None:
        raise InvalidInput(f"Looks at {early:g} standard errors alone spend {spent:.3g}, more than alpha.")
    return (*(early for _ in information[:-1]), last)


def peeking_error(looks: int, *, alpha: float = 0.05) -> float:
    """Return the true two-sided error of testing at `alpha` at each of some equally spaced looks.

    Source: Armitage, McPherson and Rowe (1969), J. R. Stat. Soc. A 132, table 2.
    """
    bound = normal_upper_quantile(0.5 * checked_share("Alpha", alpha))
    information = _equal_looks(looks)
    return _overall_error([bound] * looks, information, 2)


def at_look(
    effect: Effect,
    bound: float | None,
    *,
    confidence: float = 0.95,
    sides: Sides = 2,
    alternative: Alternative | None = None,
) -> Inference:
    """Judge an effect at one of the planned looks.

    Args:
        effect: What was measured up to this look.
        bound: This look's bound in standard errors.
        confidence: Level of the repeated interval, 1 - alpha of the whole plan.
        sides: 1 asks whether the treatment is higher.
        alternative: Takes the place of `sides`; "less" asks whether the treatment is lower.

    The interval excludes 0 exactly where the bound is crossed. There is no p-value: the reason says so.
    """
    if effect.difference is None or effect.standard_error is None:
        return undefined(METHOD, effect.reason or NO_SPREAD, effect.difference)
    if bound is None:
        return undefined(METHOD, "No error is spent at this look, so nothing is decided.", effect.difference)
    asked: Alternative = alternative or ("two-sided" if sides == 2 else "greater")
    error = effect.standard_error
    return Inference(
        METHOD,
        effect.difference,
        interval=two_bounds(effect.difference, bound * error, confidence, asked),
        statistic=effect.difference / error,
        standard_error=error,
        critical_value=bound,
        alternative=asked,
        reason="A planned look is judged by its bound; it has no fixed-horizon p-value.",
    )


def repeated_p_value(
    z: float,
    information: Sequence[float],
    *,
    alternative: Alternative = "two-sided",
    spending: Spending = obrien_fleming_spending,
    spent_at: Sequence[float] | None = None,
) -> float:
    """Return the smallest alpha of a plan at whose bound the last look made is just crossed.

    It may be read at every planned look: it is at most alpha with probability alpha over all looks together,
    and at most alpha exactly where the repeated interval excludes 0.

    Args:
        z: The effect in standard errors at the last look so far.
        information: Shares of the planned information at the looks so far.
        alternative: Tails.
        spending: How the plan spends its error, whatever its alpha.
        spent_at: As for `spending_bounds`.

    Source: Jennison and Turnbull (2000), Group Sequential Methods, section 9.5.
    """
    sides: Sides = 2 if alternative == "two-sided" else 1
    reached = abs(z) if sides == 2 else (z if alternative == "greater" else -z)

    def short_of(log_alpha: float) -> float:
        bounds = spending_bounds(
            information, alpha=2.0**log_alpha, sides=sides, spending=spending, spent_at=spent_at
        )
        bound = FARTHEST if bounds[-1] is None else bounds[-1]
        return min(bound, FARTHEST) - min(reached, FARTHEST)

    low, high = -45.0, -1e-6
    if short_of(high) >= 0.0:
        return 1.0
    if short_of(low) <= 0.0:
        return float(2.0**low)
    return float(2.0 ** root(short_of, low, high, tolerance=1e-9))


@lru_cache(maxsize=64)
def _constant(information: tuple[float, ...], alpha: float, sides: Sides, power: float) -> float:
    shape = [(share / information[-1]) ** power for share in information]

    def excess(constant: float) -> float:
        return _overall_error([constant * height for height in shape], information, sides) - alpha

    low = normal_upper_quantile(alpha / sides)
    return low if len(shape) == 1 else root(excess, low, low + 5.0, tolerance=1e-9)


def _overall_error(bounds: Sequence[float], information: Sequence[float], sides: Sides) -> float:
    """Probability, under no effect, of crossing any bound."""
    process, error = ScoreProcess(sides), 0.0
    for share, bound in zip(information, bounds, strict=True):
        error += process.crossing(share, bound)
        process.advance(share, bound)
    return error


def _equal_looks(looks: int) -> tuple[float, ...]:
    if not 1 <= looks <= _MOST_LOOKS:
        raise InvalidInput(
            f"{looks} looks are not between 1 and {_MOST_LOOKS}.",
            remedy="To look as often as you like, use the confidence sequence.",
        )
    return tuple(look / looks for look in range(1, looks + 1))
