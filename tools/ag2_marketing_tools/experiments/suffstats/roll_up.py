"""The statements over the roll-up: small, and with nothing in them that a metric does not need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from ag2_marketing_tools.experiments.events.roll_up import cell_of
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.plan import Plan, Shape
from ag2_marketing_tools.experiments.suffstats.text import in_chunks, literal, quoted

_NAMES = ("y", "d", "x", "z")
_QUARTER_US = 900_000_000


def reasons_text(experiment: Experiment) -> str:
    """Return why users of a test are excluded."""
    return (
        f"SELECT DISTINCT excluded FROM assignment WHERE experiment_id = {quoted(experiment.id)}"  # noqa: S608
        " AND excluded IS NOT NULL"
    )


def census_text(
    experiment: Experiment, days: Sequence[tuple[int, datetime, datetime]], excluded: str | None, moment: str
) -> str:
    """Return users by day: variant, phase, day, users; each count is a range of the index, so that none is sorted.

    Args:
        experiment: Whose.
        days: Start in microseconds, and the half-open range, of each day of the test.
        excluded: The reason of the users to count; None for those that are not excluded.
        moment: How a moment is written as a constant, with `{}` in place of its ISO form.
    """
    groups = in_chunks(
        [
            f"SELECT {place} AS variant, {quoted(variant.id)} AS variant_id, {phase.number} AS phase"
            for place, variant in enumerate(experiment.variants)
            for phase in experiment.phases
        ]
    )
    ranges = in_chunks(
        [
            f"SELECT {us} AS day_us, {_constant(moment, start)} AS from_at, {_constant(moment, end)} AS until_at"
            for us, start, end in days
        ]
    )
    reason = "IS NULL" if excluded is None else f"= {quoted(excluded)}"
    return (
        f"WITH arms AS ({groups}), days AS ({ranges})"  # noqa: S608
        " SELECT variant, phase, day_us, (SELECT COUNT(*) FROM assignment"
        f" WHERE experiment_id = {quoted(experiment.id)} AND excluded {reason}"
        " AND assignment.variant_id = arms.variant_id AND assignment.phase = arms.phase"
        " AND assigned_at >= days.from_at AND assigned_at < days.until_at) AS users"
        " FROM arms CROSS JOIN days"
    )


def segments_text(experiment: Experiment) -> str:
    """Return users that are not excluded by segment: variant, segment, users."""
    return (
        f"SELECT {_variant(experiment, 'variant_id')}, COALESCE(segment, ''), COUNT(*) FROM assignment"  # noqa: S608
        f" WHERE experiment_id = {quoted(experiment.id)} AND excluded IS NULL GROUP BY 1, 2"
    )


def _constant(moment: str, at: datetime) -> str:
    return moment.format(at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds"))


def moments_text(plan: Plan, number: int, assigned_us: str, *, excluded: bool, double: str) -> str:
    """Return one metric's sums: variant, part's number and name, seen, active, totals, products of its variables."""
    shape = plan.shapes[number]
    variables = shape.variables(pre_period=plan.pre_period)
    inner = [f"{_shifted(shape, variable, double)} AS {_NAMES[variable]}" for variable in variables]
    totals = [f"SUM({_NAMES[v]})" for v in variables]
    products = [_product(shape, v, w) for place, v in enumerate(variables) for w in variables[: place + 1]]
    # Without a pre-period, a row is there because of an event that counts.
    active = "SUM(CASE WHEN events > 0 THEN 1 ELSE 0 END)" if plan.pre_period else "COUNT(*)"
    if plan.split == "none":  # in the order of the key: nothing is sorted
        return (
            f"SELECT {_variant_of_cell(plan, number, 'cell')} AS variant, 0, '', COUNT(*),"  # noqa: S608
            f" {active}, {', '.join([*totals, *products])}"
            f" FROM (SELECT u.cell, u.events, {', '.join(inner)} FROM {_users(plan, number)} u"
            f"{_not_excluded(plan, 'u', excluded=excluded)}) AS shifted GROUP BY cell"
        )
    part_number, part_name, join = _part(plan, assigned_us)
    return (
        f"SELECT {_variant_of_cell(plan, number, 'cell')} AS variant, part_number, part_name, COUNT(*),"  # noqa: S608
        f" {active}, {', '.join([*totals, *products])}"
        f" FROM (SELECT u.cell, {part_number} AS part_number, {part_name} AS part_name, u.events, {', '.join(inner)}"
        f" FROM {_users(plan, number)} u{join}{_not_excluded(plan, 'u', excluded=excluded)}) AS shifted"
        " GROUP BY cell, part_number, part_name"
    )


def _product(shape: Shape, variable: int, other: int) -> str:
    if shape.kind == "binary" and variable == other and not shape.shifts[variable]:
        return f"SUM({_NAMES[variable]})"  # ones and zeros are their own squares
    return f"SUM({_NAMES[variable]} * {_NAMES[other]})"


def pad(row: Sequence[Any], number: int, variables: Sequence[int]) -> tuple[Any, ...]:
    """Return a row of `moments_text` as a row of the SQL text's `sums`, unused variables as zeros."""
    variant, part_number, part_name, seen, active, *sums = row
    totals = dict(zip(variables, sums, strict=False))
    pairs = [(v, w) for place, v in enumerate(variables) for w in variables[: place + 1]]
    products = dict(zip(pairs, sums[len(variables) :], strict=True))
    return (
        variant,
        part_number,
        part_name,
        number,
        seen,
        active,
        *(totals.get(v, 0) for v in range(4)),
        *(products.get((v, w), 0) for v in range(4) for w in range(v + 1)),
    )


