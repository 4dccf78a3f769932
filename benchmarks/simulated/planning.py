"""Power at the sample size that was computed for it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from simulated.draws import Generator
from simulated.errors import _count_paths, compared, counts_of, excludes_zero, rejects
from simulated.rows import Row, share

from ag2_marketing_tools.statistics.cuped import cuped_difference
from ag2_marketing_tools.statistics.duration import alpha_per_comparison
from ag2_marketing_tools.statistics.effects import difference_of_means, fixed_horizon
from ag2_marketing_tools.statistics.group_sequential import at_look, spending_bounds
from ag2_marketing_tools.statistics.group_sequential_design import (
    confidence_sequence_inflation,
    size_inflation,
)
from ag2_marketing_tools.statistics.moments import JointMoments, Moments
from ag2_marketing_tools.statistics.power import power_of_means, size_for_means, size_for_proportions
from ag2_marketing_tools.statistics.power_by_variance import size_for_margin, variance_left
from ag2_marketing_tools.statistics.score import score_difference
from ag2_marketing_tools.statistics.sequential import confidence_sequence

POWER = 0.8
SECTION = "Power at the computed sample size"


def rows(rng: Generator, replications: int) -> Iterator[Row]:
    """Yield the lines about power."""
    yield from _proportions(rng, replications)
    yield from _means(rng, replications)
    yield from _looking(rng, max(1, replications // 2))


def _proportions(rng: Generator, reps: int) -> Iterator[Row]:
    for ratio in (1.0, 0.25):
        n = math.ceil(size_for_proportions(0.05, 0.06, ratio=ratio))
        m = math.ceil(n * ratio)
        arms = zip(counts_of(rng, m, 0.06, reps), counts_of(rng, n, 0.05, reps), strict=True)
        seen = (rejects(compared(a, b)) and a.successes * n > b.successes * m for a, b in arms)
        yield share(SECTION, "proportions", f"5 % to 6 %, {n:,} and {m:,} users", POWER, "equal", seen)
    alpha = alpha_per_comparison(3)
    n = math.ceil(size_for_proportions(0.05, 0.06, alpha=alpha))
    arms = zip(counts_of(rng, n, 0.06, reps), counts_of(rng, n, 0.05, reps), strict=True)
    seen = ((compared(a, b).p_value or 1.0) < alpha for a, b in arms)
    yield share(
        SECTION,
        "proportions, three variants",
        f"each at {alpha:.4f}, {n:,} users an arm",
        POWER,
        "equal",
        seen,
    )
    n = math.ceil(size_for_margin(0.2, 0.2, 0.02))
    arms = zip(counts_of(rng, n, 0.2, reps), counts_of(rng, n, 0.2, reps), strict=True)
    seen = (rejects(score_difference(a, b, alternative="greater", null=-0.02)) for a, b in arms)
    yield share(
        SECTION, "not worse by a margin", f"20 %, margin 2 points, {n:,} users an arm", POWER, "equal", seen
    )


def _normal_arm(rng: Generator, reps: int, n: int, mean: float) -> Iterator[Moments]:
    means = rng.normal(mean, 1.0 / math.sqrt(n), reps).tolist()
    return (Moments(n, *pair) for pair in zip(means, rng.chisquare(n - 1, reps).tolist(), strict=True))


def _means(rng: Generator, reps: int) -> Iterator[Row]:
    for effect, ratio in ((0.8, 1.0), (0.1, 3.0)):
        n = math.ceil(size_for_means(effect, 1.0, ratio=ratio))
        m = math.ceil(n * ratio)
        promised = _exact(effect, n, m)
        arms = zip(_normal_arm(rng, reps, m, effect), _normal_arm(rng, reps, n, 0.0), strict=True)
        seen = (rejects(fixed_horizon(difference_of_means(a, b))) for a, b in arms)
        yield share(
            SECTION,
            "means",
            f"{effect:g} standard deviations, {n:,} and {m:,} users",
            promised,
            "equal",
            seen,
        )
    n = math.ceil(size_for_means(0.1, math.sqrt(variance_left(0.7))))
    pairs = zip(_correlated(rng, reps, n, 0.1), _correlated(rng, reps, n, 0.0), strict=True)
    seen = (rejects(fixed_horizon(cuped_difference(a, b))) for a, b in pairs)
    yield share(SECTION, "means with CUPED", f"correlation 0.7, {n:,} users an arm", POWER, "equal", seen)


def _exact(effect: float, n: int, m: int) -> float:
    """Power at whole users, which rounding up has raised where they are few."""
    return power_of_means(effect, 1.0, n, ratio=m / n)


def _correlated(rng: Generator, reps: int, n: int, mean: float) -> Iterator[JointMoments]:
    """Metric and covariate of correlation 0.7, by Bartlett's decomposition of the Wishart distribution."""
    rho = 0.7
    rest = math.sqrt(1.0 - rho * rho)
    x, y = rng.normal(0.0, 1.0 / math.sqrt(n), (2, reps)).tolist()
    a, c = rng.chisquare(n - 1, reps).tolist(), rng.chisquare(n - 2, reps).tolist()
    for past, own, square, left, cross in zip(x, y, a, c, rng.normal(size=reps).tolist(), strict=True):
        root = math.sqrt(square)
        along = rho * root + rest * cross
        products = ((along * along + rest * rest * left, along * root), (along * root, square))
        yield JointMoments(n, (mean + rho * past + rest * own, past), products)


def _looking(rng: Generator, reps: int) -> Iterator[Row]:
    single = size_for_proportions(0.05, 0.06)
    information = [0.2, 0.4, 0.6, 0.8, 1.0]
    bounds = spending_bounds(information)
    batch = math.ceil(single * size_inflation(bounds, information) / 5.0)
    seen = (
        any(excludes_zero(at_look(effect, bound)) for effect, bound in zip(path, bounds, strict=True))
        for path in _count_paths(rng, reps, 0.06, 0.05, looks=5, batch=batch)
    )
    setting = f"5 % to 6 %, at most {5 * batch:,} users an arm"
    yield share(SECTION, "five looks, O'Brien-Fleming-like", setting, POWER, "equal", seen)
    batch = math.ceil(single * confidence_sequence_inflation(2.0 * single, looks=20) / 20.0)
    seen = (
        any(rejects(confidence_sequence(effect)) for effect in path)
        for path in _count_paths(rng, max(1, reps // 2), 0.06, 0.05, looks=20, batch=batch)
    )
    setting = f"5 % to 6 %, at most {20 * batch:,} users an arm"
    yield share(SECTION, "confidence sequence, 20 looks", setting, POWER, "equal", seen)
