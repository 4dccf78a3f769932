"""A heat map as a table: subjects down, metrics across, in each place a position, its sign and its figure.

A table, because it is one: whoever does not see colours, or nothing at all, reads the same in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ag2_marketing.report import wording
from ag2_marketing.report.standings.levels import amount, between
from ag2_marketing.report.standings.positions import ORDER, Mark, explained, mark_of
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.units import unit_named


@dataclass(frozen=True)
class Place:
    """One place of the map: its position, its figure as it is shown, and what it says in full."""

    mark: Mark
    shown: Any
    words: str


@dataclass(frozen=True)
class MapColumn:
    """One metric."""

    title: str
    unit: str
    category: str


@dataclass(frozen=True)
class MapRow:
    """One subject with its places, where it leads to, and how many places stand where."""

    name: str
    link: str
    places: list[Place]
    tally: str


@dataclass(frozen=True)
class HeatMap:
    """The map; `how` explains the marks that occur in it."""

    title: str
    corner: str
    columns: list[MapColumn]
    rows: list[MapRow]
    how: list[tuple[Mark, str]]


Shown = Callable[[int, int, float, str | None], Any]
"""How a figure is shown, by its row and cell in the result: as text, or as a link to its evidence."""


def heat_map_of(
    result: Mapping[str, Any],
    *,
    title: str,
    corner: str,
    named: str,
    link: Callable[[str], str] = lambda _: "",
    shown: Shown = lambda _row, _cell, value, _unit: wording.number(value),
) -> HeatMap | None:
    """Return the map of a result with `columns` and `rows`; None where nothing was measured.

    Args:
        result: As `compare_locations` and `location_caregivers` tell it. Metrics that nobody has are left out.
        title: What it shows.
        corner: What its rows are.
        named: The field that names a row.
        link: Where a row's name leads to.
        shown: How a figure is shown.
    """
    columns, rows = list(result.get("columns") or ()), list(result.get("rows") or ())
    kept = [at for at in range(len(columns)) if any(row["cells"][at]["value"] is not None for row in rows)]
    if not kept:
        return None
    made = [
        _row(place, row, columns, kept, named=named, link=link, shown=shown) for place, row in enumerate(rows)
    ]
    present = {one.mark.kind for row in made for one in row.places}
    return HeatMap(
        title=title,
        corner=corner,
        columns=[_column(columns[at]) for at in kept],
        rows=made,
        how=[(mark, means) for mark, means in explained() if mark.kind in present],
    )


def _column(column: Mapping[str, Any]) -> MapColumn:
    known = unit_named(column["unit"]) if column.get("unit") else None
    unit = next(iter(known.symbols), "") if known else column.get("unit") or ""
    return MapColumn(str(column["title"]), unit, str(column.get("category") or ""))


def _row(
    place: int,
    row: Mapping[str, Any],
    columns: Sequence[Mapping[str, Any]],
    kept: Sequence[int],
    *,
    named: str,
    link: Callable[[str], str],
    shown: Shown,
) -> MapRow:
    name = str(row[named])
    places = []
    for at in kept:
        cell, unit = row["cells"][at], columns[at].get("unit")
        value = cell["value"]
        mark = mark_of(str(cell["position"]))
        figure = "" if value is None else shown(place, at, value, unit)
        places.append(Place(mark, figure, _words(columns[at], cell, mark)))
    return MapRow(name, link(name), places, _tally(places))


def _words(column: Mapping[str, Any], cell: Mapping[str, Any], mark: Mark) -> str:
    if cell["value"] is None:
        return say("{title}: {position}", title=column["title"], position=mark.word)
    figure = amount(cell["value"], column.get("unit"))
    if cell.get("lower") is None and cell.get("upper") is None:
        return say("{title}: {figure}, {position}", title=column["title"], figure=figure, position=mark.word)
    return say(
        "{title}: {figure} ({interval}), {position}",
        title=column["title"], figure=figure, interval=between(cell["lower"], cell["upper"]), position=mark.word,
    )  # fmt: skip


def _tally(places: Sequence[Place]) -> str:
    return ", ".join(_counted(places))


def _counted(places: Sequence[Place]) -> Iterator[str]:
    for position in ORDER[:4]:
        count = sum(one.mark.kind == position for one in places)
        if count:
            yield f"{mark_of(position).sign} {count}"
