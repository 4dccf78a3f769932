"""A step of a workflow: what must be on the ledger before its agent may close it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ag2_marketing.adapters.session import FixedCall, ToolSession


@dataclass(frozen=True)
class Step:
    """What one agent has to bring.

    Args:
        name: The step's name, and the name of the template that speaks it.
        required: Returns the calls that the step needs so far. Their arguments come from the task and from
            earlier evidence, never from a model; a later call may depend on what an earlier one brought.
    """

    name: str
    required: Callable[[ToolSession], Sequence[FixedCall]]

    def missing(self, session: ToolSession) -> list[FixedCall]:
        """Return the required calls that were not made yet, and make them the workflow's own."""
        calls = self.required(session)
        session.fix(calls)
        return [call for call in calls if session.outcome_of(call) is None]

    def results(self, session: ToolSession) -> dict[str, dict[str, Any]]:
        """Return, by tool, the evidence of the step's calls as its template reads it."""
        outcomes = [(call, session.outcome_of(call)) for call in self.required(session)]
        return {
            call.tool.name: {
                "id": outcome.evidence.id,
                "result": outcome.evidence.result,
                "error": outcome.error,
            }
            for call, outcome in outcomes
            if outcome is not None
        }
