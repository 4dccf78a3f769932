from __future__ import annotations

import gzip
import os
import subprocess
import sys

import pytest
from generated_site import Answer, GeneratedSite, document
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.pages.crawl.facts import limits
from ag2_marketing_tools.pages.crawl.sitemaps import Entry, NotASitemap, entries_of, mended

NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XML = "application/xml"
UTF_16 = '<?xml version="1.0" encoding="utf-16"?>'


def urlset(*locations: str, before: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    entries = "".join(f"<url><loc>{each}</loc></url>" for each in locations)
    return f"{before}<urlset {NAMESPACE}>{entries}</urlset>"


def index(*locations: str) -> str:
    entries = "".join(f"<sitemap><loc>{each}</loc></sitemap>" for each in locations)
    return f"<sitemapindex {NAMESPACE}>{entries}</sitemapindex>"


def read(content: str | bytes) -> list[str]:
    data = content.encode() if isinstance(content, str) else content
    return [entry.url for entry in entries_of(mended(data))]


@pytest.mark.parametrize(
    "content",
    [
        urlset("https://a.example/1", "https://a.example/2"),
        urlset("https://a.example/1", "https://a.example/2", before="\ufeff"),
        urlset("https://a.example/1", "https://a.example/2", before=" \n").replace(NAMESPACE, ""),
        urlset("\n https://a.example/1 \n", "<![CDATA[https://a.example/2]]>"),
        urlset("https://a.example/1", "https://a.example/2").replace("loc>", "LOC>"),
        urlset("https://a.example/1", "https://a.example/2").replace("<", "<s:").replace("<s:/", "</s:")
        .replace("<s:?", "<?").replace("xmlns=", "xmlns:s="),
        "https://a.example/1\r\n\r\nhttps://a.example/2\n",
        "\ufeffhttps://a.example/1\nhttps://a.example/2",
        urlset("https://a.example/1", "https://a.example/2", before=UTF_16).encode("utf-16"),
    ],
)  # fmt: skip
def test_every_writing_of_a_sitemap_is_read(content: str | bytes) -> None:
    assert read(content) == ["https://a.example/1", "https://a.example/2"]


def test_an_index_names_further_sitemaps() -> None:
    assert list(entries_of(index("https://a.example/s.xml").encode())) == [
        Entry("sitemap", "https://a.example/s.xml")
    ]


def test_addresses_of_images_and_alternates_are_not_pages() -> None:
    inner = (
        "<url><loc>https://a.example/1</loc><image:image><image:loc>https://a.example/i.jpg</image:loc></image:image>"
        '<xhtml:link rel="alternate" href="https://a.example/de"/></url>'
    )
    assert read(f'<urlset {NAMESPACE} xmlns:image="i" xmlns:xhtml="x">{inner}</urlset>') == [
        "https://a.example/1"
    ]


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "not an address",
        "/relative",
        "ftp://a.example/",
        "javascript:alert(1)",
        "https://a.example/" + "x" * 3000,
        "https://a.example/two words",
        "<b>https://a.example/bold</b>",
        "&unknown;",
        "\x07",
    ],
)
def test_one_bad_entry_costs_itself_alone(bad: str) -> None:
    found = read(urlset("https://a.example/1", bad, "https://a.example/2"))
    assert found == ["https://a.example/1", "https://a.example/2"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://a.example/?a=1&b=2", "https://a.example/?a=1&b=2"),
        ("https://a.example/?a=1&amp;b=2", "https://a.example/?a=1&b=2"),
        ("https://a.example/?a=1&nbsp;b", "https://a.example/?a=1&nbsp;b"),
        ("https://a.example/&#233;", "https://a.example/é"),
    ],
)
def test_bare_ampersands_are_mended(written: str, meant: str) -> None:
    assert read(urlset(written, "https://a.example/2")) == [meant, "https://a.example/2"]


def test_what_stands_before_broken_xml_is_kept() -> None:
    whole = urlset("https://a.example/1", "https://a.example/2")
    assert read(whole[: whole.index("</url>") + 6]) == ["https://a.example/1"]
    assert "https://a.example/2" in read(whole.replace("</url>", "", 1))


@pytest.mark.parametrize(
    "content",
    [
        "<!doctype html><html><body>Not found</body></html>",
        "<html><head></head></html>",
        '<rss version="2.0"><channel><link>https://a.example/</link></channel></rss>',
        "just words",
        "",
        "<",
        "<<<<>>>>",
        b"\x00\x01\x02",
        b"\xff\xfe",
    ],
)
def test_what_is_no_sitemap_is_refused(content: str | bytes) -> None:
    with pytest.raises(NotASitemap):
        read(content)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{}]>'.format(
    "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "before",
    [
        BOMB,
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>',
    ],
)
def test_a_document_type_is_refused_before_anything_of_it_is_used(before: str, encoding: str) -> None:
    content = urlset("https://a.example/&m;", before=before).encode(encoding)
    with pytest.raises(NotASitemap, match="document type"):
        read(content)