def signs_text(plan: Plan, number: int, side: int, *, excluded: bool) -> str:
    """Return how many users of all variants have a value above 0, and one that is not 0."""
    value = "total" if side == 0 else _denominator(plan.shapes[number])
    return (
        f"SELECT SUM(CASE WHEN {value} > 0 THEN 1 ELSE 0 END), SUM(CASE WHEN {value} <> 0 THEN 1 ELSE 0 END)"  # noqa: S608
        f" FROM {_users(plan, number)} u{_not_excluded(plan, 'u', excluded=excluded)}"
    )


def place_text(plan: Plan, number: int, side: int, place: int, *, excluded: bool) -> str:
    """Return the value at a place from the top, over all variants."""
    value = "total" if side == 0 else _denominator(plan.shapes[number])
    return (
        f"SELECT {value} FROM {_users(plan, number)} u{_not_excluded(plan, 'u', excluded=excluded)}"  # noqa: S608
        f" ORDER BY 1 DESC LIMIT 1 OFFSET {place - 1}"
    )


def _users(plan: Plan, number: int) -> str:
    """Return the relation of one metric's users: rows of the roll-up, two joined to one for a ratio of two metrics."""
    definition = plan.shapes[number].metric.definition
    cells = [[str(cell_of(v.id, part)) for v in plan.experiment.variants] for part in definition.parts]
    if len(cells) == 1:
        return f"(SELECT * FROM user_metric WHERE cell IN ({', '.join(cells[0])}))"  # noqa: S608
    other = " ".join(f"WHEN {below} THEN {above}" for above, below in zip(cells[0], cells[1], strict=True))
    return (
        "(SELECT cell, user_id, SUM(events) AS events, SUM(total) AS total, SUM(other) AS other,"  # noqa: S608
        " SUM(pre_total) AS pre_total, SUM(pre_other) AS pre_other FROM ("
        "SELECT cell, user_id, events, total, 0 AS other, pre_total, 0 AS pre_other"
        f" FROM user_metric WHERE cell IN ({', '.join(cells[0])})"
        f" UNION ALL SELECT CASE cell {other} END, user_id, events, 0, total, 0, pre_total"
        f" FROM user_metric WHERE cell IN ({', '.join(cells[1])})) AS both_parts GROUP BY cell, user_id)"
    )


def _denominator(shape: Shape) -> str:
    return "other" if len(shape.metric.definition.parts) == 2 else "events"


def _value(shape: Shape, variable: int) -> str:
    if variable in (0, 2):
        column = "u.total" if variable == 0 else "u.pre_total"
        if shape.kind != "binary":
            return column
        positive = "u.maximum" if variable == 0 else "u.pre_total"
        return f"CASE WHEN {positive} > 0 THEN 1 ELSE 0 END"
    return f"u.{_denominator(shape)}" if variable == 1 else f"u.pre_{_denominator(shape)}"


def _shifted(shape: Shape, variable: int, double: str) -> str:
    value, shift = _value(shape, variable), shape.shifts[variable]
    cap = shape.caps[variable] if variable < 2 else None
    if cap is not None:
        limit = literal(cap, "double", double)
        value = f"CASE WHEN {value} > {limit} THEN {limit} ELSE {value} END"
    return f"{value} - {literal(shift, 'double', double)}" if shift else value


def _part(plan: Plan, assigned_us: str) -> tuple[str, str, str]:
    """Return the part's number and name, and the join that they need."""
    join = f" JOIN assignment a ON a.experiment_id = {quoted(plan.experiment.id)} AND a.user_id = u.user_id"
    if plan.split == "phase":
        return "a.phase", "''", join
    if plan.split == "segment":
        return "0", "COALESCE(a.segment, '')", join
    return f"{assigned_us} - {assigned_us} % {_QUARTER_US}", "''", join


def _not_excluded(plan: Plan, name: str, *, excluded: bool) -> str:
    if not excluded:
        return ""
    return (
        f" WHERE {name}.user_id NOT IN (SELECT user_id FROM assignment"  # noqa: S608
        f" WHERE experiment_id = {quoted(plan.experiment.id)} AND excluded IS NOT NULL)"
    )


def _variant(experiment: Experiment, column: str) -> str:
    places = " ".join(f"WHEN {quoted(v.id)} THEN {place}" for place, v in enumerate(experiment.variants))
    return f"CASE {column} {places} END"


def _variant_of_cell(plan: Plan, number: int, column: str) -> str:
    part = plan.shapes[number].metric.definition.parts[0]
    places = " ".join(
        f"WHEN {cell_of(v.id, part)} THEN {place}" for place, v in enumerate(plan.experiment.variants)
    )
    return f"CASE {column} {places} END"
