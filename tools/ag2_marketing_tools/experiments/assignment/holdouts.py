"""Holdouts and layers: who is kept out of several tests at once, and which users a test may have to itself."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import Conflict, NotFound
from ag2_marketing_tools.experiments.assignment.allocation import Holdout
from ag2_marketing_tools.experiments.assignment.hashing import SUM_TOLERANCE
from ag2_marketing_tools.experiments.repository import Record
from ag2_marketing_tools.workspace.store.schema import experiment, holdout

Range = tuple[float, float]


async def add_holdout(connection: AsyncConnection, name: str, share: float, record: Record) -> Holdout:
    """Store a holdout; its share is never changed, for that would move people in and out of it.

    Raises:
        Conflict: There is one of this name.
    """
    if (await connection.execute(select(holdout.c.name).where(holdout.c.name == name))).first():
        raise Conflict(
            f"There is a holdout {name!r} already; its share cannot be changed.", remedy="Take another name."
        )
    salt = record.ids.new("holdout")
    await connection.execute(insert(holdout).values(name=name, salt=salt, share=share, created_at=record.at))
    return Holdout(name=name, salt=salt, share=share)


async def load_holdout(connection: AsyncConnection, name: str) -> Holdout:
    """Return a holdout.

    Raises:
        NotFound: There is none of this name.
    """
    row = (await connection.execute(select(holdout).where(holdout.c.name == name))).first()
    if row is None:
        raise NotFound(f"There is no holdout {name!r}.", remedy="`create_holdout` makes one.")
    return Holdout(name=row.name, salt=row.salt, share=row.share)


async def reserve(connection: AsyncConnection, layer: str, share: float) -> Range:
    """Return a free range of a layer for one test, and let no other process take it before this commit.

    Stopped, reverted and archived tests have given theirs back.

    Raises:
        Conflict: No gap of that length is left; the message names the longest.
    """
    if connection.dialect.name == "postgresql":  # SQLite lets one transaction write at a time anyway
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"layer:{layer}"))))
    rows = await connection.execute(
        select(experiment.c.layer_low, experiment.c.layer_high)
        .where(experiment.c.layer == layer, experiment.c.state == "running")
        .order_by(experiment.c.layer_low)
    )
    taken = [(row.layer_low, row.layer_high) for row in rows]
    longest = 0.0
    for low, high in _gaps(taken):
        longest = max(longest, high - low)
        if high - low >= share - SUM_TOLERANCE:
            fills = high - low - share < SUM_TOLERANCE
            return low, high if fills else low + share
    raise Conflict(
        f"The layer {layer!r} has no room for a share of {share:g}; the largest free part is {longest:.6g}.",
        remedy="Stop a test of this layer, take a smaller share, or another layer.",
    )


def _gaps(taken: Sequence[Range]) -> list[Range]:
    ends = [0.0, *(high for _, high in taken)]
    starts = [*(low for low, _ in taken), 1.0]
    return [(end, start) for end, start in zip(ends, starts, strict=True) if start > end]
