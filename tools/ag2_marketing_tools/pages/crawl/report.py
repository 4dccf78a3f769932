"""What a crawl found, from the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.pages.crawl.answers import Answers, read_answers
from ag2_marketing_tools.pages.crawl.duplicates import Group
from ag2_marketing_tools.pages.crawl.graph import NONE, LinkGraph, read_graph
from ag2_marketing_tools.pages.crawl.model import (
    Broken,
    CrawlReport,
    Duplicates,
    Hop,
    Linked,
    RedirectChain,
    SitemapRead,
)
from ag2_marketing_tools.pages.crawl.state import Header, read_header
from ag2_marketing_tools.pages.crawl.visit import ASKED, COUNTED
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import crawl_page, crawl_sitemap, crawl_url

_ASKED_AT_ONCE = 500


@dataclass(frozen=True)
class Lengths:
    """How long the lists of a report may be.

    Attributes:
        longest: Of each kind, so many are listed.
        sources: Of each broken address, so many pages that link to it are listed; None for all.
    """

    longest: int
    sources: int | None = None


async def build_report(store: Store, crawl_id: str, groups: list[Group], lengths: Lengths) -> CrawlReport:
    """Return the report of a crawl, finished or not.

    Args:
        store: The store.
        crawl_id: The crawl.
        groups: Its duplicates.
        lengths: How much is listed.

    Raises:
        NotFound: There is no such crawl.
    """
    header = await read_header(store, crawl_id)
    graph = await read_graph(store, crawl_id)
    async with store.read() as connection:
        builder = _Builder(connection, header, graph, await read_answers(connection, crawl_id), lengths)
        return await builder.report(groups)


class _Builder:
    def __init__(
        self, connection: AsyncConnection, header: Header, graph: LinkGraph, facts: Answers, lengths: Lengths
    ) -> None:
        self._connection = connection
        self._header = header
        self._graph = graph
        self._facts = facts
        self._longest = lengths.longest
        self._most_sources = lengths.sources
        self._html = [number for number, outcome in facts.outcomes.items() if outcome == "page"]

    async def report(self, groups: list[Group]) -> CrawlReport:
        header, facts, graph = self._header, self._facts, self._graph
        outcomes = Counter(facts.outcomes.values())
        chains = self._chain_starts()
        orphans = self._orphans()
        dead_ends = [number for number in graph.dead_ends if number not in facts.javascript]
        not_html = [number for number, outcome in facts.outcomes.items() if outcome == "not_html"]
        return CrawlReport(
            crawl_id=header.id,
            start_url=header.start_url,
            site_url=header.anchor_url,
            scope=header.scope,
            state=header.state,
            stop_reason=header.stop_reason,
            requests=sum(outcomes[outcome] for outcome in ASKED),
            page_count=sum(outcomes[outcome] for outcome in COUNTED),
            html_page_count=len(self._html),
            waiting_count=facts.waiting,
            outcomes=dict(sorted(outcomes.items())),
            statuses={
                str(status): count for status, count in sorted(Counter(facts.statuses.values()).items())
            },
            skipped=dict(sorted(header.skipped.items())),
            depths=self._depths(),
            link_count=graph.link_count,
            broken=await self._broken(),
            broken_count=len(facts.broken),
            broken_linked_count=sum(graph.in_degrees[number] > 0 for number in facts.broken),
            broken_source_count=sum(
                not facts.broken.isdisjoint(self._ends_of(targets)) for _, targets in graph.links()
            ),
            redirect_chains=await self._chains(chains),
            redirect_chain_count=len(chains),
            duplicates=await self._duplicates(groups),
            duplicate_count=len(groups),
            orphans=None if orphans is None else await self._urls(orphans),
            orphan_count=None if orphans is None else len(orphans),
            orphans_reason=self._why_no_orphans(),
            dead_ends=await self._urls(dead_ends),
            dead_end_count=len(dead_ends),
            needs_javascript=await self._urls(list(facts.javascript)),
            needs_javascript_count=len(facts.javascript),
            not_html=await self._urls(not_html),
            not_html_count=len(not_html),
            forbidden_count=outcomes["forbidden"],
            most_linked=await self._most_linked(),
            sitemaps=await self._sitemaps(),
        )

    async def _urls(self, numbers: list[int]) -> list[str]:
        """Return the addresses of the first of these numbers, in their order."""
        urls = await self._urls_of(numbers[: self._longest])
        return [urls[number] for number in numbers[: self._longest]]

    async def _urls_of(self, numbers: list[int]) -> dict[int, str]:
        found: dict[int, str] = {}
        for start in range(0, len(numbers), _ASKED_AT_ONCE):
            some = numbers[start : start + _ASKED_AT_ONCE]
            found.update(await self._column(crawl_url.c.url, some))
        return found

    async def _column(self, column: ColumnElement[Any], numbers: list[int]) -> dict[int, Any]:
        table = column.table
        query = select(table.c.number, column).where(
            table.c.crawl_id == self._header.id, table.c.number.in_(numbers)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    def _depths(self) -> dict[str, int]:
        depths = Counter(self._graph.depths[number] for number in self._html)
        beyond = depths.pop(NONE, 0)
        counted = {str(depth): count for depth, count in sorted(depths.items())}
        return {**counted, "none": beyond} if beyond else counted

    def _ends_of(self, targets: Iterable[int]) -> set[int]:
        """Return where links lead after their redirects."""
        return {self._graph.ends[target] for target in targets}

    async def _broken(self) -> list[Broken]:
        degrees = self._graph.in_degrees
        shown = sorted(self._facts.broken, key=lambda number: (-degrees[number], number))[: self._longest]
        wanted = set(shown)
        sources: dict[int, list[int]] = {number: [] for number in shown}
        for source, targets in self._graph.links():
            for end in self._ends_of(targets) & wanted:
                sources[end].append(source)
        listed = {number: found[: self._most_sources] for number, found in sources.items()}
        urls = await self._urls_of([*shown, *{one for found in listed.values() for one in found}])
        reasons = await self._column(crawl_page.c.reason, shown)
        return [
            Broken(
                url=urls[number],
                status=self._facts.statuses.get(number),
                reason=reasons[number],
                sources=[urls[source] for source in listed[number]],
                source_count=len(sources[number]),
            )
            for number in shown
        ]

    def _chain_starts(self) -> list[int]:
        """Return the redirects that no other redirect leads to, and of each loop its first one."""
        redirects = self._graph.redirects
        led_to = {target for target in redirects if target != NONE}
        answered = [number for number, outcome in self._facts.outcomes.items() if outcome == "redirect"]
        starts = [number for number in answered if number not in led_to]
        covered = {hop for start in starts for hop in self._hops(start)}
        for number in answered:
            if number not in covered:
                starts.append(number)
                covered.update(self._hops(number))
        return sorted(starts)

    def _hops(self, number: int) -> list[int]:
        hops: list[int] = []
        while self._facts.outcomes.get(number) == "redirect" and number not in hops:
            hops.append(number)
            number = self._graph.redirects[number]
        return hops

    async def _chains(self, starts: list[int]) -> list[RedirectChain]:
        shown = {start: self._hops(start) for start in starts[: self._longest]}
        numbers = {number for hops in shown.values() for number in hops}
        ends = {self._graph.redirects[hops[-1]] for hops in shown.values()} - {NONE}
        urls = await self._urls_of(sorted(numbers | ends))
        locations = await self._column(crawl_page.c.location, [hops[-1] for hops in shown.values()])
        chains = []
        for start, hops in shown.items():
            end = self._graph.redirects[hops[-1]]
            loop = end in hops
            chains.append(
                RedirectChain(
                    hops=[Hop(url=urls[hop], status=self._facts.statuses.get(hop)) for hop in hops],
                    ends_at=None if loop else urls.get(end, locations[hops[-1]]),
                    end_status=None if loop else self._facts.statuses.get(end),
                    loop=loop,
                    source_count=self._graph.in_degrees[start],
                )
            )
        return chains

    async def _duplicates(self, groups: list[Group]) -> list[Duplicates]:
        return [
            Duplicates(
                kind=group.kind,
                urls=await self._urls(group.numbers),
                page_count=len(group.numbers),
                similarity=group.similarity,
            )
            for group in groups[: self._longest]
        ]

    def _orphans(self) -> list[int] | None:
        if self._why_no_orphans() is not None:
            return None
        first = self._graph.ends[0]
        degrees = self._graph.in_degrees
        return [n for n in self._html if n in self._facts.listed and not degrees[n] and n not in {0, first}]

    def _why_no_orphans(self) -> str | None:
        if not self._facts.listed:
            return say("No sitemap lists a page of the site.")
        if self._header.stop_reason != "complete":
            left = count_of(self._facts.waiting, "known address was", "known addresses were")
            return say("{left} not read, so that links from there are not known.", left=left)
        return None

    async def _most_linked(self) -> list[Linked]:
        degrees, depths = self._graph.in_degrees, self._graph.depths
        shown = sorted(self._html, key=lambda number: (-degrees[number], number))[: self._longest]
        urls = await self._urls_of(shown)
        return [
            Linked(
                url=urls[number],
                in_degree=degrees[number],
                depth=None if depths[number] == NONE else depths[number],
            )
            for number in shown
        ]

    async def _sitemaps(self) -> list[SitemapRead]:
        c = crawl_sitemap.c
        query = select(c.url, c.entries, c.left_out, c.problem, c.guessed).where(
            c.crawl_id == self._header.id, ~c.waiting
        )
        rows = (await self._connection.execute(query.order_by(c.number))).mappings()
        return [SitemapRead(**row) for row in rows]
