"""All locations of the company beside the benchmarks, all figures judged together."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from ag2_marketing_tools.care.location_views import CompanyLocations, LocationRow, RefusedOfLocation
from ag2_marketing_tools.care.locations import LOCATION, locations_known
from ag2_marketing_tools.care.matrix_views import Shown
from ag2_marketing_tools.care.team_figures import Stored, figures_now
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import Tables, load_tables
from ag2_marketing_tools.standing import Over
from ag2_marketing_tools.standing.matrix import CORRECTION, Column, read_figures, stand_many
from ag2_marketing_tools.standing.position import COMPARED
from ag2_marketing_tools.tool import Params, tool
from ag2_marketing_tools.workspace import Workspace


class CompareLocations(Params):
    """All locations are compared; what may be said is which figures."""

    over: Over = None


@tool(family="care")
async def compare_locations(params: CompareLocations, ws: Workspace) -> CompanyLocations:
    """Set all locations' latest figures against the benchmarks, as one table; verdicts are corrected together."""
    now = ws.clock.now()
    known = await locations_known(ws.store)
    tables = load_tables(ws.settings.benchmark_tables)
    stored = await figures_now(LOCATION, params.over, tables, ws)
    shown = await asyncio.to_thread(_shown, stored, tables)
    figures = shown.matrix.figures
    rows, compared = range(len(figures.subjects)), set(figures.subjects)
    return CompanyLocations(
        compared_at=now,
        over=params.over,
        locations=len(known),
        counts=shown.counts(rows),
        judged=shown.matrix.judged,
        correction=CORRECTION,
        columns=shown.columns(),
        rows=[
            LocationRow(
                location=figures.subjects[row], counts=shown.counts([row]), cells=shown.cells(row, {})
            )
            for row in rows
        ],
        without_figures=[one for one in known if one not in compared],
        refused=[
            RefusedOfLocation(location=one.subject, metric=one.key, reason=one.reason)
            for one in figures.refused
        ]
        + _withheld(stored, shown.metrics),
        reason=None if rows else say("No location has a figure that is not out of date."),
    )


def _shown(stored: Stored, tables: Tables) -> Shown:
    """Judge every figure that has levels and rests on enough cases.

    A location is no person, so no group of locations is too small to be told.
    """
    wanted = {key for figures in stored.values() for key in figures}
    metrics = {key: one for key, one in tables.metrics.items() if key in wanted and one.kind in COMPARED}
    given = {
        one: {key: raw for key, raw in found.items() if key in metrics and raw["value"] is not None}
        for one, found in stored.items()
    }
    columns = {key: Column(key, metric) for key, metric in metrics.items()}
    matrix = stand_many(read_figures({one: found for one, found in given.items() if found}, columns))
    return Shown(matrix, metrics, least=2)


def _withheld(stored: Stored, metrics: Collection[str]) -> list[RefusedOfLocation]:
    """Return what is not told of a location, since it rests on too few cases."""
    return [
        RefusedOfLocation(location=one, metric=key, reason=raw["reason"])
        for one, found in stored.items()
        for key, raw in found.items()
        if key in metrics and raw["value"] is None
    ]
