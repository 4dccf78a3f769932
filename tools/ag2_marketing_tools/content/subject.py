"""Who a page is from and where: the site's name and place, as the page itself tells them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.urls import origin
from ag2_marketing_tools.text.clean import clean
from ag2_marketing_tools.text.titles import says_nothing

_LONGEST_NAME = 40  # characters; more is a slogan
_DEEPEST = 12
_FEWEST_TITLES = 2  # besides the page's own: what three pages share is no accident
_SEPARATOR = re.compile(r"\s+[-|–—·•»:]\s+|\s*[|·•»]\s*")
_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)[^\n]{0,120}", re.IGNORECASE)
_COMPANY = re.compile(r"(Organization|Business|WebSite|Corporation|Clinic|Store|Attorney|Physician|Dentist)$")


def title_parts(title: str) -> list[str]:
    """Return a title's parts between bars and dashes.

    >>> title_parts("Home care in Hamburg | Elbe Care - since 1998")
    ['Home care in Hamburg', 'Elbe Care', 'since 1998']
    """
    return [part for part in (clean(part) for part in _SEPARATOR.split(title)) if part]


def site_name(page: Page) -> str | None:
    """Return the site's name: of Open Graph, structured data, else the title's part that names the host."""
    stated = [page.meta.get("og:site_name", ""), *_company_names(page)]
    for name in map(clean, stated):
        if 2 <= len(name) <= _LONGEST_NAME:
            return name
    label = _letters((urlsplit(page.url).hostname or "").removeprefix("www.").rpartition(".")[0])
    parts = title_parts(page.title)
    for part in reversed(parts if len(parts) > 1 else []):
        letters = _letters(part)
        if (
            len(letters) >= 3
            and (letters in label or label in letters)
            and len(part) <= _LONGEST_NAME
            and label
        ):
            return part
    return (_named_by_copyright(page, parts) if len(parts) > 1 else None) or _named_by_home_link(page)


def _named_by_copyright(page: Page, parts: list[str]) -> str | None:
    """Return the title's part that stands beside a copyright mark: `© 2024 Elbe Care`."""
    marks = [clean(found[0]).casefold() for found in _COPYRIGHT.finditer(page.visible_text)]
    for part in reversed(parts):
        is_name = len(_letters(part)) >= 3 and len(part) <= _LONGEST_NAME
        if is_name and any(part.casefold() in mark for mark in marks):
            return part
    return None


def _named_by_home_link(page: Page) -> str | None:
    """Return the text of the link to the home page, where it is a name that the title holds, too."""
    home = f"{origin(page.url)}/"
    for link in page.links:
        text = clean(link.text)
        if (
            link.url == home
            and 3 <= len(text) <= _LONGEST_NAME
            and text[0].isupper()
            and not says_nothing(text)
            and text.casefold() in clean(page.title).casefold()
        ):
            return text
    return None


def common_title_part(title: str, others: Sequence[str]) -> str | None:
    """Return the part of a title that most of the site's other titles hold, too: there it names the site.

    >>> common_title_part("Costs | Oak Lane", ["Team | Oak Lane", "Blog | Oak Lane", "Oak Lane"])
    'Oak Lane'
    """
    held = Counter(part.casefold() for other in others for part in set(title_parts(other)))
    for part in reversed(title_parts(title)):
        uses = held[part.casefold()]
        if len(part) <= _LONGEST_NAME and uses >= _FEWEST_TITLES and uses > len(others) / 2:
            return part
    return None


def place(page: Page) -> str | None:
    """Return the place that the page's structured data names, if its visible text or title names it too."""
    shown = f"{page.title} {page.visible_text}".casefold()
    for node in _companies(page):
        for name in (_locality(node.get("address")), _area(node.get("areaServed"))):
            cleaned = clean(name)
            if cleaned and len(cleaned) <= _LONGEST_NAME and cleaned.casefold() in shown:
                return cleaned
    return None


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _company_names(page: Page) -> Iterator[str]:
    for node in _companies(page):
        if isinstance(node.get("name"), str):
            yield node["name"]


def _companies(page: Page) -> Iterator[dict[str, Any]]:
    for block in page.structured_data:
        for node in _nodes(block.data, 0):
            types = node.get("@type", node.get("type"))
            names = types if isinstance(types, list) else [types]
            if any(isinstance(name, str) and _COMPANY.search(name) for name in names):
                yield node


def _nodes(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _nodes(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _nodes(part, depth + 1)


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value


def _locality(address: object) -> str:
    address = _first(address)
    name = address.get("addressLocality") if isinstance(address, dict) else None
    return name if isinstance(name, str) else ""


def _area(area: object) -> str:
    area = _first(area)
    name = area.get("name") if isinstance(area, dict) else area
    return name if isinstance(name, str) else ""
