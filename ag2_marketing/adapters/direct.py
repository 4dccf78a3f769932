"""One tool call without a conversation: what the command line, MCP and AG2 1.x share."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

from ag2_marketing_tools.errors import MarketingError
from ag2_marketing_tools.privacy import for_audience, masked, names_behind, with_names, without_names
from ag2_marketing_tools.tool import Params, Result, Tool
from ag2_marketing_tools.workspace import Workspace

logger = logging.getLogger(__name__)

P = TypeVar("P", bound=Params)
R = TypeVar("R", bound=Result)
AnyTool = Tool[Any, Any]
WorkspaceSource = Callable[[], AbstractAsyncContextManager[Workspace]]


def sharing(ws: Workspace) -> WorkspaceSource:
    """Return a source that hands out an open workspace and leaves it open."""

    @asynccontextmanager
    async def source() -> AsyncIterator[Workspace]:
        yield ws

    return source


async def attempt(tool: Tool[P, R], params: P, ws: Workspace) -> R:
    """Run a tool; whatever goes wrong comes out as a `MarketingError` whose text holds no secret.

    Raises:
        MarketingError: What the tool raised on purpose, or the notice of a defect (its details are logged).
    """
    try:
        return await tool(params, ws)
    except MarketingError as failure:
        raise ws.gateway.redactor.error(failure) from failure.__cause__
    except Exception:
        logger.exception("tool %s failed unexpectedly", tool.name)
        # What a library wrote into its error was not looked at; only the log's filter strikes secrets there.
        raise MarketingError(
            f"{tool.name} failed because of a defect in the program; its log has the details."
        ) from None


async def run_once(
    tool: Tool[P, R], arguments: dict[str, Any], source: WorkspaceSource, *, audience: str = "program"
) -> R:
    """Validate raw arguments, open the workspace and run a tool.

    Args:
        tool: The tool.
        arguments: Its raw arguments.
        source: Opens the workspace.
        audience: For whom, as the log of accesses says it.

    Raises:
        MarketingError: The arguments are wrong, or the tool failed; the message says what would be right.
    """
    params = tool.validate(arguments)
    async with source() as ws:
        return await attempt(tool, params, ws.seen_by(audience))


async def run_for_model(
    tool: Tool[P, R], arguments: dict[str, Any], source: WorkspaceSource
) -> dict[str, Any]:
    """Do what `run_once` does, and return what a model may see of the result: no names and no health data.

    Who is shown pseudonyms may name people by them.

    Raises:
        MarketingError: As `run_once`.
    """
    params = tool.validate(arguments)
    async with source() as ws:
        names = await names_behind(params, ws.store)
        try:
            result = await attempt(tool, with_names(params, names), ws.seen_by("model"))
        except MarketingError as failure:
            raise without_names(failure, names) from None
        shown = for_audience(result, audience="model", settings=ws.settings, key=ws.store.pseudonym_key)
        told: dict[str, Any] = masked(shown, names)
        return told
