"""The figures of a page that another version of this program laid out, held against the evidence that they name."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ag2_marketing.grounding import GroundingError, resolve
from ag2_marketing.grounding.render import shown_value
from ag2_marketing.report.figures import code_of, value_of
from ag2_marketing.report.model import Report
from ag2_marketing.report.short_forms import is_short_form
from ag2_marketing.report.sources import has_figure, pieces
from ag2_marketing_tools.errors import NotFound

# A link to a value is `E1/path`; one to a whole call is `E1` and shows its id.
_LINK = "a[href^='#E']"
_NO_PROSE = (
    "script, style, head, svg, footer, code, [id='evidence'], [id='conversation'], .address, .rank, .src, "
    ".bounds"
)


class MisreadFigure(Exception):
    """A figure of a page does not read as its evidence, or has none; the message says which."""


def figures_in(content: bytes, report: Report) -> int:
    """Return how many figures the page shows, all of which were found to read as their evidence.

    Raises:
        MisreadFigure: One of them does not.
    """
    tree = LexborHTMLParser(content.decode("utf-8", "replace"))
    found = list(_figures(tree))
    for shown, target in found:
        _held_against(shown, target, report)
    for shown, target in _bounds(tree, report):
        _held_against(shown, target, report)
    if stray := _without_evidence(tree, report):
        raise MisreadFigure(f"The page says {stray!r}, and names no evidence for it.")
    return len(found)


def _figures(tree: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """Yield what each figure shows, and the evidence and path that it names."""
    for node in tree.css(".f"):
        button, link = node.css_first("button"), node.css_first(_LINK)
        if button is None or link is None:
            raise MisreadFigure(f"The figure {node.text()[:60]!r} names no evidence.")
        yield button.text(), _target(link)
    for link in tree.css("a.figure[href^='#E'], a.quote[href^='#E']"):
        if "/" in _target(link):
            yield link.text(), _target(link)


def _target(link: LexborNode) -> str:
    return unquote(str(link.attributes.get("href") or "")).removeprefix("#")


def _bounds(tree: LexborHTMLParser, report: Report) -> Iterator[tuple[str, str]]:
    """Yield the ends of the intervals that stand beside a table's figures, each with the evidence of its end."""
    for node in tree.css(".bounds"):
        link = node.parent.css_first(_LINK) if node.parent is not None else None
        cell, _, name = _target(link).rpartition("/") if link is not None else ("", "", "")
        shown = [piece for piece, is_figure in pieces(node.text()) if is_figure]
        ends = [
            end for end in (f"{cell}/lower", f"{cell}/upper") if name == "value" and _is_known(end, report)
        ]
        if not ends or len(shown) != len(ends):
            raise MisreadFigure(f"The interval {node.text()[:60]!r} is not that of a figure beside it.")
        yield from zip(shown, ends, strict=True)


def _is_known(target: str, report: Report) -> bool:
    try:
        return resolve(f"[[{target}]]", report.ledger).value is not None
    except (GroundingError, NotFound):
        return False


def _held_against(shown: str, target: str, report: Report) -> None:
    evidence_id = target.split("/", 1)[0]
    entry = report.ledger.get(evidence_id)
    if entry is not None and entry.erased:
        return
    try:
        leaf = resolve(f"[[{target}]]", report.ledger)
    except GroundingError as fault:
        raise MisreadFigure(f"The page shows {shown[:60]!r} for {target}: {fault}") from fault
    full = value_of(leaf, language=report.language, bare=True)
    exact = shown_value(leaf, code_of(report.language), None)  # as the first version wrote 2,500.0
    # Of a text, its numbers are figures by themselves; words of ours may name a place, as `clicks` do.
    is_part = isinstance(leaf.value, str) and shown.strip("“”") in full
    names_place = shown == target.rsplit("/", 1)[-1] or not has_figure(shown)
    is_short = is_short_form(shown, leaf.value, report.language)
    if shown not in {full, exact} and not (is_part or names_place or is_short):
        raise MisreadFigure(f"The page shows {shown[:60]!r} for {target}, whose value is {full[:60]!r}.")


def _without_evidence(tree: LexborHTMLParser, report: Report) -> str | None:
    """Return the first number in the page that is neither a figure nor part of the person's own words."""
    for node in tree.css(f"{_NO_PROSE}, .f, a"):
        node.decompose()
    text = tree.body.text(separator="\n") if tree.body is not None else ""
    told = (line.strip() for line in text.splitlines())
    return next((line[:80] for line in told if line and has_figure(line) and line not in report.task), None)
