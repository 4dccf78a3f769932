"""A page under audit that a test writes down in one line, and what holds for every outcome."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ag2_marketing_tools.pages.model import Redirect, Transfer
from ag2_marketing_tools.pages.parse import parse_page
from ag2_marketing_tools.pages.robots import RobotsTxt
from ag2_marketing_tools.pages.site_files import SiteFiles
from ag2_marketing_tools.seo.catalogue import checks
from ag2_marketing_tools.seo.core_web_vitals import core_web_vitals
from ag2_marketing_tools.seo.file_sizes import FileSizes
from ag2_marketing_tools.seo.lab.model import LabVisit
from ag2_marketing_tools.seo.outcome import Outcome
from ag2_marketing_tools.seo.readings import Reading
from ag2_marketing_tools.seo.rules import RULES
from ag2_marketing_tools.seo.security.protection import Protection
from ag2_marketing_tools.seo.site.facts import SiteFacts
from ag2_marketing_tools.seo.speed import Speed, Speeds
from ag2_marketing_tools.seo.subject import Subject
from ag2_marketing_tools.vendors import FieldExperience

NOW = datetime(2026, 3, 2, tzinfo=UTC)
PROSE = (
    "Our nurses visit your parents at home in Lisbon every day of the week and help them with meals. " * 12
)


@dataclass(frozen=True)
class Case:
    """A page and how it came."""

    html: str = ""
    url: str = "https://care.example/services/"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    redirects: int = 0
    first_byte_ms: float | None = 100.0
    robots: str = ""
    robots_status: int = 200
    vitals: Mapping[str, float] | None = None
    site: SiteFiles = field(default_factory=SiteFiles)
    files: FileSizes = field(default_factory=FileSizes)
    blocking_times: tuple[Reading, ...] = ()
    weights: tuple[Reading, ...] = ()
    looked_at: Protection | None = None
    crawled: SiteFacts | str = "The site was not read."
    lab: LabVisit | str = "No browser visited the page."

    def subject(self) -> Subject:
        content = self.html.encode()
        hop = Redirect(url="https://care.example/old", status=301, location="/services/")
        transfer = Transfer(
            requested_url=self.url,
            final_url=self.url,
            status=self.status,
            redirects=[hop] * self.redirects,
            headers={"content-type": "text/html", **self.headers},
            media_type=self.headers.get("content-type", "text/html").partition(";")[0] or None,
            encoding="utf-8",
            html_bytes=len(content),
            wire_bytes=len(content),
            time_to_first_byte_ms=self.first_byte_ms,
            total_ms=200.0,
        )
        robots = RobotsTxt(url="https://care.example/robots.txt", status=self.robots_status, text=self.robots)
        speeds = Speeds.unknown("no key")
        if self.vitals is not None:
            metrics = {name: {"p75": value} for name, value in self.vitals.items()}
            met = FieldExperience.model_validate({"covers": "page", **metrics})
            speeds = Speeds(Speed(field=met), Speed(field_reason="no key"))
        return Subject(
            parse_page(content, transfer),
            robots,
            core_web_vitals(speeds),
            NOW,
            self.site,
            files=self.files,
            blocking_times=self.blocking_times,
            weights=self.weights,
            looked_at=self.looked_at,
            crawled=self.crawled,
            lab=self.lab,
        )

    def judged(self, check: str) -> Outcome:
        return RULES[check](self.subject(), checks()[check])


def head(html: str, **how: object) -> Case:
    return replace(Case(f"<head>{html}</head>"), **how)  # type: ignore[arg-type]


def body(html: str, **how: object) -> Case:
    return replace(Case(f"<html lang=en><body>{html}"), **how)  # type: ignore[arg-type]


def sent(**headers: str) -> Case:
    return Case("<p>Care", headers={name.replace("_", "-"): value for name, value in headers.items()})


def assert_judged(check: str, case: Case, verdict: str, figure: float | None) -> None:
    """The verdict and its figure are as expected, and whatever is not passed says why."""
    outcome = case.judged(check)
    assert outcome.verdict == verdict, outcome.message
    assert (outcome.measured.value if outcome.measured else None) == figure
    assert bool(outcome.message) == (verdict != "pass")


def assert_numbers_are_figures(check: str, case: Case, figure: float | None) -> None:
    """A sentence holds no number that is not its figure or a threshold."""
    outcome = case.judged(check)
    known = {f"{figure:g}", str(figure)} if figure is not None else set()
    if outcome.measured:
        known |= {str(limit) for limit in outcome.measured.limits.values()} | {str(outcome.measured.value)}
    sentence = re.sub(r"<h1>|JSON-LD|HTTPS?", "", outcome.message)
    assert set(re.findall(r"\d+(?:\.\d+)?", sentence)) <= known
