"""Users drawn at random, reduced to the sufficient statistics that the engine works from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ag2_marketing_tools.statistics.moments import JointMoments, Moments

Generator = np.random.Generator
Draw = Callable[[Generator, tuple[int, int]], Any]
"""Figures of users in an array of variables * replications * users."""
_AT_ONCE = 1_000_000

PURCHASE_RATE, REVENUE_MEAN = 0.1, 0.1 * math.exp(3.5)


def revenue(factor: float = 1.0) -> Draw:
    """Return a draw of revenue per user: one in ten buys, for a log-normal sum; mean `REVENUE_MEAN` * factor."""

    def draw(rng: Generator, shape: tuple[int, int]) -> Any:
        buys = rng.random(shape) < PURCHASE_RATE
        return (np.where(buys, rng.lognormal(3.0, 1.0, shape), 0.0) * factor)[None]

    return draw


def visits(lift: float = 0.0) -> Draw:
    """Return a draw of a user's visits now and in the two periods before: correlated, skewed; mean 3 * (1 + lift)."""

    def draw(rng: Generator, shape: tuple[int, int]) -> Any:
        size = rng.gamma(1.5, 2.0, shape)
        return np.stack(
            [rng.poisson(size * (1.0 + lift)), rng.poisson(size), rng.poisson(0.5 * size)]
        ).astype(float)

    return draw


def clicks(rate: float = 0.2) -> Draw:
    """Return a draw of clicks and views, now and before; users differ in both, the ratio of the means is `rate`."""

    def draw(rng: Generator, shape: tuple[int, int]) -> Any:
        habit = rng.beta(2.0, 8.0, shape) / 0.2
        size = rng.gamma(0.8, 5.0, shape)
        views, before = 1 + rng.poisson(size), 1 + rng.poisson(size)
        now = rng.binomial(views, np.minimum(1.0, habit * rate))
        return np.stack([now, views, rng.binomial(before, np.minimum(1.0, habit * 0.2)), before]).astype(
            float
        )

    return draw


def joints(rng: Generator, replications: int, users: int, draw: Draw) -> Iterator[JointMoments]:
    """Yield the joint moments of one arm, replication by replication."""
    step = max(1, _AT_ONCE // users)
    for start in range(0, replications, step):
        values = draw(rng, (min(step, replications - start), users))
        means = values.mean(axis=2)
        gaps = values - means[:, :, None]
        products = np.einsum("irn,jrn->rij", gaps, gaps)
        for row, matrix in zip(means.T.tolist(), products.tolist(), strict=True):
            yield JointMoments(users, tuple(row), tuple(map(tuple, matrix)))


def singles(rng: Generator, replications: int, users: int, draw: Draw) -> Iterator[Moments]:
    """Yield the moments of one arm's first variable, replication by replication."""
    for joint in joints(rng, replications, users, draw):
        yield joint.variable(0)


def growing(rng: Generator, replications: int, looks: int, batch: int, draw: Draw) -> Iterator[list[Moments]]:
    """Yield one arm's moments at each look, as `batch` users more arrive from look to look."""
    step = max(1, _AT_ONCE // (looks * batch))
    counts = [batch * look for look in range(1, looks + 1)]
    for start in range(0, replications, step):
        size = min(step, replications - start)
        values = draw(rng, (size, looks * batch))[0].reshape(size, looks, batch)
        sums = values.sum(axis=2).cumsum(axis=1)
        squares = (values * values).sum(axis=2).cumsum(axis=1)
        spreads = squares - sums * sums / np.array(counts)
        for row, spread in zip(sums.tolist(), spreads.tolist(), strict=True):
            yield [Moments(n, total / n, left) for n, total, left in zip(counts, row, spread, strict=True)]
