"""Sample ratio mismatch: do the arms hold the shares of users that the allocation promised?

A mismatch means that assignment, logging or filtering is broken; no winner is named then. The alarm is p < 0.001
(Fabijan et al. 2019, Diagnosing sample ratio mismatch in online controlled experiments, KDD '19). An arm
that gets no traffic by design takes no part: it leaves the degrees of freedom too, and users found in it
are a mismatch in themselves. Where the allocation changed, each phase is held against its own weights.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import chi_square_tail

ALARM = 0.001
LEAST_EXPECTED_COUNT = 5.0
_MOST_OUTCOMES = 50_000
_TIES = 1.0 + 1e-7


@dataclass(frozen=True, slots=True)
class Phase:
    """Users first exposed while one allocation held: how many per arm, and the arms' weights.

    Weights need not sum to 1 here; they are shares of the experiment's traffic (checked where it is set up).
    """

    observed: tuple[int, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.observed) != len(self.weights) or any(count < 0 for count in self.observed):
            raise InvalidInput("Each arm needs one weight and a count that is not negative.")
        if any(weight < 0.0 or not math.isfinite(weight) for weight in self.weights) or not any(self.weights):
            raise InvalidInput("Weights must be finite, not negative, and not all zero.")

    @property
    def stray(self) -> int:
        """Users in arms that should have none."""
        return sum(count for count, weight in zip(self.observed, self.weights, strict=True) if not weight)

    def cells(self) -> list[tuple[int, float]]:
        """Return observed and expected counts of the arms that get traffic."""
        open_arms = [pair for pair in zip(self.observed, self.weights, strict=True) if pair[1] > 0.0]
        users, total = sum(count for count, _ in open_arms), math.fsum(weight for _, weight in open_arms)
        return [(count, users * weight / total) for count, weight in open_arms]


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """The test's answer. `mismatch` is `None`, with a `reason`, where nothing can be tested."""

    method: str
    mismatch: bool | None
    p_value: float | None
    statistic: float | None = None
    degrees_of_freedom: int | None = None
    reason: str | None = None


def chi_square(phases: Sequence[Phase]) -> SampleRatio:
    """Test the observed shares by Pearson's chi-square, summed over phases of the allocation.

    Each phase adds (arms with traffic - 1) degrees of freedom.

    Source: Pearson (1900), Phil. Mag. 50.
    """
    return _judged("chi-square", [phase.cells() for phase in phases], phases)


def sample_ratio(phases: Sequence[Phase]) -> SampleRatio:
    """Test the observed shares, exactly where the expected counts are too small for chi-square.

    With one phase and an expected count below 5, the exact multinomial test answers as long as it has at most
    50,000 outcomes. Else the arms of smallest expectation are put together until none lies below 5.

    Source: Read and Cressie (1988), Goodness-of-Fit Statistics for Discrete Multivariate Data.
    """
    tables = [phase.cells() for phase in phases]
    if all(expected >= LEAST_EXPECTED_COUNT for cells in tables for _, expected in cells):
        return _judged("chi-square", tables, phases)
    if len(tables) == 1 and len(tables[0]) > 1:
        users = sum(count for count, _ in tables[0])
        if users and math.comb(users + len(tables[0]) - 1, len(tables[0]) - 1) <= _MOST_OUTCOMES:
            return _with_strays(SampleRatio("exact multinomial", None, _exact(tables[0], users)), phases)
    return _judged("chi-square, small arms pooled", [_pooled(cells) for cells in tables], phases)


