"""The server's two seams, joined to the engine: where events go, and what experiments can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ag2_marketing.server.experiments import ListedExperiment
from ag2_marketing_tools.catalogue import tool_named
from ag2_marketing_tools.experiments.events import EventOutcome, IncomingEvent, Intake
from ag2_marketing_tools.workspace import Workspace

_MOST_LISTED = 200


class EngineSink:
    """Events into the store, by the engine's `ingest`."""

    def __init__(self, ws: Workspace) -> None:
        self._intake = Intake(ws)

    async def write(self, events: Sequence[IncomingEvent]) -> Sequence[EventOutcome]:
        """Store events in one transaction, and return once it is durable."""
        return (await self._intake.ingest(events)).outcomes


@dataclass(frozen=True)
class EngineExperiments:
    """Experiments by the tools of the catalogue."""

    ws: Workspace

    async def assign(self, experiment_id: str, user_id: str, context: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return which variant a user sees, and keep it."""
        asked = {"test_id": experiment_id, "user_id": user_id, "context": dict(context)}
        return await self._told("assign_variant", asked)

    async def listed(self) -> Sequence[ListedExperiment]:
        """Return the newest experiments that are not archived, the newest first."""
        found = await self._told("list_experiments", {"limit": _MOST_LISTED})
        return [ListedExperiment(one["test_id"], one["name"], one["state"]) for one in found["experiments"]]

    async def status(self, experiment_id: str) -> Mapping[str, Any]:
        """Return how far an experiment has come."""
        return await self._told("get_test_status", {"test_id": experiment_id})

    async def results(self, experiment_id: str) -> Mapping[str, Any]:
        """Return an experiment's analysis."""
        return await self._told("analyze_results", {"test_id": experiment_id})

    async def is_running(self, experiment_id: str) -> bool:
        """Tell whether it can be stopped."""
        return bool((await self._told("show_experiment", {"test_id": experiment_id}))["state"] == "running")

    async def stop(self, experiment_id: str, *, actor: str) -> None:
        """Stop an experiment."""
        await self._told("stop_experiment", {"test_id": experiment_id, "actor": actor})

    async def _told(self, tool: str, arguments: dict[str, Any]) -> Mapping[str, Any]:
        result = await tool_named(tool).run(arguments, self.ws)
        told: Mapping[str, Any] = result.model_dump(mode="json")
        return told
