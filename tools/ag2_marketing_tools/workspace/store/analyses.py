"""Finished audits and content analyses: kept whole, listed by their headline figures.

What a result means is its family's business; here it is JSON. An analysis is found by its subjects: the
addresses of its page (kind `page`) and whoever its result names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.workspace.store.conversations import Subject
from ag2_marketing_tools.workspace.store.schema import analysis, analysis_subject
from ag2_marketing_tools.workspace.store.store import Store

PAGE = "page"
"""The subject kind of pages, by their canonical address."""

_LISTED = tuple(column for column in analysis.columns if column.name not in {"result", "parameters"})


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The figures by which analyses are listed; those that a kind does not have are None.

    Attributes:
        score: Of the audit, in points.
        critical: Findings of that severity.
        warning: Findings of that severity.
        info: Findings of that severity.
        pages: Pages that were looked at.
        words: Words of the page.
        gaps: Terms that competitors cover and the page does not.
    """

    score: float | None = None
    critical: int | None = None
    warning: int | None = None
    info: int | None = None
    pages: int | None = None
    words: int | None = None
    gaps: int | None = None


@dataclass(frozen=True, kw_only=True)
class ListedAnalysis:
    """An analysis without its result.

    Attributes:
        id: Its id.
        kind: `audit` or `content`.
        page_url: The canonical address at which the page was found.
        finished_at: When.
        product_version: Of the program that made it.
        catalogue_version: Names the state of the facts that it judged by.
        headline: Its figures.
        size: Of the stored result, in bytes of JSON.
    """

    id: str
    kind: str
    page_url: str
    finished_at: datetime
    product_version: str
    catalogue_version: str
    headline: Headline
    size: int


@dataclass(frozen=True, kw_only=True)
class StoredAnalysis(ListedAnalysis):
    """An analysis as it is kept.

    Attributes:
        parameters: What was asked, as JSON.
        result: What was found, as JSON that names the version of its form.
        subjects: What it is about; given when it is saved, and not read back.
    """

    parameters: Any
    result: Any
    subjects: tuple[Subject, ...] = field(default=())


async def save(store: Store, finished: StoredAnalysis, *, most: int) -> None:
    """Keep an analysis, and drop those of its kind and page beyond the newest `most`; all or nothing.

    Raises:
        Conflict: An analysis of this id is there already.
    """
    async with store.begin() as connection:
        await connection.execute(analysis.insert(), _row(finished))
        if finished.subjects:
            await connection.execute(
                analysis_subject.insert(),
                [
                    {"analysis_id": finished.id, "subject_kind": one.kind, "subject_id": one.id}
                    for one in sorted(set(finished.subjects))
                ],
            )
        c = analysis.c
        same = and_(c.kind == finished.kind, c.page_url == finished.page_url)
        newest = select(c.id).where(same).order_by(c.finished_at.desc(), c.id.desc()).limit(most)
        older = select(c.id).where(same, c.id.not_in(newest))
        await _delete(connection, (await connection.execute(older)).scalars().all())


def _row(finished: StoredAnalysis) -> dict[str, Any]:
    figures = set(Headline.__dataclass_fields__)
    return {
        name: getattr(finished.headline if name in figures else finished, name)
        for name in analysis.columns.keys()  # noqa: SIM118 (a collection of columns iterates over columns)
    }


async def delete_about(connection: AsyncConnection, kind: str, id: str) -> int:
    """Delete the analyses that are about a subject or name it, and return how many there were."""
    ids = (await connection.execute(about(kind, [id]))).scalars().all()
    await _delete(connection, ids)
    return len(ids)


async def _delete(connection: AsyncConnection, ids: Sequence[str]) -> None:
    if ids:
        await connection.execute(delete(analysis_subject).where(analysis_subject.c.analysis_id.in_(ids)))
        await connection.execute(delete(analysis).where(analysis.c.id.in_(ids)))


async def load(store: Store, analysis_id: str) -> StoredAnalysis | None:
    """Return an analysis whole, or None where there is none of this id."""
    async with store.read() as connection:
        found = await connection.execute(select(analysis).where(analysis.c.id == analysis_id))
        row = found.mappings().first()
        return None if row is None else StoredAnalysis(**_fields(row))


async def find(
    store: Store,
    pages: Iterable[str],
    *,
    kind: str | None = None,
    before: ListedAnalysis | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> list[ListedAnalysis]:
    """Return the analyses of a page, newest first, without their results.

    Args:
        store: The open database.
        pages: The canonical addresses of the page.
        kind: Only analyses of this kind.
        before: Only those that were finished before this one.
        until: Only those finished at this moment or earlier.
        limit: At most so many.
    """
    c = analysis.c
    conditions = _conditions(pages, kind)
    if before is not None:
        at = before.finished_at
        conditions.append(or_(c.finished_at < at, and_(c.finished_at == at, c.id < before.id)))
    if until is not None:
        conditions.append(c.finished_at <= until)
    query = select(*_LISTED).where(*conditions).order_by(c.finished_at.desc(), c.id.desc()).limit(limit)
    async with store.read() as connection:
        return [ListedAnalysis(**_fields(row)) for row in (await connection.execute(query)).mappings()]


async def count(store: Store, pages: Iterable[str], *, kind: str | None = None) -> int:
    """Return how many analyses of a page are stored."""
    async with store.read() as connection:
        found = await connection.scalar(
            select(func.count()).select_from(analysis).where(*_conditions(pages, kind))
        )
        return found or 0


def _conditions(pages: Iterable[str], kind: str | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [analysis.c.id.in_(about(PAGE, pages))]
    if kind is not None:
        conditions.append(analysis.c.kind == kind)
    return conditions


def about(kind: str, ids: Iterable[str]) -> Select[str]:
    """Select the ids of the analyses that are about one of these subjects or name it."""
    c = analysis_subject.c
    return select(c.analysis_id).where(c.subject_kind == kind, c.subject_id.in_(list(ids)))


def _fields(row: Mapping[Any, Any]) -> dict[str, Any]:
    figures = Headline.__dataclass_fields__
    values = {str(name): value for name, value in row.items()}
    headline = Headline(**{name: values.pop(name) for name in figures})
    return {**values, "headline": headline}
