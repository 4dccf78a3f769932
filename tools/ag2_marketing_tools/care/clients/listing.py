"""Who the clients of a location are: that somebody is one is health data already, so each look at it is logged."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.care.clients.facts import CLIENT
from ag2_marketing_tools.care.locations import location_named
from ag2_marketing_tools.marks import personal
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.subjects import find_subjects


class ClientsOfLocation(Params):
    """Which location."""

    location: str = Field(
        min_length=1, max_length=300, description="The location's id, as the register has it."
    )


class ClientList(Result):
    """The active clients of a location, in the order of their ids."""

    location: str
    client_ids: list[Annotated[str, personal()]]


@tool(family="care")
async def list_clients(params: ClientsOfLocation, ws: Workspace) -> ClientList:
    """List the active clients of a location, as the register has them."""
    location = await location_named(params.location, ws)
    found = await find_subjects(ws.store, CLIENT, location=location)
    return ClientList(location=location, client_ids=[one.id for one in found])
