"""Printing a table of simulations, and counting the promises that were broken."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from simulated.rows import Row


def line(row: Row) -> str:
    """Return one line of the table."""
    sign = {"equal": "", "at most": "≤ ", "at least": "≥ ", "warning": "not "}[row.promise]
    digits = 2 if row.promised < 0.01 else 1
    promised = f"{sign}{100 * row.promised:.{digits}f} ± {100 * row.half_width:.{digits}f} %"
    verdict = "warning" if row.promise == "warning" else ("yes" if row.kept else "**no**")
    return (
        f"| {row.method} | {row.setting} | {100 * row.measured:.{digits}f} % | {promised} "
        f"| {row.replications:,} | {verdict} |"
    )


def printed(rows: Iterable[Row]) -> int:
    """Print the rows by section and return the number of broken promises."""
    broken = 0
    for section, group in groupby(rows, key=lambda row: row.section):
        print(f"\n**{section}**\n\n| method | setting | measured | promised | replications | kept |")
        print("|---|---|---|---|---|---|", flush=True)
        for row in group:
            print(line(row), flush=True)
            broken += not row.kept and row.promise != "warning"
    return broken
