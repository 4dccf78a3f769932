"""Word forms folded to a stem (Snowball, Porter 2001), so that `caregiver` and `caregivers` count as one."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

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
        self._memory = _Memory(Snowball.Stemmer(known.stemmer).stemWord if known else None)

    def __call__(self, word: str) -> str:
        """Return the stem of a word, in lower case.

        >>> english = Stemmer("en")
        >>> english("Caregivers") == english("caregiver")
        True
        """
        return self._memory[word]

    def all(self, words: Iterable[str]) -> tuple[str, ...]:
        """Return the stems of words, in their order."""
        return tuple(map(self._memory.__getitem__, words))


class _Memory(dict[str, str]):
    """Stems by word, each found when it is asked for first."""

    def __init__(self, stem: Callable[[str], str] | None) -> None:
        super().__init__()
        self._stem = stem

    def __missing__(self, word: str) -> str:
        folded = (word if word.isascii() else unicodedata.normalize("NFKC", word)).casefold()
        for ending in _POSSESSIVE:
            folded = folded.removesuffix(ending)
        stem = self[word] = self._stem(folded) if self._stem else folded
        return stem
