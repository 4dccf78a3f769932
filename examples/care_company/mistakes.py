"""Mistakes as real exports have them, put into the clean tables; each is noted with its line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from figures import Row, Table


@dataclass
class Mistakes:
    """What was put in.

    Attributes:
        refused: Cells or rows that an import must refuse: file, line, column and the reason's code.
        doubtful: Cells that are taken as the mapping says, and must be pointed out.
        missing: Empty cells, by file.
        duplicates: Rows that stand twice, by file: how many figures they hold.
    """

    refused: list[Row] = field(default_factory=list)
    doubtful: list[Row] = field(default_factory=list)
    missing: dict[str, int] = field(default_factory=dict)
    duplicates: dict[str, int] = field(default_factory=dict)


Spoilt = Callable[[str], str]


class _Spoiler:
    """Chooses cells, each once."""

    def __init__(self, table: Table, random: np.random.Generator, header_lines: int) -> None:
        self.table, self._header = table, header_lines
        self._order = iter(random.permutation(len(table.rows)).tolist())

    def rows(self, number: int, column: str) -> list[int]:
        """Return rows in which the column holds something."""
        found: list[int] = []
        while len(found) < number:
            place = next(self._order)
            if str(self.table.rows[place][column]):
                found.append(place)
        return found

    def line(self, place: int) -> int:
        """Return the row's line in the file."""
        return place + 1 + self._header


def spoil(tables: dict[str, Table], random: np.random.Generator, *, each: int) -> Mistakes:
    """Put mistakes into the tables, so many of each sort."""
    done = Mistakes()
    weeks = _Spoiler(tables["caregiver_weeks.csv"], random, 1)
    for column, code, spoilt in (
        ("on_time", "out_of_range", lambda text: f"{float(text) * 100:.1f}"),  # percent in a column of shares
        ("documentation_min", "not_a_number", lambda _: "about an hour"),
        ("tasks_done", "not_a_number", lambda _: "NaN"),
        ("documentation_min", "negative", lambda text: f"-{text}"),
        ("week", "ambiguous_date", lambda text: f"{text[5:7]}/{text[8:]}/{text[:4]}"),
        ("week", "future", lambda text: f"2{text[1:].replace('02', '92', 1)}"),
        ("visits", "bad_sample_size", lambda _: "many"),
    ):
        _replace(weeks, column, code, spoilt, each, done)
    for place in weeks.rows(each, "completed_percent"):
        share = f"{float(weeks.table.rows[place]['completed_percent']) / 100:.3f}"
        weeks.table.rows[place]["completed_percent"] = share
        done.doubtful.append(_note(weeks, place, "completed_percent"))
    branches = _Spoiler(tables["location_weeks.csv"], random, 1)
    _replace(
        branches, "medication_adherence", "decimal_sign", lambda text: text.replace(",", "."), each, done
    )
    months = _Spoiler(tables["caregiver_months.csv"], random, 1)
    _replace(months, "metric", "unknown_metric", lambda text: f"{text}_", each, done)
    _replace(months, "unit", "wrong_unit", lambda _: "h", each, done)
    clients = _Spoiler(tables["client_months.jsonl"], random, 0)
    _replace(clients, "value", "not_a_number", lambda _: "better", each, done)
    for spoiler, column in ((weeks, "tasks_done"), (branches, "satisfaction")):
        for place in spoiler.rows(3 * each, column):
            spoiler.table.rows[place][column] = ""
    for table in tables.values():
        done.missing[table.name] = _missing(table, done)
    _repeat(months, each, done)
    return done


_FIGURES = {
    "on_time", "completed_percent", "tasks_done", "documentation_min", "satisfaction_percent", "satisfaction",
    "care_request_min", "incident_rate", "medication_adherence", "value",
}  # fmt: skip


def _missing(table: Table, done: Mistakes) -> int:
    """Count the empty cells of the rows that can be read at all (their time is no mistake)."""
    unread = {note["line"] for note in done.refused if (note["file"], note["column"]) == (table.name, "week")}
    return sum(
        row[column] == ""
        for line, row in enumerate(table.rows, 2)
        if line not in unread
        for column in table.columns
        if column in _FIGURES
    )


def _note(spoiler: _Spoiler, place: int, column: str) -> Row:
    return {"file": spoiler.table.name, "line": spoiler.line(place), "column": column}


def _replace(spoiler: _Spoiler, column: str, code: str, spoilt: Spoilt, number: int, done: Mistakes) -> None:
    for place in spoiler.rows(number, column):
        spoiler.table.rows[place][column] = spoilt(str(spoiler.table.rows[place][column]))
        done.refused.append(_note(spoiler, place, column) | {"code": code})


def _repeat(spoiler: _Spoiler, number: int, done: Mistakes) -> None:
    """Append rows once more, as an export that was run twice does."""
    places = spoiler.rows(number, "value")
    spoiler.table.rows += [dict(spoiler.table.rows[place]) for place in places]
    done.duplicates[spoiler.table.name] = len(places)
