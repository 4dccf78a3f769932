"""A document becomes a `Page`."""

from __future__ import annotations

from ag2_marketing_tools.pages.body import read_body
from ag2_marketing_tools.pages.decode import decode_html
from ag2_marketing_tools.pages.head import base_address, misplaced, read_head
from ag2_marketing_tools.pages.hidden import MOST_LISTED, find_hidden, hidden_characters
from ag2_marketing_tools.pages.model import Page, Transfer
from ag2_marketing_tools.pages.noscript import head_of, tags_alike, without_closing_noscript
from ag2_marketing_tools.pages.prose import read_prose
from ag2_marketing_tools.pages.structured_data import read_structured_data
from ag2_marketing_tools.pages.tree import parse_elements


def parse_page(content: bytes, transfer: Transfer) -> Page:
    """Return what is known of a page; any bytes are a page, if need be an empty one.

    Hidden text is listed and left out of `visible_text` and `main_text`; invisible characters are left out
    everywhere. The transfer's `encoding` is replaced by the one that the text was decoded with.

    Raises:
        FetchFailed: The document nests its elements too deeply to be parsed.
    """
    decoded = decode_html(content, transfer.headers.get("content-type"))
    document = without_closing_noscript(decoded.text)
    elements = parse_elements(document)
    page_url = transfer.final_url
    base = base_address(elements, page_url)
    concealed = find_hidden(elements)
    head = read_head(elements, decoded.text, base)
    body = read_body(elements, page_url, base, concealed)
    structured_data = read_structured_data(elements, base)
    without_scripts = elements if tags_alike(document, decoded.text) else parse_elements(decoded.text)
    scripts, metas = (
        [dict(attributes) for _, attributes in without_scripts.described(tag)] for tag in ("script", "meta")
    )
    texts = [*hidden_characters(decoded.text), *concealed.texts]
    visible_text, main_text = read_prose(elements, concealed)  # the tree is used up
    return Page(
        transfer=transfer.model_copy(update={"encoding": decoded.encoding}),
        charset_declared=decoded.declared,
        scripts_as_written=scripts,
        metas_as_written=metas,
        misplaced_without_scripts=[] if document == decoded.text else _misplaced_in_head(decoded.text),
        structured_data=structured_data,
        dom_nodes=len(elements),
        visible_text=visible_text,
        main_text=main_text,
        hidden_text=texts[:MOST_LISTED],
        source=decoded.text,
        **head,
        **body,
    )


def _misplaced_in_head(text: str) -> list[str]:
    """Return what falls out of `<head>` where scripts are not run."""
    return misplaced(parse_elements(head_of(text)))


def parse_document(content: bytes, *, url: str, content_type: str = "text/html") -> Page:
    """Return the page of a document that did not come over the wire, such as a file or a draft.

    Raises:
        FetchFailed: As `parse_page`.
    """
    transfer = Transfer(
        requested_url=url,
        final_url=url,
        status=200,
        redirects=[],
        headers={"content-type": content_type},
        media_type=content_type.partition(";")[0].strip().lower(),
        encoding="utf-8",
        html_bytes=len(content),
        wire_bytes=len(content),
        time_to_first_byte_ms=None,
        total_ms=None,
    )
    return parse_page(content, transfer)
