"""Terms of a page and its competitors, grouped into topics.

Two terms are the more alike the oftener they stand in the same sections and the more of their words they share:

    similarity = (1 - w) * D(sections) + w * D(stems)

`D` is the weighted Dice coefficient (Dice 1945): twice the weight of what both have, over the weight of what either
has. A section weighs 1 / log2(1 + terms in it), so that a short one says more; a stem weighs the less the more terms
hold it, so that `care` joins nothing on a page about care. Groups are joined by average linkage (Sokal and Michener
1958), nearest first, as long as they are alike enough. Equal inputs give equal topics.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ag2_marketing_tools.content.compare import Comparison
from ag2_marketing_tools.content.facts import measures
from ag2_marketing_tools.content.model_terms import Topic, TopicCoverage
from ag2_marketing_tools.content.profile import MOST_HEADINGS_NAMED, PageProfile
from ag2_marketing_tools.text.lexicon import lexicon
from ag2_marketing_tools.text.words import UNSPACED_LETTER

Key = tuple[str, ...]
_LONGEST_TERM = 3  # words, as keywords have
_HEAD_OF = 3  # a single word within so many terms is their common head, and belongs to no one topic


@dataclass(frozen=True)
class _Used:
    """A term, and how each page uses it."""

    key: Key
    written: str
    uses: tuple[int, ...]
    prominent: int
    score: float

    @property
    def rank(self) -> tuple[object, ...]:
        """What sorts better labels first: on many pages, prominent, of several words, of much weight."""
        on_pages = sum(1 for uses in self.uses if uses)
        return (-on_pages, -self.prominent, len(self.key) == 1, -self.score, self.written.casefold())


@dataclass(frozen=True)
class Topics:
    """The topics of one comparison."""

    comparison: Comparison

    @cached_property
    def pages(self) -> list[PageProfile]:
        """The page itself, then those that it is compared with."""
        return [self.comparison.target, *self.comparison.competitors]

    @cached_property
    def terms(self) -> list[_Used]:
        """The subjects of all pages, each once, the most telling first; names of competitors left out."""
        best: dict[Key, tuple[float, str]] = {}
        for page in self.pages:
            subjects = set(page.subjects)
            for keyword in page.keywords:
                key = self.comparison.target.index.key(keyword.term)
                if key and keyword.term in subjects:
                    best[key] = min(best.get(key, (0.0, "")), (-keyword.score, keyword.term))
        left_out = {gap.term for gap in self.comparison.gaps if gap.kind != "topic"}
        within = Counter(stem for key in best if len(key) > 1 for stem in set(key))
        found = [
            self._used(key, term, -score)
            for key, (score, term) in best.items()
            if term not in left_out and not (len(key) == 1 and within[key[0]] >= _HEAD_OF)
        ]
        return sorted(found, key=lambda one: (one.rank, one.key))[: measures().topics.terms_most]

    def _used(self, key: Key, term: str, score: float) -> _Used:
        placed = [page.placement(term) for page in self.pages]
        return _Used(
            key, term, tuple(one.total for one in placed), sum(one.prominent for one in placed), score
        )

    def result(self) -> list[Topic]:
        """Return the topics, those that most pages speak of first."""
        similar = _Similarity(self.terms, self._sections(), self.comparison.target.code)
        groups = [[self.terms[at] for at in group] for group in _joined(similar.matrix())]
        topics = [self._topic(sorted(group, key=lambda one: (one.rank, one.key))) for group in groups]
        return sorted(topics, key=_topic_order)

    def _sections(self) -> list[frozenset[int]]:
        """Return which terms, by number, stand in each section of each page."""
        numbers = {term.key: number for number, term in enumerate(self.terms)}
        unspaced = [
            (n, one.written) for n, one in enumerate(self.terms) if UNSPACED_LETTER.search(one.written)
        ]
        found = []
        for page in self.pages:
            for section in page.sections:
                text = "\n".join((section.heading, *section.lines))
                stems = page.index.key(text)
                here = {
                    numbers[run]
                    for size in range(1, _LONGEST_TERM + 1)
                    for at in range(len(stems) - size + 1)
                    if (run := stems[at : at + size]) in numbers
                }
                found.append(frozenset(here | {number for number, written in unspaced if written in text}))
        return [section for section in found if section]

    def _topic(self, group: Sequence[_Used]) -> Topic:
        told = [one for one in (self._coverage(at, group) for at in range(len(self.pages))) if one]
        coverage = sorted(told, key=lambda one: (not one.is_target, -one.uses, one.url))
        rivals = sum(not one.is_target for one in coverage)
        return Topic(
            label=group[0].written,
            terms=[one.written for one in group],
            term_count=len(group),
            covered_here=len(coverage) > rivals,
            covered_by_count=rivals,
            competitors_compared=len(self.comparison.competitors),
            coverage=coverage,
        )

    def _coverage(self, at: int, group: Sequence[_Used]) -> TopicCoverage | None:
        uses = sum(one.uses[at] for one in group)
        if not uses:
            return None
        page, used = self.pages[at], [one for one in group if one.uses[at]]
        headings = dict.fromkeys(text for one in used for text in page.headings_with(one.written))
        return TopicCoverage(
            url=page.page.url,
            is_target=at == 0,
            uses=uses,
            share_percent=round(100 * uses / self._all_uses[at], 1),
            terms_used=len(used),
            headings=list(headings)[:MOST_HEADINGS_NAMED],
        )

    @cached_property
    def _all_uses(self) -> list[int]:
        return [sum(term.uses[at] for term in self.terms) for at in range(len(self.pages))]


def _topic_order(topic: Topic) -> tuple[object, ...]:
    uses = sum(one.uses for one in topic.coverage)
    return (-topic.covered_by_count, -len(topic.coverage), -uses, topic.label.casefold(), topic.label)


class _Similarity:
    def __init__(self, terms: Sequence[_Used], sections: Sequence[frozenset[int]], code: str | None) -> None:
        self._size = len(terms)
        self._within: list[dict[int, float]] = [{} for _ in terms]
        for number, section in enumerate(sections):
            for at in section:
                self._within[at][number] = 1 / math.log2(1 + len(section)) if len(section) > 1 else 1.0
        known = lexicon(code)
        stops = known.function_words if known else frozenset()
        held = Counter(stem for term in terms for stem in set(term.key))
        scale = math.log(1 + len(terms))
        self._stems = [
            {stem: math.log((1 + len(terms)) / held[stem]) / scale for stem in term.key if stem not in stops}
            for term in terms
        ]

    def matrix(self) -> list[list[float]]:
        share = measures().topics.shared_stems_weight
        found = [[0.0] * self._size for _ in range(self._size)]
        for a in range(self._size):
            for b in range(a):
                together = _dice(self._within[a], self._within[b])
                alike = _dice(self._stems[a], self._stems[b])
                found[a][b] = found[b][a] = (1 - share) * together + share * alike
        return found


def _dice(one: dict[int, float] | dict[str, float], other: dict[int, float] | dict[str, float]) -> float:
    both = math.fsum(weight for name, weight in one.items() if name in other)
    either = math.fsum(one.values()) + math.fsum(other.values())
    return 2 * both / either if either else 0.0


def _joined(similarity: list[list[float]]) -> list[list[int]]:
    """Return groups of numbers, joined by average linkage down to the least similarity."""
    least = measures().topics.join_similarity_least
    groups: dict[int, list[int]] = {number: [number] for number in range(len(similarity))}
    while len(groups) > 1:
        best, a, b = max(
            ((similarity[a][b], -a, -b) for a in groups for b in groups if a < b), default=(0.0, 0, 0)
        )
        if best < least:
            break
        a, b = -a, -b
        mine, theirs = len(groups[a]), len(groups[b])
        for other in groups:
            if other not in (a, b):
                mean = (mine * similarity[a][other] + theirs * similarity[b][other]) / (mine + theirs)
                similarity[a][other] = similarity[other][a] = mean
        groups[a] += groups.pop(b)
    return list(groups.values())
