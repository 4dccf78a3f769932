"""An experiment from what was recommended: what is compared, how large, and when there is none worth running."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments import setup_experiment
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.operations import ExperimentProposal, propose_experiment
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record

URL = "https://maple.example/care"
CURRENT = {"h1": "Home care", "title": "Home", "meta_description": "", "outline": ["Services", "Contact"]}
RECOMMENDED = {"h1": "Home care in Maple Falls"}


async def propose(ws: Workspace, **changes: Any) -> ExperimentProposal:
    given = {"target_url": URL, "current": CURRENT, "recommended": RECOMMENDED, **changes}
    return await propose_experiment.run(given, ws)


async def observe(ws: Workspace, value: float, *, unit: str = "ratio", users: int | None = 5000) -> None:
    seen = Observation(
        subject_kind="page",
        subject_id=URL,
        metric="click_through_rate",
        value=value,
        unit=unit,
        observed_at=ws.clock.now() - timedelta(days=1),
        source="web analytics",
        sample_size=users,
    )
    await record(ws.store, [seen], ids=ws.ids)


async def test_the_control_is_the_page_and_the_variant_what_was_recommended(workspace: Workspace) -> None:
    proposal = await propose(workspace)

    assert proposal.proposed
    assert proposal.test_config is not None
    control, variant = proposal.test_config.variants
    assert (control.name, control.content) == ("Control", {"h1": "Home care"})
    assert variant.content == {"h1": "Home care in Maple Falls"}
    assert control.traffic_allocation + variant.traffic_allocation == 1.0
    roles = {metric.name: metric.role for metric in proposal.test_config.metrics}
    assert roles == {"click_through_rate": "goal", "bounce_rate": "guardrail", "avg_time_on_page": "other"}
    assert proposal.cautions == []


async def test_the_configuration_sets_up_a_test_as_it_is(workspace: Workspace) -> None:
    proposal = await propose(workspace, baseline=0.05)
    assert proposal.test_config is not None

    test = await setup_experiment.run(proposal.test_config.model_dump(mode="json"), workspace)

    assert test.status == "configured"
    assert [variant.content for variant in test.variants] == [
        {"h1": "Home care"},
        {"h1": "Home care in Maple Falls"},
    ]
    assert [variant.is_control for variant in test.variants] == [True, False]
    assert test.metrics[0].baseline == 0.05


async def test_without_a_rate_that_was_measured_no_number_of_users_is_told(workspace: Workspace) -> None:
    plan = (await propose(workspace)).plan

    assert plan is not None
    assert (plan.baseline, plan.users_per_variant, plan.users_in_all) == (None, None, None)
    assert plan.reason is not None
    assert "not known" in plan.reason
    assert plan.duration_days == 14


async def test_a_given_rate_plans_the_size(workspace: Workspace) -> None:
    plan = (await propose(workspace, baseline=0.05)).plan

    # By hand (Fleiss, Levin and Paik 2003, chapter 4), 5 % against 5.5 %:
    # ((1.959964 * sqrt(2 * 0.0525 * 0.9475) + 0.841621 * sqrt(0.05 * 0.95 + 0.055 * 0.945)) / 0.005) ** 2 = 31,233.4
    assert plan is not None
    assert plan.users_per_variant == 31234
    assert plan.users_in_all == 2 * 31234
    assert plan.reason is None


@pytest.mark.parametrize(("value", "unit"), [(0.05, "ratio"), (5.0, "percent")])
async def test_a_stored_measurement_of_the_page_is_the_baseline(
    workspace: Workspace, value: float, unit: str
) -> None:
    await observe(workspace, value, unit=unit)
    plan = (await propose(workspace)).plan

    assert plan is not None
    assert (plan.baseline, plan.users_per_variant) == (0.05, 31234)
    assert plan.baseline_source == "Measured for this page: web analytics."


@pytest.mark.parametrize(("value", "users"), [(0.05, 40), (0.05, None), (0.0, 5000), (1.0, 5000)])
async def test_a_measurement_that_can_carry_no_plan_is_left_alone(
    workspace: Workspace, value: float, users: int | None
) -> None:
    await observe(workspace, value, users=users)
    plan = (await propose(workspace)).plan

    assert plan is not None
    assert plan.users_per_variant is None


@pytest.mark.parametrize(
    ("daily_users", "days"),
    [(10_000, 14), (2_000, 35), (100, 90)],  # 62,468 users: 7 days, 31.2 days, 625 days
)
async def test_traffic_that_is_known_gives_whole_weeks(
    workspace: Workspace, daily_users: int, days: int
) -> None:
    proposal = await propose(workspace, baseline=0.05, daily_users=daily_users)

    assert proposal.test_config is not None
    assert proposal.test_config.duration_days == days


async def test_a_rate_near_one_leaves_no_room(workspace: Workspace) -> None:
    plan = (await propose(workspace, baseline=0.95)).plan

    assert plan is not None
    assert plan.users_per_variant is None
    assert plan.reason == "The rate today leaves no room for so large an improvement."


async def test_what_only_search_engines_show_is_not_split_over_visitors(workspace: Workspace) -> None:
    proposal = await propose(
        workspace, recommended={"title": "Home care in Maple Falls", "meta_description": "We help."}
    )

    assert not proposal.proposed
    assert proposal.test_config is None
    assert [change.element for change in proposal.changes] == ["title", "meta_description"]
    assert proposal.reason is not None
    assert "before and after" in proposal.reason


async def test_beside_what_visitors_see_it_goes_along_with_a_caution(workspace: Workspace) -> None:
    proposal = await propose(workspace, recommended={**RECOMMENDED, "title": "Home care in Maple Falls"})

    assert proposal.test_config is not None
    assert proposal.test_config.variants[0].content == {"h1": "Home care", "title": "Home"}
    assert len(proposal.cautions) == 1
    assert "Search engines" in proposal.cautions[0]


async def test_new_sections_are_a_change_and_must_be_written_first(workspace: Workspace) -> None:
    outline = ["Services", "Respite care", "Contact"]
    proposal = await propose(
        workspace, recommended={"outline": outline, **RECOMMENDED}, write_first=["First this."]
    )

    change = next(one for one in proposal.changes if one.element == "outline")
    assert change.new_sections == ["Respite care"]
    assert proposal.write_first == [
        "First this.",
        "Write the new sections first, and show them to the variant only.",
    ]
    assert "Several texts change together" in proposal.cautions[0]


@pytest.mark.parametrize(
    "recommended",
    [{}, {"h1": "Home care"}, {"h1": ""}, {"outline": ["SERVICES", "Contact"]}, {"outline": ["Contact"]}],
)
async def test_where_nothing_would_change_there_is_no_test(
    workspace: Workspace, recommended: dict[str, Any]
) -> None:
    proposal = await propose(workspace, recommended=recommended)

    assert not proposal.proposed
    assert proposal.changes == []
    assert proposal.reason is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"baseline": 0},
        {"baseline": 1.0},
        {"baseline": float("nan")},
        {"daily_users": 0},
        {"recommended": {"price": "1"}},
        {"recommended": {"h1": "x" * 1001}},
        {"current": None},
    ],
)
async def test_what_cannot_be_used_is_refused(workspace: Workspace, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="propose_experiment"):
        await propose(workspace, **changes)


def test_texts_of_the_page_are_marked_as_such() -> None:
    paths = set(marked(ExperimentProposal, "untrusted"))

    assert {"/changes/*/current", "/changes/*/recommended", "/changes/*/new_sections"} <= paths
    assert "/test_config/variants/*/content/*" in paths
