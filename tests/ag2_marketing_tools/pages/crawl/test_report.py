from __future__ import annotations

import gc
import tracemalloc
from array import array

from generated_site import GeneratedSite, document, paragraphs
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.pages.crawl import crawl
from ag2_marketing_tools.pages.crawl.graph import NONE, LinkGraph
from ag2_marketing_tools.workspace import Workspace


def page(title: str, *paths: str) -> str:
    return document(title, paragraphs(60, seed=title), [(path, "link") for path in paths])


def bare(title: str, *paths: str) -> str:
    links = "".join(f'<a href="{path}">link</a>' for path in paths)
    return f"<!doctype html><title>{title}</title><p>{title}</p>{links}"


async def test_orphans_depths_and_dead_ends(site: GeneratedSite, crawled) -> None:
    site.put("/", bare("Home", "/a", "/old"))
    site.put("/a", bare("A", "/b", "/a"))
    site.put("/b", bare("B", "https://example.com/", "/b"))
    site.put("/old", status=301, location="/new")
    site.put("/new", bare("New", "/"))
    site.put("/orphan", bare("Orphan", "/orphan", "/child"))
    site.put("/child", bare("Child", "/"))
    site.put("/sitemap.xml", site.sitemap(["/", "/a", "/new", "/orphan", "/gone", "/old"]))
    found, report = await crawled()
    assert report.stop_reason == "complete"
    assert report.orphans == [site.url("/orphan")]
    assert report.orphan_count == 1
    assert report.depths == {"0": 1, "1": 2, "2": 1, "none": 2}
    assert report.dead_ends == [site.url("/b")]
    linked = {each.url.removeprefix(site.origin): (each.in_degree, each.depth) for each in report.most_linked}
    assert linked == {
        "/": (2, 0), "/a": (1, 1), "/b": (1, 2), "/new": (1, 1), "/orphan": (0, None), "/child": (1, None),
    }  # fmt: skip
    assert [each.url for each in report.broken] == [site.url("/gone")]
    assert report.broken[0].sources == []
    assert found["/"].in_sitemap is None  # it was read before the sitemap was
    assert {path for path, each in found.items() if each.in_sitemap} == {
        "/a",
        "/new",
        "/orphan",
        "/gone",
        "/old",
    }


async def test_orphans_are_not_guessed_from_half_a_crawl(site: GeneratedSite, crawled) -> None:
    site.pages = 50
    site.put("/sitemap.xml", site.sitemap([site.path_of(number) for number in range(50)]))
    _, report = await crawled(max_pages=10)
    assert (report.orphans, report.orphan_count) == (None, None)
    assert (
        report.orphans_reason == "40 known addresses were not read, so that links from there are not known."
    )


async def test_without_a_sitemap_there_are_no_orphans_to_be_told(site: GeneratedSite, crawled) -> None:
    _, report = await crawled()
    assert report.orphans is None
    assert report.orphans_reason == "No sitemap lists a page of the site."


async def test_lists_are_cut_and_counts_are_not(site: GeneratedSite, ws: Workspace) -> None:
    site.put("/", page("Home", *(f"/gone/{number}" for number in range(20)), "/a", "/b"))
    site.put("/a", page("A", "/gone/0"))
    site.put("/b", page("B", "/gone/0"))
    one = crawl(site.url(), ws)
    _ = [each async for each in one]
    report = await one.report(longest_list=3)
    assert (len(report.broken), report.broken_count) == (3, 20)
    assert report.broken[0].sources == [
        site.url("/"),
        site.url("/a"),
        site.url("/b"),
    ]  # sources are never cut
    assert len(report.most_linked) == 3
    assert report.statuses == {"200": 3, "404": 20}


async def test_the_report_of_a_site_that_is_gone(site: GeneratedSite, crawled) -> None:
    site.put("/", "", status=404)
    found, report = await crawled()
    assert found["/"].outcome == "error"
    assert (report.page_count, report.html_page_count, report.broken_count) == (1, 0, 1)
    assert report.depths == {}


async def test_the_stored_pages_are_those_that_were_yielded(site: GeneratedSite, ws: Workspace) -> None:
    site.pages = 50
    site.put("/page/3", status=301, location="/page/4")
    site.put("/page/5", "", status=404)
    one = crawl(site.url(), ws)
    yielded = [each async for each in one]
    stored = [each async for each in one.pages()]
    yielded[0] = yielded[0].model_copy(update={"in_sitemap": False})
    assert sorted(yielded, key=lambda each: each.number) == stored


def graph_of(redirects: list[int], links: dict[int, list[int]]) -> LinkGraph:
    graph = LinkGraph(array("i", redirects))
    for source, targets in links.items():
        graph.add(source, targets)
    return graph.resolve()


def test_a_loop_of_redirects_leads_nowhere() -> None:
    graph = graph_of([NONE, 2, 1, NONE], {0: [1, 3], 3: [2]})
    assert list(graph.ends) == [0, NONE, NONE, 3]
    assert list(graph.in_degrees) == [0, 1, 1, 1]
    assert list(graph.depths) == [0, NONE, NONE, 1]
    assert list(graph.dead_ends) == [3]


LINKS = st.integers(1, 12).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(-1, size - 1), min_size=size, max_size=size),
        st.dictionaries(st.integers(0, size - 1), st.lists(st.integers(0, size - 1), unique=True)),
    )
)


@given(LINKS)
def test_the_graph_agrees_with_a_plain_reckoning(case: tuple[list[int], dict[int, list[int]]]) -> None:
    redirects, links = case
    links = {source: targets for source, targets in links.items() if redirects[source] == NONE}
    graph = graph_of(redirects, links)

    def end(number: int) -> int:
        for _ in redirects:
            if redirects[number] == NONE:
                return number
            number = redirects[number]
        return number if redirects[number] == NONE else NONE

    assert list(graph.ends) == [end(number) for number in range(len(redirects))]
    depths = {end(0): 0} if end(0) != NONE else {}
    for _ in redirects:  # as often as a longest way has steps
        for source, depth in list(depths.items()):
            for target in links.get(source, []):
                if end(target) != NONE:
                    depths[end(target)] = min(depths.get(end(target), 99), depth + 1)
    assert list(graph.depths) == [depths.get(number, NONE) for number in range(len(redirects))]
    for number in range(len(redirects)):
        linking = {s for s, targets in links.items() if any(number in {t, end(t)} for t in targets)} - {
            number
        }
        assert graph.in_degrees[number] == len(linking)


async def test_memory_does_not_grow_with_the_site(site: GeneratedSite, ws: Workspace) -> None:
    site.pages, site.extra_links = 1000, 5
    sizes: dict[int, int] = {}
    count = 0
    async for _ in crawl(site.url(), ws, max_pages=1000):
        count += 1
        if count == 200:
            tracemalloc.start()
        if count in {400, 950}:
            site.asked.clear()
            gc.collect()
            sizes[count] = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert sizes[950] - sizes[400] < 550 * 1_000  # the numbers of remembered links; a page alone has 3 kB
