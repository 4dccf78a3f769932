"""What the public classes share: each call opens a workspace and runs a tool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ag2_marketing.adapters.direct import P, R, WorkspaceSource, run_once, sharing
from ag2_marketing_tools.metrics.tables import Tables, load_tables
from ag2_marketing_tools.tool import Tool
from ag2_marketing_tools.workspace import Settings, Workspace
from ag2_marketing_tools.workspace.gateway import Services


class ToolFace:
    """A public class whose methods run tools.

    Args:
        workspace: An open workspace to work in; without one, each call opens and closes its own.
        settings: Settings of the workspaces that it opens itself; read from the environment when not given.
    """

    def __init__(self, *, workspace: Workspace | None = None, settings: Settings | None = None) -> None:
        """Take the settings; nothing is opened yet."""
        self.settings = settings or (workspace.settings if workspace else Settings())
        services = Services()  # what one call used up of a rate limit, the next one keeps to
        self._source: WorkspaceSource = (
            sharing(workspace)
            if workspace is not None
            else lambda: Workspace.open(self.settings, services=services)
        )

    def _tables(self) -> Tables:
        return load_tables(self.settings.benchmark_tables)

    async def _call(self, tool: Tool[P, R], arguments: Mapping[str, Any]) -> R:
        """Run a tool.

        Raises:
            MarketingError: The arguments are wrong, or the tool failed; the message says what would be right.
        """
        return await run_once(tool, dict(arguments), self._source)
