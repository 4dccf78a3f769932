"""What is told of a location's clients: shares of groups, and nothing that a small group would follow from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from conftest import NOW

from ag2_marketing_tools.care import location_outcomes, track_response
from ag2_marketing_tools.care.clients.groups import Grouping, Member
from ag2_marketing_tools.care.clients.location_views import OutcomeGroup
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.privacy import accesses_of, for_audience
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record
from ag2_marketing_tools.workspace.store.subjects import Subject, save_subjects

PAIN = "ClientOutcomeTracker/baseline_assessment/physical_status/pain_levels"
COURSES = {"improved": (7, 3, 4, 3, 4, 3), "worse": (2, 7, 8, 7, 8, 7), "stable": (5, 5, 4, 6, 5, 5)}


async def enter(
    ws: Workspace, *clients: tuple[str, str, str], location: str = "north", active: bool = True
) -> None:
    """Enter clients by id, condition and course, with their figures."""
    entries = [
        Subject(kind="client", id=id, location=location, attributes={"condition": condition}, active=active)
        for id, condition, _ in clients
    ]
    async with ws.store.begin() as connection:
        await save_subjects(connection, entries, NOW)
    seen = [
        Observation(
            subject_kind="client",
            subject_id=id,
            metric=PAIN,
            value=value,
            unit="count",
            observed_at=NOW - timedelta(days=100 - 10 * place),
            source="test",
        )
        for id, _, course in clients
        for place, value in enumerate(COURSES.get(course, ()))
    ]
    await record(ws.store, seen, ids=ws.ids)


def several(condition: str, **courses: int) -> list[tuple[str, str, str]]:
    return [
        (f"{condition}-{course}-{number}", condition, course)
        for course, count in courses.items()
        for number in range(count)
    ]


async def told(ws: Workspace, location: str = "north", **given: Any) -> Any:
    return await location_outcomes.run({"location": location, **given}, ws)


def counts(group: OutcomeGroup) -> dict[str, int | None]:
    return {one.change: one.clients for one in group.changes}


async def test_shares_of_all_and_of_each_condition_with_their_intervals(ws: Workspace) -> None:
    await enter(
        ws, *several("frailty", improved=8, stable=6, nothing=5), *several("dementia", worse=6, stable=7)
    )
    await enter(ws, ("gone", "frailty", "worse"), active=False)
    await enter(ws, ("else", "frailty", "worse"), location="south")
    found = await told(ws)
    assert found.whole.clients == 32
    assert counts(found.whole) == {
        "improved": 8, "stable": 13, "mixed": 0, "worse": 6, "too_little_data": 5,
    }  # fmt: skip
    improved = found.whole.changes[0]
    assert improved.percent == 25.0
    # Wilson's interval of 8 of 32 at 95 %, by the formula
    assert (improved.lower, improved.upper) == (
        pytest.approx(13.25, abs=0.01),
        pytest.approx(42.11, abs=0.01),
    )
    groups = {group.name: counts(group) for group in found.condition_groups}
    assert groups["frailty"]["improved"] == 8
    assert groups["dementia"]["worse"] == 6
    (measure,) = found.measures
    assert measure.clients == 27
    assert found.notes


async def test_a_small_group_is_not_named_and_does_not_follow_from_the_total(workspace: Workspace) -> None:
    await enter(
        workspace,
        *several("frailty", improved=10, stable=10),
        *several("dementia", stable=6, improved=6),
        *several("rare-disease", worse=2),
    )
    found = await told(workspace)
    text = found.model_dump_json()
    assert "rare-disease" not in text
    assert found.whole.clients == 34
    shown = [group for group in found.condition_groups if group.clients is not None]
    assert [group.name for group in shown] == ["frailty"]  # dementia would leave 2 of 34
    assert found.condition_groups[-1].name == "others"
    assert found.condition_groups[-1].reason
    assert counts(found.whole)["worse"] is None
    assert sum(count is None for count in counts(found.whole).values()) >= 2


async def test_a_location_with_few_clients_tells_nothing(workspace: Workspace) -> None:
    await enter(workspace, *several("frailty", improved=4))
    found = await told(workspace)
    assert (found.whole.clients, found.whole.changes) == (None, [])
    assert found.measures[0].clients is None
    figures = {group.clients for group in found.condition_groups} | {found.measures[0].mean_improvement}
    assert figures == {None}


async def test_the_least_group_is_a_setting(workspace: Workspace) -> None:
    await enter(workspace, *several("frailty", improved=4))
    lower = replace(workspace, settings=workspace.settings.model_copy(update={"least_group_size": 3}))
    assert counts((await told(lower)).whole)["improved"] == 4


async def test_interventions_are_told_with_adherence_and_effectiveness(workspace: Workspace) -> None:
    clients = several("frailty", improved=7, stable=7)
    await enter(workspace, *clients)
    for number, (client, _, _) in enumerate(clients[:8]):
        response = {"completed": 6 + number % 3, "planned": 10, "effectiveness": f"{6 + number % 2}/10"}
        for name in ("walks", f"private-{client}"):
            arguments = {"client_id": client, "intervention_id": name, "response": response}
            await track_response.run({**arguments, "responded_at": NOW - timedelta(days=3)}, workspace)
    found = await told(workspace)
    walks, others = found.intervention_groups
    assert (walks.name, walks.clients, walks.adherence.clients) == ("walks", 8, 8)
    assert walks.adherence.mean == pytest.approx((60 * 3 + 70 * 3 + 80 * 2) / 8)
    assert walks.effectiveness.mean == pytest.approx(65.0)
    # Student's interval of 60, 70 four times each: 65 +- 2.3646 * 5.345 / sqrt(8)
    assert walks.effectiveness.lower == pytest.approx(65 - 2.3646 * 5.3452 / 8**0.5, abs=0.01)
    assert (others.name, others.clients) == ("others", None)
    assert "private-" not in found.model_dump_json()
    assert found.whole.adherence.clients == 8


async def respond(ws: Workspace, client: str, intervention: str, done: int, **given: Any) -> None:
    response = {"completed": done, "planned": 10, **given}
    arguments = {"client_id": client, "intervention_id": intervention, "response": response}
    await track_response.run({**arguments, "responded_at": NOW - timedelta(days=3)}, ws)


async def test_the_mean_of_one_client_does_not_follow_from_those_of_the_whole_and_an_intervention(
    workspace: Workspace,
) -> None:
    """Else 11 times the whole's mean less 10 times the walks' would be the adherence of the one who swims."""
    entered = several("frailty", improved=20)
    await enter(workspace, *entered)
    clients = [client for client, _, _ in entered]
    for number, client in enumerate(clients[:10]):
        await respond(workspace, client, "walks", 5 + number % 3)
    await respond(workspace, clients[10], "swims", 1)
    found = await told(workspace)
    walks = found.intervention_groups[0]
    assert (walks.name, walks.clients) == ("walks", 10)
    assert found.whole.adherence.clients == 11
    assert (walks.adherence.clients, walks.adherence.mean, walks.adherence.lower) == (None, None, None)
    assert walks.adherence.reason


async def test_nor_from_those_of_several_interventions_together(workspace: Workspace) -> None:
    entered = several("frailty", improved=20)
    await enter(workspace, *entered)
    clients = [client for client, _, _ in entered]
    for number, client in enumerate(clients[:17]):
        name = "walks" if number < 9 else "heat" if number < 16 else "swims"
        await respond(workspace, client, name, 5 + number % 3, effectiveness="6/10")
    found = await told(workspace)
    shown = {group.name: group.adherence.clients for group in found.intervention_groups}
    assert shown == {"walks": 9, "heat": None, "others": None}
    assert found.intervention_groups[1].effectiveness.mean is None


async def test_a_model_and_a_report_may_see_it_for_it_names_nobody(workspace: Workspace) -> None:
    await enter(workspace, *several("frailty", improved=8, stable=9))
    found = await told(workspace)
    for audience in ("model", "report"):
        shown = for_audience(
            found, audience=audience, settings=workspace.settings, key=workspace.store.pseudonym_key
        )
        assert shown == json.loads(found.model_dump_json())
    assert await accesses_of(workspace.store, "client", "frailty-improved-0") == []


async def test_a_location_that_is_none_names_the_nearest_and_one_without_clients_says_how_to_import(
    workspace: Workspace,
) -> None:
    await enter(workspace, *several("frailty", improved=1))
    with pytest.raises(NotFound, match="north"):
        await told(workspace, "nroth")
    async with workspace.store.begin() as connection:
        await save_subjects(connection, [Subject(kind="location", id="empty")], NOW)
    with pytest.raises(NotFound, match="Import the register"):
        await told(workspace, "empty")


def cells(groups: Sequence[OutcomeGroup]) -> list[int]:
    shown = [count for group in groups for count in counts(group).values() if count is not None]
    return [*shown, *(group.clients for group in groups if group.clients is not None)]


@pytest.mark.parametrize("seed", range(12))
def test_no_cell_below_the_least_is_ever_shown(seed: int) -> None:
    source = np.random.default_rng(seed)
    members = [
        Member(
            condition=str(source.choice(["a", "b", "b", "c", "c", "c"])),
            change=source.choice(["improved", "stable", "stable", "worse", "too_little_data"]),
            interventions={name: (None, None) for name in ("x", "y", "z") if source.random() < 0.4},
        )
        for _ in range(source.integers(3, 60))
    ]
    grouping = Grouping(members, least=5)
    groups = [grouping.whole("l"), *grouping.by_condition(), *grouping.by_intervention()]
    assert not [count for count in cells(groups) if 0 < count < 5]


def in_conditions(**sizes: int) -> list[Member]:
    return [
        Member(
            condition=name, change="stable", adherence=70.0 + number % 3, interventions={name: (70.0, None)}
        )
        for name, size in sizes.items()
        for number in range(size)
    ]


def test_of_many_groups_the_largest_are_told_and_that_there_are_more() -> None:
    grouping = Grouping(in_conditions(**{f"c{number:02}": 9 + number for number in range(40)}), least=5)
    for groups in (grouping.by_condition(), grouping.by_intervention()):
        assert [group.name for group in groups] == [*(f"c{number}" for number in range(39, 19, -1)), "others"]
        assert (groups[-1].clients, groups[-1].changes) == (None, [])
        assert "Only the 20 largest groups" in (groups[-1].reason or "")
    assert "largest" not in (Grouping(in_conditions(a=9, b=2), least=5).by_condition()[-1].reason or "")


def test_conditions_that_are_too_small_are_hidden_together_and_take_a_larger_one_only_where_they_must() -> (
    None
):
    enough = Grouping(in_conditions(large=9, **{f"rare-{number}": 1 for number in range(200)}), least=5)
    assert [group.name for group in enough.by_condition()] == ["large", "others"]
    few = Grouping(in_conditions(large=9, larger=12, rare=2, rarer=1), least=5)
    assert [(group.name, group.adherence.clients) for group in few.by_condition()] == [
        ("larger", 12),
        ("others", None),
    ]
