"""Events on their way in, and what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple

Reason = Literal[
    "malformed",  # no metrics, an id that is none, a time without zone
    "unknown_channel",  # neither email, website nor social
    "unknown_test",  # no test of this id
    "unknown_variant",  # the test has no such variant
    "test_stopped",  # it happened after the test was stopped
    "in_the_future",  # it happened later than now, by more than a clock may run ahead
    "no_user",  # a test is named and no user
    "not_assigned",  # the user takes no part in the test
    "wrong_variant",  # the user was assigned another variant
    "unknown_metric",  # the test, or the channel, has no such metric
    "wrong_channel",  # the metric is not tracked on this channel
    "wrong_type",  # neither number nor, where that is meant, true or false
    "not_finite",  # NaN or infinity
    "out_of_bounds",  # beyond the metric's bounds, or too large to be added up
    "conflict",  # an event of this id was stored before, with another content
]
"""Why an event, or one metric of it, is not taken."""


class IncomingEvent(NamedTuple):
    """One event as a client sent it; nothing is checked yet.

    Attributes:
        metrics: Value by the metric's name or by one of its event names; `true` for "it happened".
        user_id: Whose event; needed where a test is named.
        experiment_id: In which test; None for an event of a channel that belongs to no test.
        variant_id: Which variant the client says that the user saw; None leaves it to the assignment.
        channel: `email`, `website` or `social`; None means the first channel of each metric.
        event_id: The client's own id, the same whenever the event is sent again; made here where missing.
        occurred_at: When it happened, aware; None means now.
        context: Whatever else is known; kept with the event.
    """

    metrics: Mapping[str, Any]
    user_id: str | None = None
    experiment_id: str | None = None
    variant_id: str | None = None
    channel: str | None = None
    event_id: str | None = None
    occurred_at: datetime | None = None
    context: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not taken; `metric` is None where the whole event was not."""

    reason: Reason
    detail: str
    metric: str | None = None


class EventOutcome(NamedTuple):
    """What became of one event.

    Attributes:
        event_id: Its id, the client's or ours.
        recorded: Names of the test's metrics that it was recorded for now.
        known: Names of those for which it had been recorded before: counted once all the same.
        refused: What was not taken, and why; it lies in quarantine.
    """

    event_id: str
    recorded: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()

    @property
    def kind(self) -> Literal["recorded", "duplicate", "quarantined"]:
        """The outcome in one word; an event of which a part was recorded is recorded."""
        if self.recorded:
            return "recorded"
        return "duplicate" if self.known else "quarantined"


@dataclass(frozen=True)
class IngestReport:
    """What became of a batch: one outcome per event, in the order in which they were given."""

    outcomes: tuple[EventOutcome, ...]

    @cached_property
    def recorded(self) -> int:
        """How many values (one metric of one event) were recorded."""
        return sum(len(outcome.recorded) for outcome in self.outcomes)

    @cached_property
    def duplicates(self) -> int:
        """How many values were known already."""
        return sum(len(outcome.known) for outcome in self.outcomes)

    @cached_property
    def refused(self) -> Mapping[Reason, int]:
        """How many refusals there were, by reason."""
        return Counter(refusal.reason for outcome in self.outcomes for refusal in outcome.refused)
