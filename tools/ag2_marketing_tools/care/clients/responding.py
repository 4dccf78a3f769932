"""A client's response to an intervention: what follows from what was given, and null with the reason where nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field

from ag2_marketing_tools.care.clients.facts import given_as, without_moment
from ag2_marketing_tools.care.clients.ratings import (
    Adherence,
    ImmediateResponse,
    Rating,
    SideEffects,
    adherence_of,
    effectiveness_of,
    immediate_of,
    rating_of,
    side_effects_of,
)
from ag2_marketing_tools.care.clients.reading import ReadFigures, read_figures
from ag2_marketing_tools.care.clients.records import (
    Response,
    assessments_of,
    keep_figures,
    keep_response,
    plain_json,
)
from ag2_marketing_tools.care.clients.tracking import AboutClient, BaselineFigure, baseline_figure
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import health, personal
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import Tables, load_tables
from ag2_marketing_tools.standing import RefusedMetric, UnknownMetric
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace

SOURCE = "response"


class TrackResponse(AboutClient):
    """Whose response, to what, and what was seen."""

    intervention_id: Annotated[str, health(min_length=1, max_length=300, description="Which intervention.")]
    response: Annotated[
        dict[str, Any],
        health(
            description="Any of `immediate_response`, `side_effects`, `adherence_percent` (or `completed` of "
            "`planned`), `comfort` and `effectiveness` (`value` of `most`), `before` and `metrics` (figures of "
            "measures before it and after it)."
        ),
    ]
    responded_at: AwareDatetime | None = Field(
        default=None, description="When; if not given, what the response says, else now."
    )


class TrackedResponse(Result):
    """A response as it is kept."""

    client_id: Annotated[str, personal()]
    intervention_id: Annotated[str, health()]
    responded_at: datetime
    immediate_response: Annotated[ImmediateResponse, health()]
    side_effects: Annotated[SideEffects, health()]
    adherence_level: Annotated[Adherence, health()]
    comfort_score: Annotated[Rating, health()]
    effectiveness_rating: Annotated[Rating, health()]
    figures: Annotated[list[BaselineFigure], health(description="Stored as observations of the client.")]
    unknown: Annotated[list[UnknownMetric], health(description="Figures under names of no measure.")]
    refused: Annotated[list[RefusedMetric], health()]


@tool(family="care", effect="writes")
async def track_response(params: TrackResponse, ws: Workspace) -> TrackedResponse:
    """Keep how a client responded to an intervention, with what follows from it.

    That is the immediate response, side effects, adherence, comfort and effectiveness. The figures after it are stored
    as observations of the client; the same response given again is kept once.
    """
    given = plain_json(params.response, "response")
    tables = load_tables(ws.settings.benchmark_tables)
    kept = (await assessments_of(ws.store, [params.client_id])).get(params.client_id)
    instruments = kept[-1].instruments if kept else {}
    after, before = (_figures(given, name, tables, instruments) for name in ("measures", "before"))
    at = params.responded_at or _moment(given, ws)
    if at > ws.clock.now():
        raise InvalidInput(f"The response's moment ({at.isoformat()}) lies in the future.")
    tracked = TrackedResponse(
        client_id=params.client_id,
        intervention_id=params.intervention_id,
        responded_at=at,
        immediate_response=immediate_of(given, before, after, tables),
        side_effects=side_effects_of(given),
        adherence_level=adherence_of(given),
        comfort_score=rating_of(given_as(given, "comfort"), say("Comfort was not rated.")),
        effectiveness_rating=effectiveness_of(given, before, after, tables),
        figures=[baseline_figure(one) for one in after.figures.values()],
        unknown=[*after.unknown, *before.unknown],
        refused=[*after.refused, *before.refused],
    )
    found = tracked.model_dump(
        mode="json", include={"adherence_level", "comfort_score", "effectiveness_rating", "side_effects"}
    )
    response = Response(params.client_id, params.intervention_id, at, without_moment(given), found)
    await keep_response(ws, response)
    await keep_figures(
        ws, params.client_id, after.figures.values(), at=at, source=f"{SOURCE} {params.intervention_id}"
    )
    return tracked


def _figures(
    given: Mapping[str, Any], name: str, tables: Tables, instruments: Mapping[str, str]
) -> ReadFigures:
    figures = given_as(given, name)
    return ReadFigures() if figures is None else read_figures(figures, tables, instruments=instruments)


def _moment(given: Mapping[str, Any], ws: Workspace) -> datetime:
    said = given_as(given, "time")
    if said is None:
        return ws.clock.now()
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError as error:
        raise InvalidInput(
            f"The response's moment is {str(said)[:80]!r}.", remedy="Give an ISO 8601 time."
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(ws.settings.timezone))
    return moment.astimezone(UTC)
