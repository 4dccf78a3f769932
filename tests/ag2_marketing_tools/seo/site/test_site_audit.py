from __future__ import annotations

import asyncio
import gzip
from typing import Any

import pytest
from audited_site import Audited, of_site, page, paths, verdict
from generated_site import GeneratedSite, paragraphs
from sqlalchemy import text

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.seo import Audit
from ag2_marketing_tools.seo.catalogue import checks
from ag2_marketing_tools.workspace import Workspace

CRAWL_CHECKS = ("title.duplicate", "desc.duplicate", "content.duplicate", "links.broken_internal")
SHELL = '<!doctype html><html lang="en"><head><title>Rooms</title></head><body><div id="root"></div></body></html>'


async def test_every_page_is_judged_and_counted(site: GeneratedSite, audited: Audited) -> None:
    viewport = '<meta name=viewport content="width=device-width">'
    site.put("/", page("Home", "/a", "/b", "/c", head=viewport))
    site.put("/a", page("Visits", head=viewport))
    site.put("/b", page("Meals"))
    site.put("/c", page("Nights"))
    found = await audited()
    assert found.site is not None
    assert found.site.judged_count == 4
    assert found.site.crawl.stop_reason == "complete"
    phones = of_site(found, "mobile.viewport")
    assert phones is not None
    assert (phones.pages_affected, phones.pages_judged, phones.share) == (2, 4, 0.5)
    assert paths(site, [one.url for one in phones.places]) == ["/b", "/c"]
    assert (phones.severity, phones.verdict) == (checks()["mobile.viewport"].severity, "fail")
    assert "mobile.viewport" not in {one.check for one in found.findings}  # the audited page itself has it


async def test_a_finding_of_the_site_shows_figure_and_excerpt_of_each_page(
    site: GeneratedSite, audited: Audited
) -> None:
    site.put("/", page("Home", "/long"))
    site.put("/long", page("x" * 90))
    found = of_site(await audited(), "title.length")
    assert found is not None
    (place,) = [one for one in found.places if one.url == site.url("/long")]
    assert (place.value, place.unit) == (101, "character")
    assert place.excerpt == f"{'x' * 90}: home care"


async def test_only_the_page_is_read_where_one_page_is_asked_for(
    site: GeneratedSite, audited: Audited
) -> None:
    site.put("/", page("Home", "/a"))
    site.put("/a", page("Visits"))
    found = await audited(max_pages=1)
    assert (found.site, found.site_reason) == (None, "Only this page was asked for.")
    assert site.times_asked()["/"] == 1
    assert "/a" not in site.times_asked()
    for check in CRAWL_CHECKS:
        (one,) = [one for one in found.checks if one.check == check]
        assert (one.verdict, one.reason) == ("not_testable", "Only this page was asked for.")


@pytest.mark.parametrize("max_pages", [0, -1, 10_001, "many", None])
async def test_a_limit_that_makes_no_sense_is_refused(audited: Audited, max_pages: Any) -> None:
    with pytest.raises(InvalidInput, match="max_pages"):
        await audited(max_pages=max_pages)


async def test_the_limit_bounds_the_pages_and_the_result_says_so(
    site: GeneratedSite, audited: Audited
) -> None:
    site.pages = 40
    found = await audited(max_pages=7)
    assert found.site is not None
    assert found.site.judged_count == 7
    assert found.site.crawl.stop_reason == "max_pages"
    assert found.site.crawl.waiting_count > 0
    assert sum(count for path, count in site.times_asked().items() if path.startswith("/page")) <= 7


async def test_parts_that_look_at_no_further_page_read_none(site: GeneratedSite, audited: Audited) -> None:
    site.pages = 5
    found = await audited(specific_metrics=["core_web_vitals"])
    assert found.site is None
    assert found.site_reason == "None of the parts that were asked for looks at further pages."
    assert site.times_asked()["/page/1"] == 0


async def test_the_site_is_judged_by_the_parts_that_were_asked_for(
    site: GeneratedSite, audited: Audited
) -> None:
    site.put("/", page("Home", "/a", "/gone"))
    site.put("/a", page("Home"))
    found = await audited(specific_metrics=["headings", "meta"])
    assert found.site is not None
    assert {one.part for one in found.site.findings} <= {"headings", "meta"}
    assert of_site(found, "title.duplicate") is not None
    assert of_site(found, "links.broken_internal") is None


