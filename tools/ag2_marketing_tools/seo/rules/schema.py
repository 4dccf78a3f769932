"""Structured data: its vocabulary, and what Google makes of it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from ag2_marketing_tools.pages.urls import site_of
from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.entities import Entity, has, texts
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    failed,
    measured,
    not_applicable,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject
from ag2_marketing_tools.seo.vocabulary import belongs, vocabulary

_NONE = "The page has no structured data that can be read."
_OWN = ("Organization", "LocalBusiness")
_RATED = ("aggregateRating", "review", "reviews")


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Feature(_Fact):
    """What a rich result requires of a type."""

    name: str
    types: list[str]
    requires: list[str]
    also_at_top: list[str] = []
    only_at_top: bool = False


class Google(_Fact):
    """Google's rules for structured data."""

    feature: list[Feature]
    retired: dict[str, str]


@cache
def google() -> Google:
    """Return Google's rules, read once."""
    data = files("ag2_marketing_tools.seo").joinpath("data", "google.toml").read_text("utf-8")
    return Google.model_validate(tomllib.loads(data))


@rule("schema.vocab")
def known_names(subject: Subject, check: Check) -> Outcome:
    """Warn of types and properties that schema.org does not have, has elsewhere, or has given up."""
    things = [thing for thing in subject.entities if thing.types]
    if not things:
        return not_applicable(say(_NONE))
    faults = dict.fromkeys(fault for thing in things for fault in _unknown(thing))
    if len(faults) <= check.limits["good"].value:
        return passed()
    return warned(
        say(
            "{names} in the structured data that schema.org does not know there.",
            names=count_of(len(faults), "name"),
        ),
        measured=measured(check, len(faults)),
        evidence=[place(where, fault) for where, fault in faults],
    )


def _unknown(thing: Entity) -> Iterator[tuple[str, str]]:
    known = vocabulary()
    named = frozenset(one for one in thing.types if ":" not in one)
    strangers = sorted(one for one in named if one not in known.types)
    for one in strangers:
        yield one, say("no type of schema.org")
    for one in sorted(named & known.superseded.keys()):
        yield one, say("superseded by {names}", names=", ".join(known.superseded[one]))
    if strangers or not named:
        return
    for name in thing.data:
        if name.startswith("@") or ":" in name or name.endswith(("-input", "-output")):
            continue
        if name in known.superseded:
            successors = ", ".join(known.superseded[name])
            yield f"{thing.name}.{name}", say("superseded by {names}", names=successors)
        elif name not in known.properties:
            yield f"{thing.name}.{name}", say("no property of schema.org")
        elif not belongs(name, named):
            yield f"{thing.name}.{name}", say("no property of {type}", type=thing.name)


@rule("schema.google_required")
def required(subject: Subject, check: Check) -> Outcome:
    """Warn of properties without which Google shows no rich result."""
    asked = [
        (thing, feature)
        for thing in subject.entities
        for feature in google().feature
        if not thing.is_reference
        and thing.is_a(*feature.types)
        and not (feature.only_at_top and thing.within)
    ]
    if not asked:
        return not_applicable(say("The structured data names nothing that Google shows a rich result for."))
    missing = list(dict.fromkeys(lack for thing, feature in asked for lack in _missing(thing, feature)))
    if len(missing) <= check.limits["good"].value:
        return passed()
    return warned(
        say(
            "{properties} missing for Google.",
            properties=count_of(len(missing), "required property", "required properties"),
        ),
        measured=measured(check, len(missing)),
        evidence=[
            place(thing, say("{names} missing ({feature})", names=names, feature=feature))
            for thing, names, feature in missing
        ],
    )


def _missing(thing: Entity, feature: Feature) -> Iterator[tuple[str, str, str]]:
    for names in [*feature.requires, *([] if thing.within else feature.also_at_top)]:
        if not any(has(thing.data, name) for name in names.split("|")):
            yield thing.name, names.replace("|", f" {say('or')} "), feature.name


