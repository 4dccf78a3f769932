"""What of a text stands on other pages, too.

Both texts are cut into runs of words (Broder 1997). The share of the analysed page's runs that stand on the other page
is the containment; the runs of both over the runs of either are the resemblance, Jaccard's coefficient.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ag2_marketing_tools.content.facts import DuplicateMeasures, measures
from ag2_marketing_tools.content.model_quality import Duplication, SharedText
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.text.words import separates_words, tokenise

_MOST_PAGES = 20
_LONGEST_EXCERPT = 200  # characters
_MOST_WORDS = 20_000  # of one text; what follows adds little and costs time


@dataclass(frozen=True)
class Runs:
    """A text's runs of words, or of characters where words are not separated."""

    words: tuple[str, ...]
    joint: str
    length: int
    hashes: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Runs:
        """Cut a text."""
        limit = measures().duplicates
        spaced = separates_words(text)
        words = tokenise(text) if spaced else list("".join(text.split()))
        words, length = words[:_MOST_WORDS], limit.run_words if spaced else limit.run_characters
        folded = [word.casefold() for word in words]
        runs = (tuple(folded[at : at + length]) for at in range(len(folded) - length + 1))
        return cls(tuple(words), " " if spaced else "", length, tuple(hash(run) for run in runs))


@dataclass(frozen=True)
class Other:
    """Another page's text."""

    url: str
    whose: Literal["competitor", "own"]
    runs: Runs
    same_canonical: bool | None = None


def duplication(text: str, others: Sequence[Other]) -> Duplication:
    """Return which pages hold much of a text, the most first."""
    limit = measures().duplicates
    mine = Runs.of(text)
    enough = len(set(mine.hashes)) >= limit.runs_least
    found = [one for other in others if (one := _shared(mine, other, limit))] if enough else []
    found.sort(key=lambda one: (-one.shared_percent, -one.resemblance, one.url))
    return Duplication(
        pages=found[:_MOST_PAGES],
        page_count=len(found),
        competitors_compared=_number(others, "competitor") if enough else 0,
        own_pages_compared=_number(others, "own") if enough else 0,
        least_percent=limit.listed_percent_least,
        duplicate_resemblance=limit.duplicate_resemblance_least,
        run_length=mine.length,
        source=limit.source,
        reason=_reason(others, enough=enough),
    )


def _number(others: Iterable[Other], whose: str) -> int:
    return sum(other.whose == whose for other in others)


def _reason(others: Sequence[Other], *, enough: bool) -> str | None:
    if not enough:
        return say("The text is too short to be compared with others.")
    return None if others else say("There was no other page to compare with.")


def _shared(mine: Runs, other: Other, limit: DuplicateMeasures) -> SharedText | None:
    theirs = set(other.runs.hashes)
    if len(theirs) < limit.runs_least or mine.length != other.runs.length:
        return None
    own = set(mine.hashes)
    both = len(own & theirs)
    percent = round(100 * both / len(own), 1)
    if percent < limit.listed_percent_least:
        return None
    resemblance = round(both / len(own | theirs), 3)
    return SharedText(
        url=other.url,
        whose=other.whose,
        shared_percent=percent,
        resemblance=resemblance,
        kind="duplicate" if resemblance >= limit.duplicate_resemblance_least else "overlap",
        excerpt=_longest_passage(mine, theirs),
        same_canonical=other.same_canonical,
    )


def _longest_passage(mine: Runs, theirs: set[int]) -> str:
    best, start = (0, 0), None
    for at, run in enumerate((*mine.hashes, None)):
        if run is not None and run in theirs:
            start = at if start is None else start
        elif start is not None:
            best = max(best, (at - start, -start))
            start = None
    length, begin = best[0] + mine.length - 1, -best[1]
    passage = mine.joint.join(mine.words[begin : begin + length])
    return passage if len(passage) <= _LONGEST_EXCERPT else f"{passage[: _LONGEST_EXCERPT - 1].rstrip()}…"
