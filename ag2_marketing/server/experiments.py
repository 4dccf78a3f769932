"""What the server asks of experiments: to assign users, to list, and to tell their status and results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class ListedExperiment:
    """An experiment in a list."""

    id: str
    name: str
    state: str


class Experiments(Protocol):
    """The engine, as the server sees it. Unknown ids are `NotFound`, refusals `InvalidInput` or `Conflict`."""

    async def assign(self, experiment_id: str, user_id: str, context: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return which variant a user sees, and keep it."""
        ...

    async def listed(self) -> Sequence[ListedExperiment]:
        """Return every experiment, the newest first."""
        ...

    async def status(self, experiment_id: str) -> Mapping[str, Any]:
        """Return how far an experiment has come."""
        ...

    async def results(self, experiment_id: str) -> Mapping[str, Any]:
        """Return an experiment's analysis."""
        ...

    async def is_running(self, experiment_id: str) -> bool:
        """Tell whether it can be stopped."""
        ...

    async def stop(self, experiment_id: str, *, actor: str) -> None:
        """Stop an experiment."""
        ...
