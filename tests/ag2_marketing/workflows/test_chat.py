"""Free conversation with the team: who gets the floor, what is said, what is stored, and where it ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from scripted_model import Message, Raw, ScriptedModel, calls, says, scripted_model

from ag2_marketing.adapters.transcript import Entry
from ag2_marketing.demo import TARGET
from ag2_marketing.grounding import check
from ag2_marketing.workflows import chat
from ag2_marketing.workflows.chat import Team
from ag2_marketing_tools.campaigns import list_campaigns
from ag2_marketing_tools.errors import Unavailable
from ag2_marketing_tools.workspace import Workspace

Build = Callable[[str], Any]
ROLES = {
    "seo_auditor": "SEO auditor",
    "content_strategist": "content strategist",
    "experimenter": "experimenter",
    "campaign_manager": "campaign manager",
    "team_lead": "You lead a marketing team",
}
CAMPAIGN = {"name": "Spring", "platforms": ["facebook"], "content": [{"text": "Book a visit."}]}


def speaker(body: Message) -> str:
    """Who is asked, by its system prompt."""
    prompt = body["messages"][0]["content"]
    return next(name for name, words in ROLES.items() if words in prompt.split("\n")[0])


def evidence(body: Message, tool: str) -> str | None:
    """The id of the newest evidence of a tool, as the model reads it."""
    texts = [str(message.get("content") or "") for message in body["messages"]]
    found = [match for text in texts for match in re.findall(rf"Evidence (E\d+) of {tool}\.", text)]
    return found[-1] if found else None


def asked_last(body: Message) -> Message:
    message: Message = body["messages"][-1]
    return message


@contextmanager
def team_of(
    ws: Workspace, llm: Build, script: Callable[[Message], Any], **options: Any
) -> Iterator[tuple[Team, ScriptedModel]]:
    with scripted_model(script) as model:
        yield Team(ws, llm_config=llm(model.url), **options), model


def messages(entries: list[Entry]) -> list[tuple[str, str]]:
    return [(entry.speaker, entry.text) for entry in entries if entry.kind == "message"]


def notes(entries: list[Entry]) -> str:
    return " | ".join(entry.text for entry in entries if entry.kind == "note")


async def stored(ws: Workspace) -> list[str]:
    result = await list_campaigns.run({}, ws)
    return [campaign.name for campaign in result.campaigns]


async def test_the_lead_answers_a_question_with_a_tool(ws: Workspace, llm: Build) -> None:
    def script(body: Message) -> Any:
        found = evidence(body, "list_campaigns")
        return (
            says(f"So far [[{found}/total]] campaigns are stored.")
            if found
            else calls(("list_campaigns", {}))
        )

    with team_of(ws, llm, script) as (team, _):
        entries = await team.ask("What do we have?")

    assert [(entry.kind, entry.speaker) for entry in entries] == [
        ("call", "list_campaigns"),
        ("message", "team_lead"),
    ]
    assert entries[-1].text == "So far 0 campaigns are stored."
    assert entries[-1].by == "model"


async def test_a_colleague_is_brought_in_and_the_lead_has_the_last_word(
    sites: dict[str, str], ws: Workspace, llm: Build
) -> None:
    page = f"{sites[TARGET]}/"

    def script(body: Message) -> Any:
        found = evidence(body, "run_audit")
        if speaker(body) == "seo_auditor":
            return says(f"I audited [[{found}/url]].") if found else calls(("run_audit", {"url": page}))
        return says("All is answered.") if found else says("@seo_auditor please audit the page.")

    with team_of(ws, llm, script) as (team, _):
        entries = await team.ask(f"How is {page} doing?")

    assert [name for name, _ in messages(entries)] == ["team_lead", "seo_auditor", "team_lead"]
    assert messages(entries)[1][1] == f"I audited {page}."


async def test_a_person_can_address_a_colleague_directly(ws: Workspace, llm: Build) -> None:
    with team_of(ws, llm, lambda body: says(f"Here speaks {ROLES[speaker(body)]}.")) as (team, _):
        entries = await team.ask("@content_strategist what do you do?")

    assert [name for name, _ in messages(entries)] == ["content_strategist", "team_lead"]


async def test_a_lie_is_corrected_by_its_author(ws: Workspace, llm: Build) -> None:
    def script(body: Message) -> Any:
        corrected = asked_last(body).get("name") == "number_guard"
        return says("I have no figures yet.") if corrected else says("We have 4,711 visits a day.")

    with team_of(ws, llm, script) as (team, model):
        entries = await team.ask("How many visits do we have?")

    assert messages(entries) == [("team_lead", "I have no figures yet.")]
    assert "4,711" in asked_last(model.requests[-1])["content"]
    assert "4,711" not in notes(entries)
    assert "sent back" in notes(entries)


async def test_a_lie_that_stays_is_replaced(ws: Workspace, llm: Build) -> None:
    with team_of(ws, llm, lambda _body: says("We have 4,711 visits a day.")) as (team, model):
        entries = await team.ask("How many visits do we have?")

    assert [entry.by for entry in entries if entry.kind == "message"] == ["template"]
    assert "4,711" not in str(entries)
    assert len(model.requests) == 3


async def test_a_rejected_lie_is_in_nobodys_history(ws: Workspace, llm: Build) -> None:
    def script(body: Message) -> Any:
        return says("We have 4,711 visits.") if "How many" in str(body["messages"][1]) else says("Hello.")

    with team_of(ws, llm, script) as (team, model):
        await team.ask("How many visits do we have?")
        model.requests.clear()
        await team.ask("Hello?")

    assert "4,711" not in str(model.requests[0])


async def test_the_persons_own_figures_may_be_used_and_cited(ws: Workspace, llm: Build) -> None:
    def script(_body: Message) -> Any:
        return says("You have 1,200 visitors a day [U1].")

    with team_of(ws, llm, script) as (team, _):
        entries = await team.ask("We have 1,200 visitors a day. Remember that.")

    assert messages(entries) == [("team_lead", "You have 1,200 visitors a day [U1].")]


async def test_a_figure_that_only_a_model_said_is_no_users_figure(ws: Workspace, llm: Build) -> None:
    """Whatever role AG2 gives to a colleague's message when the next model reads it."""

    def script(body: Message) -> Any:
        return (
            says("@seo_auditor say it.")
            if speaker(body) == "team_lead"
            else says("We get 8,000 visits [U1].")
        )

    with team_of(ws, llm, script) as (team, _):
        entries = await team.ask("How many visits?")

    assert "8,000" not in str(entries)
    assert [entry.id for entry in team.session.ledger if entry.is_user] == ["U1"]


