"""What must be known to judge a batch of events: its tests, their metrics, and where their users stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.experiments.definitions import all_metrics
from ag2_marketing_tools.experiments.events.database import Database, Version
from ag2_marketing_tools.experiments.events.model import IncomingEvent
from ag2_marketing_tools.experiments.events.values import Refused, Tracked, is_id, named
from ag2_marketing_tools.experiments.metrics import MetricDefinition, Metrics, fed_by
from ag2_marketing_tools.experiments.model import Counts, Experiment
from ag2_marketing_tools.experiments.repository import load_experiment

MOST_SEATS = 50_000
"""Seats that are remembered between batches, some 20 MB; beyond, all are forgotten and looked up anew."""


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


@dataclass(frozen=True, slots=True)
class Test:
    """One test as far as taking its events needs it."""

    __test__ = False

    experiment: Experiment
    catalogue: Catalogue
    variant_ids: frozenset[str]


Seats = Mapping[str, Seat]
"""The seats of a test's users, those of a batch."""


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that a batch refers to; tests that do not exist are missing."""

    tests: Mapping[str, tuple[Test, Seats]]
    channel_metrics: Catalogue


def tracked_metrics(found: Experiment, every: Metrics) -> Metrics:
    """Return the definitions of a test's metrics and of the parts of its ratios, by name."""
    own: dict[str, MetricDefinition] = {metric.name: metric.definition for metric in found.metrics}
    parts = {part for definition in own.values() for part in definition.parts} - own.keys()
    return {**own, **{part: every[part] for part in sorted(parts) if part in every}}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A test and those of its seats that were looked up, as they stood at one version."""

    version: Version
    test: Test
    seats: dict[str, Seat]


class Library:
    """Loads what batches refer to, and keeps each test and its seats until the test is changed or somebody erased.

    Only what stands is kept: a user who was not assigned is looked up each time, for that may change.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[str, _Kept] = {}

    async def known(self, connection: AsyncConnection, events: Sequence[IncomingEvent]) -> Known:
        """Load what a batch refers to: at most a few queries per test, none per event."""
        users, in_a_channel = _named(events)
        versions = await self._database.versions(connection, users) if users else {}
        if sum(len(kept.seats) for kept in self._kept.values()) > MOST_SEATS:
            self._kept.clear()
        tests = {}
        for test_id, version in versions.items():
            kept = await self._current(connection, test_id, version)
            if new := [user_id for user_id in users[test_id] - kept.seats.keys() if is_id(user_id)]:
                found = await self._database.seats(connection, test_id, new)
                for user_id, variant_id, at in found:
                    kept.seats[user_id] = seat_of(kept.test.experiment, variant_id, at)
            tests[test_id] = kept.test, kept.seats
        return Known(tests, Catalogue(await all_metrics(connection) if in_a_channel else {}))

    async def _current(self, connection: AsyncConnection, test_id: str, version: Version) -> _Kept:
        kept = self._kept.get(test_id)
        if kept is None or kept.version != version:
            kept = _Kept(version, await _load(connection, test_id), {})
            self._kept[test_id] = kept
        return kept


def _named(events: Sequence[IncomingEvent]) -> tuple[dict[str, set[str]], bool]:
    """Return the users of each test that events name, and whether one belongs to no test."""
    users: dict[str, set[str]] = {}
    in_a_channel = False
    for event in events:
        test_id, user_id = event.experiment_id, event.user_id
        if test_id is None:
            in_a_channel = True
        elif type(test_id) is str and type(user_id) is str:
            if test_id in users:
                users[test_id].add(user_id)
            else:
                users[test_id] = {user_id}
    return {test_id: ids for test_id, ids in users.items() if is_id(test_id)}, in_a_channel


async def _load(connection: AsyncConnection, test_id: str) -> Test:
    found = await load_experiment(connection, test_id)
    apart = any(len(metric.definition.parts) > 1 for metric in found.metrics)
    every = await all_metrics(connection) if apart else {}
    variant_ids = frozenset(variant.id for variant in found.variants)
    return Test(found, Catalogue(tracked_metrics(found, every)), variant_ids)


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
