"""A page is analysed, rewritten and analysed again: what the comparison says of its content."""

from __future__ import annotations

from typing import Any

import pytest
from loopback_site import Site

from ag2_marketing_tools.content import ContentAnalysis, ContentComparison, analyze_content, compare_content
from ag2_marketing_tools.content.history import compare as comparing
from ag2_marketing_tools.content.history.snapshot import ContentSnapshot
from ag2_marketing_tools.history.model import NotComparable
from ag2_marketing_tools.workspace import Workspace


def page(title: str, *sentences: str, h1: str = "Home care") -> str:
    text = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title></head>"
        f"<body><main><h1>{h1}</h1>{text}</main></body></html>"
    )


NURSES = (
    "Our nurses visit your parents at home in Lisbon every day and cook a warm meal with them there. " * 8
)
RESPITE = "Respite care gives families a rest, and respite care at night is part of what our nurses do. " * 6
RIVAL = "Respite care for families is what we do: respite care by day, and respite care by night. " * 8


async def analysed(ws: Workspace, site: Site, html: str, **arguments: Any) -> ContentAnalysis:
    site.put("/", html)
    ws.clock.advance(86_400)  # type: ignore[attr-defined]
    asked = {"target_url": site.url(), "max_pages": 1, **arguments}
    return await analyze_content.run(asked, ws)


async def compared(ws: Workspace, site: Site, **arguments: Any) -> ContentComparison:
    return await compare_content.run({"url": site.url(), **arguments}, ws)


async def test_words_and_keywords_are_compared_with_both_values(ws: Workspace, site: Site) -> None:
    then = await analysed(ws, site, page("Nurses at home in Lisbon", NURSES))
    now = await analysed(ws, site, page("Nurses and respite care", NURSES, RESPITE))
    found = await compared(ws, site)
    assert found.compared
    assert found.words is not None
    assert (found.words.earlier, found.words.latest) == (then.page.words, now.page.words)
    assert found.words.difference is not None
    assert (found.words.difference.value, found.words.difference.unit) == (
        (now.page.words or 0) - (then.page.words or 0), "word",
    )  # fmt: skip
    assert set(found.keywords_gained) == set(now.primary_keywords) - set(then.primary_keywords)
    assert "respite care" in {term.lower() for term in found.keywords_gained}
    assert found.counts.keywords_gained == len(found.keywords_gained)
    ease = next(one for one in found.readability if one.name == "reading_ease")
    assert (ease.earlier, ease.latest) == (
        then.page.readability.reading_ease,
        now.page.readability.reading_ease,
    )


async def test_a_gap_that_the_page_speaks_of_now_is_closed(
    ws: Workspace, site: Site, other_site: Site
) -> None:
    rival = other_site.put("/", page("Respite care", RIVAL, h1="Respite care"))
    then = await analysed(ws, site, page("Nurses at home", NURSES), competitors=[rival])
    assert "respite care" in {gap.term.lower() for gap in then.content_gaps}
    await analysed(ws, site, page("Nurses at home", NURSES, RESPITE), competitors=[rival])
    found = await compared(ws, site)
    assert "respite care" in {term.lower() for term in found.gaps_closed}
    assert found.counts.gaps_closed == len(found.gaps_closed)


async def test_gaps_beside_other_competitors_are_not_compared(
    ws: Workspace, site: Site, other_site: Site
) -> None:
    rival = other_site.put("/", page("Respite care", RIVAL, h1="Respite care"))
    await analysed(ws, site, page("Nurses at home", NURSES))
    await analysed(ws, site, page("Nurses at home", NURSES), competitors=[rival])
    found = await compared(ws, site)
    assert (found.gaps_closed, found.gaps_new, found.gaps_open) == ([], [], [])
    assert {one.subject for one in found.not_comparable} == {"gaps"}


async def test_a_recommended_title_that_was_taken_is_followed(ws: Workspace, site: Site) -> None:
    then = await analysed(ws, site, page("Start", NURSES))
    assert then.recommended_title is not None
    await analysed(ws, site, page(then.recommended_title.upper(), NURSES))
    advice = {one.field: one for one in (await compared(ws, site)).advice}
    assert (advice["title"].followed, advice["title"].changed) == (True, True)
    assert (advice["title"].before, advice["title"].recommended) == ("Start", then.recommended_title)
    assert advice["h1"].changed is False


async def test_without_an_earlier_analysis_it_says_so(ws: Workspace, site: Site) -> None:
    nothing = await compared(ws, site)
    assert (nothing.compared, nothing.latest, bool(nothing.reason)) == (False, None, True)
    await analysed(ws, site, page("Nurses", NURSES))
    only = await compared(ws, site)
    assert (only.compared, only.earlier, bool(only.reason)) == (False, None, True)


# Two stored analyses, side by side


def seen(**more: Any) -> ContentSnapshot:
    return ContentSnapshot.model_validate({"page": {"url": "https://a.example/"}, **more})


def test_an_analysis_of_the_first_version_stays_readable() -> None:
    first = seen(page={"url": "https://a.example/", "words": 7, "gone_since": 1}, long_gone=[])
    assert (first.page.words, first.gaps, first.competitors, first.gaps_are_cut) == (
        7,
        [],
        frozenset(),
        False,
    )


def test_a_text_that_was_never_recommended_was_neither_followed_nor_not() -> None:
    assert {one.followed for one in comparing.advice(seen(), seen())} == {None}


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        (
            {"reading_ease": 60.0, "formula": "Flesch"},
            {"reading_ease": 55.0, "formula": "Amstad"},
            "different formulas",
        ),
        ({"reading_ease": 60.0, "formula": "Flesch"}, {"reason": "Too little text."}, "Too little text."),
    ],
)  # fmt: skip
def test_readability_of_another_measure_is_named(then: Any, now: Any, words: str) -> None:
    pages = [{"url": "https://a.example/", "readability": one} for one in (then, now)]
    (found,) = comparing.readability(*(seen(page=one) for one in pages))
    assert isinstance(found, NotComparable)
    assert words in found.reason


def test_terms_are_the_same_whatever_their_case() -> None:
    assert comparing.only_in(["Home Care", "nurses"], ["home  care"]) == ["nurses"]
    assert comparing.in_both(["Home Care", "nurses"], ["home  care"]) == ["Home Care"]
