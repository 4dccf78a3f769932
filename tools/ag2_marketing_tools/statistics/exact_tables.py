"""Fisher's exact test for tables of any size: several arms, several outcomes.

Columns are filled one after the other; what matters of the columns already filled is only what is left of each
row and the probability so far, so equal remainders are put together (the idea of Mehta and Patel's network).

Sources: Freeman and Halton (1951), Note on an exact treatment of contingency, goodness of fit and other problems of
significance, Biometrika 38; Mehta and Patel (1983), A network algorithm for performing Fisher's exact test in
r x c contingency tables, J. Am. Stat. Assoc. 78.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import numpy, special

_TIES = 1e-7
_MOST_STEPS = 5_000_000
_MOST_WAYS = 50_000_000
_MOST_ENDS = 50_000_000
_DIGITS = 9

_Rows = tuple[int, ...]
_Past = dict[float, float]
"""Logarithm of the probability so far, rounded, and how many ways lead to it."""


def freeman_halton(table: Sequence[Sequence[int]]) -> float | None:
    """Return the probability of all tables with these margins that are no likelier than the observed one.

    `None` where the rows or columns with any count are fewer than two, or where the tables are too many to be
    gone through (the chi-square test serves there). Two rows and two columns give Fisher's exact test.

    Raises:
        InvalidInput: A negative count, or rows of different lengths.
    """
    if len({len(row) for row in table}) > 1 or any(cell < 0 for row in table for cell in row):
        raise InvalidInput("A table of counts has rows of one length and no negative count.")
    rows = [list(row) for row in table if any(row)]
    columns = [list(column) for column in zip(*rows, strict=True) if any(column)]
    if len(rows) < 2 or len(columns) < 2:
        return None
    if len(rows) > len(columns):
        rows, columns = columns, [list(row) for row in zip(*columns, strict=True)]
    margins = tuple(sorted(map(sum, zip(*columns, strict=True))))
    sums = sorted(map(sum, columns))
    observed = -math.fsum(math.lgamma(cell + 1) for column in columns for cell in column)
    constant = math.fsum(math.lgamma(total + 1) for total in (*margins, *sums)) - math.lgamma(sum(sums) + 1)
    share = _no_likelier(margins, sums, observed + _TIES, constant)
    return None if share is None else min(1.0, share)


def _no_likelier(margins: _Rows, columns: Sequence[int], limit: float, constant: float) -> float | None:
    """Sum the probabilities of all tables whose logarithm (without the constant) is at most `limit`."""
    states: dict[_Rows, _Past] = {margins: {0.0: 1.0}}
    steps = 0
    for column in columns[:-2]:
        if len(states) * math.comb(column + len(margins) - 1, len(margins) - 1) > _MOST_WAYS:
            return None
        following: dict[_Rows, _Past] = defaultdict(lambda: defaultdict(float))
        for rows, past in states.items():
            for cells, log in _fillings(rows, column):
                into = following[tuple(sorted(row - cell for row, cell in zip(rows, cells, strict=True)))]
                for before, ways in past.items():
                    into[round(before + log, _DIGITS)] += ways
                steps += len(past) + 10
                if steps > _MOST_STEPS:
                    return None
        states = following
    if sum(math.prod(row + 1 for row in rows[:-1]) for rows in states) > _MOST_ENDS:
        return None
    factorials = special().gammaln(numpy().arange(1.0, sum(margins) + 2.0))
    total = 0.0
    for rows, past in states.items():
        total += _ended(_ends(rows, columns[-2], factorials), past, limit, constant)
    return total


def _fillings(rows: _Rows, column: int) -> Iterator[tuple[_Rows, float]]:
    """All ways to spread a column's sum over rows with so much room, each with minus its log factorials."""
    if len(rows) == 1:
        if column <= rows[0]:
            yield (column,), -math.lgamma(column + 1)
        return
    room = sum(rows[1:])
    for cell in range(max(0, column - room), min(rows[0], column) + 1):
        log = -math.lgamma(cell + 1)
        for rest, rest_log in _fillings(rows[1:], column - cell):
            yield (cell, *rest), log + rest_log


def _ends(rows: _Rows, column: int, factorials: Any) -> Any:
    """Minus the log factorials of the last two columns, ascending, for every way to fill the first of them."""
    np = numpy()
    grids = np.meshgrid(*(np.arange(row + 1) for row in rows[:-1]), indexing="ij", sparse=True)
    last = column - sum(grids)
    fits = (last >= 0) & (last <= rows[-1])
    held = np.where(fits, last, 0)
    logs = -(factorials[held] + factorials[rows[-1] - held])
    for row, cells in zip(rows[:-1], grids, strict=True):
        logs = logs - (factorials[cells] + factorials[row - cells])
    return np.sort(logs[fits])


def _ended(ends: Any, past: _Past, limit: float, constant: float) -> float:
    """Probability of all ends that, after each past, stay within the limit."""
    np = numpy()
    top = float(ends[-1])
    running = np.concatenate(([0.0], np.cumsum(np.exp(ends - top))))
    before, ways = np.array(list(past)), np.array(list(past.values()))
    allowed = running[np.searchsorted(ends, limit - before, side="right")]
    return float(np.sum(ways * allowed * np.exp(before + (constant + top))))
