"""Group-sequential bounds: a few planned looks, with an error probability spent step by step.

The bounds come from recursive numerical integration of the score process over its continuation region
(Gauss-Legendre nodes, so that no table is needed): Armitage, McPherson and Rowe (1969), Repeated significance
tests on accumulating data, J. R. Stat. Soc. A 132; Jennison and Turnbull (2000), Group Sequential Methods,
chapter 19. Two-sided bounds are symmetric; alpha is two-sided then, and one-sided with `sided=1`.

At a look, compare |z| of the effect with the look's bound, or read the repeated interval (estimate -/+ bound *
standard error; Jennison and Turnbull 1989). Neither yields a fixed-horizon p-value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import (
    normal_tail,
    normal_upper_quantile,
    special,
)
from ag2_marketing_tools.statistics.effects import NO_SPREAD, Effect
from ag2_marketing_tools.statistics.inference import (
    Inference,
    checked_share,
    two_bounds,
    undefined,
)
from ag2_marketing_tools.statistics.roots import root

Sides = Literal[1, 2]
Spending = Callable[[float, float], float]
METHOD = "group-sequential bounds, repeated interval"
_FARTHEST = 12.0
_LEAST_ALPHA = 1e-13
_MOST_NODES = 400
_MOST_LOOKS = 50


@lru_cache(maxsize=32)
def _nodes(count: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    places, weights = special().roots_legendre(count)
    return tuple(places.tolist()), tuple(weights.tolist())


class _Process:
    """The score process that has not yet crossed a bound: its density at nodes of the last look."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides
        self._information = 0.0
        self._states: list[tuple[float, float]] = [(0.0, 1.0)]  # score, density times node weight

    def crossing(self, information: float, bound: float) -> float:
        """Probability, under no effect, of crossing `bound` (in standard errors) at the next look, not before."""
        step = math.sqrt(information - self._information)
        line = bound * math.sqrt(information)
        if self._sides == 1:
            return math.fsum(mass * normal_tail((line - score) / step) for score, mass in self._states)
        return math.fsum(
            mass * (normal_tail((line - score) / step) + normal_tail((line + score) / step))
            for score, mass in self._states
        )

    def advance(self, information: float, bound: float) -> None:
        """Go on to that look, keeping what did not cross."""
        step, scale = math.sqrt(information - self._information), math.sqrt(information)
        high = min(bound, _FARTHEST) * scale
        low = -high if self._sides == 2 else -_FARTHEST * scale
        count = min(_MOST_NODES, max(32, math.ceil(2.5 * (high - low) / step)))
        middle, half = 0.5 * (high + low), 0.5 * (high - low)
        states, rate = [], -0.5 / (step * step)
        constant = 1.0 / (step * math.sqrt(2.0 * math.pi))
        for place, weight in zip(*_nodes(count), strict=True):
            score = middle + half * place
            density = sum(mass * math.exp(rate * (score - was) ** 2) for was, mass in self._states)
            states.append((score, density * constant * weight * half))
        self._states, self._information = states, information


def pocock_spending(alpha: float, fraction: float) -> float:
    """Return the error spent by a share of the information, after Pocock's bounds.

    Source: Lan and DeMets (1983), Discrete sequential boundaries for clinical trials, Biometrika 70.
    """
    return alpha * math.log1p((math.e - 1.0) * min(1.0, fraction))


def obrien_fleming_spending(alpha: float, fraction: float) -> float:
    """Return the one-sided error spent by a share of the information, after O'Brien and Fleming's bounds.

    Source: Lan and DeMets (1983), Biometrika 70.
    """
    if fraction <= 0.0:
        return 0.0
    return 2.0 * normal_tail(normal_upper_quantile(0.5 * alpha) / math.sqrt(min(1.0, fraction)))


def spending_bounds(
    information: Sequence[float],
    *,
    alpha: float = 0.05,
    sides: Sides = 2,
    spending: Spending = obrien_fleming_spending,
) -> tuple[float | None, ...]:
    """Return the bound of each look, in standard errors, when alpha is spent as the information grows.

    Args:
        information: Share of the planned information (users) at each look so far, ascending, at most 1; they may
            differ from the plan, which is what spending is for.
        alpha: Error probability of all looks together, over all `sides`.
        sides: 2 for symmetric bounds, each with half of alpha.
        spending: Error of one side, from its total and a share of the information.

    A look at which next to nothing is spent has no bound (`None`): nothing can be decided there.

    Raises:
        InvalidInput: Shares that do not ascend within 0 and 1, or alpha outside 0 to 1.

    Source: Lan and DeMets (1983), Biometrika 70.
    """
    checked_share("Alpha", alpha)
    if not information or information[0] <= 0.0 or information[-1] > 1.0 + 1e-12:
        raise InvalidInput("Shares of information must lie above 0 and at most at 1.")
    if any(later <= earlier for earlier, later in pairwise(information)):
        raise InvalidInput("Shares of information must ascend from look to look.")
    return _spending_bounds(tuple(information), alpha, sides, spending)


