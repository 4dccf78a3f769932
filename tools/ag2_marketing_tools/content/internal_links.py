"""Links that could be set between the site's own pages, in sentences that stand already.

A page is pointed at by a term of its title or main heading, in another page's running text. A term that more than
half of the pages use points at none of them, and is passed over; of several terms the rarest is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ag2_marketing_tools.content.facts import measures
from ag2_marketing_tools.content.model_links import InternalLinks, LinkSuggestion
from ag2_marketing_tools.content.own_page import Key, OwnPage, addresses_of
from ag2_marketing_tools.content.own_site import OwnSite
from ag2_marketing_tools.content.profile import PageProfile

_MOST_LISTED = 20
_LONGEST_SENTENCE = 240  # characters


@dataclass(frozen=True)
class _Mention:
    """A term that points at a page, where a sentence says it."""

    anchor: str
    sentence: str
    term: str
    pages: int
    key: Key

    @property
    def rank(self) -> tuple[object, ...]:
        """What sorts the more telling first: rare terms, then longer ones."""
        return (self.pages, -len(self.key), self.term.casefold())


@dataclass(frozen=True)
class LinkFinder:
    """Finds links between a page and the others of its site."""

    target: PageProfile
    site: OwnSite
    focus: Sequence[str] = ()

    def result(self) -> InternalLinks:
        """Return the links to set."""
        inward, outward = list(self._inward()), list(self._outward())
        return InternalLinks(
            to_this_page=inward[:_MOST_LISTED],
            to_this_page_count=len(inward),
            from_this_page=outward[:_MOST_LISTED],
            from_this_page_count=len(outward),
            linked_from_pages=sum(self._links_here(page) for page in self.site.pages)
            if self.site.pages
            else None,
            site=self.site.read,
        )

    @cached_property
    def _own(self) -> OwnPage:
        return OwnPage.of(self.target)

    @cached_property
    def _addresses(self) -> frozenset[str]:
        return addresses_of(self.target.page)

    @cached_property
    def _all(self) -> list[OwnPage]:
        return [self._own, *(page for page in self.site.pages if page.code == self._own.code)]

    def _links_here(self, page: OwnPage) -> bool:
        return not page.links.isdisjoint(self._addresses)

    def _inward(self) -> Iterator[LinkSuggestion]:
        """Yield one link for each page that speaks of what the analysed page is about."""
        given = tuple((self.target.index.key(term), term) for term in self.focus)
        terms = self._telling((*given, *self._own.subjects))
        found = []
        for page in self._all[1:]:
            if not self._links_here(page) and (mention := self._best(page, terms)):
                found.append((mention, page))
        for mention, page in sorted(found, key=lambda one: (one[0].rank, one[1].url)):
            yield _suggestion(mention, source=page, goal=self._own)

    def _outward(self) -> Iterator[LinkSuggestion]:
        """Yield one link for each page whose subject the analysed page mentions."""
        found = []
        own = {key for key, _ in self._own.subjects}
        for page in self._all[1:]:
            if page.indexable and page.addresses.isdisjoint(self._own.links):
                terms = self._telling([one for one in page.subjects if one[0] not in own])
                if mention := self._best(self._own, terms):
                    found.append((mention, page))
        for mention, page in sorted(found, key=lambda one: (one[0].rank, one[1].url)):
            yield _suggestion(mention, source=self._own, goal=page)

    def _telling(self, terms: Iterable[tuple[Key, str]]) -> list[tuple[Key, str]]:
        """Return those terms that are rare enough on the site to point at one page of it."""
        limit = measures().own_site
        few = len(self._all) < limit.pages_for_share_least
        most = len(self._all) if few else limit.share_with_term_most * len(self._all)
        name = self.target.index.key(self.target.site_name or "")
        return [
            one
            for one in dict.fromkeys(terms)
            if one[0] and one[0] != name and self._pages_with(*one) <= most
        ]

    def _pages_with(self, key: Key, written: str) -> int:
        if key not in self._counted:
            self._counted[key] = sum(page.says(key, written) for page in self._all)
        return self._counted[key]

    @cached_property
    def _counted(self) -> dict[Key, int]:
        return {}

    def _best(self, page: OwnPage, terms: Sequence[tuple[Key, str]]) -> _Mention | None:
        found = []
        for key, written in terms:
            for sentence in page.sentences:
                anchor = sentence.anchor(key, written)
                if anchor and not any(anchor.casefold() in text for text in page.anchors):
                    found.append(
                        _Mention(anchor, sentence.text, written, self._pages_with(key, written), key)
                    )
                    break
        return min(found, key=lambda one: one.rank, default=None)


def _suggestion(mention: _Mention, *, source: OwnPage, goal: OwnPage) -> LinkSuggestion:
    return LinkSuggestion(
        from_url=source.url,
        from_title=source.title,
        to_url=goal.url,
        to_title=goal.title,
        anchor_text=mention.anchor,
        sentence=_around(mention.sentence, mention.anchor),
        term=mention.term,
        own_pages_with_term=mention.pages,
    )


def _around(sentence: str, anchor: str) -> str:
    """Return a sentence, or what stands around the anchor where it is long."""
    if len(sentence) <= _LONGEST_SENTENCE:
        return sentence
    at = max(0, sentence.find(anchor))
    start = max(0, at - (_LONGEST_SENTENCE - len(anchor)) // 2)
    end = min(len(sentence), start + _LONGEST_SENTENCE)
    return f"{'…' if start else ''}{sentence[start:end].strip()}{'…' if end < len(sentence) else ''}"
