"""What there is to do at a location: for its benchmarks, its caregivers and its clients."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.care.location_views import Why
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Params, Result

About = Literal["benchmarks", "caregivers", "outcomes"]
People = Annotated[int | None, unit("count")]
_PEOPLE = (
    "How many it is for; null where it is for the location as a whole, or where they are too few to be told."
)
_IMPACT = "Distance to leading, in steps from the lagging to the leading level; null where there are no such levels."


class FoundAction(Params):
    """One action that a part of the review found."""

    about: About = Field(
        description="Whose figures call for it: the location's, its caregivers', its clients'."
    )
    action: str = Field(min_length=1, max_length=1_000)
    because: list[str] = Field(
        default_factory=list, description="The findings that call for it, the most pressing first."
    )
    metrics: list[str] = Field(default_factory=list, description="Keys.")
    people: People = Field(default=None, description=_PEOPLE)
    impact: float | None = Field(default=None, ge=0, description=_IMPACT)
    why: Why = Field(description="Whether the figure lags, gets worse, or has its next level within reach.")
    evidence: Literal["beyond_chance", "figure_alone"]
    weeks: Annotated[int | None, unit("week")] = None
    due: date | None = Field(default=None, description="When to look whether it worked.")
    rule: str
    source: str


class LocationAction(Result):
    """One thing to do, and what calls for it."""

    priority: Annotated[int, unit("count")] = Field(description="1 is the most pressing.")
    about: About
    action: str
    because: list[str]
    metrics: list[str]
    people: People = Field(description=_PEOPLE)
    why: Why
    risk: bool = Field(description="Whether clients are endangered where it is not done.")
    impact: float | None = Field(description=_IMPACT)
    evidence: Literal["beyond_chance", "figure_alone"]
    weeks: Annotated[int | None, unit("week")]
    due: date | None
    rule: str
    source: str


class NotLookedAt(Params):
    """A part that could not be looked at, and why."""

    part: About
    reason: str = Field(min_length=1, max_length=1_000)


class PartWithoutActions(Result):
    """A part that brought no actions, because it could not be looked at."""

    part: About
    reason: str


class LocationActions(Result):
    """What to do at a location: risks for clients first, then where clients got worse, then by impact and evidence."""

    location: str
    ordered_at: datetime
    actions: list[LocationAction]
    not_looked_at: list[PartWithoutActions]
    reason: str | None = Field(description="Why there is nothing to do, where there is nothing.")
