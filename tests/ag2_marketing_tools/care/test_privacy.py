"""What leaves for a model has no caregiver's name and no health data; a group too small is not told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ag2_marketing_tools import care
from ag2_marketing_tools.catalogue import all_tools
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.privacy import for_audience
from ag2_marketing_tools.tool import Tool
from ag2_marketing_tools.workspace import Workspace

NAME = "Maria Example-Caregiver"
CALLS: dict[str, dict[str, Any]] = {
    "compare_caregiver": {"metrics": {"care_quality": 60}},
    "plan_development": {"metrics": {"care_quality": 60}},
    "compare_peers": {"metrics": {"patient_satisfaction": 60}, "region_type": "urban", "experience_level": 1},
    "advise_on_peers": {
        "metrics": {"patient_satisfaction": 60},
        "region_type": "urban",
        "experience_level": 1,
    },
    "compare_specialty": {"metrics": {"healing_rate": 60}, "specialty_type": "wound"},
    "advise_on_specialty": {"metrics": {"healing_rate": 60}, "specialty_type": "wound"},
    "evaluate_intervention": {
        "metrics": {"pain_management": 61.25},
        "specialty_type": "wound",
        "intervention_type": "treatment",
    },
    "track_intervention": {
        "specialty_type": "wound",
        "intervention_data": {
            "intervention_type": "treatment",
            "metrics": {"pain_management": 61.25},
            "client_responses": {"anna": {"comfort_score": 61.25}},
        },
    },
}


def test_every_tool_of_the_family_is_in_the_catalogue_and_those_on_a_caregiver_are_looked_at_here() -> None:
    tools = {name: one for name, one in all_tools().items() if one.family == "care"}

    assert set(tools) == set(care.__all__)
    assert {name for name, one in tools.items() if "caregiver_id" in one.params.model_fields} == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
async def test_no_model_sees_a_caregivers_id_or_a_clients_figures(workspace: Workspace, name: str) -> None:
    tool: Tool[Any, Any] = all_tools()[name]
    arguments = {"caregiver_id": NAME, **CALLS[name]}
    result = await tool.run(arguments, workspace)
    for shown in (result, tool.validate(arguments)):
        text = json.dumps(
            for_audience(
                shown, audience="model", settings=workspace.settings, key=workspace.store.pseudonym_key
            )
        )
        assert NAME not in text
        assert "person-" in text
        if "intervention" in name:
            assert "61.25" not in text
            assert "anna" not in text


@pytest.mark.parametrize("name", CALLS)
def test_the_marks_stand_on_parameters_and_results(name: str) -> None:
    tool = all_tools()[name]

    assert "/caregiver_id" in marked(tool.params, "personal")
    assert "/caregiver_id" in marked(tool.result, "personal")
