"""Which terms are names: of a company, a person, a place.

Where a language writes only names with capitals, a term is a name on a page whose running text writes all of its
content words with a capital even within sentences. In German, which writes every noun so, and for terms that stand
in headings alone, only the names that the page states of itself count: the site's, the host's, its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.content.subject import place
from ag2_marketing_tools.text.lexicon import lexicon
from ag2_marketing_tools.text.terms import Phrase
from ag2_marketing_tools.text.words import tokenise

_CAPITALS_ARE_NAMES = frozenset({"en", "fr", "es", "it", "nl", "pt", "sv", "da", "pl"})
_FEWEST_LETTERS = 3


@dataclass(frozen=True)
class Names:
    """The names of one page."""

    profile: PageProfile

    def holds(self, term: str) -> bool:
        """Tell whether the page writes a term as a name."""
        key = self.profile.index.key(term)
        if not key:
            return False
        if self._is_of_the_site(term, key) or self._is_always_capitalised(key):
            return True
        after = self._after_function_word(term)
        return bool(after) and self._is_always_capitalised(after)

    def _after_function_word(self, term: str) -> tuple[str, ...]:
        """Return what follows the last function word of a term: Oakridge of `care in Oakridge`."""
        known, index = lexicon(self.profile.code), self.profile.index
        words = tokenise(term, index.language)
        stops = known.function_words if known else frozenset()
        at = max((n for n, word in enumerate(words) if word.casefold() in stops), default=len(words))
        return index.stems(words[at + 1 :])

    def _is_of_the_site(self, term: str, key: tuple[str, ...]) -> bool:
        if not self._stated.isdisjoint(key):
            return True
        letters = _letters(term)
        is_in_host = len(letters) >= _FEWEST_LETTERS and letters in self._host
        return is_in_host and not any(self._is_common(stem) for stem in key)

    @cached_property
    def _stated(self) -> frozenset[str]:
        """The stems of the site's name and place that are no common words of its text."""
        index, known = self.profile.index, lexicon(self.profile.code)
        stops = known.function_words if known else frozenset()
        names = (self.profile.site_name, place(self.profile.page))
        words = {
            word for name in names if name for word in tokenise(name, index.language) if word not in stops
        }
        return frozenset(stem for stem in index.stems(sorted(words)) if not self._is_common(stem))

    def _is_common(self, stem: str) -> bool:
        """Tell whether a word of the site's name stands in small letters in the text: `care`, `home`."""
        phrases = self._by_stem.get(stem, ())
        return any(
            word.islower()
            for phrase in phrases
            for word, found in zip(phrase.words, phrase.stems, strict=True)
            if found == stem
        )

    @cached_property
    def _host(self) -> str:
        host = (urlsplit(self.profile.page.url).hostname or "").removeprefix("www.")
        return _letters(host.rpartition(".")[0])

    @cached_property
    def _by_stem(self) -> dict[str, list[Phrase]]:
        found: dict[str, list[Phrase]] = {}
        for phrase in self.profile.index.phrases:
            if phrase.place == "body":
                for stem in set(phrase.stems):
                    found.setdefault(stem, []).append(phrase)
        return found

    def _is_always_capitalised(self, key: tuple[str, ...]) -> bool:
        if self.profile.code not in _CAPITALS_ARE_NAMES:
            return False
        within = [words for phrase in self._by_stem.get(key[0], ()) for words in _within(phrase, key)]
        return bool(within) and all(self._is_capitalised(words) for words in within)

    def _is_capitalised(self, words: tuple[str, ...]) -> bool:
        known = lexicon(self.profile.code)
        stops = known.function_words if known else frozenset()
        content = [word for word in words if word.casefold() not in stops]
        return bool(content) and all(word[:1].isupper() and not _is_abbreviation(word) for word in content)


def _within(phrase: Phrase, key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the term as written within a phrase that goes on in small letters, never at its start."""
    size = len(key)
    for at in range(1, len(phrase.stems) - size + 1):
        around = (*phrase.words[:at], *phrase.words[at + size :])
        if phrase.stems[at : at + size] == key and any(
            word.islower() and len(word) > _FEWEST_LETTERS for word in around
        ):
            yield phrase.words[at : at + size]


def _is_abbreviation(word: str) -> bool:
    return word.isupper() and len(word) > 1


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
