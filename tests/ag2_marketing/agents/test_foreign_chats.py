"""Our agents in chats that are not ours: a group chat, a pattern, a chat of two."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from autogen import Agent, ConversableAgent, GroupChat, GroupChatManager, UserProxyAgent
from autogen.agentchat import a_initiate_group_chat
from autogen.agentchat.group import AgentTarget, OnCondition, StringLLMCondition, TerminateTarget
from autogen.agentchat.group.patterns import DefaultPattern
from scripted_model import Message, calls, says, scripted_model

from ag2_marketing import ContentStrategyAgent, MarketingAutomationAgent, SEOAuditAgent
from ag2_marketing.adapters.session import FixedCall
from ag2_marketing.agents.step import Step
from ag2_marketing.agents.team_lead import TeamLead
from ag2_marketing_tools.campaigns import list_campaigns
from ag2_marketing_tools.errors import MarketingError
from ag2_marketing_tools.seo import run_audit
from ag2_marketing_tools.workspace import Workspace

Build = Callable[[str], Any]
Make = Callable[..., ConversableAgent]
LIE = "The page has 4,711 broken links and traffic doubled."


def reporting(page: str) -> Callable[[Message], Message]:
    """A model that audits the page and reports one figure of it."""

    def script(body: Message) -> Message:
        texts = " ".join(str(message.get("content")) for message in body["messages"])
        found = re.search(r"Evidence (E\d+) of run_audit\.", texts)
        if found is None:
            return calls(("run_audit", {"url": page}))
        return says(f"- failed: [[{found[1]}/summary/failed]]")

    return script


def lying(page: str) -> Callable[[Message], Message]:
    """A model that audits the page and lies about it, for ever."""

    def script(body: Message) -> Message:
        audited = any(message["role"] == "tool" for message in body["messages"])
        return says(LIE) if audited else calls(("run_audit", {"url": page}))

    return script


def audit_of(page: str) -> Step:
    return Step("audit", lambda _session: [FixedCall(run_audit, {"url": page})])


def selector(order: Sequence[Agent]) -> Callable[[Agent, GroupChat], Agent | None]:
    """The convention of AG2: whoever calls a tool runs it and goes on."""

    def select(last: Agent, chat: GroupChat) -> Agent | None:
        message = chat.messages[-1]
        if message.get("tool_calls") or message.get("role") == "tool":
            return last
        at = order.index(last) + 1
        return order[at] if at < len(order) else None

    return select


def contents(messages: Sequence[Message]) -> str:
    return "\n".join(str(message.get("content")) for message in messages)


def spoken(messages: Sequence[Message], name: str) -> list[str]:
    return [
        message["content"]
        for message in messages
        if message.get("name") == name and message.get("content") and message.get("role") != "tool"
    ]


async def group_chat(foreign: Make, agent: ConversableAgent, task: str) -> list[Message]:
    boss, editor = foreign("boss"), foreign("editor", default_auto_reply="Noted.")
    chat = GroupChat(
        [boss, agent, editor], max_round=40, speaker_selection_method=selector([boss, agent, editor])
    )
    await boss.a_initiate_chat(
        GroupChatManager(chat, llm_config=False, silent=True), message=task, silent=True
    )
    return list(chat.messages)


async def pattern(_foreign: Make, agent: ConversableAgent, task: str) -> list[Message]:
    agent.handoffs.set_after_work(TerminateTarget())
    result, _, _ = await a_initiate_group_chat(
        DefaultPattern(initial_agent=agent, agents=[agent]), task, max_rounds=40
    )
    return list(result.chat_history)


async def chat_of_two(_foreign: Make, agent: ConversableAgent, task: str) -> list[Message]:
    person = UserProxyAgent("person", human_input_mode="NEVER", code_execution_config=False, silent=True)
    result = await person.a_initiate_chat(agent, message=task, max_turns=1, silent=True)
    return list(result.chat_history)


CHATS = pytest.mark.parametrize("hold", [group_chat, pattern, chat_of_two])


@CHATS
async def test_a_model_uses_its_tools_and_reports_what_they_say(
    hold: Any, foreign: Make, ws: Workspace, llm: Build, page: str
) -> None:
    with scripted_model(reporting(page)) as model:
        agent = SEOAuditAgent(workspace=ws, llm_config=llm(model.url))
        messages = await hold(foreign, agent, f"How is {page}?")

    failed = agent.session.ledger["E1"].result["summary"]["failed"]
    assert spoken(messages, agent.name)[-1] == f"- failed: {failed}"
    assert [entry.tool for entry in agent.session.ledger] == ["run_audit"]


@CHATS
async def test_a_lying_models_figure_never_leaves(
    hold: Any, foreign: Make, ws: Workspace, llm: Build, page: str
) -> None:
    with scripted_model(lying(page)) as model:
        agent = SEOAuditAgent(workspace=ws, llm_config=llm(model.url))
        messages = await hold(foreign, agent, f"How is {page}?")

    assert "4,711" not in contents(messages)
    assert "doubled" not in contents(messages)
    assert spoken(messages, agent.name)
    assert [entry.by for entry in agent.session.transcript.entries if entry.kind == "message"] == ["template"]
    assert "4,711" not in str(agent.session.transcript.entries)


@CHATS
async def test_without_a_model_a_step_is_worked_on_with_its_tools(
    hold: Any, foreign: Make, ws: Workspace, page: str
) -> None:
    agent = SEOAuditAgent(workspace=ws, llm_config=False)
    agent.begin(audit_of(page))

    messages = await hold(foreign, agent, "Go on.")

    assert [entry.tool for entry in agent.session.ledger] == ["run_audit"]
    assert f"I audited {page}" in spoken(messages, agent.name)[-1]


@CHATS
async def test_without_a_model_and_a_step_it_says_what_is_missing(
    hold: Any, foreign: Make, ws: Workspace
) -> None:
    messages = await hold(foreign, SEOAuditAgent(workspace=ws, llm_config=False), "Hello?")

    assert "AG2_MARKETING_LLM_MODEL" in spoken(messages, "seo_auditor")[-1]
    assert "`run_audit`" in spoken(messages, "seo_auditor")[-1]


@CHATS
async def test_a_model_may_not_store_without_anybody_to_approve(
    hold: Any, foreign: Make, ws: Workspace, llm: Build
) -> None:
    campaign = {"name": "Spring", "platforms": ["facebook"], "content": [{"text": "Book a visit."}]}

    def script(body: Message) -> Message:
        refused = any(message["role"] == "tool" for message in body["messages"])
        return says("Nobody let me.") if refused else calls(("schedule_campaign", campaign))

    with scripted_model(script) as model:
        agent = MarketingAutomationAgent(workspace=ws, llm_config=llm(model.url))
        messages = await hold(foreign, agent, "Post 'Book a visit.' on facebook, as Spring.")

    assert spoken(messages, agent.name)[-1] == "Nobody let me."
    assert (await list_campaigns.run({}, ws)).total == 0


async def test_an_approver_lets_a_model_store(foreign: Make, ws: Workspace, llm: Build) -> None:
    campaign = {"name": "Spring", "platforms": ["facebook"], "content": [{"text": "Book a visit."}]}

    async def approve(_tool: object, _arguments: object) -> bool:
        return True

    def script(body: Message) -> Message:
        stored = any(message["role"] == "tool" for message in body["messages"])
        return says("Stored.") if stored else calls(("schedule_campaign", campaign))

    with scripted_model(script) as model:
        agent = MarketingAutomationAgent(workspace=ws, llm_config=llm(model.url), approver=approve)
        await chat_of_two(foreign, agent, "Post it.")

    assert (await list_campaigns.run({}, ws)).total == 1


async def test_a_foreign_model_cannot_invent_an_argument_for_a_tool_that_we_run(
    foreign: Make, ws: Workspace, llm: Build
) -> None:
    """An agent without a model of its own runs what others ask for; the guard is on all the same."""
    ours = SEOAuditAgent(workspace=ws, llm_config=False)
    rogue = ("calculate", {"operation": "sum", "operands": [{"value": 4711}, {"value": 2}]})
    script = [calls(rogue), says("Never mind.")]
    with scripted_model(script) as model:
        theirs = foreign("theirs", llm_config=llm(model.url))
        next(tool for tool in ours.tools if tool.name == "calculate").register_for_llm(theirs)
        boss = foreign("boss")

        def select(last: Agent, chat: GroupChat) -> Agent | None:
            if chat.messages[-1].get("tool_calls"):
                return ours
            return theirs if last in (boss, ours) else None

        chat = GroupChat([boss, theirs, ours], max_round=10, speaker_selection_method=select)
        manager = GroupChatManager(chat, llm_config=False, silent=True)
        await boss.a_initiate_chat(manager, message="Add it up.", silent=True)

    assert "calculate was not run" in contents(chat.messages)
    assert len(ours.session.ledger) == 0


async def test_agents_that_share_a_session_cite_each_other(
    foreign: Make, ws: Workspace, llm: Build, page: str
) -> None:
    def script(body: Message) -> Message:
        if "SEO auditor" in body["messages"][0]["content"]:
            return reporting(page)(body)
        return says("The audited page is [[E1/url]].")

    with scripted_model(script) as model:
        first = SEOAuditAgent(workspace=ws, llm_config=llm(model.url))
        second = ContentStrategyAgent(llm_config=llm(model.url), session=first.session)
        boss = foreign("boss")
        order = [boss, first, second]
        chat = GroupChat(order, max_round=20, speaker_selection_method=selector(order))
        await boss.a_initiate_chat(
            GroupChatManager(chat, llm_config=False, silent=True), message="How is it?", silent=True
        )

    assert spoken(chat.messages, second.name) == [f"The audited page is {page}."]


async def test_a_hand_over_of_a_foreign_pattern_is_the_models_to_call(
    foreign: Make, ws: Workspace, llm: Build
) -> None:
    editor = foreign("editor", default_auto_reply="I take it from here.")
    offered: list[set[str]] = []

    def script(body: Message) -> Message:
        offered.append({tool["function"]["name"] for tool in body["tools"]})
        [name] = [name for name in offered[-1] if name.startswith("transfer_to_editor")]
        return calls((name, {}))

    with scripted_model(script) as model:
        agent = SEOAuditAgent(workspace=ws, llm_config=llm(model.url))
        agent.handoffs.add_llm_condition(
            OnCondition(
                target=AgentTarget(editor), condition=StringLLMCondition("When text is to be edited.")
            )
        )
        editor.handoffs.set_after_work(TerminateTarget())
        result, _, last = await a_initiate_group_chat(
            DefaultPattern(initial_agent=agent, agents=[agent, editor]), "Edit this.", max_rounds=8
        )

    assert offered[0] >= {"run_audit"}
    assert last is editor
    assert spoken(result.chat_history, "editor") == ["I take it from here."]


# --- Who wrote a figure


class Typist(UserProxyAgent):
    """A person at a keyboard, by script; after the script they leave."""

    def __init__(self, *lines: str) -> None:
        super().__init__("person", human_input_mode="ALWAYS", code_execution_config=False, silent=True)
        self.lines = list(lines)

    async def a_get_human_input(self, prompt: str, **_: Any) -> str:
        return self.lines.pop(0) if self.lines else "exit"


async def test_what_a_person_types_is_evidence_once_an_agent_listens(ws: Workspace, llm: Build) -> None:
    person = Typist("We have 1,200 visitors a day.")

    def script(body: Message) -> Message:
        heard = "1,200" in str(body["messages"][-1]["content"])
        return says("You have 1,200 visitors a day [U1]." if heard else "How many visitors do you have?")

    with scripted_model(script) as model:
        agent = SEOAuditAgent(workspace=ws, llm_config=llm(model.url))
        agent.listen_to(person)
        agent.listen_to(person)  # once is enough
        result = await person.a_initiate_chat(agent, message="Hello.", silent=True)

    assert [(entry.id, entry.text) for entry in agent.session.ledger] == [
        ("U1", "We have 1,200 visitors a day.")
    ]
    assert result.chat_history[-1]["content"] == "You have 1,200 visitors a day [U1]."


async def test_what_an_agent_says_by_itself_is_no_persons_word(ws: Workspace, llm: Build) -> None:
    """AG2 gives an automatic reply the same role as a person's; it does not come through the same door."""
    proxy = UserProxyAgent(
        "person",
        human_input_mode="NEVER",
        code_execution_config=False,
        silent=True,
        default_auto_reply="We have 9,000 visitors.",
    )
    with scripted_model(lambda _body: says("You have 9,000 visitors [U1].")) as model:
        agent = SEOAuditAgent(workspace=ws, llm_config=llm(model.url))
        agent.listen_to(proxy)
        result = await proxy.a_initiate_chat(
            agent, message="We have 8,000 visitors.", max_turns=2, silent=True
        )

    ours = [message["content"] for message in result.chat_history if message.get("name") == agent.name]
    assert len(agent.session.ledger) == 0
    assert not any("9,000" in text for text in ours)


