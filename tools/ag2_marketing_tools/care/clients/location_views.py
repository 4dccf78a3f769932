"""What is told of a location's clients: of groups alone, and of none that is too small to hide in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result

Change = Literal["improved", "stable", "mixed", "worse", "too_little_data"]
"""How a client changed: `stable` where no change stands out from chance and matters, `mixed` where one measure
improved and another got worse."""

CHANGES: tuple[Change, ...] = ("improved", "stable", "mixed", "worse", "too_little_data")
Clients = Annotated[int | None, unit("count", description="Null where they are too few to be told.")]


class ChangeShare(Result):
    """How many clients of a group changed in one way; the interval is Wilson's, at 95 %."""

    change: Change
    clients: Clients
    percent: Annotated[float | None, unit("percent")]
    lower: Annotated[float | None, unit("percent")]
    upper: Annotated[float | None, unit("percent")]
    reason: str | None = Field(description="Why it is not told.")


class GroupMean(Result):
    """The mean of the clients' own means, with its t interval at 95 %."""

    clients: Clients
    mean: Annotated[float | None, unit("percent")]
    lower: Annotated[float | None, unit("percent")]
    upper: Annotated[float | None, unit("percent")]
    reason: str | None = Field(description="Why it is not told, or not known.")


class OutcomeGroup(Result):
    """A group of clients: all of the location, those with one condition, or those with one intervention."""

    sort: Literal["location", "condition", "intervention"]
    name: str
    clients: Clients
    changes: list[ChangeShare] = Field(description="Empty where the whole group is too small.")
    adherence: GroupMean = Field(description="How much of what was planned was done.")
    effectiveness: GroupMean = Field(description="Ratings of the interventions, in percent of their scale.")
    reason: str | None = Field(description="Why nothing is told of the group.")


class MeasureChange(Result):
    """The mean change of one measure over the clients, in `unit`; positive is better. The interval is t's, at 95 %."""

    key: str
    metric: str
    title: str
    unit: str | None
    clients: Clients
    mean_improvement: float | None
    lower: float | None
    upper: float | None
    reason: str | None = Field(description="Why it is not told, or not known.")


class LocationOutcomes(Result):
    """How a location's active clients changed over a timeframe, each beside its own baseline."""

    location: str
    analysed_at: datetime
    timeframe: str
    since: datetime
    least_group_size: Annotated[int, unit("count")] = Field(
        description="Of fewer clients nothing is told, nor of what they would follow from."
    )
    summary: str = Field(description="How many of the clients changed in which way, as far as it is told.")
    whole: OutcomeGroup
    condition_groups: list[OutcomeGroup]
    intervention_groups: list[OutcomeGroup]
    measures: list[MeasureChange]
    notes: list[str] = Field(description="What limits the reading.")