@rule("schema.self_serving_rating")
def self_serving(subject: Subject, _check: Check) -> Outcome:
    """Fail on ratings of the site's own business; where it may be another's, warn."""
    rated = [
        thing
        for thing in subject.entities
        if thing.is_a(*_OWN) and any(has(thing.data, name) for name in _RATED)
    ]
    if not rated:
        return not_applicable(say("No organisation is rated in the structured data."))
    own = [thing for thing in rated if _is_own(thing, subject)]
    evidence = [place(thing.name, next(iter(texts(thing.data.get("name"))), None)) for thing in own or rated]
    if own:
        return failed(
            say("The structured data rates the site's own business, which Google shows no stars for."),
            evidence=evidence,
        )
    if len(rated) > 1 or any(_address(thing) for thing in rated):
        return passed()  # a directory, or a page about somebody else
    return warned(
        say("The structured data rates a business; if it is the site's own, Google shows no stars for it."),
        evidence=evidence,
    )


def _address(thing: Entity) -> str | None:
    named = (*texts(thing.data.get("url")), *texts(thing.data.get("@id")))
    return next((one for one in named if one.lower().startswith("http")), None)


def _is_own(thing: Entity, subject: Subject) -> bool:
    address = _address(thing)
    if address is None or site_of(address) != site_of(subject.page.url):
        return False
    return urlsplit(address).path.strip("/") == "" or thing.within == "publisher"


@rule("schema.rating_visible")
def visible(subject: Subject, check: Check) -> Outcome:
    """Warn of ratings and questions that are in the structured data and not in the text."""
    ratings = [thing for thing in subject.entities if thing.is_a("AggregateRating")]
    questions = [
        thing for thing in subject.entities if thing.is_a("Question") and thing.within == "mainEntity"
    ]
    if not ratings and not questions:
        return not_applicable(say("The structured data names neither a rating nor questions."))
    shown = _shown(subject)
    missing = [
        ("AggregateRating.ratingValue", value)
        for thing in ratings
        for value in texts(thing.data.get("ratingValue"))
        if not any(form in shown for form in _spellings(value))
    ]
    missing += [
        ("Question.name", name)
        for thing in questions
        for name in texts(thing.data.get("name"))
        if " ".join(name.casefold().split()) not in shown
    ]
    if len(missing) <= check.limits["good"].value:
        return passed()
    return warned(
        say(
            "{values} that the page's text does not show.",
            values=count_of(len(missing), "marked-up value"),
        ),
        measured=measured(check, len(missing)),
        evidence=[place(where, value) for where, value in missing],
    )


def _shown(subject: Subject) -> str:
    page = subject.page
    alternatives = (image.alt for image in page.images if image.alt)
    everything = (page.visible_text, *alternatives, *(link.text for link in page.links))
    return " ".join(" ".join(everything).casefold().split())


def _spellings(value: str) -> set[str]:
    """Return a number as people write it: `4.80` also as `4.8` and `4,8`."""
    try:
        short = f"{float(value.replace(',', '.')):g}"
    except ValueError:
        return {value.casefold()}
    forms = {value, short, f"{float(short):.1f}"}
    return forms | {form.replace(".", ",") for form in forms}


@rule("schema.retired")
def retired(subject: Subject, check: Check) -> Outcome:
    """Mention types that had a rich result once."""
    types = {name for thing in subject.entities for name in thing.types}
    if not types:
        return not_applicable(say(_NONE))
    found = [(name, since) for name, since in google().retired.items() if name in types]
    if len(found) <= check.limits["good"].value:
        return passed()
    return warned(
        say(
            "{types} in the structured data without a rich result in Google by now.",
            types=count_of(len(found), "type"),
        ),
        measured=measured(check, len(found)),
        evidence=[place(name, say("no rich result since {date}", date=since)) for name, since in found],
    )
