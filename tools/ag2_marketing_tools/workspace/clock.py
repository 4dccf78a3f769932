"""Time as an input: the real clock, and one that stands still or is moved by hand."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where every tool takes the time from."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Return seconds that never run backwards, for durations and deadlines."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 (this is the one place)

    def monotonic_s(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class FixedClock:
    """A clock that stands still until it is moved: the same inputs then give the same bytes.

    `sleep` moves it at once, so that back-off and schedules are tested without waiting.
    """

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError(f"{at!r} has no time zone")
        self._at = at.astimezone(UTC)
        self._elapsed_s = 0.0

    def now(self) -> datetime:
        """Return the time it was set to, plus what it was moved by."""
        return self._at + timedelta(seconds=self._elapsed_s)

    def monotonic_s(self) -> float:
        """Return the seconds it was moved by."""
        return self._elapsed_s

    async def sleep(self, seconds: float) -> None:
        """Move the clock, and let other tasks run."""
        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        """Move the clock."""
        self._elapsed_s += seconds
