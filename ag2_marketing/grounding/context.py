"""What stands right around a number: bounds, comparisons, the words of thresholds and levels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from ag2_marketing.grounding.clauses import Clause
from ag2_marketing.grounding.lexicon import Lexicon, any_of, lexicon
from ag2_marketing.grounding.number import Number
from ag2_marketing.grounding.words import concepts

_ARTICLE = r"(?:the|a|an|its|our|your|their|der|die|das|den|dem|le|la|les|el|los|las)"
_SYMBOLS = {"<": "below", "≤": "at_most", ">": "above", "≥": "at_least", "<=": "at_most", ">=": "at_least"}
_THRESHOLDS = frozenset({"threshold", "target", "goal", "limit", "maximum", "max", "minimum", "min", "industry",
                         "benchmark", "national", "recommended", "baseline", "previous", "ideal", "lower", "upper",
                         "low", "high", "alpha", "expected", "required"})  # fmt: skip
_PERIOD = re.compile(
    r"\b(?:last|past|next|first|previous|coming|letzten|nächsten|derniers|últimos)\b", re.IGNORECASE
)
_CI = re.compile(
    r"[\s-]*(?:(?:bootstrap|two-sided|wald|bayesian)\s)?(?:confidence|credible|credibility)?[\s-]*(?:interval|ci\b|konfidenzintervall|intervalle?\sde\s(?:confiance|confianza))",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    rf"(?:below|under|above|over|within|beyond|exceed(?:s|ed|ing)?|meets?|met|miss(?:es|ed)?|beats?|than|versus|vs\.?|against|short\sof|ahead\sof|behind|near|reach(?:es|ed)?|pass(?:es)?|unter|über|gegenüber|sous|bajo|inside|outside|of|at)\s+(?:{_ARTICLE}\s+)?(?:[\w-]+\s+){{0,2}}$",
    re.IGNORECASE,
)


@lru_cache(maxsize=8)
def _bound_patterns(code: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for relation, phrases in lexicon(code).bounds.items():
        body = any_of(phrases).pattern
        found.append(
            (
                relation,
                re.compile(
                    rf"(?P<bound>{body})(?P<between>(?:\s+{_ARTICLE})?(?:\s+[\w'’-]+){{0,5}}?(?:\s+(?:of|von|de|at|bei))?)\s*$",
                    re.IGNORECASE,
                ),
            )
        )
    return tuple(found)


def bound_of(text: str, number: Number, clause: Clause, language: Lexicon) -> str | None:
    """Return `above`, `below`, `at_least` or `at_most` where a number is given as a bound, else None."""
    before = text[max(clause.start - 40, number.start - 70, 0) : number.start]
    before = re.split(r"[;:.!?\n\ue000]\s|,", before)[-1]
    symbol = re.search(r"([<>≤≥]=?)\s*$", before)
    if symbol:
        return _SYMBOLS[symbol.group(1)]
    after = text[number.end : number.end + 40]
    for relation, pattern in _bound_patterns(language.code):
        match = pattern.search(before)
        if match and _binds(match, number, language):
            return _stricter(relation, before[: match.start()])
    return _trailing(after, language)


def _stricter(relation: str, before: str) -> str:
    """`no more than` and `not under` turn a bound around."""
    if re.search(r"\b(?:no|not|nicht|pas|no)\s+$", before, re.IGNORECASE):
        return {"above": "at_most", "below": "at_least"}.get(relation, relation)
    return relation


def _binds(match: re.Match[str], number: Number, language: Lexicon) -> bool:
    between = match.group("between").strip().casefold()
    if _PERIOD.search(between):
        return False
    if re.fullmatch(rf"(?:{_ARTICLE})?", between):
        period = number.unit is not None and number.unit.dimension in {"time", "calendar time"}
        long_unit = (
            period and number.unit is not None and number.unit.name in {"day", "week", "month", "year", "h"}
        )
        return not (long_unit and match.group("bound").casefold() in {"over", "within", "über", "past"})
    return _says_one_of(between, _THRESHOLDS)


def _trailing(after: str, language: Lexicon) -> str | None:
    if not after or after[0] == "\n":
        return None
    if after[0] == "+" and not after[1:2].isdigit():
        return "at_least"
    for relation, pattern in _trailing_patterns(language.code):
        if pattern.match(after):
            return relation
    return None


@lru_cache(maxsize=8)
def _trailing_patterns(code: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    bounds = lexicon(code).bounds
    return tuple(
        (
            relation,
            re.compile(
                rf"\s*(?:[\w-]+\s+){{0,2}}?{any_of(bounds[relation]).pattern}\s*(?:[.,;)]|$|\ue000|\[)",
                re.IGNORECASE,
            ),
        )
        for relation in _TRAILING
    )


_TRAILING: tuple[Literal["at_least", "at_most"], ...] = ("at_least", "at_most")


def holds(relation: str, held: Decimal, bound: Decimal) -> bool:
    """Tell whether a bound is true of a value."""
    return {
        "above": held > bound,
        "below": held < bound,
        "at_least": held >= bound,
        "at_most": held <= bound,
    }[relation]


# ---- thresholds, targets, levels


@lru_cache(maxsize=256)
def _words_for(qualifier: str) -> re.Pattern[str]:
    table = concepts()
    words: set[str] = {qualifier, qualifier.replace("_", " ")}
    for name in (qualifier, *table.qualifiers.words.get(qualifier, ())):
        words |= {name, *table.concepts.get(name, ()), *table.concepts.get(_concept(name), ())}
    told = {word.replace("_", " ") for word in words} - _FUNCTION_WORDS
    body = "|".join(_inflected(word) for word in sorted(told, key=len, reverse=True))
    return re.compile(rf"(?<![^\W_])(?:{body})(?![^\W_])(?!\s*-?(?:interval|konfidenz))", re.IGNORECASE)


def _inflected(phrase: str) -> str:
    body = r"\s+".join(re.escape(word) for word in phrase.split())
    return rf"{body}\w{{0,2}}" if len(phrase) >= _LONG_ENOUGH_TO_INFLECT else rf"{body}s?"


_LONG_ENOUGH_TO_INFLECT = 5


_CONCEPT_OF = {
    "max": "maximum",
    "min": "minimum",
    "low": "lower",
    "high": "upper",
    "goal": "target",
    "prior": "previous",
}
_FUNCTION_WORDS = frozenset(
    [
        "to",
        "and",
        "from",
        "between",
        "of",
        "on",
        "in",
        "a",
        "de",
        "à",
        "et",
        "y",
        "und",
        "bis",
        "von",
        "hasta",
        "desde",
        "entre",
        "zwischen",
        "was",
    ]
)


def _concept(qualifier: str) -> str:
    return _CONCEPT_OF.get(qualifier, qualifier)


def _says_one_of(text: str, qualifiers: Iterable[str]) -> bool:
    return any(_words_for(qualifier).search(text) for qualifier in qualifiers)


def is_threshold(qualifier: str) -> bool:
    """Tell whether a qualifier is something to compare with, rather than another statistic."""
    return qualifier in _THRESHOLDS


def says(text: str, start: int, end: int, qualifier: str) -> bool:
    """Tell whether a slice of a text says a qualifier."""
    return _words_for(qualifier).search(text, start, end) is not None


def said_qualifiers(
    text: str, number: Number, clause: Clause, qualifiers: Iterable[str], *, extra: str, bound: bool
) -> tuple[frozenset[str], frozenset[str]]:
    """Return those of an entry's qualifiers that the number's own clause says, and those said there or beside it."""
    if is_confidence_level(text, number):
        return (level := frozenset({"level"} & set(qualifiers))), level
    close, beside = set(), set()
    for qualifier in qualifiers:
        if (
            (bound and qualifier in concepts().qualifiers.hard)
            or _words_for(qualifier).search(extra)
            or _said_here(text, number, (clause.start, clause.end), qualifier)
        ):
            close.add(qualifier)
        elif any(_said_here(text, number, span, qualifier) for span in clause.beside):
            beside.add(qualifier)
    close |= _ends_of_a_range(text, number, clause, qualifiers)
    return frozenset(close), frozenset(close | beside)


def _said_here(text: str, number: Number, span: tuple[int, int], qualifier: str) -> bool:
    start, end = span
    for match in _words_for(qualifier).finditer(text, start, end):
        before = text[max(start, match.start() - 40) : match.start()]
        if match.end() <= number.start and _leads_to(text, match.end(), number.start):
            return True
        if not _COMPARES.search(before):
            return True
    return False


def _leads_to(text: str, end: int, start: int) -> bool:
    return re.fullmatch(r"\s*(?:\w+\s+){0,4}\W{0,3}", text[end:start]) is not None


def _ends_of_a_range(text: str, number: Number, clause: Clause, qualifiers: Iterable[str]) -> set[str]:
    before = text[max(0, number.start - 20) : number.start]
    after = text[number.end : number.end + 12]
    first = re.search(r"(?:from|between|von|zwischen|de|entre|desde|\[|\()\s*$", before, re.IGNORECASE)
    to = r"\s*(?:[-–—]|to\b|and\b|bis\b|und\b|à\b|et\b|a\b|y\b|,)\s*"
    found: set[str] = set()
    if first or re.match(rf"{to}[-–+]?[$€£]?\d", after, re.IGNORECASE):
        found |= {"lower", "low", "minimum", "min"} & set(qualifiers)
    if re.search(rf"\d\s?[%\w€$£]{{0,10}}{to}$", before, re.IGNORECASE):
        found |= {"upper", "high", "maximum", "max"} & set(qualifiers)
    return found


_LEVEL_OF = re.compile(
    r"(?:(?:confidence\sinterval|\bci|konfidenzintervall\w*|intervalle\sde\sconfiance|intervalo\sde\sconfianza)"
    r"\s*(?:\(|of|at|del|de|à|al|von|zu|bei)|(?:confidence\slevel|konfidenzniveau)\s*(?:\(|of|is|von|ist)?)\s*$",
    re.IGNORECASE,
)
_RANGE_FOLLOWS = re.compile(
    r"\s*(?:%\s*)?(?:[-–—,]|to\b|bis\b|à\b|a\b|and\b|y\b|et\b)\s*[-–+]?[$€£]?\d", re.IGNORECASE
)


def is_confidence_level(text: str, number: Number) -> bool:
    """Tell whether a percentage stands right before `confidence interval`, or right after as its level."""
    if number.kind != "literal":
        return False
    percent = number.unit is not None and number.unit.dimension == "share"
    percent = percent and _RANGE_FOLLOWS.match(text[number.end : number.end + 12]) is None
    if _CI.match(text[number.end : number.end + 60]):
        return True
    return percent and _LEVEL_OF.search(text[max(0, number.start - 40) : number.start]) is not None


# ---- change
