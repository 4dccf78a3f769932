"""What a client without a store needs to know of the tests, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.experiments.assignment.allocation import allocation_of
from ag2_marketing_tools.experiments.assignment.client import EXPORT_FORMAT
from ag2_marketing_tools.experiments.assignment.hashing import HASH_VERSION
from ag2_marketing_tools.experiments.assignment.holdouts import load_holdout
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.repository import load_experiment
from ag2_marketing_tools.workspace.store.schema import experiment


async def exported(connection: AsyncConnection, at: datetime, test_ids: Sequence[str] = ()) -> dict[str, Any]:
    """Return these tests (all that are not archived, if none is named) as a client reads them.

    Raises:
        NotFound: There is no test of one of these ids.
    """
    if not test_ids:
        listed = select(experiment.c.id).where(experiment.c.state != "archived").order_by(experiment.c.id)
        test_ids = (await connection.scalars(listed)).all()
    tests = [await _test(connection, test_id, at) for test_id in test_ids]
    return {
        "format": EXPORT_FORMAT,
        "hash_version": HASH_VERSION,
        "exported_at": at.isoformat(),
        "tests": tests,
    }


async def _test(connection: AsyncConnection, test_id: str, at: datetime) -> dict[str, Any]:
    found = await load_experiment(connection, test_id)
    holdout = await load_holdout(connection, found.holdout) if found.holdout is not None else None
    allocation = allocation_of(found, holdout)
    layer = allocation.layer
    return {
        "test_id": found.id,
        "name": found.name,
        "hash_version": found.hash_version,
        "open": found.state == "running" and found.start_at <= at < found.end_at,
        "reallocated": _reallocated(found),
        "salt": allocation.salt,
        "variant_ids": list(allocation.variant_ids),
        "bounds": list(allocation.bounds),
        "coverage": allocation.coverage,
        "layer": None if layer is None else dict(zip(("name", "low", "high"), layer, strict=True)),
        "holdout": None if holdout is None else {"salt": holdout.salt, "share": holdout.share},
        "targeting": {name: dict(condition) for name, condition in allocation.targeting.items()},
        "control": found.control.id,
        "contents": {variant.id: variant.content for variant in found.variants},
    }


def _reallocated(found: Experiment) -> bool:
    return any(phase.weights != found.phases[0].weights for phase in found.phases)
