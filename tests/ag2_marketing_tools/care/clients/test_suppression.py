"""No hidden count below the least size follows from what is shown; checked by an integer programme of its own."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from ag2_marketing_tools.care.clients.suppression import hidden

LEAST = 5


def line(*values: int) -> tuple[dict[Any, int], list[tuple[Any, list[Any]]]]:
    """A total and its parts."""
    parts = list(range(len(values)))
    return {"total": sum(values), **dict(enumerate(values))}, [("total", parts)]


def table(rows: list[list[int]]) -> tuple[dict[Any, int], list[tuple[Any, list[Any]]]]:
    """A table with its margins."""
    height, width = len(rows), len(rows[0])
    counts = {(i, j): rows[i][j] for i, j in product(range(height), range(width))}
    counts |= {(i, "all"): sum(rows[i]) for i in range(height)}
    counts |= {("all", j): sum(row[j] for row in rows) for j in range(width)}
    counts["all", "all"] = sum(map(sum, rows))
    sums: list[tuple[Any, list[Any]]] = [((i, "all"), [(i, j) for j in range(width)]) for i in range(height)]
    sums += [(("all", j), [(i, j) for i in range(height)]) for j in range(width)]
    sums.append((("all", "all"), [(i, "all") for i in range(height)]))
    sums.append((("all", "all"), [("all", j) for j in range(width)]))
    return counts, sums


def reach(
    key: Any, shut: frozenset[Any], counts: dict[Any, int], sums: list[tuple[Any, list[Any]]]
) -> tuple[int, int]:
    """The least and the largest whole number that a hidden count may be, by all that is shown."""
    cells = list(counts)
    matrix = np.zeros((len(sums), len(cells)))
    for row, (total, parts) in enumerate(sums):
        matrix[row, cells.index(total)] += 1
        for part in parts:
            matrix[row, cells.index(part)] -= 1
    low = [0 if one in shut else counts[one] for one in cells]
    high = [10_000 if one in shut else counts[one] for one in cells]
    aim = np.array([float(one == key) for one in cells])
    ends = []
    for sign in (1, -1):
        solved = milp(
            sign * aim,
            constraints=LinearConstraint(matrix, 0, 0),
            bounds=Bounds(low, high),
            integrality=np.ones(len(cells)),
        )
        ends.append(round(sign * solved.fun))
    return ends[0], ends[1]


def test_a_small_count_is_hidden_and_with_it_the_one_that_it_would_follow_from() -> None:
    counts, sums = line(2, 9, 20)
    assert hidden(counts, sums, least=LEAST) == {0, 1}


def test_large_counts_and_zeros_are_shown() -> None:
    counts, sums = line(0, 9, 20)
    assert hidden(counts, sums, least=LEAST) == frozenset()


def test_two_small_counts_that_are_together_still_small_take_a_third_with_them() -> None:
    counts, sums = line(1, 2, 9, 20)
    assert hidden(counts, sums, least=LEAST) == {0, 1, 2}


def test_two_small_counts_that_are_together_large_enough_hide_each_other() -> None:
    counts, sums = line(3, 4, 9, 20)
    assert hidden(counts, sums, least=LEAST) == {0, 1}


def test_a_small_count_beside_nothing_but_zeros_hides_the_total() -> None:
    counts, sums = line(3, 0, 0)
    assert hidden(counts, sums, least=LEAST) == {"total", 0}


def test_in_a_table_a_hidden_cell_has_partners_in_its_row_and_in_its_column() -> None:
    counts, sums = table([[2, 10, 10], [10, 10, 10], [10, 10, 10]])
    shut = hidden(counts, sums, least=LEAST)
    assert (0, 0) in shut
    assert len([key for key in shut if key[0] == 0]) >= 2
    assert len([key for key in shut if key[1] == 0]) >= 2
    assert ("all", "all") not in shut


def test_cells_that_are_hidden_anyway_count_as_partners() -> None:
    counts, sums = line(2, 9, 20)
    assert hidden(counts, sums, least=LEAST, also=[2]) == {0, 2}


def test_a_cell_that_is_never_shown_may_follow_where_it_is_large_enough() -> None:
    counts, sums = line(8, 6)
    assert hidden(counts, sums, least=LEAST, also=[1]) == {1}
    counts, sums = line(8, 2)
    assert hidden(counts, sums, least=LEAST, also=[1]) == {0, 1}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.integers(0, 6), st.integers(0, 30)), min_size=3, max_size=3),
        min_size=2,
        max_size=3,
    )
)
def test_no_small_count_of_any_table_can_be_worked_out(rows: list[list[int]]) -> None:
    counts, sums = table(rows)
    shut = hidden(counts, sums, least=LEAST)
    for key, count in counts.items():
        if not 0 < count < LEAST:
            continue
        assert key in shut
        low, high = reach(key, shut, counts, sums)
        assert low < high
        assert high >= LEAST


@pytest.mark.parametrize("least", [2, 5, 10])
def test_the_order_of_the_cells_hides_no_small_one_less(least: int) -> None:
    counts, sums = table([[1, 7, 4], [12, 0, 9]])
    turned = dict(reversed(counts.items()))
    for cells in (counts, turned):
        shut = hidden(cells, sums, least=least)
        assert {key for key, count in cells.items() if 0 < count < least} <= shut
