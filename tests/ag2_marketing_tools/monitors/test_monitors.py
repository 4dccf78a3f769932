"""Rounds and to-dos as tools give them: to a person with names, to a model with pseudonyms and without health data."""

from __future__ import annotations

import json

import pytest
from conftest import NOW

from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.monitors import list_rounds, list_todos, settle_todo
from ag2_marketing_tools.privacy import for_audience
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace import FixedClock, Workspace
from ag2_marketing_tools.workspace.store.monitoring import Claimed, Finished, claim, finish
from ag2_marketing_tools.workspace.store.todos import Found

ANNA, KIM = ("caregiver", "anna-secret"), ("client", "kim-secret")


def found(subject: tuple[str, str], kind: str, topic: str, *, sensitive: bool = False) -> Found:
    return Found(
        subject_kind=subject[0],
        subject_id=subject[1],
        kind=kind,
        topic=topic,
        text=f"{topic} is 61 %.",
        finding={"value": 61.0},
        sensitive=sensitive,
    )


@pytest.fixture
async def rounds(ws: Workspace, clock: FixedClock) -> Workspace:
    """A round of each of two monitors, a day apart; in the second one subject failed."""
    for name, matters, failures in (
        ("caregivers", [found(ANNA, "risk", "late"), found(ANNA, "training", "notes")], {}),
        ("clients", [found(KIM, "adjustment", "pain", sensitive=True)], {ANNA: "anna-secret is unknown."}),
    ):
        claimed = await claim(ws.store, name, ids=ws.ids, lease_s=60, only_when_due=False)
        assert isinstance(claimed, Claimed)
        ended = Finished(
            state="partial" if failures else "completed", looked=[KIM], failures=failures, found=matters
        )
        await finish(ws.store, name, claimed, ended, ids=ws.ids, due_at=None)
        clock.advance(86_400)
    return ws


def as_a_model_sees(result: Result, ws: Workspace) -> str:
    seen = for_audience(result, audience="model", settings=ws.settings, key=ws.store.pseudonym_key)
    return json.dumps(seen)


async def test_rounds_tell_what_failed_and_what_changed(rounds: Workspace) -> None:
    newest, oldest = (await list_rounds.run({}, rounds)).rounds
    assert (newest.monitor, newest.state, newest.subjects, newest.found) == (
        "clients",
        "partial",
        2,
        {"adjustment": 1},
    )
    assert [(one.subject, one.reason) for one in newest.failures] == [
        ("anna-secret", "anna-secret is unknown.")
    ]
    assert (oldest.found, oldest.cleared, oldest.open_todos) == ({"risk": 1, "training": 1}, [], 2)
    assert oldest.opened == ["todo_1", "todo_2"]
    assert (oldest.started_at, oldest.ended_at) == (NOW, NOW)
    only = await list_rounds.run({"monitor": "caregivers", "limit": 1}, rounds)
    assert [one.id for one in only.rounds] == [oldest.id]


async def test_todos_that_tell_of_health_are_listed_apart(rounds: Workspace) -> None:
    every = await list_todos.run({}, rounds)
    assert [(one.kind, one.subject, one.text) for one in every.todos] == [
        ("risk", "anna-secret", "late is 61 %."),
        ("training", "anna-secret", "notes is 61 %."),
    ]
    assert [(one.kind, one.finding) for one in every.care_todos] == [("adjustment", {"value": 61.0})]
    assert every.more is False


async def test_todos_are_narrowed_and_limited(rounds: Workspace) -> None:
    first = await list_todos.run({"limit": 1}, rounds)
    assert (len(first.todos), first.more) == (1, True)
    of_kim = await list_todos.run({"subject_kind": "client", "subject": "kim-secret"}, rounds)
    assert (of_kim.todos, [one.monitor for one in of_kim.care_todos]) == ([], ["clients"])
    assert (await list_todos.run({"monitor": "peers"}, rounds)).todos == []


async def test_a_model_sees_neither_names_nor_health(rounds: Workspace) -> None:
    for result in (await list_todos.run({}, rounds), await list_rounds.run({}, rounds)):
        seen = as_a_model_sees(result, rounds)
        assert "secret" not in seen
        assert "person-" in seen
    todos = as_a_model_sees(await list_todos.run({}, rounds), rounds)
    assert "late is 61 %." in todos
    assert "pain" not in todos


async def test_a_todo_is_done_and_opened_again(rounds: Workspace) -> None:
    done = await settle_todo.run({"todo_id": "todo_1"}, rounds)
    assert (done.state, done.changed_at) == ("done", rounds.clock.now())
    assert [one.id for one in (await list_todos.run({}, rounds)).todos] == ["todo_2"]
    assert [one.id for one in (await list_todos.run({"state": "done"}, rounds)).todos] == ["todo_1"]
    assert len((await list_todos.run({"state": "all"}, rounds)).todos) == 2
    await settle_todo.run({"todo_id": "todo_1", "state": "open"}, rounds)
    assert len((await list_todos.run({}, rounds)).todos) == 2


async def test_what_is_none_is_refused(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="no to-do 'x'"):
        await settle_todo.run({"todo_id": "x"}, workspace)
    for arguments in ({"state": "lost"}, {"limit": 0}, {"monitor": 7}):
        with pytest.raises(InvalidInput):
            await list_todos.run(arguments, workspace)
    assert settle_todo.effect == "writes"
