"""Commands on single tools: list them, show one, call one, serve them."""

from __future__ import annotations

import json
from types import NoneType
from typing import Annotated, Any, get_args

import typer

from ag2_marketing.cli.terminal import command, print_json, progress, show
from ag2_marketing_tools.errors import InvalidInput

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    tools_app = typer.Typer(
        help="List the tools that the agents, the command line and other apps can call.",
        short_help="List the tools, or show one.",
    )
    tools_app.callback(invoke_without_command=True)(list_tools)
    tools_app.command("show")(show_tool)
    app.add_typer(tools_app, name="tools")
    app.command("call")(call_tool)
    app.command("mcp", short_help="Serve the tools over MCP (extra `mcp`).")(serve_mcp)


@command
async def list_tools(context: typer.Context, *, as_json: JsonOption = False) -> None:
    """List the tools."""
    if context.invoked_subcommand is not None:
        return
    from ag2_marketing_tools.catalogue import all_tools

    tools = all_tools().values()
    if as_json:
        print_json([{"name": tool.name, "family": tool.family, "effect": tool.effect} for tool in tools])
        return
    width = max(len(tool.name) for tool in tools)
    for tool in tools:
        first_sentence = tool.description.split(". ", 1)[0].rstrip(".")
        mark = "" if tool.effect == "reads" else " (writes)"
        show(f"{tool.name:<{width}}  {tool.family:<10}  {first_sentence}{mark}")


@command
async def show_tool(name: Annotated[str, typer.Argument(help="The tool's name.")]) -> None:
    """Print a tool's description, the schema of its arguments and the units of its result."""
    from ag2_marketing_tools.catalogue import tool_named

    tool = tool_named(name)
    print_json(
        {
            "name": tool.name,
            "family": tool.family,
            "effect": tool.effect,
            "description": tool.description,
            "parameters": tool.parameters_schema,
            "result": tool.result.model_json_schema(mode="serialization"),
            "units": tool.units,
        }
    )


@command
async def call_tool(
    name: Annotated[str, typer.Argument(help="The tool's name.")],
    *,
    arg: Annotated[
        list[str] | None,
        typer.Option("--arg", help="An argument as name=value; a value that is JSON is read as JSON."),
    ] = None,
    arguments: Annotated[
        str | None, typer.Option("--arguments", help="All arguments as one JSON object.")
    ] = None,
) -> None:
    """Run one tool and print its result as JSON."""
    from ag2_marketing.adapters.direct import run_once
    from ag2_marketing_tools.catalogue import tool_named
    from ag2_marketing_tools.workspace import Workspace

    tool = tool_named(name)
    given = {
        **_json_object(arguments),
        **dict(_argument(text, tool.params.model_fields) for text in arg or ()),
    }
    with progress(f"{tool.name} …"):
        result = await run_once(tool, given, Workspace.open, audience="terminal")
    print_json(result.model_dump(mode="json"))


@command
async def serve_mcp() -> None:
    """Serve the tools over MCP on standard input and output (extra `mcp`)."""
    from ag2_marketing.adapters.mcp import mcp_server, serve_stdio
    from ag2_marketing_tools.catalogue import all_tools
    from ag2_marketing_tools.workspace import Workspace

    await serve_stdio(mcp_server(all_tools().values(), Workspace.open))


def _json_object(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"--arguments is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise InvalidInput(f'--arguments is {text!r}; expected a JSON object such as {{"url": "…"}}.')
    return value


def _argument(text: str, fields: Any) -> tuple[str, Any]:
    name, separator, value = text.partition("=")
    if not separator:
        raise InvalidInput(f"--arg {text!r} has no '='; expected name=value, as in url=https://example.com/.")
    if name in fields and _is_text(fields[name].annotation):
        return name, value  # `--arg name=2026` is text where text is asked for
    try:
        return name, json.loads(value)
    except (ValueError, RecursionError):
        return name, value


def _is_text(annotation: Any) -> bool:
    return annotation is str or set(get_args(annotation)) == {str, NoneType}
