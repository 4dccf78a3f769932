from __future__ import annotations

import pytest
from loopback_site import Site

from ag2_marketing_tools.pages.robots import RobotsTxt, robots_of
from ag2_marketing_tools.workspace import Workspace

HERE = "https://care.example"


def robots(text: str) -> RobotsTxt:
    return RobotsTxt(url=f"{HERE}/robots.txt", status=200, text=text)


# Expectations from RFC 9309 (sections 2.2.1 to 2.2.4 and 5) and from Google's page on robots.txt (2025).
@pytest.mark.parametrize(
    ("text", "agent", "path", "allowed"),
    [
        ("", "Googlebot", "/a", True),
        ("User-agent: *\nDisallow: /", "Googlebot", "/a", False),
        ("USER-AGENT: *\ndISALLOW: /", "Googlebot", "/a", False),
        ("User-agent: *\nDisallow:", "Googlebot", "/a", True),
        ("Disallow: /\nUser-agent: *\nDisallow: /x", "Googlebot", "/a", True),  # a rule before any group
        ("User-agent: *\nDisallow: /\nUser-agent: Googlebot\nDisallow: /x", "Googlebot", "/a", True),
        ("User-agent: Googlebot\nAllow: /a\nUser-agent: *\nDisallow: /", "Otherbot", "/a", False),
        ("User-agent: a\nUser-agent: b\nDisallow: /", "a", "/x", False),
        ("User-agent: a\nUser-agent: b\nDisallow: /", "b", "/x", False),
        ("User-agent: a\nFavourite-colour: red\nUser-agent: b\nDisallow: /", "a", "/x", False),
        ("User-agent: a\nCrawl-delay: 5\nUser-agent: b\nDisallow: /", "a", "/x", False),
        ("User-agent: a\nSitemap: https://care.example/s.xml\nUser-agent: b\nDisallow: /", "a", "/x", False),
        ("User-agent: a\nDisallow: /x\nUser-agent: b\nDisallow: /", "a", "/y", True),
        ("User-agent: a\nDisallow: /x\n\nUser-agent: a\nDisallow: /y", "a", "/y", False),  # groups are joined
        ("User-agent: Foo Bar\nDisallow: /", "Foo", "/x", False),  # the name ends at the space
        ("User-agent: *\nDisallow: /\nUser-agent: Care Scout\nAllow: /", "Care", "/x", True),
        (
            "User-agent: *\nDisallow: /\nUser-agent: Care Scout\nAllow: /",
            "Care Scout",
            "/x",
            False,
        ),  # no name
        ("User-agent: *\nDisallow: /\nUser-agent: Care\nAllow: /", "Care (of Scout)", "/x", True),
        ("User-agent: Foo/1.2\nDisallow: /", "Foo", "/x", False),
        ("User-agent: Foo\nDisallow: /", "Foo/1.2 (+https://foo.example)", "/x", False),
        ("User-agent: Goo\nDisallow: /", "Googlebot", "/x", True),  # no prefix matches
        ("User-agent: Googlebot-Image\nDisallow: /", "Googlebot", "/x", True),
        ("User-agent: * all of you\nDisallow: /", "Foo", "/x", False),
        ("User-agent: *\nAllow: /p\nDisallow: /", "Foo", "/page", True),
        ("User-agent: *\nAllow: /folder\nDisallow: /folder", "Foo", "/folder/page", True),
        ("User-agent: *\nAllow: /page\nDisallow: /*.htm", "Foo", "/page.htm", False),
        ("User-agent: *\nAllow: /$\nDisallow: /", "Foo", "/", True),
        ("User-agent: *\nAllow: /$\nDisallow: /", "Foo", "/page.htm", False),
        ("User-agent: *\nDisallow: /fish", "Foo", "/Fish.asp", True),
        ("User-agent: *\nDisallow: /*.php$", "Foo", "/index.php?id=1", True),
        ("User-agent: *\nDisallow: /*.php$", "Foo", "/a/index.php", False),
        ("User-agent: *\nDisallow: /shop # nobody", "Foo", "/shop/1", False),
        ("User-agent: *\nDisallow: /p/ツ", "Foo", "/p/%E3%83%84", False),
        ("User-agent: *\nDisallow: /p/%e3%83%84", "Foo", "/p/%E3%83%84", False),
        ("User-agent: *\nDisallow: /p/%E3%83%84", "Foo", "/p/ツ", False),
        ("User-agent: *\nDisallow: /a?b=http://c.example", "Foo", "/a?b=http://c.example", False),
        ("user-agent Foo\ndisallow /", "Foo", "/x", False),  # colons forgotten
        ("User-agent: *\nDissalow: /", "Foo", "/x", False),
        ("\ufeffUser-agent: *\rDisallow: /\r", "Foo", "/x", False),  # byte order mark, old line ends
        ("<html>\n<title>Not found: really</title>", "Foo", "/x", True),
        (
            "User-agent: *\nDisallow: /prices/%61bc",
            "Foo",
            "/prices/abc",
            True,
        ),  # as Google reads it: compared as written
        ("User-agent: *\nDisallow: /prices/%61bc", "Foo", "/prices/%61bc", False),
        (
            "User-agent: *\nDisallow: /\nAllow: /care/index.html",
            "Foo",
            "/care/",
            True,
        ),  # a folder is its index page
        ("User-agent: *\nDisallow: /\nAllow: /care/index.html", "Foo", "/care/index.html", True),
        ("User-agent: *\nDisallow: /\nAllow: /care/index.html", "Foo", "/care/index.htm", False),
        ("User-agent: *\nDisallow: /care/index.html", "Foo", "/care/", True),
        ("User-agent: *\nDisallow: /a*b*c$", "Foo", "/a-b-b-c", False),
        ("User-agent: *\nDisallow: /a*b*c$", "Foo", "/a-b-c-d", True),
        (
            "User-agent: *\nDisallow: /ab*bc$",
            "Foo",
            "/abc",
            True,
        ),  # a `*` shares no letter with its neighbours
        ("User-agent: *\nDisallow: /a$b", "Foo", "/a$b", False),  # within a path, `$` is a letter
        ("User-agent: *\nDisallow: *", "Foo", "/x", False),
        ("User-agent: *\nDisallow: /x?", "Foo", "/x", True),
        ("User-agent: *\nDisallow: /x?", "Foo", "/x?y", False),
        ("User-agent: *\nDisallow: /x#y", "Foo", "/x", False),  # a comment
        ("User-agent: *\nDisallow: /", "", "/x", False),
        ("User-agent: Foo\nDisallow: /", "", "/x", True),
        ("User-agent: Foo\nDisallow: /", "Foo", "", False),
    ],
)
def test_what_may_be_fetched(text: str, agent: str, path: str, allowed: bool) -> None:
    assert robots(text).allows(HERE + path, agent) is allowed


