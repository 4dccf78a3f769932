"""Whether the users are those that the allocation promised: the sample ratio, by phase, and the excluded ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ag2_marketing_tools.experiments.analysis.arms import Census
from ag2_marketing_tools.experiments.analysis.model.sample_ratio import (
    ArmShare,
    Exclusions,
    PhaseShares,
    SampleRatioCheck,
)
from ag2_marketing_tools.experiments.analysis.model.series import SampleRatioByDay
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.model import Phase as Allocation
from ag2_marketing_tools.statistics.contingency import independence
from ag2_marketing_tools.statistics.sample_ratio import (
    ALARM,
    Phase,
    SampleRatio,
    sample_ratio,
    sequential_sample_ratio,
)


def check_sample_ratio(census: Census) -> SampleRatioCheck:
    """Hold each phase's users against that phase's weights, after exclusion and before it."""
    phases = _tables(census, excluded=False)
    after, before = sample_ratio(phases), sample_ratio(_tables(census, excluded=True))
    return SampleRatioCheck(
        mismatch=after.mismatch,
        alarm_below=ALARM,
        p_value=after.p_value,
        method=after.method,
        sequential_p_value=_sequential(phases),
        p_value_before_exclusion=before.p_value,
        mismatch_before_exclusion=before.mismatch,
        phases=[_shares(census, phase) for phase in census.experiment.phases],
        reason=after.reason,
    )


def quick_sample_ratio(census: Census) -> SampleRatio:
    """Return the check's answer alone."""
    return sample_ratio(_tables(census, excluded=False))


def _tables(census: Census, *, excluded: bool) -> list[Phase]:
    return [
        _table(census.experiment, phase, census.of_phase(phase, excluded=excluded))
        for phase in census.experiment.phases
    ]


def _table(experiment: Experiment, phase: Allocation, users: dict[str, int]) -> Phase:
    ids = [variant.id for variant in experiment.variants]
    return Phase(tuple(users[name] for name in ids), tuple(phase.weights.get(name, 0.0) for name in ids))


def _sequential(phases: Sequence[Phase]) -> float | None:
    """The p-value that may be read daily: of several phases the smallest, times their number (Bonferroni)."""
    found = [sequential_sample_ratio(phase).p_value for phase in phases if any(phase.observed)]
    known = [p for p in found if p is not None]
    return min(1.0, len(known) * min(known)) if known else None


def _shares(census: Census, phase: Allocation) -> PhaseShares:
    users = census.of_phase(phase)
    total, weights = sum(users.values()), sum(phase.weights.values())
    return PhaseShares(
        phase=phase.number,
        arms=[
            ArmShare(
                variant_id=name,
                users=number,
                expected_users=total * phase.weights.get(name, 0.0) / weights,
                share=number / total if total else None,
                expected_share=phase.weights.get(name, 0.0) / weights,
            )
            for name, number in users.items()
        ],
    )


def exclusions_of(census: Census) -> list[Exclusions]:
    """Return how many users of each variant do not count, and why."""
    found = []
    for name, reasons in census.excluded.items():
        excluded = sum(reasons.values())
        everybody = excluded + census.users[name]
        found.append(
            Exclusions(
                variant_id=name,
                excluded_users=excluded,
                excluded_share=excluded / everybody if everybody else None,
                by_reason=dict(sorted(reasons.items())),
            )
        )
    return found


def uneven_exclusion_p(census: Census) -> float | None:
    """Return the p-value of "every variant lost the same share of its users"; `None` where none were lost."""
    table = [
        (census.users[name], sum(reasons.values()))
        for name, reasons in census.excluded.items()
        if census.users[name] or reasons
    ]
    return independence(table).p_value if any(lost for _, lost in table) else None


def excluded_share(census: Census, reason: str) -> float:
    """Return the share of all assigned users that was excluded for one reason."""
    excluded = [sum(reasons.values()) for reasons in census.excluded.values()]
    everybody = census.total + sum(excluded)
    found = sum(reasons.get(reason, 0) for reasons in census.excluded.values())
    return found / everybody if everybody else 0.0


def sample_ratio_by_day(census: Census) -> SampleRatioByDay | None:
    """Return the check over all users up to each day."""
    days = sorted({exposure.day for exposure in census.exposures})
    if not days:
        return None
    plain: list[float | None] = []
    sequential: list[float | None] = []
    for phases in _running(census, days):
        plain.append(sample_ratio(phases).p_value)
        sequential.append(_sequential(phases))
    return SampleRatioByDay(days=days, p_value=plain, sequential_p_value=sequential, alarm_below=ALARM)


def _running(census: Census, days: Sequence[date]) -> Iterator[list[Phase]]:
    """Yield the tables of all phases at the end of each day."""
    experiment = census.experiment
    names = [variant.id for variant in experiment.variants]
    totals = {phase.number: dict.fromkeys(names, 0) for phase in experiment.phases}
    by_day: dict[date, list[tuple[int, str, int]]] = {day: [] for day in days}
    for exposure in census.exposures:
        by_day[exposure.day].append((exposure.phase, exposure.variant_id, exposure.users))

    for day in days:
        for number, name, users in by_day[day]:
            totals[number][name] += users
        yield [_table(experiment, phase, totals[phase.number]) for phase in experiment.phases]
