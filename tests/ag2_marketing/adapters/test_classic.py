"""The same declared tool in agents of AG2 Classic, on every registration path."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from autogen import ConversableAgent, LLMConfig
from autogen.agentchat import a_initiate_group_chat
from autogen.agentchat.group.patterns import DefaultPattern
from scripted_model import calls, says, scripted_model
from toy_tools import measure_page

from ag2_marketing.adapters.classic import ClassicTool
from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.session import ToolSession
from ag2_marketing_tools.workspace import Workspace

URL = "https://example.com/"


@pytest.fixture
def session(workspace: Workspace) -> ToolSession:
    return ToolSession(sharing(workspace))


@pytest.fixture
def tool(session: ToolSession) -> ClassicTool:
    return ClassicTool(measure_page, session)


def agent_at(url: str, tool: ClassicTool) -> ConversableAgent:
    config = LLMConfig({"model": "scripted", "api_key": "sk-test", "base_url": url, "price": [0, 0]})
    agent = ConversableAgent(
        "analyst", system_message="Measure.", llm_config=config, human_input_mode="NEVER", silent=True
    )
    tool.register_tool(agent)
    return agent


def calling_once(arguments: Any) -> Callable[[dict[str, Any]], Any]:
    """A model that calls the tool and, once it has an answer, is done."""

    def script(body: dict[str, Any]) -> Any:
        answered = any(message["role"] == "tool" for message in body["messages"])
        return says("done") if answered else calls(("measure_page", arguments))

    return script


def tool_answers(requests: list[dict[str, Any]]) -> list[str]:
    return [message["content"] for message in requests[-1]["messages"] if message["role"] == "tool"]


async def test_the_model_sees_the_declared_schema_and_reads_the_result_as_json(tool: ClassicTool) -> None:
    with scripted_model(calling_once({"url": URL})) as model:
        agent = agent_at(model.url, tool)
        await agent.a_initiate_chat(agent, message="go", max_turns=3, silent=True)

    parameters = model.requests[0]["tools"][0]["function"]["parameters"]
    assert parameters["properties"].keys() == {"url", "samples"}
    assert parameters["properties"]["samples"]["maximum"] == 9
    assert parameters["additionalProperties"] is False
    assert '"visits": 1234' in tool_answers(model.requests)[0].replace('\\"', '"')


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"url": URL, "samples": 99}, "samples"),
        ({"url": URL, "depth": 3}, "depth"),
        ({}, "url"),
        ({"url": URL, "samples": "many"}, "samples"),
        ("{not json", "JSON"),
    ],
)
async def test_wrong_arguments_are_a_tool_error_and_the_conversation_goes_on(
    tool: ClassicTool, arguments: Any, expected: str
) -> None:
    with scripted_model(calling_once(arguments)) as model:
        agent = agent_at(model.url, tool)
        await agent.a_initiate_chat(agent, message="go", max_turns=3, silent=True)

    answer = tool_answers(model.requests)[0]
    assert answer.startswith("Error:")
    assert expected in answer


async def test_the_tool_works_in_a_foreign_default_pattern(tool: ClassicTool, session: ToolSession) -> None:
    session.hear("Measure it with 99 samples.")
    with scripted_model(calling_once({"url": URL, "samples": 99})) as model:
        agent = agent_at(model.url, tool)
        result, _, _ = await a_initiate_group_chat(
            DefaultPattern(initial_agent=agent, agents=[agent]), "go", max_rounds=5
        )

    history = json.dumps(result.chat_history)
    assert "samples: input should be less than or equal to 9" in history
