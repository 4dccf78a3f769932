"""Titles, descriptions and texts that several pages share, each of which should have its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ag2_marketing_tools.pages.crawl.duplicates import Group
from ag2_marketing_tools.pages.crawl.model import CrawledPage
from ag2_marketing_tools.seo.model import Evidence
from ag2_marketing_tools.seo.outcome import MOST_EVIDENCE, place
from ag2_marketing_tools.seo.site.limits import site_limits
from ag2_marketing_tools.seo.site.model import SitePlace
from ag2_marketing_tools.seo.site.remark import noted_excerpt
from ag2_marketing_tools.seo.site.survey import Survey

T = TypeVar("T")


@dataclass(frozen=True)
class Shared:
    """What some pages share; `urls` are the first of them."""

    text: str | None
    urls: tuple[str, ...]


@dataclass(frozen=True)
class Sharing:
    """All that is shared of one kind.

    Attributes:
        groups: The first groups of pages, larger ones first.
        pages: How many pages share theirs with another one.
        judged: How many pages have one that could be compared.
    """

    groups: tuple[Shared, ...]
    pages: int
    judged: int

    def evidence(self, element: str) -> list[Evidence]:
        """Return pages that share something, of each group some."""
        places = [place(element, group.text, url) for group in self.groups for url in group.urls]
        return places[:MOST_EVIDENCE]

    def places(self) -> list[SitePlace]:
        """Return the first pages."""
        found = [
            SitePlace(url=url, excerpt=group.text and noted_excerpt(group.text))
            for group in self.groups
            for url in group.urls
        ]
        return found[: site_limits().lists.places]


@dataclass(frozen=True)
class Sharings:
    """What pages share, by kind."""

    titles: Sharing
    descriptions: Sharing
    texts: Sharing


async def sharings(
    survey: Survey, duplicates: Sequence[Group], pages: AsyncIterator[CrawledPage]
) -> Sharings:
    """Return what pages share; only pages that ask to be found under their own address are compared.

    Args:
        survey: The site at a glance.
        duplicates: Groups of pages with the same or nearly the same text.
        pages: The pages once more, from which the texts and addresses that are listed are taken.
    """
    titles, descriptions = _groups(survey.titles.values()), _groups(survey.descriptions.values())
    alike = (
        [number for number in group.numbers if number in survey.indexable]
        for group in duplicates
        if group.kind != "canonical"
    )
    texts = _groups(alike)
    listed = _listed(titles) | _listed(descriptions) | _listed(texts)
    known = {page.number: page async for page in pages if page.number in listed}

    def shared(numbers: list[int], text: str | None) -> Shared:
        return Shared(text, tuple(known[number].url for number in _first(numbers)))

    return Sharings(
        titles=Sharing(
            tuple(shared(group, known[group[0]].title) for group in _first(titles)),
            _count(titles),
            _count(survey.titles.values()),
        ),
        descriptions=Sharing(
            tuple(shared(group, known[group[0]].description) for group in _first(descriptions)),
            _count(descriptions),
            _count(survey.descriptions.values()),
        ),
        texts=Sharing(
            tuple(shared(group, None) for group in _first(texts)), _count(texts), len(survey.indexable)
        ),
    )


def _groups(found: Iterable[list[int]]) -> list[list[int]]:
    return sorted((numbers for numbers in found if len(numbers) > 1), key=lambda one: (-len(one), one))


def _first(found: Sequence[T]) -> Sequence[T]:
    return found[: site_limits().lists.places]


def _listed(groups: list[list[int]]) -> set[int]:
    return {number for group in _first(groups) for number in _first(group)}


def _count(groups: Iterable[list[int]]) -> int:
    return len({number for group in groups for number in group})
