"""How often the intervals hold the true effect, which is not 0 here."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import numpy as np
from simulated.draws import REVENUE_MEAN, Draw, Generator, clicks, joints, revenue, singles, visits
from simulated.errors import LOOKS, _count_paths, _effect_paths, _first, counts_of
from simulated.rows import Row, share

from ag2_marketing_tools.statistics.cuped import cuped_difference, cuped_ratio_difference
from ag2_marketing_tools.statistics.effects import Effect, difference_of_means, fixed_horizon
from ag2_marketing_tools.statistics.group_sequential import at_look, spending_bounds
from ag2_marketing_tools.statistics.inference import Inference
from ag2_marketing_tools.statistics.moments import JointMoments
from ag2_marketing_tools.statistics.proportions import newcombe
from ag2_marketing_tools.statistics.quantiles import (
    clustered_ranks,
    difference_of_quantiles,
    estimate_quantile,
    quantile_ranks,
)
from ag2_marketing_tools.statistics.ratios import difference_of_ratios
from ag2_marketing_tools.statistics.relative import delta_method, relative_lift
from ag2_marketing_tools.statistics.sequential import confidence_sequence
from ag2_marketing_tools.statistics.two_proportions import compare_proportions

CONFIDENCE = 0.95
SECTION = "Intervals that hold the true effect"
_TRUE_LIFT = 0.1


def rows(rng: Generator, replications: int) -> Iterator[Row]:
    """Yield the lines about coverage."""
    yield from _proportions(rng, replications)
    yield from _means(rng, replications)
    yield from _quantiles(rng, max(1, replications // 4))
    yield from _looking(rng, max(1, replications // 4))


def _holds(answer: Inference, truth: float) -> bool:
    return answer.interval is not None and answer.interval.contains(truth)


def _proportions(rng: Generator, reps: int) -> Iterator[Row]:
    for p, q, n in ((0.06, 0.05, 2000), (0.004, 0.002, 1000)):
        pairs = list(zip(counts_of(rng, n, p, reps), counts_of(rng, n, q, reps), strict=True))
        answers = [compare_proportions(a, b) for a, b in pairs]
        setting = f"{p:.1%} beside {q:.1%}, {n:,} users each"
        promise = "equal" if p > 0.01 else "at least"
        intervals = (newcombe(a, b) for a, b in pairs)
        seen = (interval is not None and interval.contains(p - q) for interval in intervals)
        yield share(SECTION, "Newcombe, difference", setting, CONFIDENCE, promise, seen)  # type: ignore[arg-type]
        seen = (_holds(answer.absolute, p - q) for answer in answers)
        yield share(SECTION, "the engine's, difference", setting, CONFIDENCE, promise, seen)  # type: ignore[arg-type]
        seen = (_holds(answer.relative, p / q - 1.0) for answer in answers)
        yield share(SECTION, "the engine's, relative lift", setting, CONFIDENCE, promise, seen)  # type: ignore[arg-type]


def _means(rng: Generator, reps: int) -> Iterator[Row]:
    def both(
        method: str, setting: str, effects: Iterable[Effect], truth: float, baseline: float
    ) -> Iterator[Row]:
        known = [(effect, fixed_horizon(effect)) for effect in effects]
        yield share(
            SECTION, f"{method}, absolute", setting, CONFIDENCE, "equal", (_holds(v, truth) for _, v in known)
        )
        lifts = (_holds(relative_lift(effect, verdict), truth / baseline) for effect, verdict in known)
        yield share(SECTION, f"{method}, relative (Fieller)", setting, CONFIDENCE, "equal", lifts)

    def users(treated: Draw, control: Draw) -> Iterable[tuple[JointMoments, JointMoments]]:
        return zip(joints(rng, reps, 1000, treated), joints(rng, reps, 1000, control), strict=True)

    arms = zip(
        singles(rng, reps, 2000, revenue(1.0 + _TRUE_LIFT)), singles(rng, reps, 2000, revenue()), strict=True
    )
    effects = [difference_of_means(a, b) for a, b in arms]
    yield from both("Welch", "revenue, skewed, +10 %", effects, _TRUE_LIFT * REVENUE_MEAN, REVENUE_MEAN)
    lifts = (_holds(delta_method(effect), _TRUE_LIFT) for effect in effects)
    yield share(SECTION, "delta method, relative, for comparison", "the same", CONFIDENCE, "warning", lifts)
    effects = [cuped_difference(a, b) for a, b in users(_first(visits(_TRUE_LIFT), 2), _first(visits(), 2))]
    yield from both("CUPED", "visits, +10 %", effects, _TRUE_LIFT * 3.0, 3.0)
    effects = [difference_of_ratios(a, b) for a, b in users(_first(clicks(0.22), 2), _first(clicks(), 2))]
    truth = _true_ratio(0.22), _true_ratio(0.2)
    yield from both("ratio", "clicks per view, +10 %", effects, truth[0] - truth[1], truth[1])
    effects = [cuped_ratio_difference(a, b) for a, b in users(clicks(0.22), clicks())]
    yield from both("CUPED on a ratio", "clicks per view, +10 %", effects, truth[0] - truth[1], truth[1])


def _true_ratio(rate: float) -> float:
    """E[min(1, habit * rate / 0.2)] of a Beta(2, 8) habit, by quadrature: a habit above 1 is held at 1."""
    places, weights = np.polynomial.legendre.leggauss(200)
    x = 0.5 * (places + 1.0)
    density = 72.0 * x * (1.0 - x) ** 7
    return float(np.sum(0.5 * weights * density * np.minimum(1.0, x * rate / 0.2)))


def _quantiles(rng: Generator, reps: int) -> Iterator[Row]:
    for quantile, z in ((0.5, 0.0), (0.9, 1.2815515655446004)):
        ranks = quantile_ranks(1000, quantile)
        arms = [np.sort(rng.lognormal(mean, 1.0, (reps, 1000)), axis=1).tolist() for mean in (0.1, 0.0)]
        truth = math.exp(0.1 + z) - math.exp(z)
        seen = (
            _holds(
                fixed_horizon(
                    difference_of_quantiles(*(estimate_quantile(v, quantile, ranks=ranks) for v in pair))
                ),
                truth,
            )
            for pair in zip(*arms, strict=True)
        )
        yield share(
            SECTION,
            "quantile, difference",
            f"{quantile:.0%}, log-normal, 1,000 users each",
            CONFIDENCE,
            "equal",
            seen,
        )
    truth = math.exp(0.9 * 1.2815515655446004 + 0.1) - math.exp(0.9 * 1.2815515655446004)
    seen = (_holds(_clustered(rng, 0.1, 0.0), truth) for _ in range(max(1, reps // 2)))
    yield share(
        SECTION,
        "quantile of clustered values, difference",
        "90 %, 1 to 10 values a user",
        CONFIDENCE,
        "equal",
        seen,
    )


def _clustered(rng: Generator, *means: float) -> Inference:
    """Load times: each user has a level of his own (variance 0.5) beside that of each page (variance 0.31)."""
    estimates = []
    for mean in means:
        values_of = rng.integers(1, 11, 400)
        level = np.repeat(rng.normal(mean, math.sqrt(0.5), 400), values_of)
        values = np.exp(level + rng.normal(0.0, math.sqrt(0.31), level.size))
        ascending = np.sort(values)
        cut = ascending[quantile_ranks(values.size, 0.9).quantile - 1]
        starts = np.concatenate(([0], np.cumsum(values_of)[:-1]))
        below = np.add.reduceat((values <= cut).astype(float), starts)
        users = JointMoments.of(below.tolist(), values_of.astype(float).tolist())
        estimates.append(estimate_quantile(ascending.tolist(), 0.9, ranks=clustered_ranks(users, 0.9)))
    return fixed_horizon(difference_of_quantiles(*estimates))


def _looking(rng: Generator, reps: int) -> Iterator[Row]:
    """At all looks at once: the interval must hold the truth at each of them."""
    truth = _TRUE_LIFT * REVENUE_MEAN
    paths = list(_effect_paths(rng, reps, revenue(1.0 + _TRUE_LIFT), revenue()))
    verdicts = [[(effect, confidence_sequence(effect)) for effect in path] for path in paths]
    setting = f"all {LOOKS} looks, revenue, +10 %"
    seen = (all(_holds(verdict, truth) for _, verdict in path) for path in verdicts)
    yield share(SECTION, "confidence sequence, absolute", setting, CONFIDENCE, "at least", seen)
    seen = (all(_holds_lift(effect, verdict, _TRUE_LIFT) for effect, verdict in path) for path in verdicts)
    yield share(SECTION, "confidence sequence, relative (Fieller)", setting, CONFIDENCE, "at least", seen)
    bounds = spending_bounds([0.2, 0.4, 0.6, 0.8, 1.0])
    counts = list(_count_paths(rng, 4 * reps, 0.06, 0.05, looks=5, batch=1000))
    seen = (
        all(_holds(at_look(effect, bound), 0.01) for effect, bound in zip(path, bounds, strict=True))
        for path in counts
    )
    yield share(
        SECTION,
        "repeated intervals, O'Brien-Fleming-like",
        "all 5 looks, 6 % beside 5 %",
        CONFIDENCE,
        "equal",
        seen,
    )


def _holds_lift(effect: Effect, verdict: Inference, truth: float) -> bool:
    lift = relative_lift(effect, verdict)
    return lift.interval is None or lift.interval.contains(truth)
