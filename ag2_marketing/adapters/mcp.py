"""The catalogue as an MCP server (extra `mcp`): other agent apps call single tools."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from ag2_marketing.adapters.direct import AnyTool, WorkspaceSource, run_for_model
from ag2_marketing_tools.errors import MarketingError, Unavailable
from ag2_marketing_tools.marks import marked

try:
    import mcp_types as types
    from mcp.server import Server
    from mcp.server.stdio import stdio_server
except ImportError as missing:
    raise Unavailable(
        "The MCP server needs the extra `mcp`.", remedy="Install it: pip install 'ag2-marketing[mcp]'"
    ) from missing


def mcp_server(tools: Iterable[AnyTool], source: WorkspaceSource) -> Server[Any]:
    """Return a server that lists the tools with their schemas and runs them."""
    catalogue = {tool.name: tool for tool in tools}

    async def list_tools(_context: object, _params: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(tool) for tool in catalogue.values()])

    async def call_tool(_context: object, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            if params.name not in catalogue:
                raise MarketingError(f"There is no tool {params.name!r}; there are {', '.join(catalogue)}.")
            shown = await run_for_model(catalogue[params.name], params.arguments or {}, source)
        except MarketingError as error:
            return types.CallToolResult(content=[_text(str(error))], isError=True)
        return types.CallToolResult(
            content=[_text(json.dumps(shown, ensure_ascii=False))], structuredContent=shown
        )

    name = "ag2-marketing"
    return Server(name, version=version(name), on_list_tools=list_tools, on_call_tool=call_tool)


async def serve_stdio(server: Server[Any]) -> None:
    """Serve over standard input and output until the client leaves."""
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def _described(tool: AnyTool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        description=tool.description,
        inputSchema=tool.parameters_schema,
        outputSchema=None if _withholds(tool) else tool.result.model_json_schema(mode="serialization"),
        annotations=types.ToolAnnotations(readOnlyHint=tool.effect == "reads"),
    )


def _withholds(tool: AnyTool) -> bool:
    """Tell whether parts of a tool's results may be withheld, so that they are not of its schema."""
    return bool(marked(tool.result, "personal") or marked(tool.result, "health"))


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)