@lru_cache(maxsize=256)
def _spending_bounds(
    information: tuple[float, ...], alpha: float, sides: Sides, spending: Spending
) -> tuple[float | None, ...]:
    process, spent, bounds = _Process(sides), 0.0, list[float | None]()
    for share in information:
        due = sides * spending(alpha / sides, share)
        bound = _bound_for(process, share, due - spent)
        bounds.append(bound)
        if bound is not None:
            spent = due
        process.advance(share, _FARTHEST if bound is None else bound)
    return tuple(bounds)


def _bound_for(process: _Process, share: float, error: float) -> float | None:
    if error < _LEAST_ALPHA:
        return None
    return root(lambda bound: process.crossing(share, bound) - error, -2.0, _FARTHEST, tolerance=1e-10)


def pocock_constant(looks: int, *, alpha: float = 0.05, sides: Sides = 2) -> float:
    """Return the one bound, in standard errors, for a number of equally spaced looks.

    Source: Pocock (1977), Group sequential methods in the design and analysis of clinical trials, Biometrika 64.
    """
    return _constant(_checked_looks(looks), checked_share("Alpha", alpha), sides, 0.0)


def obrien_fleming_bounds(looks: int, *, alpha: float = 0.05, sides: Sides = 2) -> tuple[float, ...]:
    """Return the falling bounds, in standard errors, of a number of equally spaced looks.

    Source: O'Brien and Fleming (1979), A multiple testing procedure for clinical trials, Biometrics 35.
    """
    constant = _constant(_checked_looks(looks), checked_share("Alpha", alpha), sides, -0.5)
    return tuple(constant * (look / looks) ** -0.5 for look in range(1, looks + 1))


def peeking_error(looks: int, *, alpha: float = 0.05) -> float:
    """Return the true two-sided error of testing at `alpha` at each of some equally spaced looks.

    Source: Armitage, McPherson and Rowe (1969), J. R. Stat. Soc. A 132, table 2.
    """
    bound = normal_upper_quantile(0.5 * checked_share("Alpha", alpha))
    return _overall_error([bound] * _checked_looks(looks), 2)


def at_look(effect: Effect, bound: float | None, *, confidence: float = 0.95, sides: Sides = 2) -> Inference:
    """Judge an effect at one of the planned looks.

    Args:
        effect: What was measured up to this look.
        bound: This look's bound in standard errors.
        confidence: Level of the repeated interval, 1 - alpha of the whole plan.
        sides: 1 asks whether the treatment is higher.

    The interval excludes 0 exactly where the bound is crossed. There is no p-value: the reason says so.
    """
    if effect.difference is None or effect.standard_error is None:
        return undefined(METHOD, effect.reason or NO_SPREAD, effect.difference)
    if bound is None:
        return undefined(METHOD, "No error is spent at this look, so nothing is decided.", effect.difference)
    alternative: Literal["two-sided", "greater"] = "two-sided" if sides == 2 else "greater"
    error = effect.standard_error
    return Inference(
        METHOD,
        effect.difference,
        interval=two_bounds(effect.difference, bound * error, confidence, alternative),
        statistic=effect.difference / error,
        standard_error=error,
        critical_value=bound,
        alternative=alternative,
        reason="A planned look is judged by its bound; it has no fixed-horizon p-value.",
    )


@lru_cache(maxsize=64)
def _constant(looks: int, alpha: float, sides: Sides, power: float) -> float:
    def excess(constant: float) -> float:
        return _overall_error([constant * (k / looks) ** power for k in range(1, looks + 1)], sides) - alpha

    low = normal_upper_quantile(alpha / sides)
    return low if looks == 1 else root(excess, low, low + 5.0, tolerance=1e-9)


def _overall_error(bounds: Sequence[float], sides: Sides) -> float:
    """Probability, under no effect, of crossing any bound at equally spaced looks."""
    process, error = _Process(sides), 0.0
    for look, bound in enumerate(bounds, 1):
        share = look / len(bounds)
        error += process.crossing(share, bound)
        if look < len(bounds):
            process.advance(share, bound)
    return error


def _checked_looks(looks: int) -> int:
    if not 1 <= looks <= _MOST_LOOKS:
        raise InvalidInput(
            f"{looks} looks are not between 1 and {_MOST_LOOKS}.",
            remedy="To look as often as you like, use the confidence sequence.",
        )
    return looks
