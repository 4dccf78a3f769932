"""Words and sentences of any script.

A word is a run of letters, their combining marks and digits, with apostrophes and hyphens inside it.
Chinese, Japanese, Thai, Lao, Khmer, Burmese and Tibetan write no spaces between words, and finding their
words takes a dictionary that is not here: their tokens are the runs between spaces, punctuation and changes
of script (which in Japanese come close to words), and `separates_words` tells such a text, so that nobody
calls those runs words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from ag2_marketing_tools.text.clean import unusual
from ag2_marketing_tools.text.lexicon import known_languages, lexicon

# Scripts without spaces between words, by block; each alternative is one script.
_UNSPACED = (
    "\u2e80-\u2fd5\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",  # Han
    "\u3041-\u309f",  # Hiragana
    "\u30a1-\u30ff\u31f0-\u31ff\uff66-\uff9f",  # Katakana
    "\u0e01-\u0e3a\u0e40-\u0e4e",  # Thai
    "\u0e81-\u0eb9\u0ebb-\u0ece\u0edc-\u0edf",  # Lao
    "\u0f40-\u0fbc",  # Tibetan
    "\u1000-\u103f\u1050-\u109f",  # Burmese
    "\u1780-\u17d3\u17d7\u17dc\u17dd",  # Khmer
)
UNSPACED_LETTER = re.compile(f"[{''.join(_UNSPACED)}]")
_SPACED_SHARE = 0.7  # below this share of letters in spaced scripts, a count of words means nothing


@cache
def _word_pattern(*, unspaced: bool) -> re.Pattern[str]:
    """Return the pattern of a word; one for texts without unspaced scripts reads them in half the time."""
    scripts = "".join(_UNSPACED) if unspaced else ""
    spaced_marks = (
        chr(point)
        for point in range(0x300, 0xFE30)
        if unicodedata.category(chr(point))[0] == "M" and not UNSPACED_LETTER.match(chr(point))
    )  # `\w` leaves combining marks out, without which Hindi or Hebrew words fall apart
    word = rf"(?:[^\W_{scripts}]++[{''.join(spaced_marks)}]*+)++"
    runs = "".join(f"[{script}]++|" for script in _UNSPACED) if unspaced else ""
    number = r"\d{1,15}(?:[.,]\d{1,15}){1,4}(?!\w)"
    return re.compile(rf"{runs}{number}|{word}(?:['’\-\u2010\u2011]{word})*+")


_ASCII_WORD = re.compile(
    r"\d{1,15}(?:[.,]\d{1,15}){1,4}(?!\w)|[A-Za-z0-9]++(?:['\-][A-Za-z0-9]++)*+", re.ASCII
)


def _words(text: str) -> list[str]:
    if text.isascii():
        return _ASCII_WORD.findall(text)
    unspaced = UNSPACED_LETTER.search(unusual(text)) is not None
    return _word_pattern(unspaced=unspaced).findall(unicodedata.normalize("NFC", text))


def tokenise(text: str, language: str | None = None) -> list[str]:
    """Return the words as written, in order; the language splits elisions (French `l'aide` is two words).

    >>> tokenise("In-home care, 24/7: the client's choice", "en")
    ['In-home', 'care', '24', '7', 'the', "client's", 'choice']
    >>> tokenise("l'aide à domicile", "fr")
    ['l', 'aide', 'à', 'domicile']
    """
    words = _words(text)
    known = lexicon(language)
    if known is None or not known.elisions:
        return words
    return [part for word in words for part in _split_elision(word, known.elisions)]


def _split_elision(word: str, elisions: frozenset[str]) -> list[str]:
    head, mark, rest = word.replace("’", "'").partition("'")
    return [head, rest] if mark and rest and head.casefold() in elisions else [word]


def separates_words(text: str) -> bool:
    """Tell whether the text is mostly in scripts that write spaces between words."""
    unspaced = len(UNSPACED_LETTER.findall(unusual(text)))
    if not unspaced:
        return True
    letters = sum(character.isalpha() for character in text)
    return unspaced <= (1 - _SPACED_SHARE) * letters


def count_words(text: str, language: str | None = None) -> int | None:
    """Return how many words there are, or None where the script does not separate words."""
    return len(tokenise(text, language)) if separates_words(text) else None


@cache
def _abbreviations() -> frozenset[str]:
    known = (lexicon(code) for code in known_languages())
    return frozenset(word for entry in known if entry is not None for word in entry.abbreviations)


@cache
def _after_ordinals() -> frozenset[str]:
    known = (lexicon(code) for code in known_languages())
    return frozenset(word for entry in known if entry is not None for word in entry.after_ordinal)


_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+\s+|[。！？｡।॥؟۔]++[\"'”’»」』）)\]]*+\s*+|\n+")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"[^\s(\[\"“„«]*$")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a line break ends one, an abbreviation or an initial does not.

    >>> sentences("Dr. Okafor visits at 9 a.m. every day. Call us!")
    ['Dr. Okafor visits at 9 a.m. every day.', 'Call us!']
    """
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if _goes_on(text, end):
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]


def _goes_on(text: str, end: re.Match[str]) -> bool:
    """Tell whether a point belongs to an abbreviation or an initial, so that the sentence goes on."""
    if not end.group().startswith(".") or end.group().startswith("..") or "\n" in end.group():
        return False
    follower = text[end.end() : end.end() + 1]
    if follower.islower():
        return True
    last = _LAST_WORD.search(text, max(0, end.start() - 20), end.start())
    word = last.group().casefold() if last else ""
    if len(word) == 1 and word.isalpha():  # an initial, as in J. Okafor
        return True
    if word.isdigit() and len(word) <= 2:
        following = _FIRST_WORD.match(text, end.end())
        return following is not None and following.group().casefold() in _after_ordinals()
    return word in _abbreviations() and word not in {"etc", "p.m", "a.m", "usw"}
