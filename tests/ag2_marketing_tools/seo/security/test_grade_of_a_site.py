"""Audits of real hosts: what the grade rests on is asked for once, and what cannot be seen is said."""

from __future__ import annotations

from itertools import pairwise

import pytest
from secure_web import SecureWeb

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.seo import Audit, run_audit
from ag2_marketing_tools.seo.model import Security
from ag2_marketing_tools.seo.observatory import PREFLIGHT_ORIGIN, ObservatoryResult
from ag2_marketing_tools.workspace import Workspace

HOME, PLAIN = "https://care.example/", "http://care.example/"
HALF_A_YEAR = ("Strict-Transport-Security", "max-age=15552000")
GUARDED = (
    HALF_A_YEAR,
    ("Content-Security-Policy", "default-src 'none'; script-src 'self'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=()"),
)


async def audit(ws: Workspace, url: str = HOME) -> Audit:
    return await run_audit.run({"url": url, "specific_metrics": ["security"]}, ws)


async def security(ws: Workspace, url: str = HOME) -> Security:
    found = (await audit(ws, url)).security
    assert found is not None
    return found


async def graded(ws: Workspace, url: str = HOME) -> ObservatoryResult:
    found = (await security(ws, url)).observatory
    assert found is not None
    return found


def verdicts(found: Audit) -> dict[str, str]:
    return {one.check: one.verdict for one in found.checks}


def beside_the_page(web: SecureWeb) -> list[tuple[str, str]]:
    """What was asked by plain http, and other than by GET."""
    return [one for one in web.asked if one[1].startswith("http:") or one[0] != "GET"]


async def test_a_guarded_site_has_the_grade_that_its_modifiers_come_to(web: SecureWeb, ws: Workspace) -> None:
    web.put(HOME, "<p>Care", *GUARDED)
    web.redirect(PLAIN, HOME)
    found = await audit(ws)
    assert found.security is not None
    result = found.security.observatory
    assert result is not None
    # 100, policy without unsafe sources 10 (default-src 'none'), framing by policy 5, referrer 5
    assert (result.score, result.grade, result.algorithm_version) == (120, "A+", 6)
    assert (result.tests_passed, result.tests_failed) == (12, 0)
    assert found.security.observatory_reason is None
    of_observatory = ("sec.csp", "sec.hsts", "sec.xfo", "sec.xcto", "sec.referrer", "sec.cors")
    assert {verdicts(found)[check] for check in (*of_observatory, "http.http_to_https")} == {"pass"}


async def test_a_bare_site_is_graded_and_each_result_says_what_it_means(
    web: SecureWeb, ws: Workspace
) -> None:
    web.put(HOME)
    web.put(PLAIN)
    result = await graded(ws)
    # no policy -25, no redirect -20, no HSTS -20, type sniffing -5, framing -20
    assert (result.score, result.grade) == (10, "F")
    failed = {test.name: (test.result, test.modifier) for test in result.tests if not test.passed}
    assert failed == {
        "content-security-policy": ("csp-not-implemented", -25),
        "redirection": ("redirection-missing", -20),
        "strict-transport-security": ("hsts-not-implemented", -20),
        "x-content-type-options": ("x-content-type-options-not-implemented", -5),
        "x-frame-options": ("x-frame-options-not-implemented", -20),
    }
    assert result.test("x-frame-options").means == "Any site may show the page in a frame."


async def test_a_grade_costs_one_visit_by_http_and_one_preflight(web: SecureWeb, ws: Workspace) -> None:
    web.put(HOME)
    web.redirect(PLAIN, HOME)
    await audit(ws)
    assert beside_the_page(web) == [("GET", PLAIN), ("OPTIONS", HOME)]


async def test_without_the_part_nothing_is_asked(web: SecureWeb, ws: Workspace) -> None:
    web.put(HOME)
    found = await run_audit.run({"url": HOME, "specific_metrics": ["headings"]}, ws)
    assert beside_the_page(web) == []
    assert found.security is None


async def test_the_same_path_is_looked_at_by_http(web: SecureWeb, ws: Workspace) -> None:
    web.put(f"{HOME}prices?plan=a")
    await audit(ws, f"{HOME}prices?plan=a")
    assert ("GET", f"{PLAIN}prices?plan=a") in web.asked


