"""A round looks at every subject, survives those that fail, and leaves to-dos; nothing half-written stays."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from conftest import NOW

from ag2_marketing import ClientOutcomeTracker
from ag2_marketing.monitor import MONITORS, Monitor, Ran, monitor_named, run_round
from ag2_marketing.monitor.findings import Finding, findings, text_of, topic_of
from ag2_marketing.monitor.rounds import LEASE_S
from ag2_marketing_tools.errors import Conflict, InvalidInput, MarketingError, NotFound, StoreError
from ag2_marketing_tools.workspace import FixedClock, Workspace
from ag2_marketing_tools.workspace.store.monitoring import Waiting, claim, find_rounds
from ag2_marketing_tools.workspace.store.schema import subject
from ag2_marketing_tools.workspace.store.subjects import Subject, save_subjects
from ag2_marketing_tools.workspace.store.todos import find_todos

EVERY_S = 3_600.0
NAMES = ("anna", "ben", "carl")
Look = Callable[[Workspace, str, str], Awaitable[list[Finding]]]


def toy(look: Look, *, names: tuple[str, ...] = NAMES) -> Monitor:
    """A monitor of three caregivers that looks as it is told."""

    async def subjects(_: Workspace) -> list[tuple[str, str]]:
        return [("caregiver", name) for name in names]

    return Monitor("toy", lambda: "A toy.", 3_600, subjects, look)


def late(id: str) -> Finding:
    return Finding("risk", "late", f"{id} is late", {"value": 80.0})


async def once(monitor: Monitor, ws: Workspace, **given: object) -> Ran:
    ran = await run_round(monitor, ws, every_s=EVERY_S, **given)  # type: ignore[arg-type]
    assert isinstance(ran, Ran)
    return ran


async def run(name: str, ws: Workspace) -> Counter[tuple[str, str]]:
    """Run a real monitor, and count its open to-dos by subject and kind."""
    ran = await once(MONITORS[name], ws)
    assert (ran.finished.state, ran.finished.reason) == ("completed", None), ran.finished.failures
    return Counter((each.subject_id, each.kind) for each in await find_todos(ws.store, monitor=name))


# The real monitors


async def test_performance_opens_alerts_and_actions(company: Workspace) -> None:
    # bounce rate 60 percent of visits against 35
    assert await run("performance", company) == {("acme", "alert"): 1, ("acme", "action"): 1}


async def test_competitive_opens_risks_and_actions(company: Workspace) -> None:
    # 16 of 100 mails opened, the average 21.5; figures of locations are of another table
    assert await run("competitive", company) == {("acme", "risk"): 1, ("acme", "action"): 1}


async def test_industry_opens_strategies(company: Workspace) -> None:
    assert set(await run("industry", company)) == {("acme", "action")}


async def test_home_care_looks_at_each_location(company: Workspace) -> None:
    # 70 percent at the hill against 82; 93 at the lake leads
    assert await run("home-care", company) == {("hill", "action"): 1}


async def test_caregivers_opens_risks_and_trainings_of_whom_they_concern(company: Workspace) -> None:
    # medication accuracy 80 percent of one caregiver, 97 of the others
    found = await run("caregivers", company)
    assert {who for who, _ in found} == {"c0"}
    assert {kind for _, kind in found} == {"risk", "training"}


async def test_peers_recognises_the_best_and_develops_who_lags(company: Workspace) -> None:
    found = await run("peers", company)
    assert [who for who, kind in found if kind == "recognition"] == ["c1"]
    assert found["c0", "development"] >= 1
    assert found["c0", "action"] >= 1


async def test_specialties_looks_at_those_who_have_one(company: Workspace) -> None:
    found = await run("specialties", company)
    assert found == {(f"c{n}", kind): 1 for n in range(6) for kind in ("action", "training")}


async def test_interventions_adjusts_what_misses_its_criteria_and_marks_it_as_care(
    company: Workspace,
) -> None:
    # agitation is reduced for 60 percent of the clients of c0, for 95 of those of c1; 85 are asked for
    assert set(await run("interventions", company)) == {("c0", "adjustment"), ("c0", "training")}
    assert all(each.sensitive for each in await find_todos(company.store))


async def test_clients_brings_what_care_plans_need_to_a_person(company: Workspace) -> None:
    tracker = ClientOutcomeTracker(workspace=company)
    seldom = {"adherence_percent": 30, "responded_at": (NOW - timedelta(days=2)).isoformat()}
    await tracker.track_intervention_response("k0", "walking", seldom)
    async with company.store.begin() as connection:
        await save_subjects(connection, [Subject(kind="client", id="new", location="hill")], NOW)
    found = await run("clients", company)  # of the new one nothing is known: there is nothing to look at
    assert set(found) == {("k0", "adjustment")}
    (todo,) = await find_todos(company.store, monitor="clients")
    assert todo.sensitive
    assert "walking" in todo.topic


async def test_without_figures_of_a_company_the_round_fails_and_says_how_to_import(ws: Workspace) -> None:
    ran = await once(MONITORS["performance"], ws)
    assert ran.finished.state == "failed"
    assert "ag2-marketing import" in (ran.finished.reason or "")


async def test_without_caregivers_there_is_nothing_to_do(ws: Workspace) -> None:
    ran = await once(MONITORS["caregivers"], ws)
    assert (ran.finished.state, ran.finished.looked) == ("completed", [])


async def test_no_round_changes_the_registers_or_the_figures(company: Workspace) -> None:
    from ag2_marketing_tools.workspace.store.schema import observation

    async def everything() -> list[object]:
        async with company.store.read() as connection:
            return [
                (await connection.execute(table.select().order_by(*table.primary_key))).all()
                for table in (subject, observation)
            ]

    before = await everything()
    for monitor in MONITORS.values():
        await once(monitor, company)
    assert await everything() == before


# One subject's failure


async def test_a_subject_that_fails_costs_the_others_nothing(ws: Workspace) -> None:
    async def look(_: Workspace, kind: str, id: str) -> list[Finding]:
        if id == "ben":
            raise InvalidInput("No figures.", remedy="Import some.")
        if id == "carl":
            raise ZeroDivisionError("secret figures")
        return [late(id)]

    ran = await once(toy(look), ws)
    assert ran.finished.state == "partial"
    (stored,) = await find_rounds(ws.store)
    assert stored.failures == [
        ("caregiver", "ben", "No figures. Import some."),
        ("caregiver", "carl", "A defect of the program (ZeroDivisionError); its log has the details."),
    ]
    assert [each.subject_id for each in await find_todos(ws.store)] == ["anna"]


async def test_a_round_in_which_every_subject_fails_has_failed(ws: Workspace) -> None:
    async def look(_: Workspace, kind: str, id: str) -> list[Finding]:
        raise MarketingError("Broken.")

    ran = await once(toy(look), ws)
    assert (ran.finished.state, ran.finished.reason) == ("failed", "No subject could be looked at.")
    again = await run_round(toy(look), ws, every_s=EVERY_S, only_when_due=True)
    assert isinstance(again, Ran)  # a failed round does not count as the one that was due


async def test_a_store_that_fails_while_it_is_asked_is_the_rounds_failure(ws: Workspace) -> None:
    asked: list[str] = []

    async def look(_: Workspace, kind: str, id: str) -> list[Finding]:
        asked.append(id)
        raise StoreError("The disk is full.")

    ran = await once(toy(look), ws)
    assert (ran.finished.state, ran.finished.reason) == ("failed", "The disk is full.")
    assert asked == ["anna"]


async def test_a_store_that_is_away_when_the_round_ends_is_waited_for(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ag2_marketing.monitor import rounds

    really, tries = rounds.finish, []

    async def away(*args: object, **given: object) -> object:
        tries.append(ws.clock.now())
        if len(tries) < 3:
            raise StoreError("The server closed the connection.")
        return await really(*args, **given)  # type: ignore[arg-type]

    async def look(_: Workspace, kind: str, id: str) -> list[Finding]:
        return [late(id)]

    monkeypatch.setattr(rounds, "finish", away)
    await once(toy(look), ws)
    assert [(at - tries[0]).total_seconds() for at in tries] == [0, 1, 3]
    assert len(await find_todos(ws.store)) == 3


# Stopping, and others that run the same monitor


async def test_a_round_that_is_told_to_stop_keeps_what_it_found_and_stays_due(ws: Workspace) -> None:
    stop = asyncio.Event()

    async def look(_: Workspace, kind: str, id: str) -> list[Finding]:
        stop.set()
        return [late(id)]

    ran = await once(toy(look), ws, stop=stop)
    assert ran.finished.state == "stopped"
    assert [each.subject_id for each in await find_todos(ws.store)] == ["anna"]
    (stored,) = await find_rounds(ws.store)
    assert (stored.subjects, stored.failed, stored.state) == (3, 0, "stopped")
    assert isinstance(await run_round(toy(look), ws, every_s=EVERY_S, only_when_due=True), Ran)


async def test_a_round_that_is_cancelled_is_stored_as_stopped_with_what_was_whole(ws: Workspace) -> None:
    reached = asyncio.Event()

    async def look(_: Workspace, kind: str, id: str) -> list[Finding]:
        if id == "ben":
            reached.set()
            await asyncio.Event().wait()
        return [late(id)]

    task = asyncio.create_task(once(toy(look), ws))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (stored,) = await find_rounds(ws.store)
    assert (stored.state, stored.subjects) == ("stopped", 3)
    assert [each.subject_id for each in await find_todos(ws.store)] == ["anna"]


@pytest.mark.parametrize("error", [StoreError("The disk is full."), Conflict("Another runs it.")])
async def test_a_cancellation_stays_one_where_the_round_cannot_be_stored(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, error: MarketingError
) -> None:
    from ag2_marketing.monitor import rounds

    async def away(*_: object, **__: object) -> object:
        raise error

    async def look(_: Workspace, kind: str, id: str) -> list[Finding]:
        raise asyncio.CancelledError

    monkeypatch.setattr(rounds, "finish", away)
    with pytest.raises(asyncio.CancelledError):
        await once(toy(look), ws)


async def test_a_second_process_waits_and_then_finds_the_round_done(ws: Workspace) -> None:
    second: list[object] = []

    async def look(_: Workspace, kind: str, id: str) -> list[Finding]:
        second.append(await run_round(toy(look), ws, every_s=EVERY_S))
        return []

    await once(toy(look, names=("anna",)), ws)
    assert second == [Waiting(NOW + timedelta(seconds=LEASE_S), running=True)]
    later = await run_round(toy(look), ws, every_s=EVERY_S, only_when_due=True)
    assert later == Waiting(NOW + timedelta(seconds=EVERY_S), running=False)


async def test_a_long_round_gives_signs_of_life_between_its_subjects(
    ws: Workspace, clock: FixedClock
) -> None:
    async def look(_: Workspace, kind: str, id: str) -> list[Finding]:
        clock.advance(LEASE_S - 1)
        return [late(id)]

    assert (await once(toy(look), ws)).finished.state == "completed"


async def test_a_round_that_another_process_took_over_writes_nothing(
    ws: Workspace, clock: FixedClock
) -> None:
    async def look(_: Workspace, kind: str, id: str) -> list[Finding]:
        clock.advance(LEASE_S)
        await claim(ws.store, "toy", ids=ws.ids, lease_s=LEASE_S, only_when_due=False)
        return [late(id)]

    with pytest.raises(Conflict):
        await once(toy(look), ws)
    assert await find_todos(ws.store) == []
    assert Counter(each.state for each in await find_rounds(ws.store)) == {"lost": 1, "running": 1}


# Words


async def test_what_is_found_is_told_in_the_settings_language(company: Workspace) -> None:
    from dataclasses import replace

    german = replace(company, settings=company.settings.model_copy(update={"language": "de"}))
    await once(MONITORS["peers"], german)
    texts = [each.text for each in await find_todos(company.store) if each.kind == "recognition"]
    assert len(texts) == 1
    assert "Unter den Besten der Vergleichsgruppe" in texts[0]


@pytest.mark.parametrize(
    ("entry", "topic", "text"),
    [
        ({"rule": "r", "key": "a/b", "finding": "F.", "action": "A."}, "r a/b", "F. A."),
        ({"key": "a/b", "message": "M."}, "a/b", "M."),
        ({"rule": "r", "because": ["One.", "Two."], "action": "A."}, "r", "One. Two. A."),
        ({"metric": "a/b", "finding": "F."}, "a/b", "F."),
    ],
)
def test_a_finding_is_known_by_its_rule_and_its_metric(
    entry: dict[str, object], topic: str, text: str
) -> None:
    assert (topic_of(entry), text_of(entry)) == (topic, text)


def test_an_entry_that_names_nothing_is_known_by_its_text() -> None:
    first, same, other = ({"text": words} for words in ("Rest.", "Rest.", "Walk."))
    assert topic_of(first) == topic_of(same) != topic_of(other)


def test_an_answer_that_failed_is_no_answer_without_findings() -> None:
    with pytest.raises(MarketingError, match="No figures"):
        findings(
            {"status": "error", "error": "No figures.", "remedy": None, "risk_areas": []},
            {"risk_areas": "risk"},
        )


def test_a_monitor_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(NotFound, match="Did you mean caregivers"):
        monitor_named("caregiver")
    with pytest.raises(NotFound, match="There are performance, "):
        monitor_named("xyz")
