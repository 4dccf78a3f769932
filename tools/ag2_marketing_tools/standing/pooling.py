"""A subject's figures over a period: what was observed in it taken together, so that a single week decides nothing.

Shares with their number of cases add up to one share of all cases; other figures give their mean, with the spread
between them as its error. This holds where each figure stands for a time of its own. Figures whose times overlap, such
as a mean of twelve months that is reported every month, would count the same cases again: of those take the latest.

A figure of no cases is none. Of groups of people, figures that rest on few cases are left out before anything is taken
together: the same two people seen every week are two, not as many as the weeks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from math import fsum
from statistics import fmean, stdev
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.comparison.readings import share_unit
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.tables import TableMetric
from ag2_marketing_tools.standing.facts import is_signed, measurement_of
from ag2_marketing_tools.standing.periods import period_of
from ag2_marketing_tools.standing.stored import (
    figure_of,
    latest_figures,
    latest_of_all,
    rests_on_few,
    value_in_unit,
    withheld_if_small,
)
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
    least: int = 0,
) -> dict[str, dict[str, Any]]:
    """Return a subject's figure of each metric, as `stand` takes them.

    Args:
        history: A subject's observations by metric, in order of time.
        metrics: Metrics by key; of others the latest figure is taken.
        over: The period up to now whose figures are taken together, such as `3_months`; None takes the latest of
            each, as does a metric without a figure in the period.
        now: The moment.
        least: Figures of fewer cases are not told (`least_cases`): left out of a period's, else without value and
            with the reason.

    Raises:
        InvalidInput: `over` is no period.
    """
    since = None if over is None else period_of(over).before(now)
    found = latest_figures(history)
    for key, latest in found.items():
        recent = [one for one in history[key] if since is not None and one.observed_at >= since]
        found[key] = _figure(key, metrics, latest, recent, least)
    return found


async def figures_of_all(
    store: Store,
    kind: str,
    metrics: Mapping[str, TableMetric],
    *,
    over: str | None,
    oldest: datetime,
    now: datetime,
    least: int = 0,
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the figure of each metric of every subject of a kind, by subject and key.

    Args:
        store: The open database.
        kind: The subjects' kind.
        metrics: The wanted metrics by key; figures of others are not read.
        over: As in `figures_over`.
        oldest: Older figures are out of date and left out.
        now: The moment; later figures are left out.
        least: As in `figures_over`.

    Raises:
        InvalidInput: `over` is no period.
    """
    since = None if over is None else max(period_of(over).before(now), oldest)
    async with store.read() as connection:  # both of one moment, also while figures are imported
        found = await latest_of_all(connection, kind, metrics, since=oldest, until=now)
        recent = {} if since is None else await _between(connection, kind, metrics, since, now)
    return {
        subject: {
            key: _figure(key, metrics, latest, recent.get((subject, key), ()), least)
            for key, latest in figures.items()
        }
        for subject, figures in found.items()
    }


async def _between(
    connection: AsyncConnection, kind: str, metrics: Collection[str], since: datetime, until: datetime
) -> dict[tuple[str, str], list[Any]]:
    """Return what was observed in a period, by subject and metric, in order of time."""
    c = observation.c
    query = (
        select(c.subject_id, c.metric, c.value, c.sample_size, c.unit, c.observed_at, c.source)
        .where(c.subject_kind == kind, c.metric.in_(metrics), c.observed_at >= since, c.observed_at <= until)
        .order_by(c.subject_id, c.metric, c.observed_at, c.source, c.id)
    )
    found: dict[tuple[str, str], list[Any]] = {}
    for row in await connection.execute(query):
        found.setdefault((row.subject_id, row.metric), []).append(row)
    return found


def _figure(
    key: str,
    metrics: Mapping[str, TableMetric],
    latest: dict[str, Any],
    recent: Sequence[Any],
    least: int,
) -> dict[str, Any]:
    """Return what a period's figures come to, or the latest figure where the period has none that counts."""
    counted = [one for one in recent if not rests_on_few(one.sample_size, max(least, 1))]
    if key not in metrics or not counted:
        return withheld_if_small(latest, least)
    return figure_of(counted[-1]) | _together(key, metrics[key], counted)


def _together(key: str, metric: TableMetric, observed: Sequence[Any]) -> dict[str, Any]:
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
