"""The words of a path, and of the strings beside a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ag2_marketing.grounding.dates import Moment, moment_of
from ag2_marketing.grounding.words import (
    WORD,
    concepts,
    generic_lemmas,
    generic_words,
    lemma,
    phrases_in,
    split_key,
    tokenise,
)


@dataclass(frozen=True, slots=True)
class PathWords:
    """The words of a path: its own, those it is only measured per, what qualifies it, how many tell something.

    `tail` holds, for each telling word of the last telling key, the features that stand for it: a sentence with
    one of each has named the value in full.
    """

    own: frozenset[str]
    per: frozenset[str]
    qualifiers: frozenset[str]
    weight: int
    tail: tuple[frozenset[str], ...]


@lru_cache(maxsize=8192)
def path_words(keys: tuple[str, ...]) -> PathWords:
    """Return the words of a path's keys."""
    own: set[str] = set()
    per: set[str] = set()
    qualifying: set[str] = set()
    weight, sure = 0, False
    tail: tuple[frozenset[str], ...] = ()
    for key in keys:
        lemmas, telling, after = _key_words(key)
        parts = {
            lemma(part) for part in WORD.findall(key) if part.casefold() not in generic_words() | _UNIT_WORDS
        }
        own |= parts | telling | {f"~{concept}" for _, _, concept in phrases_in(lemmas)}
        per.update(after)
        qualifying |= _qualifying(lemmas)
        sure |= not _SURENESS.isdisjoint(lemmas)
        weight += len(telling)
        tail = _tail(lemmas, telling) or tail
    if not sure:
        qualifying.discard("level")  # a level of confidence, not a grade level
    return PathWords(frozenset(own), frozenset(per), frozenset(qualifying), weight, tail)


_SURENESS = frozenset({lemma("confidence"), lemma("significance"), "alpha"})


_UNIT_WORDS = frozenset(
    [
        "ms",
        "s",
        "sec",
        "secs",
        "seconds",
        "minutes",
        "mins",
        "hours",
        "days",
        "weeks",
        "months",
        "years",
        "kb",
        "mb",
        "gb",
        "kib",
        "mib",
        "gib",
        "bytes",
        "px",
        "pixels",
        "km",
        "bps",
        "pct",
        "percent",
        "eur",
        "usd",
        "gbp",
        "chf",
        "euros",
        "dollars",
        "pp",
    ]
)


_SMALL_WORDS = frozenset(
    ["not", "no", "of", "to", "in", "and", "or", "with", "without", "by", "on", "at", "for", "the", "is"]
)


_WHOLE = frozenset({"total", "overall", "all", "sum"})


def _key_words(key: str) -> tuple[list[str], set[str], list[str]]:
    """Return a key's lemmas without its unit, those of them that tell something, and those after `per`."""
    words = split_key(key)
    if len(words) > 1 and words[-1].casefold() in _UNIT_WORDS:
        words = words[:-1]
    lemmas = [lemma(word) for word in words]
    at = lemmas.index("per") if "per" in lemmas[1:] else len(lemmas)
    telling = {
        lemma(word) for word in words[:at] if word.casefold() not in generic_words() and not word.isdigit()
    }
    return lemmas[:at], telling, lemmas[at + 1 :]


def _tail(lemmas: list[str], telling: set[str]) -> tuple[frozenset[str], ...]:
    named = list(phrases_in(lemmas))
    return tuple(
        frozenset({word, *(f"~{concept}" for first, last, concept in named if first <= at < last)})
        for at, word in enumerate(lemmas)
        if word in telling - _WHOLE - _SMALL_WORDS
    )


@lru_cache(maxsize=1)
def _own_words() -> dict[str, str]:
    return {
        lemma(word.split("_")[0]) if "_" not in word else word: word
        for word in concepts().qualifiers.hard | concepts().qualifiers.soft
    }


def _qualifying(lemmas: Sequence[str]) -> set[str]:
    listed = _own_words()
    found = {listed[word] for word in lemmas if word in listed}
    if "p" in lemmas:
        found.add("p_value")
    return found


def features(lemmas: Sequence[str]) -> set[str]:
    """Return words and concepts of a sequence of lemmas."""
    found = set(lemmas)
    found.update(f"~{concept}" for _, _, concept in phrases_in(lemmas))
    return found


@lru_cache(maxsize=65536)
def text_features(text: str) -> frozenset[str]:
    """Return the features of a short string; those of a date are its month and year too."""
    found = features([token.lemma for token in tokenise(text)])
    if text[:4].isdigit() and (moment := moment_of(text)) is not None:
        found.update(moment_features(moment))
    return frozenset(found)


def moment_features(moment: Moment) -> set[str]:
    """Return the features of a date that sets one entry of a list apart."""
    return {
        f"@{name}{getattr(moment, name)}"
        for name in ("year", "month", "day")
        if getattr(moment, name) is not None
    }


@lru_cache(maxsize=4096)
def place_in_list(at: int, length: int) -> frozenset[str]:
    """Return the features of a place in a list: its ordinal, and whether it is the last."""
    found = {f"#{at + 1}"} if at < 10 else set()
    if at == length - 1 and length > 1:
        found.add("#-1")
    return frozenset(found)


@lru_cache(maxsize=1)
def colourless() -> frozenset[str]:
    """Return the lemmas of keys that name no thing: `value`, `target`, `total`."""
    return (
        generic_lemmas()
        | {lemma(word) for word in (concepts().qualifiers.hard | concepts().qualifiers.soft)}
        | {"total", "sum"}
    )
