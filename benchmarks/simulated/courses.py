"""Series over time: trends, seasons, changes and outliers seen where there are none and where there are; forecasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import numpy as np
from simulated.rows import Row, share

from ag2_marketing_tools.time_series import (
    Series,
    anomalies,
    change_points,
    forecast,
    seasonality,
    trend,
    trends,
)
from ag2_marketing_tools.time_series.mann_kendall import Autocorrelation

Array = Any
Contest = tuple[str, float, float]
"""A kind of series, the share in which another method than the naive is used, and the error in naive ones."""
NONE, THERE, AHEAD = "Nothing there: what is seen all the same", "Planted: what is found", "Forecasts"

WAYS: dict[Autocorrelation, str] = {
    "lag-1": "trend (the default)",
    "hamed-rao": "trend, Hamed and Rao as published",
    "none": "trend, plain",
}


def monthly(values: Array) -> Series:
    """One value for each month."""
    return Series.of([date(2010 + i // 12, i % 12 + 1, 1) for i in range(len(values))], values.tolist())


def remembering(rng: np.random.Generator, count: int, memory: float) -> Array:
    """Noise of spread 1 of which each value keeps a share of the one before (AR(1))."""
    noise, values = rng.standard_normal(count + 50), np.zeros(count + 50)
    for i in range(1, count + 50):
        values[i] = memory * values[i - 1] + noise[i]
    return values[50:] * np.sqrt(1.0 - memory**2)


def rows(rng: np.random.Generator, replications: int, contest: list[Contest]) -> Iterator[Row]:
    """Yield all lines, and add to `contest` how the chosen methods did beside the naive one."""
    yield from _false_trends(rng, replications)
    yield from _false_others(rng, max(40, replications // 4))
    yield from _planted(rng, max(40, replications // 4))
    yield from _forecasts(rng, max(20, replications // 4), contest)


def _false_trends(rng: np.random.Generator, replications: int) -> Iterator[Row]:
    for count, memory, most in (
        (12, 0.0, 5),
        (24, 0.0, 5),
        (24, 0.3, 7),
        (24, 0.5, 9),
        (60, 0.5, 8),
        (104, 0.5, 7),
    ):
        drawn = [monthly(remembering(rng, count, memory)) for _ in range(replications)]
        setting = f"{count} values, lag-1 autocorrelation {memory:g}"
        for way, name in WAYS.items():
            seen = [trend(one, period=1, autocorrelation=way).word != "stable" for one in drawn]
            keeps = way == "lag-1" or (way == "none" and not memory)
            promised = most / 100 if way == "lag-1" else 0.05
            yield share(NONE, name, setting, promised, "at most" if keeps else "warning", seen)
    drawn = [monthly(remembering(rng, 36, 0.3)) for _ in range(replications)]
    seen = [trend(one).word != "stable" for one in drawn]
    yield share(NONE, "trend, seasonal", "36 months, lag-1 autocorrelation 0.3", 0.07, "at most", seen)
    families = [
        {str(i): monthly(rng.standard_normal(24)) for i in range(20)}
        for _ in range(max(40, replications // 20))
    ]
    wrong = [any(t.word != "stable" for t in trends(one, correction="holm").values()) for one in families]
    yield share(NONE, "any trend of 20, Holm", "24 values, no autocorrelation", 0.05, "at most", wrong)


def _false_others(rng: np.random.Generator, replications: int) -> Iterator[Row]:
    for memory in (0.0, 0.3, 0.5):
        drawn = [monthly(remembering(rng, 60, memory)) for _ in range(replications)]
        setting = f"60 months, lag-1 autocorrelation {memory:g}"
        seen = [bool(change_points(one).found) for one in drawn]
        yield share(NONE, "any change point", setting, 0.07 if memory else 0.05, "at most", seen)
        season = [bool(seasonality(one).seasonal) for one in drawn]
        yield share(NONE, "season", setting, 0.03 if memory else 0.015, "at most", season)
        outliers = sum(len(anomalies(one).found or ()) for one in drawn)
        yield Row(
            NONE, "anomaly, of all values", setting, 0.003, "at most", float(outliers), 60 * replications
        )


def _planted(rng: np.random.Generator, replications: int) -> Iterator[Row]:
    ramp, season = np.arange(36.0), 2.0 * np.sin(np.arange(60) * np.pi / 6)

    def found(draw: Callable[[], bool]) -> list[bool]:
        return [draw() for _ in range(replications)]

    def rising() -> bool:
        return trend(monthly(0.08 * ramp + rng.standard_normal(36)), direction="higher").word == "improving"

    def seasonal() -> bool:
        return bool(seasonality(monthly(season + remembering(rng, 60, 0.3))).seasonal)

    def shifted() -> bool:
        values = remembering(rng, 60, 0.3)
        values[36:] += 2.5
        places = [
            (one.time.year - 2010) * 12 + one.time.month - 1
            for one in change_points(monthly(values)).found or ()
        ]
        return len(places) == 1 and abs(places[0] - 36) <= 3

    def outlying() -> bool:
        values = season + remembering(rng, 60, 0.3)
        values[30] += 8.0
        return date(2012, 7, 1) in [one.time for one in anomalies(monthly(values)).found or ()]

    yield share(THERE, "trend", "36 months, 0.08 spreads a month", 0.8, "at least", found(rising))
    yield share(THERE, "season", "60 months, amplitude 2 spreads", 0.95, "at least", found(seasonal))
    yield share(
        THERE,
        "change point, within 3 months",
        "of 2.5 spreads in month 37 of 60",
        0.75,
        "at least",
        found(shifted),
    )
    yield share(THERE, "anomaly", "of 8 spreads within a season", 0.95, "at least", found(outlying))


def _forecasts(rng: np.random.Generator, replications: int, contest: list[Contest]) -> Iterator[Row]:
    def noise(n: int) -> Array:
        return rng.standard_normal(n)

    kinds: dict[str, Callable[[int], Array]] = {
        "independent noise": noise,
        "noise of autocorrelation 0.5": lambda n: remembering(rng, n, 0.5),
        "random walk": lambda n: noise(n).cumsum(),
        "line and noise": lambda n: 0.2 * np.arange(n) + noise(n),
        "season and noise": lambda n: 3.0 * np.sin(np.arange(n) * np.pi / 6) + noise(n),
    }
    for name, draw in kinds.items():
        for count in (18, 36):
            if name.startswith("season") and count < 24:
                continue
            yield from _forecast(name, [draw(count + 3) for _ in range(replications)], count, contest)


def _forecast(name: str, drawn: list[Array], count: int, contest: list[Contest]) -> Iterator[Row]:
    answers = [(forecast(monthly(values[:count]), 3), values[count:]) for values in drawn]
    setting = f"{name}, {count} months, 3 ahead"
    for step in (0, 2):
        held = [one.points[step].lower <= come[step] <= one.points[step].upper for one, come in answers]
        yield share(AHEAD, f"90 % interval, {step + 1} ahead", setting, 0.88, "at least", held)
    errors = [
        np.abs([[p.central - v, values[count - 1] - v] for p, v in zip(one.points, come, strict=True)]).mean(
            axis=0
        )
        for (one, come), values in zip(answers, drawn, strict=True)
    ]
    chosen, naive = np.mean(errors, axis=0)
    contest.append((setting, sum(one.beats_naive for one, _ in answers) / len(answers), chosen / naive))