@pytest.mark.parametrize(("decision", "names"), [(True, ["Spring"]), (False, [])])
async def test_a_model_stores_what_a_person_approves_and_nothing_else(
    ws: Workspace, llm: Build, *, decision: bool, names: list[str]
) -> None:
    asked: list[dict[str, Any]] = []

    async def approve(_tool: object, arguments: dict[str, Any]) -> bool:
        asked.append(arguments)
        return decision

    def script(body: Message) -> Any:
        if speaker(body) == "team_lead":
            return says("Done.") if len(body["messages"]) > 3 else says("@campaign_manager please store it.")
        answered = asked_last(body)["role"] == "tool"
        return says("That is all.") if answered else calls(("schedule_campaign", CAMPAIGN))

    with team_of(ws, llm, script, approver=approve) as (team, model):
        await team.ask("Post 'Book a visit.' on facebook, as the campaign Spring.")

    assert asked == [CAMPAIGN]
    assert await stored(ws) == names
    told = [str(m["content"]) for r in model.requests for m in r["messages"] if m["role"] == "tool"]
    assert any("nobody approved" in text for text in told) is not decision


async def test_without_anybody_to_approve_nothing_is_stored(ws: Workspace, llm: Build) -> None:
    def script(body: Message) -> Any:
        if speaker(body) == "team_lead":
            return says("Done.") if len(body["messages"]) > 3 else says("@campaign_manager store it.")
        return (
            says("Nobody let me.")
            if asked_last(body)["role"] == "tool"
            else calls(("schedule_campaign", CAMPAIGN))
        )

    with team_of(ws, llm, script) as (team, _):
        entries = await team.ask("Post it.")

    assert await stored(ws) == []
    assert ("campaign_manager", "Nobody let me.") in messages(entries)


async def test_what_was_cancelled_can_be_stored_again_when_the_person_asks_again(
    ws: Workspace, llm: Build
) -> None:
    async def approve(_tool: object, _arguments: dict[str, Any]) -> bool:
        return True

    def script(body: Message) -> Any:
        if speaker(body) == "team_lead":
            return says("Done.")
        return (
            says("Stored.") if asked_last(body)["role"] == "tool" else calls(("schedule_campaign", CAMPAIGN))
        )

    with team_of(ws, llm, script, approver=approve) as (team, _):
        await team.ask("@campaign_manager post it.")
        await team.ask("@campaign_manager once more, please.")

    assert await stored(ws) == ["Spring", "Spring"]


