"""Invented home-care companies: their pages as files, and how a test has them analysed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ag2_marketing_tools.content import AnalyzeContent, ContentAnalysis
from ag2_marketing_tools.content.analysis import Sources, Study, analyse
from ag2_marketing_tools.content.model_demand import SearchDemand
from ag2_marketing_tools.content.rivals import Reading
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.parse import parse_document

PAGES = Path(__file__).parent / "ag2_marketing_tools" / "content" / "pages"
NO_VOLUME = "No vendor's key is set."


def document(name: str) -> bytes:
    """Return an example page's HTML."""
    return (PAGES / f"{name}.html").read_bytes()


def html(body: str, *, title: str = "", head: str = "", lang: str = "en") -> bytes:
    """Return a small page."""
    start = f'<!doctype html><html lang="{lang}"><head><title>{title}</title>{head}</head>'
    return f"{start}<body>{body}</body></html>".encode()


def page(content: bytes, url: str = "https://page.example/") -> Page:
    """Return a page from its HTML."""
    return parse_document(content, url=url)


def example(name: str) -> Page:
    """Return an example page as read from its own host."""
    return page(document(name), f"https://{name}.example/")


def no_demand(reason: str = NO_VOLUME) -> SearchDemand:
    """Return what is known of search demand without a vendor."""
    return SearchDemand(
        country="us",
        country_source="setting",
        vendor=None,
        terms=[],
        terms_measured=0,
        vendors_asked=[],
        reason=reason,
    )


def analysed(
    target: Page,
    competitors: Sequence[Page | Reading] = (),
    *,
    sources: Sources | None = None,
    demand: SearchDemand | None = None,
    **params: object,
) -> ContentAnalysis:
    """Analyse pages without fetching them."""
    readings = [one if isinstance(one, Reading) else Reading(one.url, one) for one in competitors]
    arguments = AnalyzeContent.model_validate({"target_url": target.url, **params})
    study = Study(arguments, target, readings, sources or Sources())
    return analyse(study, timestamp="2026-03-02T09:00:00+00:00", demand=demand or no_demand())