async def test_a_program_may_pass_on_a_persons_words(ws: Workspace, llm: Build) -> None:
    with scripted_model(lambda _body: says("You have 1,200 visitors [U1].")) as model:
        agent = SEOAuditAgent(workspace=ws, llm_config=llm(model.url))
        agent.session.hear("We have 1,200 visitors.")
        reply = await agent.a_generate_reply(messages=[{"role": "user", "content": "How many?"}])

    assert reply == "You have 1,200 visitors [U1]."


# --- What cannot be


def test_a_synchronous_chat_is_refused_with_a_clear_error(ws: Workspace, foreign: Make) -> None:
    agent = SEOAuditAgent(workspace=ws, llm_config=False)

    with pytest.raises(MarketingError, match=r"synchronous chat\. Use a_initiate_chat"):
        foreign("boss").initiate_chat(agent, message="Hello?", max_turns=1, silent=True)


def test_a_synchronous_group_chat_is_refused_too(ws: Workspace, foreign: Make) -> None:
    agent, boss = SEOAuditAgent(workspace=ws, llm_config=False), foreign("boss")
    chat = GroupChat([boss, agent], max_round=4, speaker_selection_method=selector([boss, agent]))

    with pytest.raises(MarketingError, match="synchronous chat"):
        boss.initiate_chat(
            GroupChatManager(chat, llm_config=False, silent=True), message="Hello?", silent=True
        )


