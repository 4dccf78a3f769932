from __future__ import annotations

import asyncio
import re

import pytest
from generated_site import Answer, GeneratedSite, document, paragraphs

from ag2_marketing_tools.errors import AddressRefused, FetchFailed, InvalidInput, NotFound
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.pages.crawl import CrawledPage, CrawlReport, crawl, forget, resume, unfinished
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.workspace import Workspace


def linking(title: str, *paths: str, head: str = "") -> str:
    return document(title, paragraphs(60, seed=title), [(path, "link") for path in paths], head=head)


def pages_asked(site: GeneratedSite) -> list[str]:
    return [each.path for each in site.asked if each.path not in {"/robots.txt", "/sitemap.xml"}]


async def test_a_whole_site_is_read_once_and_breadth_first(site: GeneratedSite, crawled) -> None:
    site.pages = 60
    found, report = await crawled(max_pages=100)
    assert len(found) == 60
    assert sorted(site.times_asked().values()) == [1] * 62  # and robots.txt and the sitemap
    assert (report.stop_reason, report.page_count, report.waiting_count) == ("complete", 60, 0)
    assert list(found)[:7] == ["/", *(f"/page/{number}" for number in range(1, 7))]
    depths = {each.url.removeprefix(site.origin): each.depth for each in report.most_linked}
    order = [depths[path] for path in found]
    assert order == sorted(order)
    assert report.depths == {"0": 1, "1": order.count(1), "2": order.count(2), "3": order.count(3)}


@pytest.mark.parametrize("most", [1, 2, 7, 25])
@pytest.mark.parametrize("concurrency", [1, 5])
async def test_no_page_more_than_asked_for_is_fetched(
    site: GeneratedSite, crawled, most: int, concurrency: int
) -> None:
    site.pages = 200
    found, report = await crawled(max_pages=most, concurrency=concurrency)
    assert len(found) == report.page_count == len(pages_asked(site)) == most
    assert report.stop_reason == "max_pages"
    assert report.orphans is None


async def test_what_is_found_does_not_depend_on_which_answer_comes_first(
    site: GeneratedSite, ws: Workspace
) -> None:
    site.pages = 300
    orders = []
    for delay_s in (0.0, lambda path: len(path) % 4 / 200, lambda path: -len(path) % 4 / 200):
        site.delay_s = delay_s
        orders.append([page.url async for page in crawl(site.url(), ws, max_pages=40, concurrency=4)])
    assert orders[0] == orders[1] == orders[2]


async def test_redirects_are_followed_one_by_one_and_do_not_count(site: GeneratedSite, crawled) -> None:
    site.put("/", linking("Home", "/old", "/away", "/round"))
    site.put("/old", status=301, location="/older")
    site.put("/older", status=302, location="new")
    site.put("/new", linking("New"))
    site.put("/away", status=301, location="https://elsewhere.example/")
    site.put("/round", status=302, location="/and-round")
    site.put("/and-round", status=302, location="/round")
    found, report = await crawled(max_pages=2)
    assert site.times_asked()["/new"] == 1
    assert found["/old"].redirects_to == site.url("/older")
    assert (report.page_count, report.requests) == (2, 7)
    chains = {chain.hops[0].url.removeprefix(site.origin): chain for chain in report.redirect_chains}
    assert set(chains) == {"/old", "/away", "/round"}
    old = chains["/old"]
    assert [(hop.url.removeprefix(site.origin), hop.status) for hop in old.hops] == [
        ("/old", 301),
        ("/older", 302),
    ]
    assert (old.ends_at, old.end_status, old.loop, old.source_count) == (site.url("/new"), 200, False, 1)
    assert (chains["/away"].ends_at, chains["/away"].end_status) == ("https://elsewhere.example/", None)
    assert chains["/round"].loop
    assert chains["/round"].ends_at is None


async def test_an_endless_chain_of_redirects_ends(site: GeneratedSite, crawled) -> None:
    site.put("/", linking("Home", "/hop/0"))
    site.makers.append(
        lambda path: (
            Answer(status=302, headers={"location": f"/hop/{int(path[5:]) + 1}"})
            if path.startswith("/hop/")
            else None
        )
    )
    _, report = await crawled(max_pages=50)
    assert (
        sum(path.startswith("/hop/") for path in pages_asked(site)) == 6
    )  # five redirects, as in the settings
    assert report.skipped == {"too_many_redirects": 1}
    assert report.redirect_chains[0].ends_at == site.url("/hop/6")


