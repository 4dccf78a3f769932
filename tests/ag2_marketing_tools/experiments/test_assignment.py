"""Assigning through the store: sticky, once, refused with the reason, and nobody without an answer."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from ag2_marketing_tools.errors import Conflict, InvalidInput, NotFound
from ag2_marketing_tools.experiments import (
    Record,
    assign_variant,
    assign_variants,
    change_experiment,
    create_holdout,
    revert_to_control,
    setup_experiment,
    stop_experiment,
)
from ag2_marketing_tools.experiments.assignment import sticky
from ag2_marketing_tools.experiments.assignment.known import held_version
from ag2_marketing_tools.experiments.results import AssignedVariant, ConfiguredExperiment
from ag2_marketing_tools.workspace import FixedClock, Workspace
from ag2_marketing_tools.workspace.settings import Settings
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import assignment

VARIANTS = [
    {"name": "Control", "content": {"h1": "Old"}, "traffic_allocation": 0.5},
    {"name": "B", "content": {"h1": "New"}, "traffic_allocation": 0.5},
]
USERS = [f"user_{number}" for number in range(60)]


def later(ws: Workspace, **by: float) -> None:
    assert isinstance(ws.clock, FixedClock)
    ws.clock.advance(timedelta(**by).total_seconds())


async def set_up(ws: Workspace, **config: Any) -> ConfiguredExperiment:
    return await setup_experiment.run({"variants": VARIANTS, **config}, ws)


async def assign(
    ws: Workspace, test: ConfiguredExperiment, user: str, context: dict[str, Any] | None = None
) -> AssignedVariant:
    return await assign_variant.run({"test_id": test.test_id, "user_id": user, "context": context}, ws)


async def assigned_elsewhere(ws: Workspace, test: ConfiguredExperiment) -> str:
    """Assign a user through a store of its own, as another process would."""
    async with Workspace.open(ws.settings, clock=FixedClock(ws.clock.now())) as other:
        await assign(other, test, "late")
    return "late"


async def rows(ws: Workspace, test: ConfiguredExperiment) -> dict[str, Any]:
    async with ws.store.read() as connection:
        found = await connection.execute(select(assignment).where(assignment.c.experiment_id == test.test_id))
        return {row.user_id: row for row in found}


async def test_a_user_gets_a_variant_its_content_and_a_row(ws: Workspace) -> None:
    test = await set_up(ws)
    given = await assign(ws, test, "user_123", {"plan": "pro"})
    assert (given.status, given.reason, given.excluded) == ("assigned", None, None)
    assert given.variant_id in {variant.id for variant in test.variants}
    assert given.content == next(v.content for v in test.variants if v.id == given.variant_id)
    assert given.assignment_time == "2026-03-02T09:00:00+00:00"
    assert given.context == {"plan": "pro"}
    row = (await rows(ws, test))["user_123"]
    assert (row.variant_id, row.phase, row.excluded, row.segment) == (given.variant_id, 1, None, None)


async def test_the_same_user_again_gets_the_same_and_the_first_time_stays(ws: Workspace) -> None:
    test = await set_up(ws)
    first = await assign(ws, test, "user_123")
    later(ws, days=3)
    assert await assign(ws, test, "user_123") == first
    assert len(await rows(ws, test)) == 1


async def test_pitfall_12_changed_weights_move_nobody_and_hold_for_those_who_come_after(
    ws: Workspace,
) -> None:
    test = await set_up(ws)
    before = {user: (await assign(ws, test, user)).variant_id for user in USERS}
    later(ws, hours=1)
    changed = {"weights": {"Control": 0, "B": 1}, "actor": "ana", "reason": "ship it slowly"}
    await change_experiment.run({"test_id": test.test_id, **changed}, ws)
    assert {user: (await assign(ws, test, user)).variant_id for user in USERS} == before
    b = test.variants[1].id
    assert {(await assign(ws, test, f"new_{number}")).variant_id for number in range(20)} == {b}
    phases = Counter(row.phase for row in (await rows(ws, test)).values())
    assert phases == {1: 60, 2: 20}


async def test_a_smaller_coverage_takes_fewer_new_users_and_moves_nobody(ws: Workspace) -> None:
    test = await set_up(ws)
    before = {user: (await assign(ws, test, user)).variant_id for user in USERS}
    changed = {"coverage": 0.01, "actor": "ana", "reason": "careful"}
    await change_experiment.run({"test_id": test.test_id, **changed}, ws)
    assert {user: (await assign(ws, test, user)).variant_id for user in USERS} == before
    reasons = [(await assign(ws, test, f"new_{number}")).reason for number in range(40)]
    assert reasons.count("coverage") > 30


async def test_a_row_wins_over_the_hash(ws: Workspace) -> None:
    """Users of a test that came from elsewhere keep what they saw there."""
    test = await set_up(ws)
    b = test.variants[1].id
    async with ws.store.begin() as connection:
        await connection.execute(
            insert(assignment),
            [
                {
                    "experiment_id": test.test_id,
                    "user_id": user,
                    "variant_id": b,
                    "phase": 1,
                    "assigned_at": ws.clock.now(),
                }
                for user in USERS
            ],
        )
    assert {(await assign(ws, test, user)).variant_id for user in USERS} == {b}


async def test_many_at_once_get_one_variant_and_one_row(ws: Workspace) -> None:
    test = await set_up(ws)
    given = await asyncio.gather(*(assign(ws, test, "user_123") for _ in range(12)))
    assert len({one.variant_id for one in given}) == 1
    assert len(await rows(ws, test)) == 1


PROCESS = """
import asyncio, json, sys
from ag2_marketing_tools.experiments import assign_variant
from ag2_marketing_tools.workspace import Settings, Workspace

