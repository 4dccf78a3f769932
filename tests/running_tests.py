"""A/B tests in a store, with users who were assigned, for the tests of tracking and of sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ag2_marketing_tools.experiments.metrics import MetricDefinition, built_in_metrics
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Phase, Variant
from ag2_marketing_tools.experiments.repository import Record, add_experiment
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import assignment

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
"""A day before the clock of the workspace fixture."""

METRICS = ("conversion_rate", "page_views", "revenue_per_user", "avg_time_on_page")


def an_experiment(
    id: str = "test_1",
    *,
    metrics: Iterable[str | MetricDefinition] = METRICS,
    variants: Iterable[str] = ("A", "B"),
    **changes: Any,
) -> Experiment:
    """Return a test of a week with equal shares; the first variant is the control."""
    names = tuple(variants)
    definitions = [built_in_metrics()[metric] if isinstance(metric, str) else metric for metric in metrics]
    standard: dict[str, Any] = {
        "name": "A test",
        "state": "running",
        "salt": id,
        "hash_version": 1,
        "min_sample_size": 100,
        "timezone": "Europe/Berlin",
        "phases": (
            Phase(number=1, weights={f"{id}_{name}": 1 / len(names) for name in names}, started_at=START),
        ),
        "start_at": START,
        "end_at": START + timedelta(days=7),
    }
    return Experiment(
        id=id,
        variants=tuple(
            Variant(id=f"{id}_{name}", name=name, content=None, is_control=place == 0, position=place)
            for place, name in enumerate(names)
        ),
        metrics=tuple(
            ExperimentMetric(definition=definition, role="goal" if place == 0 else "other")
            for place, definition in enumerate(definitions)
        ),
        **(standard | changes),
    )


async def set_up(
    ws: Workspace, found: Experiment, users: Mapping[str, str | Mapping[str, Any]]
) -> Experiment:
    """Store a test and who sees which variant: user to the variant's name, or to columns of the assignment."""
    rows = []
    for user_id, given in users.items():
        seat = {"variant": given} if isinstance(given, str) else dict(given)
        rows.append(
            {
                "experiment_id": found.id,
                "user_id": user_id,
                "variant_id": f"{found.id}_{seat.pop('variant')}",
                "phase": 1,
                "assigned_at": START,
                "excluded": None,
                "context": None,
                "segment": None,
                **seat,
            }
        )
    async with ws.store.begin() as connection:
        await add_experiment(connection, found, Record(ws.ids, START))
        if rows:
            await connection.execute(assignment.insert(), rows)
    return found
