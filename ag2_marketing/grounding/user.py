"""The person's own figures: each number of a message, named by the words around it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from ag2_marketing.grounding.clauses import clauses_of
from ag2_marketing.grounding.dates import Moment
from ag2_marketing.grounding.leaves import Leaf, Words
from ag2_marketing.grounding.lexicon import detect, lexicon, supported_languages
from ag2_marketing.grounding.message import Message
from ag2_marketing.grounding.terms import LOCAL

if TYPE_CHECKING:
    from ag2_marketing.grounding.evidence import Evidence


def user_leaves(entry: Evidence) -> Iterator[tuple[Leaf, Words, Decimal | Moment | None]]:
    """Yield the numbers of a person's message as leaves."""
    told = detect(entry.text)
    language = lexicon(told if told in supported_languages() else "en")
    message = Message.of(entry.text, language)
    count = 0
    for sentence, numbers in message.by_sentence():
        clauses = clauses_of(message.words, sentence, numbers, language)
        for number in numbers:
            own: set[str] = set()
            near: set[str] = set()
            for term, weight in clauses[number.start].terms:
                named = {*(term.lemmas if len(term.lemmas) == 1 else ()), *(f"~{c}" for c in term.concepts)}
                (own if weight == LOCAL else near).update(named)
            words = Words(frozenset(own), frozenset(near - own), frozenset(), 0, 1, (frozenset({"~"}),))
            unit = number.unit.name if number.unit is not None and not number.unit.is_count else None
            figures: tuple[Decimal | Moment, ...] = (*number.values, *number.moments)
            for figure in figures:
                start, end = message.reading.span(number.start, number.end)
                value = entry.text[start:end]
                yield Leaf(value, unit, entry.id, f"numbers/{count}"), words, figure
                count += 1
            for part in number.parts:
                yield Leaf(str(part.values[0]), None, entry.id, f"numbers/{count}"), words, part.values[0]
                count += 1
