"""Group commit: one transaction for all who wait, an answer only once it is durable, and nobody spoiled by another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from ag2_marketing.server import writer as writer_module
from ag2_marketing.server.operation.figures import Figures
from ag2_marketing.server.writer import MAX_GROUP_EVENTS, MIN_AHEAD_EVENTS, GroupWriter, Overloaded
from ag2_marketing_tools.errors import InvalidInput, StoreError
from ag2_marketing_tools.experiments.events import EventOutcome, IncomingEvent
from ag2_marketing_tools.workspace import SystemClock


def events(*ids: str) -> list[IncomingEvent]:
    return [IncomingEvent(event_id=one, metrics={"pageview": True}) for one in ids]


@dataclass
class Sink:
    """Keeps what it is given, once it is let; ids that begin with `bad` are refused, `down` is a failed store."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    groups: list[list[str]] = field(default_factory=list)
    given: int = 0

    async def write(self, given: Sequence[IncomingEvent]) -> Sequence[EventOutcome]:
        self.given += 1
        await self.open.wait()
        ids = [str(event.event_id) for event in given]
        if any(one.startswith("bad") for one in ids):
            raise InvalidInput("This cannot be stored.")
        if "down" in ids:
            raise StoreError("The database failed: disk full.")
        self.groups.append(ids)
        return [EventOutcome(one, ("pageview",)) for one in ids]


@asynccontextmanager
async def writing(sink: Sink, most: int = 100_000) -> AsyncIterator[GroupWriter]:
    writer = GroupWriter(sink, most, SystemClock(), Figures())
    writer.start()
    try:
        yield writer
    finally:
        sink.open.set()
        await writer.stop()


async def test_who_waits_while_a_transaction_runs_shares_the_next_one() -> None:
    sink = Sink()
    async with writing(sink) as writer:
        first = asyncio.create_task(writer.write(events("a")))
        await asyncio.sleep(0.01)
        others = [asyncio.create_task(writer.write(events(f"b{n}", f"c{n}"))) for n in range(3)]
        await asyncio.sleep(0.01)
        assert not first.done()
        assert writer.longest_wait_s > 0
        sink.open.set()
        answers = [await first, *await asyncio.gather(*others)]
    assert sink.groups == [["a"], ["b0", "c0", "b1", "c1", "b2", "c2"]]
    assert [[one.event_id for one in answer] for answer in answers] == [
        ["a"], ["b0", "c0"], ["b1", "c1"], ["b2", "c2"],
    ]  # fmt: skip


async def test_events_that_follow_each_other_closely_share_a_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(writer_module, "GATHERING_S", 0.5)
    sink = Sink()
    sink.open.set()
    async with writing(sink) as writer:
        await writer.write(events("a"))
        following = []
        for one in "bc":
            following.append(asyncio.create_task(writer.write(events(one))))
            await asyncio.sleep(0)
        await asyncio.gather(*following)
        await asyncio.sleep(0.6)
        alone = asyncio.create_task(writer.write(events("d")))
        for _ in range(10):
            await asyncio.sleep(0)
        assert alone.done()  # after a pause, nobody is waited for
    assert sink.groups == [["a"], ["b", "c"], ["d"]]


async def test_a_writer_that_is_told_to_stop_gathers_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "GATHERING_S", 1e9)
    sink = Sink()
    sink.open.set()
    async with writing(sink) as writer:
        await writer.write(events("a"))
        last = asyncio.create_task(writer.write(events("b")))
        await asyncio.sleep(0)
    assert [one.event_id for one in await last] == ["b"]


async def test_a_transaction_has_a_largest_size() -> None:
    sink = Sink()
    async with writing(sink) as writer:
        blocked = asyncio.create_task(writer.write(events("a")))
        await asyncio.sleep(0.01)
        size = MAX_GROUP_EVENTS // 4
        batches = [
            asyncio.create_task(writer.write(events(*(f"{b}-{n}" for n in range(size))))) for b in range(6)
        ]
        await asyncio.sleep(0.01)
        sink.open.set()
        await asyncio.gather(blocked, *batches)
    assert [len(group) for group in sink.groups] == [1, 4 * size, 2 * size]


async def test_a_large_group_is_handed_over_while_another_is_written_and_never_a_third() -> None:
    sink = Sink()
    async with writing(sink) as writer:
        sent = [asyncio.create_task(writer.write(events("a")))]
        await asyncio.sleep(0.01)
        for number, given in enumerate([1, 2, 2]):
            large = events(*(f"{number}-{n}" for n in range(MIN_AHEAD_EVENTS - 1)))
            sent.append(asyncio.create_task(writer.write(large)))
            await asyncio.sleep(0.01)
            assert sink.given == given
        sink.open.set()
        await asyncio.gather(*sent)
    assert [len(group) for group in sink.groups] == [1, 2 * (MIN_AHEAD_EVENTS - 1), MIN_AHEAD_EVENTS - 1]


async def test_a_request_that_cannot_be_stored_does_not_spoil_its_neighbours() -> None:
    sink = Sink()
    async with writing(sink) as writer:
        blocked = asyncio.create_task(writer.write(events("a")))
        await asyncio.sleep(0.01)
        sent = [asyncio.create_task(writer.write(events(one))) for one in ("b", "bad", "c")]
        await asyncio.sleep(0.01)
        sink.open.set()
        await blocked
        answers = await asyncio.gather(*sent, return_exceptions=True)
    assert isinstance(answers[1], InvalidInput)
    assert sink.groups == [["a"], ["b"], ["c"]]


async def test_a_store_that_failed_is_told_to_everybody_in_the_group_and_the_writer_goes_on() -> None:
    sink = Sink()
    sink.open.set()
    async with writing(sink) as writer:
        answers = await asyncio.gather(
            writer.write(events("down")), writer.write(events("b")), return_exceptions=True
        )
        assert all(isinstance(answer, StoreError) for answer in answers)
        assert writer.is_alive
        assert [one.event_id for one in await writer.write(events("c"))] == ["c"]


async def test_a_full_queue_refuses_at_once_and_has_room_again_later() -> None:
    sink = Sink()
    async with writing(sink, most=3) as writer:
        waiting = [asyncio.create_task(writer.write(events("a"))) for _ in range(2)]
        await asyncio.sleep(0.01)
        with pytest.raises(Overloaded):
            await writer.write(events("b", "c"))
        waiting.append(asyncio.create_task(writer.write(events("d"))))
        await asyncio.sleep(0.01)
        sink.open.set()
        await asyncio.gather(*waiting)
        assert len(await writer.write(events("e", "f", "g"))) == 3


async def test_stopping_writes_what_waits_and_takes_nothing_more() -> None:
    sink = Sink()
    async with writing(sink) as writer:
        waiting = [asyncio.create_task(writer.write(events(str(n)))) for n in range(5)]
        await asyncio.sleep(0.01)
        stopping = asyncio.create_task(writer.stop())
        await asyncio.sleep(0.01)
        with pytest.raises(Overloaded):
            await writer.write(events("late"))
        assert not stopping.done()
        sink.open.set()
        await stopping
        assert all(task.done() for task in waiting)
    assert sorted(one for group in sink.groups for one in group) == ["0", "1", "2", "3", "4"]


async def test_the_events_of_a_client_that_went_away_are_written_all_the_same() -> None:
    sink = Sink()
    async with writing(sink) as writer:
        gone = asyncio.create_task(writer.write(events("a")))
        stays = asyncio.create_task(writer.write(events("b")))
        await asyncio.sleep(0.01)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        sink.open.set()
        await stays
    assert sorted(one for group in sink.groups for one in group) == ["a", "b"]
