"""Which of a batch's events are taken, and as what: without the database, from what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from ag2_marketing_tools.experiments.events.database import Database, EventRow, made
from ag2_marketing_tools.experiments.events.known import Catalogue, Known, Seat, Test
from ag2_marketing_tools.experiments.events.model import IncomingEvent, Refusal
from ag2_marketing_tools.experiments.events.quarantine import as_json
from ag2_marketing_tools.experiments.events.values import LONGEST_ID, Refused, is_id
from ag2_marketing_tools.experiments.metrics import Channel
from ag2_marketing_tools.workspace.ids import IdSource

CLOCK_SKEW = timedelta(minutes=5)
"""How far a client's clock may run ahead of ours."""

_CHANNELS = frozenset(get_args(Channel))
_NO_ID = f"is not printable text of at most {LONGEST_ID} characters."

Place = tuple[Catalogue, Seat | None, datetime]
"""Where an event belongs: the metrics that it may name, its user's seat, and its moment."""


@dataclass(slots=True)
class Judged:
    """A batch after judgement, before the database has seen it.

    Attributes:
        event_ids: Per event, the id it goes by.
        rows: What may be stored.
        numbers: Per row, the number of the event that it is of.
        refused: Refusals by the number of their event.
    """

    event_ids: list[str] = field(default_factory=list)
    rows: list[EventRow] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    refused: dict[int, list[Refusal]] = field(default_factory=dict)

    def refuse(self, number: int, refusal: Refusal) -> None:
        """Note a refusal."""
        self.refused.setdefault(number, []).append(refusal)


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges events by what is known, at one moment."""

    known: Known
    now: datetime
    database: Database
    ids: IdSource

    def judge(self, events: Sequence[IncomingEvent]) -> Judged:
        """Return what may be stored of a batch and what is refused."""
        judged = Judged()
        received_at = self.database.stored(self.now)
        for number, event in enumerate(events):
            try:
                event_id = self._id_of(judged, event.event_id)
                place = self._place_of(event)
            except Refused as refused:
                judged.refuse(number, Refusal(refused.reason, refused.detail))
            else:
                self._judge_values(judged, number, event_id, event, place, received_at)
        return judged

    def _id_of(self, judged: Judged, given: str | None) -> str:
        """Return the id that an event goes by; one without a sound id gets ours."""
        if is_id(given):
            judged.event_ids.append(given)
            return given
        judged.event_ids.append(own := self.ids.new("event"))
        if given is not None:
            raise Refused("malformed", f"The event's id {_NO_ID}")
        return own

    def _judge_values(
        self, judged: Judged, number: int, event_id: str, event: IncomingEvent, place: Place, received_at: Any
    ) -> None:
        metrics, user_id, test_id, _, channel, _, _, context = event
        catalogue, seat, moment = place
        variant_id, counts = (None, "nothing") if seat is None else (seat.variant_id, seat.counts(moment))
        occurred_at = received_at if moment is self.now else self.database.stored(moment)
        kept = as_json(context) if context else None
        for name, raw in metrics.items():
            try:
                for metric in catalogue.fed(name, channel):
                    row = (
                        event_id,
                        metric.name,
                        test_id,
                        variant_id,
                        user_id,
                        channel or metric.channels[0],
                        metric.number(raw),
                        counts,
                        occurred_at,
                        received_at,
                        kept,
                    )
                    judged.rows.append(made(EventRow, row))
                    judged.numbers.append(number)
            except Refused as refused:
                judged.refuse(number, Refusal(refused.reason, refused.detail, str(name)[:64]))

    def _place_of(self, event: IncomingEvent) -> Place:
        """Return where an event belongs; what is usual is looked up first, what is wrong is explained after."""
        metrics, user_id, test_id, variant_id, channel, _, occurred_at, _ = event
        if not metrics or not (type(metrics) is dict or isinstance(metrics, Mapping)):
            raise Refused("malformed", "An event names at least one metric.")
        if channel is not None and not (type(channel) is str and channel in _CHANNELS):
            raise Refused("unknown_channel", f"A channel is one of {', '.join(sorted(_CHANNELS))}.")
        moment = self.now if occurred_at is None else self._moment_of(occurred_at)
        if test_id is None:
            if user_id is not None and not is_id(user_id):
                raise Refused("malformed", f"The user's id {_NO_ID}")
            return self.known.channel_metrics, None, moment
        if type(test_id) is not str:
            raise Refused("unknown_test", "There is no test of this id.")
        kept = self.known.tests.get(test_id)
        seat = kept.seats.get(user_id) if kept is not None and type(user_id) is str else None
        if kept is None or seat is None or not (variant_id is None or variant_id == seat.variant_id):
            raise _why_there_is_no_seat(event, kept.test if kept else None, seat)
        stopped_at = kept.test.experiment.stopped_at
        if stopped_at is not None and moment >= stopped_at:
            raise Refused("test_stopped", "The event happened after the test was stopped.")
        return kept.test.catalogue, seat, moment

    def _moment_of(self, occurred_at: Any) -> datetime:
        if not isinstance(occurred_at, datetime) or occurred_at.tzinfo is None:
            raise Refused("malformed", "The event's time has no time zone, or is no time.")
        try:
            moment = occurred_at if occurred_at.tzinfo is UTC else occurred_at.astimezone(UTC)
        except OverflowError:
            raise Refused("malformed", "The event's time lies outside the calendar.") from None
        if moment - self.now > CLOCK_SKEW:
            raise Refused("in_the_future", "The event's time has not come yet: the client's clock is wrong.")
        return moment


def _why_there_is_no_seat(event: IncomingEvent, test: Test | None, seat: Seat | None) -> Refused:
    if event.user_id is None or event.user_id == "":
        return Refused("no_user", "An event of a test names its user.")
    if not is_id(event.user_id):
        return Refused("malformed", f"The user's id {_NO_ID}")
    if test is None:
        return Refused("unknown_test", "There is no test of this id.")
    if event.variant_id is not None and event.variant_id not in test.variant_ids:
        return Refused("unknown_variant", "The test has no variant of this id.")
    if seat is None:
        return Refused("not_assigned", "The user was not assigned a variant of this test.")
    return Refused("wrong_variant", "The user was assigned another variant.")
