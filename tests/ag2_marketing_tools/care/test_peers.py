"""A caregiver among peers: published percentiles, region and experience, and the stored figures of others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from ag2_marketing_tools.care import advise_on_peers, compare_peers
from ag2_marketing_tools.care.peer_groups import peer_group, peers_figures
from ag2_marketing_tools.care.peers import PeerComparison
from ag2_marketing_tools.metrics.tables import built_in_tables
from ag2_marketing_tools.workspace import SequentialIds, Workspace
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.observations import Observation, record

URBAN = "CaregiverPeerAnalytics/regional_benchmarks/urban_markets/response_time"
RETENTION = "CaregiverPeerAnalytics/regional_benchmarks/urban_markets/client_retention"


async def compared(
    ws: Workspace,
    metrics: dict[str, Any],
    region: str = "urban",
    experience: str | float = "2 years",
) -> PeerComparison:
    arguments = {"caregiver_id": "c1", "metrics": metrics, "region_type": region}
    return await compare_peers.run({**arguments, "experience_level": experience}, ws)


def minutes(who: str, value: float, at: Any, unit: str = "min", key: str = URBAN) -> Observation:
    return Observation(
        subject_kind="caregiver",
        subject_id=who,
        metric=key,
        value=value,
        unit=unit,
        observed_at=at,
        source="test",
    )


async def test_figures_at_the_published_levels_have_their_percentiles(workspace: Workspace) -> None:
    found = await compared(workspace, {"patient_satisfaction": 95, "visits_per_shift": 85})

    ranked = {one.metric.rpartition("/")[2]: one.percentile for one in found.percentiles if one.value}
    assert ranked == {"patient_satisfaction": pytest.approx(90), "visits_per_shift": pytest.approx(50)}
    assert found.overall_percentile == pytest.approx(70)  # the mean of the two


async def test_nothing_measured_is_no_rank(workspace: Workspace) -> None:
    found = await compared(workspace, {})

    assert found.overall_percentile is None
    assert found.overall_reason


async def test_one_flat_name_is_compared_with_the_region_that_is_meant(workspace: Workspace) -> None:
    for region, level in (("urban", 92.0), ("Suburban", 94.0), ("rural_markets", 90.0)):
        found = await compared(workspace, {"client_retention": 93}, region)
        retention = found.regional.metrics[0]
        top = retention.gap_to("top_performers")
        assert top is not None
        assert (retention.value, top.level_value) == (93.0, level)
    assert retention.position == "leading"


async def test_response_time_is_a_score_in_one_table_and_minutes_in_the_other(workspace: Workspace) -> None:
    doubtful = await compared(workspace, {"response_time": 20})
    assert [one.metric for one in doubtful.not_used.unknown] == ["response_time"]

    with_unit = await compared(workspace, {"response_time": {"value": 0.5, "unit": "h"}})
    time = {one.metric.rpartition("/")[2]: one for one in with_unit.regional.metrics}["response_time"]
    assert (time.value, time.unit, time.position) == (30.0, "min", "lagging")  # average 25 minutes
    assert not with_unit.not_used.refused
    assert not with_unit.not_used.unknown


async def test_experience_is_compared_with_its_own_band(workspace: Workspace) -> None:
    figures = {"skill_proficiency": 86, "incident_rate": 2.2}
    mid = {
        one.metric.rpartition("/")[2]: one for one in (await compared(workspace, figures)).experience.metrics
    }
    assert [gap.level_value for gap in mid["skill_proficiency"].gaps] == [85.0]
    assert (mid["skill_proficiency"].position, mid["incident_rate"].position) == ("leading", "leading")

    five = await compared(workspace, figures, experience="5plus_years")
    positions = {one.metric.rpartition("/")[2]: one.position for one in five.experience.metrics}
    assert (positions["skill_proficiency"], positions["incident_rate"]) == ("lagging", "lagging")
    veteran = await compared(workspace, {"skill_proficiency": 92}, experience="veteran")
    both = next(one for one in veteran.experience.metrics if one.value)
    assert ({gap.level for gap in both.gaps}, both.position) == ({"3to5_years", "5plus_years"}, "competitive")


async def test_unknown_names_give_an_entry_with_the_error_and_spoil_nothing_else(
    workspace: Workspace,
) -> None:
    found = await compared(workspace, {"patient_satisfaction": 90}, "the moon", "ages")

    assert "urban_markets" in (found.regional.error or "")
    assert "5plus_years" in (found.experience.error or "")
    assert found.regional.metrics == found.experience.metrics == []
    assert found.overall_percentile == pytest.approx(75)


async def test_opportunities_are_the_gaps_the_farthest_first(workspace: Workspace) -> None:
    figures = {"patient_satisfaction": 84, "visits_per_shift": 50, "care_plan_adherence": 99}
    found = await compared(workspace, figures)

    assert [one.metric.rpartition("/")[2] for one in found.improvement_opportunities] == [
        "visits_per_shift",
        "patient_satisfaction",
    ]


async def test_advice_follows_from_a_comparison_and_from_figures_alike(workspace: Workspace) -> None:
    figures = {"patient_satisfaction": 70, "care_plan_adherence": 99}
    arguments = {"caregiver_id": "c1", "metrics": figures, "region_type": "urban", "experience_level": 2}
    direct = await advise_on_peers.run(arguments, workspace)

    assert (direct.summary.leading, direct.summary.lagging) == (1, 1)
    assert "70 %" in (direct.summary.weakest or "")
    assert [one.rule for one in direct.recommendations] == ["care-satisfaction"]
    assert direct.trends == []


async def stored(store: Store, observations: Sequence[Observation]) -> None:
    await record(store, observations, ids=SequentialIds())


async def test_a_figure_is_ranked_among_the_others_of_its_region(store: Store, workspace: Workspace) -> None:
    from dataclasses import replace

    ws = replace(workspace, store=store)
    now = ws.clock.now()
    others = [
        minutes(f"p{i}", value, now - timedelta(days=1)) for i, value in enumerate((10, 20, 30, 40, 50))
    ]
    older = [minutes("p0", 99, now - timedelta(days=30)), minutes("p6", 1, now - timedelta(days=800))]
    rural = URBAN.replace("urban", "rural")
    elsewhere = [minutes(f"r{i}", 1, now - timedelta(days=1), key=rural) for i in range(9)]
    hours = [minutes("p5", 1, now - timedelta(days=1), unit="h"), minutes("c1", 5, now - timedelta(days=1))]
    future = [minutes("p7", 1, now + timedelta(days=1))]
    await stored(store, [*others, *older, *elsewhere, *hours, *future])

    figures = {"regional_benchmarks": {"urban_markets": {"response_time": 25}}}
    time = next(one for one in (await compared(ws, figures)).regional.metrics if one.key == URBAN)

    assert time.peers.peers == 6  # 10, 20, 30, 40, 50 and one hour
    assert time.peers.median == 35
    assert time.peers.percentile == pytest.approx(100 * 4 / 6)  # four are slower


async def test_of_fewer_than_five_others_nothing_is_told(workspace: Workspace) -> None:
    now = workspace.clock.now()
    for count, told in ((4, False), (5, True)):
        await stored(workspace.store, [minutes(f"p{i}", i, now) for i in range(count)])
        figures = {"regional_benchmarks": {"urban_markets": {"response_time": 25}}}
        found = await compared(workspace, figures)
        time = next(one for one in found.regional.metrics if one.key == URBAN)
        assert (time.peers.peers is not None) is told
        if not told:
            shown = time.peers.model_dump(exclude={"reason"})
            assert set(shown.values()) == {None}
            assert time.peers.reason


def test_equal_figures_count_half_and_direction_turns_the_rank() -> None:
    tables = built_in_tables()
    lower, higher = tables.metric(URBAN), tables.metric(RETENTION)
    figures = [10.0, 20.0, 20.0, 30.0, 40.0]

    assert peer_group(20.0, figures, lower, least=5).percentile == pytest.approx(100 * (2 + 1) / 5)
    assert peer_group(20.0, figures, higher, least=5).percentile == pytest.approx(100 * (1 + 1) / 5)
    assert peer_group(None, figures, higher, least=5).percentile is None


async def test_no_stored_figures_are_no_peers(workspace: Workspace) -> None:
    metric = built_in_tables().metric(URBAN)

    assert await peers_figures({URBAN: metric}, without="c1", ws=workspace) == {}


async def test_figures_of_another_region_are_told_apart_from_unknown_names(workspace: Workspace) -> None:
    rural = {"regional_benchmarks": {"rural_markets": {"client_retention": 90}}}
    found = await compared(workspace, {**rural, "care_quality": 90, "charm": 1})

    assert found.not_used.elsewhere == ["care_quality", "regional_benchmarks/rural_markets/client_retention"]
    assert [one.metric for one in found.not_used.unknown] == ["charm"]
