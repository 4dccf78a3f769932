"""What must be known to judge a batch of events: its tests, their metrics, and where their users stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.experiments.definitions import all_metrics
from ag2_marketing_tools.experiments.events.database import Database
from ag2_marketing_tools.experiments.events.model import IncomingEvent
from ag2_marketing_tools.experiments.events.values import Refused, Tracked, is_id, named
from ag2_marketing_tools.experiments.metrics import MetricDefinition, Metrics, fed_by
from ag2_marketing_tools.experiments.model import Counts, Experiment
from ag2_marketing_tools.experiments.repository import load_experiment


class Seat(NamedTuple):
    """A user's variant, and from when to when what the user does counts: both ranges half-open."""

    variant_id: str
    pre_from: datetime
    exposed_at: datetime
    counts_from: datetime
    counts_until: datetime

    def counts(self, moment: datetime) -> Counts:
        """Return towards what an event of this moment counts."""
        if self.counts_from <= moment < self.counts_until:
            return "outcome"
        return "pre_period" if self.pre_from <= moment < self.exposed_at else "nothing"


class Catalogue:
    """The metrics that may be tracked in one place (a test, or a channel), and which names feed them."""

    def __init__(self, definitions: Metrics) -> None:
        self._ratios = {name: found.parts for name, found in definitions.items() if name not in found.parts}
        self._definitions = {name: found for name, found in definitions.items() if name in found.parts}
        self._tracked = {name: Tracked.of(found) for name, found in self._definitions.items()}
        self._fed: dict[tuple[str, str | None], tuple[Tracked, ...]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The metrics that may be tracked."""
        return tuple(self._tracked)

    def fed(self, name: str, channel: str | None) -> tuple[Tracked, ...]:
        """Return the metrics that an event of this name on this channel feeds.

        Raises:
            Refused: None.
        """
        try:
            return self._fed[name, channel]
        except (KeyError, TypeError):
            found = self._looked_up(name, channel)
        self._fed[name, channel] = found
        return found

    def _looked_up(self, name: str, channel: str | None) -> tuple[Tracked, ...]:
        if not isinstance(name, str):
            raise Refused("unknown_metric", "A metric's name is text.")
        if name in self._ratios:
            parts = " and ".join(self._ratios[name])
            raise Refused("unknown_metric", f"{named(name)} is computed from {parts}: send those.")
        found = [self._tracked[metric] for metric in fed_by(name, self._definitions)]
        if not found:
            raise Refused("unknown_metric", f"{named(name)} is none of {', '.join(self._tracked)}.")
        here = tuple(metric for metric in found if channel is None or channel in metric.channels)
        if not here:
            where = " and ".join(sorted({channel for metric in found for channel in metric.channels}))
            raise Refused("wrong_channel", f"{named(name)} is tracked on {where} only.")
        return here


@dataclass(frozen=True)
class Test:
    """One test, with the seats of those of its users who are in the batch."""

    __test__ = False

    experiment: Experiment
    catalogue: Catalogue
    variant_ids: frozenset[str]
    seats: dict[str, Seat] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """Everything that a batch refers to; tests that do not exist are missing."""

    tests: Mapping[str, Test]
    channel_metrics: Catalogue


def tracked_metrics(found: Experiment, every: Metrics) -> Metrics:
    """Return the definitions of a test's metrics and of the parts of its ratios, by name."""
    own: dict[str, MetricDefinition] = {metric.name: metric.definition for metric in found.metrics}
    parts = {part for definition in own.values() for part in definition.parts} - own.keys()
    return {**own, **{part: every[part] for part in sorted(parts) if part in every}}


async def load_known(
    connection: AsyncConnection, database: Database, events: Sequence[IncomingEvent]
) -> Known:
    """Load what a batch refers to: a few queries per test, none per event."""
    users: dict[str, set[str]] = defaultdict(set)
    in_a_channel = False
    for event in events:
        if event.experiment_id is None:
            in_a_channel = True
        elif is_id(event.experiment_id) and is_id(event.user_id) and event.user_id:
            users[event.experiment_id].add(event.user_id)
    tests = {}
    every: Metrics | None = await all_metrics(connection) if in_a_channel else None
    for test_id, user_ids in users.items():
        try:
            found = await load_experiment(connection, test_id)
        except NotFound:
            continue
        if every is None and any(len(metric.definition.parts) > 1 for metric in found.metrics):
            every = await all_metrics(connection)
        catalogue = Catalogue(tracked_metrics(found, every or {}))
        test = Test(found, catalogue, frozenset(variant.id for variant in found.variants))
        for user_id, variant_id, assigned_at in await database.seats(connection, test_id, user_ids):
            test.seats[user_id] = seat_of(found, variant_id, assigned_at)
        tests[test_id] = test
    return Known(tests, Catalogue(every or {}))


def seat_of(found: Experiment, variant_id: str, assigned_at: datetime) -> Seat:
    """Return a user's seat in a test."""
    ends = [found.end_at]
    if found.stopped_at is not None:
        ends.append(found.stopped_at)
    if found.attribution_window is not None:
        ends.append(assigned_at + found.attribution_window)
    return Seat(
        variant_id, assigned_at - found.pre_period, assigned_at, max(assigned_at, found.start_at), min(ends)
    )
