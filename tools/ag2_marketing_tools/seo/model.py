"""What an audit takes and returns. Text of the page is marked untrusted; figures carry their unit."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.seo.catalogue import Level, Part, Scope, Severity
from ag2_marketing_tools.seo.lab.model import LabVisit
from ag2_marketing_tools.seo.observatory import ObservatoryResult
from ag2_marketing_tools.seo.search_console import SearchConsole
from ag2_marketing_tools.seo.security.model import Certificate, Reputation
from ag2_marketing_tools.seo.site.model import SiteAudit
from ag2_marketing_tools.seo.speed_model import CoreWebVitals, LabScores, PageWeight
from ag2_marketing_tools.text.keywords import Keyword
from ag2_marketing_tools.tool import Params, Result

Text = Annotated[str, untrusted()]
Verdict = Literal["pass", "warn", "fail", "not_applicable", "not_testable"]


class RunAudit(Params):
    """What to audit."""

    url: Annotated[
        str,
        Field(
            description="The page's address; a bare host such as `example.com` is tried by https, then http."
        ),
    ]
    specific_metrics: Annotated[
        list[str] | None,
        Field(
            description="Only these parts: core_web_vitals, security, mobile, performance, indexing, meta, "
            "headings, content, links, images, social, structured_data, accessibility, local, trust, ai. "
            "All when left out."
        ),
    ] = None
    max_pages: Annotated[
        int,
        Field(
            ge=1,
            le=10_000,
            description="How many pages of the site are read and judged: 1 for this page alone, 25 when left "
            "out. Further pages take time: five a second at most.",
        ),
    ] = 25
    lab: bool = Field(
        default=False,
        description="Whether the page is also visited in a real Chromium, as a phone: half a minute.",
    )


class Measured(Result):
    """A figure and the thresholds that it was compared with, all in one unit."""

    value: int | float
    unit: str
    limits: dict[str, int | float] = Field(default={})


class Evidence(Result):
    """Where in the page a finding shows."""

    element: str = Field(description="The element, header or file, as in `img` or `header: x-robots-tag`.")
    excerpt: Text | None = None
    url: Text | None = None
    size: Annotated[int | None, unit("byte")] = Field(
        default=None, description="Of the file, where it matters."
    )


class CheckResult(Result):
    """What one check found; `reason` says why where it could not be judged."""

    check: str
    verdict: Verdict
    reason: str | None = None


class Finding(Result):
    """Something to mend."""

    check: str
    title: str
    verdict: Literal["warn", "fail"]
    severity: Severity
    scope: Scope
    part: Part
    message: str
    why: str
    how_to_fix: str
    impact: Level
    effort: Level
    measured: Measured | None = None
    evidence: list[Evidence] = Field(default=[], description="The first places, ten at most.")


class Performance(Result):
    """What the fetch itself measured, from here, and what a lab run did, where a key allows it."""

    html_bytes: Annotated[int, unit("byte")]
    wire_bytes: Annotated[int, unit("byte")]
    content_encoding: str | None
    time_to_first_byte: Annotated[float | None, unit("ms")]
    total_time: Annotated[float | None, unit("ms")]
    http_version: str | None
    redirects: Annotated[int, unit("redirect")]
    dom_nodes: Annotated[int, unit("node")]
    render_blocking_files: Annotated[int, unit("file")]
    lab_score: LabScores
    page_weight: PageWeight | None = None


class Security(Result):
    """The connection and the headers that protect visitors; null where a header is not sent."""

    https: bool
    strict_transport_security: Text | None
    content_security_policy: Text | None
    x_content_type_options: Text | None
    x_frame_options: Text | None
    referrer_policy: Text | None
    permissions_policy: Text | None
    mixed_content_files: Annotated[int, unit("file")]
    observatory: ObservatoryResult | None = Field(
        default=None, description="The grade that the MDN HTTP Observatory gives, with its twelve tests."
    )
    observatory_reason: str | None = Field(default=None, description="Why there is no grade.")
    certificate: Certificate | None = None
    certificate_reason: str | None = None
    reputation: Reputation | None = Field(
        default=None, description="Whether Google's lists of dangerous pages name the page."
    )
    reputation_reason: str | None = None


class Mobile(Result):
    """How the page adapts to phones, as far as the document tells."""

    viewport: Text | None
    adapts_to_device: bool
    zoom_allowed: bool


class Meta(Result):
    """What the page says of itself; null where it does not."""

    title: Text | None
    title_characters: Annotated[int, unit("character")]
    description: Text | None
    description_characters: Annotated[int, unit("character")]
    canonical: Text | None
    robots: list[Text]
    language_declared: Text | None
    language_detected: str | None
    charset: str | None
    viewport: Text | None
    open_graph: Annotated[dict[str, str], untrusted()]


class Headings(Result):
    """The headings that visitors see."""

    h1: list[Text]
    h2: list[Text]
    h3: list[Text]
    h1_count: Annotated[int, unit("heading")]
    total: Annotated[int, unit("heading")]


class PageFacts(Result):
    """What the page consists of."""

    words: Annotated[int | None, unit("word")]
    words_reason: str | None = None
    links: Annotated[int, unit("link")]
    internal_links: Annotated[int, unit("link")]
    external_links: Annotated[int, unit("link")]
    images: Annotated[int, unit("image")]
    images_without_alt: Annotated[int, unit("image")]
    structured_data_types: list[Text]
    hidden_texts: Annotated[int, unit("text")]


class Summary(Result):
    """How many checks ended how, and how grave the findings are."""

    checks: Annotated[int, unit("check")]
    passed: Annotated[int, unit("check")]
    warned: Annotated[int, unit("check")]
    failed: Annotated[int, unit("check")]
    not_applicable: Annotated[int, unit("check")]
    not_testable: Annotated[int, unit("check")]
    critical: Annotated[int, unit("finding")]
    warning: Annotated[int, unit("finding")]
    info: Annotated[int, unit("finding")]


class Score(Result):
    """A heuristic for comparing audits of one page; no search engine knows it."""

    value: Annotated[float | None, unit("point")]
    best: Annotated[int, unit("point")] = 100
    reason: str | None = None


class Audit(Result):
    """The audit of one page."""

    url: str
    final_url: str
    timestamp: str
    status: Literal["success"] = "success"
    http_status: Annotated[int, unit("status")]
    score: Score
    summary: Summary
    findings: list[Finding] = Field(description="Gravest first.")
    site: SiteAudit | None = Field(
        default=None, description="The site's other pages, as far as they were read; null with its reason."
    )
    site_reason: str | None = None
    core_web_vitals: CoreWebVitals | None = Field(description="Null where it was not asked for.")
    search_console: SearchConsole | None = Field(
        default=None, description="What Google says of the page, where its owner's access token was given."
    )
    search_console_reason: str | None = None
    security: Security | None
    mobile: Mobile | None
    performance: Performance | None
    lab: LabVisit | None = Field(
        default=None,
        description="The page in a real browser, where that was asked for; null with its reason.",
    )
    lab_reason: str | None = None
    meta: Meta
    headings: Headings
    page: PageFacts
    recommended_keywords: list[Text]
    keywords: list[Keyword]
    checks: list[CheckResult]
    parts: list[Part]
    notes: list[str] = Field(description="What was left out, and why.")
    history_id: str | None = Field(
        default=None, description="Under which it is kept for comparison; null where it is not."
    )
