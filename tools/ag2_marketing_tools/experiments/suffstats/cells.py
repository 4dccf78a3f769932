"""From rows of sums to cells: users who did nothing added as zeros, quarters of an hour put together to days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ag2_marketing_tools.experiments.suffstats.census import Census
from ag2_marketing_tools.experiments.suffstats.model import Cell
from ag2_marketing_tools.experiments.suffstats.plan import Plan, Shape
from ag2_marketing_tools.statistics.moments import JointMoments

FURTHEST_MEAN = 1_000.0
"""Where a mean square is this many times the variance, three digits are lost in sums about zero; not more than that."""

_LOWER_TRIANGLE = tuple((i, j) for i in range(4) for j in range(i + 1))


@dataclass
class Summed:
    """Sums over the users of one cell who did anything: shifted values and products of two, of four variables."""

    seen: int = 0
    active: int = 0
    totals: list[float] = field(default_factory=lambda: [0.0] * 4)
    products: dict[tuple[int, int], float] = field(
        default_factory=lambda: dict.fromkeys(_LOWER_TRIANGLE, 0.0)
    )

    def add(self, row: Sequence[Any]) -> None:
        """Add a row: seen, active, four totals, ten products."""
        self.seen += int(row[0])
        self.active += int(row[1])
        for place, value in enumerate(row[2:6]):
            self.totals[place] += float(value)
        for pair, value in zip(_LOWER_TRIANGLE, row[6:], strict=True):
            self.products[pair] += float(value)

    def joint(self, shape: Shape, variables: Sequence[int], users: int) -> JointMoments:
        """Return the joint moments over all users of the cell; those who were not seen are zeros."""
        idle = users - self.seen
        shifts = [shape.shifts[variable] for variable in variables]
        totals = [self.totals[v] - idle * s for v, s in zip(variables, shifts, strict=True)]
        products = [
            [
                self.products[max(v, w), min(v, w)] + idle * shape.shifts[v] * shape.shifts[w]
                for w in variables[: place + 1]
            ]
            for place, v in enumerate(variables)
        ]
        return JointMoments.from_sums(users, totals, products, shifts=shifts)


Key = tuple[str, str | None, int]
"""Variant, part of the split, number of the metric."""


def cells_of(plan: Plan, census: Census, rows: Iterable[Sequence[Any]]) -> list[Cell]:
    """Return the cells of rows: variant, part's number and name, metric, seen, active, totals, products."""
    summed = _by_cell(plan, census, rows)
    cells = []
    for (variant_id, part), users in sorted(census.users.items(), key=str):
        for number, shape in enumerate(plan.shapes):
            if shape.kind == "quantile":
                continue
            found = summed.get((variant_id, part, number)) or Summed()
            joint = found.joint(shape, shape.variables(pre_period=plan.pre_period), users)
            cells.append(
                Cell(
                    variant_id=variant_id,
                    metric=shape.metric.name,
                    users=users,
                    active=found.active,
                    joint=joint,
                    split=part,
                )
            )
    return cells


def shifts_that_hold(plan: Plan, census: Census, rows: Iterable[Sequence[Any]]) -> Plan | None:
    """Return the plan with shifts at the means where the sums as they are would lose digits, or None if none would.

    Whole numbers lose none: their sums are exact.
    """
    pooled: dict[int, Summed] = defaultdict(Summed)
    for (_, _, number), found in _by_cell(plan, census, rows).items():
        pooled[number].add([found.seen, found.active, *found.totals, *found.products.values()])
    shapes = list(plan.shapes)
    for number, found in pooled.items():
        shapes[number] = replace(plan.shapes[number], shifts=_means_if_far(found, census.total))
    return None if tuple(shapes) == plan.shapes else plan.with_shapes(shapes)


def _means_if_far(found: Summed, users: int) -> tuple[float, float, float, float]:
    means = [total / users if users else 0.0 for total in found.totals]
    return (_far(found, means, 0, users), _far(found, means, 1, users),
            _far(found, means, 2, users), _far(found, means, 3, users))  # fmt: skip


def _far(found: Summed, means: Sequence[float], place: int, users: int) -> float:
    squares, mean = found.products[place, place], means[place]
    if squares < 2.0**53 and squares.is_integer() and found.totals[place].is_integer():
        return 0.0
    spread = squares - users * mean * mean
    return mean if users * mean * mean > FURTHEST_MEAN * abs(spread) else 0.0


def _by_cell(plan: Plan, census: Census, rows: Iterable[Sequence[Any]]) -> Mapping[Key, Summed]:
    found: dict[Key, Summed] = defaultdict(Summed)
    for variant, number_of_part, name_of_part, metric, *sums in rows:
        variant_id = plan.experiment.variants[int(variant)].id
        part = part_of(plan, census, number_of_part, name_of_part)
        found[variant_id, part, int(metric)].add(sums)
    return found


def part_of(plan: Plan, census: Census, number: Any, name: Any) -> str | None:
    """Return the name of a part of the split from what the text calls it."""
    if plan.split == "phase":
        return str(int(number))
    if plan.split == "segment":
        return str(name)
    return census.days.of(int(number)).isoformat() if plan.split == "day" else None
