"""The parser beside html5lib, the reference implementation of the HTML parsing algorithm in Python."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest

from ag2_marketing_tools.pages.decode import decode_html
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.parse import parse_document
from ag2_marketing_tools.text.clean import clean, strip_invisible

URL = "https://www.site.example/a/b"
CODE = ("{http://www.w3.org/1999/xhtml}script", "{http://www.w3.org/1999/xhtml}style")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Oracle:
    def __init__(self, content: bytes, *, scripting: bool = False) -> None:
        text = decode_html(content, "text/html").text
        self.root = html5lib.HTMLParser(
            tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=True
        ).parse(text, scripting=scripting)

    def elements(self, *tags: str) -> Iterator[tuple[str, dict[str, str], str]]:
        names = {f"{{http://www.w3.org/1999/xhtml}}{tag}" for tag in tags}
        for element in self.root.iter():
            if isinstance(element.tag, str) and element.tag in names:
                words = "".join(self.words(element))
                yield element.tag.rpartition("}")[2], dict(element.attrib), clean(words).replace(" ", "")

    def words(self, element: Element) -> Iterator[str]:
        """All texts in an element but the code of scripts and styles."""
        yield element.text or ""
        for part in element:
            if isinstance(part.tag, str) and part.tag not in CODE:
                yield from self.words(part)
            yield part.tail or ""

    def base(self) -> str:
        """Where references start: HTML standard, 4.2.3, the first `<base>` with an `href`."""
        declared = [a["href"].strip() for _, a, _ in self.elements("base") if "href" in a]
        return urljoin(URL, declared[0]) if declared else URL

    def links(self) -> list[tuple[str, list[str], str]]:
        """Each link's reference, relations and text."""
        return [
            (strip_invisible(a["href"]).strip(), a.get("rel", "").lower().split(), text)
            for _, a, text in self.elements("a")
            if "href" in a
        ]

    def robots(self) -> list[str]:
        names = {"robots", "googlebot"}
        contents = [
            a.get("content", "")
            for _, a, _ in self.elements("meta")
            if a.get("name", "").strip().lower() in names
        ]
        return [part.strip().lower() for content in contents for part in content.split(",") if part.strip()]

    def alternates(self) -> list[tuple[str, str]]:
        return [
            (a["hreflang"].strip(), strip_invisible(a.get("href", "")).strip())
            for _, a, _ in self.elements("link")
            if "alternate" in a.get("rel", "").lower().split() and a.get("hreflang", "").strip()
        ]

    def language(self) -> str | None:
        return self.root.get("lang", "").strip() or None

    def metas(self, name: str) -> list[str]:
        return [
            clean(a.get("content", "")) for _, a, _ in self.elements("meta")
            if a.get("name", "").strip().lower() == name
        ]  # fmt: skip

    def images(self) -> Counter[str]:
        return Counter(strip_invisible(a.get("src", "")).strip() for _, a, _ in self.elements("img"))

    def canonicals(self) -> list[str]:
        return [
            strip_invisible(a.get("href", "")).strip() for _, a, _ in self.elements("link")
            if "canonical" in a.get("rel", "").lower().split()
        ]  # fmt: skip


def without(text: str, page: Page) -> str:
    """The text without what this page hides: html5lib knows nothing of style."""
    for hidden in page.hidden_text:
        text = text.replace(hidden.text.replace(" ", ""), "")
    return text


def resolved(base: str, reference: str) -> str | None:
    """What RFC 3986 makes of a reference; None for what leads to no document, and where it is no address."""
    try:
        url = urldefrag(urljoin(base, re.sub(r"[\t\n\r]", "", reference))).url
        parts = urlsplit(url)
        _ = parts.port  # one that is no number makes it no address
    except ValueError:
        return None
    is_page = parts.scheme not in {"javascript", "data", "vbscript", "about", "blob"}
    named = parts.scheme not in {"http", "https"} or parts.hostname
    return url if is_page and named else None


def pages(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "pages").glob("*.html"))


def test_every_field_equals_that_of_html5lib_on_real_pages(shared_data: Path) -> None:
    found = pages(shared_data)
    assert len(found) == 33
    compared: Counter[str] = Counter()
    for path in found:
        content = path.read_bytes()
        page, oracle = parse_document(content, url=URL), Oracle(content)
        assert [t.replace(" ", "") for t in page.titles] == [t for *_, t in oracle.elements("title")], (
            path.name
        )
        assert page.descriptions == oracle.metas("description"), path.name
        assert page.canonicals == oracle.canonicals(), path.name
        ours = [(f"h{h.level}", h.text.replace(" ", "")) for h in page.headings]
        theirs = [(tag, text) for tag, _, text in oracle.elements(*HEADINGS)]
        assert [tag for tag, _ in ours] == [tag for tag, _ in theirs], path.name
        for (_, our), (_, whole) in zip(ours, theirs, strict=True):
            assert our in {whole, without(whole, page)}, path.name
        assert [(link.href, link.rel) for link in page.links] == [(h, r) for h, r, _ in oracle.links()], (
            path.name
        )
        for link, (href, _, text) in zip(page.links, oracle.links(), strict=True):
            assert link.url == resolved(oracle.base(), href), (path.name, href)
            assert not text or link.text.replace(" ", "") in {text, without(text, page)}, (path.name, href)
        assert page.robots == oracle.robots(), path.name
        assert [(one.language, one.href) for one in page.alternates] == oracle.alternates(), path.name
        assert page.language == oracle.language(), path.name
        compared += Counter(
            titles=len(page.titles), descriptions=len(page.descriptions), canonicals=len(page.canonicals),
            headings=len(page.headings), links=len(page.links), robots=len(page.robots),
            alternates=len(page.alternates), languages=page.language is not None,
        )  # fmt: skip
        with_scripts = Oracle(content, scripting=True)  # what is in <noscript> is text to it
        images = Counter(image.src for image in page.images)
        assert with_scripts.images() <= images <= oracle.images(), path.name
    assert min(compared.values()) >= 15, compared
    assert len(compared) == 8


@pytest.mark.parametrize(
    "reference", ["c", "/c", "../c?d=e", "//x.example/y", "?q", "", "#f", "https://x.example/a#b"]
)
def test_references_resolve_as_by_rfc_3986(reference: str) -> None:
    page = parse_document(f'<a href="{reference}">x</a>'.encode(), url=URL)
    assert page.links[0].url == urldefrag(urljoin(URL, reference)).url
