"""Errors of the first kind: how often equal arms are told apart, once and while looking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache

from simulated.draws import Draw, Generator, clicks, growing, joints, revenue, singles, visits
from simulated.rows import Row, share

from ag2_marketing_tools.statistics.bayesian import effect_posterior
from ag2_marketing_tools.statistics.counts import EventRate, compare_event_rates
from ag2_marketing_tools.statistics.cuped import cuped_by_several, cuped_difference, cuped_ratio_difference
from ag2_marketing_tools.statistics.effects import Effect, difference_of_means, fixed_horizon
from ag2_marketing_tools.statistics.group_sequential import (
    at_look,
    obrien_fleming_bounds,
    repeated_p_value,
    spending_bounds,
)
from ag2_marketing_tools.statistics.inference import Inference
from ag2_marketing_tools.statistics.mixture_sprt import mixture_sprt
from ag2_marketing_tools.statistics.moments import JointMoments, Moments
from ag2_marketing_tools.statistics.proportions import Proportion, difference_of_proportions
from ag2_marketing_tools.statistics.ratios import difference_of_ratios
from ag2_marketing_tools.statistics.sequential import confidence_sequence
from ag2_marketing_tools.statistics.spending import hwang_shih_decani_spending, pocock_spending
from ag2_marketing_tools.statistics.two_proportions import compare_proportions

ALPHA = 0.05
ONCE, LOOKING = "Equal arms, judged once", "Equal arms, judged at every look"
LOOKS, BATCH = 20, 250


def rows(rng: Generator, replications: int) -> Iterator[Row]:
    """Yield the lines about errors of the first kind."""
    yield from _proportions(rng, replications)
    yield from _means(rng, replications)
    yield from _ratios(rng, replications)
    yield from _looking(rng, replications)
    yield from _planned(rng, replications)


def rejects(answer: Inference) -> bool:
    """Whether a comparison was significant."""
    return answer.p_value is not None and answer.p_value < ALPHA


def excludes_zero(answer: Inference) -> bool:
    """Whether the interval leaves out 0."""
    return answer.interval is not None and not answer.interval.contains(0.0)


def counts_of(rng: Generator, trials: int, rate: float, replications: int) -> Iterator[Proportion]:
    """Yield one arm's conversions."""
    return (Proportion(x, trials) for x in rng.binomial(trials, rate, replications).tolist())


@cache
def compared(a: Proportion, b: Proportion) -> Inference:
    """The engine's comparison; the same counts come up often."""
    return compare_proportions(a, b).absolute


def _proportions(rng: Generator, reps: int) -> Iterator[Row]:
    cases = [
        ("score test", "5 % convert, 2,000 and 2,000 users", 2000, 2000, 0.05, "equal"),
        ("score test, unequal arms", "5 % convert, 500 and 4,500 users", 500, 4500, 0.05, "equal"),
        (
            "exact test where few convert",
            "0.3 % convert, 1,000 and 1,000 users",
            1000,
            1000,
            0.003,
            "at most",
        ),
    ]
    for method, setting, n, m, rate, promise in cases:
        pairs = zip(counts_of(rng, n, rate, reps), counts_of(rng, m, rate, reps), strict=True)
        yield share(ONCE, method, setting, ALPHA, promise, (rejects(compared(a, b)) for a, b in pairs))  # type: ignore[arg-type]
    events = zip(rng.poisson(12, reps).tolist(), rng.poisson(24, reps).tolist(), strict=True)
    seen = (rejects(compare_event_rates(EventRate(a, 100.0), EventRate(b, 200.0))) for a, b in events)
    yield share(ONCE, "exact test of Poisson rates", "12 and 24 events expected", ALPHA, "at most", seen)


