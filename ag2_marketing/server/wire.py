"""What clients send: events as JSON, read strictly, so that one bad event never spoils its neighbours."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from ag2_marketing_tools.errors import InvalidInput

MAX_EVENTS = 500
"""Most events of one request."""

MAX_AGE = timedelta(days=366)
"""An event that its client claims to be older than this, or newer than its sending, counts as of its receipt."""

Id = Annotated[str, Meta(min_length=1, max_length=256)]
Scalar = bool | int | float | Annotated[str, Meta(max_length=1000)] | None
Scalars = Annotated[dict[Id, Scalar], Meta(max_length=50)]
Moment = Annotated[datetime, Meta(tz=True)] | Annotated[float, Meta(ge=0, le=4_102_444_800_000)] | None
T = TypeVar("T")

_log = logging.getLogger(__name__)


class SentEvent(Struct, frozen=True, gc=False):  # no part of it can refer back to it
    """One event as a client sends it; fields that are not known are left aside.

    Attributes:
        event: What happened: `pageview`, `conversion`, `engagement`, or a metric's name.
        event_id: The client's own id, by which a repetition is recognised; made here where it is missing.
        experiment_id: Which experiment it belongs to.
        test_id: Another name of the same.
        variant_id: Which variant the user saw.
        user_id: Who.
        channel: `website`, `email` or `social`.
        metrics: Values by metric; whether they fit the metric is the engine's to judge.
        occurred_at: By the client's clock: ISO 8601 with its zone, or milliseconds since 1970.
        context: What else describes the event, flat.
        consent: Whether the user agreed to be counted; the request's word counts where it is missing.
    """

    event: Id | None = None
    event_id: Id | None = None
    experiment_id: Id | None = None
    test_id: Id | None = None
    variant_id: Id | None = None
    user_id: Id | None = None
    channel: Id = "website"
    metrics: Scalars = {}
    occurred_at: Moment = None
    context: Scalars = {}
    consent: bool | None = None

    @property
    def names(self) -> str:
        """All the ids and names in it, to be looked through at once."""
        return (
            f"{self.event}{self.event_id}{self.experiment_id}{self.test_id}{self.variant_id}{self.user_id}"
            f"{self.channel}{''.join(self.metrics)}"
        )


class Envelope(Struct, frozen=True):
    """A request as a whole; without `events`, the request itself is the event.

    Attributes:
        write_key: The project's key, where the body holds it.
        consent: Of all its events that do not say it themselves.
        sent_at: The client's clock when it sent.
        events: As they came, not read yet.
    """

    write_key: Id | None = None
    consent: bool | None = None
    sent_at: Moment = None
    events: Annotated[list[Raw], Meta(min_length=1, max_length=MAX_EVENTS)] | None = None


_envelope: msgspec.json.Decoder[Envelope] = msgspec.json.Decoder(Envelope)
_event: msgspec.json.Decoder[SentEvent] = msgspec.json.Decoder(SentEvent)


class _Events(Struct, frozen=True):
    """A request whose events are all read at once."""

    events: list[SentEvent]


_events: msgspec.json.Decoder[_Events] = msgspec.json.Decoder(_Events)


def read_envelope(body: bytes) -> tuple[Envelope, list[bytes | Raw]]:
    """Read a request, `{"write_key": …, "events": […]}` or one event with its `write_key`, and its events.

    Raises:
        InvalidInput: It is no such object, or holds no event or more than `MAX_EVENTS`.
    """
    envelope = _read(_envelope, body)
    events: list[bytes | Raw] = [body] if envelope.events is None else [*envelope.events]
    return envelope, events


def read_events(body: bytes, parts: list[bytes | Raw]) -> list[SentEvent | InvalidInput]:
    """Read a request's events: all at once, and only where one of them is not sound, each alone."""
    if len(parts) > 1:
        try:
            events = _events.decode(body).events
            if _is_printable(body) or "".join([event.names for event in events]).isprintable():
                return [*events]
        except (ValueError, RecursionError):  # it is said of the event that it is about
            _log.debug("A batch holds an event that cannot be read.")
    return [_sound_or_not(part) for part in parts]


def _is_printable(body: bytes) -> bool:
    """Tell whether all text in a body is surely printable, without a look at each."""
    return body.isascii() and b"\\" not in body and body.decode().isprintable()


def _sound_or_not(part: bytes | Raw) -> SentEvent | InvalidInput:
    try:
        return read_event(part)
    except InvalidInput as error:
        return error


def read_event(part: bytes | Raw) -> SentEvent:
    """Read one event.

    Raises:
        InvalidInput: Something in it is of the wrong type, too long, nested or not printable.
    """
    event = _read(_event, part)
    if not event.names.isprintable():
        raise InvalidInput("An id or a name holds a character that cannot be printed.")
    return event


def read_json(body: bytes, form: type[T]) -> T:
    """Read a body of another form.

    Raises:
        InvalidInput: It has not got this form.
    """
    return _read(msgspec.json.Decoder(form), body)


def _read(decoder: msgspec.json.Decoder[T], part: bytes | Raw) -> T:
    try:
        return decoder.decode(part)
    except msgspec.ValidationError as error:  # names the place and the types, never the value
        raise InvalidInput(f"{str(error)[:300]}.") from None
    except (ValueError, RecursionError):  # not JSON (NaN and Infinity are none), no UTF-8, nested too deeply
        raise InvalidInput("The body is not JSON.") from None


def moment(value: Any) -> datetime | None:
    """Return a sent moment as a time."""
    return (
        value if value is None or isinstance(value, datetime) else datetime.fromtimestamp(value / 1000, UTC)
    )


def occurred_at(event: SentEvent, envelope: Envelope, received_at: datetime) -> datetime | None:
    """Return when an event happened by the server's clock; None where the client did not say.

    A client's clock may be wrong; by how much, its time of sending tells: to a request's time on the way, which
    the engine overlooks in an event that is sent again.
    """
    happened, sent = moment(event.occurred_at), moment(envelope.sent_at)
    if happened is None or sent is None:
        return happened
    if not timedelta(0) <= sent - happened <= MAX_AGE:
        return None
    return happened + (received_at - sent)
