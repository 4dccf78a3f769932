"""Many subjects at once: their figures as one table, judged together, so that one correction holds for all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ag2_marketing_tools.comparison import (
    ComparisonTable,
    Metric,
    Position,
    compare,
    compare_many,
    readjusted,
)
from ag2_marketing_tools.comparison.evidence import Array
from ag2_marketing_tools.comparison.readings import conversion_factor, times
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.tables import TableMetric
from ag2_marketing_tools.standing.facts import is_signed
from ag2_marketing_tools.standing.figure import Figure, fitting, read_figure
from ag2_marketing_tools.standing.position import Placed, direction_of, levels_of
from ag2_marketing_tools.standing.views import MetricStanding, standing_view
from ag2_marketing_tools.statistics.distributions import numpy

CORRECTION = "benjamini-hochberg"


@dataclass(frozen=True, slots=True)
class Column:
    """One metric with the levels to compare with; several columns may be of one metric with other levels each."""

    key: str
    metric: TableMetric


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """A figure that cannot be compared, and why."""

    subject: str
    key: str
    reason: str


@dataclass(frozen=True)
class Figures:
    """Figures of many subjects, in the units of the columns' levels; NaN is unmeasured.

    Attributes:
        subjects: The rows, in order.
        columns: The columns by name, in order.
        values: The figures.
        n: Units behind them; NaN is not known.
        sd: Standard deviations of the single units; NaN is not known.
        read: What else is known of each, by row and column.
        refused: Figures that cannot be compared.
    """

    subjects: tuple[str, ...]
    columns: Mapping[str, Column]
    values: Array
    n: Array
    sd: Array
    read: Mapping[tuple[int, int], Figure]
    refused: tuple[RefusedCell, ...]

    def of(self, subjects: Iterable[str]) -> Figures:
        """Return the rows of these subjects alone, in their order."""
        places = {subject: row for row, subject in enumerate(self.subjects)}
        kept = [subject for subject in subjects if subject in places]
        known = set(kept)
        rows = [places[subject] for subject in kept]
        row_now = {row: place for place, row in enumerate(rows)}
        return replace(
            self,
            subjects=tuple(kept),
            values=self.values[rows],
            n=self.n[rows],
            sd=self.sd[rows],
            read={(row_now[row], at): one for (row, at), one in self.read.items() if row in row_now},
            refused=tuple(one for one in self.refused if one.subject in known),
        )


@dataclass(frozen=True)
class Matrix:
    """Where many subjects stand on many metrics."""

    figures: Figures
    table: ComparisonTable

    @property
    def judged(self) -> int:
        """The verdicts that the correction counts: those with a p-value."""
        return int((~numpy().isnan(self.table.p_values)).sum())

    def position(self, row: int, column: int) -> Position:
        """Return one cell's position."""
        return self.table.position(row, self.table.names[column])

    def standing(self, row: int, column: int) -> MetricStanding:
        """Return what is told of one figure alone, with the verdict that it has among all of the table."""
        at, figure = list(self.figures.columns.values())[column], self.figures.read[row, column]
        found = compare(
            figure.measured, levels_of(at.metric), direction_of(at.metric), at.metric.unit, unit_certain=True
        )
        p = float(self.table.p_adjusted[row, column])
        found = found if numpy().isnan(p) else readjusted(found, p)
        return standing_view(Placed(at.key.partition("/")[0], at.metric, figure, found))


def read_figures(given: Mapping[str, Mapping[str, Any]], columns: Mapping[str, Column]) -> Figures:
    """Bring the figures of many subjects to the units of the columns.

    Args:
        given: Figures by subject and name of a column; a figure is as `stand` takes it.
        columns: By name; figures without one are left out.
    """
    np = numpy()
    subjects = tuple(given)
    values, n, sd = (np.full((len(subjects), len(columns)), np.nan) for _ in range(3))
    read: dict[tuple[int, int], Figure] = {}
    refused = []
    places = {name: place for place, name in enumerate(columns)}
    for row, subject in enumerate(subjects):
        for name, raw in given[subject].items():
            if name not in places:
                continue
            at, place = columns[name], places[name]
            try:
                figure = fitting(read_figure(raw), at.key, at.metric)
                values[row, place], sd[row, place] = _in_unit_of_levels(figure, at.metric)
            except InvalidInput as error:
                refused.append(RefusedCell(subject, at.key, error.message))
                continue
            read[row, place] = figure
            if figure.measured.n is not None:
                n[row, place] = figure.measured.n
    return Figures(subjects, columns, values, n, sd, read, tuple(refused))


def stand_many(figures: Figures, *, correction: str = CORRECTION) -> Matrix:
    """Compare the figures of many subjects, all verdicts corrected for their number together."""
    metrics = [_metric(name, column) for name, column in figures.columns.items()]
    table = compare_many(
        figures.values, metrics, n=figures.n, sd=figures.sd, correction=correction, family="all"
    )
    return Matrix(figures, table)


def percentiles_among(values: Array, *, lower_is_better: bool, least: int) -> Array:
    """Return where each figure stands among the others, 0 to 100 from the worst; those alike count half.

    NaN where there are fewer than `least` others, or no figure.
    """
    np = numpy()
    found = np.full(values.shape, np.nan)
    measured = np.flatnonzero(~np.isnan(values))
    others = len(measured) - 1
    if others < max(least, 1):
        return found
    turned = -values[measured] if lower_is_better else values[measured]
    ordered = np.sort(turned)
    worse = np.searchsorted(ordered, turned, side="left")
    alike = np.searchsorted(ordered, turned, side="right") - worse - 1
    found[measured] = 100.0 * (worse + 0.5 * alike) / others
    return found


def _metric(name: str, column: Column) -> Metric:
    return Metric(
        name,
        levels_of(column.metric),
        direction_of(column.metric),
        unit=column.metric.unit,
        share=False if is_signed(column.key) else None,
        unit_certain=True,
    )


def _in_unit_of_levels(figure: Figure, metric: TableMetric) -> tuple[float, float]:
    """Return a figure and its standard deviation; NaN is what is not known."""
    factor = conversion_factor(figure.measured.unit, metric.unit)
    value, sd = (
        float("nan") if one is None else times(float(one), factor)
        for one in (figure.measured.value, figure.measured.sd)
    )
    return value, sd