def _means(rng: Generator, reps: int) -> Iterator[Row]:
    def pairs(n: int, m: int, draw: Draw) -> Iterable[tuple[Moments, Moments]]:
        return zip(singles(rng, reps, n, draw), singles(rng, reps, m, draw), strict=True)

    def once(effects: Iterable[Effect], **how: str) -> Iterable[bool]:
        return (rejects(fixed_horizon(effect, **how)) for effect in effects)  # type: ignore[arg-type]

    effects = (difference_of_means(a, b) for a, b in pairs(1000, 1000, revenue()))
    yield share(ONCE, "Welch", "revenue, skewed, 1,000 and 1,000 users", ALPHA, "equal", once(effects))
    effects = (difference_of_means(a, b) for a, b in pairs(2000, 1000, visits()))
    yield share(
        ONCE,
        "Welch, one-sided, unequal arms",
        "visits, 2,000 and 1,000",
        ALPHA,
        "equal",
        once(effects, alternative="greater"),
    )

    def users(draw: Draw) -> Iterable[tuple[JointMoments, JointMoments]]:
        return zip(joints(rng, reps, 1000, draw), joints(rng, reps, 1000, draw), strict=True)

    effects = (cuped_difference(a, b) for a, b in users(_first(visits(), 2)))
    yield share(ONCE, "CUPED", "visits and those of the period before", ALPHA, "equal", once(effects))
    effects = (cuped_by_several(a, b) for a, b in users(visits()))
    yield share(
        ONCE, "CUPED, two covariates", "visits and those of two periods before", ALPHA, "equal", once(effects)
    )
    effects = (cuped_ratio_difference(a, b) for a, b in users(clicks()))
    yield share(ONCE, "CUPED on a ratio", "clicks per view and those before", ALPHA, "equal", once(effects))


def _first(draw: Draw, variables: int) -> Draw:
    return lambda rng, shape: draw(rng, shape)[:variables]


def _ratios(rng: Generator, reps: int) -> Iterator[Row]:
    pairs = list(zip(*(joints(rng, reps, 1000, _first(clicks(), 2)) for _ in range(2)), strict=True))
    seen = (rejects(fixed_horizon(difference_of_ratios(a, b))) for a, b in pairs)
    yield share(ONCE, "ratio, delta method", "clicks per view, 1,000 and 1,000 users", ALPHA, "equal", seen)
    seen = (rejects(fixed_horizon(difference_of_proportions(_events(a), _events(b)))) for a, b in pairs)
    yield share(ONCE, "z test of events as if independent", "the same", ALPHA, "warning", seen)


def _events(arm: JointMoments) -> Proportion:
    clicked, viewed = (round(arm.count * mean) for mean in arm.means[:2])
    return Proportion(clicked, viewed)


Judge = Callable[[Effect], bool]


