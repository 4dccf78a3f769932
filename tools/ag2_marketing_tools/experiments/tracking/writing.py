"""Tracking one event: a user's metrics in a test, or an event of a channel."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.configuration import TestId
from ag2_marketing_tools.experiments.events import EventOutcome, IncomingEvent, ingest
from ag2_marketing_tools.marks import personal
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace

_MOST_METRICS = 100


class _When(Params):
    event_id: str | None = Field(
        default=None,
        max_length=200,
        description="The client's own id; the same one sent again counts once. One is made where missing.",
    )
    occurred_at: datetime | None = Field(
        default=None, description="When it happened, ISO 8601 with an offset; now when not given."
    )


class TrackMetrics(TestId, _When):
    """What one user did in a test."""

    variant_id: str = Field(
        min_length=1, max_length=200, description="The variant that the user was assigned."
    )
    user_id: Annotated[str, personal(min_length=1, max_length=500)] = Field(description="The user's id.")
    metrics: dict[str, JsonValue] = Field(
        min_length=1,
        max_length=_MOST_METRICS,
        description="Value by metric, or by the name of an event that feeds one, as in {'conversion': true}.",
    )
    channel: str | None = Field(
        default=None, description="email, website or social; the first channel of each metric when not given."
    )


class TrackEvent(_When):
    """What happened on a channel, of a test or of none."""

    channel: str = Field(min_length=1, max_length=50, description="email, website or social.")
    event_type: str = Field(
        min_length=1, max_length=100, description="What happened, such as open, click or conversion."
    )
    value: bool | float = Field(default=True, description="Its value, where it has one.")
    test_id: str | None = Field(default=None, max_length=200, description="The test that it belongs to.")
    variant_id: str | None = Field(default=None, max_length=200, description="The variant that the user saw.")
    user_id: Annotated[str | None, personal(max_length=500)] = Field(
        default=None, description="The user's id; needed with a test."
    )
    context: dict[str, JsonValue] = Field(default={}, description="Whatever else is known; kept with it.")


class NotTaken(Result):
    """A metric of the event that was not taken, and why."""

    metric: str | None
    reason: str
    detail: str


class TrackedEvent(Result):
    """What became of an event. What was not taken lies in quarantine with its reason."""

    event_id: str
    status: Literal["recorded"]
    recorded_metrics: list[str] = Field(description="The test's metrics that it was recorded for.")
    already_recorded: list[str] = Field(
        description="Those that it had been recorded for before: they count once."
    )
    not_taken: list[NotTaken]


@tool(family="experiments", effect="writes")
async def track_metrics(params: TrackMetrics, ws: Workspace) -> TrackedEvent:
    """Record what a user did in a test. What cannot be taken is quarantined and told, the rest is recorded."""
    return await _tracked(
        IncomingEvent(
            metrics=params.metrics,
            user_id=params.user_id,
            experiment_id=params.test_id,
            variant_id=params.variant_id,
            channel=params.channel,
            event_id=params.event_id,
            occurred_at=params.occurred_at,
        ),
        ws,
    )


@tool(family="experiments", effect="writes")
async def track_event(params: TrackEvent, ws: Workspace) -> TrackedEvent:
    """Record an event of a channel (email, website or social); one without a test is kept as the channel's."""
    return await _tracked(
        IncomingEvent(
            metrics={params.event_type: params.value},
            user_id=params.user_id,
            experiment_id=params.test_id,
            variant_id=params.variant_id,
            channel=params.channel,
            event_id=params.event_id,
            occurred_at=params.occurred_at,
            context=params.context or None,
        ),
        ws,
    )


async def _tracked(event: IncomingEvent, ws: Workspace) -> TrackedEvent:
    """Take one event in.

    Raises:
        InvalidInput: Nothing of it could be taken; it lies in quarantine.
    """
    (outcome,) = (await ingest([event], ws)).outcomes
    if not outcome.recorded and not outcome.known:
        raise InvalidInput(
            " ".join(_told(outcome)), remedy="Nothing was recorded; the event is kept in quarantine."
        )
    refused: list[dict[str, Any]] = [
        {"metric": one.metric, "reason": one.reason, "detail": one.detail} for one in outcome.refused
    ]
    return TrackedEvent(
        event_id=outcome.event_id,
        status="recorded",
        recorded_metrics=list(outcome.recorded),
        already_recorded=list(outcome.known),
        not_taken=[NotTaken(**one) for one in refused],
    )


def _told(outcome: EventOutcome) -> list[str]:
    return list(dict.fromkeys(refusal.detail for refusal in outcome.refused))
