"""How title and description show in a search result, and beside each other."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    measured,
    not_applicable,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject

TITLE_FONT_PX = 20  # of a headline in Google's results on a desktop, in Arial (Screaming Frog, 2026)
_FULL_WIDTH_FROM = "\u1100"  # from the Hangul letters on, East Asian scripts fill a square


class _Widths(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    comment: str
    units_per_em: int = Field(gt=0)
    default: int
    fullwidth: int
    widths: dict[str, int]


@cache
def _arial() -> _Widths:
    data = files("ag2_marketing_tools.seo").joinpath("data", "arial_widths.json").read_text("utf-8")
    return _Widths.model_validate(json.loads(data))


def width_px(text: str, font_px: int) -> int:
    """Return the width of a text in Arial, in pixels.

    >>> width_px("iiiii", 20) < width_px("WWWWW", 20)
    True
    """
    font = _arial()
    units = sum(
        font.widths.get(sign, font.fullwidth if sign >= _FULL_WIDTH_FROM else font.default) for sign in text
    )
    return round(units * font_px / font.units_per_em)


@rule("title.pixels")
def title_width(subject: Subject, check: Check) -> Outcome:
    """Advise on the title's width on the screen."""
    title = subject.page.title
    if not title:
        return not_applicable(say("The page has no title."))
    width, limits = width_px(title, TITLE_FONT_PX), check.limits
    if limits["minimum"].value <= width <= limits["maximum"].value:
        return passed()
    return warned(
        say(
            "The title is {width} px wide; {low} to {high} are advised.",
            width=width,
            low=limits["minimum"].value,
            high=limits["maximum"].value,
        ),
        measured=measured(check, width),
        evidence=[place("title", title)],
    )


@rule("title.same_as_h1")
def title_is_heading(subject: Subject, _check: Check) -> Outcome:
    """Mention a title that repeats the main heading."""
    title, headings = subject.page.title, [text for text in subject.page.headings_of(1) if text]
    if not title or not headings:
        return not_applicable(say("The page lacks a title or a main heading."))
    if title.casefold() != headings[0].casefold():
        return passed()
    return warned(say("Title and main heading are the same."), evidence=[place("title", title)])


@rule("desc.multiple")
def descriptions(subject: Subject, check: Check) -> Outcome:
    """Warn of several descriptions."""
    found = subject.page.descriptions
    if not found:
        return not_applicable(say("The page has no meta description."))
    if len(found) <= check.limits["good"].value:
        return passed()
    return warned(
        say("The page has {descriptions}.", descriptions=count_of(len(found), "meta description")),
        measured=measured(check, len(found)),
        evidence=[place("meta description", text) for text in found],
    )
