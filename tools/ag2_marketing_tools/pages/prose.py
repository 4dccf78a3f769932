"""The text of a page: all that is seen, and the content without what surrounds it."""

from __future__ import annotations

from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ag2_marketing_tools.pages.tree import remove
from ag2_marketing_tools.text.clean import strip_invisible

_NO_TEXT = (
    "script, style, noscript, template, noembed, noframes, iframe, object, canvas, audio, video, map, "
    "datalist, select"
)
_SURROUNDING = "nav, header, footer, aside, form, [role=navigation], [role=banner], [role=contentinfo]"
_BLOCKS = (
    "address, article, aside, blockquote, br, button, center, dd, details, dialog, div, dl, dt, fieldset, "
    "figcaption, figure, footer, form, h1, h2, h3, h4, h5, h6, header, hr, legend, li, main, nav, ol, p, "
    "pre, section, summary, table, td, textarea, th, tr, ul"
)
LARGEST_FOR_EXTRACTION = 1_000_000
"""Characters of cleaned HTML beyond which extracting the main text would take seconds (measured: 1.1 s for
0.5 million characters of links, 6.5 s for 3.2 million); it is then the text without its surroundings."""
_SHORTEST_MAIN_TEXT = 250  # characters; trafilatura's own MIN_EXTRACTED_SIZE


def read_prose(tree: LexborHTMLParser) -> tuple[str, str]:
    """Return all visible text and the main text, one block a line, from a tree without hidden elements.

    The tree is used up: elements without text are taken out of it.
    """
    no_text, blocks = _tag_ids()
    remove(node for node in tree.css("*") if node.tag_id in no_text)
    body = tree.body
    if body is None:
        return "", ""
    main = _extracted(tree)
    for node in body.css("*"):
        if node.tag_id in blocks:
            node.insert_before("\n")
            node.insert_after("\n")
    visible = _lines(body.text())
    if len(main) < _SHORTEST_MAIN_TEXT:
        main = _without_surroundings(body) or visible
    return visible, main


@cache
def _tag_ids() -> tuple[frozenset[int], frozenset[int]]:
    """Return the parser's numbers of elements without text and of blocks: asking for their names takes longer."""
    return _tag_ids_of(_NO_TEXT), _tag_ids_of(_BLOCKS)


def _tag_ids_of(names: str) -> frozenset[int]:
    tree = LexborHTMLParser("")
    return frozenset(tree.create_node(name).tag_id for name in names.split(", "))


def _extracted(tree: LexborHTMLParser) -> str:
    """Return the main text by trafilatura: Barbaresi (2021), Trafilatura, ACL system demonstrations."""
    html = tree.html or ""
    if len(html) > LARGEST_FOR_EXTRACTION:
        return ""
    import trafilatura  # half a second, so only when a page is read

    return _lines(trafilatura.extract(strip_invisible(html), fast=True, include_comments=False) or "")


def _without_surroundings(body: LexborNode) -> str:
    remove(body.css(_SURROUNDING))
    return _lines(body.text())


def _lines(text: str) -> str:
    """Return the text with its white space folded, line by line, and without empty lines."""
    folded = (" ".join(line.split()) for line in strip_invisible(text).split("\n") if line)
    return "\n".join(line for line in folded if line)
