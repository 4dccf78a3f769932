"""The parser beside html5lib, the reference implementation of the HTML parsing algorithm in Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin
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

    def links(self) -> list[str]:
        return [strip_invisible(a["href"]).strip() for _, a, _ in self.elements("a") if "href" in a]

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


def pages(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "pages").glob("*.html"))


def test_every_field_equals_that_of_html5lib_on_real_pages(shared_data: Path) -> None:
    found = pages(shared_data)
    assert len(found) == 33
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
        assert [link.href for link in page.links] == oracle.links(), path.name
        with_scripts = Oracle(content, scripting=True)  # what is in <noscript> is text to it
        images = Counter(image.src for image in page.images)
        assert with_scripts.images() <= images <= oracle.images(), path.name


@pytest.mark.parametrize(
    "reference", ["c", "/c", "../c?d=e", "//x.example/y", "?q", "", "#f", "https://x.example/a#b"]
)
def test_references_resolve_as_by_rfc_3986(reference: str) -> None:
    page = parse_document(f'<a href="{reference}">x</a>'.encode(), url=URL)
    assert page.links[0].url == urldefrag(urljoin(URL, reference)).url
