"""The caregivers of a location as a group, for readers who are not to see single ones."""

from __future__ import annotations

from ag2_marketing_tools.care.location_caregivers import AboutLocation, location_caregivers
from ag2_marketing_tools.care.location_views import LocationCaregivers, LocationTeam, TeamNeed
from ag2_marketing_tools.tool import tool
from ag2_marketing_tools.workspace import Workspace


@tool(family="care")
async def location_team(params: AboutLocation, ws: Workspace) -> LocationTeam:
    """Say of a location's active caregivers as a group where they stand and what many of them need.

    Nobody is named. Of groups smaller than the setting `least_group_size` nothing is told.
    """
    return as_team(await location_caregivers(params, ws))


def as_team(found: LocationCaregivers) -> LocationTeam:
    """Return what may be told of the caregivers as a group."""
    least = found.least_group_size
    needs = [one for one in found.schooling if one.caregivers >= least]
    return LocationTeam(
        location=found.location,
        compared_at=found.compared_at,
        over=found.over,
        caregivers=found.caregivers if found.caregivers >= least else None,
        measured=found.measured if found.measured >= least else None,
        summary=found.summary,
        counts=found.counts,
        reason=found.counts_reason,
        schooling=[
            TeamNeed(
                priority=priority,
                **{name: getattr(one, name) for name in TeamNeed.model_fields if name != "priority"},
            )
            for priority, one in enumerate(needs, 1)
        ],
        least_group_size=least,
        columns=found.columns,
    )
