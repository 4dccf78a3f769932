"""Documents that are made to take minutes or gigabytes: known before they are parsed.

The parser's time grows with the square of how deep elements nest and of how many attributes one has, and formatting
elements that were left open are repeated in each paragraph after them: 30 kB can make a tree of 2 GB. Quotes,
comments and scripts can hide markup from any pattern, so start tags are counted wherever one may begin; where that
does not prove a document harmless, its beginning is parsed first, in growing parts that can add only so much.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from operator import itemgetter

MOST_COMPARISONS = 100_000_000
"""The parser compares each attribute of an element with the different ones before it (about 6 ns each)."""
MOST_PARTS = 50
_STARTS_AT_ONCE = (10_000, 5_000, 2_500, 1_200, 600, 300, 150)  # the first take 0.3 s at worst, all nested
_ELEMENTS_AT_ONCE = 300_000  # elements that repeated formatting may make of one part: 0.3 s, 130 MB
_ORDINARY = 200  # attributes of one element; what may have more is looked at more closely

# HTML standard, 13.2.5.8 and 13.2.5.32 to 13.2.5.40. `{0}` is left out of names and values. Possessive throughout,
# so that it takes linear time.
_S = r" \t\n\f\r"
_ATTRIBUTE = (
    rf"(?>[{_S}/]*+(=[^{_S}/>={{0}}]*+|[^{_S}/>={{0}}]++)"
    rf"(?:[{_S}]*+=[{_S}]*+(?:\"[^\"{{0}}]*+\"|'[^'{{0}}]*+'|(?=>)|[^{_S}>\"'{{0}}][^{_S}>{{0}}]*+)|(?![{_S}]*+=)))"
)
_PLAIN = _ATTRIBUTE.replace("{0}", "<").replace("(=", "(?:=", 1)
_ANY = _ATTRIBUTE.replace("{0}", "")
# Not the rest of a start tag as nearly all are written; its values are passed over, whatever they hold.
_NOT_USUAL = rf"(?![a-zA-Z0-9]*+(?:[{_S}]++[a-zA-Z:-]++(?:=\"[^\"]*+\")?+){{0,{_ORDINARY}}}+[{_S}]*+/?>)"
# A start tag that does not end after a few attributes without `<`; it holds no other start tag, so none is missed.
_UNUSUAL_TAG = re.compile(rf"<[a-zA-Z]{_NOT_USUAL}[^{_S}/><]*+{_PLAIN}{{0,{_ORDINARY}}}+(?![{_S}/]*+>)")
_TAG_NAME = re.compile(rf"<[a-zA-Z][^{_S}/>]*+")
_ONE_ATTRIBUTE = re.compile(_ANY)
_END_OF_TAG = re.compile(rf"[{_S}/]*+>")

_START = re.compile("<[a-zA-Z]")
_STARTS_FORMATTING = re.compile(
    r"<(?=[bcefinstu])(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/>]", re.IGNORECASE
)
_ATTRIBUTES = r"(?:\s+[\w-]+=(?:\"[^\"<>]*+\"|'[^'<>]*+'))*+\s*+"
_FORMATTING = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])"
    rf"(?P<plain>{_ATTRIBUTES}>)?+(?P<closed>(?:[^<]++|</?(?:a|span|img|br){_ATTRIBUTES}/?>)*+</\1>)?+",
    re.IGNORECASE,
)


def has_many_attributes(text: str) -> bool:
    """Tell whether elements may have more attributes than can be parsed in time."""
    if (
        len(text) / 4
    ) ** 2 < MOST_COMPARISONS:  # ten thousand different ones take four characters each at least
        return False
    following: dict[int, tuple[int, int]] = {}
    largest: dict[int, int] = {}  # by the end of a tag: what may begin in several places ends once
    comparisons = 0
    for unusual in _UNUSUAL_TAG.finditer(text):
        name = _TAG_NAME.match(text, unusual.start())
        begin = name.end() if name else unusual.end()
        attributes, end = _attributes_from(begin, text, following)
        if attributes > max(_ORDINARY, largest.get(end, 0)):
            largest[end] = attributes
            different = {one[1].lower() for one in _ONE_ATTRIBUTE.finditer(text, begin, end)}
            comparisons += attributes * len(different)
            if comparisons > MOST_COMPARISONS:
                return True
    return False


def _attributes_from(at: int, text: str, following: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Return how many attributes follow in a tag, and where it ends; none where it does not end.

    Args:
        at: Where an attribute may begin.
        text: The document.
        following: What is known of such places; it grows, so that each is looked at once.
    """
    passed: list[int] = []
    while at not in following:
        attribute = _ONE_ATTRIBUTE.match(text, at)
        if attribute is None:
            following[at] = (0, at if _END_OF_TAG.match(text, at) else -1)
            break
        passed.append(at)
        at = attribute.end()
    attributes, end = following[at]
    for count, place in enumerate(reversed(passed), attributes + 1):
        following[place] = (count if end >= 0 else 0, end)
    return following[passed[0]] if passed else (attributes, end)


class Growth:
    """How far a document may be parsed at once, so that what comes out of it stays in bounds."""

    def __init__(self, text: str) -> None:
        self._end = len(text)
        most = text.count("<") - text.count("</")
        # At worst half of the start tags are formatting left open, which each of the others repeats
        formatting = len(_STARTS_FORMATTING.findall(text)) if most**2 // 4 > _ELEMENTS_AT_ONCE else 0
        self._harmless = most <= _STARTS_AT_ONCE[0] and most * (1 + formatting) <= _ELEMENTS_AT_ONCE
        self._starts = [] if self._harmless else [start.start() for start in _START.finditer(text)]
        self._left_open = [] if self._harmless else list(_left_open(text))

    @property
    def endless(self) -> bool:
        """Whether its start tags are more than all parts together may have."""
        return len(self._starts) > MOST_PARTS * _STARTS_AT_ONCE[0]

    def next(self, at: int, depth: int) -> int:
        """Return where the next part ends.

        Args:
            at: How far the document was parsed.
            depth: How deep the tree of that is; no more formatting elements can wait to be repeated.
        """
        if self._harmless:
            return self._end
        first = bisect_left(self._starts, at)
        for most in _STARTS_AT_ONCE:
            starts = min(most, len(self._starts) - first)
            end = self._starts[first + starts] if first + starts < len(self._starts) else self._end
            if starts * (1 + depth + 3 * self._opened(at, end)) <= _ELEMENTS_AT_ONCE:
                break
        return end

    def _opened(self, at: int, end: int) -> int:
        """Return how many different formatting elements a part may leave open; of equal ones, three are repeated."""
        first, last = (bisect_left(self._left_open, place, key=itemgetter(0)) for place in (at, end))
        return len({tag for _, tag in self._left_open[first:last]})


def _left_open(text: str) -> Iterator[tuple[int, str]]:
    """Return formatting elements that may be left open; of `<a>`, one at most is repeated, so it is left out."""
    for tag in _FORMATTING.finditer(text):
        if tag["plain"] is None:
            yield tag.start(), str(tag.start())  # what ends where in it is uncertain
        elif tag["closed"] is None:
            yield tag.start(), tag[0].lower()
