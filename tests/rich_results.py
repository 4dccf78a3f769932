"""Results in which everything was measured: a site, its security, visits, vitals, rivals, and an earlier audit."""

from __future__ import annotations

from typing import Any

URL = "https://maple.example/"
RIVALS = ("https://harbor.example/", "https://oak.example/", "https://elm.example/")
THEN, NOW = "2026-02-02T09:00:00+00:00", "2026-03-02T09:00:00+00:00"


def finding(check: str, severity: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "check": check, "title": title, "verdict": "fail", "severity": severity, "scope": "page", "part": "meta",
        "message": f"{title}: the page falls short.", "why": "Visitors and search engines go by it.",
        "how_to_fix": "Mend it in the template.", "impact": "high", "effort": "low", **more,
    }  # fmt: skip


def findings() -> list[dict[str, Any]]:
    places = [{"element": "img", "excerpt": f'<img src="/{at}.jpg">', "url": URL} for at in range(10)]
    many = [
        finding(
            f"meta.check_{at}", "warning", f"Finding {'abcdefghijklmnop'[at]}",
            impact=("high", "medium", "low")[at % 3], effort=("low", "medium", "high")[at // 3 % 3],
        )
        for at in range(12)
    ]  # fmt: skip
    return [
        finding("mobile.viewport", "critical", "Viewport for mobile"),
        finding("img.alt", "warning", "Alternative texts", effort="medium", evidence=places,
                measured={"value": 7, "unit": "image", "limits": {"good": 0}}),
        *many,
        finding("title.length", "info", "Length of the title", impact="low"),
    ]  # fmt: skip


def vital(unit: str, good: float, poor: float, value: float | None, rating: str | None) -> dict[str, Any]:
    return {
        "value": value, "unit": unit, "threshold_good": good, "threshold_poor": poor, "rating": rating,
        "source": "field" if value is not None else None, "covers": "page" if value is not None else None,
        "reason": None if value is not None else "Too few visits.",
    }  # fmt: skip


def device(name: str, lcp: float, lcp_rating: str) -> dict[str, Any]:
    return {
        "lcp": vital("ms", 2500, 4000, lcp, lcp_rating),
        "inp": vital("ms", 200, 500, 140, "good"),
        "cls": vital("score", 0.1, 0.25, 0.31, "poor"),
        "fid": vital("ms", 100, 300, None, None),
        "passed": False,
        "device": name,
    }


def crawl() -> dict[str, Any]:
    pages = [f"{URL}page-{name}" for name in "abcdefghijklmnopqrstuvwx"]
    return {
        "start_url": URL, "site_url": URL, "scope": "site", "state": "finished", "stop_reason": "max_pages",
        "requests": 61, "page_count": 27, "html_page_count": 25, "waiting_count": 140,
        "outcomes": {"page": 25, "error": 2}, "statuses": {"200": 25, "404": 2}, "skipped": {},
        "depths": {"0": 1, "1": 9, "2": 12, "10": 2, "none": 1}, "link_count": 412,
        "broken": [{"url": f"{URL}gone", "status": 404, "reason": None, "sources": pages[:14], "source_count": 14},
                   {"url": "https://old.example/", "status": None, "reason": "No such host.", "sources": pages[:1],
                    "source_count": 1}],
        "broken_count": 2, "broken_linked_count": 2, "broken_source_count": 14,
        "redirect_chains": [{"hops": [{"url": f"{URL}a", "status": 301}, {"url": f"{URL}b", "status": 302}],
                             "ends_at": f"{URL}c", "end_status": 200, "loop": False, "source_count": 3}],
        "redirect_chain_count": 1,
        "duplicates": [{"kind": "near", "urls": pages[:5], "page_count": 5, "similarity": 0.93}],
        "duplicate_count": 1, "orphans": pages[5:7], "orphan_count": 2, "orphans_reason": None,
        "dead_ends": pages[:1], "dead_end_count": 1, "needs_javascript": pages[1:2], "needs_javascript_count": 1,
        "not_html": [], "not_html_count": 0, "forbidden_count": 3,
        "most_linked": [{"url": URL, "in_degree": 24, "depth": 0}, {"url": pages[0], "in_degree": 9, "depth": 1}],
        "sitemaps": [{"url": f"{URL}sitemap.xml", "entries": 31, "left_out": 0, "problem": None, "guessed": False}],
    }  # fmt: skip


def site() -> dict[str, Any]:
    def across(check: str, title: str, affected: int) -> dict[str, Any]:
        shared = finding(check, "warning", title, scope="site")
        del shared["message"]
        places = [
            {"url": f"{URL}page-{name}", "excerpt": "Home", "value": 7.0, "unit": "image"} for name in "abc"
        ]
        return {
            **shared,
            "pages_affected": affected,
            "pages_judged": 25,
            "share": affected / 25,
            "places": places,
        }

    return {
        "judged_count": 25,
        "findings": [
            across("img.alt", "Alternative texts", 19),
            across("links.broken_internal", "Broken links", 19),
        ],
        "crawl": crawl(),
    }


def graded() -> dict[str, Any]:
    def test(name: str, passed: bool, modifier: int) -> dict[str, Any]:
        return {
            "name": name, "expectation": f"{name}-good", "result": f"{name}-seen", "passed": passed,
            "modifier": modifier, "means": "What the result means.", "value": "max-age=600",
        }  # fmt: skip

    return {
        "algorithm_version": 4, "score": 55, "grade": "C", "score_without_extra_credit": 55, "tests_passed": 1,
        "tests_failed": 1,
        "tests": [test("cookies", True, 5), test("content-security-policy", False, -25)],
        "preload": {"source": "list", "as_of": "2026-03-01", "complete": True, "entry": None,
                    "score_otherwise": None, "note": None},
    }  # fmt: skip


def security() -> dict[str, Any]:
    return {
        "https": True, "strict_transport_security": "max-age=600", "content_security_policy": None,
        "x_content_type_options": "nosniff", "x_frame_options": None, "referrer_policy": None,
        "permissions_policy": None, "mixed_content_files": 0, "observatory": graded(),
        "certificate": {
            "host": "maple.example", "subject": "maple.example", "hosts": ["maple.example"], "issuer": "A CA",
            "valid_from": THEN, "valid_until": "2026-05-02T09:00:00+00:00", "days_left": 61, "host_matches": True,
            "chain_trusted": True, "valid": True, "tls_version": "TLSv1.3", "key_type": "EC", "key_size": 256,
        },
        "reputation": {"verdict": "not listed", "source": "Google Safe Browsing"},
    }  # fmt: skip


def lab() -> dict[str, Any]:
    def metric(unit: str, value: float | None, spread: float | None = None) -> dict[str, Any]:
        return {
            "value": value,
            "unit": unit,
            "spread": spread,
            "reason": None if value is not None else "No paint.",
        }

    small = {"rule": "target-size", "impact": "serious", "help": "Targets must be large enough", "help_url": "https://dequeuniversity.com/",
             "elements": ["a.small"], "element_count": 3}  # fmt: skip
    return {
        "url": URL, "final_url": URL, "timestamp": NOW, "device": "mobile", "browser": "Chromium 150",
        "sandboxed": True,
        "throttling": {"cpu_slowdown": 4, "latency": 150, "download_kbps": 1600, "upload_kbps": 750},
        "runs": 3, "status": 200, "largest_contentful_paint": metric("ms", 2810, 120),
        "largest_contentful_element": "img.hero", "first_contentful_paint": metric("ms", 1430, 40),
        "cumulative_layout_shift": metric("score", 0.02, 0), "shifting_elements": [],
        "total_blocking_time": metric("ms", None), "time_to_first_byte": metric("ms", 210, 12), "requests": 31,
        "received_bytes": 812_000,
        "overflow": {"overflows": True, "content_width": 512, "window_width": 412, "elements": ["table"]},
        "accessibility": {"engine": "axe-core 4.12", "violations": [small], "violation_count": 1,
                          "small_targets": small},
        "notes": [],
    }  # fmt: skip


def audit_changes() -> dict[str, Any]:
    """The fields of an audit's sample that are measured here."""
    return {
        "findings": findings(),
        "site": site(),
        "security": security(),
        "core_web_vitals": {**device("mobile", 3120, "needs improvement"), "desktop": device("desktop", 1900, "good")},
        "lab": lab(),
        "search_console": {
            "property": "sc-domain:maple.example",
            "inspection": {"verdict": "PASS", "coverage": "Submitted and indexed", "last_crawl": THEN},
            "queries": [{"query": "home care maple falls", "clicks": 31, "impressions": 1200,
                         "click_through_rate": 0.0258, "position": 8.4}],
            "first_date": "2026-02-01", "last_date": "2026-02-28",
        },
    }  # fmt: skip


def uses(**places: int) -> dict[str, int]:
    return {"title": 0, "h1": 0, "headings": 0, "description": 0, "body": 0, **places}


def gap(term: str, *rivals: int) -> dict[str, Any]:
    covered = [
        {"url": RIVALS[at], "uses": uses(title=1 - at % 2, body=3), "places": ["body"], "headings": []}
        for at in rivals
    ]
    return {
        "kind": "topic", "term": term, "covered_by_count": len(covered), "competitors_compared": 3,
        "covered_by": covered, "score": 0.4, "search_volume": 320, "difficulty": 21, "demand_vendor": "ahrefs",
    }  # fmt: skip


def topic(label: str, *shares: float) -> dict[str, Any]:
    pages = (URL, *RIVALS)
    coverage = [
        {
            "url": pages[at],
            "is_target": at == 0,
            "uses": 4,
            "share_percent": share,
            "terms_used": 2,
            "headings": [],
        }
        for at, share in enumerate(shares)
        if share
    ]
    return {
        "label": label, "terms": [label, "care"], "term_count": 2, "covered_here": bool(shares[0]),
        "covered_by_count": 3, "competitors_compared": 3, "coverage": coverage,
    }  # fmt: skip


def rival(at: int, page: dict[str, Any]) -> dict[str, Any]:
    name = ("Harbor Home Care", "Silver Oak", "Elm Street Care")[at]
    return {
        "asked": RIVALS[at], "status": "compared", "url": RIVALS[at],
        "content": {**page, "url": RIVALS[at], "site_name": name, "title": f"{name} | Care"},
        "shared_terms": ["home care"], "terms_missing_here": ["respite care", "dementia care"],
    }  # fmt: skip


def content_changes(page: dict[str, Any]) -> dict[str, Any]:
    """The fields of a content analysis' sample that are known here."""
    gaps = [gap(f"{word} care", *range(at % 3 + 1)) for at, word in enumerate(
        ("respite", "dementia", "night", "family", "live-in", "weekend", "holiday", "hospital", "stroke", "memory",
         "palliative", "companion", "mobility", "medication"))]  # fmt: skip
    return {
        "content_gaps": gaps,
        "content_gap_count": len(gaps),
        "topics": [topic("home care", 40.5, 22.1, 30, 18), topic("dementia care", 0, 31, 12.5, 44),
                   topic("costs", 10, 0, 8, 5.5)],
        "topic_count": 3,
        "competitor_analysis": [
            *(rival(at, page) for at in range(3)),
            {"asked": "rival.example", "status": "unreadable", "reason": "It answered with HTTP 503."},
        ],
    }  # fmt: skip


def amount(name: str, earlier: float, latest: float, unit: str) -> dict[str, Any]:
    return {
        "name": name, "earlier": earlier, "latest": latest, "unit": unit,
        "difference": {"value": latest - earlier, "unit": unit}, "reason": None,
    }  # fmt: skip


def changed(check: str, title: str, earlier: str | None, latest: str | None) -> dict[str, Any]:
    return {
        "check": check, "title": title, "severity": "warning", "verdict_earlier": earlier, "verdict_latest": latest,
        "message_earlier": "As it was.", "message_latest": "As it is." if latest != "pass" else None,
    }  # fmt: skip


def compared_audits() -> dict[str, Any]:
    run = {"product_version": "1", "catalogue_version": "1"}
    return {
        "url": URL, "compared": True, "latest": {"id": "run_2", "at": NOW, **run},
        "earlier": {"id": "run_1", "at": THEN, **run}, "score": amount("score", 71, 84, "point"),
        "severities": [amount("critical", 3, 1, "finding")], "vitals": [amount("lcp", 4100, 3120, "ms")],
        "counts": {"new": 1, "fixed": 2, "worse": 1, "better": 0, "unchanged": 9, "not_comparable": 1},
        "new": [changed("img.alt", "Alternative texts", "pass", "fail")],
        "fixed": [changed("title.generic", "Title says something", "fail", "pass"),
                  changed("meta.description", "Meta description", "fail", "pass")],
        "worse": [{**changed("links.broken", "Broken links", "warn", "fail"),
                   "pages": amount("pages", 2, 14, "page")}],
        "better": [], "unchanged": [],
        "not_comparable": [{"subject": "http.https", "title": "HTTPS", "reason": "It was not testable then."}],
        "notes": [],
    }  # fmt: skip


def history() -> dict[str, Any]:
    def entry(at: str, score: float, critical: int) -> dict[str, Any]:
        return {
            "id": f"run_{score:.0f}", "kind": "audit", "at": at, "product_version": "1", "score": score,
            "critical": critical, "warning": 8, "info": 4, "pages": 25, "words": None, "gaps": None, "size": 51_200,
        }  # fmt: skip

    return {
        "url": URL, "stored": 3, "score": amount("score", 62, 84, "point"),
        "entries": [entry(NOW, 84, 1), entry(THEN, 71, 3), entry("2026-01-05T09:00:00+00:00", 62, 4)],
    }  # fmt: skip