@pytest.mark.parametrize(
    ("route", "result", "verdict"),
    [
        ([HOME], "redirection-to-https", "pass"),
        (["http://www.care.example/", "https://www.care.example/"],
         "redirection-not-to-https-on-initial-redirection", "warn"),
        (["https://www.care.example/"], "redirection-off-host-from-http", "warn"),
        (["http://www.care.example/"], "redirection-not-to-https", "fail"),
        ([HOME, PLAIN], "redirection-not-to-https", "fail"),
        ([], "redirection-missing", "fail"),
    ],
)  # fmt: skip
async def test_redirects_from_plain_http_are_followed_one_by_one(
    web: SecureWeb, ws: Workspace, route: list[str], result: str, verdict: str
) -> None:
    page = "https://care.example/page"
    web.put(page)
    steps = ["http://care.example/page", *route]
    for url in steps:
        web.put(url)
    for here, there in pairwise(steps):
        web.redirect(here, there)
    if route == [HOME, PLAIN]:
        web.put(PLAIN)
    found = await audit(ws, page)
    assert found.security is not None
    assert found.security.observatory is not None
    assert found.security.observatory.test("redirection").result == result
    assert verdicts(found)["http.http_to_https"] == verdict


async def test_a_redirect_that_leads_back_ends_the_visit(web: SecureWeb, ws: Workspace) -> None:
    web.put(HOME)
    web.redirect(PLAIN, "http://www.care.example/")
    web.redirect("http://www.care.example/", PLAIN)
    assert (await graded(ws)).test("redirection").result == "redirection-not-to-https"
    assert web.asked.count(("GET", PLAIN)) == 1


async def test_redirects_without_end_are_followed_ten_times(web: SecureWeb, ws: Workspace) -> None:
    web.put(HOME)
    web.redirect(PLAIN, f"{PLAIN}0")
    for number in range(30):
        web.redirect(f"{PLAIN}{number}", f"{PLAIN}{number + 1}")
    assert (await graded(ws)).test("redirection").result == "redirection-not-to-https"
    assert sum(url.startswith(PLAIN) for _, url in web.asked) == 11


async def test_where_nobody_answers_by_http_nothing_need_be_redirected(web: SecureWeb, ws: Workspace) -> None:
    web.put(HOME)
    web.closed.add(80)
    result = await graded(ws)
    assert result.test("redirection").result == "redirection-not-needed-no-http"


async def test_a_site_without_https_is_graded_on_its_plain_http(web: SecureWeb, ws: Workspace) -> None:
    web.put(PLAIN, "<p>Care", *GUARDED)
    web.closed.add(443)
    found = await audit(ws, PLAIN)
    assert found.security is not None
    result = found.security.observatory
    assert result is not None
    assert result.test("strict-transport-security").result == "hsts-not-implemented-no-https"
    assert result.test("redirection").result == "redirection-missing"
    assert result.score == 60  # two times -20, and no extra credit below 90
    assert found.security.certificate is None
    assert "No server answered by HTTPS" in (found.security.certificate_reason or "")
    told = verdicts(found)
    assert told["http.https"] == "fail"
    for check in ("sec.hsts", "http.http_to_https", "sec.certificate"):
        assert told[check] == "not_applicable", "the missing HTTPS is said once"


async def test_a_page_read_by_http_is_graded_by_its_https(web: SecureWeb, ws: Workspace) -> None:
    web.put(PLAIN)
    web.put(HOME, '<script src="https://cdn.example/a.js"></script>', *GUARDED)
    result = await graded(ws, PLAIN)
    assert result.test("strict-transport-security").passed
    assert result.test("subresource-integrity").modifier == -5  # read from the https page's own text


async def test_a_redirect_to_a_private_address_leaves_the_site_ungraded(
    web: SecureWeb, ws: Workspace
) -> None:
    web.put(HOME)
    web.redirect(PLAIN, "http://inside.example/")
    found = await audit(ws)
    assert found.security is not None
    assert found.security.observatory is None
    assert "10.0.0.7" in (found.security.observatory_reason or "")
    assert found.security.certificate is not None
    assert verdicts(found)["http.http_to_https"] == verdicts(found)["sec.cors"] == "not_testable"
    assert verdicts(found)["sec.csp"] == "warn"


async def test_an_error_page_is_not_graded(web: SecureWeb, ws: Workspace) -> None:
    web.put(HOME, status=404)
    found = await security(ws)
    assert found.observatory is None
    assert "404" in (found.observatory_reason or "")


SESSION = "sessionid=1; Secure; HttpOnly; SameSite=Lax"


@pytest.mark.parametrize(
    ("cookies", "result", "verdict"),
    [
        ((), "cookies-not-found", "not_applicable"),
        ((SESSION,), "cookies-secure-with-httponly-sessions-and-samesite", "pass"),
        (("theme=dark; Secure", SESSION), "cookies-secure-with-httponly-sessions", "pass"),
        (("theme=dark; SameSite=Lax; Expires=Wed, 21 Oct 2037 07:28:00 GMT", SESSION),
         "cookies-without-secure-flag", "warn"),
        (("csrftoken=1; Secure",), "cookies-anticsrf-without-samesite-flag", "warn"),
        (("a=1; Secure; SameSite=Loose",), "cookies-samesite-flag-invalid", "warn"),
        (("sessionid=1; Secure; SameSite=Lax",), "cookies-session-without-httponly-flag", "fail"),
        (("login=1; HttpOnly; SameSite=Lax",), "cookies-session-without-secure-flag", "fail"),
    ],
)  # fmt: skip
async def test_every_set_cookie_counts(
    web: SecureWeb, ws: Workspace, cookies: tuple[str, ...], result: str, verdict: str
) -> None:
    web.put(HOME, "<p>Care", *(("Set-Cookie", cookie) for cookie in cookies))
    found = await audit(ws)
    assert found.security is not None
    assert found.security.observatory is not None
    assert found.security.observatory.test("cookies").result == result
    assert verdicts(found)["sec.cookies"] == verdict


