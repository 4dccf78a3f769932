"""The number scanner: every figure of a reading with its value, precision and unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from ag2_marketing.grounding.dates import Moment, dates_in
from ag2_marketing.grounding.lexicon import Lexicon, lexicon
from ag2_marketing.grounding.numerals import numerals_in
from ag2_marketing.grounding.words import lemma, phrases_in
from ag2_marketing_tools.metrics.units import Unit, all_units, unit_named

Kind = Literal["literal", "word", "none", "share", "factor", "vague", "fraction", "date"]


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a text.

    Attributes:
        start: Where it begins in the reading, sign and currency included.
        end: Where it ends, unit included.
        values: Its value; more than one where its notation is ambiguous. Empty for a date.
        quantum: The value of its last written digit.
        exact: Whether only the value itself will do (a whole number that is not scaled).
        unit: Its unit, or None.
        kind: How it is written.
        moments: What a date or a year may mean.
        parts: Numerator and denominator of a fraction.
        noun: For `no` before a word that may or may not be counted here: its lemma.
        shared_unit: The unit of a later number of the same series, which may serve it too.
    """

    start: int
    end: int
    values: tuple[Decimal, ...] = ()
    quantum: Decimal = Decimal(1)
    exact: bool = True
    unit: Unit | None = None
    kind: Kind = "literal"
    moments: tuple[Moment, ...] = ()
    parts: tuple[Number, ...] = ()
    shared_unit: Unit | None = None
    scale: Decimal = Decimal(1)
    core_end: int = 0
    noun: str = ""


_GROUP = r"[ ,.'’_]"
_BODY = (
    r"(?:\d{1,3}(?P<group>" + _GROUP + r")\d{3}(?:(?P=group)\d{3})*(?!\d)(?:[.,]\d+(?![.,]?\d))?"
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?!\d)(?:\.\d+)?"
    r"|\d+(?:[ ]\d+)+(?:[.,]\d+)?"
    r"|\d+(?:[.,]\d+)?|(?<!\d)[.,]\d+)"
)
_EXPONENT = r"(?P<exponent>[eE][+-]?\d{1,3}(?![\w])|\s?[×x*·]\s?10\^?[+-]?\d{1,3}(?!\w)|\^[+-]?\d{1,3})?"
_FRACTION = re.compile(r"\s?[/⁄]\s?(?P<below>\d+(?:[.,]\d+)?)(?![\d/])")
_MIXED = re.compile(r"\u2064(?P<above>\d)\u2044(?P<below>\d+)")
_RANGE_MARK = r"\s*(?:[-–—]|\.\.\.?|…)\s*"


@lru_cache(maxsize=1)
def _currencies() -> tuple[dict[str, Unit], str]:
    table = {symbol: unit for unit in all_units() if unit.is_currency for symbol in unit.symbols}
    return table, "|".join(re.escape(symbol) for symbol in sorted(table, key=len, reverse=True))


@lru_cache(maxsize=1)
def _literal() -> re.Pattern[str]:
    table, symbols = _currencies()
    first = "".join(sorted({re.escape(symbol[0]) for symbol in table}))
    return re.compile(
        rf"(?=[-–+±.,\d{first}])(?:(?<![\w])(?P<minus0>[-–+±])(?=(?:{symbols})))?(?P<currency>(?<![^\W\d_])(?:{symbols})\s?)?"
        rf"(?P<sign>(?<![\w)\]%])[-+±–])?(?P<body>{_BODY}){_EXPONENT}"
    )


_FRENCH_SYMBOLS = frozenset({"Mo", "Go", "Ko", "ko"})
_FOLLOWING = re.compile(r"[ \t]?-?([^\W\d_]+|[^\s\w])")


