"""What an audit says of a whole site. Text and addresses of the site are marked untrusted."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.pages.crawl.model import CrawlFacts
from ag2_marketing_tools.seo.catalogue import Level, Part, Scope, Severity
from ag2_marketing_tools.tool import Result

Text = Annotated[str, untrusted()]
Pages = Annotated[int, unit("page")]


class SitePlace(Result):
    """A page that a check found something on."""

    url: Text
    excerpt: Text | None = Field(default=None, description="What it found there: a text, or an address.")
    value: float | None = Field(default=None, description="The page's figure, where the check has one.")
    unit: str | None = None


class SiteFinding(Result):
    """Something to mend on several pages."""

    check: str
    title: str
    verdict: Literal["warn", "fail"] = Field(description="The worst of all pages.")
    severity: Severity
    scope: Scope
    part: Part
    why: str
    how_to_fix: str
    impact: Level
    effort: Level
    pages_affected: Pages
    pages_judged: Pages = Field(description="Pages that the check could be made of.")
    share: Annotated[float, unit("ratio")] = Field(description="Pages affected, of those judged.")
    places: list[SitePlace] = Field(description="The first of the pages affected.")


class SiteAudit(Result):
    """The site's pages by the checks of single pages, and what the crawl found."""

    judged_count: Pages = Field(description="HTML pages that were judged.")
    findings: list[SiteFinding] = Field(
        description="By severity, then by the share of pages affected, impact and least effort."
    )
    crawl: CrawlFacts