async def test_redirects_alone_do_not_keep_a_crawl_going(site: GeneratedSite, crawled) -> None:
    site.put("/", linking("Home", *(f"/go/{number}" for number in range(200))))
    site.makers.append(
        lambda path: Answer(status=302, headers={"location": "/"}) if path.startswith("/go/") else None
    )
    _, report = await crawled(max_pages=10)
    assert report.requests == 3 * 10 + 20
    assert report.stop_reason == "max_requests"


async def test_a_broken_page_is_told_with_all_who_link_to_it(site: GeneratedSite, crawled) -> None:
    site.put("/", linking("Home", "/a", "/b", "/gone", "/crashes"))
    site.put("/a", linking("A", "/gone", "/moved"))
    site.put("/b", linking("B", "/moved", "/gone#part"))
    site.put("/moved", status=301, location="/lost")
    site.put("/crashes", linking("Crash", "/never"), status=500)
    _, report = await crawled()
    broken = {each.url.removeprefix(site.origin): each for each in report.broken}
    assert {path: each.status for path, each in broken.items()} == {
        "/gone": 404,
        "/crashes": 500,
        "/lost": 404,
    }
    sources = {path: [url.removeprefix(site.origin) for url in each.sources] for path, each in broken.items()}
    assert sources == {"/gone": ["/", "/a", "/b"], "/crashes": ["/"], "/lost": ["/a", "/b"]}
    assert broken["/gone"].source_count == 3
    assert "/never" not in pages_asked(site)


async def test_what_is_no_page_is_noted(site: GeneratedSite, crawled) -> None:
    site.put("/", linking("Home", "/photo.jpg", "/report", "/data", "/page", "/empty", "/cut"))
    site.put("/photo.jpg", b"\xff\xd8" * 100, content_type="image/jpeg")
    site.put("/report", b"%PDF-1.7", content_type="application/pdf")
    site.put("/data", b"\x00\x01", content_type=None)
    site.put("/page", linking("Page").encode(), content_type=None)
    site.put("/empty", b"")
    site.put("/cut", b"\x1f\x8b\x08", content_encoding="gzip")
    found, report = await crawled()
    assert {path: page.outcome for path, page in found.items()} == {
        "/": "page", "/photo.jpg": "not_html", "/report": "not_html", "/data": "not_html", "/page": "page",
        "/empty": "page", "/cut": "failed",
    }  # fmt: skip
    assert (found["/report"].media_type, found["/report"].status) == ("application/pdf", 200)
    assert report.not_html_count == 3
    assert list(found)[-1] == "/photo.jpg"  # what looks like a file comes after all pages
    assert found["/empty"].words == 0


async def test_one_page_under_many_addresses_is_read_once(site: GeneratedSite, crawled) -> None:
    spellings = [
        "/a?b=1&c=2",
        "/a?c=2&b=1",
        "/a?c=2&utm_source=mail&b=1&gclid=x",
        "/a?b=1&c=2#part",
        "/x/../a?b=1&c=2",
    ]
    site.put("/", linking("Home", *spellings, site.origin.replace("http", "HTTP") + "/a?b=1&c=2"))
    site.makers.append(lambda path: Answer(linking("A")) if path.startswith("/a") else None)
    await crawled()
    assert pages_asked(site) == ["/", "/a?b=1&c=2"]


async def test_session_ids_do_not_multiply_a_site(site: GeneratedSite, crawled) -> None:
    counter = iter(range(10_000))

    def page(path: str) -> Answer:
        session = f"{next(counter):032x}"
        links = [f"/{name};jsessionid={session}?sid={session}&PHPSESSID={session}" for name in "abc"]
        return Answer(linking(path.partition(";")[0], *links))

    site.makers.append(lambda path: page(path) if path not in {"/robots.txt", "/sitemap.xml"} else None)
    _, report = await crawled(max_pages=100)
    assert sorted(pages_asked(site)) == ["/", "/a", "/b", "/c"]
    assert report.stop_reason == "complete"


