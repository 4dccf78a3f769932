"""The actions of a location's review: risks first, then what lags or gets worse, then what is within reach."""

from __future__ import annotations

from typing import Any

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.operations import order_actions
from ag2_marketing_tools.workspace import Workspace

RISK = "CaregiverQualityMetrics/risk_management/safety_compliance/incident_free_days"


def action(rule: str, **given: Any) -> dict[str, Any]:
    usual = {"about": "benchmarks", "action": f"Do {rule}.", "evidence": "beyond_chance", "source": "test"}
    return {**usual, "why": "lags", "impact": 0.5, "rule": rule, "metrics": [rule], **given}


async def order(ws: Workspace, *actions: dict[str, Any], **given: Any) -> Any:
    return await order_actions.run({"location": "north", "actions": list(actions), **given}, ws)


async def test_the_order_of_actions(workspace: Workspace) -> None:
    found = await order(
        workspace,
        action("far but unsure", impact=1.5, evidence="figure_alone"),
        action("within reach", impact=3.0, why="within_reach"),
        action("near", impact=0.1, why="declines"),
        action("far", impact=0.8),
        action("a risk", impact=0.05, metrics=[RISK]),
        action("clients got worse", impact=None, about="outcomes", why="declines"),
    )

    assert [one.rule for one in found.actions] == [
        "a risk",
        "clients got worse",  # there are no levels of it, and so no impact
        "far",
        "far but unsure",  # 1.5 halved, for its error is not known
        "near",
        "within reach",
    ]
    assert [one.priority for one in found.actions] == [1, 2, 3, 4, 5, 6]
    assert [one.risk for one in found.actions] == [True, False, False, False, False, False]


async def test_a_level_merely_not_reached_endangers_nobody(workspace: Workspace) -> None:
    found = await order(workspace, action("reach", metrics=[RISK], why="within_reach"))

    assert found.actions[0].risk is False


async def test_clients_who_get_worse_are_a_risk(workspace: Workspace) -> None:
    key = "ClientOutcomeTracker/baseline_assessment/physical_status/mobility_level"

    found = await order(
        workspace, action("therapy", about="outcomes", metrics=[key], why="declines", impact=None)
    )

    assert found.actions[0].risk is True


async def test_what_was_found_twice_is_told_once_in_its_more_pressing_form(workspace: Workspace) -> None:
    twice = action("rota", why="declines"), action("rota", why="within_reach")

    for given in (twice, twice[::-1]):
        found = await order(workspace, *given)
        assert [(one.rule, one.why) for one in found.actions] == [("rota", "declines")]


async def test_what_calls_for_one_action_twice_is_told_with_both_findings(workspace: Workspace) -> None:
    """As of one measure that was taken by two instruments."""
    some = [action("pain", about="outcomes", why="declines", because=[why]) for why in ("NRS.", "PAINAD.")]

    for given in (some, some[::-1]):
        found = await order(workspace, *given)
        assert [one.because for one in found.actions] == [["NRS.", "PAINAD."]]


async def test_of_few_people_it_is_not_told_how_many(workspace: Workspace) -> None:
    found = await order(
        workspace, *(action(f"for {people}", about="caregivers", people=people) for people in (1, 4, 5))
    )

    assert {one.rule: one.people for one in found.actions} == {"for 1": None, "for 4": None, "for 5": 5}


async def test_order_of_input_changes_nothing(workspace: Workspace) -> None:
    some = [action("b", impact=0.5), action("a", impact=0.5), action("c", about="caregivers", impact=0.5)]

    first, second = await order(workspace, *some), await order(workspace, *some[::-1])

    assert first.actions == second.actions
    assert [one.rule for one in first.actions] == ["a", "b", "c"]


async def test_with_nothing_to_do_the_reason_is_said_and_what_was_not_looked_at(workspace: Workspace) -> None:
    found = await order(workspace, not_looked_at=[{"part": "outcomes", "reason": "No register."}])

    assert found.actions == []
    assert found.reason == "Nothing that was measured calls for an action."
    assert [(one.part, one.reason) for one in found.not_looked_at] == [("outcomes", "No register.")]


@pytest.mark.parametrize(
    "wrong", [{"impact": -1.0}, {"why": "because"}, {"about": "weather"}, {"action": ""}, {"evidence": None}]
)
async def test_what_is_no_action_is_refused(workspace: Workspace, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(wrong))):
        await order(workspace, action("x", **wrong))
