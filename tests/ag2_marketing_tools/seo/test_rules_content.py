# ruff: noqa: E501 (one case a line)
"""Checks of text, structured data, site files, secrets and who is behind a page; figures counted by hand."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest
from audited_page import PROSE, Case, assert_judged, assert_numbers_are_figures, body, head, sent

from ag2_marketing_tools.pages.site_files import SiteFile, SiteFiles

SITEMAP, HOME = "https://care.example/sitemap.xml", "https://care.example/"
HARD = "Nurses visit patients after dinner. " * 20  # 206.835 - 1.015 * 5 - 84.6 * 2


def ld(text: str = "", **data: object) -> Case:
    return body(f"<script type=application/ld+json>{json.dumps(data)}</script><p>{text}".replace("at_", "@"))


def thing(kind: str, **data: object) -> dict[str, object]:
    return {"@type": kind, **data}


def sitemap(content: str | bytes, url: str = SITEMAP, status: int = 200) -> Case:
    data = content.encode() if isinstance(content, str) else content
    return Case(site=SiteFiles(sitemap=SiteFile(url, status, data)))


def urls(*addresses: str) -> str:
    entries = "".join(f"<url><loc> {one} </loc></url>" for one in addresses)
    return (
        f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    )


def llms(text: str, status: int = 200) -> Case:
    return Case(site=SiteFiles(llms_txt=SiteFile(f"{HOME}llms.txt", status, text.encode())))


def icon(status: int | None) -> Case:
    return Case(site=SiteFiles(favicon=SiteFile(f"{HOME}favicon.ico", status)))


ADDRESS = thing("PostalAddress", postalCode="1100-148", addressLocality="Lisboa")
BUSINESS = {
    "at_type": "LocalBusiness",
    "name": "Casa Care",
    "address": ADDRESS,
    "telephone": "+351 21 555 0100",
}
RATING = thing("AggregateRating", ratingValue="4.80", reviewCount=12)
FOOTER = "<a href=/contact>Contact</a><a href=/about-us>Us</a><a href=/privacy>Privacy</a>"
HEALTH = "<p>Symptoms, diagnosis, treatment and medication of dementia. "
STUFFED = (
    "We offer cheap home nursing today. Our cheap home nursing helps you. " * 5
    + "Ask us, we like to help. " * 12
)
AWAY = "User-agent: OAI-SearchBot\nUser-agent: PerplexityBot\nUser-agent: GPTBot\nDisallow: /"

CASES: list[tuple[str, Case, str, float | None]] = [
    ("sitemap.exists", sitemap(urls(HOME)), "pass", None),
    ("sitemap.exists", sitemap("", status=404), "warn", None),
    ("sitemap.exists", replace(sitemap("", status=404), robots=f"Sitemap: {SITEMAP}"), "warn", None),
    ("sitemap.exists", Case(), "not_testable", None),
    ("sitemap.exists", Case(site=SiteFiles(sitemap=SiteFile(SITEMAP, None, reason="no answer"))), "not_testable", None),
    ("sitemap.valid", sitemap(urls(HOME, f"{HOME}a")), "pass", None),
    ("sitemap.valid", sitemap(gzip.compress(urls(HOME).encode()), f"{SITEMAP}.gz"), "pass", None),
    ("sitemap.valid", sitemap(f"{HOME}\n{HOME}a\n", f"{HOME}sitemap.txt"), "pass", None),
    ("sitemap.valid", sitemap(f"<sitemapindex><sitemap><loc>{SITEMAP}</loc></sitemap></sitemapindex>"), "pass", None),
    ("sitemap.valid", sitemap("<html><p>Not found"), "fail", None),
    ("sitemap.valid", sitemap("<rss></rss>"), "fail", None),
    ("sitemap.valid", sitemap("<!DOCTYPE a [<!ENTITY b 'c'>]><urlset>&b;</urlset>"), "fail", None),
    ("sitemap.valid", sitemap(gzip.compress(b"x")[:-9], f"{SITEMAP}.gz"), "fail", None),
    ("sitemap.valid", sitemap("<urlset></urlset>"), "warn", None),
    ("sitemap.valid", sitemap(urls("/a")), "warn", None),
    ("sitemap.valid", sitemap(urls(HOME, "https://x.example/")), "warn", None),
    ("sitemap.valid", sitemap(urls(*[HOME] * 50_001)), "warn", 50_001),
    ("sitemap.valid", sitemap("", status=404), "not_applicable", None),
    ("meta.favicon", head("<link rel='shortcut icon' href=/i.ico>"), "pass", None),
    ("meta.favicon", head("<link sizes=57x57 rel='apple-touch-icon-precomposed' href=/i.png>", site=icon(404).site),
     "pass", None),
    ("meta.favicon", head("<link rel='icon' href='data:,'>", site=icon(404).site), "pass", None),
    ("meta.favicon", head("<link rel=mask-icon href=/i.svg>", site=icon(404).site), "warn", None),
    ("meta.favicon", icon(200), "pass", None),
    ("meta.favicon", icon(404), "warn", None),
    ("meta.favicon", icon(None), "not_testable", None),
    ("ai.llms_txt", llms("# Casa Care\n> Home care in Lisbon\n- [Prices](https://care.example/prices)"), "pass", None),
    ("ai.llms_txt", llms("Casa Care"), "warn", 9),
    ("ai.llms_txt", llms("", 404), "not_applicable", None),
    ("ai.llms_txt", Case(), "not_testable", None),
    ("ai.crawlers", Case(robots="User-agent: GPTBot\nDisallow: /"), "pass", None),
    ("ai.crawlers", Case(robots=AWAY), "warn", 2),
    ("content.text_ratio", Case("x" * 100), "pass", None),
    ("content.text_ratio", Case("<p>Care" + " " * 93), "warn", 4.0),
    ("content.text_ratio", Case(""), "not_applicable", None),
    ("content.readability", body(f"<p>{PROSE}"), "pass", None),
    ("content.readability", body(f"<p>{HARD}"), "warn", 32.6),
    ("content.readability", body("<p>Care"), "not_applicable", None),
    ("content.stuffing", body(f"<p>{STUFFED}"), "warn", 7.6),
    # 4 uses of "Night Nursing" in 110 words; those of title and description are not among the words
    ("content.stuffing", Case("<html lang=en><title>Night Nursing</title><meta name=description content='Night Nursing'>"
     f"<h1>Night Nursing</h1><p>{'Night Nursing helps. ' * 3}{'We come to you by day and by night. ' * 11}"), "pass", None),
    ("content.stuffing", body(f"<p>{PROSE}"), "pass", None),
    ("content.stuffing", body("<p>" + " ".join(f"word{number}" for number in range(200))), "pass", None),
    ("content.stuffing", body("<p>Care"), "not_applicable", None),
    ("content.keyword_placement", Case(f"<title>Lisbon</title><h1>Lisbon</h1><p>Lisbon {PROSE}",
                                       url="https://care.example/lisbon"), "pass", None),
    ("content.keyword_placement", Case("<title>Physiotherapy</title><h2>Physiotherapy</h2><p>We help you"), "warn", 2),
    ("content.keyword_placement", Case(""), "not_applicable", None),
    ("content.freshness", ld(at_type="Article", datePublished="2025-03-02"), "pass", None),
    ("content.freshness", body("<p>© 2019–2026 Casa Care"), "pass", None),
    ("content.freshness", head("<meta property=article:modified_time content=2022-03-02>"), "warn", 4.0),
    ("content.freshness", body("<p>Copyright 2021 Casa Care"), "warn", 5),
    ("content.freshness", ld(at_type="Article", datePublished="2026-01-02", dateModified="2026-01-01"), "warn", None),
    ("content.freshness", body("<p>Care"), "not_applicable", None),
    ("schema.vocab", ld(**BUSINESS), "pass", None),
    ("schema.vocab", ld(at_type="HomeHealthCare", name="A"), "warn", 1),
    ("schema.vocab", ld(at_type="LocalBusiness", serviceArea="A", nmae="B", ratingValue=4), "warn", 3),
    ("schema.vocab", body("<div itemscope itemtype=https://schema.org/Person><b itemprop=nmae>A"), "warn", 1),
    ("schema.vocab", body(""), "not_applicable", None),
    ("schema.google_required", ld(**BUSINESS), "pass", None),
    ("schema.google_required", ld(at_type="Dentist", telephone="1"), "warn", 2),
    ("schema.google_required", ld(at_type="Product", name="A", aggregateRating=RATING), "pass", None),
    ("schema.google_required", ld(at_type="AggregateRating", ratingValue=4), "warn", 2),
    ("schema.google_required", ld(at_type="Article", headline="A"), "not_applicable", None),
    ("schema.self_serving_rating", ld(at_type="Dentist", url=HOME, aggregateRating=RATING), "fail", None),
    ("schema.self_serving_rating", ld(at_type="Dentist", aggregateRating=RATING), "warn", None),
    ("schema.self_serving_rating", ld(at_type="Dentist", url="https://x.example/", aggregateRating=RATING), "pass", None),
    ("schema.self_serving_rating", ld(at_type="Product", name="A", aggregateRating=RATING), "not_applicable", None),
    ("schema.rating_visible", ld("4,8 of 5 stars", at_type="Product", aggregateRating=RATING), "pass", None),
    ("schema.rating_visible", ld("Good", at_type="Product", aggregateRating=RATING), "warn", 1),
    ("schema.rating_visible", ld("What is it?", at_type="FAQPage",
                                 mainEntity=[thing("Question", name="What is it?"), thing("Question", name="Why?")]),
     "warn", 1),
    ("schema.rating_visible", ld(**BUSINESS), "not_applicable", None),
    ("schema.retired", ld(**BUSINESS), "pass", None),
    ("schema.retired", ld(at_type=["FAQPage", "HowTo"]), "warn", 2),
    ("schema.retired", body(""), "not_applicable", None),
    ("sec.permissions_policy", sent(permissions_policy="camera=()"), "pass", None),
    ("sec.permissions_policy", sent(), "warn", None),
    ("sec.form_http", body("<form action=/send></form>"), "pass", None),
    ("sec.form_http", body("<form action=http://care.example/send></form>"), "fail", 1),
    ("sec.form_http", body("<form></form>"), "not_applicable", None),
    ("sec.form_http", body("<form action=/send></form>", url="http://127.0.0.1:8000/"), "pass", None),
    ("sec.form_http", body("<form action=http://care.example/send></form>", url="http://localhost/"), "fail", 1),
    ("sec.leaked_secrets", body("<script>maps('AIzaSyA1234567890abcdefghijklmnopqrstuv')</script>"), "pass", None),
    ("sec.leaked_secrets", body("<script>k='sk" + "_live_" + "a1" * 12 + "';a='AK" + "IA" + "ABCD2345" * 2 + "'</script>"),
     "fail", 2),
    ("local.nap_on_page", replace(ld("Casa Care, Rua A, 1100-148 Lisboa, +351 21 555 0100", **BUSINESS)), "pass", None),
    ("local.nap_on_page", ld("Casa Care", **BUSINESS), "warn", 2),
    ("local.nap_on_page", ld("Casa Care", at_type="Person"), "not_applicable", None),
    ("local.schema_matches_page", ld("Call +351 21 555 0100", **BUSINESS), "pass", None),
    ("local.schema_matches_page", ld("Call +351 21 555 0199", **BUSINESS), "warn", None),
    ("local.schema_matches_page", ld("Call us", **BUSINESS), "not_applicable", None),
    ("local.phone_link", body("<a href=tel:+351215550100>+351 21 555 0100</a>"), "pass", None),
    ("local.phone_link", body("<p>(212) 555-0100"), "warn", None),
    ("local.phone_link", body("<p>212-555-0100"), "warn", None),
    ("local.phone_link", body("<p>1 212 555 0100"), "warn", None),
    ("local.phone_link", body("<p>0800 44 88 622"), "warn", None),
    ("local.phone_link", body("<p>057 9352105"), "warn", None),
    ("local.phone_link", body("<p>2012-10-12, 100 000 km, 12.345.678"), "not_applicable", None),
    ("local.phone_link", body("<p>212-555-01002, 112-555-0100, 2024-07-01 09:30, 01/02/2024 10:15"),
     "not_applicable", None),
    ("local.phone_link", body("<p>0993000060423, 012 345, 0123-4567-8901-2345, 0.123 456 789 01"), "not_applicable", None),
    ("eeat.contact_about", body(FOOTER), "pass", None),
    ("eeat.contact_about", body("<a href=/k>Kontakt</a><a href=/d>Datenschutzerklärung</a>"), "warn", 1),
    ("eeat.contact_about", body(""), "warn", 3),
    ("eeat.contact_about", body("<a href='/about#contact'>Call</a><a href=/who-are-we.html>We</a><a href=/privacy/>P</a>"),
     "pass", None),
    ("eeat.contact_about", body(FOOTER.replace("about-us", "all-about-us")), "warn", 1),
    ("eeat.contact_about", body("<a href=https://privacy.example/>Us</a><a href=/about>Us</a><a href=/contact>Us</a>"),
     "warn", 1),
    ("eeat.contact_about", Case(f"<html lang=pt>{'<p>Ajudamos os seus pais em casa, todos os dias.' * 9}"
     "<a href=/contactos>Contactos</a><a href=/nos>Quem somos</a><a href=/p>Política de privacidade</a>"), "pass", None),
    ("eeat.contact_about", Case(f"<html lang=ja>{'<p>毎日ご自宅でご両親のお世話をいたします。' * 9}<a href=/contact>連絡先</a>"),
     "not_applicable", None),
    ("eeat.ymyl_author", body(HEALTH + "Medically reviewed by Dr A. Silva"), "pass", None),
    ("eeat.ymyl_author", body(HEALTH), "warn", 5),
    ("eeat.ymyl_author", body("<p>We cook meals"), "not_applicable", None),
    ("eeat.ymyl_author", ld("We measure body fat.", at_type="MedicalWebPage"), "warn", 0),
    ("eeat.ymyl_author", ld("We measure body fat.", at_type="MedicalWebPage", author="A. Silva"), "pass", None),
]  # fmt: skip


@pytest.mark.parametrize(("check", "case", "verdict", "figure"), CASES)
def test_each_rule_judges_as_described(check: str, case: Case, verdict: str, figure: float | None) -> None:
    assert_judged(check, case, verdict, figure)
    assert_numbers_are_figures(check, case, figure)


def test_a_secret_is_never_quoted() -> None:
    key = "sk" + "_live_" + "a1" * 12
    outcome = body(f"<script>k='{key}'</script>").judged("sec.leaked_secrets")
    assert key[:12] not in repr(outcome)
    assert outcome.evidence[0].element.startswith("source: Stripe secret key, from character ")


def test_names_that_schema_org_lacks_are_told_with_their_place() -> None:
    outcome = ld(at_type="LocalBusiness", serviceArea="A", founder=thing("Person", nmae="B")).judged(
        "schema.vocab"
    )
    assert [(one.element, one.excerpt) for one in outcome.evidence] == [
        ("LocalBusiness.serviceArea", "superseded by areaServed"),
        ("Person.nmae", "no property of schema.org"),
    ]


def test_an_author_is_found_in_the_structured_data_too() -> None:
    signed = ld(
        "Symptoms, diagnosis, treatment, medication, dementia", at_type="Article", author=thing("Person")
    )
    assert signed.judged("eeat.ymyl_author").verdict == "pass"
