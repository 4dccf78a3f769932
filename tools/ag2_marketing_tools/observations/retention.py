"""The tool that removes old observations."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, delete, func, select

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.observations.mapping import SubjectKind
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import observation


class PruneObservations(Params):
    """Which observations are old."""

    before: AwareDatetime = Field(description="Those that were observed before this moment.")
    subject_kind: SubjectKind | None = Field(default=None, description="Only of this kind of subject.")
    metric: str | None = Field(default=None, description="Only of the metric of this key.")
    source: str | None = Field(default=None, description="Only those of this source.")
    dry_run: bool = Field(default=True, description="Only count them; false removes them for good.")


class Pruned(Result):
    """How many were, or would be, removed."""

    removed: Annotated[int, unit("count")]
    by_kind: Annotated[dict[str, int], unit("count")]
    dry_run: bool


@tool(family="observations", effect="writes")
async def prune_observations(params: PruneObservations, ws: Workspace) -> Pruned:
    """Remove observations from before a moment for good, all of them or those of a kind, metric or source.

    Without `dry_run = false` they are only counted.
    """
    now = ws.clock.now()
    if params.before > now:
        raise InvalidInput(f"`before` ({params.before.isoformat()}) lies in the future.")
    c = observation.c
    wanted = {c.subject_kind: params.subject_kind, c.metric: params.metric, c.source: params.source}
    conditions: list[ColumnElement[bool]] = [c.observed_at < params.before]
    conditions += [column == value for column, value in wanted.items() if value is not None]
    counting = select(c.subject_kind, func.count()).where(*conditions).group_by(c.subject_kind)
    async with ws.store.begin() as connection:
        by_kind = {
            kind: number for kind, number in await connection.execute(counting.order_by(c.subject_kind))
        }
        if not params.dry_run:
            await connection.execute(delete(observation).where(*conditions))
    if not params.dry_run:
        await ws.store.forget_overwritten()
    return Pruned(removed=sum(by_kind.values()), by_kind=by_kind, dry_run=params.dry_run)
