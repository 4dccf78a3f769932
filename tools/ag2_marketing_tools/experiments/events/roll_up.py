"""The roll-up: what each user did in each metric, kept up with every batch of events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

from ag2_marketing_tools.experiments.events.database import Delta, EventRow


@lru_cache(maxsize=65_536)
def cell_of(variant_id: str, metric: str) -> int:
    """Return the id of the cell of one metric of one variant: 64 bits of a digest, as a signed integer."""
    digest = blake2b(f"{variant_id}:{metric}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def deltas_of(rows: Iterable[EventRow]) -> Sequence[Delta]:
    """Return what new rows add to the roll-up: one entry per user and cell."""
    sums: dict[tuple[int, str], list[tuple[str, float]]] = {}
    for row in rows:
        if row.counts != "nothing" and row.variant_id is not None and row.user_id is not None:
            key = cell_of(row.variant_id, row.metric), row.user_id
            sums.setdefault(key, []).append((row.counts, row.value))
    return [_delta(cell, user_id, values) for (cell, user_id), values in sorted(sums.items())]


def _delta(cell: int, user_id: str, values: Sequence[tuple[str, float]]) -> Delta:
    if len(values) == 1:  # the usual case
        ((counts, value),) = values
        if counts == "outcome":
            return Delta(cell, user_id, 1, value, value, 0, 0.0)
        return Delta(cell, user_id, 0, 0.0, None, 1, value)
    outcome = [value for counts, value in values if counts == "outcome"]
    before = [value for counts, value in values if counts == "pre_period"]
    maximum = max(outcome, default=None)
    return Delta(cell, user_id, len(outcome), sum(outcome), maximum, len(before), sum(before))


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
