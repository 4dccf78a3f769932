"""Who is active, and what is known of them: from the registers, or from what was observed where there are none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import NOW

from ag2_marketing.monitor import host
from ag2_marketing_tools.care.clients.records import Response, keep_response
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.privacy import accesses_of
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record
from ag2_marketing_tools.workspace.store.subjects import Subject, save_subjects

ON_TIME = "CaregiverQualityMetrics/visit_compliance/timeliness/on_time_arrival"
BEHAVIOR = "SpecialtyCareAnalytics/dementia_care/clinical_outcomes/behavior_management"
PROTOCOLS = "InterventionAnalytics/wound_care/treatment_protocols"  # judged over a week
HEALING, INFECTION = f"{PROTOCOLS}/healing_progression", f"{PROTOCOLS}/infection_prevention"


def seen(
    id: str,
    metric: str,
    value: float = 90.0,
    *,
    kind: str = "caregiver",
    days_ago: int = 1,
    n: int | None = None,
) -> Observation:
    return Observation(
        subject_kind=kind,
        subject_id=id,
        metric=metric,
        value=value,
        unit="percent",
        sample_size=n,
        observed_at=NOW - timedelta(days=days_ago),
        source="test",
    )


async def clients_of_anna(ws: Workspace, *names: str) -> None:
    entries = [Subject(kind="client", id=name, attributes={"caregiver": "anna"}) for name in names]
    async with ws.store.begin() as connection:
        await save_subjects(connection, entries, NOW)


async def stored(ws: Workspace, *rows: Observation) -> None:
    await record(ws.store, rows, ids=ws.ids)


async def test_the_register_says_who_is_active(company: Workspace) -> None:
    await stored(company, seen("gone", ON_TIME), seen("stranger", ON_TIME))
    assert await host.get_active_caregivers(company) == [f"c{number}" for number in range(6)]
    assert await host.get_active(company, "client") == ["k0", "k1", "k2", "k3"]


async def test_without_a_register_whoever_was_observed_within_a_quarter_is_active(ws: Workspace) -> None:
    await stored(ws, seen("anna", ON_TIME), seen("ben", ON_TIME, days_ago=93))
    assert await host.get_active_caregivers(ws) == ["anna"]


async def test_details_come_from_the_register_and_the_region_from_the_location(company: Workspace) -> None:
    assert await host.get_caregiver_details(company, "c0") == {
        "region_type": "urban",
        "experience_level": "2.5",
    }
    assert await host.get_caregiver_details(company, "stranger") == {
        "region_type": "",
        "experience_level": "",
    }


async def test_specialties_are_those_of_the_register_and_those_with_figures(company: Workspace) -> None:
    healing = "SpecialtyCareAnalytics/wound_care/healing_metrics/healing_rate"
    await stored(company, seen("c0", healing))
    assert await host.get_caregiver_specialties(company, "c0") == ["dementia_care", "wound_care"]
    assert await host.get_caregiver_specialties(company, "stranger") == []


async def test_caregivers_without_a_specialty_are_left_out(ws: Workspace) -> None:
    await stored(ws, seen("anna", BEHAVIOR), seen("ben", ON_TIME))
    assert await host.get_specialty_caregivers(ws) == ["anna"]


async def test_an_interventions_figures_are_its_clients_together(company: Workspace) -> None:
    everyone = await host.get_active_interventions(company)
    assert everyone == [f"c{number}/dementia_care/behavioral_interventions" for number in (0, 1)]
    details = await host.get_intervention_details(company, everyone[0])
    assert await host.get_details_of_interventions(company, "c0") == [details]
    assert details == {
        "caregiver_id": "c0",
        "specialty_type": "dementia_care",
        "intervention_type": "behavioral_interventions",
        "metrics": {"reduced_agitation": {"value": 60.0, "n": 800, "unit": "percent"}},
    }


async def test_figures_together_are_weighted_by_their_cases_where_all_are_known(ws: Workspace) -> None:
    """By hand: (90 · 1 + 60 · 3) / 4 = 67.5; without one of the sizes, (90 + 60) / 2 = 75."""
    await clients_of_anna(ws, "kim", "lee")
    await stored(
        ws,
        seen("lee", HEALING, 90.0, kind="client", n=1),
        seen("kim", HEALING, 60.0, kind="client", n=3),
        seen("lee", INFECTION, 90.0, kind="client", n=1),
        seen("kim", INFECTION, 60.0, kind="client"),
    )
    details = await host.get_intervention_details(ws, "anna/wound_care/treatment_protocols")
    assert details["metrics"]["healing_progression"] == {"value": 67.5, "n": 4, "unit": "percent"}
    assert details["metrics"]["infection_prevention"] == {"value": 75.0, "unit": "percent"}
    assert await host.get_details_of_interventions(ws, "anna") == [details]


async def test_figures_together_are_in_one_unit_and_what_has_another_measure_is_left_out(
    ws: Workspace,
) -> None:
    """By hand: (90 + 90 + 60) / 3 = 80, for 0.6 is 60 percent; days are of another dimension."""
    await clients_of_anna(ws, "kim", "lee", "max", "nia")
    await stored(
        ws,
        seen("kim", HEALING, 90.0, kind="client"),
        seen("lee", HEALING, 90.0, kind="client"),
        replace(seen("max", HEALING, 0.6, kind="client"), unit="ratio"),
        replace(seen("nia", HEALING, 7.0, kind="client"), unit="day"),
    )
    details = await host.get_intervention_details(ws, "anna/wound_care/treatment_protocols")
    assert details["metrics"]["healing_progression"] == {"value": pytest.approx(80.0), "unit": "percent"}


async def test_the_caregivers_own_figure_counts_only_where_no_client_was_measured(ws: Workspace) -> None:
    await clients_of_anna(ws, "kim")
    await stored(
        ws,
        seen("anna", HEALING, 90.0, n=3),
        seen("kim", HEALING, 60.0, kind="client", n=3),
        seen("anna", INFECTION, 90.0, n=3),
        seen("kim", INFECTION, 0.0, kind="client", n=0),  # of no cases: not measured
    )
    details = await host.get_intervention_details(ws, "anna/wound_care/treatment_protocols")
    assert details["metrics"]["healing_progression"] == {"value": 60.0, "n": 3, "unit": "percent"}
    assert details["metrics"]["infection_prevention"] == {"value": 90.0, "n": 3, "unit": "percent"}


async def test_figures_before_the_evaluation_period_make_no_active_intervention(ws: Workspace) -> None:
    await stored(ws, seen("anna", f"{PROTOCOLS}/healing_progression", days_ago=8))
    assert await host.get_active_interventions(ws) == []
    for unknown in ("anna/wound_care/treatment_protocols", "nonsense", ""):
        with pytest.raises(NotFound, match="evaluation period"):
            await host.get_intervention_details(ws, unknown)


async def test_an_id_with_a_slash_in_it_is_found_again(ws: Workspace) -> None:
    await stored(ws, seen("north/anna", f"{PROTOCOLS}/healing_progression"))
    (one,) = await host.get_active_interventions(ws)
    assert (await host.get_intervention_details(ws, one))["caregiver_id"] == "north/anna"


async def test_whose_figures_the_details_of_an_intervention_tell_is_logged(company: Workspace) -> None:
    (first, _) = await host.get_active_interventions(company)
    await host.get_intervention_details(company, first)
    for kind, id in (("caregiver", "c0"), ("client", "k0"), ("client", "k2")):
        (access,) = await accesses_of(company.store, kind, id)
        assert (access.tool, access.audience) == ("get_intervention_details", "program")
    assert await accesses_of(company.store, "client", "k1") == []
    await host.get_details_of_interventions(company.seen_by("terminal"), "c1")
    assert len(await accesses_of(company.store, "client", "k1")) == 1


async def test_a_look_at_a_clients_responses_is_logged(ws: Workspace) -> None:
    given = {"comfort": 4, "engagement": 5}
    kept = Response(client_id="kim", intervention_id="walks", responded_at=NOW, given=given, found={})
    await keep_response(ws, kept)
    assert await host.get_client_interventions(ws, "kim") == ["walks"]
    assert (await host.get_intervention_response(ws, "kim", "walks"))["comfort"] == 4
    tools = {one.tool for one in await accesses_of(ws.store, "client", "kim")}
    assert tools == {"get_client_interventions", "get_intervention_response"}
    with pytest.raises(NotFound):
        await host.get_intervention_response(ws, "lee", "walks")
    assert await accesses_of(ws.store, "client", "lee") == []
