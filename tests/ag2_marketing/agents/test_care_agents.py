"""The agents of a location's review: real ConversableAgents whose methods answer from the store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import synthetic_company
from autogen import ConversableAgent
from conftest import NOW

import ag2_marketing
from ag2_marketing import BenchmarkAnalyst, CaregiverQualityCoach, CareOutcomesAnalyst
from ag2_marketing_prompts import system_prompt
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace

AGENTS = (BenchmarkAnalyst, CaregiverQualityCoach, CareOutcomesAnalyst)
TABLE = "HomeCareIndustryBenchmarks"


@pytest.fixture(scope="module")
def home(company_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic_company.copied(company_home, tmp_path_factory.mktemp("agents") / "company")


@pytest.fixture
async def company(home: Path) -> AsyncIterator[Workspace]:
    async with Workspace.open(Settings(_env_file=None, home=home), clock=FixedClock(NOW)) as opened:
        yield opened


@pytest.mark.parametrize("agent", AGENTS)
async def test_each_is_a_conversable_agent_with_its_tools_and_its_words(
    company: Workspace, agent: type[BenchmarkAnalyst]
) -> None:
    made = agent(workspace=company, llm_config=False)

    assert isinstance(made, ConversableAgent)
    assert agent.__name__ in ag2_marketing.__all__
    for tool in agent.toolset:
        assert made.can_execute_function(tool.name)
    english, german = (system_prompt(agent.role, language=code) for code in ("en", "de"))
    assert english != german
    assert "tool's answer" in english
    assert "Antwort eines Werkzeugs" in german


async def test_the_analyst_compares_a_location_and_all_of_them(company: Workspace) -> None:
    analyst = BenchmarkAnalyst(workspace=company, llm_config=False)

    one = await analyst.compare_with_benchmarks(
        TABLE, subject="loc-01", subject_kind="location", over="3_months"
    )
    every = await analyst.compare_locations(over="3_months")

    assert (one["status"], every["status"]) == ("success", "success")
    values = {metric["key"]: metric["value"] for metric in one["metrics"] if metric["value"] is not None}
    [row] = [row for row in every["rows"] if row["location"] == "loc-01"]
    cells = dict(zip([column["key"] for column in every["columns"]], row["cells"], strict=True))
    assert {key: cell["value"] for key, cell in cells.items() if cell["value"] is not None} == values


async def test_the_coach_looks_at_a_location_and_plans_for_one(company: Workspace) -> None:
    coach = CaregiverQualityCoach(workspace=company, llm_config=False)

    found = await coach.review_caregivers("loc-01", over="3_months")
    plan = await coach.plan_development("cg-001", over="3_months")

    assert found["status"] == "success"
    assert "cg-001" in [row["caregiver_id"] for row in found["rows"]]
    assert (plan["status"], plan["caregiver_id"]) == ("success", "cg-001")


async def test_the_outcomes_analyst_tells_of_groups(company: Workspace) -> None:
    analyst = CareOutcomesAnalyst(workspace=company, llm_config=False)

    found = await analyst.review_outcomes("loc-01")
    client = await analyst.client_progress("cl-0001", timeframe="6_months")

    assert found["status"] == "success"
    assert found["whole"]["clients"] is not None
    assert (client["status"], client["client_id"]) == ("success", "cl-0001")


async def test_what_fails_is_answered_with_the_keys_that_a_caller_reads(company: Workspace) -> None:
    analyst = BenchmarkAnalyst(workspace=company, llm_config=False)
    coach = CaregiverQualityCoach(workspace=company, llm_config=False)
    outcomes = CareOutcomesAnalyst(workspace=company, llm_config=False)

    table = await analyst.compare_with_benchmarks("NoSuchTable", subject="loc-01", subject_kind="location")
    team = await coach.review_caregivers("loc-99")
    clients = await outcomes.review_outcomes("loc-99")

    assert (table["status"], table["metrics"], table["trends"]) == ("error", [], [])
    assert (team["status"], team["rows"], team["schooling"]) == ("error", [], [])
    assert (clients["status"], clients["measures"]) == ("error", [])
    assert "loc-01" in team["remedy"]
