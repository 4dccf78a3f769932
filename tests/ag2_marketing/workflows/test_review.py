"""The review of a location in a real group chat: every part is said, every figure grounded, model or not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import synthetic_company
from conftest import NOW
from scripted_model import Message, calls, says, scripted_model

from ag2_marketing.grounding import check
from ag2_marketing.workflows.review import run_location_review
from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace
from ag2_marketing_tools.workspace.store.subjects import Subject, save_subjects

Build = Callable[[str], Any]
SPEAKERS = ["benchmark_analyst", "caregiver_coach", "care_outcomes_analyst", "team_lead"]
TOOLS = [
    "compare_with_benchmarks",
    "show_course",
    "location_caregivers",
    "location_outcomes",
    "order_actions",
]


@pytest.fixture
async def company(
    request: pytest.FixtureRequest, company_home: Path, tmp_path: Path
) -> AsyncIterator[Workspace]:
    """The small synthetic company in a workspace that speaks English, where a test asks for nothing else."""
    home = synthetic_company.copied(company_home, tmp_path / "company")
    settings = Settings(_env_file=None, home=home, language=getattr(request, "param", "en"))
    async with Workspace.open(settings, clock=FixedClock(NOW)) as opened:
        yield opened


def messages(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for entry in answer["transcript"] if entry["kind"] == "message"]


def parts(answer: dict[str, Any]) -> dict[str, Any]:
    """What the result says, without the times and the conversation."""
    return {name: answer[name] for name in ("status", "positions", "caregivers", "outcomes", "actions")}


@pytest.mark.parametrize("company", ["en", "de"], indirect=True)
@pytest.mark.parametrize("location", ["loc-01", "loc-02", "loc-03"])
async def test_every_location_is_told_of_and_no_figure_is_refused(company: Workspace, location: str) -> None:
    answer = await run_location_review(location, workspace=company, llm_config=False)

    assert (answer["status"], answer["location"], answer["over"]) == ("success", location, "3_months")
    assert [entry for entry in answer["transcript"] if entry["kind"] == "note"] == []
    assert [(one["speaker"], one["by"]) for one in messages(answer)] == [
        (who, "template") for who in SPEAKERS
    ]
    for one in messages(answer):
        assert check(one["source"], answer["evidence"], company.settings.language).grounded
    assert [entry.tool for entry in answer["evidence"] if not entry.is_user] == TOOLS
    answer["evidence"].verify()


async def test_the_planted_decline_is_found_and_leads_to_an_action(company: Workspace) -> None:
    answer = await run_location_review("loc-01", workspace=company, llm_config=False)

    declining = {
        (one["caregiver_id"], one["key"].rpartition("/")[2]) for one in answer["caregivers"]["declining"]
    }
    assert ("cg-001", "on_time_arrival") in declining
    assert "care-punctuality" in [one["rule"] for one in answer["actions"]["actions"]]


async def test_caregivers_stand_under_pseudonyms_in_what_is_said(company: Workspace) -> None:
    answer = await run_location_review("loc-01", workspace=company, llm_config=False)

    said = "".join(entry["text"] for entry in answer["transcript"])
    assert answer["caregivers"]["rows"][0]["caregiver_id"].startswith("cg-")
    assert "cg-" not in said + str(answer["evidence"].entries)


async def test_a_part_that_cannot_be_looked_at_leaves_the_others(tmp_path: Path, company_home: Path) -> None:
    home = synthetic_company.copied(company_home, tmp_path / "company")
    async with Workspace.open(Settings(_env_file=None, home=home), clock=FixedClock(NOW)) as ws:
        async with ws.store.begin() as connection:
            await save_subjects(connection, [Subject(kind="location", id="new")], NOW)
            await save_subjects(
                connection, [Subject(kind="client", id=f"c-{n}", location="new") for n in range(9)], NOW
            )

        answer = await run_location_review("new", workspace=ws, llm_config=False)

    assert answer["status"] == "partial"
    assert [one["status"] for one in (*answer["positions"], answer["caregivers"], answer["outcomes"])] == [
        "error",
        "error",
        "success",
    ]
    assert [one["part"] for one in answer["actions"]["not_looked_at"]] == ["benchmarks", "caregivers"]
    assert "No active caregiver belongs to new" in messages(answer)[-1]["text"]


async def test_a_location_of_which_nothing_is_known_is_an_error(tmp_path: Path) -> None:
    async with Workspace.open(Settings(_env_file=None, home=tmp_path), clock=FixedClock(NOW)) as ws:
        async with ws.store.begin() as connection:
            await save_subjects(connection, [Subject(kind="location", id="new")], NOW)

        answer = await run_location_review("new", workspace=ws, llm_config=False)

    assert answer["status"] == "error"
    assert answer["actions"]["actions"] == []


async def test_a_name_that_no_location_has_is_refused_before_anybody_speaks(company: Workspace) -> None:
    with pytest.raises(NotFound, match="loc-01"):
        await run_location_review("loc-1", workspace=company, llm_config=False)
    with pytest.raises(InvalidInput, match="no period"):
        await run_location_review("loc-01", over="soon", workspace=company, llm_config=False)


def honest(body: Message) -> Message:
    """Reports what its step's evidence says, by reference, once it is there."""
    told = str(body["messages"])
    for evidence, text in (
        ("E5 of order_actions", "First: [[E5/actions/0/action]]"),
        ("E4 of location_outcomes", "[[E4/summary]]"),
        ("E3 of location_caregivers", "[[E3/summary]]"),
        ("E1 of compare_with_benchmarks", "[[E1/summary]]"),
    ):
        if f"Evidence {evidence}" in told:
            return says(text)
    return says("…")


def lying(_body: Message) -> Message:
    """Invents a figure."""
    return says("On-time arrival fell to 41.7 % at 97 of 113 visits [E1].")


def meddling(body: Message) -> Message:
    """Asks for another location, then invents a figure."""
    if "Evidence E" in str(body["messages"]):
        return lying(body)
    return calls(("location_caregivers", {"location": "loc-99", "over": "2_weeks"}))


@pytest.mark.parametrize(("script", "by"), [(honest, "model"), (lying, "template"), (meddling, "template")])
async def test_a_model_changes_the_words_and_no_figure(
    company: Workspace, llm: Build, script: Callable[[Message], Message], by: str
) -> None:
    silent = await run_location_review("loc-01", workspace=company, llm_config=False)

    with scripted_model(script) as model:
        answer = await run_location_review("loc-01", workspace=company, llm_config=llm(model.url))

    assert parts(answer) == parts(silent)
    assert [(one["speaker"], one["by"]) for one in messages(answer)] == [(who, by) for who in SPEAKERS]
    assert "41.7" not in "".join(one["text"] for one in messages(answer))
    assert "cg-" not in str(model.requests)


async def test_each_agent_is_shown_its_own_tools(company: Workspace, llm: Build) -> None:
    with scripted_model(honest) as model:
        await run_location_review("loc-01", workspace=company, llm_config=llm(model.url))

    assert model.tool_names >= set(TOOLS)
