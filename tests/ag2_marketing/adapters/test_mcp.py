"""The catalogue over MCP, with a real client."""

from __future__ import annotations

from mcp import Client
from toy_tools import measure_page, store_note

from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.mcp import mcp_server
from ag2_marketing_tools.workspace import Workspace


async def test_a_client_lists_the_tools_with_their_schemas_and_calls_one(workspace: Workspace) -> None:
    server = mcp_server([measure_page, store_note], sharing(workspace))

    async with Client(server) as client:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        answer = await client.call_tool("measure_page", {"url": "https://example.com/"})

    assert listed.keys() == {"measure_page", "store_note"}
    assert listed["measure_page"].input_schema["properties"].keys() == {"url", "samples"}
    assert listed["measure_page"].annotations is not None
    assert listed["measure_page"].annotations.read_only_hint
    assert answer.structured_content is not None
    assert answer.structured_content["visits"] == 1234


async def test_a_failing_tool_an_unknown_tool_and_wrong_arguments_are_clear_errors(
    workspace: Workspace,
) -> None:
    server = mcp_server([measure_page], sharing(workspace))
    wrong = [
        ("measure_page", {"url": "https://broken.example/"}, "cannot be measured"),
        ("measure_page", {"url": "https://example.com/", "samples": 99}, "samples"),
        ("measure_page", {"url": "https://example.com/", "depth": 3}, "depth"),
        ("measure_everything", {}, "There is no tool"),
    ]

    async with Client(server) as client:
        for name, arguments, expected in wrong:
            answer = await client.call_tool(name, arguments)
            assert answer.is_error, name
            assert expected in answer.content[0].text  # type: ignore[union-attr]
