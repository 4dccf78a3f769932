"""Whatever way a model gets at the tools, it sees no client and no health data unless a setting says so."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from ag2 import Agent
from ag2.events import ToolCallEvent
from ag2.testing import TestConfig
from mcp import Client

from ag2_marketing.adapters.current import current_tool
from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.mcp import mcp_server
from ag2_marketing.adapters.session import FixedCall, ToolSession
from ag2_marketing_tools.care import client_report, initialize_client, location_outcomes
from ag2_marketing_tools.privacy import accesses_of
from ag2_marketing_tools.workspace import Workspace

NAME = "anna-example-client"
FIGURE = "61.25"
ARGUMENTS = {"client_id": NAME}


async def by_conversation(ws: Workspace) -> str:
    session = ToolSession(sharing(ws))
    session.fix([FixedCall(client_report, ARGUMENTS)])
    return await session.answer(client_report, ARGUMENTS)


async def by_mcp(ws: Workspace) -> str:
    async with Client(mcp_server([client_report], sharing(ws))) as client:
        answer = await client.call_tool("client_report", ARGUMENTS)
    assert not answer.is_error
    return str(answer)


async def by_ag2_1(ws: Workspace) -> str:
    call = ToolCallEvent(name="client_report", arguments=json.dumps(ARGUMENTS))
    tools = [current_tool(client_report, sharing(ws))]
    agent = Agent("analyst", config=TestConfig(call, "done", raise_tool_errors=False), tools=tools)
    reply = await agent.ask("Report.")
    (result,) = [one for one in await reply.history.get_events() if type(one).__name__ == "ToolResultEvent"]
    return str(result.result.parts[0].content)


WAYS: dict[str, Callable[[Workspace], Awaitable[str]]] = {
    "conversation": by_conversation,
    "model, MCP": by_mcp,
    "model, AG2 1.x": by_ag2_1,
}


@pytest.fixture
async def ws(workspace: Workspace) -> Workspace:
    """A workspace with a client whose pain is 61.25."""
    given = {"client_id": NAME, "assessment": {"physical": {"pain": 61.25}, "risks": ["falls-secret"]}}
    at = workspace.clock.now() - timedelta(days=1)
    await initialize_client.run({**given, "assessed_at": at}, workspace)
    return workspace


def sharing_health(ws: Workspace, **more: Any) -> Workspace:
    changes = {"share_health_data_with_remote_model": True, **more}
    return replace(ws, settings=ws.settings.model_copy(update=changes))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("endpoint", [None, "https://models.example/v1", "http://127.0.0.1:8000/v1"])
async def test_without_the_setting_no_model_sees_them_wherever_it_runs(
    ws: Workspace, way: str, endpoint: str | None
) -> None:
    there = replace(ws, settings=ws.settings.model_copy(update={"llm_base_url": endpoint}))
    seen = await WAYS[way](there)
    assert "person-" in seen
    for secret in (NAME, FIGURE, "falls-secret"):
        assert secret not in seen


@pytest.mark.parametrize("way", WAYS)
async def test_with_the_setting_a_model_sees_health_data_and_still_no_name(ws: Workspace, way: str) -> None:
    seen = await WAYS[way](sharing_health(ws))
    assert FIGURE in seen
    assert NAME not in seen


@pytest.mark.parametrize("way", WAYS)
async def test_each_way_is_in_the_log_of_accesses(ws: Workspace, way: str) -> None:
    await WAYS[way](ws)
    latest = (await accesses_of(ws.store, "client", NAME))[0]
    assert (latest.tool, latest.audience) == ("client_report", way.partition(",")[0])


async def test_over_mcp_a_tool_that_may_withhold_promises_no_form(workspace: Workspace) -> None:
    async with Client(mcp_server([client_report, location_outcomes], sharing(workspace))) as client:
        listed = {one.name: one for one in (await client.list_tools()).tools}
    assert listed["client_report"].output_schema is None
    assert listed["location_outcomes"].output_schema is not None  # of groups alone: nothing is withheld
