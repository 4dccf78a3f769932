"""Small changes of wording, and what may be said at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.text.lexicon import lexicon
from ag2_marketing_tools.text.words import UNSPACED_LETTER, tokenise

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MACHINERY = re.compile(r"[|{}<>•\\]")  # of menus and templates: no sentence for a reader
_FEWEST_SENTENCE_WORDS = 4
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "।", "؟", "۔")
CLAUSE_END = re.compile(r"[,;:–—]\s|[、，；]")


def choose_lead(
    page: Page, given: Sequence[str], primary: Sequence[str], *, uses: Callable[[str], int]
) -> str | None:
    """Return the term to lead with.

    The first given one that the page uses, or a longer given one that holds it; else the first given; else
    the page's first keyword that stands in more than one spot; else its first.

    A given term with a figure that does not stand on the page cannot lead.
    """
    fitting = [term for term in given if figures_stand_on_page(term, page)]
    found = [term for term in fitting if uses(term)]
    used = next((longer for term in found[:1] for longer in found if _holds(longer, term)), None)
    used = used or next(iter(found), None)
    supported = next((term for term in primary if uses(term) > 1), None)
    return used or next(iter(fitting), None) or supported or next(iter(primary), None)


def _holds(longer: str, term: str) -> bool:
    return longer != term and f" {term.casefold()} " in f" {longer.casefold()} "


def figures_stand_on_page(text: str, page: Page) -> bool:
    """Tell whether every figure of a text stands on the page too."""
    figures = set(_NUMBER.findall(text))
    if not figures:
        return True
    told = " ".join((page.title, page.description, page.visible_text, page.main_text))
    return figures <= set(_NUMBER.findall(told))


def capitalised(text: str) -> str:
    """Return the text with its first letter in upper case, and the rest as it is."""
    return text[:1].upper() + text[1:]


def shortened(text: str, most: int) -> str:
    """Return the text cut after a clause or a word, with an ellipsis, within `most` characters.

    >>> shortened("We cook, clean and shop for older people at home", 30)
    'We cook, clean and shop for…'
    """
    if len(text) <= most:
        return text
    room = text[: most - 1]
    clauses = [end.start() for end in CLAUSE_END.finditer(room) if end.start() >= most // 2]
    if clauses:
        return room[: clauses[-1]] + "…"
    if not UNSPACED_LETTER.search(room) and " " in room:
        room = room.rpartition(" ")[0]
    return room.rstrip(" ,;:–—-") + "…"


def is_sentence(text: str, language: str | None) -> bool:
    """Tell whether a text is a whole sentence for a reader: not a caption, a menu or half a quotation."""
    enough = len(tokenise(text, language)) >= _FEWEST_SENTENCE_WORDS or bool(UNSPACED_LETTER.search(text))
    ended = text.endswith(_SENTENCE_ENDS) or bool(UNSPACED_LETTER.search(text))
    whole = text.count('"') % 2 == 0 and text.count("“") == text.count("”")
    return enough and ended and whole and not text.isupper() and not _MACHINERY.search(text)


def says_something(text: str, language: str | None) -> bool:
    """Tell whether a text holds more than function words and the furniture of web pages."""
    known, words = lexicon(language), tokenise(text, language)
    return any(word.casefold() not in known.stop_words for word in words) if known else bool(words)


def is_stuffed(text: str, most_uses: int, page: PageProfile) -> bool:
    """Tell whether a word, function words aside, stands in a text more often than it may."""
    known = lexicon(page.code)
    stops = known.function_words if known else frozenset()
    words = [word for word in tokenise(text, page.code) if word.casefold() not in stops and len(word) > 1]
    return any(uses > most_uses for uses in Counter(page.index.stems(words)).values())
