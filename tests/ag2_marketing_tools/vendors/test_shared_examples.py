"""Every shared example of an answer, spoken by a real server: it parses, or maps to its own outcome."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from vendor_server import Asked, Reply, VendorServer

from ag2_marketing_tools import vendors as v
from ag2_marketing_tools.vendors import Data, Failure, NoData, VendorRequest, ask
from ag2_marketing_tools.workspace import Workspace

PAGE = "https://www.sunrisehomecare.example/"
DAY = date(2026, 11, 20)
OTHER_ISSUES = ("gbp_", "places_")

PSI = v.PageSpeed(url=PAGE, categories=("performance", "accessibility", "best-practices", "seo"))
GSC = v.SearchAnalytics(
    site=PAGE,
    start_date=date(2026, 10, 23),
    end_date=date(2026, 11, 19),
    row_limit=25_000,
    filters=(v.SearchFilter(dimension="country", expression="usa"),),
)
AHREFS_METRICS = v.AhrefsMetrics(target="sunrisehomecare.example", day=DAY, country="us")
AHREFS_KEYWORDS = v.AhrefsOrganicKeywords(target="competitor.example", day=DAY, country="us", limit=100)
SEMRUSH = v.SemrushDomainOrganic(domain="competitor.example", limit=10)
MOZ_SITE = v.MozSite(site="sunrisehomecare.example")

REQUESTS: dict[str, VendorRequest[Any]] = {
    "psi_": PSI,
    "crux_history": v.CruxOverTime(origin=PAGE.rstrip("/"), metrics=("lcp", "cls"), periods=3),
    "crux_": v.Crux(url=PAGE),
    "gsc_inspect": v.InspectUrl(url=PAGE, site=PAGE),
    "gsc_": GSC,
    "safebrowsing_v4": v.SafeBrowsingV4(urls=(PAGE,)),
    "safebrowsing_v5": v.SafeBrowsingV5(urls=(PAGE,)),
    "webrisk": v.WebRisk(url=PAGE),
    "ahrefs_domain_rating": v.AhrefsDomainRating(target="sunrisehomecare.example", day=DAY),
    "ahrefs_organic_keywords": AHREFS_KEYWORDS,
    "ahrefs_organic_competitors": v.AhrefsOrganicCompetitors(
        target="sunrisehomecare.example", day=DAY, country="us"
    ),
    "ahrefs_keywords_overview": v.AhrefsKeywordsOverview(
        keywords=("home care springfield", "respite care"), country="us"
    ),
    "ahrefs_err_400": AHREFS_KEYWORDS,
    "ahrefs_": AHREFS_METRICS,
    "semrush_v3_competitors": v.SemrushCompetitors(domain="sunrisehomecare.example", limit=5),
    "semrush_v3_phrase_this": v.SemrushKeywords(phrases=("home care springfield",)),
    "semrush_v3": SEMRUSH,
    "semrush_v4": v.SemrushKeywordMetrics(keyword="home care springfield"),
    "moz_keyword": v.MozKeyword(keyword="home care springfield"),
    "moz_v2": v.MozUrlMetrics(targets=("sunrisehomecare.example",)),
    "moz_": MOZ_SITE,
}

Fact = tuple[str, Any]
"""The way to a value within the outcome, and the value."""


@dataclass(frozen=True)
class Told:
    """How an example must end."""

    outcome: str
    facts: tuple[Fact, ...] = ()


def data(*facts: Fact) -> Told:
    return Told("data", facts)


def failure(kind: str, *facts: Fact) -> Told:
    return Told("failure", (("kind", kind), *facts))


EXPECTED: dict[str, Told] = {
    "psi_ok_mobile": data(
        ("value.page.lcp.p75", 2310),
        ("value.page.inp.p75", 176),
        ("value.page.cls.p75", 0.07),
        ("value.page.cls.shares.good", 0.83),
        ("value.page.covers", "page"),
        ("value.origin.covers", "origin"),
        (
            "value.lab.scores",
            {"performance": 0.82, "accessibility": 0.63, "best-practices": 0.77, "seo": 0.92},
        ),
        ("value.lab.tbt", 0),
        ("value.lab.total_size", 40893),
        ("value.lab.lighthouse_version", "13.5.0"),
    ),
    "psi_ok_no_field_data": data(
        ("value.page", None), ("value.origin", None), ("value.experience", None), ("value.lab.fault", None)
    ),
    "psi_ok_origin_fallback": data(("value.page.covers", "origin"), ("value.page.lcp.p75", 2310)),
    "psi_ok_runtime_error": data(
        ("value.lab.fault.code", "ERRORED_DOCUMENT_REQUEST"),
        ("value.lab.scores", dict.fromkeys(("performance", "accessibility", "best-practices", "seo"))),
        ("value.lab.lcp", None),
        ("value.page.lcp.p75", 2310),
    ),
    "psi_err_400_bad_key": failure("invalid_key", ("code", "API_KEY_INVALID"), ("retryable", False)),
    "psi_err_400_no_fcp": failure("audited_site_fault", ("code", "NO_FCP")),
    "psi_err_400_page_down": failure("audited_site_fault", ("code", "FAILED_DOCUMENT_REQUEST")),
    "psi_err_403_api_disabled": failure("service_disabled", ("code", "SERVICE_DISABLED")),
    "psi_err_429_keyless": failure("quota_exhausted", ("quota", "none"), ("retryable", False)),
    "psi_err_429_minute": failure("quota_exhausted", ("quota", "minute"), ("retryable", True)),
    "psi_err_500": failure("unavailable", ("status", 500), ("retryable", True)),
    "crux_ok": data(
        ("value.experience.lcp.p75", 2310),
        ("value.experience.cls.p75", 0.07),
        ("value.experience.ttfb.shares.poor", 0.07),
        ("value.experience.covers", "page"),
        ("value.round_trip_time", 142),
        ("value.form_factor_shares", {"desktop": 0.21, "phone": 0.77, "tablet": 0.02}),
        ("value.first_date", date(2026, 10, 24)),
        ("value.last_date", date(2026, 11, 20)),
        ("value.normalized_url", PAGE),
    ),
    "crux_history_ok": data(
        ("value.covers", "origin"),
        ("value.series.0.p75", (2450, None, 2310)),
        ("value.series.0.good_share", (0.75, None, 0.78)),
        ("value.series.1.metric", "cls"),
        ("value.series.1.p75", (0.09, None, 0.07)),
        ("value.series.1.good_share", None),
    ),
    "crux_404_no_data": Told("no_data"),
    "gsc_query_ok": data(
        ("value.rows.0.keys", {"query": "home care springfield", "page": PAGE}),
        ("value.rows.0.clicks", 41),
        ("value.rows.2.position", 1.12),
        ("value.complete", True),
        ("value.next_start_row", None),
    ),
    "gsc_query_empty": Told("no_data"),
    "gsc_inspect_ok": data(
        ("value.verdict", "PASS"),
        ("value.coverage", "Submitted and indexed"),
        ("value.google_canonical", PAGE),
        ("value.rich_result_types", ("Breadcrumbs",)),
        ("value.last_crawl.isoformat", "2026-11-18T04:12:11+00:00"),
    ),
    "gsc_401": failure("invalid_key", ("status", 401)),
    "gsc_403": failure("key_not_permitted", ("status", 403)),
    "safebrowsing_v4_match": data(("value.listings.0.threats", ("SOCIAL_ENGINEERING",)), ("value.keep", 300)),
    "safebrowsing_v4_clean": data(("value.listings", ())),
    "safebrowsing_v5_match": data(
        ("value.listings.0.entry", "sunrisehomecare.example/"),
        ("value.listings.0.urls", (PAGE,)),
        ("value.keep", 300),
    ),
    "safebrowsing_v5_clean": data(("value.listings", ()), ("value.keep", 300)),
    "webrisk_match": data(
        ("value.listings.0.threats", ("MALWARE",)),
        ("value.expires_at.isoformat", "2026-11-23T10:20:30.123000+00:00"),
    ),
    "webrisk_clean": data(("value.listings", ())),
    "ahrefs_domain_rating": data(
        ("value.domain_rating", 23), ("value.ahrefs_rank", 5123456), ("usage.units", 50), ("usage.told", True)
    ),
    "ahrefs_metrics": data(
        ("value.organic_traffic", 655),
        ("value.organic_cost", 1823.0),  # 182300 cents
        ("value.paid_cost", None),
        ("value.organic_keywords_top_3", 18),
        ("usage.from_vendor_cache", False),
    ),
    "ahrefs_organic_keywords": data(
        ("value.keywords.0.cpc", 8.1),
        ("value.keywords.1.cpc", None),
        ("value.keywords.1.position", 6),
        ("value.keywords.0.is_local", True),
        ("usage.rows", 2),
    ),
    "ahrefs_organic_competitors": data(
        ("value.competitors.0.domain", "competitor.example"),
        ("value.competitors.0.common_keywords", 84),
        ("value.competitors.0.similarity", 0.082),
    ),
    "ahrefs_keywords_overview": data(
        ("value.keywords.0.intents", ("commercial", "transactional", "local")),
        ("value.keywords.1.intents", None),
        ("value.keywords.1.monthly_searches", 27000),
        ("value.keywords.1.difficulty", 38),
        ("value.keywords.0.cpc", 9.0),
    ),
    "ahrefs_err_400": failure("bad_request", ("said", "bad select: column not found: foo")),
    "ahrefs_err_401": failure("invalid_key"),
    "ahrefs_err_403_units": failure("quota_exhausted", ("quota", "units")),
    "ahrefs_err_429": failure("rate_limited", ("retry_after_s", None)),
    "semrush_v3_domain_organic": data(
        ("value.keywords.0.cpc", 8.1),
        ("value.keywords.1.keyword", "respite care; cost"),
        ("value.keywords.1.monthly_searches", 1300),
        ("value.keywords.0.traffic_share", 9.1),
        ("usage.units", 20),
        ("usage.told", False),
    ),
    "semrush_v3_competitors": data(
        ("value.competitors.0.monthly_traffic", 2310), ("value.competitors.0.traffic_cost", 6021)
    ),
    "semrush_v3_phrase_this": data(
        ("value.keywords.0.monthly_searches", 320), ("value.keywords.0.results", 14_300_000)
    ),
    "semrush_v3_err_50": Told("no_data"),
    "semrush_v3_err_120": failure("invalid_key", ("code", "120"), ("status", 200)),
    "semrush_v3_err_132": failure("quota_exhausted", ("quota", "units"), ("code", "132")),
    "semrush_v4_err_403": failure("key_not_permitted", ("status", 403), ("retryable", False)),
    "moz_site_metrics": data(
        ("value.domain_authority", 21),
        ("value.spam_score", 3),
        ("value.linking_root_domains", 64),
        ("value.last_crawled", date(2026, 11, 2)),
        ("usage.units", 1),
    ),
    "moz_keyword_metrics": data(
        ("value.keywords.0.monthly_searches", 290), ("value.keywords.0.difficulty", 24)
    ),
    "moz_v2_url_metrics": data(("value.sites.0.page_authority", 27), ("value.sites.0.linking_pages", 390)),
    "moz_err_401": failure("invalid_key", ("code", "-32001")),
    "moz_err_429": failure("rate_limited", ("retry_after_s", 2.0), ("code", "-32029")),
    "moz_err_jsonrpc": Told("no_data"),
}


def request_of(name: str) -> VendorRequest[Any]:
    return next(request for prefix, request in REQUESTS.items() if name.startswith(prefix))


def at(outcome: Any, way: str) -> Any:
    for step in way.split("."):
        outcome = outcome[int(step)] if step.isdigit() else getattr(outcome, step)
    return outcome() if callable(outcome) else outcome


def reply_of(example: dict[str, Any]) -> Reply:
    response = example["response"]
    headers = dict(response["headers"])
    return Reply(response["body"], response["status"], headers, headers.pop("content-type"))


def test_every_example_of_these_vendors_has_its_expectation(shared_data: Path) -> None:
    found = {path.stem for path in (shared_data / "api_examples").glob("*.json")}
    assert {name for name in found if not name.startswith(OTHER_ISSUES)} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
async def test_an_example_ends_as_its_vendor_means_it(
    name: str, shared_data: Path, vendor_server: VendorServer, ws: Workspace
) -> None:
    example = json.loads((shared_data / "api_examples" / f"{name}.json").read_text("utf-8"))
    vendor_server.says(reply_of(example))
    outcome = await ask(request_of(name), ws, attempts=1)
    expected = EXPECTED[name]
    assert outcome.outcome == expected.outcome, outcome
    for way, value in expected.facts:
        assert at(outcome, way) == value, way
    assert_sent_as_documented(vendor_server.asked[0], example["request"])
    if isinstance(outcome, Failure):
        assert outcome.message
        assert outcome.remedy
    elif isinstance(outcome, NoData):
        assert outcome.reason
    else:
        assert type(outcome.value).model_validate_json(outcome.value.model_dump_json()) == outcome.value


def assert_sent_as_documented(asked: Asked, documented: dict[str, Any]) -> None:
    """The example's method, path, parameters and body are in what was sent; more may be (`limit`, say)."""
    assert asked.method == documented["method"]
    path = urlsplit(documented["url"]).path
    own_path = (
        f"/{asked.path[1:].partition('/')[2]}"  # the first part names the vendor to the loopback server
    )
    assert path.endswith(own_path) or path.endswith("..."), asked.path
    sent = {(name, plain(value)) for name, value in asked.query}
    for name, value in documented.get("query", ()):
        if name != "key" and not (name == "select" and len(value.split(",")) > 1):
            assert (name, plain(value)) in sent, (name, value)
    if "json" in documented:
        body = dict(documented["json"])
        own = dict(asked.json)
        if "jsonrpc" in body:
            assert len(own.pop("id")) >= 24
            body.pop("id")
        if "threatInfo" in body:
            assert own["threatInfo"] == body["threatInfo"]
        else:
            assert own == body


def plain(value: str) -> str:
    return value.casefold().replace("_", "-")


async def test_every_error_example_is_told_apart(
    shared_data: Path, vendor_server: VendorServer, ws: Workspace
) -> None:
    told: dict[tuple[Any, ...], str] = {}
    for name, expected in EXPECTED.items():
        if expected.outcome != "failure":
            continue
        example = json.loads((shared_data / "api_examples" / f"{name}.json").read_text("utf-8"))
        vendor_server.says(reply_of(example))
        outcome = await ask(request_of(name), ws, attempts=1)
        assert isinstance(outcome, Failure)
        mark = (outcome.vendor, outcome.kind, outcome.quota, outcome.code)
        assert mark not in told, (name, told[mark])
        told[mark] = name


def test_data_is_frozen() -> None:
    value = Data(vendor="moz", value=v.SiteAuthority(domain_authority=21))
    with pytest.raises(ValueError, match="frozen"):
        value.value.domain_authority = 99
