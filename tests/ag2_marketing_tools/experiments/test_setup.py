"""Setting up a test: the specification's configurations and error texts, defaults, and hostile input."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from ag2_marketing_tools.errors import Conflict, InvalidInput, MarketingError, NotFound
from ag2_marketing_tools.experiments import (
    create_holdout,
    define_metric,
    list_experiments,
    list_metrics,
    setup_experiment,
    show_experiment,
)
from ag2_marketing_tools.experiments.results import ConfiguredExperiment
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Workspace
from ag2_marketing_tools.workspace.store.schema import experiment, experiment_change

NOW = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
HALVES = [{"name": "A", "traffic_allocation": 0.5}, {"name": "B", "traffic_allocation": 0.5}]


async def set_up(workspace: Workspace, **config: Any) -> ConfiguredExperiment:
    return await setup_experiment.run({"variants": HALVES, **config}, workspace)


async def test_the_specifications_example(workspace: Workspace) -> None:
    configured = await setup_experiment.run(
        {
            "name": "Homepage CTA Test",
            "variants": [
                {
                    "name": "Control",
                    "content": {"cta_text": "Sign Up Now", "cta_color": "#1E90FF"},
                    "traffic_allocation": 0.5,
                },
                {
                    "name": "Variant B",
                    "content": {"cta_text": "Get Started Free", "cta_color": "#32CD32"},
                    "traffic_allocation": 0.5,
                },
            ],
            "metrics": ["click_through_rate", "conversion_rate"],
            "duration_days": 14,
            "min_sample_size": 1000,
            "confidence_level": 0.95,
        },
        workspace,
    )
    assert (configured.status, configured.name) == ("configured", "Homepage CTA Test")
    assert [variant.name for variant in configured.variants] == ["Control", "Variant B"]
    assert [variant.is_control for variant in configured.variants] == [True, False]
    assert all(variant.id == variant.variant_id for variant in configured.variants)
    assert configured.variants[1].content == {"cta_text": "Get Started Free", "cta_color": "#32CD32"}
    assert configured.start_time == "2026-03-02T09:00:00+00:00"
    assert configured.end_time == "2026-03-16T09:00:00+00:00"
    assert [(metric.name, metric.role) for metric in configured.metrics] == [
        ("click_through_rate", "goal"),
        ("conversion_rate", "goal"),
    ]
    assert configured.warnings == []


async def test_names_and_allocations_alone_are_enough(workspace: Workspace) -> None:
    variants = [
        {"name": name, "traffic_allocation": share} for name, share in (("A", 0.33), ("B", 0.33), ("C", 0.34))
    ]
    configured = await setup_experiment.run({"variants": variants}, workspace)
    stored = await show_experiment.run({"test_id": configured.test_id}, workspace)
    assert configured.name == "A vs B vs C"
    assert [metric.name for metric in configured.metrics] == ["conversion_rate"]
    assert (stored.min_sample_size, stored.confidence_level, stored.power) == (100, 0.95, 0.8)
    assert (stored.monitoring, stored.timezone, stored.state) == ("always_valid", "UTC", "running")
    assert datetime.fromisoformat(stored.end_time) == NOW + timedelta(days=14)
    assert [variant.content for variant in stored.variants] == [None, None, None]


async def test_a_bare_name_where_lower_is_better_is_a_guardrail(workspace: Workspace) -> None:
    configured = await set_up(workspace, metrics=["open_rate", "unsubscribe_rate"])
    assert [metric.role for metric in configured.metrics] == ["goal", "guardrail"]
    configured = await set_up(
        workspace, metrics=["bounce_rate", {"name": "unsubscribe_rate", "role": "goal"}]
    )
    assert [metric.role for metric in configured.metrics] == ["goal", "goal"]


@pytest.mark.parametrize("shares", [(0.5, 0.4), (0.33, 0.33), (0.5, 0.5000001), (1.0, 1.0)])
async def test_allocations_that_do_not_sum_to_one(workspace: Workspace, shares: tuple[float, ...]) -> None:
    variants = [{"name": f"V{place}", "traffic_allocation": share} for place, share in enumerate(shares)]
    with pytest.raises(InvalidInput) as refused:
        await setup_experiment.run({"variants": variants}, workspace)
    assert refused.value.message == "Total traffic allocation must equal 1.0"
    assert f"{math.fsum(shares):.10g}" in str(refused.value)


async def test_an_unknown_metric(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as refused:
        await set_up(workspace, metrics=["custom_metric"])
    assert refused.value.message == "Invalid metric type: 'custom_metric'"


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"variants": [{"name": "A", "traffic_allocation": 1.0}]}, "at least 2 items"),
        ({"variants": []}, "at least 2 items"),
        ({"variants": "A,B"}, "variants: input should be a valid list"),
        ({"variants": [*HALVES, {"name": "C"}]}, "variants.2.traffic_allocation: field required"),
        ({"variants": [{**HALVES[0], "name": "  "}, HALVES[1]]}, "variants.0.name"),
        ({"variants": [{**HALVES[0], "name": "x" * 101}, HALVES[1]]}, "variants.0.name"),
        ({"variants": [{**HALVES[0], "name": "b"}, HALVES[1]]}, "share a name: B, b"),
        (
            {"variants": [{**HALVES[0], "traffic_allocation": -0.5}, HALVES[1]]},
            "variants.0.traffic_allocation",
        ),
        (
            {"variants": [{**HALVES[0], "traffic_allocation": 1.5}, HALVES[1]]},
            "variants.0.traffic_allocation",
        ),
        ({"variants": [{**HALVES[0], "traffic_allocation": math.nan}, HALVES[1]]}, "finite number"),
        ({"variants": [{**HALVES[0], "traffic_allocation": True}, HALVES[1]]}, "valid number"),
        ({"variants": [{**HALVES[0], "traffic_allocation": "0.5"}, HALVES[1]]}, "valid number"),
        ({"variants": [{**HALVES[0], "content": {1, 2}}, HALVES[1]]}, "not a valid JSON value"),
        ({"variants": [{**HALVES[0], "content": {"x": math.inf}}, HALVES[1]]}, "finite number"),
        ({"variants": [{**HALVES[0], "content": "x" * 70_000}, HALVES[1]]}, "more than 65,536 bytes"),
        ({"variants": [{**variant, "is_control": True} for variant in HALVES]}, "flagged as the control"),
        ({"variants": [{**HALVES[0], "weight": 1}, HALVES[1]]}, "variants.0.weight: extra inputs"),
        ({"metrics": []}, "metrics: list should have at least 1 item"),
        ({"metrics": ["open_rate", "open_rate"]}, "named twice: open_rate"),
        ({"metrics": [{"name": "open_rate", "role": "other"}]}, "No metric is a goal"),
        ({"metrics": [{"name": "open_rate", "role": "hero"}]}, "metrics.0.role"),
        ({"metrics": [{"name": "open_rate", "baseline": 5}]}, "a baseline of 5 is no share"),
        ({"metrics": [{"name": "open_rate", "minimum_detectable_effect": 0}]}, "greater than 0"),
        ({"metrics": [7]}, "metrics.0"),
        ({"duration_days": 0}, "duration_days"),
        ({"duration_days": 10_000}, "duration_days"),
        ({"min_sample_size": 0}, "min_sample_size"),
        ({"min_sample_size": 12.5}, "min_sample_size"),
        ({"min_sample_size": True}, "min_sample_size"),
        ({"confidence_level": 95}, "confidence_level"),
        ({"name": "x" * 201}, "name"),
        ({"start_time": "tomorrow"}, "'tomorrow' is not a time"),
        ({"start_time": "2026-03-01T09:00:00Z"}, "lies in the past"),
        ({"start_time": "2099-03-01T09:00:00Z"}, "more than five years ahead"),
        ({"timezone": "Europe/Berln"}, "Did you mean Europe/Berlin"),
        ({"layer": "pricing"}, "belong together"),
        ({"layer_share": 0.5}, "belong together"),
        ({"layer": "a:b", "layer_share": 0.5}, "layer"),
        ({"targeting": {"age": {"at_least": 65, "below": 18}}}, "no number is at least"),
        ({"targeting": {"age": {}}}, "a condition needs one of"),
        ({"targeting": {"age": {"above": 3}}}, "above"),
        ({"targeting": {"country": ["DE"]}}, "targeting.country"),
        ({"monitoring": "peek"}, "monitoring"),
        ({"varaints": HALVES}, "varaints: extra inputs"),
    ],
)
async def test_what_cannot_be_used_is_named_and_nothing_is_stored(
    workspace: Workspace, config: dict[str, Any], told: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await setup_experiment.run({"variants": HALVES, **config}, workspace)
    assert told in str(refused.value)
    async with workspace.store.read() as connection:
        for table in (experiment, experiment_change):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0


async def test_days_are_days_of_the_tests_zone(workspace: Workspace) -> None:
    """The clocks of Berlin go forward on 29 March 2026: that day has 23 hours."""
    configured = await set_up(
        workspace, start_time="2026-03-27T12:00:00", timezone="Europe/Berlin", duration_days=7
    )
    assert configured.start_time == "2026-03-27T11:00:00+00:00"
    assert configured.end_time == "2026-04-03T10:00:00+00:00"


async def test_half_a_day_is_twelve_hours(workspace: Workspace) -> None:
    configured = await set_up(workspace, duration_days=1.5)
    assert configured.end_time == "2026-03-03T21:00:00+00:00"


async def test_what_a_person_should_know_is_said(workspace: Workspace) -> None:
    """5 % against 6 % takes 8,158 users per arm by R's power.prop.test."""
    configured = await setup_experiment.run(
        {
            "variants": [
                {"name": "Old", "traffic_allocation": 0.5},
                {"name": "New", "traffic_allocation": 0.5},
            ],
            "metrics": [{"name": "conversion_rate", "baseline": 0.05, "minimum_detectable_effect": 0.2}],
            "min_sample_size": 20,
            "duration_days": 10,
        },
        workspace,
    )
    told = " ".join(configured.warnings)
    for part in ("compared with 'Old'", "8,158 users", "A minimum of 20 users", "10 days are no whole weeks"):
        assert part in told


