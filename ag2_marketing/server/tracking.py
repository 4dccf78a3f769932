"""`/api/track/…`: events in, and an answer once they are stored for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from ag2_marketing.server.services import Services, check_rate, services_of
from ag2_marketing.server.web.bodies import JSON, read_body
from ag2_marketing.server.web.origins import check_origin
from ag2_marketing.server.web.problems import Problem
from ag2_marketing.server.wire import Envelope, SentEvent, occurred_at, read_envelope, read_events
from ag2_marketing.server.writer import Overloaded
from ag2_marketing_tools.errors import InvalidInput, MarketingError
from ag2_marketing_tools.experiments.events import EventOutcome, IncomingEvent

Status = Literal["recorded", "duplicate", "quarantined", "refused", "not_stored"]
NAMED = ("pageview", "conversion", "engagement")
"""Events that have a route of their own."""

RETRY_AFTER_S = 1.0
_NOTHING_SAID = "The event has neither a name in `event` nor a value in `metrics`."
Endpoint = Callable[[Request], Awaitable[Response]]


class RefusedPart(Struct, frozen=True, omit_defaults=True):
    """What of an event was not taken: one metric, or all of it; it lies in quarantine."""

    reason: str
    detail: str
    metric: str | None = None


class EventAnswer(Struct, frozen=True, omit_defaults=True):
    """What became of one event.

    Attributes:
        event_id: Its id; None where it could not be read.
        status: `recorded`; a `duplicate` of one that was; `quarantined` or `refused`; `not_stored` where the
            user or the browser objects.
        reason: Why it was refused or not stored.
        recorded_metrics: What it was recorded for.
        not_taken: What of it was not taken.
        index: Its place in the request, from 0.
    """

    event_id: str | None
    status: Status
    reason: str | None = None
    recorded_metrics: tuple[str, ...] = ()
    not_taken: tuple[RefusedPart, ...] = ()
    index: int | None = None


def one_event(name: str) -> Endpoint:
    """Return the endpoint that takes one event of this name."""

    async def track(request: Request) -> Response:
        received = await _received(request)
        if received.envelope.events is not None:
            raise Problem(400, "malformed", "One event was expected; several go to /api/track/batch.")
        (answer,) = await _taken(request, received, implied=name)
        return _answered(answer)

    track.__name__ = f"track_{name}"
    return track


async def track_batch(request: Request) -> Response:
    """Take up to `MAX_EVENTS` events; each is judged alone."""
    received = await _received(request)
    if received.envelope.events is None:
        raise Problem(400, "malformed", "`events` is missing; expected a list.")
    return _summed_up(await _taken(request, received, implied=None))


async def track_beacon(request: Request) -> Response:
    """Take what `navigator.sendBeacon` sends: one event, or several as a batch."""
    received = await _received(request)
    answers = await _taken(request, received, implied=None)
    return _answered(answers[0]) if received.envelope.events is None else _summed_up(answers)


class _Received(NamedTuple):
    """A request that was let in, and its events: each, or why it is none."""

    envelope: Envelope
    events: Sequence[SentEvent | InvalidInput]


async def _received(request: Request) -> _Received:
    """Read a request of somebody who may send events."""
    services = services_of(request)
    settings = services.ws.settings
    check_rate(request)
    check_origin(request, settings.server_allowed_origins)
    body = await read_body(
        request,
        media_types=JSON,
        max_bytes=settings.server_max_body_bytes,
        timeout_s=settings.server_body_timeout_s,
    )
    try:
        envelope, parts = read_envelope(body)
    except InvalidInput as error:
        raise Problem(400, "malformed", str(error)) from None
    await check_write_key(request, envelope.write_key)
    return _Received(envelope, read_events(body, parts))


async def check_write_key(request: Request, in_body: str | None) -> None:
    """Refuse a request without a project's key, in `X-Write-Key` or in its body.

    Raises:
        Problem: There is none, or it is nobody's (401).
    """
    shown = request.headers.get("x-write-key") or in_body
    if await services_of(request).keys.project_of(shown) is None:
        raise Problem(401, "write_key", "The write key is missing or not known.")


async def _taken(request: Request, received: _Received, *, implied: str | None) -> list[EventAnswer]:
    """Store what can be stored, and say of each event what became of it, in order."""
    services = services_of(request)
    objection = services.consent.of_browser(request.headers)
    arrival = _Arrival(received.envelope, services.ws.clock.now(), implied, objection, services)
    read = [arrival.read(event) for event in received.events]
    stored = iter(await _stored(services, [one for one in read if isinstance(one, IncomingEvent)]))
    answers = [one if isinstance(one, EventAnswer) else next(stored) for one in read]
    for status, count in Counter([answer.status for answer in answers]).items():
        services.figures.events.labels(status).inc(count)
    return answers


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What all events of a request share: when they came, their name, and the browser's objection."""

    envelope: Envelope
    at: datetime
    implied: str | None
    objection: str | None
    services: Services

    def read(self, event: SentEvent | InvalidInput) -> IncomingEvent | EventAnswer:
        """Return an event that may be stored, or the answer to one that may not."""
        if isinstance(event, InvalidInput):
            return EventAnswer(None, "refused", str(event))
        name = self.implied or event.event
        if name is None and not event.metrics:
            return EventAnswer(None, "refused", _NOTHING_SAID)
        metrics = (
            {**event.metrics} if name is None else {name: True, **event.metrics}
        )  # that it happened is one
        consent = self.envelope.consent if event.consent is None else event.consent
        objection = self.services.consent.of_user(consent) or self.objection
        if objection:
            return EventAnswer(event.event_id, "not_stored", objection)
        return IncomingEvent(
            metrics,
            event.user_id,
            event.experiment_id or event.test_id,
            event.variant_id,
            event.channel,
            event.event_id or self.services.ws.ids.new("event"),
            None if event.occurred_at is None else occurred_at(event, self.envelope, self.at),
            event.context or None,
        )


async def _stored(services: Services, events: Sequence[IncomingEvent]) -> Sequence[EventAnswer]:
    if not events:
        return ()
    try:
        outcomes = await services.writer.write(events)
    except Overloaded as error:
        raise Problem(503, "queue_full", error.message, retry_after_s=RETRY_AFTER_S) from None
    except InvalidInput as error:
        raise Problem(400, "malformed", error.message) from None
    except MarketingError:  # its text is the operator's: it is in the log
        raise Problem(503, "store", "The events could not be stored.", retry_after_s=RETRY_AFTER_S) from None
    return [_answer_of(outcome) for outcome in outcomes]


def _answer_of(outcome: EventOutcome) -> EventAnswer:
    if not outcome.refused:  # nearly always
        return EventAnswer(outcome.event_id, outcome.kind, None, outcome.recorded)
    refused = tuple(RefusedPart(one.reason, one.detail, one.metric) for one in outcome.refused)
    return EventAnswer(
        outcome.event_id, outcome.kind, recorded_metrics=tuple(outcome.recorded), not_taken=refused
    )


def _answered(answer: EventAnswer) -> Response:
    return _json(answer, 400 if answer.status == "refused" else 200)


def _summed_up(answers: Sequence[EventAnswer]) -> Response:
    """Say how many events came to what, and name those that were not recorded, or not all of them."""
    counts = Counter([answer.status for answer in answers])
    others = [
        msgspec.structs.replace(answer, index=index)
        for index, answer in enumerate(answers)
        if answer.status != "recorded" or answer.not_taken
    ]
    return _json({"status": "success", "counts": counts, "not_recorded": others}, 200)


def _json(value: object, status: int) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")