@pytest.mark.parametrize(
    ("trap", "reason", "most"),
    [
        (lambda n: f"/calendar?month={n}", "query_variants", 101),
        (lambda n: "/x" + "/loop" * n, "repeated_segments", 4),
        (lambda n: "/" + "/".join(f"s{k}" for k in range(n)), "too_many_segments", 16),
        (lambda n: "/long?x=" + "y" * 300 * n, "too_long", 7),
    ],
)
async def test_an_endless_space_of_addresses_ends(
    site: GeneratedSite, crawled, trap, reason: str, most: int
) -> None:
    numbers = {trap(n): n for n in range(1, 300)}
    site.put("/", linking("Home", trap(1)))
    site.makers.append(
        lambda path: Answer(linking(path[:20], trap(numbers[path] + 1))) if path in numbers else None
    )
    _, report = await crawled(max_pages=250)
    assert report.stop_reason == "complete"
    assert report.skipped == {reason: 1}
    assert report.page_count == most


async def test_robots_txt_is_kept_before_every_step(site: GeneratedSite, crawled) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private", content_type="text/plain")
    site.put("/", linking("Home", "/private/a", "/detour"))
    site.put("/detour", status=302, location="/private/b")
    found, report = await crawled()
    assert pages_asked(site) == ["/", "/detour"]
    assert found["/private/a"].outcome == found["/private/b"].outcome == "forbidden"
    assert (report.forbidden_count, report.page_count) == (2, 1)
    assert site.times_asked()["/robots.txt"] == 1


async def test_a_site_that_forbids_all_is_left_alone(site: GeneratedSite, crawled) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /", content_type="text/plain")
    found, report = await crawled()
    assert list(site.times_asked()) == ["/robots.txt"]
    assert found["/"].outcome == "forbidden"
    assert (report.stop_reason, report.requests, report.most_linked) == ("complete", 0, [])
    assert report.sitemaps[0].problem == "robots.txt forbids it."


async def test_links_that_are_not_to_be_followed_are_not(site: GeneratedSite, crawled) -> None:
    home = '<!doctype html><title>Home</title><a rel="external nofollow" href="/a">a</a><a href="/b">b</a>'
    site.put("/", home)
    site.put("/b", linking("B", "/c", head='<meta name="robots" content="noindex, nofollow">'))
    site.put("/d", linking("D"))
    found, _ = await crawled()
    assert pages_asked(site) == ["/", "/b"]
    assert (found["/b"].noindex, found["/b"].nofollow, found["/"].noindex) == (True, True, False)


async def test_other_sites_are_counted_and_never_asked(site: GeneratedSite, crawled) -> None:
    other = site.origin.replace("127.0.0.1", "127.0.0.2")
    site.put("/", linking("Home", "https://example.com/", f"{other}/", "mailto:a@example.com", "/a"))
    site.put("/a", linking("A"))
    found, _ = await crawled()
    assert list(found) == ["/", "/a"]
    assert (found["/"].external_links, found["/"].internal_links) == (3, 2)  # itself, by the navigation


@pytest.mark.parametrize("scope", ["site", "host"])
async def test_the_scope_follows_the_start_page(site: GeneratedSite, ws: Workspace, scope: str) -> None:
    site.put("/", status=301, location="/start")
    site.put("/start", linking("Start", "/a"))
    site.put("/a", linking("A"))
    one = crawl(site.origin.removeprefix("http://"), ws, scope=scope)  # type: ignore[arg-type]
    urls = [page.url async for page in one]
    assert urls == [site.url("/"), site.url("/start"), site.url("/a")]
    assert (await one.report()).site_url == site.url("/start")


async def test_a_meta_refresh_and_an_image_map_are_links(site: GeneratedSite, crawled) -> None:
    site.put(
        "/", '<!doctype html><meta http-equiv="refresh" content="5; URL=\'/a\'"><map><area href="/b"></map>'
    )
    site.put("/a", linking("A"))
    site.put("/b", linking("B"))
    assert list((await crawled())[0]) == ["/", "/b", "/a"]


