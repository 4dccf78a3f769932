"""Word forms folded to a stem (Snowball, Porter 2001), so that `caregiver` and `caregivers` count as one."""

from __future__ import annotations

import unicodedata

import Stemmer as Snowball  # type: ignore[import-not-found]

from ag2_marketing_tools.text.lexicon import lexicon

_POSSESSIVE = ("'s", "’s")


class Stemmer:
    """One language's stemmer with a memory; a language without one folds case only.

    It keeps state while it works, so each analysis makes its own: not shared between threads. The stemmers are
    the C library's: the same in Python take a third of an audit's time.
    """

    def __init__(self, language: str | None) -> None:
        known = lexicon(language)
        self._stem = Snowball.Stemmer(known.stemmer).stemWord if known else None
        self._memory: dict[str, str] = {}

    def __call__(self, word: str) -> str:
        """Return the stem of a word, in lower case.

        >>> english = Stemmer("en")
        >>> english("Caregivers") == english("caregiver")
        True
        """
        stem = self._memory.get(word)
        if stem is None:
            folded = (word if word.isascii() else unicodedata.normalize("NFKC", word)).casefold()
            for ending in _POSSESSIVE:
                folded = folded.removesuffix(ending)
            stem = self._stem(folded) if self._stem else folded
            self._memory[word] = stem
        return stem
