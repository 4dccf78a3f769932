"""Group commit: requests hand in events, one task writes all that wait in one transaction, then answers.

Each transaction costs one flush to the disk however many requests it serves, so that a durable answer stays
cheap under load; without load, a single event waits for nobody. Where many wait already, they are handed over
before the group ahead of them is stored, so that the sink can judge them while the database writes. The queue is
bounded: beyond it requests are turned away at once, before anything was promised.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from ag2_marketing.server.operation.figures import Figures
from ag2_marketing.server.sink import EventSink
from ag2_marketing_tools.errors import Conflict, InvalidInput, MarketingError, StoreError, Unavailable
from ag2_marketing_tools.experiments.events import EventOutcome, IncomingEvent
from ag2_marketing_tools.workspace import Clock

MAX_GROUP_EVENTS = 2_000
"""Most events of one transaction: enough to spread the flush, few enough that nobody waits long for it."""

MIN_AHEAD_EVENTS = 500
"""A group this large is handed over while another one is written; a smaller one waits, and may grow meanwhile."""

MAX_GROUPS = 2
"""Groups that the sink has at once: one that is written, and one that is ready when it is."""

GATHERING_S = 0.005
"""Least time from one group's begin to the next small one's: transactions of one event each, as fast as the disk
allows, would take the whole processor, and everybody would wait longer than that."""

_log = logging.getLogger(__name__)


class Overloaded(Unavailable):
    """The queue is full, or the server is stopping: nothing was stored, come back."""


@dataclass(slots=True)
class _Waiting:
    """One request's events."""

    events: Sequence[IncomingEvent]
    answer: asyncio.Future[Sequence[EventOutcome]]
    since_s: float


@dataclass
class GroupWriter:
    """The one writer of events.

    Attributes:
        sink: Where it writes.
        max_waiting_events: The queue's size.
        clock: Tells how long a request has waited.
        figures: Where it counts.
    """

    sink: EventSink
    max_waiting_events: int
    clock: Clock
    figures: Figures
    _queue: deque[_Waiting] = field(default_factory=deque, init=False)
    _groups: dict[asyncio.Task[None], list[_Waiting]] = field(default_factory=dict, init=False)
    _waiting_events: int = field(default=0, init=False)
    _wake: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)
    _stopping: bool = field(default=False, init=False)
    _gathering: bool = field(default=False, init=False)

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="event writer")

    async def stop(self) -> None:
        """Take no more events, write those that wait, and return when they are stored."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task

    @property
    def is_alive(self) -> bool:
        """Whether it still writes."""
        return self._task is not None and not self._task.done()

    @property
    def longest_wait_s(self) -> float:
        """How long the oldest request that is not answered yet has waited; 0 where none is."""
        oldest = min((one.since_s for one in chain(*self._groups.values(), self._queue)), default=None)
        return 0.0 if oldest is None else self.clock.monotonic_s() - oldest

    async def write(self, events: Sequence[IncomingEvent]) -> Sequence[EventOutcome]:
        """Store events, and return once they are durable.

        Raises:
            Overloaded: The queue is full, or the writer is stopping.
            StoreError: The database failed.
        """
        if self._stopping or not self.is_alive:
            raise Overloaded("The server is not taking events.", remedy="Try again in a moment.")
        if self._waiting_events + len(events) > self.max_waiting_events:
            self.figures.turned_away.inc()
            raise Overloaded("Too many events are waiting to be stored.", remedy="Try again in a moment.")
        answer: asyncio.Future[Sequence[EventOutcome]] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(events, answer, self.clock.monotonic_s()))
        self._waiting_events += len(events)
        self.figures.waiting.set(self._waiting_events)
        self._wake.set()
        return await answer

    async def _run(self) -> None:
        while self._queue or self._groups or not self._stopping:
            self._wake.clear()
            while self._queue and self._has_room():
                group = self._next_group()
                task = asyncio.create_task(self._store(group), name="event group")
                self._groups[task] = group
                task.add_done_callback(self._done)
                self._gather()
            await self._wake.wait()

    def _has_room(self) -> bool:
        queued = self._waiting_events - sum(
            len(one.events) for group in self._groups.values() for one in group
        )
        if queued >= MIN_AHEAD_EVENTS:
            return len(self._groups) < MAX_GROUPS
        return not self._groups and (self._stopping or not self._gathering)

    def _gather(self) -> None:
        if not self._gathering:
            self._gathering = True
            asyncio.get_running_loop().call_later(GATHERING_S, self._gathered)

    def _gathered(self) -> None:
        self._gathering = False
        self._wake.set()

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._groups[task]
        self._wake.set()

    def _next_group(self) -> list[_Waiting]:
        group = [self._queue.popleft()]
        size = len(group[0].events)
        while self._queue and size + len(self._queue[0].events) <= MAX_GROUP_EVENTS:
            size += len(self._queue[0].events)
            group.append(self._queue.popleft())
        return group

    async def _store(self, group: list[_Waiting]) -> None:
        """Write a group and answer its requests; one that cannot be stored does not spoil the others'."""
        started_s = self.clock.monotonic_s()
        try:
            outcomes = await self._written([event for one in group for event in one.events])
        except (Conflict, InvalidInput) as error:
            if len(group) > 1:
                for one in group:
                    await self._store([one])
                return
            self._fail(group, error)
        except MarketingError as error:
            _log.error("The events could not be stored: %s", error)
            self._fail(group, error)
        except Exception as error:  # noqa: BLE001 (a writer that died would take every later event with it)
            _log.error("The event writer failed: %s", type(error).__name__)
            self._fail(group, StoreError("The events could not be stored."))
        else:
            self._answer(group, outcomes)
        self.figures.commit_s.observe(self.clock.monotonic_s() - started_s)

    async def _written(self, events: list[IncomingEvent]) -> Sequence[EventOutcome]:
        outcomes = await self.sink.write(events)
        if len(outcomes) != len(events):
            raise StoreError(f"{len(events)} events were written and {len(outcomes)} answered.")
        return outcomes

    def _answer(self, group: list[_Waiting], outcomes: Sequence[EventOutcome]) -> None:
        position = 0
        for one in group:
            own = outcomes[position : position + len(one.events)]
            position += len(one.events)
            self._leave(one)
            if not one.answer.done():  # its client may have gone; its events are stored all the same
                one.answer.set_result(own)
        self.figures.group_events.observe(position)

    def _fail(self, group: list[_Waiting], error: MarketingError) -> None:
        for one in group:
            self._leave(one)
            if not one.answer.done():
                one.answer.set_exception(error)

    def _leave(self, one: _Waiting) -> None:
        self._waiting_events -= len(one.events)
        self.figures.waiting.set(self._waiting_events)
