"""The recommended outline: the page's sections, its competitors', and those of its kind of content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ag2_marketing_tools.content.compose import Composer, capitalised, figures_stand_on_page
from ag2_marketing_tools.content.facts import profiles
from ag2_marketing_tools.content.model import ContentGap, OutlineSection
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.text.clean import clean
from ag2_marketing_tools.text.lexicon import lexicon
from ag2_marketing_tools.text.words import tokenise

_MOST_OWN = 8
_MOST_FROM_GAPS = 4
_LONGEST_HEADING = 80  # characters; more is a paragraph in a heading's clothes


def content_outline(
    target: PageProfile,
    gaps: Sequence[ContentGap],
    focus: Sequence[str],
    composer: Composer,
    *,
    h1: str | None,
) -> list[OutlineSection]:
    """Return the outline; every section says where it comes from, and none comes twice.

    A gap becomes a section where a competitor has it in a title or heading; a focus keyword where no other
    section names it; the sections of the content type's profile come in the page's language, or not at all.
    """
    sections = [OutlineSection(level=1, heading=h1, origin="recommended_h1")] if h1 else []
    seen = {target.index.key(section.heading) for section in sections}
    for section in (
        *_own(target),
        *_from_focus(target, focus, composer),
        *_from_gaps(target, gaps),
        *_from_profile(target, composer.profile_name),
    ):
        key = target.index.key(section.heading)
        if key and key not in seen:
            seen.add(key)
            sections.append(section)
    return sections


def _own(target: PageProfile) -> list[OutlineSection]:
    furniture = lexicon(target.code)
    stops = furniture.stop_words if furniture else frozenset()
    headings = [clean(text) for text in target.page.headings_of(2)]
    kept = [
        heading
        for heading in dict.fromkeys(headings)
        if heading
        and len(heading) <= _LONGEST_HEADING
        and any(word.casefold() not in stops for word in tokenise(heading, target.code))
    ]
    return [OutlineSection(level=2, heading=heading, origin="page") for heading in kept[:_MOST_OWN]]


def _from_focus(target: PageProfile, focus: Sequence[str], composer: Composer) -> Iterator[OutlineSection]:
    for term in focus:
        uses = target.placement(term)
        if term != composer.lead and not uses.prominent and figures_stand_on_page(term, target.page):
            yield OutlineSection(level=2, heading=capitalised(term), origin="focus_keyword")


def _from_gaps(target: PageProfile, gaps: Sequence[ContentGap]) -> list[OutlineSection]:
    fitting = [
        gap
        for gap in gaps
        if any(one.uses.prominent for one in gap.covered_by) and figures_stand_on_page(gap.term, target.page)
    ]
    return [
        OutlineSection(
            level=2,
            heading=capitalised(gap.term),
            origin="content_gap",
            covered_by_count=gap.covered_by_count,
        )
        for gap in fitting[:_MOST_FROM_GAPS]
    ]


def _from_profile(target: PageProfile, name: str) -> Iterator[OutlineSection]:
    for section in profiles()[name].section:
        if heading := section.get(target.code or ""):
            yield OutlineSection(level=2, heading=heading, origin="profile")