def test_a_line_is_read_as_far_as_google_reads_it() -> None:
    path = "/" + "a" * 16_700
    found = robots(f"User-agent: *\nDisallow: {path}/b")
    assert found.allows(HERE + path[:16_600], "Foo")
    assert not found.allows(HERE + path, "Foo")


def test_a_pattern_full_of_wildcards_is_compared_in_linear_time() -> None:
    found = robots("User-agent: *\nDisallow: /" + "*a" * 5_000 + "$")
    assert found.allows(f"{HERE}/{'a' * 100_000}b", "Foo")


# Google's page "How Google interprets the robots.txt specification" (2025), its own examples restated.
@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("Disallow: /fish", "/fish", False),
        ("Disallow: /fish", "/fish/salmon.html", False),
        ("Disallow: /fish", "/fishheads", False),
        ("Disallow: /fish", "/catfish", True),
        ("Disallow: /fish", "/?id=fish", True),
        ("Disallow: /fish*", "/fish.php?id=anything", False),
        ("Disallow: /fish/", "/fish", True),
        ("Disallow: /fish/", "/fish/?id=anything", False),
        ("Disallow: /*.php", "/folder/any.php.file.html", False),
        ("Disallow: /*.php", "/windows.PHP", True),
        ("Disallow: /*.php$", "/filename.php/", True),
        ("Disallow: /*.php$", "/filename.php5", True),
        ("Disallow: /fish*.php", "/fishheads/catfish.php?parameters", False),
        ("Disallow: /fish*.php", "/Fish.PHP", True),
        ("Allow: /p\nDisallow: /", "/page", True),
        ("Allow: /$\nDisallow: /", "/", True),
        ("Allow: /folder\nDisallow: /folder", "/folder/page", True),
        ("Allow: /page\nDisallow: /*.htm", "/page.htm", False),
        ("Allow: /page\nDisallow: /*.ph", "/page.php5", True),
        ("Disallow: fish", "/fish", True),  # a path that begins with neither / nor * matches nothing
    ],
)
def test_paths_match_as_google_describes(rules: str, path: str, allowed: bool) -> None:
    assert robots(f"User-agent: *\n{rules}").allows(HERE + path, "Googlebot") is allowed


def test_lines_that_nobody_understands_are_named() -> None:
    text = "Disallow: /early\nUser-agent: *\nDisallow: rel\nAllow: *.css$\nHost: a.example\n<html>\nFoo: bar"
    assert robots(text).faults == ["Disallow: /early", "Disallow: rel", "<html>", "Foo: bar"]


def test_robots_txt_itself_may_always_be_fetched() -> None:
    assert robots("User-agent: *\nDisallow: /").allows(f"{HERE}/robots.txt", "Foo")


def test_the_crawl_delay_is_that_of_the_agents_own_group() -> None:
    text = "User-agent: *\nCrawl-delay: 10\nDisallow:\n\nUser-agent: foo\nDisallow:\nCrawl-delay: 2.5"
    assert robots(text).crawl_delay_s("Foo") == 2.5
    assert robots(text).crawl_delay_s("Bar") == 10


@pytest.mark.parametrize("value", ["soon", "-1", "nan", "1e9", ""])
def test_a_crawl_delay_that_is_no_number_of_seconds_is_none(value: str) -> None:
    assert robots(f"User-agent: *\nCrawl-delay: {value}").crawl_delay_s("Foo") is None


def test_sitemaps_stand_anywhere() -> None:
    text = (
        "Sitemap: https://care.example/a.xml\nUser-agent: *\nDisallow:\nsite-map: https://care.example/b.xml"
    )
    assert robots(text).sitemaps == ["https://care.example/a.xml", "https://care.example/b.xml"]


@pytest.mark.parametrize(
    ("status", "allowed"), [(404, True), (403, True), (410, True), (500, False), (429, False)]
)
async def test_the_status_of_robots_txt_decides_where_there_is_none(
    site: Site, ws: Workspace, status: int, allowed: bool
) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /", status=status, content_type="text/plain")
    found = await robots_of(site.url("/a"), ws)
    assert found.status == status
    assert found.allows(site.url("/a"), "Foo") is allowed


async def test_a_robots_txt_that_redirects_in_circles_is_none(site: Site, ws: Workspace) -> None:
    site.put("/robots.txt", status=302, location="/robots.txt")
    assert (await robots_of(site.url("/a"), ws)).allows(site.url("/a"), "Foo")


async def test_robots_txt_is_asked_for_once(site: Site, ws: Workspace) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private", content_type="text/plain")
    for path in ("/a", "/private/b"):
        await robots_of(site.url(path), ws)
    assert site.paths() == ["/robots.txt"]
