"""The sections of an audit that state facts of the page."""

from __future__ import annotations

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.seo.model import Headings, Meta, Mobile, PageFacts, Performance, Security
from ag2_marketing_tools.seo.rules.mobile import adapts_to_device, allows_zoom
from ag2_marketing_tools.seo.speed_model import LabScores, PageWeight
from ag2_marketing_tools.seo.subject import Subject

_HEADERS = (
    "strict-transport-security",
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "permissions-policy",
)
_MOST_HEADINGS = 50  # of a level: enough for any reader, and a bound for what a model is given


def performance(subject: Subject, lab_score: LabScores, page_weight: PageWeight) -> Performance:
    """Return what the fetch measured, and what a lab run did."""
    transfer = subject.page.transfer
    return Performance(
        html_bytes=transfer.html_bytes,
        wire_bytes=transfer.wire_bytes,
        content_encoding=subject.header("content-encoding"),
        time_to_first_byte=transfer.time_to_first_byte_ms,
        total_time=transfer.total_ms,
        http_version=transfer.http_version,
        redirects=len(transfer.redirects),
        dom_nodes=subject.page.dom_nodes,
        render_blocking_files=sum(resource.render_blocking for resource in subject.page.resources),
        lab_score=lab_score,
        page_weight=page_weight,
    )


def security(subject: Subject) -> Security:
    """Return what protects visitors: connection, headers, grade, certificate and reputation."""
    headers = {name.replace("-", "_"): subject.header(name) for name in _HEADERS}
    seen = subject.protection
    return Security(
        https=subject.https,
        mixed_content_files=len(subject.mixed_content),
        observatory=seen.grade,
        observatory_reason=None if seen.grade else seen.grade_reason,
        certificate=seen.certificate,
        certificate_reason=seen.certificate_reason,
        reputation=seen.reputation,
        reputation_reason=seen.reputation_reason,
        **headers,
    )


def mobile(subject: Subject) -> Mobile:
    """Return how the page adapts to phones."""
    viewport = subject.page.viewport
    return Mobile(
        viewport=viewport, adapts_to_device=adapts_to_device(viewport), zoom_allowed=allows_zoom(viewport)
    )


def meta(subject: Subject) -> Meta:
    """Return what the page says of itself."""
    page = subject.page
    return Meta(
        title=page.title or None,
        title_characters=len(page.title),
        description=page.description or None,
        description_characters=len(page.description),
        canonical=page.canonical_url,
        robots=page.robots,
        language_declared=page.language,
        language_detected=subject.language.code if subject.language else None,
        charset=page.charset_declared,
        viewport=page.viewport,
        open_graph={name: text for name, text in page.meta.items() if name.startswith("og:")},
    )


def headings(subject: Subject) -> Headings:
    """Return the headings that visitors see."""
    seen = [text for text in subject.page.headings_of(1) if text]
    return Headings(
        h1=seen[:_MOST_HEADINGS],
        h2=subject.page.headings_of(2)[:_MOST_HEADINGS],
        h3=subject.page.headings_of(3)[:_MOST_HEADINGS],
        h1_count=len(seen),
        total=sum(not heading.hidden for heading in subject.page.headings),
    )


def page_facts(subject: Subject) -> PageFacts:
    """Return what the page consists of."""
    page = subject.page
    to_pages = [link for link in page.links if link.url is not None and link.url.startswith("http")]
    words = None if subject.shown_by_script else subject.words
    return PageFacts(
        words=words,
        words_reason=None if words is not None else _why_not_counted(subject),
        links=len(page.links),
        internal_links=sum(link.internal for link in to_pages),
        external_links=sum(not link.internal for link in to_pages),
        images=len(page.images),
        images_without_alt=sum(image.alt is None and image.needs_alt for image in page.images),
        structured_data_types=sorted({name for data in page.structured_data for name in data.types}),
        hidden_texts=len(page.hidden_text),
    )


def _why_not_counted(subject: Subject) -> str:
    if subject.shown_by_script:
        return say("The page shows its content by a script, which was not run.")
    return say("The text's script writes no spaces between words.")
