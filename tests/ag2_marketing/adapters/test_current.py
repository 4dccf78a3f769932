"""The same declared tool in an agent of the current AG2 line."""

from __future__ import annotations

import json
from typing import Any

from ag2 import Agent
from ag2.events import ToolCallEvent
from ag2.testing import TestConfig
from toy_tools import measure_page

from ag2_marketing.adapters.current import current_tool
from ag2_marketing.adapters.direct import sharing
from ag2_marketing_tools.workspace import Workspace


async def events_of(ws: Workspace, arguments: dict[str, Any]) -> list[Any]:
    call = ToolCallEvent(name="measure_page", arguments=json.dumps(arguments))
    agent = Agent(
        "analyst",
        config=TestConfig(call, "done", raise_tool_errors=False),
        tools=[current_tool(measure_page, sharing(ws))],
    )
    reply = await agent.ask("Measure the page.")
    return list(await reply.history.get_events())


async def test_an_agent_of_ag2_1_calls_the_tool_and_reads_its_result_as_json(workspace: Workspace) -> None:
    events = await events_of(workspace, {"url": "https://example.com/"})

    [result] = [event for event in events if type(event).__name__ == "ToolResultEvent"]
    assert json.loads(result.result.parts[0].content)["visits"] == 1234


async def test_an_unknown_argument_is_an_error_there_too(workspace: Workspace) -> None:
    events = await events_of(workspace, {"url": "https://example.com/", "depth": 3})

    assert any(type(event).__name__ == "ToolErrorEvent" for event in events)
    assert "depth" in str(events)


async def test_the_schema_is_the_declared_one_and_shows_no_workspace(workspace: Workspace) -> None:
    tool = current_tool(measure_page, sharing(workspace))

    function = tool.schema.function
    assert function.name == "measure_page"
    assert function.parameters["properties"].keys() == {"url", "samples"}
    assert function.parameters["additionalProperties"] is False