async def test_the_same_set_up_gives_the_same_bytes(workspace: Workspace) -> None:
    config = {"variants": HALVES, "layer": "pricing", "layer_share": 0.1}
    first = await setup_experiment.run(config, workspace)
    assert first.test_id == "test_1"
    assert [variant.id for variant in first.variants] == ["variant_1", "variant_2"]


async def test_tests_of_a_layer_never_share_a_user_and_a_full_layer_says_so(workspace: Workspace) -> None:
    for share, (low, high) in ((0.5, (0.0, 0.5)), (0.3, (0.5, 0.8)), (0.2, (0.8, 1.0))):
        layer = (await set_up(workspace, layer="pricing", layer_share=share)).layer
        assert layer is not None
        assert (layer.low, layer.high) == (low, high)
    with pytest.raises(Conflict, match=r"no room for a share of 0\.1; the largest free part is 0"):
        await set_up(workspace, layer="pricing", layer_share=0.1)
    other = (await set_up(workspace, layer="checkout", layer_share=1.0)).layer
    assert other is not None
    assert (other.low, other.high) == (0.0, 1.0)


async def test_a_holdout_must_be_there_and_is_made_once(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="no holdout 'q1'"):
        await set_up(workspace, holdout="q1")
    await create_holdout.run({"name": "q1", "share": 0.1}, workspace)
    assert (await set_up(workspace, holdout="q1")).holdout == "q1"
    with pytest.raises(Conflict, match="its share cannot be changed"):
        await create_holdout.run({"name": "q1", "share": 0.2}, workspace)