async def test_broken_links_are_named_with_every_page_that_has_them(
    site: GeneratedSite, audited: Audited
) -> None:
    site.put("/", page("Home", "/a", "/b"))
    site.put("/a", page("Visits", "/gone", "/moved", "/"))
    site.put("/b", page("Meals", "/gone", "/"))
    site.put("/moved", status=301, location="/crashed")
    site.put("/crashed", "<p>Sorry", status=503)
    found = await audited()
    assert found.site is not None
    (broken,) = [one for one in found.findings if one.check == "links.broken_internal"]
    assert (broken.severity, broken.verdict) == ("critical", "fail")
    assert broken.measured is not None
    assert broken.measured.value == 2
    shown = [(one.element, one.excerpt, one.url) for one in broken.evidence]
    assert shown == [
        ("link to HTTP 404", site.url("/gone"), site.url("/a")),
        ("link to HTTP 503", site.url("/crashed"), site.url("/a")),
        ("link to HTTP 404", site.url("/gone"), site.url("/b")),
    ]
    across = of_site(found, "links.broken_internal")
    assert across is not None
    assert (across.pages_affected, across.pages_judged) == (2, 3)
    assert found.site.findings[0].severity == "critical"


async def test_a_site_whose_links_work_passes(site: GeneratedSite, audited: Audited) -> None:
    site.put("/", page("Home", "/a", "/mine", "/busy", "/brochure.pdf"))
    site.put("/a", page("Visits", "/"))
    site.put("/mine", "<p>Log in", status=401)
    site.put("/busy", "<p>Later", status=429)
    site.put("/brochure.pdf", b"%PDF-1.7", content_type="application/pdf")
    found = await audited()
    assert found.site is not None
    assert verdict(found, "links.broken_internal") == "pass"
    assert found.site.crawl.broken_count == 0
    assert found.site.crawl.statuses["401"] == 1


async def test_an_address_that_only_the_sitemap_lists_is_no_broken_link(
    site: GeneratedSite, audited: Audited
) -> None:
    site.put("/", page("Home", "/a"))
    site.put("/a", page("Visits", "/"))
    site.put("/sitemap.xml", site.sitemap(["/", "/a", "/gone"]), content_type="application/xml")
    found = await audited()
    assert found.site is not None
    assert (found.site.crawl.broken_count, found.site.crawl.broken_linked_count) == (1, 0)
    assert verdict(found, "links.broken_internal") == "pass"


async def test_titles_descriptions_and_texts_of_several_pages_are_found(
    site: GeneratedSite, audited: Audited
) -> None:
    shared = paragraphs(200, seed="shared")
    site.put("/", page("Home", "/a", "/b", "/c", "/d", "/e"))
    site.put("/a", page("Visits", text=shared))
    site.put("/b", page("VISITS", text=shared.replace("garden", "kitchen", 1)))
    site.put("/c", page("Visits", head="<meta name=robots content=noindex>"))
    site.put("/d", page("Visits", head=f"<link rel=canonical href={site.url('/a')}>"))
    site.put("/e", page("Meals"))
    found = await audited()
    titles = of_site(found, "title.duplicate")
    assert titles is not None
    assert (titles.pages_affected, titles.pages_judged) == (
        2,
        4,
    )  # not what asks to be left out or to be another
    assert paths(site, [one.url for one in titles.places]) == ["/a", "/b"]
    assert {one.excerpt for one in titles.places} == {"Visits: home care"}
    descriptions, texts = of_site(found, "desc.duplicate"), of_site(found, "content.duplicate")
    assert descriptions is None  # "VISITS" and "Visits" differ: a description is compared as it is
    assert texts is not None
    assert (texts.pages_affected, texts.pages_judged) == (2, 4)
    (warned,) = [one for one in found.findings if one.check == "title.duplicate"]
    assert warned.measured is not None
    assert (warned.measured.value, warned.measured.unit) == (2, "page")
    assert [one.url for one in warned.evidence] == [site.url("/a"), site.url("/b")]


async def test_the_same_description_on_two_pages_is_found(site: GeneratedSite, audited: Audited) -> None:
    site.put("/", page("Home", "/a", "/b"))
    site.put("/a", page("Visits"))
    site.put("/b", page("Visits"))
    found = await audited()
    descriptions = of_site(found, "desc.duplicate")
    assert descriptions is not None
    assert (descriptions.pages_affected, descriptions.pages_judged) == (2, 3)
    assert verdict(found, "content.duplicate") == "warn"


async def test_pages_that_each_have_their_own_pass(site: GeneratedSite, audited: Audited) -> None:
    site.put("/", page("Home", "/a"))
    site.put("/a", page("Visits"))
    found = await audited()
    assert {verdict(found, check) for check in CRAWL_CHECKS} == {"pass"}


async def test_a_site_of_one_page_has_nothing_to_compare(site: GeneratedSite, audited: Audited) -> None:
    site.put("/", page("Home"))
    found = await audited()
    assert found.site is not None
    assert found.site.judged_count == 1
    assert verdict(found, "title.duplicate") == "not_applicable"
    assert verdict(found, "links.broken_internal") == "pass"