# --- Limits


async def test_a_model_that_only_calls_tools_comes_to_an_end_in_a_chat_of_two(
    foreign: Make, ws: Workspace, llm: Build
) -> None:
    with scripted_model(lambda _body: calls(("resolve_time", {"expression": "tomorrow"}))) as model:
        agent = SEOAuditAgent(workspace=ws, llm_config=llm(model.url))
        messages = await asyncio.wait_for(chat_of_two(foreign, agent, "When?"), 60)

    assert len(model.requests) < 20
    assert spoken(messages, agent.name)


async def test_a_spent_budget_is_said_and_the_chat_goes_on(
    foreign: Make, ws: Workspace, llm: Build, page: str
) -> None:
    from ag2_marketing.agents.model import Budget

    with scripted_model(lambda _body: says("Hello.")) as model:
        budget = Budget(max_tokens=10_000, max_calls=1)
        agent = SEOAuditAgent(workspace=ws, llm_config=llm(model.url), budget=budget)
        first = await chat_of_two(foreign, agent, "Hello?")
        second = await chat_of_two(foreign, agent, "Hello again?")

    assert len(model.requests) == 1
    assert spoken(first, agent.name) == ["Hello."]
    assert spoken(second, agent.name) != ["Hello."]
    assert "budget of 1 model requests" in str(agent.session.transcript.entries)


