"""Figures against levels: verdicts that are false, and intervals that hold the true figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from simulated.rows import Promise, Row, share

from ag2_marketing_tools.comparison import Measured, Metric, compare, compare_many

Array = Any
FALSE, COVER, MANY = (
    "Figures at a level: false leading or lagging",
    "Intervals that hold the true figure",
    "Many metrics",
)
LAGGING, LEADING = 1, 3


def rows(rng: np.random.Generator, replications: int) -> Iterator[Row]:
    """Yield all lines."""
    for rate, n in ((0.82, 30), (0.82, 400), (0.99, 10), (0.99, 200), (0.02, 60)):
        yield from _shares(rng, replications, rate, n)
    for name, n in (("even", 5), ("even", 30), ("skewed", 30), ("skewed", 200)):
        yield from _means(rng, replications, name, n)
    for name, n in (("even", 20), ("even", 60), ("skewed", 20), ("skewed", 60), ("skewed", 200)):
        yield from _resampled(rng, max(50, replications // 10), name, n)
    yield from _many(rng, max(100, replications // 5))


def _shares(rng: np.random.Generator, replications: int, rate: float, n: int) -> Iterator[Row]:
    values = 100.0 * rng.binomial(n, rate, size=(replications, 1)) / n
    metric = [Metric("m", {"target": 100.0 * rate}, "higher", "percent", unit_certain=True)]
    found = compare_many(values, metric, n=np.full(values.shape, float(n)), correction=None)
    setting = f"true share {100 * rate:g} %, {n} units"
    judged = np.isin(found.positions, (LAGGING, LEADING)).ravel()
    yield share(FALSE, "share, with the exact test", setting, 0.05, "at most", judged)
    beside = ((found.lower > 100 * rate) | (found.upper < 100 * rate)).ravel()
    promise: Promise = "warning" if (rate, n) == (0.99, 10) else "at most"
    yield share(
        FALSE,
        "share, by Wilson's interval alone",
        setting,
        0.05 if promise == "warning" else 0.07,
        promise,
        beside,
    )


def _drawn(rng: np.random.Generator, name: str, shape: tuple[int, int]) -> Array:
    """Draws of mean 20: even about it, or skewed (by 1.4, as times and costs are)."""
    return rng.normal(20.0, 6.0, size=shape) if name == "even" else rng.gamma(2.0, 10.0, size=shape)


def _means(rng: np.random.Generator, replications: int, name: str, n: int) -> Iterator[Row]:
    draws = _drawn(rng, name, (replications, n))
    found = compare_many(
        draws.mean(axis=1, keepdims=True),
        [Metric("m", {"target": 20.0}, "higher")],
        n=np.full((replications, 1), float(n)),
        sd=draws.std(axis=1, ddof=1, keepdims=True),
        correction=None,
    )
    judged = np.isin(found.positions, (LAGGING, LEADING)).ravel()
    covered = ((found.lower <= 20.0) & (found.upper >= 20.0)).ravel()
    skewed = name == "skewed" and n < 100
    rate = 0.07 if skewed else 0.05
    yield share(FALSE, "mean, Student's t", f"{name} values, {n} of them", rate, "at most", judged)
    yield share(COVER, "mean, Student's t", f"{name} values, {n} of them", 1 - rate, "at least", covered)


def _resampled(rng: np.random.Generator, replications: int, name: str, n: int) -> Iterator[Row]:
    found = [
        compare(Measured(None, observations=draw.tolist()), {"target": 20.0}, "higher", None, seed=seed)
        for seed, draw in enumerate(_drawn(rng, name, (replications, n)))
    ]
    covered = [one.interval is not None and one.interval.contains(20.0) for one in found]
    rate = 0.05 if name == "even" or n >= 200 else 0.07
    yield share(
        COVER, "mean, resampled (BCa, widened)", f"{name} values, {n} of them", 1 - rate, "at least", covered
    )
    judged = [one.position in ("leading", "lagging") for one in found]
    yield share(
        FALSE, "mean, resampled (BCa, widened)", f"{name} values, {n} of them", rate, "at most", judged
    )


def _many(rng: np.random.Generator, replications: int) -> Iterator[Row]:
    """40 metrics a subject, all at their level; then half of them far beyond it."""
    metrics = [Metric(str(i), {"target": 82.0}, "higher", "percent") for i in range(40)]
    n = 200
    level = rng.binomial(n, 0.82, size=(replications, 40)) * 100.0 / n
    sizes = np.full(level.shape, float(n))
    ways: tuple[tuple[str | None, Promise], ...] = (
        (None, "warning"),
        ("holm", "at most"),
        ("benjamini-hochberg", "at most"),
    )
    for correction, promise in ways:
        found = compare_many(level, metrics, n=sizes, correction=correction)
        wrong = np.isin(found.positions, (LAGGING, LEADING)).any(axis=1)
        setting = "40 metrics at their level, any verdict"
        yield share(MANY, correction or "each by itself", setting, 0.05, promise, wrong)
    mixed = level.copy()
    mixed[:, :20] = rng.binomial(n, 0.92, size=(replications, 20)) * 100.0 / n
    found = compare_many(mixed, metrics, n=sizes)
    claimed = np.isin(found.positions, (LAGGING, LEADING))
    false = claimed[:, 20:].sum(axis=1) / np.maximum(1, claimed.sum(axis=1))
    setting = "20 of 40 metrics truly beyond, share of false verdicts"
    yield Row(MANY, "benjamini-hochberg", setting, 0.05, "at most", float(false.sum()), replications)
