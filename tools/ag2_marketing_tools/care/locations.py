"""Which location is meant: by its name in the register, or as figures, caregivers and clients name it."""

from __future__ import annotations

from difflib import get_close_matches

from sqlalchemy import select

from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.metrics.tables import load_tables
from ag2_marketing_tools.standing import subjects_of
from ag2_marketing_tools.standing.position import COMPARED
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import observation, subject

LOCATION = "location"
_MOST_NAMED = 5


async def locations_known(store: Store) -> list[str]:
    """Return every location that the registers or the observations name, in order."""
    queries = (
        select(subject.c.id).where(subject.c.kind == LOCATION),
        select(subject.c.location).where(subject.c.location.is_not(None)).distinct(),
    )
    found = set(await subjects_of(store, LOCATION))
    async with store.read() as connection:
        for query in queries:
            found |= {row[0] for row in await connection.execute(query)}
    return sorted(found)


async def systems_observed(location: str, ws: Workspace) -> list[str]:
    """Return the table systems that a location has figures of, in the tables' order."""
    tables = load_tables(ws.settings.benchmark_tables)
    column = observation.c.metric
    query = (
        select(column)
        .where(observation.c.subject_kind == LOCATION, observation.c.subject_id == location)
        .distinct()
    )
    async with ws.store.read() as connection:
        observed = {row[0] for row in await connection.execute(query)}
    compared = {key for key, metric in tables.metrics.items() if metric.kind in COMPARED}
    found = {key.partition("/")[0] for key in observed & compared}
    return [system for system in tables.systems if system in found]


async def location_named(name: str, ws: Workspace) -> str:
    """Return the location of this name; upper and lower case are alike where only one is meant.

    Raises:
        NotFound: There is none of that name (the nearest are named), or none at all.
    """
    known = await locations_known(ws.store)
    if name in known:
        return name
    if not known:
        raise NotFound(
            "No location is known yet.",
            remedy="Import the registers and figures first: `ag2-marketing import FILE --mapping MAPPING`.",
        )
    alike = [one for one in known if one.casefold() == name.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    near = get_close_matches(name, known, n=_MOST_NAMED, cutoff=0.5)
    named = ", ".join(near or known[:_MOST_NAMED])
    more = " …" if not near and len(known) > _MOST_NAMED else ""
    raise NotFound(
        f"There is no location {name!r}.",
        remedy=f"Did you mean {named}?" if near else f"There are {named}{more}.",
    )
