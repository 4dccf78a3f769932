"""The tool that lists the rounds of monitors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.marks import personal, unit
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.monitoring import RoundState, StoredRound, find_rounds


class ListRounds(Params):
    """Which rounds."""

    monitor: str | None = Field(default=None, max_length=100, description="Only this monitor's.")
    limit: int = Field(default=20, ge=1, le=1000, description="At most so many, the newest.")


class SubjectFailure(Result):
    """A subject that a round could not look at."""

    subject_kind: str
    subject: Annotated[str, personal()]
    reason: Annotated[str, personal(description="It may name the subject.")]


class MonitorRound(Result):
    """One round of a monitor; null is what is not known of a round that did not end."""

    id: str
    monitor: str
    started_at: datetime
    ended_at: datetime | None
    state: RoundState = Field(
        description="`partial`: some subjects failed; `stopped`: before its last subject; `lost`: its process ended."
    )
    reason: str | None
    subjects: Annotated[int | None, unit("count")]
    failures: list[SubjectFailure]
    found: dict[str, Annotated[int, unit("count")]] | None = Field(
        description="How many alerts, risks, actions, … it found."
    )
    opened: list[str] | None = Field(description="Ids of to-dos that the rounds before it had not.")
    reopened: list[str] | None = Field(description="Ids of to-dos that were cleared before and are back.")
    cleared: list[str] | None = Field(description="Ids of to-dos whose matter is no longer found.")
    open_todos: Annotated[int | None, unit("count")] = Field(description="Open ones of the monitor after it.")


class MonitorRounds(Result):
    """Rounds, newest first."""

    rounds: list[MonitorRound]


@tool(family="monitors")
async def list_rounds(params: ListRounds, ws: Workspace) -> MonitorRounds:
    """List the rounds of monitors, newest first: what each looked at, what failed and why, and what changed."""
    found = await find_rounds(ws.store, params.monitor, limit=params.limit)
    return MonitorRounds(rounds=[_view(one) for one in found])


def _view(one: StoredRound) -> MonitorRound:
    changes = one.changes or {}
    return MonitorRound(
        id=one.id,
        monitor=one.monitor,
        started_at=one.started_at,
        ended_at=one.ended_at,
        state=one.state,
        reason=one.reason,
        subjects=one.subjects,
        failures=[
            SubjectFailure(subject_kind=kind, subject=id, reason=reason) for kind, id, reason in one.failures
        ],
        found=None if one.found is None else dict(one.found),
        opened=changes.get("opened"),
        reopened=changes.get("reopened"),
        cleared=changes.get("cleared"),
        open_todos=one.open_todos,
    )
