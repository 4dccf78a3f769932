"""What a text is about, from the text alone: no corpus, no vendor, no search volume.

A keyword is a term of one to three words that neither begins nor ends with a function word. Its score lies
between 0 and 1:

    score(t) = L(t) * sum over places p with t of w(p) * (0.5 + 0.5 * tf(t, p) / max tf(p))
                    / sum over all places of w(p)

- `tf(t, p)` counts the *distinct* phrases of the place that hold the term, so repeating text changes no
  ranking; `max tf(p)` is that of the place's most frequent single word. The bracket is the augmented
  normalised term frequency of Salton and Buckley (1988), Term-weighting approaches in automatic text
  retrieval, Information Processing & Management 24(5).
- `w(p)` weighs the place, as in Robertson, Zaragoza and Taylor (2004), Simple BM25 extension to multiple
  weighted fields, CIKM.
- `L(t) = log2(1 + content words) / 2` prefers phrases, after the C-value of Frantzi, Ananiadou and Mima
  (2000), Automatic recognition of multi-word terms, International Journal on Digital Libraries 3(2), whose
  `log2` of the length is shifted by one here so that single words count too. From the same source: a term
  that hardly stands outside a longer one gives way to it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.text.lexicon import lexicon
from ag2_marketing_tools.text.terms import Block, Phrase, TermIndex
from ag2_marketing_tools.text.words import UNSPACED_LETTER
from ag2_marketing_tools.tool import Result

__all__ = ["Block", "Keyword", "extract_keywords", "rank_terms"]

_MOST_WORDS = 3
_LONGEST_WORD = 40  # characters; what is longer is an address, a hash or a line without spaces
_SHORTEST_UNKNOWN = 4  # in a language without a list, shorter words are taken for function words
_ABSORBED_SHARE = 0.75
_LONGEST_PHRASE = 1_000_000_000  # words

Key = tuple[str, ...]


class Keyword(Result):
    """A term that the text is about."""

    term: Annotated[str, untrusted()] = Field(description="The most frequent form as written.")
    score: Annotated[float, unit("score")] = Field(description="0 to 1, from this text alone.")
    uses: Annotated[int, unit("use")] = Field(description="How often it stands in the text, in any form.")
    places: list[str] = Field(description="Where it stands, weightiest place first.")


@dataclass(slots=True)
class _Candidate:
    content_words: int
    numbers: list[int]  # where it stands: the number of a phrase, and in it that of the first word
    distinct: tuple[tuple[str, int], ...]  # how many phrases of each place hold it


def extract_keywords(
    blocks: Sequence[Block], *, language: str | None, limit: int = 20, names: Sequence[str] = ()
) -> list[Keyword]:
    """Return the text's keywords, best first; equal inputs give equal lists.

    Args:
        blocks: The text by place, each with its weight.
        language: A code such as `en`; without a word list for it, short words count as function words.
        limit: Most keywords to return.
        names: Names of companies or sites, whose words count only where they stand outside the name. A name
            of one word is struck only where it stands alone, for it may be the subject too.
    """
    return rank_terms(TermIndex(blocks, language), limit=limit, names=names)


def rank_terms(index: TermIndex, *, limit: int = 20, names: Sequence[str] = ()) -> list[Keyword]:
    """Return the keywords of a text that is indexed already; see `extract_keywords`."""
    phrases, candidates = _collect(index, {index.key(name) for name in names} - {()})
    singles: Counter[str] = Counter()
    for key, candidate in candidates.items():
        if len(key) == 1:
            for place, frequency in candidate.distinct:
                singles[place] = max(singles[place], frequency)
    score = cache(lambda words, places: _score(words, places, singles, index.weights))  # most are alike
    ranked = [
        (-score(one.content_words, one.distinct), -sum(count for _, count in one.distinct), key)
        for key, one in _without_nested(candidates).items()
    ]
    best = _first(ranked, lambda key: _form(key, candidates[key], phrases), max(0, limit))
    return [
        _keyword(form, -reached, _uses(candidates[key], phrases), index.weights)
        for reached, _, form, key in best
    ]


def _keyword(term: str, score: float, uses: Counter[str], weights: dict[str, float]) -> Keyword:
    places = sorted(uses, key=lambda place: (-weights[place], place))
    return Keyword(term=term, score=score, uses=uses.total(), places=places)


def _first(
    ranked: list[tuple[float, int, Key]], form: Callable[[Key], str], limit: int
) -> list[tuple[float, int, str, Key]]:
    """Return the best, equal ones by their form, which is looked for in those alone that may be among them."""
    ranked.sort()
    last = ranked[limit - 1][:2] if 0 < limit <= len(ranked) else (0.0, 0)
    near = [one for one in ranked if one[:2] <= last] if limit else []
    return sorted((score, count, form(key), key) for score, count, key in near)[:limit]


def _collect(index: TermIndex, names: set[Key]) -> tuple[list[Phrase], dict[Key, _Candidate]]:
    stops = _StopWords(index.language)
    phrases = [part for whole in index.phrases for part in _outside(whole, names)]
    lightest = min(index.weights.values(), default=0.0)
    heavy = {place for place, weight in index.weights.items() if weight > lightest}
    stands = Counter(chain.from_iterable(phrase.stems for phrase in phrases))
    # Where each stands, as plain numbers: thousands of objects would cost time
    found: defaultdict[Key, list[int]] = defaultdict(list)
    for number, phrase in enumerate(phrases):
        stems, before = phrase.stems, number * _LONGEST_PHRASE
        for start, end in _spans(phrase, stops, stands, whole=phrase.place in heavy):
            found[stems[start:end]].append(before + start)
    terms = {
        key: _candidate(key, numbers, phrases, stops)
        for key, numbers in found.items()
        if _is_term(len(key), numbers, phrases, heavy)
    }
    return phrases, terms


def _is_term(size: int, numbers: list[int], phrases: list[Phrase], heavy: set[str]) -> bool:
    """Tell whether it is more than words that happen to be neighbours once.

    A single word may be the subject although it stands once; a phrase must come twice in different
    company, or make up the whole of a heading.
    """
    if size == 1:
        return True
    first = phrases[numbers[0] // _LONGEST_PHRASE]
    if len(numbers) == 1:
        return len(first.stems) == size and first.place in heavy
    holding = (phrases[number // _LONGEST_PHRASE] for number in numbers)
    return any(
        phrase.stems != first.stems or (len(phrase.stems) == size and phrase.place in heavy)
        for phrase in holding
    )


def _candidate(key: Key, numbers: list[int], phrases: list[Phrase], stops: _StopWords) -> _Candidate:
    content = 1  # a word that stands alone is none of the function words
    if len(key) > 1:
        content = sum(not stops.stops(word) for word in _words_at(numbers[0], len(key), phrases))
    if len(numbers) == 1:
        return _Candidate(content, numbers, ((phrases[numbers[0] // _LONGEST_PHRASE].place, 1),))
    places = [phrases[number].place for number in {number // _LONGEST_PHRASE for number in numbers}]
    if len(set(places)) == 1:
        return _Candidate(content, numbers, ((places[0], len(places)),))
    return _Candidate(content, numbers, tuple(sorted(Counter(places).items())))


def _uses(candidate: _Candidate, phrases: list[Phrase]) -> Counter[str]:
    """Return how often it stands in each place, repeated phrases included."""
    uses: Counter[str] = Counter()
    for number in candidate.numbers:
        phrase = phrases[number // _LONGEST_PHRASE]
        uses[phrase.place] += phrase.repeats
    return uses


def _words_at(number: int, size: int, phrases: list[Phrase]) -> Key:
    phrase, at = divmod(number, _LONGEST_PHRASE)
    return phrases[phrase].words[at : at + size]


def _outside(phrase: Phrase, names: set[Key]) -> Iterator[Phrase]:
    """Return the parts of a phrase outside the names."""
    for name in sorted(names, key=lambda name: (-len(name), name)):
        if phrase.stems == name:
            return
        for at in range(len(phrase.stems) - len(name) + 1 if len(name) > 1 else 0):
            if phrase.stems[at : at + len(name)] == name:
                for part in (slice(0, at), slice(at + len(name), None)):
                    yield from _outside(_part(phrase, part), names)
                return
    if phrase.stems:
        yield phrase


def _part(phrase: Phrase, part: slice) -> Phrase:
    return phrase._replace(words=phrase.words[part], stems=phrase.stems[part])


def _spans(
    phrase: Phrase, stops: _StopWords, stands: Mapping[str, int], *, whole: bool
) -> list[tuple[int, int]]:
    """Return where the terms of a phrase begin and end.

    Of several words those alone that may come twice, because their outer ones do; and, where asked for, all of it.
    """
    words, stems = phrase.words, phrase.stems
    starts = [at for at, word in enumerate(words) if stops.may_stand_at_edge(word)]
    spans = [(at, at + 1) for at in starts]
    if len(starts) <= 1 or any(map(stops.unspaced, words)):
        return spans
    again = [at for at in starts if stands[stems[at]] > 1]
    ends = {at + 1 for at in again}
    longer = [(at, at + size) for size in range(2, _MOST_WORDS + 1) for at in again if at + size in ends]
    everything = (0, len(words))
    if whole and starts[0] == 0 and starts[-1] + 1 == len(words) <= _MOST_WORDS and everything not in longer:
        longer.append(everything)
    if longer and len(set(stems)) < len(stems):  # seldom
        longer = [(start, end) for start, end in longer if len(set(stems[start:end])) == end - start]
    return spans + longer


class _StopWords:
    """Which words carry no subject in this language; each word is looked at once."""

    def __init__(self, language: str | None) -> None:
        known = lexicon(language)
        self._words = known.stop_words if known else None
        self.unspaced = cache(lambda word: UNSPACED_LETTER.match(word) is not None)
        self.stops = cache(self._stops)
        self.may_stand_at_edge = cache(self._may_stand_at_edge)

    def _stops(self, word: str) -> bool:
        folded = word.replace("’", "'").casefold()
        if not word.isascii() and self.unspaced(word):
            return _is_hiragana(word)  # particles and endings
        if self._words is None:
            return len(folded) < _SHORTEST_UNKNOWN and not word.isupper()
        return folded in self._words

    def _may_stand_at_edge(self, word: str) -> bool:
        letters = word.isalpha() or any(character.isalpha() for character in word)
        return letters and 2 <= len(word) <= _LONGEST_WORD and not self.stops(word)


def _is_hiragana(word: str) -> bool:
    return all("\u3041" <= character <= "\u309f" for character in word)


def _without_nested(candidates: dict[Key, _Candidate]) -> dict[Key, _Candidate]:
    """Leave out each term that hardly stands outside one longer term."""
    longest_holder: dict[Key, int] = {}
    for key, candidate in candidates.items():
        for size in range(1, len(key)):
            for start in range(len(key) - size + 1):
                part = key[start : start + size]
                longest_holder[part] = max(longest_holder.get(part, 0), len(candidate.numbers))
    return {
        key: candidate
        for key, candidate in candidates.items()
        if longest_holder.get(key, 0) < _ABSORBED_SHARE * len(candidate.numbers)
    }


def _score(
    content_words: int, places: Iterable[tuple[str, int]], singles: Counter[str], weights: dict[str, float]
) -> float:
    weighted = math.fsum(
        weights[place] * (0.5 + 0.5 * min(1.0, frequency / max(1, singles[place])))
        for place, frequency in places
    )
    length = math.log2(1 + content_words) / math.log2(1 + _MOST_WORDS)
    return round(length * weighted / math.fsum(weights.values()), 4)


def _written(words: Sequence[str]) -> str:
    text = " ".join(words)
    for ending in ("'s", "’s"):
        text = text.removesuffix(ending)
    return text


def _form(key: Key, candidate: _Candidate, phrases: list[Phrase]) -> str:
    """Return the most frequent form; of equals the one in lower case, then by alphabet."""
    forms = Counter(_written(_words_at(number, len(key), phrases)) for number in candidate.numbers)
    return min(forms, key=lambda form: (-forms[form], form.swapcase()))
