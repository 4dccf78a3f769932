"""Planned looks of a stored test: each is taken once, and stands until the next one is due."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from example_experiment import example_experiment
from experiment_traffic import a_test, visit
from sqlalchemy import insert, select

from ag2_marketing_tools.experiments import (
    analyze_results,
    change_experiment,
    get_partial_results,
    get_test_status,
    stop_experiment,
)
from ag2_marketing_tools.experiments.analysis.monitoring import look_due, reading_of
from ag2_marketing_tools.experiments.model import Look
from ag2_marketing_tools.workspace import FixedClock, Workspace
from ag2_marketing_tools.workspace.store.schema import assignment, experiment_look

DAY_S = 86_400.0
PLAN = {"monitoring": "group_sequential", "planned_looks": 2}


async def conversions(test_id: str, ws: Workspace) -> tuple[int, float, int | None]:
    """Users, the treatment's rate, and the look that it was read at."""
    found = await analyze_results.run({"test_id": test_id}, ws)
    rates = [one.value for one in found.metrics["conversion_rate"].variants]
    assert rates[1] is not None
    return found.total_users, rates[1], found.monitor.look


async def see_the_treatment(ws: Workspace, test: Any, users: list[str]) -> None:
    """Let further users see the second variant now."""
    await see(ws, test, 1, users)


async def see(ws: Workspace, test: Any, place: int, users: list[str]) -> None:
    """Let users see a variant now."""
    seat = {
        "experiment_id": test.test_id,
        "variant_id": test.variants[place].id,
        "phase": 1,
        "assigned_at": ws.clock.now(),
    }
    async with ws.store.begin() as connection:
        await connection.execute(insert(assignment), [{"user_id": user, **seat} for user in users])


async def visit_more(ws: Workspace, test: Any, users: int) -> None:
    """Let further users see each variant now."""
    day = f"{ws.clock.now():%Y%m%d}"
    for place in (0, 1):
        await see(ws, test, place, [f"{day}-{place}-{number}" for number in range(users)])


async def test_what_came_in_since_a_look_waits_for_the_next(ws: Workspace, clock: FixedClock) -> None:
    test = await a_test(ws, **PLAN)
    clock.advance(8 * DAY_S)
    await visit(ws, test, [600, 600], converted=[60, 70])
    at_the_look = await conversions(test.test_id, ws)
    clock.advance(DAY_S)
    await see_the_treatment(ws, test, [f"late-{number}" for number in range(60)])

    found = await analyze_results.run({"test_id": test.test_id}, ws)

    assert at_the_look == (1_200, pytest.approx(70 / 600), 1)
    assert await conversions(test.test_id, ws) == at_the_look
    assert found.as_of == clock.now() - timedelta(days=1)
    assert "What comes in since is read at the next one, due at" in found.monitor.explanation
    assert (await get_partial_results.run({"test_id": test.test_id}, ws)).total_users == 1_200
    assert (await get_test_status.run({"test_id": test.test_id}, ws)).current_sample_size == 1_260


async def test_the_planned_end_reads_everything(ws: Workspace, clock: FixedClock) -> None:
    test = await a_test(ws, **PLAN)
    clock.advance(8 * DAY_S)
    await visit(ws, test, [600, 600], converted=[60, 70])
    await conversions(test.test_id, ws)
    await see_the_treatment(ws, test, ["one more"])
    clock.advance(7 * DAY_S)

    assert await conversions(test.test_id, ws) == (1_201, pytest.approx(70 / 601), 2)


async def test_stopping_a_test_does_not_undo_what_its_look_decided(ws: Workspace, clock: FixedClock) -> None:
    test = await a_test(ws, **PLAN)
    clock.advance(8 * DAY_S)
    await visit(ws, test, [600, 600], converted=[60, 130])
    decided = await analyze_results.run({"test_id": test.test_id}, ws)
    clock.advance(DAY_S)
    await see_the_treatment(ws, test, [f"late-{number}" for number in range(400)])
    await stop_experiment.run({"test_id": test.test_id, "actor": "Ada", "reason": "It is decided."}, ws)
    clock.advance(30 * DAY_S)

    found = await analyze_results.run({"test_id": test.test_id}, ws)

    assert decided.statistical_significance
    assert (found.total_users, found.monitor.look) == (1_200, 1)
    assert found.statistical_significance
    assert found.monitor.next_look_users is None
    assert found.monitor.explanation.endswith("the test was stopped before the next one.")