def _looking(rng: Generator, reps: int) -> Iterator[Row]:
    """20 looks, 250 users more in each arm from one to the next, stopped at the first rejection."""
    judges: list[tuple[str, str, Judge]] = [
        ("confidence sequence", "at most", lambda effect: rejects(confidence_sequence(effect))),
        (
            "confidence sequence, one-sided",
            "at most",
            lambda effect: rejects(confidence_sequence(effect, alternative="greater")),
        ),
        ("t test", "warning", lambda effect: rejects(fixed_horizon(effect))),
        (
            "probability to be better of 97.5 %, flat prior",
            "warning",
            _sure,
        ),
    ]
    few = max(1, reps // 2)
    paths = list(_effect_paths(rng, few, revenue()))
    for method, promise, judge in judges:
        seen = (any(map(judge, path)) for path in paths)
        yield share(LOOKING, method, "20 looks, revenue", ALPHA, promise, seen)  # type: ignore[arg-type]
    mixing = 4.0  # (2 units of money) squared: the size of effects that are usual
    seen = (any(rejects(mixture_sprt(effect, mixing)) for effect in path) for path in paths)
    yield share(LOOKING, "mixture SPRT", "20 looks, revenue", ALPHA, "at most", seen)
    for rate in (0.05, 0.01):
        seen = (any(rejects(confidence_sequence(e)) for e in path) for path in _count_paths(rng, few, rate))
        yield share(LOOKING, "confidence sequence", f"20 looks, {rate:.0%} convert", ALPHA, "at most", seen)
    yield from _uneven(rng, few)


def _uneven(rng: Generator, few: int) -> Iterator[Row]:
    """A tenth of 500 users a look in one arm: the engine's sequence, and the one that takes each arm's own spread."""
    paths = list(_count_paths(rng, few, 0.01, looks=LOOKS, batch=50, other_batch=450))
    seen = (any(rejects(confidence_sequence(effect)) for effect in path) for path in paths)
    setting = "20 looks, 10 / 90 split, 1 % convert"
    yield share(LOOKING, "confidence sequence", setting, ALPHA, "at most", seen)
    seen = (any(map(_bold, path)) for path in paths)
    yield share(LOOKING, "the same by each arm's own spread", setting, ALPHA, "warning", seen)
    arms = (growing(rng, few, LOOKS, batch, revenue()) for batch in (50, 450))
    seen = (
        any(rejects(confidence_sequence(difference_of_means(a, b))) for a, b in zip(*pair, strict=True))
        for pair in zip(*arms, strict=True)
    )
    yield share(LOOKING, "confidence sequence", "20 looks, 10 / 90 split, revenue", ALPHA, "at most", seen)


def _bold(effect: Effect) -> bool:
    return rejects(confidence_sequence(replace(effect, pooled_variance=None)))


def _sure(effect: Effect) -> bool:
    chance = effect_posterior(fixed_horizon(effect)).chance_to_win
    return chance is not None and not 0.025 < chance < 0.975


def _effect_paths(
    rng: Generator, reps: int, draw: Draw, other: Draw | None = None, looks: int = LOOKS, batch: int = BATCH
) -> Iterator[list[Effect]]:
    arms = zip(
        growing(rng, reps, looks, batch, draw), growing(rng, reps, looks, batch, other or draw), strict=True
    )
    return ([difference_of_means(a, b) for a, b in zip(*pair, strict=True)] for pair in arms)


def _count_paths(
    rng: Generator,
    reps: int,
    rate: float,
    other: float | None = None,
    *,
    looks: int = LOOKS,
    batch: int = BATCH,
    other_batch: int | None = None,
) -> Iterator[list[Effect]]:
    sides = (batch, rate), (other_batch or batch, rate if other is None else other)
    arms = [rng.binomial(users, p, (reps, looks)).cumsum(axis=1).tolist() for users, p in sides]
    sizes = [[users * look for look in range(1, looks + 1)] for users, _ in sides]
    for pair in zip(*arms, strict=True):
        yield [
            difference_of_proportions(Proportion(x, n), Proportion(y, m))
            for x, y, n, m in zip(*pair, *sizes, strict=True)
        ]


def _planned(rng: Generator, reps: int) -> Iterator[Row]:
    """Five planned looks; unequally spaced ones too."""
    equal, unequal = [0.2, 0.4, 0.6, 0.8, 1.0], [0.1, 0.5, 1.0]
    plans = [
        ("O'Brien-Fleming-like spending", equal, spending_bounds(equal)),
        ("Pocock-like spending", equal, spending_bounds(equal, spending=pocock_spending)),
        (
            "Hwang-Shih-DeCani spending, -2",
            unequal,
            spending_bounds(unequal, spending=hwang_shih_decani_spending(-2.0)),
        ),
        ("O'Brien-Fleming bounds", equal, obrien_fleming_bounds(5)),
    ]
    for method, information, bounds in plans:
        paths = _count_paths(rng, reps, 0.05, looks=10, batch=500)
        places = [round(10 * share_) - 1 for share_ in information]
        seen = (
            any(
                excludes_zero(at_look(path[place], bound))
                for place, bound in zip(places, bounds, strict=True)
            )
            for path in paths
        )
        yield share(LOOKING, method, f"{len(bounds)} looks, 5 % convert", ALPHA, "equal", seen)
    seen = (
        _smallest_repeated(path) < ALPHA
        for path in _count_paths(rng, max(1, reps // 4), 0.05, looks=5, batch=500)
    )
    yield share(LOOKING, "repeated p-value", "5 looks, 5 % convert", ALPHA, "equal", seen)


def _smallest_repeated(path: list[Effect]) -> float:
    """The smallest repeated p-value of all looks; none lies below that of a single look, which saves most of them."""
    shares, smallest = [0.2, 0.4, 0.6, 0.8, 1.0], 1.0
    for look, effect in enumerate(path, 1):
        single = fixed_horizon(effect)
        if single.statistic is not None and rejects(single):
            smallest = min(smallest, repeated_p_value(single.statistic, shares[:look]))
    return smallest