OWN = {
    "name": "demo_booked",
    "title": "Demos",
    "channels": ["website"],
    "kind": "binary",
    "unit": "ratio",
    "direction": "higher",
    "events": ["demo"],
}


async def test_a_metric_of_ones_own_can_judge_a_test(workspace: Workspace) -> None:
    await define_metric.run(OWN, workspace)
    configured = await set_up(workspace, metrics=["demo_booked"])
    assert (configured.metrics[0].title, configured.metrics[0].kind) == ("Demos", "binary")
    listed = {metric.name: metric.built_in for metric in (await list_metrics.run({}, workspace)).metrics}
    assert (listed["demo_booked"], listed["conversion_rate"]) == (False, True)


async def test_metrics_are_listed_by_channel(workspace: Workspace) -> None:
    names = {metric.name for metric in (await list_metrics.run({"channel": "email"}, workspace)).metrics}
    assert {"open_rate", "click_rate", "conversion_rate", "unsubscribe_rate"} <= names
    assert "bounce_rate" not in names


async def test_a_definition_is_replaced_only_where_that_is_asked_for(workspace: Workspace) -> None:
    await define_metric.run(OWN, workspace)
    with pytest.raises(Conflict, match="Set `replace`"):
        await define_metric.run({**OWN, "title": "Booked demos"}, workspace)
    replaced = await define_metric.run({**OWN, "title": "Booked demos", "replace": True}, workspace)
    assert replaced.title == "Booked demos"
    assert (await set_up(workspace, metrics=["demo_booked"])).metrics[0].title == "Booked demos"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": "conversion_rate", "replace": True}, "comes with the product"),
        ({"name": "Conversion Rate"}, "name"),
        ({"kind": "median"}, "kind"),
        ({"kind": "quantile"}, "has a `quantile`"),
        ({"kind": "ratio", "numerator": "page_views"}, "both a `numerator` and a `denominator`"),
        (
            {"kind": "ratio", "numerator": "nothing", "denominator": "page_views"},
            "Invalid metric type: 'nothing'",
        ),
        (
            {"kind": "ratio", "numerator": "page_load_time_p75", "denominator": "page_views"},
            "cannot be part of a ratio",
        ),
        ({"channels": ["fax"]}, "channels.0"),
        ({"lowest": 2.0, "highest": 1.0}, "`lowest` is above"),
        ({"lowest": math.nan}, "lowest"),
    ],
)
async def test_a_definition_that_cannot_be_used_is_refused(
    workspace: Workspace, changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(MarketingError) as refused:
        await define_metric.run({**OWN, **changed}, workspace)
    assert told in str(refused.value)


async def test_tests_are_listed_newest_first(tmp_path: Any, workspace: Workspace) -> None:
    assert isinstance(workspace.clock, FixedClock)
    assert isinstance(workspace.ids, SequentialIds)
    for name in ("First", "Second", "Third"):
        await set_up(workspace, name=name)
        workspace.clock.advance(60)
    listed = await list_experiments.run({"limit": 2}, workspace)
    assert ([found.name for found in listed.experiments], listed.total) == (["Third", "Second"], 3)
