"""The tools by which a person deals with what monitors found. Nothing of it changes anybody's care by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from ag2_marketing_tools.marks import health, personal, unit
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.todos import StoredTodo, TodoState, find_todos, settle


class ListTodos(Params):
    """Which to-dos."""

    monitor: str | None = Field(default=None, max_length=100, description="Only this monitor's.")
    state: Literal["open", "done", "cleared", "all"] = Field(
        default="open", description="`cleared`: its matter is no longer found."
    )
    subject_kind: str | None = Field(default=None, max_length=100, description="Only those of such subjects.")
    subject: Annotated[str | None, personal(description="Only those of this subject, by its id.")] = None
    limit: int = Field(
        default=100, ge=1, le=10_000, description="At most so many, the longest-standing first."
    )


class Todo(Result):
    """One matter for a person to deal with."""

    id: str
    monitor: str
    kind: str = Field(description="alert, risk, action, training, …")
    subject_kind: str
    subject: Annotated[str, personal()]
    topic: str
    text: str
    finding: dict[str, Any] = Field(description="The last finding with its figures, as its class answered.")
    state: TodoState
    rounds: Annotated[int, unit("count")] = Field(description="How many rounds have found it.")
    first_seen_at: datetime
    last_seen_at: datetime
    changed_at: datetime = Field(description="When its state last changed.")


class CareTodo(Todo):
    """One that tells of somebody's health or care."""

    topic: Annotated[str, health()]
    text: Annotated[str, health()]
    finding: Annotated[dict[str, Any], health()]


class TodoList(Result):
    """To-dos, those that tell of somebody's health or care apart."""

    todos: list[Todo]
    care_todos: list[CareTodo]
    more: bool = Field(description="Whether there are further ones beyond the limit.")


class SettleTodo(Params):
    """Which to-do, and how it stands."""

    todo_id: str = Field(min_length=1, max_length=100)
    state: Literal["done", "open"] = Field(default="done", description="`open` opens it again.")


class SettledTodo(Result):
    """A to-do after a person dealt with it."""

    id: str
    state: TodoState
    changed_at: datetime


@tool(family="monitors")
async def list_todos(params: ListTodos, ws: Workspace) -> TodoList:
    """List what monitors found for a person to deal with: alerts, risks, actions, trainings, adjustments."""
    found = await find_todos(
        ws.store,
        monitor=params.monitor,
        state=None if params.state == "all" else params.state,
        subject_kind=params.subject_kind,
        subject_id=params.subject,
        limit=params.limit + 1,
    )
    shown = found[: params.limit]
    return TodoList(
        todos=[Todo(**_values(one)) for one in shown if not one.sensitive],
        care_todos=[CareTodo(**_values(one)) for one in shown if one.sensitive],
        more=len(found) > params.limit,
    )


@tool(family="monitors", effect="writes")
async def settle_todo(params: SettleTodo, ws: Workspace) -> SettledTodo:
    """Mark a to-do as done, or open it again; done stays done until its matter was gone and comes back."""
    changed = await settle(ws.store, params.todo_id, state=params.state)
    return SettledTodo(id=changed.id, state=changed.state, changed_at=changed.changed_at)


def _values(one: StoredTodo) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in Todo.model_fields if name != "subject"}
    return {**values, "subject": one.subject_id}
