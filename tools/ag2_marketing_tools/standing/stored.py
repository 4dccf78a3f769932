"""A subject's figures straight from the stored observations: the latest of each metric, and their history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import TableMetric
from ag2_marketing_tools.metrics.units import unit_named
from ag2_marketing_tools.privacy import LOGGED
from ag2_marketing_tools.time_series import Series
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.observations import Observation, find
from ag2_marketing_tools.workspace.store.schema import observation

_MOST_NAMED = 5
GROUPS = frozenset({"location"})
"""Kinds of subjects that are groups of people: a figure of theirs is told where it rests on enough cases."""


async def subjects_of(store: Store, kind: str) -> list[str]:
    """Return the subjects of a kind that anything was observed of, in order."""
    column = observation.c.subject_id
    query = select(column).where(observation.c.subject_kind == kind).distinct().order_by(column)
    async with store.read() as connection:
        return [row[0] for row in await connection.execute(query)]


async def the_subject(store: Store, kind: str, wanted: str | None) -> str | None:
    """Return the subject that is meant: the wanted one, or the only one of its kind, or None if there is none.

    Raises:
        NotFound: The wanted one was never observed.
        InvalidInput: None is named and there are several.
    """
    if wanted is not None:
        query = select(observation.c.id).where(
            observation.c.subject_kind == kind, observation.c.subject_id == wanted
        )
        async with store.read() as connection:
            if (await connection.execute(query.limit(1))).first() is None:
                told = f"this {kind}" if kind in LOGGED else f"a {kind} {wanted!r}"
                raise NotFound(f"Nothing was observed of {told}.")
        return wanted
    known = await subjects_of(store, kind)
    if len(known) > 1:
        raise InvalidInput(
            f"There are observations of {len(known)} subjects of the kind {kind}.",
            remedy=f"Name one of them{_named(kind, known)}.",
        )
    return known[0] if known else None


def _named(kind: str, known: Sequence[str]) -> str:
    """Name some of them; people are not named, because errors pass neither the filter nor the log of accesses."""
    if kind in LOGGED:
        return ""
    return f": {', '.join(known[:_MOST_NAMED])}{' …' if len(known) > _MOST_NAMED else ''}"


async def history_of(
    store: Store, kind: str, subject: str, *, until: datetime | None = None
) -> dict[str, list[Observation]]:
    """Return a subject's observations by metric, each in order of time; one query for all of them.

    Args:
        store: The open database.
        kind: The subject's kind.
        subject: Which one.
        until: Later ones are left out, as what is planned or misdated: they are nothing that was observed.
    """
    found: dict[str, list[Observation]] = {}
    before = until and until + datetime.resolution
    for each in await find(store, subject_kind=kind, subject_id=subject, until=before):
        found.setdefault(each.metric, []).append(each)
    return found


async def histories_of(
    store: Store,
    kind: str,
    subjects: Collection[str],
    metrics: Collection[str],
    *,
    until: datetime | None = None,
) -> dict[str, dict[str, list[Observation]]]:
    """Return the observations of these metrics of several subjects, by subject and metric, in order of time.

    Those later than `until` are left out.
    """
    c = observation.c
    columns = [column for column in c if column.name not in {"id", "recorded_at"}]
    query = (
        select(*columns)
        .where(c.subject_kind == kind, c.subject_id.in_(subjects), c.metric.in_(metrics))
        .where(true() if until is None else c.observed_at <= until)
        .order_by(c.observed_at, c.source, c.id)
    )
    found: dict[str, dict[str, list[Observation]]] = {subject: {} for subject in subjects}
    async with store.read() as connection:
        for row in (await connection.execute(query)).mappings():
            found[row["subject_id"]].setdefault(row["metric"], []).append(Observation(**row))
    return found


async def latest_of_all(
    connection: AsyncConnection, kind: str, metrics: Collection[str], *, since: datetime, until: datetime
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the latest figure of each of these metrics of each subject of a kind, as `latest_figures` gives one's.

    Args:
        connection: The transaction to read in.
        kind: The subjects' kind.
        metrics: Keys of the wanted metrics.
        since: Older ones are out of date and left out.
        until: Later ones are left out.
    """
    c = observation.c
    mine = (c.subject_kind == kind, c.metric.in_(metrics), c.observed_at >= since, c.observed_at <= until)
    newest = (
        select(c.subject_id, c.metric, func.max(c.observed_at).label("at"))
        .where(*mine)
        .group_by(c.subject_id, c.metric)
        .subquery()
    )
    query = (
        select(c.subject_id, c.metric, c.value, c.sample_size, c.unit, c.observed_at, c.source)
        .join(
            newest,
            (c.subject_id == newest.c.subject_id)
            & (c.metric == newest.c.metric)
            & (c.observed_at == newest.c.at),
        )
        .where(c.subject_kind == kind)
        .order_by(c.subject_id, c.metric, c.source, c.id)
    )
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.subject_id, {})[row.metric] = figure_of(row)
    return found


