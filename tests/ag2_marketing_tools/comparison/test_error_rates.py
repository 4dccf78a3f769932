"""False "leading" and "lagging" stay within the stated rate; intervals cover what they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ag2_marketing_tools.comparison import Measured, Metric, compare, compare_many

RATE = 0.05


@pytest.mark.parametrize("n", [1, 5, 10, 37, 120])
@pytest.mark.parametrize("level", [0.5, 5.0, 30.0, 82.0, 95.0, 99.0, 99.9])
def test_of_shares_the_rate_holds_exactly_whatever_their_number(n: int, level: float) -> None:
    """Summed over all outcomes at a true share just at the level: no simulation, no error of its own."""
    successes = np.arange(n + 1)
    shares = (100.0 * successes / n).reshape(-1, 1)
    metric = [Metric("m", {"target": level}, "higher", "percent", unit_certain=True)]
    found = compare_many(shares, metric, n=np.full(shares.shape, float(n)), correction=None).positions[:, 0]
    chances = stats.binom.pmf(successes, n, level / 100.0)
    for code in (1, 3):  # lagging, leading
        assert chances[found == code].sum() <= RATE / 2 + 1e-12


@pytest.mark.parametrize("n", [2, 5, 30])
def test_of_means_the_rate_is_the_stated_one(n: int) -> None:
    rng = np.random.default_rng(n)
    draws = rng.normal(82.0, 6.0, size=(20_000, n))
    metric = [Metric("m", {"industry_average": 82.0, "market_leaders": 82.0 + 6.0}, "higher", None)]
    table = compare_many(
        draws.mean(axis=1, keepdims=True),
        metric,
        n=np.full((20_000, 1), float(n)),
        sd=draws.std(axis=1, ddof=1, keepdims=True),
        correction=None,
    )
    lagging = float((table.positions == 1).mean())
    covered = float(((table.lower <= 82.0) & (table.upper >= 82.0)).mean())
    assert lagging == pytest.approx(RATE / 2, abs=4 * np.sqrt(0.025 * 0.975 / 20_000))
    assert covered == pytest.approx(0.95, abs=4 * np.sqrt(0.05 * 0.95 / 20_000))


@pytest.mark.parametrize("n", [30, 100])
def test_of_resampled_observations_the_intervals_cover_about_what_they_say(n: int) -> None:
    rng = np.random.default_rng(n)
    covered, runs = 0, 250
    for seed in range(runs):
        found = compare(
            Measured(None, observations=rng.gamma(4.0, 5.0, size=n).tolist()),
            {"target": 20.0},
            "higher",
            None,
            seed=seed,
        )
        assert found.interval is not None
        covered += found.interval.contains(20.0)
    assert covered / runs >= 0.95 - 4 * np.sqrt(0.05 * 0.95 / runs)


def test_of_40_metrics_at_their_level_holm_lets_hardly_any_subject_be_misjudged() -> None:
    rng = np.random.default_rng(3)
    subjects, n = 2_000, 200.0
    shares = rng.binomial(200, 0.82, size=(subjects, 40)) / 2.0
    metrics = [
        Metric(str(i), {"industry_average": 82.0, "market_leaders": 82.0}, "higher", "percent")
        for i in range(40)
    ]
    plain = compare_many(shares, metrics, n=np.full(shares.shape, n), correction=None)
    judged = compare_many(shares, metrics, n=np.full(shares.shape, n), correction="holm")
    wrong = [float(np.isin(table.positions, (1, 3)).any(axis=1).mean()) for table in (plain, judged)]
    assert wrong[0] > 0.5  # why the correction is there
    assert wrong[1] <= RATE + 4 * np.sqrt(RATE * (1 - RATE) / subjects)