def sequential_sample_ratio(phases: Phase | Sequence[Phase], *, prior_users: float = 10_000.0) -> SampleRatio:
    """Test the shares so that it may be read every day: the p-value holds at all times together.

    The multinomial-Dirichlet test: the prior says that the shares lie near the weights, as surely as
    `prior_users` users would. Several phases, in the order of time, multiply their evidence.

    Source: Lindon and Malek (2022), Anytime-valid inference for multinomial count data, NeurIPS 35.
    """
    method = "sequential multinomial-Dirichlet"
    if not 0.0 < prior_users < math.inf:
        raise InvalidInput(f"{prior_users!r} users are no prior.")
    phases = (phases,) if isinstance(phases, Phase) else tuple(phases)
    tables = [phase.cells() for phase in phases]
    used = [cells for cells in tables if len(cells) > 1 and any(count for count, _ in cells)]
    if not used:
        reason = _too_few([cell for cells in tables for cell in cells])
        return _with_strays(SampleRatio(method, None, None, reason=reason), phases)
    evidence = math.fsum(_log_evidence(cells, prior_users) for cells in used)
    return _with_strays(
        SampleRatio(method, None, min(1.0, math.exp(-evidence)) if evidence > 0 else 1.0), phases
    )


def _log_evidence(cells: Sequence[tuple[int, float]], prior_users: float) -> float:
    """Logarithm of the Bayes factor against the weights."""
    users = sum(count for count, _ in cells)
    evidence = math.lgamma(prior_users) - math.lgamma(prior_users + users)
    for count, expected in cells:
        share = expected / users
        prior = prior_users * share
        evidence += math.lgamma(prior + count) - math.lgamma(prior) - count * math.log(share)
    return evidence


def _judged(method: str, tables: Sequence[list[tuple[int, float]]], phases: Sequence[Phase]) -> SampleRatio:
    used = [cells for cells in tables if len(cells) > 1 and any(count for count, _ in cells)]
    if not used:
        cells = [cell for table in tables for cell in table]
        return _with_strays(SampleRatio(method, None, None, reason=_too_few(cells)), phases)
    statistic = math.fsum((count - ideal) ** 2 / ideal for cells in used for count, ideal in cells)
    degrees = sum(len(cells) - 1 for cells in used)
    return _with_strays(
        SampleRatio(method, None, chi_square_tail(statistic, degrees), statistic, degrees), phases
    )


def _with_strays(answer: SampleRatio, phases: Sequence[Phase]) -> SampleRatio:
    """Add the verdict: a mismatch by p-value, or by users where none can be."""
    stray = sum(phase.stray for phase in phases)
    mismatch = None if answer.p_value is None else answer.p_value < ALARM
    reason = answer.reason
    if stray:
        mismatch, reason = True, f"{stray} users are in an arm that gets no traffic."
    return SampleRatio(
        answer.method, mismatch, answer.p_value, answer.statistic, answer.degrees_of_freedom, reason
    )


def _too_few(cells: Sequence[tuple[int, float]]) -> str:
    users = sum(count for count, _ in cells)
    return "No users yet." if not users else "Fewer than two arms get traffic, so there is no ratio to test."


def _pooled(cells: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """Put the arms of smallest expectation together until none lies below 5 (or one is left)."""
    rest = sorted(cells, key=lambda cell: cell[1])
    while len(rest) > 1 and rest[0][1] < LEAST_EXPECTED_COUNT:
        (a, b), (c, d) = rest[:2]
        rest = sorted([(a + c, b + d), *rest[2:]], key=lambda cell: cell[1])
    return rest


def _exact(cells: Sequence[tuple[int, float]], users: int) -> float:
    """Probability of all outcomes that are no likelier than the observed one."""
    logs = [math.log(expected / users) for _, expected in cells]

    def chance(counts: Sequence[int]) -> float:
        terms = (k * log - math.lgamma(k + 1) for k, log in zip(counts, logs, strict=True))
        return math.exp(math.lgamma(users + 1) + math.fsum(terms))

    limit = chance([count for count, _ in cells]) * _TIES
    return min(1.0, math.fsum(p for p in map(chance, _outcomes(users, len(cells))) if p <= limit))


def _outcomes(users: int, arms: int) -> Iterator[tuple[int, ...]]:
    """All ways to spread users over arms."""
    if arms == 1:
        yield (users,)
        return
    for first in range(users + 1):
        for rest in _outcomes(users - first, arms - 1):
            yield (first, *rest)