def latest_figures(
    history: Mapping[str, Sequence[Observation]], *, since: datetime | None = None
) -> dict[str, dict[str, Any]]:
    """Return the latest figure of each metric by its key, as `stand` takes them.

    Args:
        history: Observations by metric, in order of time.
        since: Older ones are out of date and left out.
    """
    found = {}
    for key, observed in history.items():
        last = observed[-1]
        if since is None or last.observed_at >= since:
            found[key] = figure_of(last)
    return found


def least_cases(kind: str, least_group_size: int) -> int:
    """Return how many cases a figure of this kind of subject rests on at least, where it may be told."""
    return least_group_size if kind in GROUPS else 0


def rests_on_few(sample_size: int | None, least: int) -> bool:
    """Return whether a figure's number of cases is known and below `least`, and so that of the people behind it."""
    return sample_size is not None and sample_size < least


def why_withheld(least: int) -> str:
    """Return why a figure is not told that rests on few cases."""
    return say("It rests on fewer than {least} cases, so it is not told.", least=least)


def told_history(history: Mapping[str, Sequence[Observation]], least: int) -> dict[str, list[Observation]]:
    """Return a history without the figures that rest on fewer cases than `least`; every metric keeps its key."""
    return {
        key: [one for one in observed if not rests_on_few(one.sample_size, least)]
        for key, observed in history.items()
    }


def withheld_if_small(figure: dict[str, Any], least: int) -> dict[str, Any]:
    """Return a stored figure, without value and number of cases where it rests on fewer cases than `least`."""
    if not rests_on_few(figure["n"], least):
        return figure
    return figure | {"value": None, "n": None, "reason": why_withheld(least)}


def series_of(observed: Iterable[Observation], metric: TableMetric) -> Series:
    """Return a metric's observations as a series in the unit of its levels.

    Where several sources observed one moment, the last in the order of sources counts.

    Raises:
        InvalidInput: A unit that does not convert into the table's.
    """
    by_moment = {each.observed_at: value_in_unit(each.value, each.unit, metric) for each in observed}
    return Series.of(by_moment.keys(), by_moment.values())


def figure_of(observed: Any) -> dict[str, Any]:
    """Return an observation, or a row with its columns, as `stand` takes a figure."""
    return {
        "value": observed.value,
        "n": observed.sample_size,
        "unit": observed.unit,
        "unit_certain": True,  # whoever stored it was asked
        "observed_at": observed.observed_at.isoformat(),
        "source": observed.source,
    }


def value_in_unit(value: float, source: str, metric: TableMetric) -> float:
    """Return a stored figure in the unit of its metric's levels.

    Raises:
        InvalidInput: A unit that does not convert into the table's.
    """
    return value * _factor(source, metric.unit)


@lru_cache(maxsize=256)
def _factor(source: str, wanted: str | None) -> float:
    known, target = unit_named(source), unit_named(wanted) if wanted else None
    if known is None or target is None or known == target:
        return 1.0
    if known.dimension != target.dimension:
        raise InvalidInput(f"{known.name} cannot be expressed in {target.name}.")
    return float(known.factor / target.factor)
