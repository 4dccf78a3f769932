"""Monitors in plain text: the list, a round, the history, and the to-dos."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ag2_marketing.cli.layout import item, wrapped
from ag2_marketing.cli.words import moment
from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.monitors.words import round_state, todo_kind

if TYPE_CHECKING:
    from ag2_marketing.monitor import Ran
    from ag2_marketing_tools.monitors.rounds import MonitorRound, MonitorRounds
    from ag2_marketing_tools.monitors.todos import SettledTodo, Todo, TodoList


def listed(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield each monitor: its name, how often it runs, what it looks at, and its last round."""
    for one in entries:
        yield f"{one['name']:<14} {one['every']:>4}  {one['about']}"
        if one["last_state"] is None:
            continue
        last = say(
            "Last round {at}: {state}; {todos} open.",
            at=moment(one["last_started_at"]),
            state=round_state(one["last_state"]),
            todos=count_of(one["open_todos"] or 0, "to-do"),
        )
        yield f"{'':<20} {last}"


def ran(event: Ran) -> Iterator[str]:
    """Yield what a round did, and what failed."""
    ended, changes = event.finished, event.changes
    yield say(
        "{monitor}: {state}. {looked} looked at, {failed} failed; {new} new, {back} back, {gone} gone, {open} open.",
        monitor=event.monitor,
        state=round_state(ended.state),
        looked=count_of(len(ended.looked), "subject"),
        failed=len(ended.failures),
        new=len(changes.opened),
        back=len(changes.reopened),
        gone=len(changes.cleared),
        open=changes.open_todos,
    )
    if ended.reason:
        yield from wrapped(ended.reason, "  ")
    for (kind, id), reason in ended.failures.items():
        yield from item(f"{kind} {id}: {reason}")


def rounds(found: MonitorRounds) -> Iterator[str]:
    """Yield the rounds, newest first."""
    if not found.rounds:
        yield say("No round was run yet.")
    for one in found.rounds:
        yield f"{moment(one.started_at.isoformat())}  {one.monitor}: {round_state(one.state)}"
        if one.reason:
            yield from wrapped(one.reason, "  ")
        if one.subjects is not None:
            yield f"  {_counts(one)}"
        for failure in one.failures:
            yield from item(f"{failure.subject_kind} {failure.subject}: {failure.reason}")


def _counts(one: MonitorRound) -> str:
    return say(
        "{looked}, {failed} failed; {new} new, {back} back, {gone} gone, {open} open.",
        looked=count_of(one.subjects or 0, "subject"),
        failed=len(one.failures),
        new=len(one.opened or ()),
        back=len(one.reopened or ()),
        gone=len(one.cleared or ()),
        open=one.open_todos or 0,
    )


def todos(found: TodoList) -> Iterator[str]:
    """Yield the to-dos, each with its id."""
    every = [*found.todos, *found.care_todos]
    if not every:
        yield say("Nothing is open.")
    for one in every:
        yield _heading(one)
        yield from wrapped(one.text, "  ")
    if found.more:
        yield say("There are more; --limit shows more of them.")


def _heading(one: Todo) -> str:
    since = say(
        "since {at}, {rounds}", at=moment(one.first_seen_at.isoformat()), rounds=count_of(one.rounds, "round")
    )
    return f"{one.id}  {todo_kind(one.kind)}, {one.subject_kind} {one.subject} ({one.monitor}; {since})"


def settled(changed: SettledTodo) -> Iterator[str]:
    """Yield how a to-do stands now."""
    yield say("The to-do {id} is done.", id=changed.id)
