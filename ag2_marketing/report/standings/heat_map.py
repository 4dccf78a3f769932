"""A heat map as a table: subjects down, metrics across, in each place a position, its sign and its figure.

A table, because it is one: whoever does not see colours, or nothing at all, reads the same in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ag2_marketing.report import wording
from ag2_marketing.report.standings.levels import amount, between
from ag2_marketing.report.standings.positions import ORDER, Mark, explained, mark_of
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.units import unit_named


@dataclass(frozen=True)
class Place:
    """One place of the map: its position, its figure as it is shown, its interval, and what it says in full."""

    mark: Mark
    shown: Any
    interval: str
    words: str


@dataclass(frozen=True)
class MapColumn:
    """One metric."""

    title: Any
    unit: str
    category: str


@dataclass(frozen=True)
class MapRow:
    """One subject with its places, where it leads to, and how many places stand where: signs and numbers."""

    name: Any
    link: str
    places: list[Place]
    tally: list[tuple[str, Any]]


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
Counted = Callable[[int, str, int], Any]
"""How a count is shown, by its row and position in the result."""


def heat_map_of(
    result: Mapping[str, Any],
    *,
    title: str,
    corner: str,
    named: str,
    link: Callable[[str], str] = lambda _: "",
    shown: Shown = lambda _row, _cell, value, _unit: wording.number(value),
    counted: Counted = lambda _row, _position, count: count,
    titled: Callable[[int, str], Any] = lambda _column, title: title,
    called: Callable[[int, str], Any] = lambda _row, name: name,
) -> HeatMap | None:
    """Return the map of a result with `columns` and `rows`; None where nothing was measured.

    Args:
        result: As `compare_locations` and `location_caregivers` tell it. Metrics that nobody has are left out.
        title: What it shows.
        corner: What its rows are.
        named: The field that names a row.
        link: Where a row's name leads to.
        shown: How a figure is shown.
        counted: How a count is shown.
        titled: How a metric's title is shown.
        called: How a row's name is shown.
    """
    columns, rows = list(result.get("columns") or ()), list(result.get("rows") or ())
    kept = [at for at in range(len(columns)) if any(row["cells"][at]["value"] is not None for row in rows)]
    if not kept:
        return None
    made = [
        MapRow(
            name=called(at, str(row[named])),
            link=link(str(row[named])),
            places=_places(at, row, columns, kept, shown),
            tally=_tally(at, row, counted),
        )
        for at, row in enumerate(rows)
    ]
    present = {one.mark.kind for row in made for one in row.places}
    return HeatMap(
        title=title,
        corner=corner,
        columns=[_column(columns[at], titled(at, str(columns[at]["title"]))) for at in kept],
        rows=made,
        how=[(mark, means) for mark, means in explained() if mark.kind in present],
    )


def _column(column: Mapping[str, Any], title: Any) -> MapColumn:
    known = unit_named(column["unit"]) if column.get("unit") else None
    unit = next(iter(known.symbols), "") if known else column.get("unit") or ""
    return MapColumn(title, unit, str(column.get("category") or ""))


def _places(
    row: int,
    found: Mapping[str, Any],
    columns: Sequence[Mapping[str, Any]],
    kept: Sequence[int],
    shown: Shown,
) -> list[Place]:
    places = []
    for at in kept:
        cell, unit = found["cells"][at], columns[at].get("unit")
        mark = mark_of(str(cell["position"]))
        figure = "" if cell["value"] is None else shown(row, at, cell["value"], unit)
        interval = _interval(cell)
        places.append(Place(mark, figure, interval, _words(columns[at], cell, mark, interval)))
    return places


def _tally(row: int, found: Mapping[str, Any], counted: Counted) -> list[tuple[str, Any]]:
    counts = found["counts"]
    return [
        (mark_of(position).sign, counted(row, position, int(counts[position])))
        for position in ORDER[:4]
        if counts.get(position)
    ]


def _interval(cell: Mapping[str, Any]) -> str:
    lower, upper = cell.get("lower"), cell.get("upper")
    return "" if cell["value"] is None or (lower is None and upper is None) else between(lower, upper)


def _words(column: Mapping[str, Any], cell: Mapping[str, Any], mark: Mark, interval: str) -> str:
    if cell["value"] is None:
        return say("{title}: {position}", title=column["title"], position=mark.word)
    figure = amount(cell["value"], column.get("unit"))
    if not interval:
        return say("{title}: {figure}, {position}", title=column["title"], figure=figure, position=mark.word)
    return say(
        "{title}: {figure} ({interval}), {position}",
        title=column["title"], figure=figure, interval=interval, position=mark.word,
    )  # fmt: skip
