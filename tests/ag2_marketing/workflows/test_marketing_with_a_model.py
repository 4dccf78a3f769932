"""The marketing workflow with a model that is honest, lying, broken or silent: the same figures every
time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from scripted_model import Message, Raw, calls, says, scripted_model

from ag2_marketing import run_marketing_workflow
from ag2_marketing.demo import COMPETITORS, TARGET
from ag2_marketing.grounding import check
from ag2_marketing_tools.workspace import Workspace

STEPS = {
    "seo_auditor": "run_audit",
    "content_strategist": "analyze_content",
    "experimenter": "propose_experiment",
    "campaign_manager": "schedule_campaign",
}
Build = Callable[[str], Any]


def speaker(body: Message) -> str:
    """Who is asked, by its system prompt."""
    prompt = body["messages"][0]["content"]
    return next(
        name
        for name, words in (
            ("seo_auditor", "SEO auditor"),
            ("content_strategist", "content strategist"),
            ("experimenter", "experimenter"),
            ("campaign_manager", "campaign manager"),
        )
        if words in prompt
    )


def own_evidence(body: Message) -> str | None:
    """The id of the evidence that the speaker's own tool brought, as the model reads it."""
    tool = STEPS[speaker(body)]
    texts = [str(message.get("content") or "") for message in body["messages"]]
    found = [match for text in texts for match in re.findall(rf"Evidence (E\d+) of {tool}\.", text)]
    return found[-1] if found else None


def honest(body: Message) -> Message:
    """Reports one figure of its evidence, by reference."""
    evidence = own_evidence(body)
    path = {
        "seo_auditor": "headings/h1/0",
        "content_strategist": "recommended_title",
        "experimenter": "test_config/name",
        "campaign_manager": "status",
    }
    return (
        says(f"Here is what I found: [[{evidence}/{path[speaker(body)]}]].")
        if evidence
        else says("Let me look.")
    )


async def run(sites: dict[str, str], ws: Workspace, llm_config: Any) -> dict[str, Any]:
    return await run_marketing_workflow(
        f"{sites[TARGET]}/",
        competitors=[f"{sites[name]}/" for name in COMPETITORS],
        workspace=ws,
        llm_config=llm_config,
    )


def figures(answer: dict[str, Any]) -> dict[str, Any]:
    """The result without what each run makes anew."""
    text = json.dumps(
        {name: answer[name] for name in ("audit", "content_analysis", "experiment_proposal", "plan")}
    )
    return json.loads(re.sub(r'"(audit|content|campaign|post)_\d+"', '"id"', text))


def assert_grounded(answer: dict[str, Any]) -> None:
    for entry in answer["transcript"]:
        if entry["kind"] == "message":
            assert check(entry["source"], answer["evidence"]).grounded, entry
    answer["evidence"].verify()


async def test_both_modes_return_the_same_figures(sites: dict[str, str], ws: Workspace, llm: Build) -> None:
    silent = await run(sites, ws, False)
    with scripted_model(honest) as model:
        spoken = await run(sites, ws, llm(model.url))

    assert figures(spoken) == figures(silent)
    assert {entry["by"] for entry in spoken["transcript"] if entry["kind"] == "message"} == {"model"}
    assert_grounded(spoken)


LIES = [
    "The page has 4,711 errors.",
    "The page has 4,711 errors [E1].",
    "LCP is 1.2 s [E1] and traffic doubled.",
    "I published 12 posts on Facebook [E3].",
    "We rank 3rd for home care and will grow by 40 % within two months.",
    "Half of all visitors leave.",
    "The score is [[E1/no/such/path]].",
    "The audit found [[E99/findings]] problems.",
    "The ４７ images load in 0.3 s.",
    "The page has 4<!-- -->7 issues, forty-seven to be exact [E1].",
    "`4711` errors stand in `run_audit`.",
]


