"""The caregiver-quality coach: who leads, who needs which schooling, and what is a risk for clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ag2_marketing.adapters.direct import AnyTool
from ag2_marketing.agents.base import MarketingAgent
from ag2_marketing_tools.care import (
    advise_on_peers,
    advise_on_specialty,
    compare_caregiver,
    compare_peers,
    compare_specialty,
    location_caregivers,
    plan_development,
)
from ag2_marketing_tools.figures import calculate, resolve_time


class CaregiverQualityCoach(MarketingAgent):
    """Looks at caregivers beside quality levels and peers, and says who leads and who needs which schooling."""

    role: ClassVar[str] = "caregiver_coach"
    default_name: ClassVar[str] = "caregiver_coach"
    toolset: ClassVar[tuple[AnyTool, ...]] = (
        location_caregivers,
        compare_caregiver,
        plan_development,
        compare_peers,
        advise_on_peers,
        compare_specialty,
        advise_on_specialty,
        calculate,
        resolve_time,
    )

    async def review_caregivers(self, location: str, *, over: str | None = None) -> dict[str, Any]:
        """Look at all active caregivers of a location; their verdicts are corrected for their number together.

        Args:
            location: The location's id.
            over: Period up to now whose stored figures are taken together, such as `3_months`; the latest figure of
                each metric when not given.

        Returns:
            `leaders`, `risks`, `declining`, `schooling`, `plans`, `columns` and `rows` (a caregiver each, with the
            cells in the columns' order) and more; or `status` `error`, `error` and `remedy`.
        """
        arguments = {"location": location, "over": over}
        empty: dict[str, Any] = {name: [] for name in ("leaders", "risks", "declining", "schooling", "rows")}
        return await self._answer(location_caregivers, arguments, plans=[], columns=[], **empty)

    async def plan_development(
        self, caregiver_id: str, *, metrics: Mapping[str, Any] | None = None, over: str | None = None
    ) -> dict[str, Any]:
        """Make one caregiver's development plan: trainings, support, goals and dates for whatever falls short.

        Args:
            caregiver_id: Whose plan.
            metrics: Current figures; without them the stored ones are taken.
            over: As in `review_caregivers`.

        Returns:
            `training_recommendations`, `support_needs`, `goals`, `timeline` and more.
        """
        arguments = {"caregiver_id": caregiver_id, "metrics": metrics, "over": over}
        return await self._answer(
            plan_development,
            arguments,
            training_recommendations=[],
            skill_development=[],
            support_needs=[],
            goals=[],
            timeline=[],
        )