async def test_what_the_crawl_found_is_told(site: GeneratedSite, audited: Audited) -> None:
    site.put("/", page("Home", "/a", "/old", "/end"))
    site.put("/a", page("Visits", "/"))
    site.put("/old", status=301, location="/older")
    site.put("/older", status=302, location="/a")
    site.put("/end", "<title>End</title><h1>End</h1><p>Nothing leads on.")
    site.put("/lonely", page("Lonely", "/"))
    index = f"<sitemapindex><sitemap><loc>{site.url('/map.xml.gz')}</loc></sitemap></sitemapindex>"
    site.put("/robots.txt", f"Sitemap: {site.url('/index.xml')}", content_type="text/plain")
    site.put("/index.xml", index, content_type="application/xml")
    site.put(
        "/map.xml.gz",
        gzip.compress(site.sitemap(["/", "/a", "/end", "/lonely"]).encode()),
        content_type="application/gzip",
    )
    found = (await audited()).site
    assert found is not None
    crawl = found.crawl
    (chain,) = crawl.redirect_chains
    assert paths(site, [hop.url for hop in chain.hops]) == ["/old", "/older"]
    assert (chain.ends_at, chain.end_status, chain.source_count) == (site.url("/a"), 200, 1)
    assert paths(site, crawl.orphans or []) == ["/lonely"]
    assert paths(site, crawl.dead_ends) == ["/end"]
    assert crawl.depths == {"0": 1, "1": 2, "none": 1}
    assert {paths(site, [one.url])[0]: one.entries for one in crawl.sitemaps} == {
        "/index.xml": 0,
        "/map.xml.gz": 4,
        "/sitemap.xml": 0,
    }
    assert crawl.most_linked[0].url == site.url("/")


async def test_a_page_that_needs_javascript_is_said_to_and_its_content_not_judged(
    site: GeneratedSite, audited: Audited
) -> None:
    site.put("/", page("Home", "/rooms"))
    site.put("/rooms", SHELL)
    found = await audited()
    assert found.site is not None
    assert paths(site, found.site.crawl.needs_javascript) == ["/rooms"]
    for check in ("content.words", "h1.present", "links.count"):
        across = of_site(found, check)
        assert across is None or site.url("/rooms") not in [one.url for one in across.places]
    described = of_site(found, "desc.present")  # what stands in the head is judged
    assert described is not None
    assert paths(site, [one.url for one in described.places]) == ["/rooms"]


async def test_an_audited_page_that_needs_javascript_is_never_judged_as_empty(
    site: GeneratedSite, audited: Audited
) -> None:
    site.put("/", SHELL)
    found = await audited(max_pages=1)
    reasons = {one.check: one.reason for one in found.checks if one.verdict == "not_testable"}
    for check in ("content.words", "h1.present", "links.count", "img.alt", "schema.parse", "http.soft_404"):
        assert reasons[check] == "The page shows its content by a script, which was not run."
    assert {"content", "headings", "links", "images"}.isdisjoint(one.part for one in found.findings)
    assert verdict(found, "title.present") == "pass"
    assert found.page.words is None
    assert found.page.words_reason == "The page shows its content by a script, which was not run."
    assert any("its content was not judged" in note for note in found.notes)


async def test_an_error_page_is_audited_and_the_crawl_begins_at_the_home_page(
    site: GeneratedSite, audited: Audited
) -> None:
    site.put("/", page("Home", "/a"))
    site.put("/a", page("Visits", "/"))
    found = await audited("/missing")
    assert found.http_status == 404
    assert found.site is not None
    assert found.site.judged_count == 2
    assert "The page answers with an error, so the crawl began at the home page." in found.notes


async def test_a_home_page_that_is_missing_leaves_the_pages_of_the_sitemap(
    site: GeneratedSite, audited: Audited
) -> None:
    site.put("/sitemap.xml", site.sitemap(["/a", "/b"]), content_type="application/xml")
    site.put("/a", page("Visits"))
    site.put("/b", page("Meals"))
    found = await audited()
    assert found.http_status == 404
    assert found.site is not None
    assert found.site.judged_count == 2
    assert {"http.status"} <= {one.check for one in found.findings}


async def test_nothing_but_an_error_page_is_nothing_to_compare(site: GeneratedSite, audited: Audited) -> None:
    found = await audited()
    assert found.site is not None
    assert (found.site.judged_count, found.site.findings) == (0, [])
    assert {verdict(found, check) for check in CRAWL_CHECKS} == {"not_testable"}


