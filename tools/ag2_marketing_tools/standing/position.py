"""Where a subject stands: each metric of a system's table with its figure, compared and judged together."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ag2_marketing_tools.comparison import Comparison, Direction, Measured, adjusted, compare
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.tables import Kind, TableMetric, Tables
from ag2_marketing_tools.standing.figure import Figure
from ag2_marketing_tools.standing.given import Refused, Unknown, read_given

COMPARED: tuple[Kind, ...] = ("benchmark", "kpi", "threshold")
"""Kinds of metrics that have levels to compare with."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One metric of the table and where its figure stands.

    Attributes:
        system: The table's system.
        metric: The metric.
        figure: The figure that was given, None where none was.
        comparison: `unmeasured` where there is no figure or it was refused (`reason` says which).
    """

    system: str
    metric: TableMetric
    figure: Figure | None
    comparison: Comparison

    @property
    def key(self) -> str:
        """The metric's key."""
        return f"{self.system}/{self.metric.path}"

    @property
    def category(self) -> str:
        """The table's group that the metric belongs to."""
        return self.metric.steps[0]


@dataclass(frozen=True, slots=True)
class Standing:
    """Every metric of one system, in the table's order, and what of the given figures could not be used."""

    system: str
    placed: tuple[Placed, ...]
    unknown: tuple[Unknown, ...] = ()
    refused: tuple[Refused, ...] = ()
    elsewhere: tuple[str, ...] = ()


def stand(
    metrics: object, system: str, tables: Tables, *, correction: str = "benjamini-hochberg", seed: int = 0
) -> Standing:
    """Compare a subject's figures with a system's levels.

    Nothing is imputed: a metric without a figure is `unmeasured`. One bad figure spoils none of the others; it is
    listed with the reason.

    Args:
        metrics: The figures: nested as the table is, or with keys such as `a/b/c`. A figure is a number, or a
            mapping of `value` with any of `n`, `sd`, `unit`, `observations`, `share`, `unit_certain`,
            `measurement`, `observed_at`, `source`.
        system: The table's system.
        tables: All tables.
        correction: How verdicts made together are corrected: `benjamini-hochberg` or `holm`.
        seed: Of the resamples, where single observations are given.

    Raises:
        InvalidInput: The metrics are no mapping, or there is no such system.
    """
    given = read_given(metrics, system, tables)
    refused = {one.path: one for one in given.refused}
    placed = []
    for path, metric in tables.of(system, kinds=COMPARED).items():
        figure = given.figures.get(path)
        try:
            compared = _compared(metric, figure, seed)
        except InvalidInput as error:
            refused[path] = Refused(path, error.message, error.remedy)
            compared, figure = _compared(metric, None, seed), None
        if path in refused:
            compared = replace(compared, reason=refused[path].reason)
        placed.append(Placed(system, metric, figure, compared))
    judged = adjusted([one.comparison for one in placed], method=correction)
    return Standing(
        system,
        tuple(replace(one, comparison=found) for one, found in zip(placed, judged, strict=True)),
        unknown=tuple(given.unknown),
        refused=tuple(refused.values()),
        elsewhere=tuple(given.elsewhere),
    )


def _compared(metric: TableMetric, figure: Figure | None, seed: int) -> Comparison:
    measured = figure.measured if figure else Measured(None)
    return compare(
        measured,
        levels_of(metric),
        direction_of(metric),
        metric.unit,
        seed=seed,
        unit_certain=figure.unit_certain if figure else False,
    )


def levels_of(metric: TableMetric) -> dict[str, float | None]:
    """Return a metric's levels by name, None where the table leaves one open."""
    return {**metric.levels, **dict.fromkeys(metric.unset)}


def direction_of(metric: TableMetric) -> Direction:
    """Return which figures are better; a band without a target of its own cannot be judged."""
    if metric.direction == "target_band":
        return "target" if "target" in metric.levels else "none"
    return metric.direction
