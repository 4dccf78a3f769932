"""Names that hold digits, recognised by the evidence that they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_NAMING_KEY = re.compile(
    r"(?:.*[_-])?(?:name|id|key|label|code|slug|sku|variant|campaign|experiment|version|plan|term|keyword|query|client|platform|"
    r"channel|device|browser|page|url|path|site|domain|file|host|number|business|facility|agency|account|company|property|home)$",
    re.IGNORECASE,
)


_IDENTIFIER_LIKE = re.compile(r"[^\W\d_][\w.-]*[_.-][\w.-]*|[^\W\d_]+\d+")


_MOST_NAME_WORDS = 5


def is_identifier(value: str) -> bool:
    """Tell whether a string has the grammar of an identifier: one word, with a letter first, such as `cg-17`."""
    return _IDENTIFIER_LIKE.fullmatch(value) is not None


def is_naming(key: str) -> bool:
    """Tell whether a key says that its string is a name or an address."""
    return _NAMING_KEY.fullmatch(key) is not None


def is_name(value: str, path: str) -> bool:
    """Tell whether a string leaf is a name: digits in it are no quantity where the text says the whole name."""
    if _IDENTIFIER_LIKE.fullmatch(value):
        return True
    named = is_naming(path.rpartition("/")[2])
    return named and value[0].isalpha() and len(value.split()) <= _MOST_NAME_WORDS


_DIGITS = re.compile(r"\d+")


_BEGINS = re.compile(r"(?<!\S)[\"'“„«(]*(?=\S)")


_TRIMMED = " \"'“”„«»()[]:;,.!?|*"


@lru_cache(maxsize=1)
def _number_words() -> frozenset[str]:
    from ag2_marketing.grounding.lexicon import lexicon, supported_languages

    return frozenset(word for code in supported_languages() for word in lexicon(code).cardinals)


def number_tokens(value: str) -> set[str]:
    """Return the digits and number words that a string holds."""
    found = set(_DIGITS.findall(value))
    return found | ({word.casefold() for word in value.split()} & _number_words())


_BLACK = re.compile(r"\S+")


def token_around(text: str, start: int, end: int) -> str:
    """Return the run of characters without spaces that a number lies in, as names are compared."""
    first = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start)) + 1
    match = _BLACK.match(text, end - 1)
    return text[first : match.end() if match else end].strip(_TRIMMED).casefold()


def names_around(text: str, start: int, end: int) -> Iterator[str]:
    """Yield the strings of whole words around a number, any of which may be a name."""
    head = max(0, text.rfind("\n", 0, start) + 1, start - _LONGEST_NAME)
    tail = text.find("\n", end)
    rest = text[end - 1 : min(end + 40, tail if tail >= 0 else len(text))]
    ends = [end - 1 + m.end() for m in _BLACK.finditer(rest)][:_MOST_NAME_WORDS]
    for m in [*_BEGINS.finditer(text, head, start + 1)][-_MOST_NAME_WORDS:]:
        for stop in ends:
            yield folded(text[m.start() : stop].strip(_TRIMMED)).casefold()


_LONGEST_NAME = 60


def folded(text: str) -> str:
    """Return a string as quotations are compared: spaces folded."""
    return " ".join(text.split())
