"""Digits that are no numbers: list markers, section numbers, identifiers, versions, addresses, quotations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from ag2_marketing.grounding.lexicon import any_of
from ag2_marketing.grounding.words import WORD, lemma, phrases_in, read_data, split_key

Span = tuple[int, int]

_URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'`\])}|]+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}"
    r"|(?<![\w.@/-])(?:[a-z0-9-]*[a-z][a-z0-9-]*\.)+(?:com|org|net|example|io|de|fr|es|ch|at|uk|eu|info|dev|app|test|invalid|localhost|co|us|nl|it)(?:/[^\s<>\"'`\])}|]*)?(?![\w-])",
    re.IGNORECASE,
)
_PATH = re.compile(r"(?<![\w.])/(?:[a-z][\w.~-]*/?)+(?![\w/])", re.IGNORECASE)
_CODE = re.compile(r"(`{1,3})(?!`)(?P<body>[^`]+?)\1(?!`)")
_QUOTE = re.compile(
    r"“(?P<a>[^“”]{3,400})”|\"(?P<b>[^\"]{3,400})\"|„(?P<c>[^„“”]{3,400})[“”]|«(?P<d>[^«»]{3,400})»|‘(?P<e>[^‘’]{3,400})’"
    r"|”(?P<f>[^”]{3,400})”|›(?P<g>[^›‹]{3,400})‹|»(?P<h>[^«»]{3,400})«"
)
_VERSION = re.compile(
    r"(?<![\w.,])(?:v|V|ver\.?\s?|[Vv]ersion\s|versión\s)\d+(?:\.\d+)*(?:-[a-z]+\.?\d*)?(?![\w%])"
    r"|(?<![\w.,$€£-])\d+\.\d+\.\d+(?:\.\d+)*(?:[-+][a-z][\w.]*)?(?![\w%])"
)
_NO_VERSION = re.compile(r"\d{1,3}(?:\.\d{3})+|[0-3]?\d\.[01]?\d\.(?:19|20)\d{2}")
_MARKER = re.compile(r"^[ \t>]*(?:[-*+•][ \t]+)?\(?(?P<number>\d{1,3})[.)](?=[ \t]+\S)", re.MULTILINE)
_HEADING = re.compile(
    r"^[ \t]*#{1,6}[ \t]+(?P<number>\d{1,2}(?:\.\d{1,2})+\.?|\d{1,2}[.)])(?=[ \t]+[^\W\d])", re.MULTILINE
)
_MULTILEVEL = re.compile(
    r"^[ \t]*(?P<number>\d{1,2}(?:\.\d{1,2}){1,4}\.|\d{1,2}(?:\.\d{1,2}){2,4})(?=[ \t]+[^\W\d])", re.MULTILINE
)
# GA4, H1, E7, Q1, HTTP/2, UTF-8, mp4, p75, variant_1, cmp_8f21, post-a1
_IDENTIFIER = re.compile(
    r"(?<![\w./,-])(?:"
    r"(?P<caps>[A-Z]{1,6}[A-Za-z]?)(?P<glue>[-/]?)(?P<digits>\d{1,4})(?P<rest>[A-Za-z]{0,2})"
    r"|[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+"
    r"|(?:h[1-6]|mp[34]|utf-?8|md5|sha-?\d{1,3}|p\d{2}|web3|base64|i18n|l10n|a11y|x86|s3|ec2|php\d|html5|css3|es\d{1,2})"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\#[0-9a-fA-F]*[a-fA-F][0-9a-fA-F]*(?<=.{7})"
    r")(?![\w%]|[.,]\d|-\d)"
)
_SETTING = re.compile(
    r"--?[a-zA-Z][\w-]*(?:[= ]\S+)?|@?[\w.-]+(?:\[[\w=\"'.-]+\])+|</?[a-zA-Z][^<>]*>|[\w.$-]+\([^()]*\)"
    r"|[a-z-]+:\s?[\w%#.-]+;?"
    r"|[\w.-]+\s?[=]\s?[\"']?[\w.,:/%-]+[\"']?(?:[,;&]\s?[\w.-]+(?:=[\w.\"'-]+)?)*"
    r"|[\w-]+:\s?[\w-]+=[\w.-]+(?:[,;]\s?[\w-]+(?:=[\w.-]+)?)*"
    r"|[A-Za-z_$][\w$./:-]*|/[\w./*?=&%-]*|\.[\w-]+|[A-Z]+ /\S*|[\w-]*[A-Za-z][\w-]*(?:[./:_-]+[\w*-]+)+"
)
_QUANTITY_LIKE = re.compile(r"[-+~<>≤≥±]?\s?[$€£]?\s?\d[\d.,'’ ]*\s?(?:%|[a-zA-Zµ]{1,12}|[$€£])?")


class Names(BaseModel):
    """The data file of names that hold digits."""

    model_config = ConfigDict(extra="forbid")
    products: tuple[str, ...]
    labels: tuple[str, ...]
    idioms: tuple[str, ...]
    never_identifiers: frozenset[str]


@lru_cache(maxsize=1)
def _names() -> Names:
    return Names.model_validate(read_data("names.toml"))


class _Named(NamedTuple):
    products: re.Pattern[str]
    labels: re.Pattern[str]
    digits: re.Pattern[str]
    idioms: re.Pattern[str]
    idiom_words: frozenset[str]
    last_words: frozenset[str]


@lru_cache(maxsize=1)
def _named() -> _Named:
    def alternatives(words: Iterable[str]) -> str:
        return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

    names = _names()
    fixed = [idiom for idiom in names.idioms if any(c.isdigit() for c in idiom)]
    worded = [idiom for idiom in names.idioms if idiom not in fixed]
    return _Named(
        re.compile(rf"(?<![\w-])(?i:{alternatives(names.products)})[ -]?$"),
        re.compile(rf"(?<![\w-])(?i:{alternatives(names.labels)})\s$"),
        re.compile(rf"(?<![\w.,-])(?:{alternatives(fixed)})(?![\w%]|[.,/]\d)"),
        any_of(worded),
        frozenset(max(re.split(r"\W+", idiom.casefold()), key=len) for idiom in worded),
        frozenset(name.split()[-1] for name in (*names.products, *names.labels)),
    )


_HAS_ADDRESS = re.compile(r"://|www\.|@|[a-z]\.[a-z]{2}", re.IGNORECASE)
_WITH_DIGITS = re.compile(r"[^\s\ue000]*\d[^\s\ue000]*")
_PRODUCT_NUMBER = re.compile(r"\d+(?:\.\d+){0,2}(?![\w%]|[.,]\d|\s?[%€$£])")
_LABEL_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})*(?![\w%]|[.,]\d|\s?[%€$£])")
_SPOKEN_VERSION = re.compile(r"(?<!\w)(?:[Vv]ersion|[Vv]er\.?|[Vv]ersión)\s$")
_PLAIN_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d+)?[,.;:)]?")
_LETTERS = re.compile(r"[^\W\d_]+")


def exempt_spans(text: str) -> list[Span]:
    """Return the spans of a reading in which digits and number words are no quantities."""
    spans: list[Span] = []
    if _HAS_ADDRESS.search(text):
        spans += [m.span() for m in _URL.finditer(text)]
    if "/" in text:
        spans += [m.span() for m in _PATH.finditer(text)]
    if "`" in text:
        spans += [m.span() for m in _CODE.finditer(text) if _names_something(m.group("body"))]
    spans += [m.span("number") for pattern in (_HEADING, _MULTILEVEL) for m in pattern.finditer(text)]
    named = _named()
    for token in _WITH_DIGITS.finditer(text):
        spans += _names_in(text, *token.span(), named)
    if not named.idiom_words.isdisjoint(_LETTERS.findall(text.casefold())):
        spans += [m.span() for m in named.idioms.finditer(text)]
    spans += _markers(text)
    return spans


def _names_in(text: str, start: int, end: int, named: _Named) -> Iterator[Span]:
    """Yield versions, identifiers, products and idioms in a run of characters that holds digits."""
    token = text[start:end]
    if token.isdigit() or _PLAIN_FIGURE.fullmatch(token):
        if (version := _SPOKEN_VERSION.search(text, max(0, start - 9), start)) is not None:
            yield version.start(), start + len(token.rstrip(".,;:)"))
        yield from _labelled(text, start, named)
        return
    for m in _VERSION.finditer(text, max(0, start - 9), end):
        if not _NO_VERSION.fullmatch(m.group()):
            yield m.span()
    if not text[start].isdigit():
        yield from (m.span() for m in _IDENTIFIER.finditer(text, start, end) if _is_name(m))
    yield from (m.span() for m in named.digits.finditer(text, start, end))
    yield from _labelled(text, start, named, end)


def _labelled(text: str, start: int, named: _Named, end: int | None = None) -> Iterator[Span]:
    end = len(text) if end is None else end
    first = next(at for at in range(start, end) if text[at].isdigit())
    before = text[max(0, first - 24) : first]
    last = before.casefold().rstrip(" -").rsplit(" ", 1)[-1].lstrip("([\"'“„*")
    if last in named.last_words or last.rstrip("/") in named.last_words:
        if (product := named.products.search(before)) is not None:
            number = _PRODUCT_NUMBER.match(text, first)
            if number and (_capitalised(product.group()) or "." in number.group()):
                yield first - len(before) + product.start(), number.end()
        elif (label := named.labels.search(before)) is not None:
            number = _LABEL_NUMBER.match(text, first)
            if number:
                yield first - len(before) + label.start(), number.end()


def _capitalised(name: str) -> bool:
    return name[0].isupper() or not name[0].isalpha()


def _is_name(match: re.Match[str]) -> bool:
    caps = match.group("caps")
    if caps is None:
        return "_" not in match.group() or any(c.isalpha() for c in match.group())
    if caps.upper() in _names().never_identifiers:
        return False
    plain = match.group("glue") == "" and len(match.group("digits")) <= 3
    return plain or match.group("glue") != ""


def _markers(text: str) -> Iterator[Span]:
    """Yield the numbers of ordered lists: each list counts up from 1 (or 0)."""
    expected = {0, 1}
    for match in _MARKER.finditer(text):
        number = int(match.group("number"))
        if number in expected:
            expected |= {number + 1}
            yield match.span("number")


def _names_something(code: str) -> bool:
    """Tell whether a code span is an identifier, a setting or an address, and no disguised quantity."""
    code = code.strip()
    if not any(c.isdigit() for c in code):
        return True
    if _QUANTITY_LIKE.fullmatch(code) or not any(c.isalpha() for c in code):
        return False
    if _URL.fullmatch(code) or _IDENTIFIER.fullmatch(code) or _VERSION.fullmatch(code):
        return True
    if not _SETTING.fullmatch(code):
        return False
    return not _claims_a_metric(code)


def _claims_a_metric(code: str) -> bool:
    """`visits=1200` has the form of a setting and the content of a claim."""
    name, found, _ = re.sub(r"\s", "", code).partition("=" if "=" in code else ":")
    if not found or name.startswith("-"):
        return False
    lemmas = [lemma(word) for word in split_key(name)]
    named = [phrase for phrase in phrases_in(lemmas) if phrase[2] not in _SETTING_CONCEPTS]
    return all(any(first <= at < last for first, last, _ in named) for at in range(len(lemmas)))


_SETTING_CONCEPTS = frozenset(
    [
        "max_age",
        "scale",
        "limit",
        "maximum",
        "minimum",
        "cache",
        "size",
        "characters",
        "page",
        "title",
        "description",
        "image",
        "link",
        "redirect",
        "script",
        "video",
        "stylesheet",
        "duration",
        "age",
        "heading",
        "source",
        "lower",
        "upper",
        "words",
        "n",
        "started",
        "subject",
        "threshold",
        "status_code",
        "target",
        "load_time",
        "meta_description",
        "alt",
        "internal",
        "external",
        "required",
    ]
)


def quotations(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield `(start, end, content)` of every quotation."""
    for match in _QUOTE.finditer(text):
        content = next(group for group in match.groups() if group is not None)
        yield match.start(), match.end(), content


def word_count(text: str) -> int:
    """Return how many words of letters a string holds."""
    return sum(not m.group().isdigit() for m in WORD.finditer(text))
