"""Series for pictures: the effect as it grew, the traffic, the sample ratio by day, power by sample size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import reduce

from ag2_marketing_tools.experiments.analysis.arms import Cells, Census
from ag2_marketing_tools.experiments.analysis.integrity import sample_ratio_by_day
from ag2_marketing_tools.experiments.analysis.judging import judge
from ag2_marketing_tools.experiments.analysis.measures import subject_of
from ag2_marketing_tools.experiments.analysis.model import (
    CumulativeEffect,
    DailyTraffic,
    SegmentEffect,
    Series,
)
from ag2_marketing_tools.experiments.analysis.monitoring import Reading
from ag2_marketing_tools.experiments.analysis.power_curves import power_curves
from ag2_marketing_tools.experiments.analysis.words import told
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Variant
from ag2_marketing_tools.experiments.suffstats.model import Cell

Parts = Mapping[str, Cells]


def series_of(
    experiment: Experiment,
    census: Census,
    cells: Cells,
    reading: Reading,
    *,
    days: Parts | None,
    segments: Parts | None,
) -> Series:
    """Return every series that the sums allow."""
    return Series(
        cumulative=list(_cumulative(experiment, days, reading)) if days else [],
        traffic=traffic_of(census),
        sample_ratio=sample_ratio_by_day(census),
        power=list(power_curves(experiment, census, cells, planned_users=reading.planned_users))
        if days
        else [],
        segments=list(_segments(experiment, segments, reading)) if segments else [],
    )


def traffic_of(census: Census) -> DailyTraffic | None:
    """Return first exposures by day and variant; days without anybody in between count as zero."""
    if not census.exposures:
        return None
    first = min(exposure.day for exposure in census.exposures).toordinal()
    last = max(exposure.day for exposure in census.exposures).toordinal()
    days = [date.fromordinal(day) for day in range(first, last + 1)]
    users = {variant.id: [0] * len(days) for variant in census.experiment.variants}
    excluded = {variant.id: [0] * len(days) for variant in census.experiment.variants}
    for exposure in census.exposures:
        place = exposure.day.toordinal() - first
        users[exposure.variant_id][place] += exposure.users
        excluded[exposure.variant_id][place] += sum(exposure.excluded.values())
    return DailyTraffic(days=days, users=users, excluded_users=excluded)


def _cumulative(experiment: Experiment, days: Parts, reading: Reading) -> Iterator[CumulativeEffect]:
    always = _always_valid(reading)
    for metric in experiment.metrics:
        if metric.definition.kind == "quantile":  # quantiles of days do not add up
            continue
        running = {variant.id: _running(days, variant.id, metric.name) for variant in experiment.variants}
        for treatment in experiment.treatments:
            yield _cumulative_of(
                metric, treatment, days, running[treatment.id], running[experiment.control.id], always
            )


def _running(days: Parts, variant_id: str, metric: str) -> list[Cell | None]:
    """One variant's cells added up to each day."""
    found: list[Cell | None] = []
    total: Cell | None = None
    for cells in days.values():
        cell = cells.get((variant_id, metric))
        if cell is not None and cell.joint is not None:
            total = cell if total is None else _added(total, cell)
        found.append(total)
    return found


def _added(total: Cell, cell: Cell) -> Cell:
    joints = [part.joint for part in (total, cell) if part.joint is not None]
    return Cell(
        variant_id=cell.variant_id,
        metric=cell.metric,
        users=total.users + cell.users,
        active=total.active + cell.active,
        joint=reduce(lambda first, second: first.merge(second), joints),
    )


def _cumulative_of(
    metric: ExperimentMetric,
    treatment: Variant,
    days: Parts,
    treated: list[Cell | None],
    control: list[Cell | None],
    always: Reading,
) -> CumulativeEffect:
    rows = []
    for a, b in zip(treated, control, strict=True):
        judged = judge(subject_of(metric.definition.kind, a, b), always, alpha=always.alpha)
        absolute, relative = judged.absolute.interval, judged.relative.interval
        rows.append(
            (
                (a.users if a else 0) + (b.users if b else 0),
                judged.absolute.estimate,
                absolute.lower if absolute else None,
                absolute.upper if absolute else None,
                judged.relative.estimate,
                relative.lower if relative else None,
                relative.upper if relative else None,
            )
        )
    users, difference, low, high, lift, lift_low, lift_high = (
        list(column) for column in zip(*rows, strict=True)
    )
    return CumulativeEffect(
        metric=metric.name,
        variant_id=treatment.id,
        unit=metric.definition.unit,
        confidence=always.confidence,
        days=[date.fromisoformat(day) for day in days],
        users=users,
        difference=difference,
        low=low,
        high=high,
        lift=lift,
        lift_low=lift_low,
        lift_high=lift_high,
    )


def _always_valid(reading: Reading) -> Reading:
    return replace(reading, mode="always_valid", looks=None)


def _segments(experiment: Experiment, segments: Parts, reading: Reading) -> Iterator[SegmentEffect]:
    always, control = _always_valid(reading), experiment.control.id
    for metric in experiment.metrics:
        if metric.role != "goal":
            continue
        for segment, cells in segments.items():
            for treatment in experiment.treatments:
                pair = cells.get((treatment.id, metric.name)), cells.get((control, metric.name))
                found = judge(subject_of(metric.definition.kind, *pair), always, alpha=always.alpha).absolute
                yield SegmentEffect(
                    segment=segment,
                    metric=metric.name,
                    variant_id=treatment.id,
                    unit=metric.definition.unit,
                    users=sum(cell.users for cell in pair if cell is not None),
                    difference=found.estimate,
                    low=found.interval.lower if found.interval else None,
                    high=found.interval.upper if found.interval else None,
                    reason=told(found.reason),
                )