async def test_a_crawl_that_fails_costs_the_part_of_the_site_only(
    site: GeneratedSite, audited: Audited, ws: Workspace
) -> None:
    site.put("/", page("Home", "/a"))
    async with ws.store.begin() as connection:
        await connection.execute(text("DROP TABLE crawl_sitemap"))
    found = await audited()
    assert found.site is None
    assert (found.site_reason or "").startswith("The site could not be crawled")
    assert found.headings.h1 == ["Home: home care"]
    assert verdict(found, "links.broken_internal") == "not_testable"


async def test_robots_txt_is_kept_to(site: GeneratedSite, audited: Audited) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private", content_type="text/plain")
    site.put("/", page("Home", "/private/a", "/b"))
    site.put("/b", page("Visits"))
    found = await audited()
    assert found.site is not None
    assert found.site.crawl.forbidden_count == 1
    assert "/private/a" not in site.times_asked()


async def test_no_other_host_is_asked(site: GeneratedSite, audited: Audited) -> None:
    with_other = site.origin.replace("127.0.0.1", "localhost")
    site.put("/", page("Home", f"{with_other}/elsewhere", "/b"))
    site.put("/b", page("Visits"))
    found = await audited()
    assert found.site is not None
    assert found.site.judged_count == 2
    assert "/elsewhere" not in site.times_asked()


async def test_lists_are_cut_and_counts_are_complete(site: GeneratedSite, audited: Audited) -> None:
    gone = [f"/gone/{number}" for number in range(60)]
    pages = [f"/p/{number}" for number in range(60)]
    site.put("/", page("Home", *pages))
    for path in pages:
        site.put(path, page("Visits", *gone))
    found = await audited(max_pages=200)
    assert found.site is not None
    crawl = found.site.crawl
    assert (crawl.broken_linked_count, crawl.broken_source_count) == (60, 60)
    assert len(crawl.broken) == 25
    assert {(len(one.sources), one.source_count) for one in crawl.broken} == {(10, 60)}
    titles = of_site(found, "title.duplicate")
    assert titles is not None
    assert (titles.pages_affected, len(titles.places)) == (60, 10)
    assert all(len(one.places) <= 10 for one in found.site.findings)
    (broken,) = [one for one in found.findings if one.check == "links.broken_internal"]
    assert len(broken.evidence) == 10
    assert len({one.excerpt for one in broken.evidence}) == 10  # each address once before any comes again
    assert len(found.site.model_dump_json()) < 100_000


async def test_hostile_pages_end_no_audit(site: GeneratedSite, audited: Audited) -> None:
    site.put("/", page("Home", "/deep", "/nul", "/huge", "/wrong", "/odd"))
    site.put("/deep", "<div>" * 20_000)
    site.put("/nul", b"\x00\xff<p>\xed\xa0\x80 care")
    site.put("/huge", f"<title>{'T' * 100_000}</title>{'<h1>x</h1>' * 3_000}")
    site.put(
        "/wrong",
        page(
            "Wrong", head="<link rel=canonical href='http://[bad'><link rel=alternate hreflang=x href='::'>"
        ),
    )
    site.put("/odd", "<title>&#xD800;\u202e</title><p>Care")
    found = await audited()
    assert found.site is not None
    assert found.site.judged_count >= 4
    excerpts = [place.excerpt or "" for one in found.site.findings for place in one.places]
    assert max(map(len, excerpts)) <= 120
    found.model_dump_json()


async def test_the_same_site_gives_the_same_part(site: GeneratedSite, audited: Audited) -> None:
    site.pages = 30
    first, second = await audited(max_pages=20), await audited(max_pages=20)
    assert first.site == second.site


async def test_two_audits_of_one_site_at_once_both_end_well(site: GeneratedSite, audited: Audited) -> None:
    site.pages = 30
    site.delay_s = 0.002
    first, second = await asyncio.gather(audited(max_pages=40), audited(max_pages=40))
    assert first.site is not None
    assert first.site == second.site


async def test_a_finished_crawl_leaves_nothing_in_the_store(
    site: GeneratedSite, audited: Audited, ws: Workspace
) -> None:
    site.pages = 10
    await audited()
    async with ws.store.read() as connection:
        for table in ("crawl", "crawl_url", "crawl_page", "crawl_sitemap"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0


def test_texts_of_the_site_are_marked_untrusted_and_figures_have_units() -> None:
    untrusted, units = marked(Audit, "untrusted"), marked(Audit, "unit")
    for pointer in ("/site/findings/*/places/*/excerpt", "/site/crawl/broken/*/url", "/site/crawl/orphans/*"):
        assert untrusted[pointer] is True
    assert units["/site/judged_count"] == units["/site/findings/*/pages_affected"] == "page"
    assert units["/site/findings/*/share"] == "ratio"
