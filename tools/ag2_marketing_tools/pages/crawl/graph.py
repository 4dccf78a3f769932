"""The internal link graph of a crawl, in arrays: 4 bytes a link, 20 bytes an address."""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, select

from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import crawl_page, crawl_url

NONE = -1


@dataclass
class LinkGraph:
    """Who links to whom, by the addresses' numbers.

    Attributes:
        redirects: Where each address redirects to, or -1.
        ends: Where each address leads after its redirects: itself, or the end of the chain; -1 for a loop.
        in_degrees: How many other pages link to each address, directly or through redirects.
        depths: The fewest clicks from the start page, redirects not counted; -1 where no links lead.
        dead_ends: Pages that link to no other page.
        link_count: All links.
    """

    redirects: array[int]
    ends: array[int] = field(default_factory=lambda: array("i"))
    in_degrees: array[int] = field(default_factory=lambda: array("i"))
    depths: array[int] = field(default_factory=lambda: array("i"))
    dead_ends: array[int] = field(default_factory=lambda: array("i"))
    link_count: int = 0
    _sources: array[int] = field(default_factory=lambda: array("i"))
    _starts: array[int] = field(default_factory=lambda: array("i"))
    _targets: array[int] = field(default_factory=lambda: array("i"))

    def add(self, source: int, links: list[int]) -> None:
        """Take in the links of a page."""
        self._sources.append(source)
        self._starts.append(len(self._targets))
        self._targets.extend(links)

    def links(self) -> Iterator[tuple[int, array[int]]]:
        """Yield each page and the addresses that it links to."""
        starts = [*self._starts, len(self._targets)]
        for place, source in enumerate(self._sources):
            yield source, self._targets[starts[place] : starts[place + 1]]

    def resolve(self) -> LinkGraph:
        """Work out ends, in-degrees and depths once all links are in."""
        size = len(self.redirects)
        self.ends = array("i", (self._end(number) for number in range(size)))
        self.in_degrees = array("i", bytes(4 * size))
        self.link_count = len(self._targets)
        places = array("i", [NONE]) * size
        for place, (source, targets) in enumerate(self.links()):
            places[source] = place
            others = {self.ends[target] for target in targets} - {source, NONE}
            direct = set(targets) - others - {source}
            for target in others | direct:
                self.in_degrees[target] += 1
            if not others:
                self.dead_ends.append(source)
        self._measure_depths(places)
        return self

    def _end(self, number: int) -> int:
        seen = {number}
        while self.redirects[number] != NONE:
            number = self.redirects[number]
            if number in seen:
                return NONE
            seen.add(number)
        return number

    def _measure_depths(self, places: array[int]) -> None:
        size = len(self.redirects)
        self.depths = array("i", [NONE]) * size
        if not size or self.ends[0] == NONE:
            return
        starts = array("i", [*self._starts, len(self._targets)])
        queue = deque([self.ends[0]])
        self.depths[self.ends[0]] = 0
        while queue:
            source = queue.popleft()
            place = places[source]
            for target in self._targets[starts[place] : starts[place + 1]] if place != NONE else ():
                end = self.ends[target]
                if end != NONE and self.depths[end] == NONE:
                    self.depths[end] = self.depths[source] + 1
                    queue.append(end)


async def read_graph(store: Store, crawl_id: str) -> LinkGraph:
    """Return the link graph of a crawl as far as it is known; number 0 is where it began."""
    c = crawl_page.c
    newest = select(func.max(crawl_url.c.number)).where(crawl_url.c.crawl_id == crawl_id)
    rows = select(c.number, c.redirect_to, c.links).where(c.crawl_id == crawl_id).order_by(c.number)
    async with store.read() as connection:
        last = await connection.scalar(newest)
        graph = LinkGraph(array("i", [NONE]) * (0 if last is None else last + 1))
        async for row in await connection.stream(rows):
            if row.redirect_to is not None:
                graph.redirects[row.number] = row.redirect_to
            if row.links is not None:
                graph.add(row.number, row.links)
    return graph.resolve()
