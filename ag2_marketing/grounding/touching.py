"""What touches a reference: digits, signs, scales and units would change the value that is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ag2_marketing.grounding.leaves import Leaf
from ag2_marketing.grounding.lexicon import Lexicon, lexicon
from ag2_marketing.grounding.measures import unit_after as unit_following
from ag2_marketing.grounding.message import BLANK, Message
from ag2_marketing.grounding.values import held_unit

_HINT = (
    "Nothing may stand against a reference that changes its value: it is rendered with sign, scale and unit."
)


@lru_cache(maxsize=8)
def _after(code: str) -> re.Pattern[str]:
    scales = "|".join(re.escape(s) for s in sorted(lexicon(code).scales, key=len, reverse=True))
    return re.compile(
        rf"(?P<digit>[.,]?\d[\d.,]*)|(?P<scale>[ \t]?-?(?:{scales})(?![^\W_]))"
        rf"|(?P<power>\s?(?:[eE][+-]?\d|\^|[×x*·/⁄+]\s?\d)[\d.,]*)"
        rf"|(?P<letters>[^\W\d_]+)|(?P<times>\s?(?:times|fold|-fold|mal|fois|veces)\b)|(?P<ref>(?:{BLANK}))"
    )


_BEFORE = re.compile(
    r"(?P<digit>[\d][\d.,]*$|\d[.,]$)|(?P<sign>(?<![\w)\]%\ue000])[-+±−]$|(?:\bminus|\bplus)\s$|(?<=[\w\ue000])[-+]$)|(?P<money>[$€£¥]\s?$)|(?P<letters>[^\W_]$)|(?P<times>\d\s?[×x*·/]\s?$)"
)
_BULLET = re.compile(r"(?:^|\n)[ \t>]*[-+]\s$")


def violations(message: Message) -> Iterator[tuple[int, int, str]]:
    """Yield `(start, end, hint)` of whatever touches a reference."""
    text, places = message.masked, {(r.start, r.end) for r in message.references}
    starts = {start for start, _ in places}
    for start, end in sorted(places):
        after = _after(message.language.code).match(text, end)
        if after and not (after.lastgroup == "ref" and end not in starts):
            yield end, after.end(), _HINT
        before = _before(text, start)
        if before is not None:
            yield before, start, _HINT


def _before(text: str, start: int) -> int | None:
    head = text[max(0, start - 24) : start]
    match = _BEFORE.search(head)
    if match is None or _BULLET.search(head):
        return None
    if match.lastgroup == "sign" and head[: match.start()].endswith(BLANK):
        return None  # `[[E1/low]]-[[E1/high]]` is a range
    return start - len(head) + match.start()


def unit_after(message: Message, end: int, leaf: Leaf) -> int | None:
    """Return where a unit ends that follows a reference and is not the value's own, or None."""
    found = unit_following(message.masked, end, message.language.code)
    held = held_unit(leaf.unit) if leaf.unit else None
    if found is None or (held is not None and found[0].dimension == held.dimension):
        return None
    return found[1]


def broken_references(message: Message) -> Iterator[tuple[int, int]]:
    """Yield the double brackets that belong to no reference."""
    for match in re.finditer(r"\[\[(?=\s*[EU]?\d)|\[\[[EU]\d+[^\n\]]{0,80}", message.masked):
        yield match.start(), match.end()


def language_of(message: Message) -> Lexicon:
    """Return the lexicon that a message was read with."""
    return message.language
