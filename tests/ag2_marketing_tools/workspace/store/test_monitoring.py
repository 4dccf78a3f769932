"""A monitor is run by one process at a time, and what it finds becomes one to-do for a matter."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW

from ag2_marketing_tools.errors import Conflict, NotFound
from ag2_marketing_tools.privacy import erase_subject, export_subject
from ag2_marketing_tools.workspace import FixedClock, RandomIds, SequentialIds, Settings
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.monitoring import (
    Claimed,
    Finished,
    Waiting,
    claim,
    find_rounds,
    finish,
    renew,
)
from ag2_marketing_tools.workspace.store.todos import Changes, Found, find_todos, settle

NAME = "caregivers"
LEASE_S = 600.0
ANNA, BEN, CARL = ("caregiver", "anna"), ("caregiver", "ben"), ("caregiver", "carl")
IDS = SequentialIds()


def risk(subject: tuple[str, str] = ANNA, topic: str = "late", value: float = 80.0) -> Found:
    return Found(
        subject_kind=subject[0],
        subject_id=subject[1],
        kind="risk",
        topic=topic,
        text=f"On time: {value}",
        finding={"value": value},
        sensitive=False,
    )


async def claimed(store: Store, *, only_when_due: bool = False) -> Claimed:
    got = await claim(store, NAME, ids=IDS, lease_s=LEASE_S, only_when_due=only_when_due)
    assert isinstance(got, Claimed), got
    return got


async def a_round(store: Store, *found: Found, **given: Any) -> Changes:
    """Run a round that looked at Anna and Ben, unless told otherwise, a day after the one before."""
    assert isinstance(store.clock, FixedClock)
    ours = await claimed(store)
    ended = Finished(**{"state": "completed", "looked": (ANNA, BEN), "found": found, **given})
    changes = await finish(store, NAME, ours, ended, ids=IDS, due_at=None)
    store.clock.advance(86_400)
    return changes


async def states(store: Store) -> dict[str, str]:
    return {each.topic: each.state for each in await find_todos(store, state=None)}


# One process at a time


async def test_a_monitor_is_claimed_by_one_of_many_that_ask_at_once(
    store: Store, store_settings: Settings
) -> None:
    others = [await Store.open(store_settings, clock=store.clock) for _ in range(4)]
    asked = [claim(each, NAME, ids=RandomIds(), lease_s=LEASE_S, only_when_due=True) for each in others]
    answers = await asyncio.gather(*asked)
    for each in others:
        await each.aclose()
    assert sum(isinstance(each, Claimed) for each in answers) == 1
    waiting = [each for each in answers if isinstance(each, Waiting)]
    assert waiting == [Waiting(NOW + timedelta(seconds=LEASE_S), running=True)] * 3
    assert [each.state for each in await find_rounds(store)] == ["running"]


async def test_the_next_round_waits_for_its_time_unless_a_person_asks(store: Store) -> None:
    due = NOW + timedelta(days=1)
    await finish(store, NAME, await claimed(store), Finished(state="completed"), ids=IDS, due_at=due)
    answer = await claim(store, NAME, ids=IDS, lease_s=LEASE_S, only_when_due=True)
    assert answer == Waiting(due, running=False)
    assert await claimed(store, only_when_due=False)


async def test_monitors_do_not_wait_for_each_other(store: Store) -> None:
    await claimed(store)
    other = await claim(store, "peers", ids=IDS, lease_s=LEASE_S, only_when_due=True)
    assert isinstance(other, Claimed)


async def test_a_process_that_gave_no_sign_of_life_is_replaced_and_writes_nothing(store: Store) -> None:
    assert isinstance(store.clock, FixedClock)
    dead = await claimed(store)
    store.clock.advance(LEASE_S)
    living = await claimed(store)
    for late in (
        renew(store, NAME, dead, lease_s=LEASE_S),
        finish(store, NAME, dead, Finished(state="completed", found=[risk()]), ids=IDS, due_at=None),
    ):
        with pytest.raises(Conflict, match="is given up"):
            await late
    assert await find_todos(store) == []
    newest, lost = await find_rounds(store)
    assert (newest.id, newest.state) == (living.round_id, "running")
    assert (lost.id, lost.state) == (dead.round_id, "lost")
    assert lost.reason is not None


async def test_a_sign_of_life_makes_the_lease_last(store: Store) -> None:
    assert isinstance(store.clock, FixedClock)
    ours = await claimed(store)
    store.clock.advance(LEASE_S - 1)
    await renew(store, NAME, ours, lease_s=LEASE_S)
    store.clock.advance(LEASE_S - 1)
    answer = await claim(store, NAME, ids=IDS, lease_s=LEASE_S, only_when_due=False)
    assert isinstance(answer, Waiting)


async def test_a_round_during_which_a_subject_is_erased_writes_nothing_and_may_be_run_again(
    store: Store,
) -> None:
    ours = await claimed(store)
    await erase_subject(store, "caregiver", "anna")
    with pytest.raises(Conflict, match="a subject was erased meanwhile"):
        await finish(store, NAME, ours, Finished(state="completed", found=[risk()]), ids=IDS, due_at=None)
    assert await find_todos(store) == []
    again = await claimed(store, only_when_due=True)
    newest, oldest = sorted(await find_rounds(store), key=lambda each: each.state)[::-1]
    assert (newest.id, newest.state) == (again.round_id, "running")
    assert (oldest.state, oldest.reason) == ("lost", "A subject was erased meanwhile.")


# What a round leaves behind


async def test_a_round_is_stored_with_its_failures_and_what_it_found_by_kind(store: Store) -> None:
    reason = "Nothing was observed of this caregiver."
    await a_round(
        store,
        risk(),
        risk(BEN),
        risk(topic="incidents"),
        state="partial",
        failures={CARL: reason},
    )
    (stored,) = await find_rounds(store, NAME)
    assert (stored.state, stored.subjects, stored.failed) == ("partial", 3, 1)
    assert stored.found == {"risk": 3}
    assert stored.open_todos == 3
    assert stored.failures == [("caregiver", "carl", reason)]
    assert (stored.started_at, stored.ended_at) == (NOW, NOW)
    assert stored.changes is not None
    assert len(stored.changes["opened"]) == 3


async def test_rounds_come_newest_first_and_of_one_monitor(store: Store) -> None:
    for _ in range(3):
        await a_round(store)
    rounds = await find_rounds(store, NAME, limit=2)
    assert [each.started_at for each in rounds] == [NOW + timedelta(days=2), NOW + timedelta(days=1)]
    assert await find_rounds(store, "peers") == []


# To-dos


async def test_a_matter_is_one_todo_however_many_rounds_see_it(store: Store) -> None:
    first = await a_round(store, risk(value=80.0))
    second = await a_round(store, risk(value=78.5))
    assert (len(first.opened), second.opened, second.reopened, second.cleared) == (1, [], [], [])
    (one,) = await find_todos(store, monitor=NAME)
    assert (one.rounds, one.first_seen_at, one.last_seen_at) == (2, NOW, NOW + timedelta(days=1))
    assert (one.finding, one.text) == ({"value": 78.5}, "On time: 78.5")


async def test_what_is_no_longer_found_is_cleared_and_comes_back_as_the_same_todo(store: Store) -> None:
    opened = (await a_round(store, risk())).opened
    gone = await a_round(store)
    assert (gone.cleared, gone.open_todos) == (opened, 0)
    assert (await a_round(store)).cleared == []
    back = await a_round(store, risk())
    assert (back.reopened, back.opened, back.open_todos) == (opened, [], 1)


async def test_what_a_person_has_done_stays_done_until_it_was_gone(store: Store) -> None:
    (id_,) = (await a_round(store, risk())).opened
    assert (await settle(store, id_)).state == "done"
    await a_round(store, risk())
    assert await states(store) == {"late": "done"}
    await a_round(store)
    assert (await a_round(store, risk())).reopened == [id_]
    assert await states(store) == {"late": "open"}


async def test_of_a_subject_that_failed_or_was_not_reached_nothing_is_cleared(store: Store) -> None:
    await a_round(store, risk(ANNA, "a"), risk(BEN, "b"))
    await a_round(store, state="partial", looked=[ANNA], failures={BEN: "broken"})
    assert await states(store) == {"a": "cleared", "b": "open"}
    await a_round(store, state="stopped", looked=[ANNA], unreached=[BEN])
    await a_round(store, state="failed", looked=[], reason="The list of caregivers could not be had.")
    assert await states(store) == {"a": "cleared", "b": "open"}


async def test_what_is_known_of_a_subject_who_has_left_is_cleared(store: Store) -> None:
    await a_round(store, risk(CARL), looked=[CARL])
    await a_round(store)
    assert await states(store) == {"late": "cleared"}


async def test_monitors_keep_their_todos_apart(store: Store) -> None:
    await a_round(store, risk())
    other = await claim(store, "peers", ids=IDS, lease_s=LEASE_S, only_when_due=False)
    assert isinstance(other, Claimed)
    await finish(store, "peers", other, Finished(state="completed", looked=[ANNA]), ids=IDS, due_at=None)
    assert await states(store) == {"late": "open"}


async def test_the_same_matter_twice_in_a_round_is_one(store: Store) -> None:
    assert len((await a_round(store, risk(value=1.0), risk(value=2.0))).opened) == 1


async def test_a_todo_that_is_not_there_cannot_be_settled(store: Store) -> None:
    with pytest.raises(NotFound, match="no to-do 'x'"):
        await settle(store, "x")


async def test_a_person_is_given_and_erased_what_monitors_hold_of_them(store: Store) -> None:
    await a_round(store, risk(ANNA), risk(BEN), failures={CARL: "carl is unknown"}, state="partial")
    exported = await export_subject(store, "caregiver", "anna")
    assert [row["finding"] for row in exported["todo"]] == [{"value": 80.0}]
    assert (await erase_subject(store, "caregiver", "anna")).records == 1
    assert (await erase_subject(store, "caregiver", "carl")).records == 1
    assert [each.subject_id for each in await find_todos(store)] == ["ben"]
    (stored,) = await find_rounds(store)
    assert stored.failures == []
    assert "carl" not in str(stored)
