"""Metrics that a company defines itself, in the store, beside those that come with the product."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import Conflict, InvalidInput
from ag2_marketing_tools.experiments.metrics import MetricDefinition, Metrics, built_in_metrics, metric_named
from ag2_marketing_tools.experiments.repository import Record
from ag2_marketing_tools.workspace.store.schema import metric_definition


async def own_metrics(connection: AsyncConnection) -> Metrics:
    """Return the metrics that were defined here, by name."""
    rows = await connection.execute(select(metric_definition).order_by(metric_definition.c.name))
    return {row.name: MetricDefinition.model_validate(row.definition) for row in rows}


async def all_metrics(connection: AsyncConnection) -> Metrics:
    """Return every metric, those of the product first."""
    return {**built_in_metrics(), **await own_metrics(connection)}


async def add_metric(
    connection: AsyncConnection, definition: MetricDefinition, record: Record, *, replace: bool = False
) -> None:
    """Store a definition; tests that are set up already keep the one that they were set up with.

    Raises:
        InvalidInput: It is a ratio of metrics that do not exist or cannot be summed per user.
        Conflict: The product has a metric of this name, or there is one here and it is not to be replaced.
    """
    known = await all_metrics(connection)
    if definition.name in built_in_metrics():
        raise Conflict(
            f"The metric {definition.name!r} comes with the product and cannot be redefined.",
            remedy="Take another name.",
        )
    if definition.name in known and not replace:
        raise Conflict(
            f"There is a metric {definition.name!r} already.", remedy="Set `replace` to replace it."
        )
    _check_parts(definition, known)
    values = definition.model_dump(mode="json", exclude_unset=True)
    if definition.name in known:
        changed = update(metric_definition).where(metric_definition.c.name == definition.name)
        await connection.execute(changed.values(definition=values))
        return
    await connection.execute(
        insert(metric_definition).values(name=definition.name, definition=values, created_at=record.at)
    )


def _check_parts(definition: MetricDefinition, known: Metrics) -> None:
    for part in (definition.numerator, definition.denominator):
        if part is not None and metric_named(part, known).kind not in {"binary", "count", "continuous"}:
            raise InvalidInput(
                f"{definition.name}: {part!r} is a {known[part].kind} metric and cannot be part of a ratio."
            )
