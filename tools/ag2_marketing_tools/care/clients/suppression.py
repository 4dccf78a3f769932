"""Which counts of a table must be hidden so that no group smaller than the least follows from what is shown.

Small counts are hidden, and then as many others as keep them from following from a total (complementary suppression;
Willenborg and de Waal 2001, Elements of Statistical Disclosure Control, chapter 4). Cells are chosen line by line; a
linear programme then looks what a reader could still work out, and more is hidden until that is nothing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from importlib import import_module
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
Sum = tuple[K, Sequence[K]]
"""A total, and the parts that add up to it."""

_SAME = 1e-6
_UNBOUNDED = 3
"""What `linprog` calls an aim without end."""


def hidden(
    counts: Mapping[K, int], sums: Sequence[Sum[K]], *, least: int, also: Collection[K] = ()
) -> frozenset[K]:
    """Return the cells to hide.

    A count of 0 is no group and may be shown.

    Args:
        counts: Every count that a reader sees or can work out.
        sums: How they add up.
        least: Counts from 1 to below this are too small.
        also: Cells that are not shown anyway, and may be worked out where they are not too small.
    """
    small = {key for key, count in counts.items() if 0 < count < least}
    found = small | (set(also) & counts.keys())
    harmless = found - small  # a reader may work them out: they are large enough, or nobody
    while True:
        exposed = _unprotected_line(found, harmless, counts, sums, least) or _worked_out(
            small, found, counts, sums, least
        )
        partner = None if exposed is None else _partner(exposed, found, counts)
        if partner is None:
            return frozenset(found)
        found.add(partner)


def _unprotected_line(
    found: Collection[K],
    harmless: Collection[K],
    counts: Mapping[K, int],
    sums: Sequence[Sum[K]],
    least: int,
) -> list[K] | None:
    """Return the cells of a line from which a hidden one follows, or a group that is too small, or None."""
    for total, parts in sums:
        shut = [key for key in (total, *parts) if key in found]
        alone = len(shut) == 1 and shut[0] not in harmless
        few = total not in shut and 0 < sum(counts[key] for key in shut) < least
        line = [*parts, total]
        if (alone or few) and _partner(line, found, counts) is not None:
            return line
    return None


def _partner(line: Sequence[K], found: Collection[K], counts: Mapping[K, int]) -> K | None:
    """Return the cell of a line to hide next: the smallest that counts somebody."""
    shown = [key for key in line if key not in found and counts[key] > 0]
    return min(shown, key=lambda key: (counts[key], line.index(key))) if shown else None


def _worked_out(
    small: Collection[K],
    found: Collection[K],
    counts: Mapping[K, int],
    sums: Sequence[Sum[K]],
    least: int,
) -> list[K] | None:
    """Return the cells beside a small one that a reader can work out although it is hidden, or None."""
    for key, (low, high) in feasible(found, counts, sums, of=small).items():
        if high - low > _SAME and high >= least - _SAME:
            continue
        beside = [one for total, parts in sums if key in (total, *parts) for one in (*parts, total)]
        rest = [one for total, parts in sums for one in (*parts, total)]
        for cells in (beside, rest):
            if _partner(cells, found, counts) is not None:
                return cells
    return None


def feasible(
    found: Collection[K], counts: Mapping[K, int], sums: Sequence[Sum[K]], *, of: Collection[K]
) -> dict[K, tuple[float, float]]:
    """Return between which figures hidden counts may lie, by all that is shown.

    Args:
        found: The hidden cells.
        counts: Every count.
        sums: How they add up.
        of: The hidden cells that are asked for.
    """
    cells = [key for key in counts if key in found]
    wanted = [key for key in cells if key in of]
    if not wanted:
        return {}
    solve = import_module("scipy.optimize").linprog
    place = {key: number for number, key in enumerate(cells)}
    rows, known = [], []
    for total, parts in sums:
        row, right = [0.0] * len(cells), 0.0
        for key, sign in ((total, 1.0), *((part, -1.0) for part in parts)):
            if key in place:
                row[place[key]] += sign
            else:
                right -= sign * counts[key]
        if any(row):
            rows.append(row)
            known.append(right)
    ends = {}
    for key in wanted:
        goal = [float(one == key) for one in cells]
        least, most = (
            solve([sign * one for one in goal], A_eq=rows or None, b_eq=known or None, bounds=(0, None))
            for sign in (1.0, -1.0)
        )
        ends[key] = (float(least.fun), math.inf if most.status == _UNBOUNDED else -float(most.fun))
    return ends
