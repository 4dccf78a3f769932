"""What a page consists of: headings, links, images, and the files that it loads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict

from pydantic import TypeAdapter
from selectolax.lexbor import LexborNode

from ag2_marketing_tools.pages.css import declarations
from ag2_marketing_tools.pages.elements import Attributes, Elements
from ag2_marketing_tools.pages.head import attribute, relations_of, value_of
from ag2_marketing_tools.pages.hidden import Concealed
from ag2_marketing_tools.pages.model import Heading, Image, Link, Resource
from ag2_marketing_tools.pages.names import is_named, unnamed_controls
from ag2_marketing_tools.pages.srcset import candidates
from ag2_marketing_tools.pages.texts import Texts
from ag2_marketing_tools.pages.urls import is_internal, resolve
from ag2_marketing_tools.text.clean import clean

_NAVIGATION = "nav, header, footer"
_NAVIGATION_ROLES = "[role=navigation], [role=banner], [role=contentinfo]"
_LOADED = "script, link, img, iframe, audio, video, source, embed, object, form"
CANDIDATE = "srcset"
"""The element of a resource that is one of several to choose from."""
_REFERENCE = {"link": "href", "object": "data", "form": "action"}
_HREFS = frozenset({"href", "xlink:href"})  # what makes a link, in drawings too
_CLASSIC_SCRIPT = {
    "",
    "text/javascript",
    "application/javascript",
    "application/x-javascript",
    "text/ecmascript",
}
_SCREEN_MEDIA = frozenset({"", "all", "screen"})
_LONGEST_REFERENCE = 80  # characters of an address that names a link
# What the HTML standard (4.6.1) allows only beside `href`: who writes one of them means a link.
_MEANS_A_LINK = ("target", "download", "ping", "rel", "hreflang", "type", "referrerpolicy")
_FILE_RELATIONS = ("stylesheet", "icon", "manifest", "preload", "modulepreload")


# Lists are made at once: one by one, their items take twice the time.
_HEADINGS, _LINKS = TypeAdapter(list[Heading]), TypeAdapter(list[Link])
_IMAGES, _RESOURCES = TypeAdapter(list[Image]), TypeAdapter(list[Resource])


class Body(TypedDict):
    """The fields of a `Page` that are read here."""

    headings: list[Heading]
    links: list[Link]
    images: list[Image]
    resources: list[Resource]
    scripts: list[str]
    stylesheets: list[str]
    scripted_anchors: list[str]
    unnamed_controls: list[str]
    inline_script_bytes: int


def read_body(elements: Elements, page_url: str, base: str, concealed: Concealed) -> Body:
    """Return what the page consists of; texts leave out what is hidden in a heading or link that is seen."""
    texts = Texts(elements, concealed)
    resources = _RESOURCES.validate_python(list(_resources(elements, base)))
    navigation = _ids_in_navigation(elements)
    anchors = elements.described("a")
    linked = [(node, attributes) for node, attributes in anchors if not _HREFS.isdisjoint(attributes)]
    links = _LINKS.validate_python([_link(*one, page_url, base, navigation, texts) for one in linked])
    nameless = [
        link.href
        for (node, attributes), link in zip(linked, links, strict=True)
        if not link.text and node.mem_id not in concealed.node_ids and not _may_have_a_name(node, attributes)
    ]
    return Body(
        headings=_HEADINGS.validate_python(
            [_heading(node, texts) for node in elements.named("h1, h2, h3, h4, h5, h6")]
        ),
        links=links,
        images=_IMAGES.validate_python([_image(*one, base, concealed) for one in elements.described("img")]),
        unnamed_controls=[
            *(f'a href="{href[:_LONGEST_REFERENCE]}"' for href in nameless),
            *unnamed_controls(elements, concealed.node_ids),
        ],
        resources=resources,
        scripts=[resource.url for resource in resources if resource.element == "script"],
        stylesheets=[resource.url for resource in resources if resource.element == "stylesheet"],
        scripted_anchors=[
            texts.seen(node)
            for node, attributes in anchors
            if _HREFS.isdisjoint(attributes)
            and node.mem_id not in texts.hidden
            and _is_meant_as_link(attributes)
        ],
        inline_script_bytes=sum(
            len(node.text().encode())
            for node, attributes in elements.described("script")
            if "src" not in attributes
        ),
    )


def _ids_in_navigation(elements: Elements) -> set[int]:
    """Return the ids of the links in navigation: in two steps, for one selector would look around each link anew."""
    around = [*elements.named(_NAVIGATION), *elements.tree.css(_NAVIGATION_ROLES)]
    return {link.mem_id for one in around for link in one.css("a") if link.mem_id != one.mem_id}


def _may_have_a_name(node: LexborNode, attributes: Attributes) -> bool:
    """Tell whether something else than text names the link, or a script in it may write its text."""
    return bool(value_of(attributes, "aria-labelledby")) or node.css_first("script") is not None


def _is_meant_as_link(attributes: Attributes) -> bool:
    """Tell whether an `<a>` without `href` was meant to lead somewhere; others are placeholders or targets."""
    if value_of(attributes, "role"):
        return False
    if "onclick" in attributes:
        return True
    is_target = value_of(attributes, "id") or value_of(attributes, "name")
    return not is_target and any(name in attributes for name in _MEANS_A_LINK)


def _heading(node: LexborNode, texts: Texts) -> dict[str, Any]:
    seen, whole = texts.seen(node), texts.whole(node)
    return {
        "level": int((node.tag or "h1")[1]),
        "text": seen or whole,
        "hidden": node.mem_id in texts.hidden or (bool(whole) and not seen),
        "image_alt": "" if whole else _name_of_content(node, node.attributes),
    }


def _link(
    node: LexborNode, attributes: Attributes, page_url: str, base: str, navigation: set[int], texts: Texts
) -> dict[str, Any]:
    identity = node.mem_id
    href = value_of(attributes, "href")
    url = resolve(base, href)
    return {
        "href": href,
        "url": url,
        "text": texts.seen(node) or _name_of_content(node, attributes),
        "rel": relations_of(attributes) if "rel" in attributes else [],
        "internal": url is not None and is_internal(page_url, url),
        "in_navigation": identity in navigation,
        "hidden": identity in texts.hidden,
        "new_tab": "target" in attributes and value_of(attributes, "target").lower() == "_blank",
    }


def _name_of_content(node: LexborNode, attributes: Attributes) -> str:
    """Return what stands for a link's text where it has none: its label, or its image's alternative text."""
    label = value_of(attributes, "aria-label")
    if label:
        return clean(label)
    image = node.css_first("img[alt]")
    name = clean(attribute(image, "alt")) if image is not None else ""
    return name or clean(value_of(attributes, "title"))


def _image(node: LexborNode, attributes: Attributes, base: str, concealed: Concealed) -> dict[str, Any]:
    source = value_of(attributes, "src")
    named = is_named(attributes)
    presentational = value_of(attributes, "role") in {"presentation", "none"}
    unspoken = node.mem_id in concealed.node_ids
    return {
        "src": source,
        "url": resolve(base, source) if source else next(_choices(attributes, base), None),
        "alt": clean(attributes["alt"] or "") if "alt" in attributes else None,
        "width": value_of(attributes, "width") or None,
        "height": value_of(attributes, "height") or None,
        "loading": value_of(attributes, "loading").lower() or None,
        "hidden": node.mem_id in concealed.unseen_ids,
        "sized": _is_sized(attributes),
        "needs_alt": not (named or presentational or unspoken),
    }


def _is_sized(attributes: Attributes) -> bool:
    if value_of(attributes, "width") and value_of(attributes, "height"):
        return True
    normal, important = declarations(value_of(attributes, "style"))
    style = normal | important
    return "aspect-ratio" in style or {"width", "height"} <= style.keys()


def _resources(elements: Elements, base: str) -> Iterator[dict[str, Any]]:
    in_head = elements.ids_before_body()
    for node, attributes in elements.described(_LOADED):
        tag = node.tag or ""
        name = _REFERENCE.get(tag, "src")
        if name not in attributes:
            continue
        reference = value_of(attributes, name)
        url = resolve(base, reference) if reference or tag == "form" else None  # an empty one loads nothing
        rel = relations_of(attributes) if tag == "link" else []
        element = next((name for name in _FILE_RELATIONS if name in rel), "") if tag == "link" else tag
        if url is None or not element:
            continue
        blocking = node.mem_id in in_head and _blocks_rendering(attributes, element)
        yield {"element": element, "url": url, "render_blocking": blocking}
    yield from _image_sets(elements, base)


def _image_sets(elements: Elements, base: str) -> Iterator[dict[str, Any]]:
    """Yield the files that a browser may choose from; the first stands for an image that has no other address."""
    for node, attributes in elements.described("img, source, link"):
        if not _has_set(node, attributes):
            continue
        alone = node.tag == "img" and not value_of(attributes, "src")
        for url in _choices(attributes, base):
            yield {"element": "img" if alone else CANDIDATE, "url": url, "render_blocking": False}
            alone = False


def _has_set(node: LexborNode, attributes: Attributes) -> bool:
    if "srcset" in attributes:
        parent = node.parent
        return node.tag == "img" or (node.tag == "source" and parent is not None and parent.tag == "picture")
    return "imagesrcset" in attributes and node.tag == "link" and "preload" in relations_of(attributes)


def _choices(attributes: Attributes, base: str) -> Iterator[str]:
    written = value_of(attributes, "srcset") or value_of(attributes, "imagesrcset")
    return (url for one in candidates(written) if (url := resolve(base, one)) is not None)


def _blocks_rendering(attributes: Attributes, element: str) -> bool:
    if element == "script":
        deferred = "async" in attributes or "defer" in attributes
        return not deferred and value_of(attributes, "type").lower() in _CLASSIC_SCRIPT
    queries = value_of(attributes, "media").lower().split(",")
    on_screen = any(query.strip().removeprefix("only ").strip() in _SCREEN_MEDIA for query in queries)
    return element == "stylesheet" and on_screen and "disabled" not in attributes
