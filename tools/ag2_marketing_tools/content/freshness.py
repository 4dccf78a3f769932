"""How old a text is, by what the page and its server say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ag2_marketing_tools.content.facts import measures
from ag2_marketing_tools.content.model_quality import DateKind, Freshness, StatedDate
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.text.clean import clean

_IN_DATA: dict[str, DateKind] = {"datePublished": "published", "dateModified": "modified"}
_IN_META: dict[str, DateKind] = {
    "article:published_time": "published",
    "article:modified_time": "modified",
    "og:updated_time": "modified",
    "datepublished": "published",
    "datemodified": "modified",
    "last-modified": "modified",
    "dc.date.issued": "published",
    "dc.date.modified": "modified",
    "dcterms.issued": "published",
    "dcterms.modified": "modified",
}
_ARTICLE = re.compile(r"(Article|Posting|WebPage|Report|CreativeWork|Page|Recipe|HowTo|Product|Service)$")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?=$|[T\s])")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)\W{0,12}((?:\d{4}\s*[-–—/,]\s*)?(\d{4}))\b", re.IGNORECASE)
_EARLIEST = 1990
_DEEPEST = 8
_MOST_DATES = 20
_LONGEST_TEXT = 60  # characters of a date as written


def freshness(page: Page, today: date) -> Freshness:
    """Return the stated dates of a page, whether they agree, and how old the text is.

    `Last-Modified` is listed and never taken as the text's own date: servers set it whenever they like.

    Args:
        page: The page.
        today: The day from which the age is counted.
    """
    dates = list(dict.fromkeys(_stated(page, today)))[:_MOST_DATES]
    published = min(
        (one.date for one in dates if one.kind == "published" and one.date <= today), default=None
    )
    modified = max((one.date for one in dates if one.kind == "modified" and one.date <= today), default=None)
    newest = max((day for day in (published, modified) if day), default=None)
    disagreements = list(_disagreements(dates, today))
    compared = [one for one in dates if one.kind in {"published", "modified"}]
    return Freshness(
        dates=dates,
        published=published,
        modified=modified,
        age_days=(today - newest).days if newest else None,
        copyright_year=_copyright_year(page, today),
        agree=not disagreements if len(compared) > 1 or disagreements else None,
        disagreements=disagreements,
        reason=None if newest else say("The page states no date of publication or modification."),
    )


def _stated(page: Page, today: date) -> Iterator[StatedDate]:
    for block in page.structured_data:
        yield from _in_data(block.data, 0)
    for name, kind in _IN_META.items():
        yield from _read(kind, page.meta.get(name), f"meta {name}")
    header = page.transfer.headers.get("last-modified")
    if header:
        try:
            day = parsedate_to_datetime(header).date()
        except (ValueError, TypeError, OverflowError):
            return
        yield StatedDate(
            kind="last_modified", date=day, stated_by="Last-Modified", text=clean(header)[:_LONGEST_TEXT]
        )


def _in_data(value: Any, depth: int) -> Iterator[StatedDate]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for part in value:
            yield from _in_data(part, depth + 1)
    elif isinstance(value, dict):
        types = value.get("@type", value.get("type"))
        names = types if isinstance(types, list) else [types]
        if any(isinstance(name, str) and _ARTICLE.search(name) for name in names):
            for name, kind in _IN_DATA.items():
                yield from _read(kind, value.get(name), "structured data")
        inner = value.get("properties")
        if isinstance(inner, dict):  # microdata
            yield from _in_data({**inner, "@type": types}, depth + 1)
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
            yield from _in_data(value.get(name), depth + 1)


def _read(kind: DateKind, text: Any, where: str) -> Iterator[StatedDate]:
    if isinstance(text, list) and text:
        text = text[0]
    if not isinstance(text, str):
        return
    found = _ISO.match(text.strip())
    if found is None:
        return
    try:
        day = datetime(int(found[1]), int(found[2]), int(found[3])).date()  # noqa: DTZ001 (a day, without a zone)
    except ValueError:
        return
    if day.year >= _EARLIEST:
        yield StatedDate(kind=kind, date=day, stated_by=where, text=clean(text)[:_LONGEST_TEXT])


def _disagreements(dates: list[StatedDate], today: date) -> Iterator[str]:
    spare = measures().freshness.dates_differ_days
    for kind in ("published", "modified"):
        days = sorted({one.date for one in dates if one.kind == kind})
        if days and (days[-1] - days[0]).days > spare:
            where = "; ".join(f"{one.date} ({one.stated_by})" for one in dates if one.kind == kind)
            yield say(
                "It is said to be published on different days: {dates}."
                if kind == "published"
                else "It is said to be modified on different days: {dates}.",
                dates=where,
            )
    published = [one for one in dates if one.kind == "published"]
    modified = [one for one in dates if one.kind == "modified"]
    if published and modified:
        first, last = min(one.date for one in published), max(one.date for one in modified)
        if (first - last).days > spare:
            yield say(
                "It is said to be modified on {last}, before it was published on {first}.",
                last=last,
                first=first,
            )
    for one in dates:
        if (one.date - today).days > spare and one.kind != "copyright":
            yield say("{place} states a day that is yet to come: {date}.", place=one.stated_by, date=one.date)


def _copyright_year(page: Page, today: date) -> int | None:
    years = [int(found[2]) for found in _COPYRIGHT.finditer(page.visible_text)]
    known = [year for year in years if _EARLIEST <= year <= today.year + 1]
    return max(known, default=None)