@lru_cache(maxsize=8)
def _unit_words(code: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return symbols and names of the units that a language writes after a number."""
    measured = [u for u in all_units() if not u.is_count and u.name != "ratio"]
    symbols = {s for u in measured for s in (u.name, *u.symbols) if s not in _FRENCH_SYMBOLS or code == "fr"}
    return frozenset(symbols), frozenset(name for u in measured for name in u.names if len(name) > 2)


@lru_cache(maxsize=8)
def _unit_pattern(code: str) -> re.Pattern[str]:
    def alternatives(words: frozenset[str]) -> str:
        ordered = sorted(words, key=len, reverse=True)
        return "|".join(r"\s+".join(re.escape(part) for part in word.split()) for word in ordered)

    symbols, names = _unit_words(code)
    return re.compile(
        rf"[ \t]?-?(?P<unit>(?i:{alternatives(names)})(?![^\W_])|(?:{alternatives(symbols)})(?![^\W_]))"
    )


@lru_cache(maxsize=8)
def _first_words(code: str) -> frozenset[str]:
    symbols, names = _unit_words(code)
    first = {_FOLLOWING.match(word) for word in (*symbols, *names)}
    return frozenset(match.group(1).casefold() for match in first if match)


def unit_after(text: str, at: int, code: str, end: int | None = None) -> tuple[Unit, int] | None:
    """Return the unit that stands right after a place, and where it ends."""
    following = _FOLLOWING.match(text, at)
    if following is None or following.group(1).casefold() not in _first_words(code):
        return None
    match = _unit_pattern(code).match(text, at) if end is None else _unit_pattern(code).match(text, at, end)
    unit = unit_named(match["unit"]) if match else None
    return (unit, match.end()) if match and unit else None


def _scale_after(text: str, at: int, language: Lexicon) -> tuple[str, int] | None:
    following = _FOLLOWING.match(text, at)
    if following is None:
        return None
    word = following.group(1)
    if word not in language.scales:
        word = word.casefold() if len(word) > _SHORT_SCALE else ""
    if word not in language.scales:
        return None
    end = following.end() + (text[following.end() : following.end() + 1] == "." and word in _ABBREVIATED)
    return (word, end) if not text[end : end + 1].isalnum() else None


_SHORT_SCALE = 2
_ABBREVIATED = frozenset({"mio", "mrd", "tsd", "mln"})


def numbers_in(text: str, language: Lexicon, *, sure: bool = True) -> list[Number]:
    """Return every number of a reading, in order; spans of names must be blanked before.

    Where the language is not sure, `1.200` has two values.
    """
    blanked = list(text)
    found: list[Number] = []

    def take(number: Number) -> None:
        found.append(number)
        blanked[number.start : number.end] = "\ue000" * (number.end - number.start)

    for start, end, moments in dates_in(text, language):
        take(Number(start, end, kind="date", moments=moments))
    for phrase in _phrases(("".join(blanked)), language):
        take(phrase)
    for number in _literals("".join(blanked), language, sure=sure):
        take(number)
    for number in _words("".join(blanked), language):
        take(number)
    found.sort(key=lambda number: number.start)
    return _series(found, text, language)


# ---- digits


def _literals(text: str, language: Lexicon, *, sure: bool) -> Iterator[Number]:
    at = 0
    while match := _literal().search(text, at):
        number = _literal_number(match, text, language)
        if not sure:
            number = _both_ways(number, match.group("body"))
        at = max(number.end, match.end("body"), match.start() + 1)
        yield number


def _both_ways(number: Number, body: str) -> Number:
    """Read `1.200` as 1,200 and as 1.2 where nothing tells the language."""
    if not re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", body) or len(number.values) != 1:
        return number
    other = number.values[0] * 1000 if not number.exact else number.values[0] / 1000
    return replace(number, values=(*number.values, other))


def _literal_number(match: re.Match[str], text: str, language: Lexicon) -> Number:
    body = match.group("body")
    values, digits = _values(body, language)
    scale = _exponent(match.group("exponent"))
    end = match.end()
    prefix = (match.group("currency") or "").strip()
    unit = _currencies()[0].get(prefix)
    if (mixed := _MIXED.match(text, end)) is not None:
        below = int(mixed["below"]) or 1
        values, digits, end = (values[0] + Decimal(int(mixed["above"])) / below,), 6, mixed.end()
    elif (fraction := _FRACTION.match(text, end)) is not None and unit is None:
        return _fraction(match, fraction, text, language)
    end = _after_ordinal(text, end)
    scaled = scale != 1
    found = _scale_after(text, end, language)
    if found and not (found[0] == "m" and unit is None):
        scale, scaled, end = scale * language.scales[found[0]], True, found[1]
    core_end = end
    if unit is None and (suffix := unit_after(text, end, language.code)) is not None:
        unit, end = suffix
    sign = _sign(match, text)
    return Number(
        match.start(), end, tuple(sign * value * scale for value in values), _quantum(digits) * scale,
        exact=digits == 0 and not scaled, unit=unit, moments=_year(body, unit), scale=scale, core_end=core_end,
    )  # fmt: skip


def _quantum(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)


def _year(body: str, unit: Unit | None) -> tuple[Moment, ...]:
    if unit is None and len(body) == 4 and body.isdigit() and 1900 <= int(body) < 2200:
        return (Moment(year=int(body)),)
    return ()


def _sign(match: re.Match[str], text: str) -> int:
    mark = match.group("sign") or match.group("minus0") or ""
    if mark in {"-", "–"}:
        return -1
    before = text[max(0, match.start() - 8) : match.start()].casefold()
    return -1 if re.search(r"(?<!\w)(?:minus|moins|menos)\s$", before) else 1


_ATTACHED = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|ème|ère|er|ª|º)(?![^\W_])")


def _after_ordinal(text: str, at: int) -> int:
    ordinal = _ORDINAL.match(text, at)
    return ordinal.end() if ordinal else at


def _exponent(text: str | None) -> Decimal:
    if not text:
        return Decimal(1)
    text = text.strip()
    power = int(re.sub(r"^(?:[eE]|[×x*·]\s?10\^?|\^)", "", text))
    if text.startswith("^"):
        return Decimal(1).scaleb(0) if power == 1 else Decimal("NaN")
    return Decimal(1).scaleb(power)


def _values(body: str, language: Lexicon) -> tuple[tuple[Decimal, ...], int]:
    """Return the values of a run of digits and separators, and how many decimals it shows."""
    body = re.sub(r"[ '’_]", "", body)
    marks = [c for c in body if c in ".,"]
    if not marks:
        return (Decimal(body),), 0
    last = marks[-1]
    head, _, tail = body.rpartition(last)
    decimal = Decimal(f"{re.sub(r'[.,]', '', head) or '0'}.{tail}")
    whole = Decimal(re.sub(r"[.,]", "", body))
    grouped = len(tail) == 3 and head not in {"", "0"} and len(head.split(last)[0]) <= 3
    if len(set(marks)) == 2 and marks.count(last) == 1:
        return (decimal,), len(tail)
    if len(marks) > 1 and len(set(marks)) == 1:
        return (whole,), 0
    if grouped and last != language.decimal:
        return (whole,), 0
    return (decimal,), len(tail)


def _fraction(match: re.Match[str], fraction: re.Match[str], text: str, language: Lexicon) -> Number:
    (above, *_), above_digits = _values(match.group("body"), language)
    (below, *_), below_digits = _values(fraction["below"], language)
    parts = (
        Number(match.start("body"), match.end("body"), (above,), _quantum(above_digits), exact=above_digits == 0),
        Number(
            fraction.start("below"), fraction.end("below"), (below,), _quantum(below_digits),
            exact=below_digits == 0,
        ),
    )  # fmt: skip
    value = above / below if below else Decimal("NaN")
    sign = _sign(match, text)
    return Number(
        match.start(),
        fraction.end(),
        (sign * value,),
        Decimal("0.000001"),
        exact=False,
        kind="fraction",
        parts=parts,
    )


# ---- words


@lru_cache(maxsize=8)
def _phrase_patterns(code: str) -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple(
        (re.compile(rf"(?<![^\W_])(?:{phrase.pattern})(?![^\W_])", re.IGNORECASE), phrase.value, phrase.kind)
        for phrase in lexicon(code).phrases
    )


@lru_cache(maxsize=8)
def _any_phrase(code: str) -> re.Pattern[str]:
    body = "|".join(f"(?:{phrase.pattern})" for phrase in lexicon(code).phrases)
    return re.compile(rf"\b(?:{body})")


def _phrases(text: str, language: Lexicon) -> Iterator[Number]:
    taken: list[tuple[int, int]] = []
    if not _any_phrase(language.code).search(text.lower()):
        return
    for pattern, value, kind in _phrase_patterns(language.code):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            number = _phrase_value(value, match.group())
            whole = number == number.to_integral_value()
            quantum = Decimal(1) if whole else Decimal("0.0000001")
            yield Number(
                *match.span(), (number,), quantum, exact=whole, kind=_phrase_kind(kind), core_end=match.end()
            )


def _phrase_kind(kind: str) -> Kind:
    return {"share": "share", "factor": "factor", "vague": "vague"}.get(kind, "word")  # type: ignore[return-value]


_SMALL = {
    "one": 1,
    "a": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
}
_BELOW = {"fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}


def _phrase_value(value: str, written: str) -> Decimal:
    if value == "dozen":
        return Decimal(6 if written.casefold().startswith("half") else 12)
    if value.startswith("word/"):
        above, below = re.split(r"[- ]", written.casefold(), maxsplit=1)
        return Decimal(_SMALL[above]) / _BELOW[below.rstrip("s")]
    if "/" in value:
        above, below = value.split("/")
        return Decimal(above) / Decimal(below)
    return Decimal(value)


def _words(text: str, language: Lexicon) -> Iterator[Number]:
    for numeral in numerals_in(text, language):
        if numeral.alone and not _counts(text, numeral.start, numeral.end, language):
            continue
        unit, end = unit_after(text, numeral.end, language.code) or (None, numeral.end)
        yield Number(
            numeral.start, end, (Decimal(numeral.value),), kind="word", unit=unit, core_end=numeral.end
        )
    yield from _nothing(text, language)


_NEXT_WORDS = re.compile(r"[ \t]+([^\W_]+(?:[-'’][^\W_]+)*)")


def _next_words(text: str, at: int, count: int) -> Iterator[str]:
    for _ in range(count):
        match = _NEXT_WORDS.match(text, at)
        if match is None:
            return
        yield match.group(1)
        at = match.end()


def _counts(text: str, start: int, end: int, language: Lexicon) -> bool:
    """Tell whether `one` counts: a counted noun in the singular follows, at most two words later."""
    if language.code != "en" or text[start:end].casefold() != "one":
        return False
    before = text[max(0, start - 8) : start].casefold()
    if re.search(r"(?:this|that|the|which|each|every|no|any|another|last|next)\s$", before):
        return False
    for word in _next_words(text, end, 3):
        if word.casefold() in language.stop:
            return False
        if _is_counted(word, language) and not word.casefold().endswith("s"):
            return True
    return False


@lru_cache(maxsize=8)
def _none_pattern(code: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){lexicon(code).none.pattern}(?![^\W_])", re.IGNORECASE)


@lru_cache(maxsize=8)
def _series_pattern(code: str) -> re.Pattern[str]:
    joined = "|".join(map(re.escape, lexicon(code).conjunctions))
    return re.compile(
        rf"\s*(?:,|/|,?\s(?:{joined})|\s(?:out\s)?(?:of|von|de|sur)(?:\s(?:the|den|les|los|las))?)\s+",
        re.IGNORECASE,
    )


def _nothing(text: str, language: Lexicon) -> Iterator[Number]:
    for match in _none_pattern(language.code).finditer(text):
        words = list(_next_words(text, match.end(), 4))
        if _HAVING.search(text[max(0, match.start() - 80) : match.start()]):
            continue
        if words and words[0].casefold() in language.none.not_before:
            continue
        if any(_countable(word, at, words, language) for at, word in enumerate(words[:4])):
            yield Number(*match.span(), (Decimal(0),), kind="none", core_end=match.end())
        elif (noun := _perhaps_counted(words, language)) is not None:
            yield Number(*match.span(), (Decimal(0),), kind="none", core_end=match.end(), noun=noun)


# `12 images have no alt texts` counts the images; that they have none is their property.
_HAVING = re.compile(
    r"[\d\ue000][^.,;:!?\n]*(?:have|has|had|having|show|contain|carry|haben|hatten|ont|avaient|tienen|tenían)\s+$",
    re.IGNORECASE,
)


def _perhaps_counted(words: list[str], language: Lexicon) -> str | None:
    """Return the lemma of the first plural after `no`; whether it is counted depends on the evidence."""
    for word in words[:3]:
        if word.casefold() in language.stop:
            return None
        plural = "nre" if language.code == "de" else "s"
        if len(word) > 3 and word[-1] in plural and lemma(word) != word.casefold():
            return lemma(word)
    return None


def _countable(word: str, at: int, words: list[str], language: Lexicon) -> bool:
    if any(earlier.casefold() in language.stop for earlier in words[:at]):
        return False
    plural = word.casefold().endswith("s") or language.code == "de"
    return plural and _is_counted(word, language)


def _is_counted(word: str, language: Lexicon) -> bool:
    last = re.split(r"[-'’]", word)[-1]
    if lemma(last) in language.counted:
        return True
    known = any(True for _ in phrases_in([lemma(last)]))
    return known and last.casefold().endswith("s")


_LONGEST_SYMBOL = 3
_NEARBY = re.compile(r"[ \t]+[^\W\d_]+")


def unit_nearby(text: str, number: Number, end: int, language: Lexicon) -> Unit | None:
    """Return the unit of `3.9 care hours`: a unit word up to two words after a number."""
    at = number.end
    for _ in range(2):
        word = _NEARBY.match(text, at, end)
        if word is None:
            return None
        at = word.end()
        found = unit_after(text, at, language.code, end)
        if found and found[1] - at > _LONGEST_SYMBOL:
            return found[0]
    return None


# ---- ranges and series


def _series(found: list[Number], text: str, language: Lexicon) -> list[Number]:
    """Let a unit that is given once serve both ends of a range, and offer it to a series."""
    a_series = _series_pattern(language.code)
    numbers = list(found)
    for i in range(len(numbers) - 2, -1, -1):
        left, right = numbers[i], numbers[i + 1]
        gap = text[left.end : right.start]
        if left.kind != "literal" or right.kind != "literal" or len(gap) > _LONGEST_GAP:
            continue
        if len(gap) <= _SHORT_GAP and _is_range(gap, text[max(0, left.start - 12) : left.start], language):
            numbers[i], numbers[i + 1] = _share(left, right)
        elif left.unit is None and (a_series.fullmatch(gap) or _and_later(gap, language)):
            numbers[i] = replace(left, shared_unit=right.unit or right.shared_unit)
    return numbers


_LONGEST_GAP, _SHORT_GAP = 40, 16


def _and_later(gap: str, language: Lexicon) -> bool:
    """Tell whether a gap leads on to a number of the same kind: `its lower end at 0.1 and its upper end at 0.9 %`."""
    words = gap.casefold().split()
    return bool(words) and words[0] in language.range and not any(c in gap for c in ".;:!?\n")


_BETWEEN = re.compile(r"(?:between|from|zwischen|von|vom|entre|desde|de|du|del)\s*$", re.IGNORECASE)
_ALWAYS_A_RANGE = frozenset({"to", "through", "bis", "à", "hasta", "a"})


def _is_range(gap: str, before: str, language: Lexicon) -> bool:
    told = gap.strip().casefold()
    if re.fullmatch(_RANGE_MARK, gap) or told in _ALWAYS_A_RANGE & set(language.range):
        return True
    return told in language.range and _BETWEEN.search(before) is not None


def _share(left: Number, right: Number) -> tuple[Number, Number]:
    if right.unit is None and left.unit is not None and left.unit.is_currency:
        right = replace(right, unit=left.unit, moments=())
    if left.unit is None and (right.unit is not None or right.scale != 1):
        scale = right.scale if left.scale == 1 and right.scale >= 1000 else Decimal(1)
        left = replace(
            left,
            unit=right.unit,
            values=tuple(v * scale for v in left.values),
            quantum=left.quantum * scale,
            exact=left.exact and scale == 1,
            moments=(),
        )
    return left, right