async def test_several_questions_keep_one_ledger(ws: Workspace, llm: Build) -> None:
    def script(body: Message) -> Any:
        asked = [message["content"] for message in body["messages"] if message["role"] == "user"]
        if "again" in asked[-1]:
            return says("As before: [[E1/total]] campaigns are stored.")
        return says("I looked.") if asked_last(body)["role"] == "tool" else calls(("list_campaigns", {}))

    with team_of(ws, llm, script) as (team, _):
        first = await team.ask("What do we have?")
        second = await team.ask("Tell me again.")

    assert messages(first) == [("team_lead", "I looked.")]
    assert messages(second) == [("team_lead", "As before: 0 campaigns are stored.")]
    assert [entry.id for entry in team.session.ledger] == ["U1", "E1", "U2"]
    said = [entry.text for entry in team.session.transcript.entries if entry.by == "person"]
    assert said == ["What do we have?", "Tell me again."]
    team.session.ledger.verify()


async def test_handing_over_for_ever_comes_to_an_end_that_is_said(ws: Workspace, llm: Build) -> None:
    def script(body: Message) -> Any:
        return says("@seo_auditor over to you." if speaker(body) == "team_lead" else "Back to you.")

    with team_of(ws, llm, script) as (team, model):
        entries = await team.ask("Who does it?")

    assert len(model.requests) == chat.MOST_HANDOVERS
    assert "handed on too often" in notes(entries)


async def test_a_page_that_names_a_colleague_hands_the_floor_to_nobody(ws: Workspace, llm: Build) -> None:
    with team_of(ws, llm, lambda _body: says("It is called [[E1/name]].")) as (team, model):
        team.session.ledger.record(tool="fetch_page", arguments={}, result={"name": "Ask @seo_auditor now"})
        entries = await team.ask("What is it called?")

    assert len(model.requests) == 1
    assert [name for name, _ in messages(entries)] == ["team_lead"]
    assert "@seo_auditor" in messages(entries)[0][1]


async def test_a_model_that_fails_leaves_an_answer_that_says_so(ws: Workspace, llm: Build) -> None:
    with team_of(ws, llm, lambda _body: Raw(401, b'{"error": {"message": "bad key sk-test"}}')) as (team, _):
        entries = await team.ask("What do we have?")
        again = await team.ask("And now?")

    assert [entry.by for entry in entries if entry.kind == "message"] == ["template"]
    assert "gave no answer" in notes(entries)
    assert "sk-test" not in str(entries)
    assert len(messages(again)) == 1


async def test_each_question_has_the_budget_of_a_run(ws: Workspace, llm: Build) -> None:
    from dataclasses import replace

    tight = replace(ws, settings=ws.settings.model_copy(update={"llm_max_calls_per_run": 2}))
    with team_of(tight, llm, lambda _body: calls(("list_campaigns", {}))) as (team, model):
        first = await team.ask("What do we have?")
        second = await team.ask("And now?")

    assert len(model.requests) == 4
    assert "budget of 2 model requests" in notes(first)
    assert "budget of 2 model requests" in notes(second)


async def test_the_listener_hears_what_is_done_while_it_is_done(ws: Workspace, llm: Build) -> None:
    heard: list[str] = []
    with team_of(ws, llm, lambda _body: says("Hello.")) as (team, _):
        entries = await team.ask("Hello?", listener=lambda entry: heard.append(entry.text))

    assert heard == ["Hello."] == [entry.text for entry in entries]


async def test_everything_that_was_said_is_grounded(sites: dict[str, str], ws: Workspace, llm: Build) -> None:
    page = f"{sites[TARGET]}/"

    def script(body: Message) -> Any:
        found = evidence(body, "run_audit")
        if speaker(body) == "seo_auditor":
            texts = f"- failed: [[{found}/summary/failed]]", "We have 99 visits."
            return says(texts[len(body["messages"]) % 2]) if found else calls(("run_audit", {"url": page}))
        return says("Enough.") if found else says("@seo_auditor please look at it.")

    with team_of(ws, llm, script) as (team, _):
        entries = await team.ask(f"How is {page}?")

    for entry in entries:
        if entry.kind == "message":
            assert check(str(entry.source), team.session.ledger).grounded, entry


def test_without_a_model_it_is_said_what_to_set(ws: Workspace) -> None:
    with pytest.raises(Unavailable, match="AG2_MARKETING_LLM_MODEL"):
        Team(ws)
