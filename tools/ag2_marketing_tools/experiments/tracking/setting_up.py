"""What a page needs so that its visitors' events come in."""

from __future__ import annotations

from html import escape

from pydantic import Field

from ag2_marketing_tools.experiments import repository
from ag2_marketing_tools.experiments.configuration import TestId
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace

ENDPOINTS = {
    "pageview": "/api/track/pageview",
    "conversion": "/api/track/conversion",
    "engagement": "/api/track/engagement",
}
"""The tracking server's addresses by the type of event, as the specification names them."""


class SetupTracking(TestId):
    """Which test, and where the tracking server is."""

    server_url: str = Field(
        default="",
        max_length=500,
        pattern=r"^(https?://[^\s/?#]+)?$",
        description="Origin of `ag2-marketing serve`, as in https://track.example.com; empty for the page's own.",
    )


class TrackingMetadata(Result):
    """What each event carries."""

    test_id: str
    timestamp: str


class TrackingPlan(Result):
    """Addresses, metadata and the HTML of the snippet.

    `snippet` needs the project's write key in place of YOUR_WRITE_KEY (`ag2-marketing serve keys add`).
    """

    endpoints: dict[str, str]
    metadata: TrackingMetadata
    event_names: dict[str, list[str]] = Field(
        description="By metric, the names under which events may be sent."
    )
    snippet: str


@tool(family="experiments")
async def setup_tracking(params: SetupTracking, ws: Workspace) -> TrackingPlan:
    """Tell what a page needs to track a test: the server's addresses, the snippet, and the events to send."""
    async with ws.store.read() as connection:
        experiment = await repository.load_experiment(connection, params.test_id)
    source = escape(f"{params.server_url}/snippet.js", quote=True)
    return TrackingPlan(
        endpoints={name: f"{params.server_url}{path}" for name, path in ENDPOINTS.items()},
        metadata=TrackingMetadata(test_id=experiment.id, timestamp=ws.clock.now().isoformat()),
        event_names={metric.name: [metric.name, *metric.definition.events] for metric in experiment.metrics},
        snippet=f'<script src="{source}" data-key="YOUR_WRITE_KEY" '
        f'data-experiment="{escape(experiment.id, quote=True)}" defer></script>',
    )
