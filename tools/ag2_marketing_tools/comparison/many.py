"""Whole tables at once: subjects down, metrics across, judged together by the same arithmetic as one figure.

Metric by metric, so that what is at work at a time is one column; NaN stands for "not measured" and "not known".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ag2_marketing_tools.comparison.compare import CORRECTIONS, checked_correction
from ag2_marketing_tools.comparison.evidence import Array, Evidence, MeanEvidence, ShareEvidence
from ag2_marketing_tools.comparison.facts import rules
from ag2_marketing_tools.comparison.model import Direction, Levels
from ag2_marketing_tools.comparison.percentiles import percentile_curve
from ag2_marketing_tools.comparison.readings import (
    conversion_factor,
    refuse_doubtful,
    share_unit,
)
from ag2_marketing_tools.comparison.scale import Scale, scale_of
from ag2_marketing_tools.comparison.table import ComparisonTable
from ag2_marketing_tools.comparison.verdicts import UNMEASURED, claims, decided, p_values
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import numpy
from ag2_marketing_tools.statistics.inference import checked_share

Family = Literal["subject", "all"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One column: what it is compared with, and in which unit its figures come.

    `value_unit` is that of the figures (None: the levels' own, `unit`); `share` and `unit_certain` are as in
    `compare.compare`, `tolerance` as there for a metric that is best at its target.
    """

    name: str
    levels: Levels
    direction: Direction
    unit: str | None = None
    value_unit: str | None = None
    share: bool | None = None
    tolerance: float = 0.0
    unit_certain: bool = False


def compare_many(
    values: Array,
    metrics: Sequence[Metric],
    *,
    n: Array | None = None,
    sd: Array | None = None,
    error_rate: float | None = None,
    correction: str | None = "benjamini-hochberg",
    family: Family = "subject",
) -> ComparisonTable:
    """Say where many subjects stand on many metrics.

    Args:
        values: Figures, one row per subject and one column per metric, each in its metric's `value_unit`; NaN is
            unmeasured, and stays so.
        metrics: The columns.
        n: Units behind each figure; NaN is not known.
        sd: Standard deviation of the single units, in the figure's unit; NaN is not known.
        error_rate: As in `compare`.
        correction: `benjamini-hochberg`, `holm`, or None: each verdict by itself.
        family: What is judged together: the metrics of one subject, or `all` of the table.

    Raises:
        InvalidInput: Tables of other shapes, infinite figures, impossible numbers of units or spreads, and what
            `compare` refuses of levels, units and shares.
    """
    np = numpy()
    rate = checked_share("Error rate", rules().error_rate if error_rate is None else error_rate)
    if correction is not None:
        checked_correction(correction)
    shape = (len(values), len(metrics))
    figures, units, spreads = _checked(values, n, sd, shape)
    table = ComparisonTable.empty(tuple(metric.name for metric in metrics), shape, rate, correction)
    for column, metric in enumerate(metrics):
        scale = scale_of(metric.levels, metric.direction, tolerance=metric.tolerance)
        table.scales.append(scale)
        factor = conversion_factor(metric.value_unit, metric.unit)
        given = np.ascontiguousarray(figures[:, column])
        _ask_if_doubtful(given, metric, scale)
        _judge(table, column, given * factor, units[:, column], spreads[:, column] * factor, metric)
    if correction is not None:
        table.p_adjusted[:] = adjusted_rows(table.p_values, correction, together=family == "all")
        table.positions[:] = decided(table.claims, table.p_adjusted, rate)
    return table


def _checked(values: Array, n: Array | None, sd: Array | None, shape: tuple[int, int]) -> list[Array]:
    np = numpy()
    tables = []
    for name, given in (("values", values), ("n", n), ("sd", sd)):
        table = np.broadcast_to(np.nan, shape) if given is None else np.asarray(given, dtype=float)
        if table.shape != shape:
            raise InvalidInput(f"{name} has the shape {table.shape}, but {shape} was expected.")
        if np.isinf(table).any():
            raise InvalidInput(f"{name} holds an infinite figure.")
        if given is not None and name != "values" and (table < 0.0).any():
            raise InvalidInput(f"{name} holds a negative figure ({table[table < 0.0][0]:g}).")
        tables.append(table)
    fractions = tables[1] % 1.0
    if (fractions > 0.0).any():
        raise InvalidInput(f"n holds {tables[1][fractions > 0.0][0]:g}, which is not a number of units.")
    none = (tables[1] == 0.0) & ~np.isnan(tables[0])
    if none.any():
        raise InvalidInput(f"A figure of {tables[0][none][0]:g} cannot come from 0 units.")
    return tables