PEAK = """
import resource, sys
from ag2_marketing_tools.pages.crawl.sitemaps import NotASitemap, entries_of, mended
content = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    count = sum(1 for _ in entries_of(mended(content)))
except NotASitemap:
    count = 0
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (urlset("https://a.example/&m;", before=BOMB).encode(), 0),
        (urlset("https://a.example/&m;", before=BOMB).encode("utf-16"), 0),
        (urlset(*(f"https://a.example/{number}" for number in range(50_000))).encode(), 50_000),
    ],
)
def test_neither_a_bomb_nor_fifty_thousand_addresses_take_much_memory(content: bytes, count: int) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    ran = subprocess.run(
        [sys.executable, "-c", PEAK], input=content, capture_output=True, check=True, env=environment
    )
    found, grown_kb = map(int, ran.stdout.split())
    assert found == count
    assert grown_kb < 8_000 + len(content) / 1_000  # the mended copy of the document is in it


def test_a_deeply_nested_document_ends_in_time() -> None:
    with pytest.raises(NotASitemap):
        read("<a>" * 1_000_000)
    assert read(f"<urlset>{'<url>' * 100_000}") == []


@given(st.binary(max_size=300) | st.text(alphabet="<>/&;![]urlocset=\"' \n", max_size=200).map(str.encode))
def test_any_bytes_end_as_a_sitemap_or_as_none(content: bytes) -> None:
    try:
        for entry in entries_of(mended(b"<urlset>" + content)):
            assert entry.url.lower().startswith(("http://", "https://"))
        list(entries_of(content))
    except NotASitemap:
        pass


async def test_the_sitemaps_that_robots_txt_names_are_read_with_their_indexes(
    site: GeneratedSite, crawled
) -> None:
    site.put(
        "/robots.txt", f"Sitemap: {site.url('/index.xml')}\nsitemap: /more.xml.gz", content_type="text/plain"
    )
    site.put(
        "/index.xml",
        index(site.url("/a.xml"), site.url("/missing.xml"), site.url("/a.xml")),
        content_type=XML,
    )
    site.put("/a.xml", urlset(site.url("/only-here"), "https://elsewhere.example/x"), content_type=XML)
    site.put(
        "/more.xml.gz", gzip.compress(urlset(site.url("/zipped")).encode()), content_type="application/gzip"
    )
    site.put("/only-here", document("Only here", "<p>text</p>", []))
    site.put("/zipped", document("Zipped", "<p>text</p>", []))
    found, report = await crawled()
    assert list(found) == ["/", "/zipped", "/only-here"]
    read_ones = {each.url.removeprefix(site.origin): each for each in report.sitemaps}
    assert {path: (each.entries, each.left_out) for path, each in read_ones.items()} == {
        "/index.xml": (0, 0), "/more.xml.gz": (1, 0), "/sitemap.xml": (0, 0), "/a.xml": (2, 1),
        "/missing.xml": (0, 0),
    }  # fmt: skip
    assert read_ones["/missing.xml"].problem == "It answered with HTTP 404."
    assert [path for path, each in read_ones.items() if each.guessed] == ["/sitemap.xml"]
    assert max(site.times_asked().values()) == 1


async def test_no_sitemap_however_bad_ends_the_crawl(site: GeneratedSite, crawled) -> None:
    site.pages = 3
    bad = {
        "/bomb.xml.gz": (gzip.compress(bytes(60_000_000)), "application/gzip"),
        "/dtd.xml": (urlset("https://a.example/&m;", before=BOMB).encode(), XML),
        "/cut.xml.gz": (gzip.compress(b"<urlset>")[:-9], "application/gzip"),
        "/page.xml": (document("Not found", "", []).encode(), "text/html"),
        "/empty.xml": (b"", XML),
    }
    for path, (content, media_type) in bad.items():
        site.put(path, content, content_type=media_type)
    site.put("/round.xml", status=302, location="/round.xml")
    names = [*bad, "/round.xml"]
    lines = [f"Sitemap: {site.url(name)}" for name in names] + [
        "Sitemap: http://10.1.2.3/s.xml",
        "Sitemap: http://[",
        "Sitemap:",
    ]
    site.put("/robots.txt", "\n".join(lines), content_type="text/plain")
    found, report = await crawled()
    assert len(found) == 3
    assert report.stop_reason == "complete"
    problems = {each.url.removeprefix(site.origin): each.problem for each in report.sitemaps}
    assert all(problems[name] for name in names), problems
    assert problems["http://10.1.2.3/s.xml"]
    assert "larger than 52428800 bytes" in str(problems["/bomb.xml.gz"])


async def test_indexes_without_end_are_read_to_a_depth(site: GeneratedSite, crawled) -> None:
    site.makers.append(
        lambda path: (
            Answer(index(site.url(f"{path}x")), content_type=XML) if path.startswith("/sitemap.xml") else None
        )
    )
    _, report = await crawled()
    assert len(report.sitemaps) == limits().sitemaps.deepest + 1
    assert "too deep" in str(report.sitemaps[-1].problem)


async def test_only_so_many_sitemaps_are_read(site: GeneratedSite, crawled) -> None:
    site.put("/sitemap.xml", index(*(site.url(f"/s{number}.xml") for number in range(200))), content_type=XML)
    _, report = await crawled()
    asked = [path for path in site.times_asked() if path.startswith("/s") and path != "/sitemap.xml"]
    assert len(asked) == limits().sitemaps.most_files - 1
    assert "Only 50 sitemaps" in str(report.sitemaps[0].problem)


async def test_only_so_many_addresses_are_taken(site: GeneratedSite, crawled) -> None:
    most = limits().sitemaps.most_entries
    site.put(
        "/sitemap.xml",
        "\n".join(site.url(f"/p{number}") for number in range(most + 500)),
        content_type="text/plain",
    )
    _, report = await crawled(max_pages=2)
    assert report.sitemaps[0].entries == most
    assert "Only 50000 addresses" in str(report.sitemaps[0].problem)
    assert report.waiting_count == most - 1
