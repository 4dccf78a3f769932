"""A subject's figures over a period: what was observed in it taken together, so that a single week decides nothing.

Shares with their number of cases add up to one share of all cases; other figures give their mean, with the spread
between them as its error. This holds where each figure stands for a time of its own. Figures whose times overlap, such
as a mean of twelve months that is reported every month, would count the same cases again: of those take the latest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import fsum
from statistics import fmean, stdev
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select

from ag2_marketing_tools.comparison.readings import share_unit
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.tables import TableMetric
from ag2_marketing_tools.standing.facts import is_signed, measurement_of
from ag2_marketing_tools.standing.periods import period_of
from ag2_marketing_tools.standing.stored import latest_figures, latest_of_all, value_in_unit
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.observations import Observation
from ag2_marketing_tools.workspace.store.schema import observation

Over = Annotated[
    str | None,
    Field(
        max_length=40,
        description="Period up to now whose stored figures are taken together, such as `3_months`; null: the latest "
        "figure of each metric counts.",
    ),
]
"""How the tools take the period."""


def figures_over(
    history: Mapping[str, Sequence[Observation]],
    metrics: Mapping[str, TableMetric],
    *,
    over: str | None,
    now: datetime,
) -> dict[str, dict[str, Any]]:
    """Return a subject's figure of each metric, as `stand` takes them.

    Args:
        history: A subject's observations by metric, in order of time.
        metrics: Metrics by key; of others the latest figure is taken.
        over: The period up to now whose figures are taken together, such as `3_months`; None takes the latest of
            each, as does a metric without a figure in the period.
        now: The moment.

    Raises:
        InvalidInput: `over` is no period.
    """
    found = latest_figures(history)
    if over is None:
        return found
    since = period_of(over).before(now)
    for key, observed in history.items():
        recent = [one for one in observed if one.observed_at >= since]
        if key in metrics and len(recent) > 1:
            found[key] |= _together(key, metrics[key], recent)
    return found


async def figures_of_all(
    store: Store,
    kind: str,
    metrics: Mapping[str, TableMetric],
    *,
    over: str | None,
    oldest: datetime,
    now: datetime,
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the figure of each metric of every subject of a kind, by subject and key.

    Args:
        store: The open database.
        kind: The subjects' kind.
        metrics: Metrics by key; of others the latest figure is taken.
        over: As in `figures_over`.
        oldest: Older figures are out of date and left out.
        now: The moment; later figures are left out.

    Raises:
        InvalidInput: `over` is no period.
    """
    found = await latest_of_all(store, kind, since=oldest, until=now)
    if over is None:
        return found
    since = max(period_of(over).before(now), oldest)
    c = observation.c
    query = (
        select(c.subject_id, c.metric, c.value, c.sample_size, c.unit, c.observed_at)
        .where(c.subject_kind == kind, c.observed_at >= since, c.observed_at <= now)
        .order_by(c.subject_id, c.metric, c.observed_at, c.source, c.id)
    )
    recent: dict[tuple[str, str], list[Any]] = {}
    async with store.read() as connection:
        for row in await connection.execute(query):
            recent.setdefault((row.subject_id, row.metric), []).append(row)
    for (subject, key), rows in recent.items():
        if key in metrics and len(rows) > 1:
            found[subject][key] |= _together(key, metrics[key], rows)
    return found


def _together(key: str, metric: TableMetric, observed: Iterable[Any]) -> dict[str, Any]:
    """Return what becomes of figures taken together; nothing where they do not fit, so that the latest stands."""
    by_moment = {
        one.observed_at: one for one in observed
    }  # of several sources the last in their order counts
    try:
        values = [value_in_unit(one.value, one.unit, metric) for one in by_moment.values()]
    except InvalidInput:
        return {}
    if len(values) < 2:
        return {}
    sizes = [one.sample_size for one in by_moment.values()]
    unit = {"unit": metric.unit} if metric.unit else {}
    share = share_unit(metric.unit) is not None and not is_signed(key) and measurement_of(key) is None
    if share and all(sizes):
        cases = sum(sizes)
        return {
            "value": fsum(n * value for n, value in zip(sizes, values, strict=True)) / cases,
            "n": cases,
        } | unit
    return {"value": fmean(values), "n": len(values), "sd": stdev(values)} | unit
