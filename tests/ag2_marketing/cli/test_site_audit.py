"""What the command says of a site, and how far it has come while it reads one."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from audited_site import page
from command_line import Invoke
from generated_site import GeneratedSite, running

from ag2_marketing.cli.site_summary import MOST_FINDINGS, site_findings, site_state
from ag2_marketing.cli.terminal import progress
from ag2_marketing_tools.pages.crawl.model import Broken, CrawlFacts, Hop, RedirectChain, SitemapRead
from ag2_marketing_tools.seo.catalogue import checks
from ag2_marketing_tools.seo.site.model import SiteAudit, SitePlace
from ag2_marketing_tools.seo.site.tally import finding

AT = "https://care.example"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[GeneratedSite]:
    with running(GeneratedSite(pages=0)) as served:
        monkeypatch.setenv("AG2_MARKETING_ALLOWED_ORIGINS", served.origin)
        monkeypatch.setenv("AG2_MARKETING_HOST_MIN_INTERVAL_S", "0")
        yield served


def test_the_pages_that_are_asked_for_are_read(invoke: Invoke, site: GeneratedSite) -> None:
    site.pages = 12
    audit = json.loads(invoke("audit", site.url(), "--max-pages", 5, "--json").stdout)
    assert audit["site"]["judged_count"] == 5
    assert audit["site"]["crawl"]["stop_reason"] == "max_pages"


def test_one_page_alone_can_be_asked_for(invoke: Invoke, site: GeneratedSite) -> None:
    site.pages = 12
    told = invoke("audit", site.url(), "--max-pages", 1).stdout
    assert "Not read: Only this page was asked for." in told
    assert site.times_asked()["/page/1"] == 0


@pytest.mark.parametrize("number", ["0", "10001", "some"])
def test_a_number_of_pages_that_makes_no_sense_is_refused(invoke: Invoke, number: str) -> None:
    for command in ("audit", "run"):
        finished = invoke(command, "https://care.example/", "--max-pages", number)
        assert finished.exit_code == 2
        assert "--max-pages" in finished.stderr


def test_the_terminal_names_broken_links_and_what_to_mend(invoke: Invoke, site: GeneratedSite) -> None:
    site.put("/", page("Home", "/a"))
    site.put("/a", page("Visits", "/gone"))
    told = " ".join(invoke("audit", site.url()).stdout.split())
    assert "2 pages read and judged (every page that is known was read)." in told
    assert f"Broken link to {site.url('/gone')} (HTTP 404) on {site.url('/a')}" in told
    assert f"CRITICAL: Links within the site work: 1 of 2 pages, such as {site.url('/a')}" in told


def test_the_whole_job_reads_as_many_pages_as_it_is_told(invoke: Invoke, site: GeneratedSite) -> None:
    site.pages = 12
    answer = json.loads(invoke("run", site.url(), "--max-pages", 4, "--json").stdout)
    assert answer["audit"]["site"]["judged_count"] == 4


def facts(**changes: Any) -> CrawlFacts:
    none: dict[str, Any] = {
        name: [] if "list" in str(field.annotation) else {} if "dict" in str(field.annotation) else 0
        for name, field in CrawlFacts.model_fields.items()
    }
    return CrawlFacts(
        **{
            **none,
            "start_url": f"{AT}/",
            "site_url": f"{AT}/",
            "scope": "host",
            "state": "finished",
            "stop_reason": "complete",
            "orphans_reason": None,
            **changes,
        }
    )


def audit_of(crawl: CrawlFacts, *, findings: int = 0) -> dict[str, Any]:
    chosen = [check for check in checks().values() if check.scope == "page"][:findings]
    found = [
        finding(check, "warn", affected=2, judged=4, places=[SitePlace(url=f"{AT}/a")]) for check in chosen
    ]
    return {"site": SiteAudit(judged_count=4, findings=found, crawl=crawl).model_dump(mode="json")}


def state(**changes: Any) -> list[str]:
    return list(site_state(audit_of(facts(**changes))))


def test_why_a_crawl_ended_is_said() -> None:
    assert state(stop_reason="max_pages", waiting_count=7) == [
        "4 pages read and judged (the limit on pages was reached (--max-pages); 7 more addresses are known)."
    ]
    assert "goes on from here" in state(stop_reason="host_rests")[0]
    assert state(stop_reason=None) == ["4 pages read and judged."]


def test_chains_circles_orphans_dead_ends_and_scripts_are_named() -> None:
    hops = [Hop(url=f"{AT}/1", status=301), Hop(url=f"{AT}/2", status=302)]
    chain = RedirectChain(hops=hops, ends_at=f"{AT}/3", end_status=200, loop=False, source_count=1)
    told = state(
        redirect_chains=[
            chain,
            chain.model_copy(update={"hops": hops[:1]}),  # one redirect is no chain
            chain.model_copy(update={"loop": True, "ends_at": None}),
        ],
        orphans=[f"{AT}/o"],
        orphan_count=1,
        dead_ends=[f"{AT}/d", f"{AT}/e"],
        dead_end_count=9,
        needs_javascript=[f"{AT}/s"],
        needs_javascript_count=2,
        sitemaps=[
            SitemapRead(url=f"{AT}/map.xml", entries=0, left_out=0, problem="It is no XML.", guessed=False),
            SitemapRead(url=f"{AT}/sitemap.xml", entries=0, left_out=0, problem="HTTP 404.", guessed=True),
        ],
    )
    assert told[1:] == [
        f"2 redirects in a row from {AT}/1 to {AT}/3",
        f"Redirects in a circle from {AT}/1",
        f"2 pages whose content a script shows, so that it was not judged, such as {AT}/s",
        f"1 page in the sitemap, but linked by no page, such as {AT}/o",
        f"9 pages without a link to another page of the site, such as {AT}/d",
        f"Sitemap {AT}/map.xml: It is no XML.",
    ]


def test_many_broken_links_and_findings_are_cut_and_counted() -> None:
    broken = [
        Broken(
            url=f"{AT}/gone/{number}",
            status=None,
            reason="The server does not answer.",
            sources=[f"{AT}/a", f"{AT}/b", f"{AT}/c"],
            source_count=30,
        )
        for number in range(8)
    ]
    told = state(broken=broken, broken_linked_count=12)
    assert told[1] == (
        f"Broken link to {AT}/gone/0 (The server does not answer.) on {AT}/a, {AT}/b and 28 more"
    )
    assert told[-1] == "… and 7 further broken addresses"
    across = list(site_findings(audit_of(facts(), findings=MOST_FINDINGS + 3)))
    assert across[-1] == "… and 3 more (--json lists them all)"
    assert across[0].endswith(f": 2 of 4 pages, such as {AT}/a")


class _Terminal:
    """Standard error that a person looks at."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return True


def test_a_person_sees_how_far_the_crawl_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = _Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    monkeypatch.setenv("TERM", "xterm")
    logger = logging.getLogger("ag2_marketing_tools.progress")
    with progress("Auditing …"):
        logger.info("Judging the site: %d of at most %d pages", 3, 25)
    assert "Judging the site: 3 of at most 25 pages" in shown.text
    assert logger.handlers == []
    assert not logger.isEnabledFor(logging.INFO)