async def main(home, test_id):
    async with Workspace.open(Settings(_env_file=None, home=home)) as ws:
        found = {}
        for number in range(40):
            arguments = {"test_id": test_id, "user_id": f"user_{number}"}
            found[arguments["user_id"]] = (await assign_variant.run(arguments, ws)).variant_id
        print(json.dumps(found))

asyncio.run(main(*sys.argv[1:]))
"""


async def test_two_processes_at_once_give_one_variant_to_each_user(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, home=tmp_path / "home")
    async with Workspace.open(settings) as ws:
        test = await set_up(ws)
        command = (sys.executable, "-c", PROCESS, str(tmp_path / "home"), test.test_id)
        processes = [
            await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE) for _ in range(2)
        ]
        one, other = [json.loads((await process.communicate())[0]) for process in processes]
        assert one == other
        assert {user: row.variant_id for user, row in (await rows(ws, test)).items()} == one


async def test_an_unknown_test_is_refused(ws: Workspace) -> None:
    with pytest.raises(NotFound, match="There is no test 'test_x'"):
        await assign_variant.run({"test_id": "test_x", "user_id": "user_1"}, ws)


async def test_a_stopped_test_is_refused_also_for_those_who_were_in_it(ws: Workspace) -> None:
    test = await set_up(ws)
    await assign(ws, test, "user_1")
    await stop_experiment.run({"test_id": test.test_id}, ws)
    for user in ("user_1", "user_2"):
        with pytest.raises(Conflict, match="was stopped; nobody is assigned any more"):
            await assign(ws, test, user)


async def test_a_test_that_has_not_begun_says_when_it_does(ws: Workspace) -> None:
    test = await set_up(ws, start_time="2026-03-09T10:00:00+01:00")
    with pytest.raises(Conflict, match=r"begins at 2026-03-09T09:00:00\+00:00"):
        await assign(ws, test, "user_1")
    later(ws, days=7)
    assert (await assign(ws, test, "user_1")).status == "assigned"


async def test_past_the_planned_end_who_is_in_stays_and_nobody_new_is_taken(ws: Workspace) -> None:
    test = await set_up(ws, duration_days=7)
    first = await assign(ws, test, "user_1")
    later(ws, days=7)
    assert await assign(ws, test, "user_1") == first
    new = await assign(ws, test, "user_2")
    assert (new.status, new.reason, new.variant_id) == ("not_in_test", "ended", test.variants[0].id)
    assert "user_2" not in await rows(ws, test)


async def test_after_a_revert_everybody_is_shown_the_control(ws: Workspace) -> None:
    test = await set_up(ws)
    for user in USERS:
        await assign(ws, test, user)
    async with ws.store.begin() as connection:
        record = Record(ws.ids, ws.clock.now(), "ana", "errors in checkout")
        control = await revert_to_control(connection, test.test_id, record)
        assert await revert_to_control(connection, test.test_id, record) == control
    for user in (*USERS, "new"):
        given = await assign(ws, test, user)
        assert (given.variant_id, given.reason) == (control.id, "reverted")
        assert given.content == {"h1": "Old"}


@pytest.mark.parametrize(
    "user", ["", " ", "user_1 ", "\tuser", "a\nb", "a\x00b", "x" * 257, 7, None, "\ud800"]
)
async def test_ids_that_are_none_are_refused(workspace: Workspace, user: Any) -> None:
    test = await set_up(workspace)
    with pytest.raises(InvalidInput, match="user_id"):
        await assign_variant.run({"test_id": test.test_id, "user_id": user}, workspace)


@pytest.mark.parametrize("context", ["DE", ["DE"], {"x": {1}}, {"x": float("nan")}, {"x": "y" * 9000}])
async def test_a_context_that_is_no_small_json_object_is_refused(workspace: Workspace, context: Any) -> None:
    test = await set_up(workspace)
    with pytest.raises(InvalidInput, match="context"):
        await assign_variant.run(
            {"test_id": test.test_id, "user_id": "user_1", "context": context}, workspace
        )


async def test_ids_of_every_script_are_taken(ws: Workspace) -> None:
    test = await set_up(ws)
    for user in ("Zoë Müller", "用户-7", "anna@example.org", "0"):
        assert (await assign(ws, test, user)).status == "assigned"


async def test_whom_the_test_is_not_for_is_shown_the_control_and_not_stored(ws: Workspace) -> None:
    test = await set_up(ws, targeting={"country": {"in": ["DE", "AT"]}})
    assert (await assign(ws, test, "user_1", {"country": "DE"})).status == "assigned"
    for user, context in (("user_2", {"country": "FR"}), ("user_3", {}), ("user_4", None)):
        given = await assign(ws, test, user, context)
        assert (given.status, given.reason, given.assignment_time) == ("not_in_test", "targeting", None)
        assert (given.is_control, given.content) == (True, {"h1": "Old"})
    assert set(await rows(ws, test)) == {"user_1"}


async def test_of_the_context_only_what_the_test_reads_is_kept(ws: Workspace) -> None:
    test = await set_up(ws, targeting={"country": "DE"}, segment="device")
    context = {"country": "DE", "device": "phone", "email": "anna@example.org"}
    assert (await assign(ws, test, "user_1", context)).context == context
    row = (await rows(ws, test))["user_1"]
    assert (row.context, row.segment) == ({"country": "DE", "device": "phone"}, "phone")


async def test_pitfall_17_bots_are_assigned_and_marked_by_what_was_known_before(ws: Workspace) -> None:
    test = await set_up(ws)
    bot = {"user_agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
    person = {"user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    assert (await assign(ws, test, "user_1", bot)).excluded == "bot"
    assert (await assign(ws, test, "user_2", person)).excluded is None
    found = await rows(ws, test)
    assert (found["user_1"].excluded, found["user_2"].excluded) == ("bot", None)


async def test_no_user_is_in_two_tests_of_a_layer(ws: Workspace) -> None:
    tests = [await set_up(ws, layer="pricing", layer_share=share) for share in (0.4, 0.6)]
    for user in USERS:
        given = [await assign(ws, test, user) for test in tests]
        assert sorted(one.status for one in given) == ["assigned", "not_in_test"]
        assert {one.reason for one in given} == {None, "layer"}


async def test_a_holdouts_users_are_in_no_test_that_respects_it(ws: Workspace) -> None:
    await create_holdout.run({"name": "q1", "share": 0.3}, ws)
    tests = [await set_up(ws, holdout="q1") for _ in range(2)]
    free = await set_up(ws)
    held = [{user for user in USERS if (await assign(ws, test, user)).reason == "holdout"} for test in tests]
    assert held[0] == held[1]
    assert 5 < len(held[0]) < 35
    assert {(await assign(ws, free, user)).status for user in held[0]} == {"assigned"}


async def test_a_stop_is_seen_by_whoever_assigned_before(ws: Workspace) -> None:
    """The memory of tests is per version: another connection's change is seen at once."""
    test = await set_up(ws)
    await assign(ws, test, "user_1")
    other = replace(ws, store=await Store.open(ws.settings, clock=ws.clock))
    await stop_experiment.run({"test_id": test.test_id}, other)
    await other.store.aclose()
    with pytest.raises(Conflict, match="was stopped"):
        await assign(ws, test, "user_1")