async def test_a_cookie_set_by_a_redirect_counts(web: SecureWeb, ws: Workspace) -> None:
    web.redirect(
        HOME, "https://www.care.example/", ("Set-Cookie", "login=1; HttpOnly"), ("Set-Cookie", "b=2; Secure")
    )
    web.put("https://www.care.example/", "<p>Care", HALF_A_YEAR)
    found = await audit(ws)
    (finding,) = [one for one in found.findings if one.check == "sec.cookies"]
    assert [place.element for place in finding.evidence] == ["cookie: login"]
    assert finding.message.startswith("A session's cookie lacks Secure; Strict-Transport-Security keeps it")


@pytest.mark.parametrize(
    ("headers", "result", "verdict"),
    [
        ((), "not-implemented", "pass"),
        ((("Access-Control-Allow-Origin", "*"),), "implemented-with-public-access", "pass"),
        ((("Access-Control-Allow-Origin", "https://shop.example"),), "implemented-with-restricted-access", "pass"),
        ((("Access-Control-Allow-Origin", "{origin}"),), "implemented-with-restricted-access", "pass"),
        ((("Access-Control-Allow-Origin", "{origin}"), ("Access-Control-Allow-Credentials", "true")),
         "implemented-with-universal-access", "fail"),
    ],
)  # fmt: skip
async def test_a_server_that_reflects_any_origin_with_credentials_is_open_to_all(
    web: SecureWeb, ws: Workspace, headers: tuple[tuple[str, str], ...], result: str, verdict: str
) -> None:
    web.put(HOME)
    web.put(HOME, "", *headers, method="OPTIONS", status=204)
    found = await audit(ws)
    assert found.security is not None
    assert found.security.observatory is not None
    test = found.security.observatory.test("cross-origin-resource-sharing")
    assert test.result == f"cross-origin-resource-sharing-{result}"
    assert verdicts(found)["sec.cors"] == verdict
    if verdict == "fail":
        assert test.value == PREFLIGHT_ORIGIN


async def test_scripts_of_other_sites_without_a_hash_are_named(web: SecureWeb, ws: Workspace) -> None:
    web.put(HOME, "<script src=https://cdn.example/a.js></script><script src=/own.js></script>")
    found = await audit(ws)
    (finding,) = [one for one in found.findings if one.check == "sec.sri"]
    assert (finding.verdict, [place.url for place in finding.evidence]) == (
        "warn",
        ["https://cdn.example/a.js"],
    )


async def test_mixed_content_fails_where_it_can_act_and_warns_where_it_cannot(
    web: SecureWeb, ws: Workspace
) -> None:
    web.put(HOME, "<img src='http://a.example/i.png'><form action='http://a.example/f'></form>")
    assert verdicts(await audit(ws))["http.mixed_content"] == "warn"
    web.put(f"{HOME}b", "<script src='http://a.example/i.js'></script>")
    assert verdicts(await audit(ws, f"{HOME}b"))["http.mixed_content"] == "fail"
    web.put(f"{HOME}c", "<form action='http://a.example/f'></form>")
    only_form = verdicts(await audit(ws, f"{HOME}c"))
    assert (only_form["http.mixed_content"], only_form["sec.form_http"]) == ("pass", "fail")


async def test_headers_of_any_bytes_and_length_are_graded(web: SecureWeb, ws: Workspace) -> None:
    wild = "".join(chr(code) for code in range(0x80, 0x100))
    web.put(HOME, "<p>Care", ("Content-Security-Policy", f"script-src {wild} " * 400), ("Set-Cookie", wild))
    web.redirect(PLAIN, "http://[::1")
    result = await graded(ws)
    assert result.test("content-security-policy").result == "csp-implemented-with-unsafe-inline"
    assert result.test("redirection").result == "redirection-not-needed-no-http"  # it leads nowhere
    assert all(len(test.value or "") <= 300 for test in result.tests)


async def test_a_page_that_redirects_for_ever_stays_an_error(web: SecureWeb, ws: Workspace) -> None:
    web.redirect(HOME, HOME)
    with pytest.raises(FetchFailed):
        await audit(ws)
