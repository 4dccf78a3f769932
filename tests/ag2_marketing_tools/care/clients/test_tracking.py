"""An assessment is kept as it was given; its figures become observations, or are refused with what is nearest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW

from ag2_marketing_tools.care import initialize_client
from ag2_marketing_tools.care.clients.facts import instrument
from ag2_marketing_tools.errors import Conflict, InvalidInput
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import find

ASSESSMENT: dict[str, Any] = {
    "physical": {
        "pain": {"value": 7, "instrument": "NRS"},
        "walking": {"mobility level": 40},
        "notes": "tires",
    },
    "cognitive": {"memory_function": "forgets names", "orientation_level": None},
    "emotional": {"mood_stability": 55.5, "blood sugar": 120},
    "goals": ["walk to the shop"],
    "risks": "falls",
    "preferences": {"music": "jazz"},
}


async def assessed(ws: Workspace, assessment: dict[str, Any], **given: Any) -> Any:
    return await initialize_client.run({"client_id": "anna", "assessment": assessment, **given}, ws)


async def test_figures_are_stored_under_the_tables_keys_and_texts_are_kept(ws: Workspace) -> None:
    found = await assessed(ws, ASSESSMENT)
    stored = {each.metric.rpartition("/")[2]: each for each in await find(ws.store, subject_kind="client")}
    assert {name: each.value for name, each in stored.items()} == {
        "pain_levels": 7.0,
        "mobility_level": 40.0,
        "mood_stability": 55.5,
    }
    assert {each.observed_at for each in stored.values()} == {NOW}
    assert found.cognitive_status == ASSESSMENT["cognitive"]
    assert (found.risk_factors, found.preferences) == (["falls"], {"music": "jazz"})
    assert "baseline_assessment/cognitive_status/memory_function" in found.unmeasured


async def test_a_figure_of_no_measure_is_refused_with_the_nearest_names(workspace: Workspace) -> None:
    found = await assessed(workspace, ASSESSMENT)
    (unknown,) = found.unknown
    assert unknown.metric == "blood sugar"
    assert set(unknown.nearest) <= {
        f"baseline_assessment/emotional_status/{name}"
        for name in ("mood_stability", "anxiety_levels", "social_engagement", "behavioral_patterns")
    }
    typed = await assessed(workspace, {"physical": {"pain_levls": 3}}, assessed_at=NOW - timedelta(days=1))
    assert typed.unknown[0].nearest[0] == "baseline_assessment/physical_status/pain_levels"


@pytest.mark.parametrize(
    ("figure", "reason"),
    [
        ({"value": 11, "instrument": "NRS"}, "outside of the scale"),
        ({"value": 3, "instrument": "NSR-7"}, "There is no instrument"),
        (-1, "below 0"),
        ("6", "not a number"),
        (True, "not a number"),
        ({"value": 3, "unit": "parsec"}, "no unit"),
    ],
)
async def test_a_figure_that_cannot_be_meant_is_refused_with_its_reason(
    workspace: Workspace, figure: object, reason: str
) -> None:
    found = await assessed(workspace, {"physical": {"pain_levels": figure, "mobility_level": 5}})
    assert [one.metric.rpartition("/")[2] for one in found.refused] == ["pain_levels"]
    assert reason in found.refused[0].reason
    assert [one.value for one in found.figures] == [5.0]


async def test_the_unit_is_the_instruments(workspace: Workspace) -> None:
    walked = {"value": 0.3, "unit": "km", "instrument": "6MWT"}
    found = await assessed(workspace, {"physical": {"mobility_level": walked}})
    assert (found.figures[0].value, found.figures[0].unit) == (300.0, "m")


async def test_a_later_assessment_is_the_baseline_and_the_earlier_is_kept(ws: Workspace) -> None:
    await assessed(ws, ASSESSMENT, assessed_at=NOW - timedelta(days=90))
    again = await assessed(ws, ASSESSMENT)
    assert again.earlier == [NOW - timedelta(days=90)]
    assert len(await find(ws.store, metric=again.figures[0].key)) == 2


async def test_the_same_assessment_again_changes_nothing_and_another_is_refused(ws: Workspace) -> None:
    first = await assessed(ws, ASSESSMENT)
    assert await assessed(ws, ASSESSMENT) == first
    with pytest.raises(Conflict, match="Another assessment of this moment"):
        await assessed(ws, {"physical": {"pain": 1}})
    assert len(await find(ws.store, subject_kind="client")) == 3


@pytest.mark.parametrize(
    ("assessment", "message"),
    [
        ({"phisical": {}}, "no part 'phisical'.*physical, cognitive"),
        ({"physical": 7}, "part physical_status is a int"),
        ({"physical": {}, "physical_status": {}}, "given twice"),
        ({"physical": {"pain": float("nan")}}, "not finite"),
        ({"preferences": {"x": "y" * 300_000}}, "longer than 200,000"),
        ({"physical": {str(number): 1 for number in range(600)}}, "more than 500"),
    ],
)
async def test_an_assessment_that_is_none_is_refused_whole(
    workspace: Workspace, assessment: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        await assessed(workspace, assessment)
    assert await find(workspace.store) == []


async def test_an_assessment_of_the_future_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="future"):
        await assessed(workspace, {}, assessed_at=NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("name", "mcid"),
    [  # each from its publication
        ("NRS", 2.0),
        ("6-minute walk test", 20.0),
        ("Barthel index 0-20", 1.85),
        ("sMMSE", 1.4),
        ("GAD-7", 4.0),
        ("phq9", 5.0),
        ("EQ-5D", 0.074),
        ("TUG", None),
        ("GDS-15", None),
    ],
)
def test_the_least_change_that_matters_is_the_published_one(name: str, mcid: float | None) -> None:
    known = instrument(name)
    assert known.mcid == mcid
    assert (known.source is None) == (mcid is None)
