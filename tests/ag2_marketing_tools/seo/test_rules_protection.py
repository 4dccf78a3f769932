"""Checks of what protects visitors agree with the Observatory's tests, of whose results each is judged here."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from audited_page import NOW, Case, assert_judged, assert_numbers_are_figures, body, head, sent

from ag2_marketing_tools.seo.catalogue import checks, protection
from ag2_marketing_tools.seo.observatory import PREFLIGHT_ORIGIN, Exchange, Visit, grade
from ag2_marketing_tools.seo.observatory.rules import scoring
from ag2_marketing_tools.seo.security.model import Certificate, Reputation
from ag2_marketing_tools.seo.security.protection import of_page

PAGE, PLAIN = "https://care.example/services/", "http://care.example/services/"
CROSS = "cross-origin-resource-sharing"


def looked(case: Case, *route: str, preflight: tuple[tuple[str, str], ...] = (), **told: Any) -> Case:
    """The case with a visit by http along a route, and with what else was looked at."""
    seen = of_page(case.subject().page)
    steps = tuple(Exchange(url=url, status=301) for url in route[:-1])
    update: dict[str, Any] = {"preflight": preflight}
    if route:
        update["http"] = Visit(exchanges=(*steps, Exchange(url=route[-1])))
    site = seen.site.model_copy(update=update)
    return replace(case, looked_at=replace(seen, site=site, graded=grade(site), unseen=None, **told))


def cors(origin: str, credentials: str = "") -> Case:
    headers = (("access-control-allow-origin", origin), ("access-control-allow-credentials", credentials))
    return looked(Case(), preflight=headers)


def cookies(*values: str, **headers: str) -> Case:
    """Cookies as a page's headers hold them: joined."""
    return replace(sent(**headers), headers={**sent(**headers).headers, "set-cookie": ", ".join(values)})


def certificate(days: int = 60, **how: Any) -> Case:
    facts: dict[str, Any] = {
        "host": "care.example", "subject": "care.example", "hosts": ["care.example"], "issuer": "An authority",
        "valid_from": NOW - timedelta(days=30), "valid_until": NOW + timedelta(days=days), "days_left": days,
        "host_matches": True, "chain_trusted": True, "valid": True, "tls_version": "TLSv1.3",
        "key_type": "EC", "key_size": 256,
    }  # fmt: skip
    return looked(Case(), certificate=Certificate(**{**facts, **how}))


def listed(verdict: Any, **how: Any) -> Case:
    return looked(Case(), reputation=Reputation(verdict=verdict, source="Google Web Risk", **how))


SESSION = "sid_sess=1; Secure; HttpOnly; SameSite=Lax"
CDN = "https://cdn.example.net/a.js"

