"""Tools that look at what was observed, as it stands now or as it was known at a moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field
from sqlalchemy import ColumnElement, func, select

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import health, personal, unit
from ag2_marketing_tools.observations.mapping import SubjectKind
from ag2_marketing_tools.privacy import LOGGED
from ag2_marketing_tools.standing.stored import least_cases, rests_on_few, why_withheld
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, find
from ag2_marketing_tools.workspace.store.schema import observation

Count = Annotated[int, unit("count")]


class ListObservations(Params):
    """Which observations."""

    subject_kind: SubjectKind
    subject_id: Annotated[str | None, personal()] = Field(default=None, description="Only this subject's.")
    metric: str | None = Field(default=None, description="Only those of the metric of this key.")
    since: AwareDatetime | None = Field(default=None, description="Observed at this moment or later.")
    until: AwareDatetime | None = Field(default=None, description="Observed before this moment.")
    known_at: AwareDatetime | None = Field(
        default=None, description="Only what was recorded up to this moment: as the figures stood then."
    )
    limit: int = Field(default=100, ge=1, le=10_000, description="At most so many, the earliest.")


class Observed(Result):
    """A figure of something that is no person, in the unit that it names."""

    subject: str
    metric: str
    value: float | None
    sample_size: Count | None
    unit: str
    observed_at: datetime
    source: str
    reason: str | None = Field(default=None, description="Why a group's figure is not told.")


class ObservedOfCaregiver(Observed):
    """A figure of a caregiver."""

    subject: Annotated[str, personal("caregiver")]


class ObservedOfClient(Observed):
    """A figure of a client: it tells of somebody's health or care."""

    subject: Annotated[str, personal("client")]
    value: Annotated[float | None, health()]


class Observations(Result):
    """Observations in the order of their time, in the list of their kind."""

    observations: list[Observed] = Field(default_factory=list)
    caregiver_figures: list[ObservedOfCaregiver] = Field(default_factory=list)
    client_figures: list[ObservedOfClient] = Field(default_factory=list)
    more: bool = Field(description="Whether there are further ones beyond the limit.")


_VIEWS: Mapping[str, tuple[str, type[Observed]]] = {
    "caregiver": ("caregiver_figures", ObservedOfCaregiver),
    "client": ("client_figures", ObservedOfClient),
}


class SummariseObservations(Params):
    """Of what."""

    subject_kind: SubjectKind | None = Field(default=None, description="Only of this kind of subject.")
    metric: str | None = Field(default=None, description="Only of the metric of this key.")
    known_at: AwareDatetime | None = Field(default=None, description="As it stood at this moment.")
    limit: int = Field(default=500, ge=1, le=5_000, description="At most so many lines.")


class SummaryLine(Result):
    """What there is of one metric for one kind of subject."""

    subject_kind: str
    metric: str
    unit: str
    observations: Count
    subjects: Count
    first: datetime
    last: datetime


class ObservationSummary(Result):
    """What there is, by kind of subject, metric and unit."""

    lines: list[SummaryLine] = Field(
        description="Not those of fewer caregivers or clients than may be told of (`least_group_size`)."
    )
    too_small: Annotated[int, unit("count", description="Lines that are left out for that.")]
    observations: Annotated[int, unit("count", description="In the lines that are shown.")]
    more: bool


@tool(family="observations")
async def list_observations(params: ListObservations, ws: Workspace) -> Observations:
    """List the observed figures of one kind of subject, also as they were known at an earlier moment."""
    if params.since and params.until and params.since >= params.until:
        raise InvalidInput(f"`since` ({params.since}) is not before `until` ({params.until}).")
    wanted = params.model_dump(exclude={"limit"})
    found = await find(ws.store, **wanted, limit=params.limit + 1)
    place, view = _VIEWS.get(params.subject_kind, ("observations", Observed))
    least = least_cases(params.subject_kind, ws.settings.least_group_size)
    shown = [view.model_validate(_told(each, least)) for each in found[: params.limit]]
    parts: dict[str, Any] = {place: shown}
    return Observations(**parts, more=len(found) > params.limit)


def _told(each: Observation, least: int) -> dict[str, Any]:
    """Return an observation as it is shown: without its figure where it rests on too few cases of a group."""
    shown = {name: getattr(each, name) for name in Observed.model_fields if hasattr(each, name)}
    if rests_on_few(each.sample_size, least):
        shown |= {"value": None, "sample_size": None, "reason": why_withheld(least)}
    return {"subject": each.subject_id, **shown}


@tool(family="observations")
async def observation_summary(params: SummariseObservations, ws: Workspace) -> ObservationSummary:
    """Tell what was observed: how many figures of how many subjects, the first and the last, by metric."""
    c = observation.c
    conditions: list[ColumnElement[bool]] = []
    if params.subject_kind is not None:
        conditions.append(c.subject_kind == params.subject_kind)
    if params.metric is not None:
        conditions.append(c.metric == params.metric)
    if params.known_at is not None:
        conditions.append(c.recorded_at <= params.known_at)
    groups = (c.subject_kind, c.metric, c.unit)
    query = (
        select(
            *groups,
            func.count().label("observations"),
            func.count(c.subject_id.distinct()).label("subjects"),
            func.min(c.observed_at).label("first"),
            func.max(c.observed_at).label("last"),
        )
        .where(*conditions)
        .group_by(*groups)
        .order_by(*groups)
        .limit(params.limit + 1)
    )
    async with ws.store.read() as connection:
        found = [SummaryLine(**row) for row in (await connection.execute(query)).mappings()]
    least = ws.settings.least_group_size
    lines = [one for one in found[: params.limit] if one.subject_kind not in LOGGED or one.subjects >= least]
    return ObservationSummary(
        lines=lines,
        too_small=min(len(found), params.limit) - len(lines),
        observations=sum(line.observations for line in lines),
        more=len(found) > params.limit,
    )
