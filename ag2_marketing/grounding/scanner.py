"""The number scanner: every figure of a reading with its value, precision and unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from ag2_marketing.grounding.dates import dates_in
from ag2_marketing.grounding.lexicon import Lexicon
from ag2_marketing.grounding.measures import currencies, scale_after, unit_after
from ag2_marketing.grounding.number import Number
from ag2_marketing.grounding.series import serve_series
from ag2_marketing.grounding.spoken import numbers_in_words, phrases_in_words
from ag2_marketing.grounding.years import year_at

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


@lru_cache(maxsize=1)
def _literal() -> re.Pattern[str]:
    table, symbols = currencies()
    first = "".join(sorted({re.escape(symbol[0]) for symbol in table}))
    return re.compile(
        rf"(?=[-–+±.,\d{first}])(?:(?<![\w])(?P<minus0>[-–+±])(?=(?:{symbols})))?(?P<currency>(?<![^\W\d_])(?:{symbols})\s?)?"
        rf"(?P<sign>(?<![\w)\]%])[-+±–])?(?P<body>{_BODY}){_EXPONENT}"
    )


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
    for phrase in phrases_in_words(("".join(blanked)), language):
        take(phrase)
    for number in _literals("".join(blanked), language, sure=sure):
        take(number)
    for number in numbers_in_words("".join(blanked), language):
        take(number)
    found.sort(key=lambda number: number.start)
    return serve_series(found, text, language)


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
    scale = _exponent(match.group("exponent"), values[0])
    end = match.end()
    prefix = (match.group("currency") or "").strip()
    unit = currencies()[0].get(prefix)
    if (mixed := _MIXED.match(text, end)) is not None:
        below = int(mixed["below"]) or 1
        values, digits, end = (values[0] + Decimal(int(mixed["above"])) / below,), 6, mixed.end()
    elif (fraction := _FRACTION.match(text, end)) is not None and unit is None:
        return _fraction(match, fraction, text, language)
    end = _after_ordinal(text, end)
    scaled = scale != 1
    found = scale_after(text, end, language)
    if found and not (found[0] == "m" and unit is None):
        scale, scaled, end = scale * language.scales[found[0]], True, found[1]
    core_end = end
    if unit is None and (suffix := unit_after(text, end, language.code)) is not None:
        unit, end = suffix
    sign = _sign(match, text)
    moments = year_at(text, match.start("body"), match.end("body"), unit, language)
    return Number(
        match.start(), end, tuple(sign * value * scale for value in values), _quantum(digits) * scale,
        exact=digits == 0 and not scaled, unit=unit, moments=moments, scale=scale, core_end=core_end,
    )  # fmt: skip


def _quantum(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)


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


_HIGHEST_POWER = 12


def _exponent(text: str | None, base: Decimal) -> Decimal:
    """Return what an exponent multiplies by: 1,000 for `e3` and `× 10^3`, 100 for the `^3` of `10^3`."""
    if not text:
        return Decimal(1)
    text = text.strip()
    power = int(re.sub(r"^(?:[eE]|[×x*·]\s?10\^?|\^)", "", text))
    if text.startswith("^"):
        return base ** (power - 1) if base and 0 < power <= _HIGHEST_POWER else Decimal(1)
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


# ---- ranges and series