async def test_each_page_is_handed_over_whole_and_in_order(site: GeneratedSite, crawled) -> None:
    site.pages = 20
    site.put("/page/1", status=301, location="/page/7")
    handed: list[Page] = []

    async def look(page: Page) -> None:
        await asyncio.sleep(0)
        handed.append(page)

    found, _ = await crawled(on_page=look)
    assert [page.url for page in handed] == [page.url for page in found.values() if page.outcome == "page"]
    assert handed[0].title == "Page 0"
    assert "at home" in handed[0].description


async def test_what_the_caller_raises_ends_the_crawl_and_loses_nothing(
    site: GeneratedSite, ws: Workspace
) -> None:
    site.pages = 30
    seen = []

    async def look(page: Page) -> None:
        seen.append(page.url)
        if len(seen) == 5:
            raise LookupError("enough")

    one = crawl(site.url(), ws, on_page=look)
    with pytest.raises(LookupError, match="enough"):
        async for _ in one:
            pass
    assert len([page async for page in one.pages()]) == 4
    assert [left.id for left in await unfinished(ws.store, site.url())] == [one.id]


async def test_a_host_that_cannot_be_reached_is_an_error(ws: Workspace, site: GeneratedSite) -> None:
    with pytest.raises((FetchFailed, AddressRefused)):
        async for _ in crawl("http://127.0.0.1:1/", ws):
            pass
    with pytest.raises(AddressRefused):
        async for _ in crawl("http://10.0.0.1/", ws):
            pass
    assert await unfinished(ws.store) == []


@pytest.mark.parametrize(
    ("start", "options"),
    [("ftp://a.example/", {}), ("", {}), ("a.example", {"max_pages": 0}), ("a.example", {"concurrency": -1})],
)
async def test_what_cannot_be_meant_is_refused_before_anything_is_asked(
    ws: Workspace, site: GeneratedSite, start: str, options: dict[str, int]
) -> None:
    with pytest.raises(InvalidInput):
        crawl(start, ws, **options)  # type: ignore[arg-type]


async def test_a_host_that_fails_and_fails_is_left_in_peace(site: GeneratedSite, ws: Workspace) -> None:
    site.put("/", linking("Home", *(f"/down/{number}" for number in range(50))))
    site.makers.append(lambda path: Answer("", 503) if path.startswith("/down/") else None)
    one = crawl(site.url(), ws, max_pages=60)
    pages = [page async for page in one]
    report = await one.report()
    assert (report.state, report.stop_reason) == ("running", "host_rests")
    assert len(pages) == report.page_count < 20
    assert ws.clock.monotonic_s() >= 90  # three rests of 30 s
    site.makers.clear()
    ws.clock.advance(30)  # type: ignore[attr-defined]
    more = [page async for page in await resume(one.id, ws)]
    assert len(pages) + len(more) == 51
    assert (await one.report()).stop_reason == "complete"


async def test_too_many_requests_slow_the_crawl_down(site: GeneratedSite, ws: Workspace) -> None:
    site.now = ws.clock.monotonic_s
    site.put("/", linking("Home", "/busy", "/a", "/b"))
    site.put("/busy", "", status=429)
    site.put("/a", linking("A"))
    site.put("/b", linking("B"))
    _ = [page async for page in crawl(site.url(), ws, concurrency=1)]
    at = {each.path: each.at_s for each in site.asked}
    assert at["/b"] - at["/a"] >= 1.0


async def test_a_crawl_can_be_forgotten(site: GeneratedSite, ws: Workspace) -> None:
    site.pages = 5
    one = crawl(site.url(), ws)
    _ = [page async for page in one]
    await forget(ws.store, one.id)
    with pytest.raises(NotFound, match=one.id):
        await one.report()
    with pytest.raises(NotFound):
        await resume(one.id, ws)


async def test_a_crawl_that_was_not_begun_has_no_id(site: GeneratedSite, ws: Workspace) -> None:
    with pytest.raises(InvalidInput, match="not begun"):
        _ = crawl(site.url(), ws).id


def test_every_figure_has_its_unit() -> None:
    for model in (CrawledPage, CrawlReport):
        units = marked(model, "unit")
        schema = model.model_json_schema(mode="serialization")["properties"]
        figures = {
            name
            for name, field in schema.items()
            if re.search(r'"(integer|number)"', str(field).replace("'", '"'))
            and name not in {"number", "status"}
        }
        assert figures <= {pointer.split("/")[1] for pointer in units}
