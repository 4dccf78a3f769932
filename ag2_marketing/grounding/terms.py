"""The telling words and phrases of a text."""

from __future__ import annotations

import re
from typing import NamedTuple

from ag2_marketing.grounding.lexicon import Lexicon
from ag2_marketing.grounding.segments import is_stop
from ag2_marketing.grounding.words import phrases_in, tokenise

# How much a word counts: in the number's own clause, in a clause without numbers beside it. Words elsewhere in the
# sentence have a negative weight, the nearer the larger: they decide only between values that fit alike. Words of
# headings and lead-ins come after those.
HEAD, LOCAL, BESIDE, OVER = 5, 4, 2, 0
# Standing at an end of a range says more than any word.
ROLE = 2 * LOCAL
_DOTTED = re.compile(r"[^\W\d][./][^\W\d]")


_ADDRESS = re.compile(
    r"[^\s,;()\[\]\"'“”„«»|\ue000]+[./][^\s,;()\[\]\"'“”„«»|\ue000]*[^\s.,:;!?()\[\]\"'“”„«»|\ue000]"
)


class Term(NamedTuple):
    """A word or phrase: its lemmas, the concepts that it names, and whether some of its words are stop words."""

    start: int
    end: int
    lemmas: tuple[str, ...]
    concepts: tuple[str, ...]
    stopped: bool = False


def terms_in(text: str, start: int, end: int, language: Lexicon) -> list[Term]:
    """Return the telling words and phrases of a slice, without stop words."""
    tokens = tokenise(text[start:end], start)
    lemmas = [token.lemma for token in tokens]
    stops = [is_stop(token, text, start, language) for token in tokens]
    named: dict[tuple[int, int], set[str]] = {}
    for first, last, concept in phrases_in(lemmas):
        if last - first > 1 or not stops[first]:
            named.setdefault((first, last), set()).add(concept)
    terms = [
        Term(
            token.start,
            token.end,
            (token.lemma,),
            tuple(sorted(named[at, at + 1])) if (at, at + 1) in named else (),
        )
        for at, token in enumerate(tokens)
        if not stops[at]
    ]
    for (first, last), concepts in named.items():
        if last - first > 1:
            single = set().union(*(named.get((at, at + 1), set()) for at in range(first, last)))
            if told := concepts - single:  # `a day` says no more than `day`
                phrase, stopped = tuple(lemmas[first:last]), any(stops[first:last])
                terms.append(
                    Term(tokens[first].start, tokens[last - 1].end, phrase, tuple(sorted(told)), stopped)
                )
    for match in _ADDRESS.finditer(text, start, end) if _DOTTED.search(text, start, end) else ():
        terms.append(Term(match.start(), match.end(), (f"={match.group().casefold()}",), ()))
    places = language.places
    for token in tokens:
        if (place := places.get(token.text.casefold())) is not None:
            terms.append(Term(token.start, token.end, (place,), ()))
    return terms