CASES: list[tuple[str, Case, str, float | None]] = [
    ("sec.hsts", sent(strict_transport_security="max-age=15552000; includeSubDomains"), "pass", None),
    ("sec.hsts", sent(strict_transport_security="max-age=15551999"), "warn", 15_551_999),
    ("sec.hsts", sent(strict_transport_security="includeSubDomains; max-age=0"), "warn", 0),
    ("sec.hsts", sent(strict_transport_security="includeSubDomains"), "fail", None),
    ("sec.hsts", sent(), "fail", None),
    ("sec.hsts", Case(url="http://care.example/"), "not_applicable", None),
    ("sec.xcto", sent(x_content_type_options="NoSniff"), "pass", None),
    ("sec.xcto", sent(x_content_type_options="sniff"), "warn", None),
    ("sec.xcto", sent(), "warn", None),
    ("sec.csp", sent(content_security_policy="default-src 'self'"), "pass", None),
    (
        "sec.csp",
        head("<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\">"),
        "pass",
        None,
    ),
    ("sec.csp", sent(content_security_policy="default-src 'self' 'unsafe-inline'"), "warn", None),
    ("sec.csp", sent(content_security_policy_report_only="default-src 'self'"), "warn", None),
    ("sec.csp", sent(), "warn", None),
    ("sec.xfo", sent(x_frame_options="sameorigin"), "pass", None),
    ("sec.xfo", sent(content_security_policy="frame-ancestors 'none'"), "pass", None),
    (
        "sec.xfo",
        sent(x_frame_options="ALLOW-FROM https://x.example"),
        "pass",
        None,
    ),  # as the Observatory has it
    ("sec.xfo", sent(x_frame_options="never"), "warn", None),
    ("sec.xfo", sent(), "warn", None),
    ("sec.referrer", sent(), "pass", None),
    ("sec.referrer", sent(referrer_policy="no-referrer"), "pass", None),
    ("sec.referrer", sent(referrer_policy="unsafe-url"), "warn", None),
    ("sec.referrer", head("<meta name=referrer content=origin>"), "warn", None),
    ("sec.cookies", sent(), "not_applicable", None),
    ("sec.cookies", cookies(SESSION, "a=1; Secure; Expires=Wed, 21 Oct 2037 07:28:00 GMT"), "pass", None),
    ("sec.cookies", cookies(SESSION, "a=1; SameSite=Lax"), "warn", None),
    ("sec.cookies", cookies("sid_sess=1; Secure"), "fail", None),
    ("sec.cors", cors(""), "pass", None),
    ("sec.cors", cors("*"), "pass", None),
    ("sec.cors", cors(PREFLIGHT_ORIGIN, "true"), "fail", None),
    ("sec.cors", Case(), "not_testable", None),
    ("sec.sri", body("<p>Care"), "not_applicable", None),
    ("sec.sri", body("<script src=/a.js></script>"), "pass", None),
    ("sec.sri", body(f"<script src={CDN} integrity=sha384-x crossorigin=anonymous></script>"), "pass", None),
    ("sec.sri", body(f"<script src={CDN}></script>"), "warn", None),
    ("sec.sri", body("<script src=http://cdn.example.net/a.js></script>"), "fail", None),
    ("http.http_to_https", looked(Case(), PLAIN, PAGE), "pass", None),
    ("http.http_to_https", looked(Case()), "pass", None),  # nobody answers by plain http
    ("http.http_to_https", looked(Case(), PLAIN, PAGE, "https://www.care.example/"), "pass", None),
    ("http.http_to_https", looked(Case(), PLAIN), "fail", None),
    (
        "http.http_to_https",
        looked(Case(), PLAIN, "http://www.care.example/", "https://www.care.example/"),
        "warn",
        None,
    ),
    ("http.http_to_https", looked(Case(), PLAIN, "https://www.care.example/"), "warn", None),
    ("http.http_to_https", Case(), "not_testable", None),
    ("http.http_to_https", Case(url=PLAIN), "not_testable", None),
    ("http.http_to_https", looked(Case(url=PLAIN)), "not_applicable", None),
    ("sec.certificate", certificate(), "pass", None),
    ("sec.certificate", certificate(15), "pass", None),
    ("sec.certificate", certificate(14), "warn", 14),
    ("sec.certificate", certificate(0), "warn", 0),
    ("sec.certificate", certificate(-3, valid=False, fault="expired", reason="It has expired."), "fail", -3),
    (
        "sec.certificate",
        certificate(valid=False, fault="wrong_host", reason="It is another's."),
        "fail",
        None,
    ),
    ("sec.certificate", Case(), "not_testable", None),
    ("sec.certificate", Case(url=PLAIN), "not_applicable", None),
    ("sec.safe_browsing", listed("not listed"), "pass", None),
    ("sec.safe_browsing", listed("listed", threats=["MALWARE"]), "fail", None),
    ("sec.safe_browsing", listed("unknown", reason="It did not answer."), "not_testable", None),
    ("sec.safe_browsing", Case(), "not_testable", None),
]


@pytest.mark.parametrize(
    ("check", "case", "verdict", "figure"),
    CASES,
    ids=[f"{one[0]}-{one[2]}-{at}" for at, one in enumerate(CASES)],
)
def test_each_rule_judges_as_described(check: str, case: Case, verdict: str, figure: float | None) -> None:
    assert_judged(check, case, verdict, figure)


@pytest.mark.parametrize(("check", "case", "_verdict", "figure"), CASES)
def test_each_number_in_a_sentence_stands_in_its_figure(
    check: str, case: Case, _verdict: str, figure: float | None
) -> None:
    assert_numbers_are_figures(check, case, figure)


def test_each_check_names_a_test_and_results_of_it() -> None:
    tests = {test.name: test for test in scoring().tests}
    for check, facts in protection().items():
        assert check in checks()
        assert facts.beside <= tests[facts.test].results.keys()
        assert facts.fails_at is None or facts.fails_at < 0


@pytest.mark.parametrize("check", sorted(protection()))
def test_no_check_passes_where_the_observatory_does_not_and_none_warns_where_it_passes(check: str) -> None:
    facts = protection()[check]
    for one, case, verdict, _ in CASES:
        if one == check and verdict in {"pass", "warn", "fail"}:
            assert (verdict == "pass") == case.subject().protection.graded.test(facts.test).passed


def test_faulty_cookies_are_named_with_the_flags_that_they_carry() -> None:
    outcome = cookies("sid_sess=1; Secure; SameSite=Lax", "b=2; Secure").judged("sec.cookies")
    assert [(place.element, place.excerpt) for place in outcome.evidence] == [
        ("cookie: sid_sess", "Secure; SameSite=lax")
    ]


def test_a_finding_shows_the_header_that_it_is_about() -> None:
    (place,) = sent(referrer_policy="unsafe-url").judged("sec.referrer").evidence
    assert (place.element, place.excerpt) == ("header: referrer-policy", "unsafe-url")
