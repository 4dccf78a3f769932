"""Checks of the document: head, headings, links, images, indexing. Expected figures were counted by hand."""

from __future__ import annotations

import pytest
from audited_page import PROSE, Case, assert_judged, assert_numbers_are_figures, body, head, sent

from ag2_marketing_tools.pages.site_files import SiteFile, SiteFiles

URL = "https://care.example/services/"
NOINDEX = "<meta name=robots content=noindex>"
SITEMAP = "https://care.example/sitemap.xml"


def listed(*urls: str) -> SiteFiles:
    entries = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return SiteFiles(sitemap=SiteFile(SITEMAP, 200, f"<urlset>{entries}</urlset>".encode()))


def alternates(*pairs: tuple[str, str]) -> str:
    return "".join(f"<link rel=alternate hreflang='{code}' href='{url}'>" for code, url in pairs)


OWN, OTHERS, GERMAN = ("en", URL), ("x-default", "https://care.example/"), ("de", "https://care.example/de/")

CASES: list[tuple[str, Case, str, float | None]] = [
    ("http.soft_404", head("<title>Care at home</title>"), "pass", None),
    ("http.soft_404", Case(f"<title>Not found: how we help</title><p>{PROSE}"), "pass", None),
    ("http.soft_404", Case("<title>Page not found</title><p>Sorry"), "warn", 1),
    ("http.soft_404", Case("<h1>Seite nicht gefunden</h1>"), "warn", 3),
    ("http.soft_404", Case("<title>Page not found</title>", status=404), "not_applicable", None),
    ("http.content_type", Case(), "pass", None),
    ("http.content_type", sent(content_type=""), "warn", None),
    ("index.robots_txt_valid", Case(robots="User-agent: *\nDisallow:\n# all\nSitemap: /s.xml"), "pass", None),
    ("index.robots_txt_valid", Case(robots="User-agent: *\nContent-Signal: ai-train=no\nAllow: /"), "pass", None),
    ("index.robots_txt_valid", Case(robots="Disallow: /a\nUser-agent: *\nDisallow: b\nhello\nFoo: /"), "warn", 4),
    ("index.robots_txt_valid", Case(robots="User-agent: *\n" + "#" * 512_000), "warn", None),
    ("index.robots_txt_valid", Case(robots_status=404), "not_applicable", None),
    ("index.nosnippet", head("<meta name=robots content='max-snippet:50'>"), "pass", None),
    ("index.nosnippet", head("<meta name=robots content='max-snippet: 0'>"), "warn", None),
    ("index.nosnippet", sent(x_robots_tag="googlebot: nosnippet"), "warn", None),
    ("index.nosnippet", sent(x_robots_tag="otherbot: nosnippet"), "pass", None),
    ("index.conflict", head(NOINDEX), "pass", None),
    ("index.conflict", head("<meta name=robots content='index, follow'>"), "pass", None),
    ("index.conflict", head("<meta name=robots content=index>", headers={"x-robots-tag": "noindex"}),
     "warn", None),
    ("index.conflict", head(NOINDEX + "<link rel=canonical href='https://care.example/b'>"), "warn", None),
    ("index.conflict", head(NOINDEX, site=listed(URL)), "warn", None),
    ("index.conflict", head(NOINDEX, site=listed("https://care.example/")), "pass", None),
    ("canonical.root", head(f"<link rel=canonical href='{URL}'>"), "pass", None),
    ("canonical.root", head("<link rel=canonical href='https://care.example/'>"), "warn", None),
    ("canonical.root", head("<link rel=canonical href='https://www.care.example/'>"), "pass", None),
    ("canonical.root", head("<link rel=canonical href='https://care.example/de/'>" + alternates(OWN, GERMAN)),
     "warn", None),
    ("canonical.root", head(""), "not_applicable", None),
    ("canonical.in_head", head("<link rel=canonical href=/>"), "pass", None),
    ("canonical.in_head", body("<p>Care</p><link rel=canonical href=/>"), "warn", None),
    ("canonical.in_head", head("<p>Care</p><link rel=canonical href=/>"), "warn", None),
    ("canonical.in_head", head(""), "not_applicable", None),
    # Arial, 20 px: `W` is 1933 of 2048 units wide, `i` 455, as its metrics say.
    ("title.pixels", head(f"<title>{'W' * 20}</title>"), "pass", None),
    ("title.pixels", head(f"<title>{'W' * 30}</title>"), "warn", 566),
    ("title.pixels", head(f"<title>{'i' * 30}</title>"), "warn", 133),
    ("title.pixels", head(""), "not_applicable", None),
    ("title.same_as_h1", Case("<title>Care in Lisbon</title><h1>Care</h1>"), "pass", None),
    ("title.same_as_h1", Case("<title>Care in Lisbon</title><h1>CARE in Lisbon</h1>"), "warn", None),
    ("title.same_as_h1", Case("<title>Care</title>"), "not_applicable", None),
    ("desc.multiple", head("<meta name=description content=A>"), "pass", None),
    ("desc.multiple", head("<meta name=description content=A><meta name=description content=B>"), "warn", 2),
    ("desc.multiple", head(""), "not_applicable", None),
    ("meta.in_body", head("<title>A</title><meta name=robots content=all>"), "pass", None),
    ("meta.in_body", body("<svg><title>Logo</title></svg><p itemscope><meta itemprop=name content=A>"),
     "pass", None),
    ("meta.in_body", Case("<head><noscript><img src=a></noscript><meta name=robots content=all></head><body>Care"),
     "warn", 1),
    ("meta.in_body", Case("<head><noscript><link rel=stylesheet href=a></noscript><title>A</title></head><body>Care"),
     "pass", None),
    ("meta.in_body", head("<img src=a><title>A</title><meta name=robots content=noindex>"), "fail", 2),
    ("meta.keywords", head(""), "pass", None),
    ("meta.keywords", head("<meta name=keywords content='care, Lisbon'>"), "warn", None),
    ("meta.refresh", head(""), "pass", None),
    ("meta.refresh", head("<meta http-equiv=refresh content='0; url=/b'>"), "warn", None),
    ("meta.refresh", head("<meta http-equiv=refresh content=300>"), "warn", None),
    ("meta.doctype", Case("<!doctype html><p>Care"), "pass", None),
    ("meta.doctype", Case('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">'),
     "pass", None),
    ("meta.doctype", Case('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">'), "warn", None),
    ("meta.doctype", Case('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">'), "warn", None),
    ("meta.doctype", Case("<p>Care"), "warn", None),
    ("meta.doctype", Case('<!DOCTYPE html lang="en"><p>Care'), "warn", None),
    ("meta.doctype", Case("<!doctype html SYSTEM 'about:legacy-compat'><p>Care"), "pass", None),
    ("meta.doctype", Case('<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/a">'),
     "pass", None),
    ("meta.doctype", Case('<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/a">'),
     "warn", None),
    ("h1.length", body(f"<h1>{'x' * 70}</h1>"), "pass", None),
    ("h1.length", body(f"<h1>{'x' * 71}</h1>"), "warn", 71),
    ("h1.length", body(""), "not_applicable", None),
    ("headings.empty", body("<h1>A</h1><h2><img src=a alt=B></h2><h3 hidden></h3>"), "pass", None),
    ("headings.empty", body("<h1>A</h1><h2> </h2><h3></h3>"), "warn", 2),
    ("headings.empty", body(""), "not_applicable", None),
    ("links.count", body("<a href=/a>A</a>"), "pass", None),
    ("links.count", body("<a href=/a>A</a>" * 101), "warn", 101),
    ("links.count", body("<a href=https://x.example/>X</a>"), "warn", 0),
    ("links.count", body("<a href=#top>Top</a>"), "warn", 0),
    ("links.nofollow_internal", body("<a href=/a>A</a><a rel=nofollow href=https://x.example/>B</a>"), "pass", None),
    ("links.nofollow_internal", body("<a rel='nofollow noopener' href=/a>A</a>"), "warn", 1),
    ("links.nofollow_internal", body("<a rel=nofollow href=#>Share</a>"), "not_applicable", None),
    ("links.nofollow_internal", body(""), "not_applicable", None),
    ("links.localhost", body("<a href=/a>A</a><a href=https://developers.x.example/>B</a>"), "pass", None),
    ("links.localhost", body("<a href=http://localhost:8000/>A</a><a href=http://10.0.0.1/>B</a>"
                             "<a href=https://staging.care.example/>C</a>"), "warn", 3),
    ("links.localhost", body("<a href=/a>A</a>", url="http://localhost/"), "not_testable", None),
    ("links.localhost", body(""), "not_applicable", None),
    ("links.new_tab", body("<a target=_blank rel=noopener href=https://x.example/>X</a>"), "pass", None),
    ("links.new_tab", body("<a target=_blank href=https://x.example/>X</a>"), "warn", 1),
    ("links.new_tab", body("<a target=_blank href=/a>A</a>"), "not_applicable", None),
    ("img.alt_length", body(f"<img src=a alt={'x' * 125}>"), "pass", None),
    ("img.alt_length", body(f"<img src=a alt={'x' * 126}>"), "warn", 126),
    ("img.alt_length", body("<img src=a alt=''>"), "not_applicable", None),
    ("img.dimensions", body("<img src=a width=1 height=1><img src=b style='aspect-ratio: 1'><img src=c hidden>"),
     "pass", None),
    ("img.dimensions", body("<img src=a width=10><img src=b style='width:1px'>"), "warn", 2),
    ("img.dimensions", body("<img src='data:image/gif;base64,R0'>"), "not_applicable", None),
    ("img.lazy_lcp", body("<img src=a><img src=b loading=lazy>"), "pass", None),
    ("img.lazy_lcp", body("<img src=logo width=120><img src=b loading=lazy width=1200>"), "warn", None),
    ("img.lazy_lcp", body("<img src=logo width=120>"), "not_applicable", None),
    ("hreflang.valid", head(alternates(OWN, OTHERS, ("pt-BR", URL), ("zh-Hant-TW", URL))), "pass", None),
    ("hreflang.valid", head(alternates(("en-UK", URL), ("xx", URL), ("english", URL), ("de", "/de/"))), "fail", 4),
    ("hreflang.valid", head(""), "not_applicable", None),
    ("hreflang.self_xdefault", head(alternates(OWN, OTHERS)), "pass", None),
    ("hreflang.self_xdefault", head(alternates(OTHERS, GERMAN)), "warn", None),
    ("hreflang.self_xdefault", head(alternates(OWN, GERMAN)), "warn", None),
    ("hreflang.self_xdefault", head(""), "not_applicable", None),
    ("twitter.card", head("<meta name=twitter:card content=summary>"), "pass", None),
    ("twitter.card", head(""), "warn", None),
    ("a11y.labels", body("<a href=/a>A</a><a href=/b title=B></a><label>N <input name=n></label><button>Go</button>"
                         "<input id=m><label for=m>M</label><input type=hidden><input type=submit>"
                         "<iframe title=Map src=/m></iframe><select aria-label=S></select>"), "pass", None),
    ("a11y.labels", body("<a href=/a><i></i></a><input name=n><button><svg></svg></button><iframe src=/m></iframe>"
                         "<input hidden><textarea></textarea>"), "warn", 5),
]  # fmt: skip


@pytest.mark.parametrize(("check", "case", "verdict", "figure"), CASES)
def test_each_rule_judges_as_described(check: str, case: Case, verdict: str, figure: float | None) -> None:
    assert_judged(check, case, verdict, figure)
    assert_numbers_are_figures(check, case, figure)