async def test_a_stop_waits_for_those_who_are_being_seated(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = await set_up(ws)
    seating, go_on = threading.Event(), threading.Event()

    def held(connection: Connection, test_id: str) -> int | None:
        version = held_version(connection, test_id)
        seating.set()
        go_on.wait(10)
        return version

    monkeypatch.setattr(sticky, "held_version", held)
    # On PostgreSQL, who waits within a transaction keeps the event loop busy: it has one of its own.
    seated = asyncio.create_task(asyncio.to_thread(asyncio.run, assigned_elsewhere(ws, test)))
    await asyncio.to_thread(seating.wait, 10)
    stopping = asyncio.create_task(stop_experiment.run({"test_id": test.test_id}, ws))
    await asyncio.sleep(0.3)
    assert not stopping.done()
    go_on.set()
    assert await seated == "late"
    await stopping
    assert list(await rows(ws, test)) == ["late"]


async def test_many_users_at_once_get_what_each_would_get_alone(ws: Workspace) -> None:
    test = await set_up(ws, targeting={"country": {"exists": True}}, coverage=0.9)
    known = await assign(ws, test, "user_3", {"country": "DE"})
    people: list[Any] = [{"user_id": user, "context": {"country": "DE"}} for user in (*USERS, "user_0")]
    given = await assign_variants.run({"test_id": test.test_id, "users": [*people, "stranger"]}, ws)
    assert [one.user_id for one in given.assignments] == [*USERS, "stranger"]
    assert given.assignments[3].variant_id == known.variant_id
    assert given.assignments[-1].reason == "targeting"
    for one in given.assignments:
        alone = await assign(ws, test, one.user_id, {"country": "DE"} if one.user_id in USERS else None)
        assert (one.status, one.variant_id, one.reason) == (alone.status, alone.variant_id, alone.reason)
    assert sum(variant.users for variant in given.in_variants) + given.not_in_test == len(USERS) + 1
    assert len(await rows(ws, test)) == sum(variant.users for variant in given.in_variants)


async def test_two_calls_of_many_at_once_agree(ws: Workspace) -> None:
    test = await set_up(ws)
    arguments = [
        {"test_id": test.test_id, "users": users} for users in (USERS, USERS[::-1], USERS[10:], USERS[:50])
    ]
    given = await asyncio.gather(*(assign_variants.run(asked, ws) for asked in arguments))
    stored = {user: row.variant_id for user, row in (await rows(ws, test)).items()}
    for one in given:
        assert all(stored[user.user_id] == user.variant_id for user in one.assignments)
    assert len(stored) == len(USERS)


@pytest.mark.parametrize("users", [[], ["user_1", ""], "user_1", [{"id": "user_1"}], ["x"] * 10_001])
async def test_a_list_that_is_none_is_refused(workspace: Workspace, users: Any) -> None:
    test = await set_up(workspace)
    with pytest.raises(InvalidInput, match="users"):
        await assign_variants.run({"test_id": test.test_id, "users": users}, workspace)
    assert not await rows(workspace, test)
