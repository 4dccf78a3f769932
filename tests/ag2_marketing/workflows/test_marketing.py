"""The marketing workflow without a model: a conversation whose every figure comes from a tool."""

from __future__ import annotations

from typing import Any

import pytest

from ag2_marketing import ABTestingAgent, run_marketing_workflow
from ag2_marketing.demo import COMPETITORS, TARGET
from ag2_marketing.grounding import check
from ag2_marketing_tools.campaigns import list_campaigns
from ag2_marketing_tools.experiments import list_experiments
from ag2_marketing_tools.workspace import Settings, Workspace


async def run(sites: dict[str, str], ws: Workspace, **options: Any) -> dict[str, Any]:
    return await run_marketing_workflow(
        f"{sites[TARGET]}/",
        {},
        {},
        competitors=[f"{sites[name]}/" for name in COMPETITORS],
        workspace=ws,
        **{"llm_config": False, **options},
    )


async def stored_campaigns(ws: Workspace) -> list[Any]:
    result = await list_campaigns.run({}, ws)
    return list(result.campaigns)


async def test_the_team_audits_analyses_plans_and_stores(sites: dict[str, str], ws: Workspace) -> None:
    answer = await run(sites, ws)

    assert answer["status"] == "success"
    assert answer["audit"]["status"] == "success"
    assert answer["content_analysis"]["competitor_analysis"]
    assert answer["campaign"]["status"] == "scheduled"
    assert [entry["speaker"] for entry in answer["transcript"] if entry["kind"] == "message"] == [
        "seo_auditor",
        "content_strategist",
        "experimenter",
        "campaign_manager",
    ]
    assert len(await stored_campaigns(ws)) == 1


async def test_an_experiment_is_proposed_from_the_content_findings_and_nothing_is_set_up(
    sites: dict[str, str], ws: Workspace
) -> None:
    answer = await run(sites, ws)
    proposal, content = answer["experiment_proposal"], answer["content_analysis"]

    assert (proposal["status"], proposal["proposed"]) == ("success", True)
    control, variant = proposal["test_config"]["variants"]
    assert control["content"]["title"] == content["page"]["title"]
    assert variant["content"]["title"] == content["recommended_title"]
    assert variant["content"]["meta_description"] == content["recommended_meta_description"]
    assert set(variant["content"]["outline"]) > set(control["content"]["outline"])
    assert "h1" not in variant["content"]  # it may stay as it is
    assert proposal["plan"]["users_per_variant"] is None  # nobody measured the rate of today
    assert (await list_experiments.run({}, ws)).total == 0


async def test_the_proposed_configuration_can_be_set_up_as_it_is(
    sites: dict[str, str], ws: Workspace
) -> None:
    answer = await run(sites, ws)
    agent = ABTestingAgent(workspace=ws, llm_config=False)

    experiment = await agent.setup_experiment(answer["experiment_proposal"]["test_config"])

    assert experiment["status"] == "configured"
    assert experiment["variants"][0]["is_control"]
    roles = {metric["name"]: metric["role"] for metric in experiment["metrics"]}
    assert roles == {"click_through_rate": "goal", "bounce_rate": "guardrail", "avg_time_on_page": "other"}


async def test_without_a_content_analysis_nothing_is_proposed(ws: Workspace) -> None:
    answer = await run_marketing_workflow("http://127.0.0.1:9/", workspace=ws, llm_config=False)

    assert answer["experiment_proposal"]["status"] == "error"
    [said] = [entry["text"] for entry in answer["transcript"] if entry["speaker"] == "experimenter"]
    assert said == "Without a content analysis there is nothing to propose an experiment from."


async def test_every_message_is_grounded_in_the_ledger(sites: dict[str, str], ws: Workspace) -> None:
    answer = await run(sites, ws)

    answer["evidence"].verify()
    messages = [entry for entry in answer["transcript"] if entry["kind"] == "message"]
    assert all(check(message["source"], answer["evidence"]).grounded for message in messages)
    assert not [entry for entry in answer["transcript"] if entry["kind"] == "note"]


