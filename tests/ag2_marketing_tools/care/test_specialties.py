"""Specialised care: standing, best practices, and insights."""

from __future__ import annotations

import pytest

from ag2_marketing_tools.care import advise_on_specialty, compare_specialty
from ag2_marketing_tools.care.names import names_of
from ag2_marketing_tools.metrics.tables import built_in_tables
from ag2_marketing_tools.workspace import Workspace


@pytest.mark.parametrize("specialty", names_of("specialty"))
async def test_a_figure_at_each_level_stands_at_that_level(workspace: Workspace, specialty: str) -> None:
    tables = built_in_tables().of("SpecialtyCareAnalytics")
    paths = [path for path in tables if path.startswith(f"{specialty}/")]
    for level, position in (("top_performers", "leading"), ("industry_average", "competitive")):
        metrics = {path: tables[path].levels[level] for path in paths}
        arguments = {"caregiver_id": "c1", "specialty_type": specialty, "metrics": metrics}
        found = await compare_specialty.run(arguments, workspace)
        assert len(found.metrics) == 8
        assert {one.position for one in found.metrics} == {position}


async def test_an_unknown_specialty_is_no_error(workspace: Workspace) -> None:
    arguments = {"caregiver_id": "c1", "specialty_type": "astrology", "metrics": {"stars": 5}}
    found = await compare_specialty.run(arguments, workspace)

    assert (found.specialty, found.metrics, found.improvement_areas, found.best_practices) == (
        None,
        [],
        [],
        [],
    )
    assert "wound_care" in (found.reason or "")


async def test_a_figure_is_found_in_its_specialty_without_its_group(workspace: Workspace) -> None:
    figures = {"wound": {"protocol_adherence": 70}}
    arguments = {"caregiver_id": "c1", "specialty_type": "Wound care", "metrics": figures}
    found = await compare_specialty.run(arguments, workspace)

    # one group of wound care has it, although fall prevention has one, too
    assert [one.metric for one in found.improvement_areas] == [
        "wound_care/healing_metrics/protocol_adherence"
    ]


async def test_practices_say_which_figures_speak_for_them(workspace: Workspace) -> None:
    figures = {"behavior_management": 70, "wandering_prevention": 97, "daily_routine_maintenance": 95}
    arguments = {"caregiver_id": "c1", "specialty_type": "dementia", "metrics": figures}
    found = await compare_specialty.run(arguments, workspace)

    practice = found.best_practices[0]
    assert [path.rpartition("/")[2] for path in practice.short] == ["behavior_management"]
    assert len(practice.leading) == 2
    assert practice.aligned == pytest.approx(2 / 3)

    advice = await advise_on_specialty.run(arguments, workspace)
    assert [one.rule for one in advice.training] == ["care-dementia"]
    assert advice.practices == found.best_practices
