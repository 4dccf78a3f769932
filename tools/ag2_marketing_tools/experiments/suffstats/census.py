"""Who was exposed: users by variant, phase, day and part of the split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.model import Exposures, Split
from ag2_marketing_tools.experiments.suffstats.plan import microseconds
from ag2_marketing_tools.workspace.localtime import at_local_time, zone_named

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)


class Days:
    """Days in a test's zone, half-open: which one a moment lies in."""

    def __init__(self, timezone: str) -> None:
        self._zone = zone_named(timezone)
        self._known: dict[int, date] = {}

    def of(self, moment_us: int) -> date:
        """Return the day of a moment, given in microseconds since 1970."""
        if moment_us not in self._known:
            moment = _EPOCH + timedelta(microseconds=moment_us)
            self._known[moment_us] = moment.astimezone(self._zone).date()
        return self._known[moment_us]

    def between(self, first: datetime, last: datetime) -> list[tuple[int, datetime, datetime]]:
        """Return the days from one moment to another: start in microseconds, and the half-open range of each.

        The first range is open below: nobody is lost who was assigned before the test's start.
        """
        day, end = first.astimezone(self._zone).date(), last.astimezone(self._zone).date()
        found: list[tuple[int, datetime, datetime]] = []
        while day <= end:
            start, day = self._start(day), day + timedelta(days=1)
            found.append((microseconds(start), start if found else _EARLIEST, self._start(day)))
        return found

    def _start(self, day: date) -> datetime:
        return at_local_time(datetime.combine(day, time()), self._zone).utc


@dataclass(frozen=True)
class Census:
    """Users who were assigned.

    Attributes:
        exposures: By variant, phase and day, with the excluded ones.
        users: Not excluded, by variant and part of the split (None where it is not split).
        days: The test's days.
    """

    exposures: tuple[Exposures, ...]
    users: dict[tuple[str, str | None], int]
    days: Days

    @property
    def total(self) -> int:
        """Users of all variants, excluded ones left out."""
        return sum(self.users.values())

    @classmethod
    def of(cls, experiment: Experiment, split: Split, rows: Iterable[Sequence[Any]]) -> Census:
        """Return the census of rows of variant, phase, segment, quarter of an hour (or day), reason and users."""
        days = Days(experiment.timezone)
        counted: dict[tuple[str, int, date], dict[str | None, int]] = defaultdict(lambda: defaultdict(int))
        users: dict[tuple[str, str | None], int] = defaultdict(int)
        if split == "none":
            users.update({(variant.id, None): 0 for variant in experiment.variants})
        for variant, phase, segment, quarter_us, excluded, number in rows:
            variant_id = experiment.variants[int(variant)].id
            day = days.of(int(quarter_us))
            counted[variant_id, int(phase), day][excluded] += int(number)
            if excluded is None:
                users[variant_id, part_name(split, int(phase), segment, day)] += int(number)
        exposures = tuple(
            Exposures(
                variant_id=variant_id,
                phase=phase,
                day=day,
                users=found.get(None, 0),
                excluded={reason: n for reason, n in sorted(found.items(), key=str) if reason is not None},
            )
            for (variant_id, phase, day), found in sorted(counted.items())
        )
        return cls(exposures, dict(users), days)


def part_name(split: Split, phase: int, segment: str | None, day: date) -> str | None:
    """Return the name of the part of the split that a user belongs to."""
    if split == "phase":
        return str(phase)
    if split == "segment":
        return segment or ""
    return day.isoformat() if split == "day" else None
