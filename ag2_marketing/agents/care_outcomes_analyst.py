"""The care-outcomes analyst: how clients fare, told of groups, and what interventions reach."""

from __future__ import annotations

from typing import Any, ClassVar

from ag2_marketing.adapters.direct import AnyTool
from ag2_marketing.agents.base import MarketingAgent
from ag2_marketing_tools.care import (
    client_progress,
    client_report,
    evaluate_intervention,
    location_outcomes,
    track_intervention,
)
from ag2_marketing_tools.figures import calculate, resolve_time


class CareOutcomesAnalyst(MarketingAgent):
    """Says how clients fare, in groups that are large enough, and whether interventions reach what they are for."""

    role: ClassVar[str] = "care_outcomes"
    default_name: ClassVar[str] = "care_outcomes_analyst"
    toolset: ClassVar[tuple[AnyTool, ...]] = (
        location_outcomes,
        client_progress,
        client_report,
        evaluate_intervention,
        track_intervention,
        calculate,
        resolve_time,
    )

    async def review_outcomes(self, location: str, *, timeframe: str = "6_months") -> dict[str, Any]:
        """Tell how a location's active clients changed, in groups of the least size or more.

        Args:
            location: The location's id.
            timeframe: Up to now, such as `6_months`.

        Returns:
            `whole`, `condition_groups`, `intervention_groups` and `measures`; or `status` `error`, `error` and
            `remedy`.
        """
        arguments = {"location": location, "timeframe": timeframe}
        return await self._answer(
            location_outcomes,
            arguments,
            whole=None,
            condition_groups=[],
            intervention_groups=[],
            measures=[],
        )

    async def client_progress(self, client_id: str, *, timeframe: str = "1_month") -> dict[str, Any]:
        """Say how one client changed within a timeframe, beside the baseline.

        Args:
            client_id: The client.
            timeframe: Up to now, such as `1_month`.

        Returns:
            `measures`, `trends`, `goals`, `interventions`, `adjustments` and more.
        """
        arguments = {"client_id": client_id, "timeframe": timeframe}
        return await self._answer(
            client_progress, arguments, measures=[], trends=[], goals=[], interventions=[], adjustments=[]
        )
