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
from ag2_marketing_tools.workspace.store import Store

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


@dataclass(frozen=True, slots=True)
class Kept:
    """A test and the seats of its users, those that were looked up, as they stood at one version."""

    version: Version
    test: Test
    seats: dict[str, Seat]


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that a batch refers to; tests that do not exist are missing."""

    tests: Mapping[str, Kept]
    channel_metrics: Catalogue

    @property
    def versions(self) -> Mapping[str, Version]:
        """What it was true of."""
        return {test_id: kept.version for test_id, kept in self.tests.items()}


def tracked_metrics(found: Experiment, every: Metrics) -> Metrics:
    """Return the definitions of a test's metrics and of the parts of its ratios, by name."""
    own: dict[str, MetricDefinition] = {metric.name: metric.definition for metric in found.metrics}
    parts = {part for definition in own.values() for part in definition.parts} - own.keys()
    return {**own, **{part: every[part] for part in sorted(parts) if part in every}}


class Library:
    """Looks up what batches refer to, and keeps each test and its seats until they turn out to have changed.

    Only what stands is kept: a user who was not assigned is looked up each time, for that may change.
    """

    def __init__(self, store: Store, database: Database) -> None:
        self._store = store
        self._database = database
        self._kept: dict[str, Kept] = {}

    async def known(self, events: Sequence[IncomingEvent]) -> Known:
        """Return what a batch refers to, which may have changed since; looking it up is a few queries per test."""
        users, in_a_channel = _named(events)
        if sum(len(kept.seats) for kept in self._kept.values()) > MOST_SEATS:
            self._kept.clear()
        tests: dict[str, Kept] = {}
        incomplete: dict[str, set[str]] = {}
        for test_id, user_ids in users.items():
            kept = self._kept.get(test_id)
            if kept is not None and user_ids <= kept.seats.keys():
                tests[test_id] = kept
            else:
                incomplete[test_id] = user_ids
        metrics: Metrics = {}
        if incomplete or in_a_channel:
            async with self._store.read() as connection:
                tests |= await self._looked_up(connection, incomplete) if incomplete else {}
                metrics = await all_metrics(connection) if in_a_channel else {}
        return Known(tests, Catalogue(metrics))

    def forget(self, known: Known) -> None:
        """Look these tests up anew the next time: one of them was changed, or somebody erased."""
        for test_id in known.tests:
            self._kept.pop(test_id, None)

    async def _looked_up(
        self, connection: AsyncConnection, users: Mapping[str, set[str]]
    ) -> Mapping[str, Kept]:
        found = {}
        for test_id, version in (await connection.run_sync(self._database.versions, users)).items():
            kept = self._kept.get(test_id)
            if kept is None or kept.version != version:
                kept = self._kept[test_id] = Kept(version, await _load(connection, test_id), {})
            new = [user_id for user_id in users[test_id] - kept.seats.keys() if is_id(user_id)]
            for user_id, variant_id, at in await connection.run_sync(self._database.seats, test_id, new):
                kept.seats[user_id] = seat_of(kept.test.experiment, variant_id, at)
            found[test_id] = kept
        return found


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
