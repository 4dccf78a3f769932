"""A table of many subjects' figures as readers see it: one column for each metric, one cell for each figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import quantiles
from typing import Any

from ag2_marketing_tools.care.location_views import Cell, GroupFigures, MetricColumn
from ag2_marketing_tools.comparison.evidence import Array
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import TableMetric
from ag2_marketing_tools.standing import PositionCounts, unit_of
from ag2_marketing_tools.standing.facts import measurement_of
from ag2_marketing_tools.standing.matrix import Figures, Matrix
from ag2_marketing_tools.statistics.distributions import numpy


@dataclass(frozen=True)
class Shown:
    """A judged table by metric: columns of one metric with other levels each are shown as one.

    Attributes:
        matrix: The judged table.
        metrics: The metrics to show by key, in order, with all of their levels.
        least: Of smaller groups no figure is told.
    """

    matrix: Matrix
    metrics: Mapping[str, TableMetric]
    least: int

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        return places_by_key(self.matrix.figures)

    def place(self, row: int, key: str) -> int | None:
        """Return the column that a subject's figure of a metric stands in, or None where it has none."""
        read = self.matrix.figures.read
        return next((at for at in self._places.get(key, ()) if (row, at) in read), None)

    def measured(self, row: int) -> dict[str, int]:
        """Return a subject's measured metrics, with the column of each."""
        found = {key: self.place(row, key) for key in self.metrics}
        return {key: at for key, at in found.items() if at is not None}

    def cells(self, row: int, percentiles: Mapping[str, Array]) -> list[Cell]:
        """Return a subject's cells; `percentiles` are by metric, of the same rows."""
        return [
            self._cell(row, key, _number(percentiles[key][row]) if key in percentiles else None)
            for key in self.metrics
        ]

    def _cell(self, row: int, key: str, percentile: float | None) -> Cell:
        unit, at = unit_of(key, self.metrics[key]), self.place(row, key)
        if at is None:
            nothing: dict[str, Any] = dict.fromkeys(("value", "n", "lower", "upper", "p_adjusted"))
            return Cell(position="unmeasured", unit=unit, percentile=None, observed_at=None, **nothing)
        table, figure = self.matrix.table, self.matrix.figures.read[row, at]
        return Cell(
            position=self.matrix.position(row, at),
            value=_number(table.values[row, at]),
            unit=unit,
            n=figure.measured.n,
            lower=_number(table.lower[row, at]),
            upper=_number(table.upper[row, at]),
            p_adjusted=_number(table.p_adjusted[row, at]),
            percentile=percentile,
            observed_at=figure.observed_at,
        )

    def counts(self, rows: Iterable[int]) -> PositionCounts:
        """Return how many figures of these subjects stand where."""
        found: Counter[str] = Counter()
        for row in rows:
            measured = self.measured(row)
            found.update(str(self.matrix.position(row, at)) for at in measured.values())
            found["unmeasured"] += len(self.metrics) - len(measured)
        return PositionCounts(**found)

    def columns(self) -> list[MetricColumn]:
        """Return the metrics with the figures of the group."""
        return [self._column(key, metric) for key, metric in self.metrics.items()]

    def _column(self, key: str, metric: TableMetric) -> MetricColumn:
        bound = measurement_of(key)
        return MetricColumn(
            key=key,
            metric=metric.path,
            title=metric.spoken_title,
            category=metric.steps[0],
            unit=unit_of(key, metric),
            unit_text=bound.name if bound else metric.spoken_unit_text,
            direction=metric.direction,
            levels=dict(metric.levels),
            group=self._group(key, unit_of(key, metric)),
        )

    def _group(self, key: str, unit: str | None) -> GroupFigures:
        rows = range(len(self.matrix.figures.subjects))
        found = [(row, at) for row in rows if (at := self.place(row, key)) is not None]
        if len(found) < self.least:
            nothing: dict[str, Any] = dict.fromkeys(
                ("measured", "lower_quartile", "median", "upper_quartile", "positions")
            )
            return GroupFigures(unit=unit, reason=too_few(self.least), **nothing)
        figures = [float(self.matrix.table.values[row, at]) for row, at in found]
        lower, middle, upper = quantiles(figures, n=4, method="inclusive")
        positions = Counter(str(self.matrix.position(row, at)) for row, at in found)
        return GroupFigures(
            measured=len(found),
            unit=unit,
            lower_quartile=lower,
            median=middle,
            upper_quartile=upper,
            positions=PositionCounts(**positions),
            reason=None,
        )


def too_few(least: int) -> str:
    """Return why nothing is told of a group."""
    return say("Fewer than {least} were measured, so nothing is told of the group.", least=least)


def places_by_key(figures: Figures) -> dict[str, list[int]]:
    """Return the columns of each metric."""
    found: dict[str, list[int]] = {}
    for at, column in enumerate(figures.columns.values()):
        found.setdefault(column.key, []).append(at)
    return found


def values_by_key(figures: Figures) -> dict[str, Array]:
    """Return each metric's figures, whichever of its columns they stand in; NaN is unmeasured."""
    np = numpy()
    found = {}
    for key, places in places_by_key(figures).items():
        part = figures.values[:, places]
        none = np.isnan(part).all(axis=1)
        found[key] = np.where(none, np.nan, np.nansum(part, axis=1))
    return found


def _number(value: float) -> float | None:
    return None if numpy().isnan(value) else float(value)
