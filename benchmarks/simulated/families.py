"""Several comparisons at once, and the alarm of the sample ratio."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from simulated.draws import Generator
from simulated.rows import Row, share

from ag2_marketing_tools.statistics.distributions import normal_tail
from ag2_marketing_tools.statistics.multiplicity import benjamini_hochberg, holm
from ag2_marketing_tools.statistics.sample_ratio import (
    ALARM,
    Phase,
    sample_ratio,
    sequential_sample_ratio,
)

SEVERAL, RATIO = "Several comparisons", "Alarm of the sample ratio"
ALPHA = 0.05


def rows(rng: Generator, replications: int) -> Iterator[Row]:
    """Yield the lines about families of comparisons and about the sample ratio."""
    yield from _families(rng, replications)
    yield from _alarms(rng, 10 * replications)


def _p_values(z: np.ndarray) -> list[float]:
    return [2.0 * normal_tail(abs(value)) for value in z.ravel().tolist()]


def _families(rng: Generator, reps: int) -> Iterator[Row]:
    """Two variants beside one control on four metrics; the first metric of the first variant is truly better."""
    any_false, shares, picked = [], [], []
    for _ in range(reps):
        arms = rng.normal(size=(3, 4))
        z = (arms[1:] - arms[0]) / np.sqrt(2.0)
        z[0, 0] += 4.0
        any_false.append(any(p < ALPHA for p in holm(_p_values(z))[1:] if p is not None))
        arms = rng.normal(size=3)
        picked.append(2.0 * normal_tail((arms.max() - arms.min()) / np.sqrt(2.0)) < ALPHA)
    yield share(
        SEVERAL, "Holm, any false rejection", "8 comparisons, one true effect", ALPHA, "at most", any_false
    )
    yield share(SEVERAL, "best of three against the worst, unadjusted", "A/A/A", ALPHA, "warning", picked)
    for _ in range(reps):
        z = rng.normal(size=20)
        z[:5] += 3.0
        adjusted = benjamini_hochberg(_p_values(z))
        false = sum(p is not None and p < ALPHA for p in adjusted[5:])
        found = sum(p is not None and p < ALPHA for p in adjusted)
        shares.append(false / found if found else 0.0)
    yield Row(
        SEVERAL,
        "Benjamini-Hochberg, share of false discoveries",
        "20 comparisons, five true effects",
        ALPHA * 15.0 / 20.0,
        "equal",
        float(sum(shares)),
        reps,
    )


def _alarms(rng: Generator, reps: int) -> Iterator[Row]:
    for weights, users in (((0.5, 0.5), 10_000), ((0.8, 0.1, 0.1), 3_000)):
        draws = rng.multinomial(users, weights, reps).tolist()
        seen = (bool(sample_ratio([Phase(tuple(row), weights)]).mismatch) for row in draws)
        named = " / ".join(f"{weight:.0%}" for weight in weights)
        yield share(RATIO, "false alarms, chi-square", f"{named}, {users:,} users", ALARM, "equal", seen)
    first, second = rng.multinomial(2_000, (0.9, 0.1), reps), rng.multinomial(4_000, (0.5, 0.5), reps)
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    seen = (
        bool(sample_ratio([Phase(tuple(a), (0.9, 0.1)), Phase(tuple(b), (0.5, 0.5))]).mismatch)
        for a, b in pairs
    )
    yield share(RATIO, "false alarms, two phases", "90 / 10, then 50 / 50", ALARM, "equal", seen)
    draws = rng.multinomial(12, (0.9, 0.1), reps).tolist()
    seen = (bool(sample_ratio([Phase(tuple(row), (0.9, 0.1))]).mismatch) for row in draws)
    yield share(RATIO, "false alarms, exact", "90 / 10, 12 users", ALARM, "at most", seen)
    few = max(1, reps // 10)
    for weight, promise, promised in ((0.5, "at most", ALARM), (0.53, "at least", 0.9)):
        days = rng.multinomial(1_000, (weight, 1.0 - weight), (few, 30)).cumsum(axis=1).tolist()
        seen = (
            any(sequential_sample_ratio(Phase(tuple(day), (0.5, 0.5))).mismatch for day in path)
            for path in days
        )
        name = "false alarms" if promise == "at most" else "finds what is broken"
        yield share(
            RATIO,
            f"{name}, sequential",
            f"{weight:.0%} to the first arm, read on 30 days",
            promised,
            promise,
            seen,
        )  # type: ignore[arg-type]
