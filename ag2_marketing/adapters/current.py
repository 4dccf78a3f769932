"""A declared tool as a tool of the current AG2 line (`ag2.Agent`)."""

from __future__ import annotations

import json
from typing import Any

import ag2

from ag2_marketing.adapters.direct import AnyTool, WorkspaceSource, run_for_model


def current_tool(tool: AnyTool, source: WorkspaceSource) -> Any:
    """Return the tool for `ag2.Agent(tools=[…])`; wrong arguments and failures become tool errors there."""

    async def call(**arguments: Any) -> ag2.ToolResult:
        given = {name: value for name, value in arguments.items() if not name.startswith("__")}  # `__ctx__`
        shown = await run_for_model(tool, given, source)
        return ag2.ToolResult(json.dumps(shown, ensure_ascii=False))

    return ag2.tool(call, name=tool.name, description=tool.description, schema=tool.parameters_schema)
