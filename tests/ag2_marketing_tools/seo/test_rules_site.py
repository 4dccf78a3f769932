"""Checks that need the other pages of the site; figures counted by hand. Real crawls: `site/test_site_audit.py`."""

from __future__ import annotations

from typing import Any

import pytest
from audited_page import Case, assert_judged, assert_numbers_are_figures

from ag2_marketing_tools.pages.crawl.model import Broken, CrawlFacts
from ag2_marketing_tools.seo.site.facts import SiteFacts
from ag2_marketing_tools.seo.site.model import SiteAudit
from ag2_marketing_tools.seo.site.sharing import Shared, Sharing, Sharings

HOME, OTHER, GONE = "https://care.example/", "https://care.example/b", "https://care.example/gone"
OWN = Sharing(groups=(), pages=0, judged=2)
SHARED = Sharing(groups=(Shared("Care", (HOME, OTHER)),), pages=2, judged=2)
NOT_CRAWLED = Case()


def crawled(shared: str = "", *, pages: int = 2, broken: tuple[Broken, ...] = ()) -> Case:
    """A site on which the pages share one thing or none; of the crawl only what the rules look at."""
    kinds = {kind: SHARED if kind == shared else OWN for kind in ("titles", "descriptions", "texts")}
    known: dict[str, Any] = {
        "html_page_count": pages, "broken": list(broken), "broken_linked_count": len(broken)
    }  # fmt: skip
    crawl = CrawlFacts.model_construct(**known)
    audit = SiteAudit.model_construct(judged_count=pages, findings=[], crawl=crawl)
    return Case(crawled=SiteFacts(audit, Sharings(**kinds)))


def dead(status: int | None) -> Broken:
    return Broken(
        url=GONE, status=status, reason=None if status else "no answer", sources=[HOME], source_count=1
    )


CASES: list[tuple[str, Case, str, float | None]] = [
    *(
        case
        for check, kind in (
            ("title.duplicate", "titles"), ("desc.duplicate", "descriptions"), ("content.duplicate", "texts")
        )
        for case in (
            (check, crawled(), "pass", None),
            (check, crawled(kind), "warn", 2),
            (check, crawled(kind, pages=1), "not_applicable", None),
            (check, crawled(kind, pages=0), "not_testable", None),
            (check, NOT_CRAWLED, "not_testable", None),
        )
    ),
    ("links.broken_internal", crawled(), "pass", None),
    ("links.broken_internal", crawled(broken=(dead(404),)), "fail", 1),
    ("links.broken_internal", crawled(broken=(dead(404), dead(None))), "fail", 2),
    ("links.broken_internal", crawled(pages=0), "not_testable", None),
    ("links.broken_internal", NOT_CRAWLED, "not_testable", None),
]  # fmt: skip


@pytest.mark.parametrize(("check", "case", "verdict", "figure"), CASES)
def test_each_rule_judges_as_described(check: str, case: Case, verdict: str, figure: float | None) -> None:
    assert_judged(check, case, verdict, figure)
    assert_numbers_are_figures(check, case, figure)


def test_evidence_names_who_links_to_what() -> None:
    (evidence,) = crawled(broken=(dead(404),)).judged("links.broken_internal").evidence
    assert (evidence.element, evidence.excerpt, evidence.url) == ("link to HTTP 404", GONE, HOME)
