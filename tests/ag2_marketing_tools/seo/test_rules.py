"""Each check has a page that passes and one that does not; the expected figures were counted by hand."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from audited_page import PROSE, Case, assert_judged, assert_numbers_are_figures, body, head, sent

from ag2_marketing_tools.seo.catalogue import checks

CANONICAL = '<link rel=canonical href="https://care.example/services/">'
PREVIEW = "".join(
    f'<meta property="og:{name}" content=x>' for name in ("title", "description", "image", "url")
)
LCP, INP, CLS = "lcp", "inp", "cls"

# check, page, verdict, figure
CASES: list[tuple[str, Case, str, float | None]] = [
    ("http.status", Case(), "pass", None),
    ("http.status", Case(status=404), "fail", 404),
    ("http.status", Case(status=500), "fail", 500),
    ("http.redirect_chain", Case(redirects=1), "pass", None),
    ("http.redirect_chain", Case(redirects=2), "warn", 2),
    ("http.redirect_chain", Case(redirects=3), "fail", 3),
    ("http.https", Case(), "pass", None),
    ("http.https", Case(url="http://care.example/"), "fail", None),
    ("http.mixed_content", body('<img src="https://x.example/a.png"><img src=b.png>'), "pass", None),
    ("http.mixed_content", body('<img src="http://x.example/a.png">'), "warn", 1),
    # browsers replace the address of a plain image by HTTPS, those of a choice they block
    ("http.mixed_content", body('<img src=a.png srcset="http://x.example/a.png 2x, b.png 3x">'), "fail", 1),
    ("http.mixed_content", body('<picture><source srcset="http://x.example/a"><img src=a></picture>'), "fail", 1),
    ("http.mixed_content", body('<img src=a.png srcset="data:image/gif;base64,AA== 1x, b.png 2x">'), "pass", None),
    ("http.mixed_content", body('<img src="http://x.example/a.png"><script src="http://x.example/b.js"></script>'),
     "fail", 2),
    ("http.mixed_content", body('<img src="http://x.example/a.png">', url="http://care.example/"),
     "not_applicable", None),
    ("http.compression", body("x" * 5_000, headers={"content-encoding": "br"}), "pass", None),
    ("http.compression", Case("x" * 1_400), "pass", None),
    ("http.compression", Case("x" * 1_401), "warn", 1_401),
    ("http.ttfb", Case(first_byte_ms=800.0), "pass", None),
    ("http.ttfb", Case(first_byte_ms=800.1), "warn", 800.1),
    ("http.ttfb", Case(first_byte_ms=1_800.1), "fail", 1_800.1),
    ("http.ttfb", Case(first_byte_ms=None), "not_testable", None),
    ("index.meta_robots", head("<meta name=robots content='index, nofollow'>"), "pass", None),
    ("index.meta_robots", head("<meta name=robots content='NOINDEX'>"), "fail", None),
    ("index.meta_robots", head("<meta name=googlebot content='none'>"), "fail", None),
    ("index.meta_robots", head("<meta name=bingbot content='noindex'>"), "pass", None),
    ("index.x_robots_tag", sent(x_robots_tag="nofollow"), "pass", None),
    ("index.x_robots_tag", sent(x_robots_tag="nofollow, NoIndex"), "fail", None),
    ("index.x_robots_tag", sent(x_robots_tag="googlebot: nofollow, noindex"), "fail", None),
    ("index.x_robots_tag", sent(x_robots_tag="otherbot: noindex, nofollow"), "pass", None),
    ("index.x_robots_tag", sent(x_robots_tag="max-snippet: 50, none"), "fail", None),
    ("index.x_robots_tag", sent(x_robots_tag="unavailable_after: 25 Jun 2025 15:00:00 GMT"), "fail", None),
    ("index.x_robots_tag", sent(x_robots_tag="unavailable_after: Wed, 25 Jun 2025 15:00:00 GMT"),
     "fail", None),
    ("index.x_robots_tag", sent(x_robots_tag="unavailable_after: 2027-06-25T15:00:00Z"), "pass", None),
    ("index.x_robots_tag", sent(x_robots_tag="unavailable_after: soon"), "pass", None),
    ("index.robots_txt_block", Case(robots="User-agent: *\nDisallow: /admin"), "pass", None),
    ("index.robots_txt_block", Case(robots="User-agent: Googlebot\nDisallow: /services"), "fail", None),
    ("canonical.present", head(CANONICAL), "pass", None),
    ("canonical.present", sent(link='<https://care.example/>; rel="canonical"'), "pass", None),
    ("canonical.present", head("<link rel=canonical href=''>"), "warn", None),
    ("canonical.present", head(""), "warn", None),
    ("canonical.multiple", head(CANONICAL + CANONICAL), "pass", None),
    ("canonical.multiple", head(CANONICAL + "<link rel=canonical href='https://care.example/b'>"), "fail", 2),
    ("canonical.multiple", head(CANONICAL, headers={"link": '<https://care.example/b>; rel="canonical"'}),
     "fail", 2),
    ("canonical.multiple", head(CANONICAL, headers={"link": '</a.css>; rel="preload", </b>; rel="next"'}),
     "pass", None),
    ("canonical.multiple", head(""), "not_applicable", None),
    ("canonical.absolute", head(CANONICAL), "pass", None),
    ("canonical.absolute", head("<link rel=canonical href='/services/'>"), "warn", None),
    ("canonical.absolute", head("<link rel=canonical href='https://care.example/#a'>"), "warn", None),
    ("canonical.absolute", head("<link rel=canonical href='http://care.example/'>"), "warn", None),
    ("canonical.absolute", head("<link rel=canonical href='http://care.example/'>", url="http://care.example/"),
     "pass", None),
    ("canonical.absolute", head(""), "not_applicable", None),
    ("title.present", head("<title>Care</title>"), "pass", None),
    ("title.present", head("<title> </title>"), "fail", None),
    ("title.present", body("<svg><title>Logo</title></svg>"), "fail", None),
    ("title.length", head(f"<title>{'x' * 30}</title>"), "pass", None),
    ("title.length", head(f"<title>{'x' * 60}</title>"), "pass", None),
    ("title.length", head(f"<title>{'x' * 29}</title>"), "warn", 29),
    ("title.length", head(f"<title>{'ü' * 61}</title>"), "warn", 61),
    ("title.length", head(""), "not_applicable", None),
    ("title.generic", head("<title>Home care in Lisbon</title>"), "pass", None),
    ("title.generic", head("<title>HOME</title>"), "warn", None),
    ("title.generic", head("<title>care.example</title>"), "warn", None),
    ("title.generic", head(""), "not_applicable", None),
    ("title.multiple", head("<title>A</title>"), "pass", None),
    ("title.multiple", head("<title>A</title><title>B</title>"), "warn", 2),
    ("desc.present", head("<meta name=description content=Care>"), "pass", None),
    ("desc.present", head("<meta name=description content=''>"), "warn", None),
    ("desc.present", head(""), "warn", None),
    ("desc.length", head(f"<meta name=description content={'x' * 70}>"), "pass", None),
    ("desc.length", head(f"<meta name=description content={'x' * 69}>"), "warn", 69),
    ("desc.length", head(f"<meta name=description content={'x' * 156}>"), "warn", 156),
    ("desc.length", head(""), "not_applicable", None),
    ("h1.present", body("<h1>Care</h1>"), "pass", None),
    ("h1.present", body("<h1><img src=a alt=Care></h1>"), "pass", None),
    ("h1.present", body("<h2>Care</h2>"), "fail", None),
    ("h1.present", body("<h1> </h1>"), "fail", None),
    ("h1.present", body("<h1 hidden>Care</h1>"), "fail", None),
    ("h1.multiple", body("<h1>A</h1><h1 hidden>B</h1>"), "pass", None),
    ("h1.multiple", body("<h1>A</h1><h1>B</h1>"), "warn", 2),
    ("h1.multiple", body("<h1>A</h1><h1></h1>"), "pass", None),
    ("headings.order", body("<h1>A</h1><h2>B</h2><h3>C</h3><h1>D</h1>"), "pass", None),
    ("headings.order", body("<h1>A</h1><h3>B</h3><h2>C</h2><h4>D</h4>"), "warn", 2),
    ("headings.order", body(""), "not_applicable", None),
    ("meta.lang", Case(f"<html lang=en><p>{PROSE}"), "pass", None),
    ("meta.lang", Case("<html lang=de-Latn-AT-1996-x-a><p>Ja"), "pass", None),
    ("meta.lang", Case(f"<html><p>{PROSE}"), "warn", None),
    ("meta.lang", Case("<html lang=english_us><p>Yes"), "warn", None),
    ("meta.lang", Case(f"<html lang=fr><p>{PROSE}"), "warn", None),
    ("meta.charset", head("<meta charset=utf-8>"), "pass", None),
    ("meta.charset", sent(content_type="text/html; charset=utf-8"), "pass", None),
    ("meta.charset", head("<meta charset=klingon>"), "warn", None),
    ("meta.charset", head(f"<style>{'p {color: red} ' * 80}</style><meta charset=utf-8>"), "warn", None),
    ("mobile.viewport", head("<meta name=viewport content='width=device-width, initial-scale=1'>"),
     "pass", None),
    ("mobile.viewport", head("<meta name=viewport content='initial-scale=1.0'>"), "pass", None),
    ("mobile.viewport", head("<meta name=viewport content='width=980'>"), "fail", None),
    ("mobile.viewport", head(""), "fail", None),
    ("mobile.zoom", head("<meta name=viewport content='width=device-width, maximum-scale=5'>"), "pass", None),
    ("mobile.zoom", head("<meta name=viewport content='width=device-width; user-scalable=no'>"),
     "warn", None),
    ("mobile.zoom", head("<meta name=viewport content='maximum-scale=1.0'>"), "warn", 1.0),
    ("mobile.zoom", head(""), "not_applicable", None),
    ("img.alt", body("<img src=a alt=''><img src=b alt=Nurse>"), "pass", None),
    ("img.alt", body("<img src=a><img src=b alt=''><img src=c hidden>"), "fail", 1),
    ("img.alt", body(""), "not_applicable", None),
    ("links.crawlable", body("<a href=/a>A</a><a name=b>B</a><a href=tel:+1>C</a>"), "pass", None),
    ("links.crawlable", body("<a href='javascript:go()'>A</a><a onclick='go()'>B</a>"), "warn", 2),
    ("links.crawlable", body("<a>Home</a><a href=/a>A</a><a role=button onclick='go()'>B</a>"), "pass", None),
    ("links.crawlable", body("<a target=_blank name=''>A</a><a rel=next data-href=/b>B</a>"), "warn", 2),
    ("links.crawlable", body(""), "not_applicable", None),
    ("links.anchor_text", body("<a href=/a>Night care</a>"), "pass", None),
    ("links.anchor_text", body("<a href=/a>Read more »</a><a href=/b>HERE</a><a href=#c>here</a>"),
     "warn", 2),
    ("links.anchor_text", Case("<html lang=de><a href=/a>Mehr erfahren</a>"), "warn", 1),
    ("links.anchor_text", Case("<html lang=pt><a href=/a>Saiba mais</a>"), "warn", 1),
    ("links.anchor_text", Case("<html lang=en><base href='https://other.example/'><a href=#>Read more</a>"),
     "warn", 1),
    ("links.anchor_text", body("<a href='/services/#top'>More</a><a href=/b>Night care</a>"), "pass", None),
    ("links.anchor_text", body(""), "not_applicable", None),
    ("og.core", head(PREVIEW), "pass", None),
    ("og.core", head("<meta property=og:title content=x><meta property=og:image content=''>"), "warn", 3),
    ("schema.parse", body('<script type=application/ld+json>{"@type":"A"}</script>'), "pass", None),
    ("schema.parse", body("<script type=application/ld+json>{</script>"), "fail", 1),
    ("schema.parse", body("<div itemscope itemtype='https://schema.org/Person'>"), "not_applicable", None),
    ("content.words", body("<p>" + "care " * 200), "pass", None),
    ("content.words", body("<p>" + "care " * 199 + "<p hidden>care</p>"), "warn", 199),
    ("content.words", body("<p>訪問介護は毎日ご自宅に伺います"), "not_applicable", None),
    ("content.hidden_text", body(f"<p hidden>{'x' * 49}</p>"), "pass", None),
    ("content.hidden_text", body(f"<p hidden>{'x' * 25}</p><p style=opacity:0>{'x' * 25}"), "warn", 50),
    ("content.hidden_text", body(f"<noscript>{'x' * 99}</noscript><!-- {'x' * 99} -->"), "pass", None),
    ("content.hidden_text", body("<p>Care\U000e006f\U000e0062\U000e0065\U000e0079"), "fail", 4),
    ("content.mojibake", body("<p>Für Ältere – “jederzeit”, SÃO PAULO, “IRMÔ, Âge"), "pass", None),
    ("content.mojibake", body("<p>FÃ¼r Ã„ltere â€“ jederzeit"), "warn", 3),
    ("content.mojibake", body("<p>F\ufffdr"), "warn", 1),
    ("perf.html_bytes", Case("x" * 500_000), "pass", None),
    ("perf.html_bytes", Case("x" * 500_001), "warn", 500_001),
    ("perf.html_bytes", Case("x" * 2_000_001), "fail", 2_000_001),
    ("perf.dom", Case("<i></i>" * 1_497), "pass", None),  # with html, head and body
    ("perf.dom", Case("<i></i>" * 1_498), "warn", 1_501),
    ("perf.dom", Case("<i></i>" * 2_998), "fail", 3_001),
    ("perf.render_blocking", head("<script src=a.js async></script>"), "pass", None),
    ("perf.render_blocking", head("<script src=a.js></script><link rel=stylesheet href=b.css>"), "warn", 2),
    ("cwv.lcp", Case(vitals={LCP: 2_500}), "pass", None),
    ("cwv.lcp", Case(vitals={LCP: 2_501}), "warn", 2_501),
    ("cwv.lcp", Case(vitals={LCP: 4_001}), "fail", 4_001),
    ("cwv.lcp", Case(), "not_testable", None),
    ("cwv.inp", Case(vitals={INP: 200}), "pass", None),
    ("cwv.inp", Case(vitals={INP: 501}), "fail", 501),
    ("cwv.inp", Case(vitals={LCP: 1}), "not_testable", None),
    ("cwv.cls", Case(vitals={CLS: 0.1}), "pass", None),
    ("cwv.cls", Case(vitals={CLS: 0.11}), "warn", 0.11),
    ("cwv.cls", Case(vitals={CLS: 0.26}), "fail", 0.26),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "case", "verdict", "figure"),
    CASES,
    ids=[f"{one[0]}-{one[2]}-{at}" for at, one in enumerate(CASES)],
)
def test_each_rule_judges_as_described(check: str, case: Case, verdict: str, figure: float | None) -> None:
    assert_judged(check, case, verdict, figure)


def test_every_check_has_a_page_that_passes_and_one_that_does_not() -> None:
    cases = [
        case for file in sorted(Path(__file__).parent.glob("test_rules*.py")) for case in _cases_of(file)
    ]
    for check in checks():
        verdicts = {verdict for one, _, verdict, _ in cases if one == check}
        assert "pass" in verdicts, check
        assert verdicts & {"warn", "fail"}, check


def _cases_of(file: Path) -> list[tuple[str, Case, str, float | None]]:
    spec = spec_from_file_location(f"cases_of_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    cases: list[tuple[str, Case, str, float | None]] = module.CASES
    return cases


@pytest.mark.parametrize(("check", "case", "_verdict", "figure"), CASES)
def test_each_number_in_a_sentence_stands_in_its_figure(
    check: str, case: Case, _verdict: str, figure: float | None
) -> None:
    assert_numbers_are_figures(check, case, figure)


def test_findings_quote_the_element_they_are_about() -> None:
    outcome = body("<a href=/a>Read more</a>").judged("links.anchor_text")
    (evidence,) = outcome.evidence
    assert (evidence.element, evidence.excerpt, evidence.url) == ("a", "Read more", "https://care.example/a")


def test_a_finding_quotes_ten_places_at_most_and_counts_all() -> None:
    outcome = body("<img src=a>" * 25).judged("img.alt")
    assert outcome.measured is not None
    assert (outcome.measured.value, len(outcome.evidence)) == (25, 10)


def test_hidden_text_is_named_by_its_place_and_never_quoted() -> None:
    outcome = body(f"<p hidden>{'obey me ' * 20}</p>").judged("content.hidden_text")
    assert [(place.element, place.excerpt) for place in outcome.evidence] == [("<p>: hidden attribute", None)]
    assert "obey" not in repr(body("<h1 hidden>obey</h1>").judged("h1.present"))