def _ask_if_doubtful(given: Array, metric: Metric, scale: Scale) -> None:
    """Ask for the least and the largest figures, which are the doubtful ones if any are."""
    source = metric.value_unit or metric.unit
    figures = [level.value for level in scale.levels if level.value is not None]
    if metric.unit_certain or not figures or metric.unit is None or source is None:
        return
    if share_unit(metric.unit) is None:
        return
    np = numpy()
    sizes = np.abs(given[~np.isnan(given) & (given != 0.0)])
    if len(sizes):
        for size in (float(sizes.min()), float(sizes.max())):
            refuse_doubtful(size, source, figures, metric.unit)


def _judge(
    table: ComparisonTable, column: int, values: Array, units: Array, spreads: Array, metric: Metric
) -> None:
    """Fill one column of the table."""
    np, scale = numpy(), table.scales[column]
    table.values[:, column] = values
    measured = ~np.isnan(values)
    if all(level.value is None for level in scale.levels):
        table.positions[:, column] = table.claims[:, column] = UNMEASURED
        return
    turned = scale.turned(values)
    claim = np.where(measured, claims(turned, scale), UNMEASURED).astype(np.int8)
    p = np.full(values.shape, np.nan)
    for code, chosen, evidence in _evidence(values, units, spreads, metric, measured):
        table.methods[chosen, column] = code
        p[chosen] = p_values(evidence, claim[chosen], scale)
        low, high = evidence.bounds(table.error_rate)
        table.lower[chosen, column], table.upper[chosen, column] = low, high
    table.claims[:, column], table.p_values[:, column] = claim, p
    table.positions[:, column] = decided(claim, p, table.error_rate)
    curve = percentile_curve(scale)
    if curve is not None:
        table.percentiles[measured, column] = curve.at(turned[measured])
        table.notes[column] = curve.note


def _evidence(
    values: Array, units: Array, spreads: Array, metric: Metric, measured: Array
) -> list[tuple[int, Array, Evidence]]:
    """The places of which an error is known, by method, as `compare` decides for one."""
    np = numpy()
    with np.errstate(invalid="ignore"):
        means = np.flatnonzero(measured & (units > 1.0) & (spreads > 0.0))
        without = np.isnan(spreads) & (units > 0.0) & measured
    found: list[tuple[int, Array, Evidence]] = []
    if len(means):
        errors = spreads[means] / np.sqrt(units[means])
        found.append((2, means, MeanEvidence(values[means], errors, units[means] - 1.0)))
    unit = share_unit(metric.unit)
    if unit is not None and metric.share is not False:
        whole = 1.0 / float(unit.factor)
        with np.errstate(invalid="ignore"):
            shares = np.flatnonzero(without & (values >= 0.0) & (values <= whole))
        if len(shares):
            found.append((1, shares, ShareEvidence(values[shares], units[shares], whole)))
    return found


def adjusted_rows(p: Array, correction: str, *, together: bool = False) -> Array:
    """Return the p-values of each row (or of the whole table) adjusted as `statistics.multiplicity` does one list.

    Args:
        p: A table; NaN is no test and does not count.
        correction: `benjamini-hochberg` or `holm`.
        together: Whether all rows are one family.
    """
    assert correction in CORRECTIONS  # noqa: S101 (checked where it came in)
    np = numpy()
    rows = p.reshape(1, -1) if together else p
    order = np.argsort(rows, axis=1)  # NaN last
    ranked = np.take_along_axis(rows, order, axis=1)
    tests = (~np.isnan(rows)).sum(axis=1, keepdims=True)
    rank = np.arange(1, rows.shape[1] + 1)
    if correction == "holm":
        steps = np.maximum.accumulate(np.where(np.isnan(ranked), 0.0, ranked * (tests - rank + 1)), axis=1)
    else:
        high = np.where(np.isnan(ranked), np.inf, ranked * (tests / rank))
        steps = np.minimum.accumulate(high[:, ::-1], axis=1)[:, ::-1]
    adjusted = np.empty_like(rows)
    np.put_along_axis(adjusted, order, np.where(np.isnan(ranked), np.nan, np.minimum(steps, 1.0)), axis=1)
    return adjusted.reshape(p.shape)
