"""Every result that the Observatory knows, each brought about by a site of our own."""

from __future__ import annotations

import pytest
from observatory_sites import HOST, HTTP, HTTPS, NOBODY, preload_list, site

from ag2_marketing_tools.seo.observatory import PREFLIGHT_ORIGIN, Document, ObservedSite, grade
from ag2_marketing_tools.seo.observatory.rules import scoring

HSTS = ("Strict-Transport-Security", "max-age=63072000")
OTHER = "https://cdn.example.net/a.js"
ALLOW_ORIGIN = "access-control-allow-origin"


def csp(value: str, *, html: str = "") -> ObservedSite:
    return site(("Content-Security-Policy", value), html=html)


def cookie(value: str, *more: tuple[str, str]) -> ObservedSite:
    return site(("Set-Cookie", value), *more)


def header(name: str, value: str) -> ObservedSite:
    return site((name, value))


def page(html: str) -> ObservedSite:
    return site(html=html)


CASES: list[tuple[str, ObservedSite]] = [
    ("csp-implemented-with-no-unsafe-default-src-none", csp("default-src 'none'; img-src 'self'")),
    ("csp-implemented-with-no-unsafe-default-src-none", csp("default-src")),
    ("csp-implemented-with-no-unsafe", csp("default-src 'self' https://cdn.example.net")),
    ("csp-implemented-with-no-unsafe", csp("default-src 'nonce-a' 'strict-dynamic' https: 'unsafe-inline'")),
    ("csp-implemented-with-unsafe-inline-in-style-src-only", csp("default-src 'self'; style-src data:")),
    (
        "csp-implemented-with-insecure-scheme-in-passive-content-only",
        csp("default-src 'self'; media-src http:"),
    ),
    ("csp-implemented-with-unsafe-eval", csp("default-src 'self'; style-src 'unsafe-eval'")),
    ("csp-implemented-with-unsafe-inline", csp("default-src 'self'; object-src https://*")),
    ("csp-implemented-with-unsafe-inline", csp("script-src 'none'")),
    ("csp-implemented-with-insecure-scheme", csp("default-src 'self'; connect-src ftp://files.example.net")),
    (
        "csp-implemented-with-insecure-scheme",
        csp("default-src 'self'; report-uri http://reports.example.net/"),
    ),
    ("csp-header-invalid", csp("img-s")),
    ("csp-header-invalid", csp("img-src 'self'; IMG-SRC 'none'")),
    ("csp-header-invalid", csp("default-src 'self',")),
    ("csp-header-invalid", csp("default-src 'self' 'strict-dynamic'")),
    ("csp-not-implemented", page("<meta http-equiv=Content-Security-Policy content='sandbox'>")),
    ("csp-not-implemented", page("<meta http-equiv=Content-Security-Policy content=''>")),
    (
        "csp-not-implemented-but-reporting-enabled",
        header("Content-Security-Policy-Report-Only", "default-src 'none'"),
    ),
    (
        "csp-implemented-but-duplicate-directives",
        csp("default-src 'self'; report-uri /a; report-uri /b"),
    ),
    ("csp-implemented-with-unsafe-inline", csp("default-src *; report-uri /a; report-uri /b")),
    ("cookies-secure-with-httponly-sessions-and-samesite", cookie("SESS=1; secure; httponly; samesite=lax")),
    ("cookies-secure-with-httponly-sessions", cookie("theme=dark; Secure")),
    ("cookies-not-found", site()),
    ("cookies-not-found", cookie("heroku-session-affinity=1")),
    ("cookies-not-found", cookie("no pair")),
    ("cookies-without-secure-flag-but-protected-by-hsts", cookie("theme=dark", HSTS)),
    ("cookies-session-without-secure-flag-but-protected-by-hsts", cookie("MyLogin=1; HttpOnly", HSTS)),
    ("cookies-without-secure-flag", cookie("theme=dark")),
    ("cookies-samesite-flag-invalid", cookie("theme=dark; Secure; SameSite=Sometimes")),
    ("cookies-anticsrf-without-samesite-flag", cookie("XCSRF=1; Secure")),
    ("cookies-session-without-httponly-flag", cookie("PHPSESSID=1; Secure")),
    ("cookies-session-without-secure-flag", cookie("PHPSESSID=1; HttpOnly")),
    ("cross-origin-resource-sharing-not-implemented", site(preflight=((ALLOW_ORIGIN, ""),))),
    (
        "cross-origin-resource-sharing-implemented-with-public-access",
        site(preflight=((ALLOW_ORIGIN, " * "),)),
    ),
    (
        "cross-origin-resource-sharing-implemented-with-restricted-access",
        site(preflight=((ALLOW_ORIGIN, PREFLIGHT_ORIGIN),)),
    ),
    (
        "cross-origin-resource-sharing-implemented-with-universal-access",
        site(
            preflight=((ALLOW_ORIGIN, PREFLIGHT_ORIGIN), ("Access-Control-Allow-Credentials", "TRUE ")),
        ),
    ),
    ("redirection-to-https", site()),
    ("redirection-not-needed-no-http", site(route=None)),
    ("redirection-off-host-from-http", site(route=(HTTP, "https://www.example.org/"))),
    ("redirection-not-to-https-on-initial-redirection", site(route=(HTTP, f"{HTTP}en", HTTPS))),
    ("redirection-not-to-https", site(route=(HTTP, HTTPS, HTTP))),
    ("redirection-missing", site(route=(HTTP,))),
    ("redirection-invalid-cert", site(valid=False)),
    ("referrer-policy-private", header("Referrer-Policy", "unsafe-url, Strict-Origin ,")),
    (
        "referrer-policy-private",
        page("<meta name=referrer content=origin><meta name=Referrer content=no-referrer>"),
    ),
    ("referrer-policy-not-implemented", site()),
    ("referrer-policy-unsafe", header("Referrer-Policy", "no-referrer-when-downgrade")),
    ("referrer-policy-header-invalid", header("Referrer-Policy", "never")),
    ("hsts-implemented-max-age-at-least-six-months", header("Strict-Transport-Security", "max-age=15552000")),
    (
        "hsts-implemented-max-age-less-than-six-months",
        header("Strict-Transport-Security", "max-age=15551999"),
    ),
    ("hsts-implemented-max-age-less-than-six-months", header("Strict-Transport-Security", "max-age= 1day")),
    ("hsts-not-implemented", site()),
    ("hsts-header-invalid", header("Strict-Transport-Security", "")),
    ("hsts-not-implemented-no-https", site(https=False, route=(HTTP,))),
    ("hsts-invalid-cert", site(HSTS, valid=False)),
    (
        "sri-implemented-and-all-scripts-loaded-securely",
        page("<script src=/a.js integrity=sha384-x></script>"),
    ),
    (
        "sri-implemented-and-external-scripts-loaded-securely",
        page(f"<script src={OTHER} integrity=sha384-x></script><script>1</script>"),
    ),
    ("sri-not-implemented-response-not-html", site(html="<script src=//x>", content_type="text/plain")),
    ("sri-not-implemented-but-no-scripts-loaded", page("<p>No script here.</p>")),
    (
        "sri-not-implemented-but-all-scripts-loaded-from-secure-origin",
        page("<script src='http://www.example.org/a.js'></script>"),
    ),
    ("sri-not-implemented-but-external-scripts-loaded-securely", page(f"<script src={OTHER}></script>")),
    (
        "sri-implemented-but-external-scripts-not-loaded-securely",
        page("<script src=http://cdn.example.net/a.js integrity=sha384-x></script>"),
    ),
    (
        "sri-not-implemented-and-external-scripts-not-loaded-securely",
        page("<script src=//www.example.org/a.js></script>"),
    ),
    ("html-not-parseable", site(document=Document(can_be_parsed=False))),
    ("x-content-type-options-nosniff", header("X-Content-Type-Options", " NoSniff")),
    ("x-content-type-options-not-implemented", header("X-Content-Type-Options", "")),
    ("x-content-type-options-header-invalid", header("X-Content-Type-Options", "sniff")),
    ("x-frame-options-implemented-via-csp", csp("frame-ancestors *")),
    ("x-frame-options-sameorigin-or-deny", header("X-Frame-Options", "SameOrigin")),
    ("x-frame-options-allow-from-origin", header("X-Frame-Options", "allow-from https://example.net")),
    ("x-frame-options-not-implemented", page("<meta http-equiv=X-Frame-Options content=DENY>")),
    ("x-frame-options-header-invalid", site(("X-Frame-Options", "DENY"), ("x-frame-options", "DENY"))),
    ("corp-header-invalid", header("Cross-Origin-Resource-Policy", "same-origin;")),
    ("corp-implemented-with-cross-origin", header("Cross-Origin-Resource-Policy", "Cross-Origin")),
    ("corp-implemented-with-same-origin", header("Cross-Origin-Resource-Policy", "same-origin")),
    ("corp-implemented-with-same-site", header("Cross-Origin-Resource-Policy", " same-site ")),
    ("corp-not-implemented", header("Cross-Origin-Resource-Policy", " ")),
    (
        "coep-implemented-with-require-corp",
        header("Cross-Origin-Embedder-Policy", 'require-corp; report-to="a"'),
    ),
    ("coep-implemented-with-credentialless", header("Cross-Origin-Embedder-Policy", "credentialless;a=1;b")),
    ("coep-implemented-with-unsafe-none", header("Cross-Origin-Embedder-Policy", "unsafe-none")),
    ("coep-not-implemented", header("Cross-Origin-Embedder-Policy-Report-Only", "require-corp")),
    ("coep-header-invalid", header("Cross-Origin-Embedder-Policy", "Require-Corp")),
    ("coop-implemented-with-same-origin", header("Cross-Origin-Opener-Policy", "same-origin;  report-to")),
    (
        "coop-implemented-with-same-origin-allow-popups",
        header("Cross-Origin-Opener-Policy", "same-origin-allow-popups"),
    ),
    (
        "coop-implemented-with-noopener-allow-popups",
        header("Cross-Origin-Opener-Policy", "noopener-allow-popups"),
    ),
    ("coop-implemented-with-unsafe-none", header("Cross-Origin-Opener-Policy", "unsafe-none")),
    ("coop-not-implemented", site()),
    ("coop-header-invalid", header("Cross-Origin-Opener-Policy", '"same-origin"')),
    ("coop-header-invalid", header("Cross-Origin-Opener-Policy", "same-origin ;a")),
    ("coop-header-invalid", site(*[("Cross-Origin-Opener-Policy", "same-origin")] * 2)),
]
PRELOADED = ("hsts-preloaded", "redirection-all-redirects-preloaded")


