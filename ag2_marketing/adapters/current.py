"""A declared tool as a tool of the current AG2 line (`ag2.Agent`)."""

from __future__ import annotations

from typing import Any

import ag2

from ag2_marketing.adapters.direct import AnyTool, WorkspaceSource, run_once


def current_tool(tool: AnyTool, source: WorkspaceSource) -> Any:
    """Return the tool for `ag2.Agent(tools=[…])`; wrong arguments and failures become tool errors there."""

    async def call(**arguments: Any) -> ag2.ToolResult:
        given = {name: value for name, value in arguments.items() if not name.startswith("__")}  # `__ctx__`
        result = await run_once(tool, given, source)
        return ag2.ToolResult(result.model_dump_json())

    return ag2.tool(call, name=tool.name, description=tool.description, schema=tool.parameters_schema)
