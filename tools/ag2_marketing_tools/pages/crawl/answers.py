"""What is held of each address of a crawl while its report is made."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.pages.crawl.facts import limits
from ag2_marketing_tools.pages.crawl.visit import Outcome
from ag2_marketing_tools.workspace.store.schema import crawl_page, crawl_url

_BROKEN: frozenset[Outcome] = frozenset({"error", "failed"})


@dataclass(frozen=True)
class Answers:
    """What is held of each address that answered: a few small values, no text."""

    outcomes: dict[int, Outcome]
    statuses: dict[int, int]
    broken: set[int]
    javascript: dict[int, None]
    listed: set[int]
    waiting: int


async def read_answers(connection: AsyncConnection, crawl_id: str) -> Answers:
    """Return what the addresses of a crawl answered."""
    c = crawl_page.c
    rows = select(c.number, c.outcome, c.status, c.javascript_signs).where(c.crawl_id == crawl_id)
    facts = Answers({}, {}, set(), {}, set(), await _waiting(connection, crawl_id))
    not_broken = limits().broken.not_counted
    async for row in await connection.stream(rows.order_by(c.number)):
        facts.outcomes[row.number] = row.outcome
        if row.status is not None:
            facts.statuses[row.number] = row.status
        if row.outcome in _BROKEN and row.status not in not_broken:
            facts.broken.add(row.number)
        if row.javascript_signs:
            facts.javascript[row.number] = None
    known = crawl_url.c
    listed = select(known.number).where(known.crawl_id == crawl_id, known.in_sitemap)
    async for number in (await connection.stream(listed)).scalars():
        facts.listed.add(number)
    return facts


async def _waiting(connection: AsyncConnection, crawl_id: str) -> int:
    c = crawl_url.c
    count = select(func.count()).select_from(crawl_url).where(c.crawl_id == crawl_id, c.waiting)
    return int(await connection.scalar(count) or 0)