@pytest.mark.parametrize(("result", "seen"), CASES)
def test_a_site_comes_to_this_result(result: str, seen: ObservedSite) -> None:
    assert result in {test.result for test in grade(seen, preload=NOBODY).tests}


@pytest.mark.parametrize("result", PRELOADED)
def test_a_preloaded_site_comes_to_this_result(result: str) -> None:
    assert result in {test.result for test in grade(site(valid=True), preload=preload_list(HOST)).tests}


def test_every_result_is_brought_about() -> None:
    known = {result for test in scoring().tests for result in test.results}
    assert len(known) == 77
    assert {result for result, _ in CASES} | set(PRELOADED) == known


def test_a_script_that_has_no_host_is_no_other_sites_script() -> None:
    result = grade(page("<script src='https://'></script><script src='http://[x/'></script>"), preload=NOBODY)
    assert (
        result.test("subresource-integrity").result
        == "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"
    )


def test_metas_count_only_where_the_answer_declares_html() -> None:
    html = "<meta http-equiv=Content-Security-Policy content=\"default-src 'self'\">"
    for content_type, result in (
        ("text/html;charset=utf-8", "csp-implemented-with-no-unsafe"),
        ("application/xhtml+xml", "csp-implemented-with-no-unsafe"),
        ("Text/HTML", "csp-not-implemented"),
        (None, "csp-not-implemented"),
    ):
        graded = grade(site(html=html, content_type=content_type), preload=NOBODY)
        assert graded.test("content-security-policy").result == result, content_type


def test_framing_forbidden_by_a_meta_is_scored_and_remarked_on() -> None:
    html = "<meta http-equiv=Content-Security-Policy content=\"default-src 'self'; frame-ancestors 'none'\">"
    graded = grade(page(html), preload=NOBODY)
    assert graded.test("x-frame-options").result == "x-frame-options-implemented-via-csp"
    assert len(graded.notes) == 1
    assert grade(csp("frame-ancestors 'none'", html=html), preload=NOBODY).notes == []
    assert grade(site(), preload=NOBODY).notes == []
