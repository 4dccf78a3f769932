"""The roll-up: what each user did in each metric, kept up with every batch of events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

from ag2_marketing_tools.experiments.events.database import Delta, EventRow, made


@lru_cache(maxsize=65_536)
def cell_of(variant_id: str, metric: str) -> int:
    """Return the id of the cell of one metric of one variant: 64 bits of a digest, as a signed integer."""
    digest = blake2b(f"{variant_id}:{metric}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def deltas_of(rows: Iterable[EventRow]) -> Sequence[Delta]:
    """Return what new rows add to the roll-up: one entry per cell and user, in their order.

    In this order they lie in SQLite, and two writers on PostgreSQL never wait for each other in a circle.
    """
    sums: dict[tuple[int, str], Delta] = {}
    for _, metric, _, variant_id, user_id, _, value, counts, _, _, _ in rows:
        if counts == "nothing" or variant_id is None or user_id is None:
            continue
        cell = cell_of(variant_id, metric)
        if counts == "outcome":
            one = made(Delta, (cell, user_id, 1, value, value, 0, 0.0))
        else:
            one = made(Delta, (cell, user_id, 0, 0.0, None, 1, value))
        key = cell, user_id
        before = sums.get(key)
        sums[key] = one if before is None else _together(before, one)
    return sorted(sums.values())


def _together(a: Delta, b: Delta) -> Delta:
    maxima = [delta.maximum for delta in (a, b) if delta.maximum is not None]
    return Delta(
        a.cell,
        a.user_id,
        a.events + b.events,
        a.total + b.total,
        max(maxima, default=None),
        a.pre_events + b.pre_events,
        a.pre_total + b.pre_total,
    )


def cells_of(rows: Iterable[EventRow]) -> Sequence[dict[str, object]]:
    """Return the rows of `experiment_cell` that the roll-up of these events refers to, in one order."""
    found = {
        (row.experiment_id, row.variant_id, row.metric)
        for row in rows
        if row.counts != "nothing" and row.variant_id is not None
    }
    return [
        {
            "id": cell_of(variant_id, metric),
            "experiment_id": test_id,
            "variant_id": variant_id,
            "metric": metric,
        }
        for test_id, variant_id, metric in sorted(found)
    ]
