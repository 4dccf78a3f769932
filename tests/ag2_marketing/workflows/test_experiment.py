"""The review of an experiment in a real group chat: what is said of each kind of result, every figure grounded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW
from experiment_traffic import a_test, visit
from scripted_model import Message, says, scripted_model

from ag2_marketing.grounding import check
from ag2_marketing.workflows.experiment import run_experiment_review
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace

Visit = tuple[dict[str, Any], int, str, str]
Build = Callable[[str], Any]

# What users did, after how many days it is looked at, and a word that each language must say of it.
KINDS: dict[str, Visit] = {
    "winner": ({"users": (1000, 1000), "converted": (100, 160)}, 15, "Bold", "Bold"),
    "none": ({"users": (1000, 1000), "converted": (100, 104)}, 15, "Control", "Control"),
    "sample ratio mismatch": ({"users": (1000, 700), "converted": (100, 110)}, 15, "data", "Daten"),
    "insufficient": ({"users": (0, 0)}, 3, "Insufficient data", "Insufficient data"),
    "one empty arm": ({"users": (20, 0)}, 3, "", ""),
    "too few users": ({"users": (40, 40), "converted": (4, 16)}, 15, "", ""),
    "early lead": ({"users": (1000, 1000), "converted": (100, 190)}, 3, "Bold", "Bold"),
    "harm": (
        {"users": (1000, 1000), "converted": (100, 160), "unsubscribed": (10, 60)},
        15,
        "",
        "",
    ),
    "worse": ({"users": (1000, 1000), "converted": (160, 100)}, 15, "", ""),
    "nobody converts": ({"users": (1000, 1000)}, 15, "", ""),
}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture(params=["en", "de"])
async def ws(request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Workspace]:
    """A workspace that speaks English, then German."""
    settings = Settings(_env_file=None, home=tmp_path / "home", language=request.param)
    async with Workspace.open(settings, clock=clock) as opened:
        yield opened


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_result_is_said_and_no_figure_is_refused(
    ws: Workspace, clock: FixedClock, kind: str
) -> None:
    what, days, english, german = KINDS[kind]
    test = await a_test(ws)
    await visit(ws, test, **what)
    clock.advance(days * 86_400)

    answer = await run_experiment_review(test.test_id, workspace=ws, llm_config=False)

    [message] = [entry for entry in answer["transcript"] if entry["kind"] == "message"]
    language = ws.settings.language
    assert [entry for entry in answer["transcript"] if entry["kind"] == "note"] == []
    assert (message["speaker"], message["by"]) == ("experimenter", "template")
    assert check(message["source"], answer["evidence"], language).grounded
    assert {"en": english, "de": german}[language] in message["text"]
    answer["evidence"].verify()


async def test_a_test_that_is_not_there_is_told_of(ws: Workspace) -> None:
    answer = await run_experiment_review("nowhere", workspace=ws, llm_config=False)

    assert answer["status"] == "error"
    assert "'nowhere'" in answer["analysis"]["error"]
    [message] = [entry for entry in answer["transcript"] if entry["kind"] == "message"]
    assert "'nowhere'" in message["text"]


async def test_the_answer_holds_the_analysis_the_status_and_the_evidence(
    ws: Workspace, clock: FixedClock
) -> None:
    test = await a_test(ws)
    await visit(ws, test, (1000, 1000), converted=(100, 160))
    clock.advance(15 * 86_400)

    answer = await run_experiment_review(test.test_id, workspace=ws, llm_config=False)

    assert (answer["status"], answer["test_id"]) == ("success", test.test_id)
    assert answer["analysis"]["winning_variant"]["name"] == "Bold"
    assert answer["test_status"]["current_sample_size"] == 2000
    assert [entry.tool for entry in answer["evidence"] if not entry.is_user] == [
        "analyze_results",
        "get_test_status",
    ]


def honest(body: Message) -> Message:
    """Reports the decision by reference, once it is there."""
    told = str(body["messages"])
    return says("The decision: [[E1/summary]]") if "Evidence E1 of analyze_results" in told else says("…")


def lying(_body: Message) -> Message:
    """Invents a winner's lift."""
    return says("Bold wins by 312 % [E1], with p = 0.0001.")


@pytest.mark.parametrize(("script", "by"), [(honest, "model"), (lying, "template")])
async def test_a_model_speaks_only_in_figures_of_the_analysis(
    ws: Workspace, clock: FixedClock, llm: Build, script: Callable[[Message], Message], by: str
) -> None:
    test = await a_test(ws)
    await visit(ws, test, (1000, 1000), converted=(100, 160))
    clock.advance(15 * 86_400)
    silent = await run_experiment_review(test.test_id, workspace=ws, llm_config=False)

    with scripted_model(script) as model:
        answer = await run_experiment_review(test.test_id, workspace=ws, llm_config=llm(model.url))

    [message] = [entry for entry in answer["transcript"] if entry["kind"] == "message"]
    assert message["by"] == by
    assert "312" not in message["text"]
    assert answer["analysis"] == silent["analysis"]
