"""What a crawl keeps of a page: far less than a `Page`, in a tenth of the time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from ag2_marketing_tools.pages.crawl.facts import javascript_facts, limits
from ag2_marketing_tools.pages.crawl.identity import digest_64, key_of, plain
from ag2_marketing_tools.pages.crawl.javascript import inline_script_bytes, javascript_signs, notices
from ag2_marketing_tools.pages.crawl.sketch import packed, sketch_of
from ag2_marketing_tools.pages.decode import decode_html
from ag2_marketing_tools.pages.elements import Elements
from ag2_marketing_tools.pages.head import attribute, base_address, read_head, relations
from ag2_marketing_tools.pages.hidden import find_hidden, remove_hidden
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.tree import parse_elements, remove
from ag2_marketing_tools.pages.urls import resolve
from ag2_marketing_tools.text.clean import clean, strip_invisible

_LONGEST_KEPT = 500  # characters of a title, description or heading
_UNSEEN = "script, style, template, noscript, iframe, object, canvas, audio, video, datalist, select"
_REFRESH_TO = re.compile(r"[;,]\s*url\s*=\s*[\"']?([^\"'\s]+)", re.IGNORECASE)
_AGENT = re.compile(r"\s*([a-z][\w-]*)\s*:")
_WITH_VALUE = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
# A path from the root that joining leaves as it is: no empty or dotted segment, no fragment, no lone mark.
_SEGMENT = r"[\w%~!$&'()*+,=:@-][\w%~!$&'()*+,=:@.-]*+"
_PLAIN_PATH = re.compile(rf"/(?:{_SEGMENT}(?:/{_SEGMENT})*+/?+)?+(?:\?[\w%~!$&'()*+,=:@./-]++)?+", re.ASCII)
_LONGEST_MEAN_WORD = 15  # characters; in languages with spaces it is 5 to 8


@dataclass(frozen=True)
class Reading:
    """What is kept of a page that was read; texts are the page's own, never to be trusted.

    Attributes:
        title: The first title.
        description: The first description.
        h1: The first heading of level 1.
        canonical_url: The canonical address that it names.
        canonical_key: The hash of that address, by which pages of one canonical are found.
        noindex: Whether it asks search engines to leave it out, by a meta element or a header.
        nofollow: Whether it asks crawlers not to follow its links.
        words: How many words a visitor sees.
        text_digest: The hash of these words; None where there are none.
        sketch: Their packed sketch; None where they are too few to be compared.
        javascript_signs: Signs that a script would show more; none where the page says enough without.
        links: The absolute addresses that it links to and lets be followed, each once.
    """

    title: str
    description: str
    h1: str
    canonical_url: str | None
    canonical_key: int | None
    noindex: bool
    nofollow: bool
    words: int
    text_digest: int | None
    sketch: str | None
    javascript_signs: list[str]
    links: list[str]


def read_page(content: bytes, url: str, headers: Mapping[str, str]) -> Reading:
    """Return what is kept of a page; any bytes are a page, if need be an empty one.

    Args:
        content: The document.
        url: Where it was found.
        headers: The answer's headers by lower-case name.

    Raises:
        FetchFailed: The document is larger or nested more deeply than any page made for people.
    """
    text = decode_html(content, headers.get("content-type")).text
    elements = parse_elements(text)
    tree = elements.tree
    base = base_address(elements, url)
    head = read_head(elements, text, base)
    robots = {*head["robots"], *_header_robots(headers.get("x-robots-tag", ""))}
    nofollow = bool(robots & {"nofollow", "none"})
    refresh = head["meta"].get("http-equiv:refresh", "")
    links = [] if nofollow else list(dict.fromkeys(_links(tree, base, refresh)))
    heading = tree.css_first("h1")
    h1 = clean(heading.text(separator=" ")) if heading is not None else ""
    notice, script_bytes = notices(tree), inline_script_bytes(tree)
    words = _visible_words(elements)
    seen = " ".join(words)
    canonical = head["canonical_url"]
    return Reading(
        title=(head["titles"] or [""])[0][:_LONGEST_KEPT],
        description=(head["descriptions"] or [""])[0][:_LONGEST_KEPT],
        h1=h1[:_LONGEST_KEPT],
        canonical_url=canonical,
        canonical_key=_key(canonical),
        noindex=bool(robots & {"noindex", "none"}),
        nofollow=nofollow,
        words=len(words),
        text_digest=digest_64(seen.encode(errors="surrogatepass")) if words else None,
        sketch=_sketch(words, len(seen)),
        javascript_signs=javascript_signs(tree, visible_text=seen, notice=notice, script_bytes=script_bytes),
        links=links[: limits().crawl.most_links_per_page],
    )


def shows_by_script(page: Page) -> list[str]:
    """Return the signs that a whole page shows its content by a script, as `read_page` finds them."""
    if len(page.visible_text) > javascript_facts().most_characters:
        return []
    elements = parse_elements(page.source)
    tree = elements.tree
    notice, script_bytes = notices(tree), inline_script_bytes(tree)
    seen = " ".join(_visible_words(elements))
    return javascript_signs(tree, visible_text=seen, notice=notice, script_bytes=script_bytes)


def _key(canonical: str | None) -> int | None:
    is_web = canonical is not None and canonical.lower().startswith(("http://", "https://"))
    return key_of(plain(canonical)) if canonical is not None and is_web else None


def _sketch(words: list[str], characters: int) -> str | None:
    if characters > _LONGEST_MEAN_WORD * len(words):  # Chinese, Japanese, Thai: no spaces between words
        words = list("".join(words))
    return packed(sketch_of(words)) if len(words) >= limits().duplicates.fewest_words else None


def _header_robots(header: str) -> Iterator[str]:
    """Yield the directives of `X-Robots-Tag` for all crawlers and for Google's.

    A name before a directive holds for those after it, too (Google Search Central, "Robots meta tag", 2025).
    """
    agent = ""
    for part in header.lower().split(","):
        named = _AGENT.match(part)
        is_agent = named is not None and named[1] not in _WITH_VALUE
        if named and is_agent:
            agent = named[1]
        if agent in {"", "googlebot"}:
            yield (part[named.end() :] if named and is_agent else part).strip()


def _links(tree: LexborHTMLParser, base: str, refresh: str) -> Iterator[str]:
    root = _written_origin(base)
    for node in tree.css("a[href], area[href]"):
        attributes = node.attributes
        if "rel" in attributes and "nofollow" in relations(node):
            continue
        href = attributes["href"] or ""
        # Most links need no more than this; the full way takes thirty times as long.
        plain_path = _PLAIN_PATH.fullmatch(href)
        url = root + href if plain_path else resolve(base, attribute(node, "href"))
        if url is not None:
            yield url
    target = _REFRESH_TO.search(refresh)
    url = resolve(base, target[1]) if target else None
    if url is not None:
        yield url


def _written_origin(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))


def _visible_words(elements: Elements) -> list[str]:
    """Return the words that a visitor sees; the tree is used up."""
    remove_hidden(find_hidden(elements))
    remove(elements.tree.css(_UNSEEN))
    body = elements.tree.body
    return strip_invisible(body.text(separator=" ")).split() if body is not None else []
