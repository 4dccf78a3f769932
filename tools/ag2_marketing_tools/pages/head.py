"""What a page says of itself: title, description, canonical, robots, language, alternates."""

from __future__ import annotations

import re
from typing import TypedDict

from selectolax.lexbor import LexborNode

from ag2_marketing_tools.pages.elements import Attributes, Elements
from ag2_marketing_tools.pages.model import Alternate
from ag2_marketing_tools.pages.urls import resolve
from ag2_marketing_tools.text.clean import clean, strip_invisible

# Possessive: comments could otherwise be split in exponentially many ways.
_DOCTYPE = re.compile(r"(?>\s++|<!--.*?-->|<\?[^>]*+>)*+<!doctype\s+html", re.IGNORECASE | re.DOTALL)
_ROBOTS = ("robots", "googlebot")
_LONGEST_PROLOGUE = 4_096


class Head(TypedDict):
    """The fields of a `Page` that are read here."""

    titles: list[str]
    descriptions: list[str]
    meta: dict[str, str]
    canonicals: list[str]
    canonical_url: str | None
    robots: list[str]
    language: str | None
    doctype: bool
    viewport: str | None
    alternates: list[Alternate]
    misplaced: list[str]


def attribute(node: LexborNode, name: str) -> str:
    """Return an attribute's value without invisible characters and outer space; empty where it is missing."""
    return value_of(node.attributes, name)


def value_of(attributes: Attributes, name: str) -> str:
    """Return what `attribute` does, of attributes that were read once: reading them builds all of them."""
    value = attributes.get(name)
    if not value:
        return ""
    if value.isascii() and value.isprintable():  # nearly all of them
        return value.strip()
    return strip_invisible(value).strip()


def relations(node: LexborNode) -> list[str]:
    """Return the lower-case tokens of a `rel` attribute."""
    return relations_of(node.attributes)


def relations_of(attributes: Attributes) -> list[str]:
    """Return what `relations` does, of attributes that were read once."""
    return value_of(attributes, "rel").lower().split()


def read_head(elements: Elements, text: str, base: str) -> Head:
    """Return what the page says of itself; `base` is the address that its references start from."""
    metas = [_named_content(attributes) for _, attributes in elements.described("meta")]
    first: dict[str, str] = {}
    for name, content in metas:
        if name and not first.get(name):  # an empty one before it says nothing
            first[name] = clean(content)
    links = [(attributes, relations_of(attributes)) for _, attributes in elements.described("link")]
    canonicals = [value_of(attributes, "href") for attributes, rel in links if "canonical" in rel]
    root = elements.tree.root
    language = attribute(root, "lang") if root is not None else ""
    return Head(
        titles=[clean(node.text()) for node in elements.named("title") if not _in_drawing(node)],
        descriptions=[clean(content) for name, content in metas if name == "description"],
        meta={name: content for name, content in first.items() if name != "description"},
        canonicals=canonicals,
        canonical_url=resolve(base, canonicals[0]) if canonicals and canonicals[0] else None,
        robots=[
            directive
            for name, content in metas
            if name in _ROBOTS
            for part in content.split(",")
            if (directive := clean(part).lower())
        ],
        language=language or None,
        doctype=_DOCTYPE.match(text[:_LONGEST_PROLOGUE]) is not None,
        viewport=first.get("viewport"),
        alternates=[
            Alternate(language=language, href=value_of(attributes, "href"))
            for attributes, rel in links
            if "alternate" in rel and (language := value_of(attributes, "hreflang"))
        ],
        misplaced=misplaced(elements),
    )


def misplaced(elements: Elements) -> list[str]:
    """Return the elements of `<head>` that the parser put into `<body>`."""
    before_body = elements.ids_before_body()
    return [
        _named(node)
        for node, attributes in elements.described("title, link, meta")
        if node.mem_id not in before_body and _is_for_head(node.tag, attributes) and not _in_drawing(node)
    ]


def _is_for_head(tag: str | None, attributes: Attributes) -> bool:
    """Tell whether a `<title>`, `<link>` or `<meta>` is one that is read in `<head>` alone."""
    if tag == "link":
        relation = (attributes.get("rel") or "").lower()
        return relation == "canonical" or (relation == "alternate" and "hreflang" in attributes)
    name = (attributes.get("name") or "").lower()
    return (
        tag == "title"
        or name in {"robots", "viewport"}
        or (name == "description" and "itemprop" not in attributes)
    )


def base_address(elements: Elements, page_url: str) -> str:
    """Return the address that the page's references start from: the first `<base href>`, else its own."""
    for _, attributes in elements.described("base"):
        if "href" in attributes:
            return resolve(page_url, value_of(attributes, "href")) or page_url
    return page_url


def _named_content(attributes: Attributes) -> tuple[str, str]:
    content = value_of(attributes, "content")
    header = value_of(attributes, "http-equiv").lower()
    if header:
        return f"http-equiv:{header}", content
    return (value_of(attributes, "name") or value_of(attributes, "property")).lower(), content


def _named(node: LexborNode) -> str:
    by = {"meta": "name", "link": "rel"}.get(node.tag or "")
    return f"{node.tag} {by}={attribute(node, by).lower()}" if by else "title"


def _in_drawing(node: LexborNode) -> bool:
    return (
        node.parent is not None
        and node.parent.tag not in {"head", "body", "html"}
        and _has_ancestor(node, "svg")
    )


def _has_ancestor(node: LexborNode, tag: str) -> bool:
    parent = node.parent
    while parent is not None and parent.tag != tag:
        parent = parent.parent
    return parent is not None