async def test_the_same_inputs_give_the_same_figures_again(
    sites: dict[str, str], settings: Settings, tmp_path: Any
) -> None:
    from conftest import NOW

    from ag2_marketing_tools.workspace import FixedClock, SequentialIds

    answers = []
    for name in ("first", "second"):
        again = settings.model_copy(update={"home": tmp_path / name})
        async with Workspace.open(again, clock=FixedClock(NOW), ids=SequentialIds()) as ws:
            answers.append(await run(sites, ws))

    first, second = answers
    assert first["evidence"].head == second["evidence"].head
    assert first["transcript"] == second["transcript"]


async def test_posts_are_planned_in_the_future_and_nothing_pretends_to_be_published(
    sites: dict[str, str], ws: Workspace
) -> None:
    answer = await run(sites, ws)

    states = {post["state"] for post in answer["campaign"]["scheduled_posts"]}
    assert states == {"scheduled"}
    assert all(post["run_at"] > ws.clock.now().isoformat() for post in answer["campaign"]["scheduled_posts"])


async def test_platform_tokens_are_in_no_evidence_and_no_row(sites: dict[str, str], ws: Workspace) -> None:
    answer = await run_marketing_workflow(
        f"{sites[TARGET]}/",
        {"pagespeed": ""},
        {"facebook": "EAAB-top-secret"},
        workspace=ws,
        llm_config=False,
    )

    assert "EAAB-top-secret" not in str([entry.payload() for entry in answer["evidence"]])
    assert "EAAB-top-secret" not in ws.settings.sqlite_path.read_bytes().decode("latin-1")


async def test_an_unreachable_target_ends_in_a_clear_error_and_stores_nothing(ws: Workspace) -> None:
    answer = await run_marketing_workflow("http://127.0.0.1:9/", workspace=ws, llm_config=False)

    assert answer["status"] == "error"
    assert answer["audit"]["status"] == "error"
    assert "127.0.0.1" in answer["audit"]["error"]
    assert answer["campaign"]["status"] == "error"
    assert not await stored_campaigns(ws)


async def test_a_competitor_that_is_down_is_reported_and_the_rest_goes_on(
    sites: dict[str, str], ws: Workspace
) -> None:
    answer = await run_marketing_workflow(
        f"{sites[TARGET]}/",
        competitors=["http://127.0.0.1:9/", f"{sites['silver_oak']}/"],
        workspace=ws,
        llm_config=False,
    )

    statuses = [entry["status"] for entry in answer["content_analysis"]["competitor_analysis"]]
    assert answer["status"] == "success"
    assert statuses == ["unreadable", "compared"]


@pytest.mark.parametrize(("decision", "state"), [("approve", "scheduled"), ("no, not yet", "cancelled")])
async def test_a_person_decides_before_anything_is_stored_as_scheduled(
    sites: dict[str, str], ws: Workspace, decision: str, state: str
) -> None:
    states_when_asked = []

    async def ask(_question: str) -> str:
        [campaign] = await stored_campaigns(ws)
        states_when_asked.append((campaign.status, campaign.counts.scheduled))
        return decision

    answer = await run(sites, ws, human=True, ask=ask)

    assert states_when_asked == [("awaiting_approval", 0)]
    assert {post["state"] for post in answer["campaign"]["scheduled_posts"]} == {state}
    assert "reviewer" in [entry["speaker"] for entry in answer["transcript"]]


async def test_a_person_who_never_decides_has_rejected(sites: dict[str, str], ws: Workspace) -> None:
    async def ask(_question: str) -> str:
        return "hm"

    answer = await run(sites, ws, human=True, ask=ask)

    assert {post["state"] for post in answer["campaign"]["scheduled_posts"]} == {"cancelled"}
