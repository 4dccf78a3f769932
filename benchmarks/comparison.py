"""The wait for the comparison of 10,000 caregivers on 40 metrics, beside the same arithmetic in bare NumPy.

Run `python benchmarks/comparison.py` (`--quick` for a fiftieth of the subjects).

Half of the metrics are shares with their number of visits, half means with a spread; 5 % of the figures are missing.
The engine converts, checks, asks for doubtful shares, judges, interpolates percentiles and corrects for 40 metrics a
subject; the bare arithmetic takes whole matrices of checked figures in the right unit and does the sums alone. Both
give the same positions, which is checked.
"""

from __future__ import annotations

import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
from ag2_marketing_tools.comparison import ComparisonTable, Metric, compare_many

SUBJECTS, QUICK, METRICS, RUNS, SEED = 10_000, 200, 40, 7, 20_261_126
AVERAGE, LEADERS = 82.0, 88.0
Array = Any


def drawn(subjects: int) -> tuple[Array, Array, Array]:
    """Return figures, numbers of units and spreads; NaN where there are none."""
    rng = np.random.default_rng(SEED)
    half = METRICS // 2
    units = rng.integers(20, 400, size=(subjects, METRICS)).astype(float)
    rates = rng.beta(42.5, 7.5, size=(subjects, half))
    shares = rng.binomial(units[:, :half].astype(int), rates) / units[:, :half] * 100.0
    means = rng.normal(85.0, 4.0, size=(subjects, METRICS - half))
    spreads = np.full((subjects, METRICS), np.nan)
    spreads[:, half:] = rng.uniform(5.0, 15.0, size=means.shape)
    values = np.concatenate([shares, means], axis=1)
    values[rng.random(values.shape) < 0.05] = np.nan
    return values, units, spreads


def ours(values: Array, units: Array, spreads: Array) -> ComparisonTable:
    """Judge by the engine."""
    levels = {"industry_average": AVERAGE, "market_leaders": LEADERS, "our_targets": 92.0}
    metrics = [Metric(f"metric {i}", levels, "higher", "percent") for i in range(METRICS)]
    return compare_many(values, metrics, n=units, sd=spreads)


def bare(values: Array, units: Array, spreads: Array) -> dict[str, Array]:
    """Do the same sums on whole matrices."""
    with np.errstate(all="ignore"):
        share = np.isnan(spreads)
        p, n, z = values / 100.0, units, 1.959963984540054
        centre, half = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        stretch = 100.0 / (1 + z * z / n)
        error = spreads / np.sqrt(n)
        t = -special.stdtrit(n - 1, 0.025) * error
        lower = np.where(share, np.where(p <= 0, 0.0, (centre - half) * stretch), values - t)
        upper = np.where(share, np.where(p >= 1, 100.0, (centre + half) * stretch), values + t)
        x = np.round(p * n)

        def above(level: float) -> Array:
            rate = level / 100.0
            exact = np.where(x <= 0, 1.0, special.betainc(np.maximum(x, 1), n - x + 1, rate))
            score = special.ndtr((rate - p) / np.sqrt(rate * (1 - rate) / n))
            return np.where(share, np.maximum(exact, score), special.stdtr(n - 1, (level - values) / error))

        def below(level: float) -> Array:
            rate = level / 100.0
            exact = np.where(n - x <= 0, 1.0, special.betainc(np.maximum(n - x, 1), x + 1, 1 - rate))
            score = special.ndtr((p - rate) / np.sqrt(rate * (1 - rate) / n))
            return np.where(share, np.maximum(exact, score), special.stdtr(n - 1, (values - level) / error))

        leads, floor = values >= LEADERS, values >= AVERAGE
        p_value = np.minimum(
            1.0,
            2
            * np.where(
                leads,
                above(LEADERS),
                np.where(floor, np.maximum(above(AVERAGE), below(LEADERS)), below(AVERAGE)),
            ),
        )
        score = special.ndtri(0.9) / (LEADERS - AVERAGE) * (values - AVERAGE)
        percentile = np.clip(100 * special.ndtr(score), 0.1, 99.9)
        order = np.argsort(p_value, axis=1)
        ranked = np.take_along_axis(p_value, order, axis=1)
        tests = (~np.isnan(ranked)).sum(axis=1, keepdims=True)
        high = np.where(np.isnan(ranked), np.inf, ranked * tests / np.arange(1, METRICS + 1))
        adjusted = np.empty_like(high)
        np.put_along_axis(adjusted, order, np.minimum.accumulate(high[:, ::-1], axis=1)[:, ::-1], axis=1)
        claim = np.where(leads, 3, np.where(floor, 2, 1))
        position = np.where(np.isnan(values), 0, np.where(adjusted <= 0.05, claim, 4))
    return {
        "position": position,
        "lower": lower,
        "upper": upper,
        "percentile": percentile,
        "gap": values - AVERAGE,
    }


def intervals_alone(values: Array, units: Array, spreads: Array) -> dict[str, Array]:
    """Do the least that would answer: intervals, positions by where they lie, percentiles; no tests, no correction."""
    with np.errstate(all="ignore"):
        share = np.isnan(spreads)
        p, n, z = values / 100.0, units, 1.959963984540054
        half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        t = -special.stdtrit(n - 1, 0.025) * spreads / np.sqrt(n)
        low, high = ((p + z * z / (2 * n) + sign * half) * 100.0 / (1 + z * z / n) for sign in (-1, 1))
        lower, upper = np.where(share, low, values - t), np.where(share, high, values + t)
        inside = np.where((lower >= AVERAGE) & (upper < LEADERS), 2, 4)
        position = np.where(lower >= LEADERS, 3, np.where(upper < AVERAGE, 1, inside))
        score = special.ndtri(0.9) / (LEADERS - AVERAGE) * (values - AVERAGE)
        percentile = np.clip(100 * special.ndtr(score), 0.1, 99.9)
    return {"position": position, "percentile": percentile, "gap": values - AVERAGE}


def timed(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one run."""
    started = time.process_time()
    work()
    return time.process_time() - started


def peak_mb(work: Callable[[], object]) -> float:
    """Return the most memory that was allocated at a time, beside the inputs."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main(arguments: list[str]) -> None:
    """Time both in turn, and print medians, ranges and memory."""
    subjects = QUICK if "--quick" in arguments else SUBJECTS
    inputs = drawn(subjects)
    found, expected = ours(*inputs), bare(*inputs)
    np.testing.assert_array_equal(found.positions, expected["position"])
    np.testing.assert_allclose(found.percentiles, expected["percentile"])
    np.testing.assert_allclose(found.lower, np.where(np.isnan(inputs[0]), np.nan, expected["lower"]))
    kinds = {"compare_many": ours, "bare NumPy": bare, "bare NumPy, intervals alone": intervals_alone}
    print(
        f"{SUBJECTS:,} subjects x {METRICS} metrics, {RUNS} runs in turn; the first two give the same positions."
    )
    runs = [
        {name: timed(lambda work=work: work(*inputs)) for name, work in kinds.items()} for _ in range(RUNS)
    ]
    for name, work in kinds.items():
        ratios = sorted(run["compare_many"] / run[name] for run in runs)
        print(
            f"{name}: CPU median {1e3 * statistics.median(run[name] for run in runs):.0f} ms, "
            f"peak memory {peak_mb(lambda work=work: work(*inputs)):.0f} MB; compare_many takes "
            f"{statistics.median(ratios):.2f} times as long ({ratios[0]:.2f} to {ratios[-1]:.2f}; target at most 10)"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