async def test_one_bad_answer_does_not_silence_a_model_for_good(
    foreign: Make, ws: Workspace, llm: Build
) -> None:
    script = [says(LIE), says(LIE), says(LIE), says("All is well.")]
    with scripted_model(script) as model:
        agent = SEOAuditAgent(workspace=ws, llm_config=llm(model.url))
        await chat_of_two(foreign, agent, "Hello?")
        second = await chat_of_two(foreign, agent, "Hello again?")

    assert spoken(second, agent.name) == ["All is well."]


# --- What a model is shown


async def test_page_text_reaches_a_model_only_in_a_fence(
    foreign: Make, ws: Workspace, llm: Build, page: str
) -> None:
    """A colleague's message is shown as it was written, with references, not with the page's words."""

    def script(body: Message) -> Message:
        if "SEO auditor" not in body["messages"][0]["content"]:
            return says("Thank you.")
        audited = any(message["role"] == "tool" for message in body["messages"])
        return (
            says("The heading is [[E1/headings/h1/0]].") if audited else calls(("run_audit", {"url": page}))
        )

    with scripted_model(script) as model:
        first = SEOAuditAgent(workspace=ws, llm_config=llm(model.url))
        second = ContentStrategyAgent(llm_config=llm(model.url), session=first.session)
        boss = foreign("boss")
        order = [boss, first, second]
        chat = GroupChat(order, max_round=20, speaker_selection_method=selector(order))
        await boss.a_initiate_chat(
            GroupChatManager(chat, llm_config=False, silent=True), message="How is it?", silent=True
        )

    heading = first.session.ledger["E1"].result["headings"]["h1"][0]
    assert spoken(chat.messages, first.name) == [f"The heading is “{heading}”."]
    shown = model.requests[-1]["messages"]
    assert any(message["content"] == "The heading is [[E1/headings/h1/0]]." for message in shown)
    outside = re.sub(r"<<<untrusted (\w+)\n.*?\n\1 untrusted>>>", "", contents(shown), flags=re.DOTALL)
    assert heading not in outside
    assert heading in contents(shown)


async def test_a_platform_token_is_in_no_message_and_no_schema(
    foreign: Make, ws: Workspace, llm: Build
) -> None:
    with scripted_model(lambda _body: says("Hello.")) as model:
        equipped = ws.with_credentials(platform_tokens={"facebook": "EAAB-top-secret"})
        agent = MarketingAutomationAgent(workspace=equipped, llm_config=llm(model.url))
        await chat_of_two(foreign, agent, "Hello?")

    assert "top-secret" not in json.dumps(model.requests)
    assert "top-secret" not in repr(agent.session)


def test_the_lead_knows_its_colleagues(ws: Workspace) -> None:
    colleague = SEOAuditAgent(workspace=ws, llm_config=False)

    lead = TeamLead(colleagues=[colleague], llm_config=False, settings=ws.settings)

    assert "@seo_auditor" in lead.system_message
