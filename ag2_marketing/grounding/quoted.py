"""Quoted matter: what a fetched page says may be reported only as what it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ag2_marketing.grounding.claims import Claim
from ag2_marketing.grounding.index import EvidenceIndex
from ag2_marketing.grounding.lexicon import Lexicon
from ag2_marketing.grounding.number import Number
from ag2_marketing.grounding.scanner import numbers_in
from ag2_marketing.grounding.words import tokenise

_LONGEST = 20000


def quoted_support(claim: Claim, known: Sequence[EvidenceIndex], language: Lexicon) -> bool:
    """Tell whether a sentence that says `the page says …` reports a number which stands in such text."""
    if not claim.says:
        return False
    words = {term.lemmas[0] for term in claim.clause.local() if len(term.lemmas) == 1}
    for index in known:
        for leaf in index.texts:
            text = str(leaf.value)
            if len(text) > _LONGEST or not re.search(r"[^\W\d_]{2,}", text):
                continue
            if _same_number(claim.number, text, language) and _shares_a_word(words, text, language):
                return True
    return False


def _same_number(number: Number, text: str, language: Lexicon) -> bool:
    return any(
        (set(number.values) & set(other.values) and number.unit == other.unit and bool(number.values))
        or bool(set(number.moments) & set(other.moments))
        for other in _numbers_of(text, language.code)
    )


@lru_cache(maxsize=256)
def _numbers_of(text: str, code: str) -> tuple[Number, ...]:
    from ag2_marketing.grounding.lexicon import lexicon

    return tuple(numbers_in(text, lexicon(code)))


def _shares_a_word(words: set[str], text: str, language: Lexicon) -> bool:
    held = {token.lemma for token in tokenise(text)} - language.stop
    return bool(words & held)
