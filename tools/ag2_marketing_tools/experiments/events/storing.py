"""A judged batch into its tables: all of it within one transaction, in plain functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from ag2_marketing_tools.experiments.events.database import Database, EventRow, Key, Standing, Version
from ag2_marketing_tools.experiments.events.judging import Judged
from ag2_marketing_tools.experiments.events.model import IncomingEvent, Refusal
from ag2_marketing_tools.experiments.events.quarantine import quarantine
from ag2_marketing_tools.experiments.events.roll_up import cells_of, deltas_of
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import experiment_cell

SAME_MOMENT = timedelta(minutes=1)
"""Times of one event that differ by no more than this are the same: a client's clock is put right with each sending."""

_CONFLICT = "An event of this id was stored before, with another content."


class Stored(NamedTuple):
    """The names of metrics by the number of their event, and the cells of the roll-up that are then there."""

    recorded: Mapping[int, Sequence[str]]
    known: Mapping[int, Sequence[str]]
    cells: Set[int]


class _Added(NamedTuple):
    """The new rows, and the names of metrics by the number of their event."""

    new: Sequence[EventRow]
    recorded: Mapping[int, Sequence[str]]
    known: Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch on its way into the store.

    Attributes:
        ws: Whose store.
        database: Its statements.
        events: As they came.
        judged: What was judged of them.
        versions: What it was judged by.
        now: When.
        cells: Cells of the roll-up that are surely in the store.
    """

    ws: Workspace
    database: Database
    events: Sequence[IncomingEvent]
    judged: Judged
    versions: Mapping[str, Version]
    now: datetime
    cells: Set[int]

    def store(self, connection: Connection) -> Stored | None:
        """Store the batch; nothing, and None, where it was judged by what is true no longer."""
        if self.versions and self.database.held_versions(connection, self.versions) != self.versions:
            return None
        new, recorded, known = self._add_events(connection)
        cells = self._add_to_roll_up(connection, new)
        self._quarantine(connection)
        return Stored(recorded, known, cells)

    def _add_events(self, connection: Connection) -> _Added:
        """Insert what is new, and refuse what contradicts what stands."""
        rows, numbers = self.judged.rows, self.judged.numbers
        first = {row[:2]: row for row in reversed(rows)}  # the first of equals wins
        standing = self.database.add_events(connection, list(first.values())) if first else {}
        if standing or len(first) < len(rows):
            return self._told_apart(first, standing)
        recorded: dict[int, list[str]] = defaultdict(list)
        for number, row in zip(numbers, rows, strict=True):
            recorded[number].append(row[1])
        return _Added(rows, recorded, {})

    def _told_apart(self, first: Mapping[Key, EventRow], standing: Mapping[Key, Standing]) -> _Added:
        new: list[EventRow] = []
        recorded: dict[int, list[str]] = defaultdict(list)
        known: dict[int, list[str]] = defaultdict(list)
        for number, row in zip(self.judged.numbers, self.judged.rows, strict=True):
            key = row[:2]
            if first[key] is row and key not in standing:
                new.append(row)
                recorded[number].append(row.metric)
            elif self._says_the_same(row, first[key], standing.get(key), self.events[number]):
                known[number].append(row.metric)
            else:
                self.judged.refuse(number, Refusal("conflict", _CONFLICT, row.metric))
        return _Added(new, recorded, known)

    def _says_the_same(
        self, row: EventRow, first: EventRow, standing: Standing | None, event: IncomingEvent
    ) -> bool:
        stands, says = standing or _standing(first), _standing(row)
        if stands[:-1] != says[:-1]:
            return False
        if event.occurred_at is None:  # the client left the time to us, and meant the same each time
            return True
        moment = self.database.moment
        return abs(moment(stands.occurred_at) - moment(says.occurred_at)) <= SAME_MOMENT

    def _add_to_roll_up(self, connection: Connection, new: Sequence[EventRow]) -> Set[int]:
        """Add new rows to the roll-up; return the cells that are then there."""
        deltas = deltas_of(new)
        cells = {delta.cell for delta in deltas}
        if not cells <= self.cells:
            connection.execute(self.ws.store.insert_new(experiment_cell), cells_of(new))
        if deltas:
            self.database.add_to_roll_up(connection, deltas)
        return cells

    def _quarantine(self, connection: Connection) -> None:
        refused = [
            (self.events[number], self.judged.event_ids[number], refusal)
            for number, refusals in self.judged.refused.items()
            for refusal in refusals
        ]
        if refused:
            quarantine(connection, self.ws.store, refused, self.now)


def _standing(row: EventRow) -> Standing:
    return Standing(*(getattr(row, name) for name in Standing._fields))
