"""Experiments as assigning knows them: read once per version, because every assignment needs one."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from cachetools import LRUCache
from sqlalchemy import Connection, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.experiments.assignment.allocation import Allocator, allocation_of
from ag2_marketing_tools.experiments.assignment.holdouts import load_holdout
from ag2_marketing_tools.experiments.assignment.targeting import matcher
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.repository import load_experiment
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import assignment, experiment

# Made once: to put the query together takes longer than to run it.
_LOOK_UP = (
    select(
        experiment.c.version,
        assignment.c.user_id,
        assignment.c.variant_id,
        assignment.c.assigned_at,
        assignment.c.excluded,
    )
    .select_from(
        experiment.outerjoin(
            assignment,
            and_(
                assignment.c.experiment_id == experiment.c.id,
                assignment.c.user_id.in_(bindparam("user_ids", expanding=True)),
            ),
        )
    )
    .where(experiment.c.id == bindparam("test_id"))
)
_HOLD = select(experiment.c.version).where(experiment.c.id == bindparam("test_id")).with_for_update(read=True)
_MOST_TESTS = 1000
_known: MutableMapping[Store, LRUCache[str, KnownTest]] = WeakKeyDictionary()


class KnownTest:
    """One version of a test, made ready for assigning."""

    def __init__(self, found: Experiment, allocator: Allocator) -> None:
        self.experiment = found
        self.allocator = allocator
        self.matches = matcher(found.targeting)


@dataclass(frozen=True)
class Seat:
    """A user's row in a test: what was assigned first."""

    variant_id: str
    assigned_at: datetime
    excluded: str | None


async def look_up(
    connection: AsyncConnection, store: Store, test_id: str, user_ids: Sequence[str]
) -> tuple[KnownTest, dict[str, Seat]]:
    """Return a test in its current version, and the rows of those of these users who have one: one query.

    Raises:
        NotFound: There is no such test.
    """
    version, seats = await connection.run_sync(standing, test_id, user_ids)
    return await known_test(connection, store, test_id, version), seats


def standing(
    connection: Connection, test_id: str, user_ids: Sequence[str] = ()
) -> tuple[int, dict[str, Seat]]:
    """Return a test's version, and the rows of those of these users who have one.

    Raises:
        NotFound: There is no such test.
    """
    rows = connection.execute(_LOOK_UP, {"test_id": test_id, "user_ids": user_ids}).all()
    if not rows:
        raise NotFound(f"There is no test {test_id!r}.", remedy="`list_experiments` lists them.")
    seats = {
        row.user_id: Seat(row.variant_id, row.assigned_at, row.excluded)
        for row in rows
        if row.user_id is not None
    }
    return rows[0].version, seats


def held_version(connection: Connection, test_id: str) -> int | None:
    """Return a test's version, which nobody changes before the transaction ends; None of a test that is not there.

    A stop that came between this and the end would otherwise not see who is seated here.
    """
    version: int | None = connection.scalar(_HOLD, {"test_id": test_id})
    return version


async def known_test(connection: AsyncConnection, store: Store, test_id: str, version: int) -> KnownTest:
    """Return a test that has this version in the store, from memory where it is there."""
    cache = _known.setdefault(store, LRUCache(_MOST_TESTS))
    kept = cache.get(test_id)
    if kept is not None and kept.experiment.version == version:
        return kept
    found = await load_experiment(connection, test_id)
    holdout = await load_holdout(connection, found.holdout) if found.holdout is not None else None
    known = KnownTest(found, Allocator(allocation_of(found, holdout)))
    cache[test_id] = known
    return known
