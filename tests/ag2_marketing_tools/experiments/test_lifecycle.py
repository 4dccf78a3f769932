"""What may be done to a running test, what is refused and why, and that everything done is written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ag2_marketing_tools.errors import Conflict, InvalidInput, MarketingError, NotFound
from ag2_marketing_tools.experiments import (
    Record,
    archive_experiment,
    assign_variant,
    change_experiment,
    list_experiments,
    load_experiment,
    revert_to_control,
    setup_experiment,
    show_experiment,
    stop_experiment,
)
from ag2_marketing_tools.experiments.events import IncomingEvent, ingest
from ag2_marketing_tools.experiments.results import ConfiguredExperiment
from ag2_marketing_tools.experiments.suffstats import sums_from_log, sums_from_store
from ag2_marketing_tools.workspace import FixedClock, Workspace

VARIANTS = [{"name": "Control", "traffic_allocation": 0.5}, {"name": "B", "traffic_allocation": 0.5}]
WHO = {"actor": "ana", "reason": "no harm was seen"}


def later(ws: Workspace, **by: float) -> None:
    assert isinstance(ws.clock, FixedClock)
    ws.clock.advance(timedelta(**by).total_seconds())


async def set_up(ws: Workspace, **config: Any) -> ConfiguredExperiment:
    return await setup_experiment.run({"variants": VARIANTS, **config}, ws)


async def test_other_weights_begin_a_new_phase_and_are_audited(ws: Workspace) -> None:
    test = await set_up(ws)
    control, b = (variant.id for variant in test.variants)
    later(ws, days=2)
    changed = await change_experiment.run(
        {"test_id": test.test_id, "weights": {"Control": 0.2, b: 0.8}, **WHO}, ws
    )
    first, second = changed.phases
    assert (first.started_at, first.ended_at) == ("2026-03-02T09:00:00+00:00", "2026-03-04T09:00:00+00:00")
    assert (second.number, second.started_at, second.ended_at) == (2, "2026-03-04T09:00:00+00:00", None)
    assert (first.weights, second.weights) == ({control: 0.5, b: 0.5}, {control: 0.2, b: 0.8})
    assert [variant.traffic_allocation for variant in changed.variants] == [0.2, 0.8]
    entry = changed.changes[-1]
    assert (entry.action, entry.actor, entry.reason) == ("changed", "ana", "no harm was seen")
    assert (entry.before, entry.after) == (
        {"weights": {control: 0.5, b: 0.5}},
        {"weights": {control: 0.2, b: 0.8}},
    )


async def test_coverage_and_duration_change_together(ws: Workspace) -> None:
    test = await set_up(ws, coverage=0.1)
    later(ws, days=1)
    asked = {"test_id": test.test_id, "coverage": 1.0, "duration_days": 21, **WHO}
    changed = await change_experiment.run(asked, ws)
    assert [phase.coverage for phase in changed.phases] == [0.1, 1.0]
    assert changed.end_time == "2026-03-23T09:00:00+00:00"
    assert changed.changes[-1].before == {"coverage": 0.1, "end_at": "2026-03-16T09:00:00+00:00"}
    assert changed.version == 2


async def test_what_happens_in_the_added_days_counts_in_the_roll_up_as_in_the_log(ws: Workspace) -> None:
    test = await set_up(ws, duration_days=7)
    seat = await assign_variant.run({"test_id": test.test_id, "user_id": "u1"}, ws)
    later(ws, days=6)
    await change_experiment.run({"test_id": test.test_id, "duration_days": 14, **WHO}, ws)
    later(ws, days=3)
    event = IncomingEvent({"conversion_rate": True}, user_id="u1", experiment_id=test.test_id)
    assert (await ingest([event], ws)).recorded == 1
    async with ws.store.read() as connection:
        stored = await load_experiment(connection, test.test_id)
    for sums in (await sums_from_store(stored, ws), await sums_from_log(stored, ws)):
        (cell,) = [one for one in sums.cells if one.variant_id == seat.variant_id]
        assert (cell.users, cell.active) == (1, 1)


async def test_a_planned_end_that_has_passed_cannot_be_moved(ws: Workspace) -> None:
    test = await set_up(ws, duration_days=7)
    later(ws, days=7)
    with pytest.raises(Conflict, match="its planned end, 2026-03-09T09:00:00"):
        await change_experiment.run({"test_id": test.test_id, "duration_days": 14, **WHO}, ws)


async def test_before_the_start_the_first_phase_is_corrected(ws: Workspace) -> None:
    test = await set_up(ws, start_time="2026-03-09T09:00:00Z")
    asked = {"test_id": test.test_id, "weights": {"Control": 0.9, "B": 0.1}, **WHO}
    (phase,) = (await change_experiment.run(asked, ws)).phases
    assert (list(phase.weights.values()), phase.started_at) == ([0.9, 0.1], "2026-03-09T09:00:00+00:00")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"metrics": ["bounce_rate"]}, "`metrics` of the test"),
        ({"variants": []}, "would have seen different things under one name"),
        ({"min_sample_size": 5}, "moving the bar"),
        ({"confidence_level": 0.8}, "moving the bar"),
        ({}, "Nothing would change"),
        ({"weights": {"Control": 0.5, "B": 0.5}}, "Nothing would change"),
        ({"weights": {"Control": 0.5, "B": 0.4}}, "Total traffic allocation must equal 1.0"),
        ({"weights": {"Control": 1.0}}, "the variant 'B'"),
        ({"weights": {"Control": 0.5, "B": 0.25, "C": 0.25}}, "has no variant 'C'"),
        ({"weights": {"Control": -0.5, "B": 1.5}}, "weights"),
        ({"coverage": 0}, "coverage"),
        ({"duration_days": 1}, "would have ended at 2026-03-03"),
        ({"coverage": 0.5, "reason": " "}, "reason"),
        ({"coverage": 0.5, "actor": ""}, "actor"),
    ],
)
async def test_what_is_not_allowed_is_refused_with_the_reason(
    workspace: Workspace, asked: dict[str, Any], told: str
) -> None:
    test = await set_up(workspace)
    later(workspace, days=2)
    with pytest.raises(MarketingError) as refused:
        await change_experiment.run({"test_id": test.test_id, **WHO, **asked}, workspace)
    assert told in str(refused.value)
    stored = await show_experiment.run({"test_id": test.test_id}, workspace)
    assert ([change.action for change in stored.changes], len(stored.phases)) == (["set_up"], 1)


async def test_one_weight_by_id_and_by_name_is_refused(workspace: Workspace) -> None:
    test = await set_up(workspace)
    weights = {test.variants[0].id: 0.3, "Control": 0.2, "B": 0.5}
    with pytest.raises(InvalidInput, match="needs one weight"):
        await change_experiment.run({"test_id": test.test_id, "weights": weights, **WHO}, workspace)


async def test_a_test_runs_is_stopped_and_put_away(ws: Workspace) -> None:
    test = await set_up(ws)
    of = {"test_id": test.test_id}
    with pytest.raises(Conflict, match=r"still runs. Stop it first"):
        await archive_experiment.run(of, ws)
    later(ws, days=3)
    stopped = await stop_experiment.run({**of, "actor": "ana", "reason": "done"}, ws)
    assert (stopped.state, stopped.stopped_at) == ("stopped", "2026-03-05T09:00:00+00:00")
    assert stopped.phases[-1].ended_at == stopped.stopped_at
    with pytest.raises(Conflict, match="it is stopped"):
        await stop_experiment.run(of, ws)
    with pytest.raises(Conflict, match="it is stopped"):
        await change_experiment.run({**of, "coverage": 0.5, **WHO}, ws)
    archived = await archive_experiment.run(of, ws)
    assert [change.action for change in archived.changes] == ["set_up", "stopped", "archived"]
    assert (await list_experiments.run({}, ws)).total == 0
    assert (await list_experiments.run({"state": "archived"}, ws)).total == 1
    with pytest.raises(Conflict, match="archived already"):
        await archive_experiment.run(of, ws)
    with pytest.raises(Conflict, match="is archived"):
        async with ws.store.begin() as connection:
            await revert_to_control(connection, test.test_id, Record(ws.ids, ws.clock.now()))


async def test_a_revert_names_the_control_and_is_written_down_once(ws: Workspace) -> None:
    test = await set_up(ws)
    for _ in range(2):
        later(ws, hours=1)
        async with ws.store.begin() as connection:
            record = Record(ws.ids, ws.clock.now(), "ana", "checkout fails")
            control = await revert_to_control(connection, test.test_id, record)
    assert control.name == "Control"
    stored = await show_experiment.run({"test_id": test.test_id}, ws)
    assert (stored.state, stored.stopped_at) == ("reverted", "2026-03-02T10:00:00+00:00")
    assert [(change.action, change.reason) for change in stored.changes] == [
        ("set_up", None),
        ("reverted", "checkout fails"),
    ]


async def test_a_stopped_test_can_be_reverted_and_keeps_the_time_when_it_was_stopped(ws: Workspace) -> None:
    test = await set_up(ws)
    later(ws, days=1)
    await stop_experiment.run({"test_id": test.test_id}, ws)
    later(ws, days=1)
    async with ws.store.begin() as connection:
        await revert_to_control(connection, test.test_id, Record(ws.ids, ws.clock.now()))
    async with ws.store.read() as connection:
        found = await load_experiment(connection, test.test_id)
    assert (found.state, str(found.stopped_at)) == ("reverted", "2026-03-03 09:00:00+00:00")


async def test_a_stopped_test_gives_its_part_of_the_layer_back(ws: Workspace) -> None:
    layer = {"layer": "pricing", "layer_share": 0.4}
    tests = [await set_up(ws, **layer) for _ in range(2)]
    with pytest.raises(Conflict, match=r"the largest free part is 0\.2"):
        await set_up(ws, **layer)
    await stop_experiment.run({"test_id": tests[0].test_id}, ws)
    again = (await set_up(ws, **layer)).layer
    assert again is not None
    assert (again.low, again.high) == (0.0, 0.4)


@pytest.mark.parametrize("action", [stop_experiment, archive_experiment, show_experiment])
async def test_an_unknown_test_is_named(workspace: Workspace, action: Any) -> None:
    with pytest.raises(NotFound, match="There is no test 'test_x'"):
        await action.run({"test_id": "test_x"}, workspace)