async def test_the_looks_of_a_test_whose_end_is_moved_stay(ws: Workspace, clock: FixedClock) -> None:
    test = await a_test(ws, **(PLAN | {"planned_looks": 5, "duration_days": 20}))
    for users in (200, 200, 200):
        clock.advance(4.01 * DAY_S)
        await visit_more(ws, test, users)
        await conversions(test.test_id, ws)
    longer = {"test_id": test.test_id, "duration_days": 40, "actor": "Ada", "reason": "longer"}
    await change_experiment.run(longer, ws)
    clock.advance(DAY_S)
    assert (await conversions(test.test_id, ws))[2] == 3
    await stop_experiment.run({"test_id": test.test_id, "actor": "Ada", "reason": "budget"}, ws)

    assert (await conversions(test.test_id, ws))[2] == 3


async def test_without_a_look_a_stopped_test_says_the_same_whenever_it_is_read(
    ws: Workspace, clock: FixedClock
) -> None:
    test = await a_test(ws, **(PLAN | {"planned_looks": 5, "duration_days": 20}))
    clock.advance(6 * DAY_S)
    await visit(ws, test, [600, 600], converted=[60, 90])
    await stop_experiment.run({"test_id": test.test_id, "actor": "Ada", "reason": "budget"}, ws)

    at_once = await analyze_results.run({"test_id": test.test_id}, ws)
    clock.advance(13 * DAY_S)
    later = await analyze_results.run({"test_id": test.test_id}, ws)

    assert at_once.monitor.look == later.monitor.look == 1
    assert at_once.statistical_significance == later.statistical_significance
    first, second = (one.metrics["conversion_rate"].comparisons[0].absolute for one in (at_once, later))
    assert first == second


async def test_a_look_that_two_readers_take_at_once_is_one(ws: Workspace, clock: FixedClock) -> None:
    test = await a_test(ws, **PLAN)
    clock.advance(8 * DAY_S)
    await visit(ws, test, [600, 600], converted=[60, 70])

    readings = await asyncio.gather(*(conversions(test.test_id, ws) for _ in range(4)))

    assert readings == [readings[0]] * 4
    async with ws.store.read() as connection:
        assert [row.users for row in await connection.execute(select(experiment_look))] == [1_200]


def test_however_often_it_is_read_a_plan_errs_as_seldom_as_it_promises() -> None:
    """28 daily readings of five planned looks, 20,000 tests without an effect: 5 %, give or take 0.51 (99.9 %)."""
    start, days, tests = datetime(2026, 3, 2, tzinfo=UTC), 28, 20_000
    test = example_experiment(
        monitoring="group_sequential",
        planned_looks=5,
        start_at=start,
        end_at=start + timedelta(days=days),
    )
    walk, rejected = np.zeros(tests), np.zeros(tests, bool)
    rng, taken, z_at = np.random.default_rng(20_261_126), list[Look](), {}
    for day in range(1, days + 1):
        now, share = start + timedelta(days=day), day / days
        walk += rng.normal(scale=math.sqrt(1 / days), size=tests)
        look = test.planned_looks if day == days else look_due(test.planned_looks, share)
        if look > (taken[-1].number if taken else 0):
            taken.append(Look(look, now, 100 * day))
            z_at[now] = np.abs(walk) / math.sqrt(share)
        if not taken:
            continue
        last = taken[-1]
        reading = reading_of(test, users=last.users, planned_users=100 * days, now=last.taken_at, taken=taken)
        assert reading.looks is not None
        bound = reading.looks.bound(0.05, 2)
        if bound is not None:
            rejected |= z_at[last.taken_at] > bound

    assert abs(rejected.mean() - 0.05) < 0.0051
