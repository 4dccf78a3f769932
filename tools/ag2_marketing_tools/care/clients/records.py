"""What is kept of clients: their assessments and their responses to interventions, as they were given."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, select

from ag2_marketing_tools.care.clients.facts import CLIENT
from ag2_marketing_tools.care.clients.reading import ReadFigure
from ag2_marketing_tools.errors import Conflict, InvalidInput
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.observations import Observation, record
from ag2_marketing_tools.workspace.store.schema import client_profile, intervention_response

_IDS_OF_A_QUERY = 500
_MOST_CHARACTERS = 200_000


@dataclass(frozen=True)
class Assessment:
    """One assessment of a client: `content` as it was given, by section; `instruments` by metric key."""

    client_id: str
    assessed_at: datetime
    content: Mapping[str, Any]
    instruments: Mapping[str, str]


@dataclass(frozen=True)
class Response:
    """One response of a client to an intervention: what was given, and what was worked out from it."""

    client_id: str
    intervention_id: str
    responded_at: datetime
    given: Mapping[str, Any]
    found: Mapping[str, Any]


def plain_json(value: Any, what: str) -> Any:
    """Return what was given as the store keeps it: times and the like as text.

    Raises:
        InvalidInput: A figure that is not finite, or more than 200,000 characters.
    """
    try:
        text = json.dumps(value, default=str, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            f"The {what} holds a figure that is not finite, or is nested without end.",
            remedy="Give numbers, and null for what was not measured.",
        ) from error
    if len(text) > _MOST_CHARACTERS:
        raise InvalidInput(f"The {what} is longer than {_MOST_CHARACTERS:,} characters.")
    return json.loads(text)


async def keep_assessment(ws: Workspace, one: Assessment) -> None:
    """Keep an assessment; the same one again changes nothing.

    Raises:
        Conflict: Another assessment of this moment is kept already.
    """
    row = {
        "client_id": one.client_id,
        "assessed_at": one.assessed_at,
        "assessment": {"content": dict(one.content), "instruments": dict(one.instruments)},
    }
    await _keep(ws, client_profile, row, "assessment")


async def keep_response(ws: Workspace, one: Response) -> None:
    """Keep a response; the same one again changes nothing.

    Raises:
        Conflict: Another response to this intervention of this moment is kept already.
    """
    row = {
        "client_id": one.client_id,
        "intervention_id": one.intervention_id,
        "responded_at": one.responded_at,
        "response": {"given": dict(one.given), "found": dict(one.found)},
    }
    await _keep(ws, intervention_response, row, "response")


async def _keep(ws: Workspace, table: Table, row: Mapping[str, Any], content: str) -> None:
    key = [table.c[column.name] == row[column.name] for column in table.primary_key]
    async with ws.store.begin() as connection:
        made = ws.store.insert_new(table).values({**row, "recorded_at": ws.clock.now()})
        new = await connection.execute(made.returning(*table.primary_key))
        if new.first() is not None:
            return
        standing = await connection.scalar(select(table.c[content]).where(*key))
    if standing != row[content]:
        raise Conflict(
            f"Another {content} of this moment is kept already.", remedy="Give the moment of this one."
        )


async def keep_figures(
    ws: Workspace, client_id: str, figures: Iterable[ReadFigure], *, at: datetime, source: str
) -> None:
    """Store figures as observations of a client; those that stand there already are left alone."""
    observations = [
        Observation(
            subject_kind=CLIENT,
            subject_id=client_id,
            metric=one.key,
            value=one.value,
            unit=one.unit,
            sample_size=one.sample_size,
            observed_at=at,
            source=source,
        )
        for one in figures
    ]
    await record(ws.store, observations, ids=ws.ids)


async def assessments_of(store: Store, clients: Sequence[str]) -> dict[str, list[Assessment]]:
    """Return the assessments of clients, each client's in order of time."""
    found: dict[str, list[Assessment]] = {}
    for row in await _rows(store, client_profile, clients, order=client_profile.c.assessed_at):
        kept = row["assessment"]
        one = Assessment(row["client_id"], row["assessed_at"], kept["content"], kept["instruments"])
        found.setdefault(one.client_id, []).append(one)
    return found


async def responses_of(store: Store, clients: Sequence[str]) -> dict[str, list[Response]]:
    """Return the responses of clients, each client's in order of time."""
    found: dict[str, list[Response]] = {}
    for row in await _rows(store, intervention_response, clients, order=intervention_response.c.responded_at):
        kept = row["response"]
        one = Response(
            row["client_id"], row["intervention_id"], row["responded_at"], kept["given"], kept["found"]
        )
        found.setdefault(one.client_id, []).append(one)
    return found


async def _rows(
    store: Store, table: Table, clients: Sequence[str], *, order: ColumnElement[Any]
) -> list[Mapping[Any, Any]]:
    found: list[Mapping[Any, Any]] = []
    async with store.read() as connection:
        for start in range(0, len(clients), _IDS_OF_A_QUERY):
            some = table.c.client_id.in_(clients[start : start + _IDS_OF_A_QUERY])
            query = select(table).where(some).order_by(order, *table.primary_key)
            found.extend((await connection.execute(query)).mappings())
    return found
