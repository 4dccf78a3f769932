"""The workspace: the only door to the outside.

A tool gets `ws: Workspace` and nothing else: settings, store, gateway, clock, ids and secrets. With a fixed
clock and id source, two runs over the same inputs give the same bytes.

    async with Workspace.open() as ws:
        response = await ws.gateway.fetch("https://example.com/")
"""

from ag2_marketing_tools.workspace.clock import Clock, FixedClock, SystemClock
from ag2_marketing_tools.workspace.ids import IdSource, RandomIds, SequentialIds
from ag2_marketing_tools.workspace.settings import Settings
from ag2_marketing_tools.workspace.workspace import Workspace

__all__ = [
    "Clock",
    "FixedClock",
    "IdSource",
    "RandomIds",
    "SequentialIds",
    "Settings",
    "SystemClock",
    "Workspace",
]