@pytest.mark.parametrize("lie", LIES)
async def test_no_lie_reaches_a_message_an_argument_or_the_result(
    sites: dict[str, str], ws: Workspace, llm: Build, lie: str
) -> None:
    silent = await run(sites, ws, False)
    with scripted_model(lambda _body: says(lie)) as model:
        answer = await run(sites, ws, llm(model.url))

    assert lie not in [entry["source"] for entry in answer["transcript"]]
    assert figures(answer) == figures(silent)
    assert {entry["by"] for entry in answer["transcript"] if entry["kind"] == "message"} == {"template"}
    assert "template speaks" in " ".join(e["text"] for e in answer["transcript"] if e["kind"] == "note")
    assert_grounded(answer)


ROGUE_CALLS = [
    (
        "schedule_campaign",
        {"name": "Mine", "platforms": ["facebook"], "content": [{"text": "90 % off for 500 families!"}]},
    ),
    ("schedule_campaign", {"name": "Mine", "platforms": ["facebook"], "content": [{"text": "Buy now"}]}),
    ("run_audit", {"url": "http://169.254.169.254/latest/meta-data/"}),
    ("calculate", {"operation": "sum", "operands": [{"value": 4711}, {"value": 2}]}),
    ("delete_everything", {}),
    ("run_audit", "{broken json"),
    ("run_audit", {"url": "https://example.com/", "depth": 99}),
    ("resolve_time", {"expression": "in 47 days"}),
]


@pytest.mark.parametrize("rogue", ROGUE_CALLS, ids=lambda rogue: rogue[0])
async def test_a_rogue_call_changes_no_figure_and_stores_nothing(
    sites: dict[str, str], ws: Workspace, llm: Build, rogue: tuple[str, Any]
) -> None:
    silent = await run(sites, ws, False)

    def script(body: Message) -> Message:
        return honest(body) if len(body["messages"]) % 3 == 0 else calls(rogue)

    with scripted_model(script) as model:
        answer = await run(sites, ws, llm(model.url))

    assert figures(answer) == figures(silent)
    executed = [entry for entry in answer["evidence"] if entry.tool in {"schedule_campaign", "calculate"}]
    assert [entry.tool for entry in executed] == ["schedule_campaign"]
    assert "4711" not in json.dumps([entry.arguments for entry in answer["evidence"]])
    assert_grounded(answer)


BROKEN = [
    Raw(500, b'{"error": {"message": "overloaded"}}'),
    Raw(200, b"<html>not json</html>"),
    Raw(200, b'{"choices": []}'),
    Raw(401, b'{"error": {"message": "bad key sk-test"}}'),
]


@pytest.mark.parametrize("answer_of_model", BROKEN, ids=["500", "html", "no choices", "401"])
async def test_a_broken_model_degrades_to_the_templates_and_says_so(
    sites: dict[str, str], ws: Workspace, llm: Build, answer_of_model: Raw
) -> None:
    with scripted_model(lambda _body: answer_of_model) as model:
        answer = await run(sites, ws, llm(model.url))

    assert answer["status"] == "success"
    notes = [entry["text"] for entry in answer["transcript"] if entry["kind"] == "note"]
    assert any("template speaks" in note.lower() for note in notes)
    assert "sk-test" not in json.dumps(answer["transcript"])


async def test_secrets_are_in_no_request_to_the_model(
    sites: dict[str, str], ws: Workspace, llm: Build
) -> None:
    with scripted_model(honest) as model:
        await run_marketing_workflow(
            f"{sites[TARGET]}/",
            {"pagespeed": ""},
            {"facebook": "EAAB-top-secret", "twitter": "AAAA-also-secret"},
            workspace=ws,
            llm_config=llm(model.url),
        )

    asked = json.dumps(model.requests)
    assert "top-secret" not in asked
    assert "also-secret" not in asked
    assert "workspace" not in {
        name
        for request in model.requests
        for tool in request["tools"]
        for name in tool["function"]["parameters"].get("properties", {})
    }


async def test_the_budget_ends_the_models_part(sites: dict[str, str], ws: Workspace, llm: Build) -> None:
    from dataclasses import replace

    tight = replace(ws, settings=ws.settings.model_copy(update={"llm_max_calls_per_run": 2}))
    with scripted_model(honest) as model:
        answer = await run(sites, tight, llm(model.url))

    assert len(model.requests) == 2
    assert answer["status"] == "success"
    assert "budget of 2 model requests" in json.dumps(answer["transcript"])
