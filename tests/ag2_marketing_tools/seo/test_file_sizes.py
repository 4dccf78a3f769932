"""Sizes of a page's files, asked of a real server; sums by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from loopback_site import Answer, Asked, Site

from ag2_marketing_tools.pages.fetch import Fetched, fetch_with_robots
from ag2_marketing_tools.seo import Audit, run_audit
from ag2_marketing_tools.seo.file_sizes import FileFact, file_rules, image_sizes, other_sizes
from ag2_marketing_tools.seo.speed_model import PageWeight
from ag2_marketing_tools.workspace import Workspace

PUBLIC = "http://care.example/"
PNG = {"content-type": "image/png"}
Special = Callable[[Asked], Answer | None]


async def page_of(site: Site, ws: Workspace, html: str) -> Fetched:
    site.put("/", f"<title>Care</title>{html}")
    return await fetch_with_robots(PUBLIC, ws)


async def images_of(site: Site, ws: Workspace, html: str) -> tuple[FileFact, ...]:
    fetched = await page_of(site, ws, html)
    site.asked.clear()
    return await image_sizes(fetched.page, fetched.robots, ws)


async def weight_of(site: Site, ws: Workspace, html: str) -> tuple[Audit, PageWeight]:
    site.put("/", html)
    found = await run_audit.run({"url": PUBLIC, "specific_metrics": ["performance"], "max_pages": 1}, ws)
    assert found.performance is not None
    assert found.performance.page_weight is not None
    return found, found.performance.page_weight


async def test_a_size_is_asked_for_by_head_and_nothing_is_transferred(site: Site, ws: Workspace) -> None:
    site.put("/a.png", b"x" * 120_000, content_type="image/png")
    (fact,) = await images_of(site, ws, "<img src=/a.png><img src=/a.png>")
    assert (fact.size, fact.element, fact.url, fact.reason) == (120_000, "img", f"{PUBLIC}a.png", None)
    assert [(asked.method, asked.path) for asked in site.asked] == [("HEAD", "/a.png")]


def refusing_head(status: int) -> Special:
    """A server that answers HEAD with an error, and knows ranges."""

    def answer(asked: Asked) -> Answer | None:
        if asked.path != "/a.png":
            return None
        if asked.method == "HEAD":
            return Answer(b"", status, PNG)
        assert asked.headers["range"] == "bytes=0-0"
        return Answer(b"x", 206, {**PNG, "content-range": "bytes 0-0/654321"})

    return answer


@pytest.mark.parametrize("status", [400, 403, 405, 501, 503])
async def test_where_head_is_refused_the_first_byte_tells_the_size(
    site: Site, ws: Workspace, status: int
) -> None:
    site.answering = refusing_head(status)
    (fact,) = await images_of(site, ws, "<img src=/a.png>")
    assert fact.size == 654_321


async def test_a_server_that_knows_no_ranges_is_read_once(site: Site, ws: Workspace) -> None:
    site.answering = lambda asked: (
        Answer(b"", 200, {**PNG, "content-length": ""})
        if asked.path == "/a.png" and asked.method == "HEAD"
        else None
    )
    site.put("/a.png", b"x" * 777, content_type="image/png")
    (fact,) = await images_of(site, ws, "<img src=/a.png>")
    assert fact.size == 777
    assert [asked.method for asked in site.asked] == ["HEAD", "GET"]


@pytest.mark.parametrize(
    ("headers", "size"),
    [
        ({"content-range": "bytes 0-0/12"}, 12),
        ({"content-range": "bytes */12"}, 12),
        ({"content-range": "bytes 0-0/*"}, None),
        ({"content-range": "bytes 0-0/9999999999999999"}, None),
        ({"content-range": "bytes 0-0/-12"}, None),
        ({"content-range": "twelve"}, None),
        ({}, None),
    ],
)
async def test_a_range_that_is_none_is_no_size(
    site: Site, ws: Workspace, headers: dict[str, str], size: int | None
) -> None:
    site.answering = lambda asked: (
        Answer(b"", 405) if asked.method == "HEAD"
        else Answer(b"x", 206, {**PNG, **headers}) if asked.path == "/a.png" else None
    )  # fmt: skip
    (fact,) = await images_of(site, ws, "<img src=/a.png>")
    assert fact.size == size
    assert (fact.reason is None) == (size is not None)


@pytest.mark.parametrize("length", ["-5", "1e9", "9" * 20, "0"])
async def test_a_length_that_is_none_is_not_believed(site: Site, ws: Workspace, length: str) -> None:
    site.answering = lambda asked: (
        Answer(b"", 200, {**PNG, "content-length": length}) if asked.method == "HEAD" else None
    )
    site.put("/a.png", b"x" * 31, content_type="image/png")
    (fact,) = await images_of(site, ws, "<img src=/a.png>")
    assert fact.size in (31, None)


async def test_what_cannot_be_measured_says_why(site: Site, ws: Workspace) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private/", content_type="text/plain")
    html = "<img src=/gone.png><img src=/private/a.png><img src=https://gone.example/a.png><img src=http://10.0.0.1/>"
    facts = await images_of(site, ws, html)
    assert [fact.size for fact in facts] == [None] * 4
    gone, private, other, inside = (fact.reason or "" for fact in facts)
    assert gone == "It answers with HTTP 404."
    assert private == "robots.txt forbids to fetch it."
    assert "gone.example" in other
    assert "10.0.0.1" in inside
    assert [(asked.method, asked.path) for asked in site.asked] == [("HEAD", "/gone.png")]


async def test_only_so_many_images_are_asked_for_those_of_the_site_first(site: Site, ws: Workspace) -> None:
    most = file_rules().most_images
    site.answering = lambda asked: Answer(b"x" * 9, 200, PNG) if asked.path.startswith("/i/") else None
    html = "<img src=https://gone.example/a.png>" + "".join(f"<img src=/i/{n}.png>" for n in range(most + 2))
    facts = await images_of(site, ws, html)
    assert len(facts) == most + 3
    assert [fact.size for fact in facts[:most]] == [9] * most
    assert all(str(most) in (fact.reason or "") for fact in facts[most:])
    assert facts[-1].url == "https://gone.example/a.png"
    assert len(site.asked) == most


@pytest.mark.parametrize("source", ["", "#", "#logo", PUBLIC])
async def test_the_page_itself_is_no_image(site: Site, ws: Workspace, source: str) -> None:
    assert await images_of(site, ws, f"<img src='{source}'>") == ()


async def test_files_that_fail_do_not_close_the_way_to_the_sites_pages(site: Site, ws: Workspace) -> None:
    site.answering = lambda asked: Answer(b"", 500) if asked.path.startswith("/i/") else None
    await images_of(site, ws, "".join(f"<img src=/i/{n}.png>" for n in range(20)))
    assert (await fetch_with_robots(f"{PUBLIC}?again", ws)).page.transfer.status == 200


async def test_scripts_styles_and_icons_are_the_other_files(site: Site, ws: Workspace) -> None:
    site.answering = lambda asked: Answer(b"x" * 5, 200) if asked.path.startswith("/f/") else None
    fetched = await page_of(
        site,
        ws,
        "<link rel=stylesheet href=/f/a.css><script src=/f/a.js></script><link rel=icon href=/f/i.ico>"
        "<link rel=preload as=image href=/f/hero.png><img src=/f/hero.png><form action=/f/form></form>"
        "<iframe src=/f/frame></iframe><video src=/f/film></video><script src=data:,x></script>",
    )
    others = await other_sizes(fetched.page, fetched.robots, ws)
    assert sorted(fact.url.rpartition("/")[2] for fact in others) == ["a.css", "a.js", "i.ico"]


async def test_a_page_weight_is_whole_only_when_every_file_was_measured(site: Site, ws: Workspace) -> None:
    html = "<script src=/a.js></script><img src=/a.png><link rel=icon href=/i.ico>"
    for path, size in (("/a.js", 300), ("/a.png", 4000), ("/i.ico", 50)):
        site.put(path, b"x" * size)
    _, weight = await weight_of(site, ws, html)
    assert (weight.total, weight.source) == (len(html) + 4350, "fetch")
    assert (weight.files, weight.files_measured, weight.not_measured, weight.reason) == (3, 3, [], None)
    assert [one.size for one in weight.largest] == [4000, 300, 50]


async def test_part_of_a_page_is_never_called_its_weight(site: Site, ws: Workspace) -> None:
    html = "<script src=/a.js></script><img src=/gone.png>"
    site.put("/a.js", b"x" * 300)
    found, weight = await weight_of(site, ws, html)
    assert (weight.total, weight.source, weight.measured) == (None, None, len(html) + 300)
    assert (weight.files, weight.files_measured) == (2, 1)
    assert (
        weight.reason == "1 of 2 files were measured; of the others the first says: It answers with HTTP 404."
    )
    assert [one.url for one in weight.not_measured] == [f"{PUBLIC}gone.png"]
    (check,) = [one for one in found.checks if one.check == "perf.total_bytes"]
    assert check.verdict == "not_testable"
    assert "1 of 2 files were measured" in (check.reason or "")


async def test_large_images_are_found_each_with_its_size(site: Site, ws: Workspace) -> None:
    site.answering = lambda asked: (
        Answer(b"", 200, {**PNG, "content-length": asked.path[1:-4]}) if asked.path.endswith(".png") else None
    )
    site.put("/", "<img src=/100000.png alt=a><img src=/100001.png alt=b><img src=/600000.png alt=c>")
    found = await run_audit.run({"url": PUBLIC, "specific_metrics": ["images"], "max_pages": 1}, ws)
    (finding,) = [one for one in found.findings if one.check == "img.bytes"]
    assert (finding.verdict, finding.measured and finding.measured.value) == ("fail", 600_000)
    assert [(one.url, one.size) for one in finding.evidence] == [
        (f"{PUBLIC}600000.png", 600_000),
        (f"{PUBLIC}100001.png", 100_001),
    ]


async def test_no_file_is_asked_for_where_nobody_wants_to_know(site: Site, ws: Workspace) -> None:
    site.put("/", "<script src=/a.js></script><img src=/a.png>")
    await run_audit.run({"url": PUBLIC, "specific_metrics": ["headings"], "max_pages": 1}, ws)
    assert site.paths() == ["/robots.txt", "/"]
    await run_audit.run({"url": PUBLIC, "specific_metrics": ["images"], "max_pages": 1}, ws)
    assert "/a.png" in site.paths()
    assert "/a.js" not in site.paths()
