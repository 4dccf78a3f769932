"""Pages that are the same: by the canonical that they name, by their text, or nearly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from ag2_marketing_tools.pages.crawl.facts import limits
from ag2_marketing_tools.pages.crawl.sketch import BINS, Sketch, similarity, unpacked
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import crawl_page

_BAND_BINS = 8
"""Bins that must agree for two pages to be compared. With 16 such bands a pair of similarity 0.9 is missed
with a chance of (1 - 0.9^8)^16 = 0.0001, and one of 0.5 is compared with a chance of 0.06 (locality-sensitive
hashing by bands: Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", section 3.4, 2014)."""
_MOST_COMPARED = 16  # groups of one band that a page is compared with: boilerplate alike everywhere ends here


@dataclass(frozen=True)
class Group:
    """Pages that belong together, by number, in order of discovery.

    Attributes:
        kind: Why they do.
        numbers: The pages.
        similarity: Of near duplicates, the least similarity of a page to the one that it was found alike.
    """

    kind: Literal["canonical", "content", "near"]
    numbers: list[int]
    similarity: float | None = None


async def find_duplicates(store: Store, crawl_id: str) -> list[Group]:
    """Return the groups of duplicates, larger ones first within their kind.

    Pages that need JavaScript are compared by their canonical alone: their texts tell nothing.
    """
    by_canonical: dict[int, list[int]] = {}
    by_text: dict[int, list[int]] = {}
    sketches: dict[int, bytes] = {}
    c = crawl_page.c
    rows = select(c.number, c.canonical_key, c.text_digest, c.sketch, c.javascript_signs).where(
        c.crawl_id == crawl_id, c.outcome == "page"
    )
    async with store.read() as connection:
        async for row in await connection.stream(rows.order_by(c.number)):
            if row.canonical_key is not None:
                by_canonical.setdefault(row.canonical_key, []).append(row.number)
            if row.text_digest is None or row.javascript_signs:
                continue
            alike = by_text.setdefault(row.text_digest, [])
            alike.append(row.number)
            if row.sketch is not None and len(alike) == 1:
                sketches[row.number] = row.sketch.encode()
    return [
        *_groups("canonical", by_canonical),
        *_groups("content", by_text),
        *sorted(_near(sketches), key=lambda group: (-len(group.numbers), group.numbers)),
    ]


def _groups(kind: Literal["canonical", "content"], found: dict[int, list[int]]) -> list[Group]:
    groups = [Group(kind, numbers) for numbers in found.values() if len(numbers) > 1]
    return sorted(groups, key=lambda group: (-len(group.numbers), group.numbers))


def _near(sketches: dict[int, bytes]) -> Iterator[Group]:
    """Yield the groups of near duplicates: each member is alike an earlier one, most often the first."""
    least = limits().duplicates.least_similarity
    first_of: dict[int, int] = {}
    likeness: dict[int, float] = {}
    for band in range(0, BINS, _BAND_BINS):
        buckets: dict[Sketch, list[int]] = {}
        for number, text in sketches.items():
            sketch = unpacked(text.decode())
            firsts = buckets.setdefault(sketch[band : band + _BAND_BINS], [])
            if number in first_of:
                continue
            for first in firsts:
                alike = similarity(unpacked(sketches[first].decode()), sketch)
                if alike >= least:
                    first_of[number] = first
                    likeness[number] = alike
                    break
            else:
                if len(firsts) < _MOST_COMPARED:
                    firsts.append(number)
    yield from _gathered(first_of, likeness)


def _gathered(first_of: dict[int, int], likeness: dict[int, float]) -> Iterator[Group]:
    members: dict[int, list[int]] = {}
    for number in sorted(first_of):
        members.setdefault(_leader(first_of, number), []).append(number)
    for first, others in members.items():
        yield Group("near", sorted([first, *others]), round(min(likeness[number] for number in others), 3))


def _leader(first_of: dict[int, int], number: int) -> int:
    while number in first_of:
        number = first_of[number]
    return number
