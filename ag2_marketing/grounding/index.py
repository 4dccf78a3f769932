"""One entry's values, ready to be looked up by value and compared by words.

Sets of leaves are integers used as bit sets, and the scores of all leaves together are bit planes: adding a
word's weight to every leaf that has it, or finding the best of 100,000 leaves, is a handful of operations on
integers of 12.5 kB.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING

from ag2_marketing.grounding.bits import mask_of
from ag2_marketing.grounding.dates import Moment, agrees
from ag2_marketing.grounding.leaves import Leaf, Words, leaves_of
from ag2_marketing.grounding.names import folded, is_identifier, is_name, number_tokens
from ag2_marketing.grounding.subject import about, subject_of
from ag2_marketing.grounding.values import fits, held_unit, in_unit, rounds_to
from ag2_marketing.grounding.words import lemma, split_key
from ag2_marketing_tools.metrics.units import Unit

if TYPE_CHECKING:
    from ag2_marketing.grounding.evidence import Evidence

# The lowest planes of a score hold how high a value stands in its result.
DEPTH_BITS = 4
# Words of two languages that share this many first letters are taken for the same.
COGNATE = 6
_LONGEST_NAME = 60
_LONG_LIST = 32
# Bit sets of rare words are kept up to this many: there may be one for every leaf.
_MOST_KEPT = 512
_NAMING_DATES = frozenset({"month", "year", "week", "day", "date", "period", "quarter"})
_DEEPEST = (1 << DEPTH_BITS) - 1


Tail = tuple[frozenset[str], ...]


class Group:
    """The figures of one unit, sorted by value."""

    def __init__(self, unit: Unit | None, pairs: list[tuple[Decimal, int]]) -> None:
        pairs.sort()
        self.unit = unit
        self.values = [value for value, _ in pairs]
        self.places = [place for _, place in pairs]
        self.mask = mask_of(self.places)

    def around(self, low: Decimal, high: Decimal) -> Iterator[tuple[Decimal, int]]:
        """Yield the figures between two values."""
        first, last = bisect_left(self.values, low), bisect_right(self.values, high)
        for at in range(first, last):
            yield self.values[at], self.places[at]


class EvidenceIndex:
    """The values of one entry."""

    def __init__(self, evidence_id: str, tool: str) -> None:
        self.evidence_id = evidence_id
        self.tool = tool
        self.leaves: list[Leaf] = []
        self.words: list[Words] = []
        self.figures: list[Decimal | Moment] = []
        self.strings: dict[str, Leaf] = {}
        self.texts: list[Leaf] = []
        self.names: set[str] = set()
        self.name_numbers: set[str] = set()
        self.spaced_names: set[str] = set()
        self.echoed_names: set[str] = set()
        self.groups: list[Group] = []
        self.dates: list[int] = []
        self.numeric = 0
        self.lengths = 0
        self.dated = 0
        self.live = 0
        self.quoted = 0
        self.about: frozenset[str] = frozenset()
        self._own: dict[str, list[int]] = {}
        self._near: dict[str, list[int]] = {}
        self._per: dict[str, list[int]] = {}
        self._items: dict[str, list[int]] = {}
        self._qualified: dict[str, list[int]] = {}
        self._tails: dict[Tail, list[int]] = {}
        self._tails_with: dict[str, list[Tail]] = {}
        self._tail_masks: dict[Tail, int] = {}
        self._masks: dict[tuple[str, str], int] = {}
        self._base: list[int] = []
        self._places: dict[str, int] = {}
        self._sorted: list[str] = []
        self.topic: frozenset[str] = frozenset()
        self.subject: frozenset[str] = frozenset()

    @cached_property
    def everything(self) -> int:
        """All leaves."""
        return (1 << len(self.leaves)) - 1

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word and concept that stands in or beside a path here, and the beginnings of the long ones."""
        beginnings = {word[:COGNATE] for word in self._sorted}
        return frozenset().union(self._own, self._near, self._per, self._items, beginnings)

    @property
    def is_user(self) -> bool:
        """Whether it is a message of the person."""
        return self.evidence_id.startswith("U")

    @classmethod
    def of(cls, entry: Evidence) -> EvidenceIndex:
        """Index an entry."""
        index = cls(entry.id, entry.tool)
        if entry.is_user:
            from ag2_marketing.grounding.user import user_leaves

            index._fill(user_leaves(entry))
        elif not entry.erased:
            index._fill(leaves_of(entry))
            index.about = about(entry)
            index.subject = subject_of(entry)
            index.topic = frozenset(lemma(word) for word in split_key(entry.tool))
        return index

    def _fill(self, items: Iterable[tuple[Leaf, Words, Decimal | Moment | None]]) -> None:
        by_unit: dict[str | None, list[tuple[Decimal, int]]] = {}
        live: list[int] = []
        quoted: list[int] = []
        weights: list[int] = []
        for leaf, words, figure in items:
            if isinstance(leaf.value, str):
                self._add_text(leaf)
            if figure is None:
                continue
            at = len(self.leaves)
            self.leaves.append(leaf)
            self.words.append(words)
            self.figures.append(figure)
            weights.append(min(words.depth, _DEEPEST))
            (quoted if leaf.quoted else live).append(at) if not leaf.echo else None
            if isinstance(figure, Moment):
                self.dates.append(at)
            else:
                by_unit.setdefault(leaf.unit, []).append((figure, at))
                if leaf.loose:
                    by_unit.setdefault(None, []).append((figure, at))
            self._post(words, at)
        self.groups = [Group(held_unit(u) if u else None, pairs) for u, pairs in by_unit.items()]
        self.dated = mask_of(self.dates)
        self.live, self.quoted = mask_of(live), mask_of(quoted)
        self.lengths = mask_of([at for at, leaf in enumerate(self.leaves) if leaf.length])
        for group in self.groups:
            self.numeric |= group.mask
        self._base = [
            mask_of([at for at, weight in enumerate(weights) if (_DEEPEST - weight) >> bit & 1])
            for bit in range(DEPTH_BITS)
        ]
        self._prepare()

    def _prepare(self) -> None:
        """Turn long lists of places into bit sets now, so that no check waits for it."""
        self._sorted = sorted({w for w in (*self._own, *self._near) if len(w) >= COGNATE and w[0].isalpha()})
        for kind, table in (
            ("own", self._own),
            ("near", self._near),
            ("per", self._per),
            ("item", self._items),
        ):
            for word, places in table.items():
                if len(places) >= _LONG_LIST:
                    self._mask(kind, table, word)
        for word in self._qualified:
            self.qualified(word)
        for tail, places in self._tails.items():
            if len(places) >= _LONG_LIST:
                self._tail_mask(tail)

    def _add_text(self, leaf: Leaf) -> None:
        value = str(leaf.value)
        if len(value) <= _LONGEST_NAME and (numbers := number_tokens(value)) and is_name(value, leaf.path):
            spoken = leaf.echo and not is_identifier(value)
            (self.echoed_names if spoken else self.names).add(folded(value).casefold())
            self.name_numbers |= numbers
            self.spaced_names |= numbers if " " in value else set()
        if not leaf.echo:
            self.strings.setdefault(folded(str(leaf.value)), leaf)
            self.texts.append(leaf)

    def _post(self, words: Words, at: int) -> None:
        for word in words.own:
            self._own.setdefault(word, []).append(at)
        for word in words.near:
            self._near.setdefault(word, []).append(at)
        for word in words.qualifiers:
            self._qualified.setdefault(word, []).append(at)
        for word in words.per - words.near:
            self._per.setdefault(word, []).append(at)
        for word in words.items:
            self._items.setdefault(word, []).append(at)
        tail = self._tails.get(words.tail)
        if tail is None:
            tail = self._tails[words.tail] = []
            for word in words.tail[0] if words.tail else ():
                self._tails_with.setdefault(word, []).append(words.tail)
        tail.append(at)

    def place(self, path: str) -> int | None:
        """Return the place of the figure at a path, or None."""
        if not self._places and self.leaves:
            self._places = {leaf.path: at for at, leaf in enumerate(self.leaves)}
        return self._places.get(path)

    # ---- sets of leaves

    def own(self, word: str) -> int:
        """Return the leaves whose path has a word."""
        return self._mask("own", self._own, word)

    def near(self, word: str) -> int:
        """Return the leaves with a word beside them."""
        return self._mask("near", self._near, word) | self._mask("per", self._per, word)

    def item(self, word: str) -> int:
        """Return the lists whose items have a word."""
        return self._mask("item", self._items, word)

    def covered(self, told: frozenset[str]) -> int:
        """Return the leaves whose last telling key is named in full by a set of words and concepts."""
        found = 0
        for tail in {tail for word in told for tail in self._tails_with.get(word, ())}:
            if all(told & part for part in tail):
                found |= self._tail_mask(tail)
        return found

    def _tail_mask(self, tail: Tail) -> int:
        """Return the leaves of a last key, none where it is only the name of an entry."""
        found = self._tail_masks.get(tail)
        if found is None:
            named = all(self._names(part) for part in tail)
            found = 0 if named else mask_of(self._tails[tail])
            if len(self._tails[tail]) >= _LONG_LIST or len(self._tail_masks) < _MOST_KEPT:
                self._tail_masks[tail] = found
        return found

    def _names(self, part: frozenset[str]) -> bool:
        """Tell whether a word of a key is the name of an entry elsewhere, rather than of a measure."""
        return any(word in self._near for word in part if not word.startswith("~"))

    def qualified(self, word: str) -> int:
        """Return the leaves whose path says threshold, target, level and the like."""
        return self._mask("qualified", self._qualified, word)

    def all_qualified(self) -> int:
        """Return the leaves whose path qualifies the value at all."""
        return reduce(or_, (self.qualified(word) for word in self._qualified), 0)

    @property
    def qualifiers(self) -> Iterable[str]:
        """The qualifiers that stand in any path here."""
        return self._qualified.keys()

    def _mask(self, kind: str, table: dict[str, list[int]], word: str) -> int:
        places = table.get(word)
        if places is None:
            return 0
        found = self._masks.get((kind, word))
        if found is None:
            found = mask_of(places)
            if len(places) >= _LONG_LIST or len(self._masks) < _MOST_KEPT:
                self._masks[kind, word] = found
        return found

    def base_planes(self) -> list[int]:
        """Return planes that hold how high each leaf stands."""
        return list(self._base)

    def cognates(self, word: str) -> list[str]:
        """Return the words here that a foreign word resembles: `positivo` and `positive` share a beginning."""
        if len(word) < COGNATE or word in self._own or word in self._near:
            return []
        start = word[:COGNATE]
        found: list[str] = []
        for at in range(bisect_left(self._sorted, start), len(self._sorted)):
            other = self._sorted[at]
            if not other.startswith(start) or len(found) >= 4:
                break
            if abs(len(other) - len(word)) <= 3:
                found.append(other)
        return found

    # ---- looking up

    def matching(self, shown: Decimal, quantum: Decimal, unit: Unit | None, *, exact: bool) -> int:
        """Return the leaves that hold a figure at the precision shown and in a unit that fits."""
        found = 0
        for group in self.groups:
            if fits(unit, group.unit):
                found |= self._within(group, shown, quantum, unit, exact=exact)
        return found

    def _within(
        self, group: Group, shown: Decimal, quantum: Decimal, unit: Unit | None, *, exact: bool
    ) -> int:
        if not shown.is_finite():
            return 0
        margin = Decimal(0) if exact else quantum
        low, high = (in_unit(v, unit, group.unit) for v in (shown - margin, shown + margin))
        return mask_of(
            place
            for value, place in group.around(low, high)
            if rounds_to(in_unit(value, group.unit, unit), shown, quantum, exact=exact)
        )

    def matching_in_any_unit(self, shown: Decimal, quantum: Decimal, *, exact: bool) -> int:
        """Return the leaves that hold the bare figure, whatever its unit."""
        found = 0
        for group in self.groups:
            found |= self._within(group, shown, quantum, None, exact=exact) if shown.is_finite() else 0
        return found

    def naming(self) -> int:
        """Return the dates that only name an entry of a list: the `month` of a row of figures."""
        return mask_of(
            at
            for at in self.dates
            if "/" in self.leaves[at].path
            and self.leaves[at].path.rsplit("/", 2)[-2].isdigit()
            and self.leaves[at].path.rpartition("/")[2].casefold() in _NAMING_DATES
        )

    def counts(self) -> int:
        """Return the figures without a unit of measurement."""
        return reduce(or_, (g.mask for g in self.groups if g.unit is None or g.unit.is_count), 0)

    def matching_moment(self, told: Moment) -> int:
        """Return the leaves that hold a date or time, or a finer one."""
        return mask_of(at for at in self.dates if agrees(told, self.figures[at]))  # type: ignore[arg-type]

    def comparable(self, unit: Unit | None) -> int:
        """Return the numeric leaves whose unit fits."""
        found = 0
        for group in self.groups:
            if fits(unit, group.unit):
                found |= group.mask
        return found
