"""What is told of a location's actions: those for its benchmarks, its caregivers and its clients, in one order."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result

About = Literal["benchmarks", "caregivers", "outcomes"]


class LocationAction(Result):
    """One thing to do at a location, and what calls for it."""

    priority: Annotated[int, unit("count")] = Field(description="1 is the most pressing.")
    about: About = Field(
        description="Whose figures call for it: the location's, its caregivers', its clients'."
    )
    action: str
    because: list[str] = Field(description="The findings that call for it, the most pressing first.")
    metrics: list[str] = Field(description="Keys.")
    people: Annotated[int | None, unit("count")] = Field(
        description="How many caregivers it is for; null where it is for the location as a whole."
    )
    risk: bool = Field(description="Whether clients are endangered where it is not done.")
    impact: float = Field(description="Distance to leading, in steps from the lagging to the leading level.")
    evidence: Literal["beyond_chance", "figure_alone"]
    weeks: Annotated[int, unit("week")]
    due: date = Field(description="When to look whether it worked.")
    rule: str
    source: str


class NotLookedAt(Result):
    """A part that brought no actions, because it could not be looked at."""

    part: str
    reason: str


class LocationActions(Result):
    """What to do at a location: risks for clients first, then by impact and evidence."""

    location: str
    ordered_at: datetime
    actions: list[LocationAction]
    not_looked_at: list[NotLookedAt]
    reason: str | None = Field(description="Why there is nothing to do, where there is nothing.")
