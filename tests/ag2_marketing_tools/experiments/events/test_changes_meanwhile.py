"""What changes while a batch is being stored waits for it, and the next batch waits for what changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from running_tests import an_experiment, set_up
from sqlalchemy import Connection, delete, select

from ag2_marketing_tools.experiments import change_experiment, stop_experiment
from ag2_marketing_tools.experiments.events import IncomingEvent, Intake
from ag2_marketing_tools.privacy import ERASURES, erase_subject
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import meta, tracked_event, user_metric

Change = Callable[[Workspace], Awaitable[object]]


def event(event_id: str, user: str) -> IncomingEvent:
    """A conversion."""
    return IncomingEvent(
        event_id=event_id, experiment_id="test_1", user_id=user, metrics={"conversion": True}
    )


@pytest.fixture
async def ws(ws: Workspace) -> Workspace:
    await set_up(ws, an_experiment(), {"u1": "A", "u2": "B"})
    return ws


@asynccontextmanager
async def being_stored(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Store an event of u1 and one of u2, and commit only after the block."""
    written, may_commit = asyncio.Event(), asyncio.Event()

    async def transact_and_wait(work: Callable[[Connection], Any]) -> Any:
        async with ws.store.begin() as connection:
            result = await connection.run_sync(work)
            written.set()
            await may_commit.wait()
            return result

    with monkeypatch.context() as patched:
        patched.setattr(ws.store, "transact", transact_and_wait)
        storing = asyncio.create_task(Intake(ws).ingest([event("e1", "u1"), event("e2", "u2")]))
        await written.wait()
    try:
        yield
    finally:
        may_commit.set()
        report = await storing
    assert report.recorded == 2


async def users_in(ws: Workspace) -> set[str]:
    async with ws.store.read() as connection:
        found = [
            (await connection.execute(select(t.c.user_id))).scalars() for t in (tracked_event, user_metric)
        ]
        return {user for users in found for user in users}


@pytest.mark.parametrize("erased_before", [False, True])
async def test_a_person_who_is_erased_while_their_events_are_stored_does_not_come_back(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, *, erased_before: bool
) -> None:
    if erased_before:
        await erase_subject(ws.store, "user", "somebody")
    async with being_stored(ws, monkeypatch):
        erasure = asyncio.create_task(erase_subject(ws.store, "user", "u1", ids=ws.ids))
        await asyncio.wait({erasure}, timeout=0.3)
    assert (await erasure).values > 0
    left = await users_in(ws)
    assert "u1" not in left
    assert "u2" in left


@pytest.mark.parametrize(
    "change",
    [
        lambda ws: stop_experiment.run({"test_id": "test_1"}, ws),
        lambda ws: change_experiment.run(
            {"test_id": "test_1", "duration_days": 3, "actor": "mia", "reason": "enough"}, ws
        ),
    ],
    ids=["stopped", "shortened"],
)
async def test_a_test_is_changed_only_after_the_events_that_were_judged_by_it_are_stored(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    async with being_stored(ws, monkeypatch):
        changing = asyncio.ensure_future(change(ws))
        await asyncio.wait({changing}, timeout=0.3)
        assert not changing.done()
    await changing


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda ws: erase_subject(ws.store, "user", "u1"), "not_assigned"),
        (lambda ws: stop_experiment.run({"test_id": "test_1"}, ws), "test_stopped"),
    ],
    ids=["erased", "stopped"],
)
async def test_a_stream_of_batches_does_not_overtake_what_waits_for_one_of_them(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, change: Change, reason: str
) -> None:
    intake = Intake(ws)
    assert (await intake.ingest([event("e0", "u1")])).recorded == 1
    async with being_stored(ws, monkeypatch):
        changing = asyncio.ensure_future(change(ws))
        await asyncio.wait({changing}, timeout=0.3)
        following = asyncio.create_task(intake.ingest([event("e3", "u1")]))
        await asyncio.wait({following}, timeout=0.3)
        assert not following.done()
    await changing
    assert (await following).refused == {reason: 1}


async def test_what_counts_erasures_may_be_missing(ws: Workspace) -> None:
    intake = Intake(ws)
    for number in range(2):
        async with ws.store.begin() as connection:
            await connection.execute(delete(meta).where(meta.c.key == ERASURES))
        assert (await intake.ingest([event(f"e{number}", "u1")])).recorded == 1
