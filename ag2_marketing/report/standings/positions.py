"""The five positions, and what else may stand in a place: each has a class, a sign and a word, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ag2_marketing_tools.messages import say

SIGNS: Final = {
    "leading": "▲",
    "competitive": "●",
    "lagging": "▼",
    "inconclusive": "◌",
    "unmeasured": "–",
    "withheld": "×",
}
ORDER: Final = tuple(SIGNS)


@dataclass(frozen=True)
class Mark:
    """How a position shows: the class that colours it, its sign, its word."""

    kind: str
    sign: str
    word: str


def mark_of(position: str) -> Mark:
    """Return how a position shows."""
    words = {
        "leading": say("leading"),
        "competitive": say("competitive"),
        "lagging": say("lagging"),
        "inconclusive": say("inconclusive"),
        "unmeasured": say("not measured"),
        "withheld": say("withheld"),
    }
    return Mark(position, SIGNS[position], words[position])


def explained() -> list[tuple[Mark, str]]:
    """Return each mark with what it means, for a legend."""
    meanings = {
        "leading": say("at the leaders' level or beyond"),
        "competitive": say("between the average and the leaders"),
        "lagging": say("below the average"),
        "inconclusive": say("the figure's error does not allow to say"),
        "unmeasured": say("there is no figure"),
        "withheld": say("of too few people to be told"),
    }
    return [(mark_of(position), meanings[position]) for position in ORDER]
