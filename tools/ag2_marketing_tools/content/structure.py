"""How a text is arranged, and whether there is enough of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import mean, median

from ag2_marketing_tools.content.facts import measures
from ag2_marketing_tools.content.model_quality import HeadingLine, Structure, Thinness
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.hidden import find_hidden, remove_hidden
from ag2_marketing_tools.pages.tree import parse_elements, remove
from ag2_marketing_tools.text.clean import clean
from ag2_marketing_tools.text.words import count_words, sentences

_MOST_HEADINGS = 60
_MOST_NAMED = 10
_LONGEST_NAMED = 200  # characters
_SURROUNDING = "nav, header, footer, aside, form, [role=navigation], [role=banner], [role=contentinfo]"
_QUESTION_MARKS = ("?", "？", "؟")
_FEWEST_PARAGRAPH_WORDS = 8  # fewer are a label, a button or an item of a list


def structure(profile: PageProfile) -> Structure:
    """Return how a page's content is arranged."""
    limit = measures().structure
    headings = [HeadingLine(level=h.level, heading=clean(h.text)) for h in profile.headings if clean(h.text)]
    skipped = list(_skipped(headings))
    spaced = profile.words is not None
    words = [n for n in (count_words(line, profile.code) for line in _body_lines(profile)) if n]
    paragraphs = [count for count in words if count >= _FEWEST_PARAGRAPH_WORDS] if spaced else []
    told = sentences("\n".join(_body_lines(profile)))
    lengths = [n for n in (count_words(one, profile.code) for one in told) if n] if spaced else []
    asked = _questions([heading.heading for heading in headings], told)
    lists, items, tables = _lists(profile)
    return Structure(
        headings=headings[:_MOST_HEADINGS],
        heading_count=len(headings),
        deepest_level=max((heading.level for heading in headings), default=None),
        skipped_levels=skipped[:_MOST_NAMED],
        skipped_level_count=len(skipped),
        paragraphs=len(paragraphs) if spaced else len(_body_lines(profile)),
        paragraph_words_median=median(paragraphs) if paragraphs else None,
        paragraph_words_most=max(paragraphs, default=None),
        long_paragraphs=sum(n > limit.long_paragraph_words for n in paragraphs) if spaced else None,
        sentences=len(told),
        sentence_words_mean=round(mean(lengths), 1) if lengths else None,
        long_sentence_percent=_percent([n > limit.long_sentence_words for n in lengths]),
        lists=lists,
        list_items=items,
        tables=tables,
        questions=[question[:_LONGEST_NAMED] for question in asked[:_MOST_NAMED]],
        question_count=len(asked),
        long_paragraph_words=limit.long_paragraph_words,
        long_sentence_words=limit.long_sentence_words,
        source=limit.source,
        reason=None
        if spaced
        else say("The text's script writes no spaces between words, so words cannot be counted."),
    )


def thinness(profile: PageProfile, competitors: Iterable[PageProfile]) -> Thinness:
    """Return whether there is enough text."""
    limit = measures().thin
    theirs = [words for words in (one.words for one in competitors) if words is not None]
    words = profile.words
    return Thinness(
        thin=None if words is None else words < limit.words_least,
        words=words,
        words_least=limit.words_least,
        competitor_words_median=median(theirs) if theirs else None,
        source=limit.source,
        reason=None if words is not None else profile.summary().words_reason,
    )


def _body_lines(profile: PageProfile) -> list[str]:
    return [line for section in profile.sections for line in section.lines]


def _skipped(headings: list[HeadingLine]) -> Iterator[str]:
    before = 0
    for heading in headings:
        if before and heading.level > before + 1:
            yield f"h{before} → h{heading.level}: {heading.heading[:_LONGEST_NAMED]}"
        before = heading.level


def _questions(headings: list[str], told: list[str]) -> list[str]:
    return [text for text in dict.fromkeys((*headings, *told)) if text.endswith(_QUESTION_MARKS)]


def _percent(judged: list[bool]) -> float | None:
    return round(100 * sum(judged) / len(judged), 1) if judged else None


def _lists(profile: PageProfile) -> tuple[int, int, int]:
    """Return how many lists, items and tables the content has; menus and footers are left out."""
    elements = parse_elements(profile.page.source)
    tree = elements.tree
    remove_hidden(find_hidden(elements))
    remove(tree.css(_SURROUNDING))
    lists = tree.css("ul, ol, dl")
    return len(lists), len(tree.css("li, dt")), len(tree.css("table"))
