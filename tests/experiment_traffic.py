"""Users and conversions of a test, in exact numbers: assigned rows of the store, and events by the real way in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from ag2_marketing_tools.experiments import setup_experiment
from ag2_marketing_tools.experiments.events.ingest import ingest
from ag2_marketing_tools.experiments.events.model import IncomingEvent
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import assignment


async def a_test(ws: Workspace, **changes: Any) -> Any:
    """Set up a test of a control and one variant, judged by conversions."""
    config = {
        "name": "Call to action",
        "variants": [
            {"name": "Control", "content": {"text": "Sign up"}, "traffic_allocation": 0.5},
            {"name": "Bold", "content": {"text": "Get started"}, "traffic_allocation": 0.5},
        ],
        "metrics": ["conversion_rate", "unsubscribe_rate"],
        "duration_days": 14,
        "min_sample_size": 500,
        **changes,
    }
    return await setup_experiment.run(config, ws)


async def visit(
    ws: Workspace,
    test: Any,
    users: Sequence[int],
    *,
    converted: Sequence[int] = (),
    unsubscribed: Sequence[int] = (),
) -> None:
    """Let so many users see each variant now, and so many of them convert and unsubscribe."""
    ids = [variant.id for variant in test.variants]
    seats = [
        {
            "experiment_id": test.test_id,
            "user_id": f"user-{place}-{number}",
            "variant_id": variant_id,
            "phase": 1,
            "assigned_at": ws.clock.now(),
        }
        for place, (variant_id, many) in enumerate(zip(ids, users, strict=True))
        for number in range(many)
    ]
    if seats:
        async with ws.store.begin() as connection:
            await connection.execute(insert(assignment), seats)
    events = [
        IncomingEvent(experiment_id=test.test_id, user_id=f"user-{place}-{number}", metrics={event: True})
        for event, counts in (("conversion", converted), ("unsubscribe", unsubscribed))
        for place, many in enumerate(counts)
        for number in range(many)
    ]
    report = await ingest(events, ws)
    assert report.recorded == len(events)
