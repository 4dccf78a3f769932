"""What stands on every answer and before every route: headers, origins, hosts, paths."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx
import pytest
import trustme
from secure_web import LedToLoopback, SecureWeb, resolver
from tracking_server import PASSWORD, Tracking, server_settings, tracking_server

from ag2_marketing.server.run import Tls
from ag2_marketing_tools.seo import run_audit
from ag2_marketing_tools.workspace import Settings, SystemClock, Workspace
from ag2_marketing_tools.workspace.gateway import Gateway

SITE = "https://shop.example.com"
EVERY_PATH = [
    "/",
    "/login",
    "/experiments",
    "/api/experiments",
    "/health",
    "/style.css",
    "/none",
    "/api/track/x",
]
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
}


@pytest.fixture
def tls(tmp_path: Path) -> tuple[trustme.CA, Tls]:
    """A certificate of `care.example` and its authority."""
    authority = trustme.CA()
    issued = authority.issue_cert("care.example")
    certificate, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    return authority, Tls(certificate, key)


@pytest.mark.parametrize("path", EVERY_PATH)
async def test_every_answer_has_the_security_headers(tracking: Tracking, path: str) -> None:
    async with tracking.client() as client:
        answer = await client.get(path)
    assert HEADERS.items() <= dict(answer.headers).items()
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "server" not in answer.headers
    assert "strict-transport-security" not in answer.headers  # it means nothing over plain http


async def test_a_refused_host_has_the_headers_too(tracking: Tracking) -> None:
    async with tracking.client() as client:
        answer = await client.get("/", headers={"host": "rebound.example"})
    assert answer.status_code == 400
    assert HEADERS.items() <= dict(answer.headers).items()


@pytest.mark.parametrize("host", ["rebound.example", "127.0.0.1.evil.example", "localhost.evil.example", ""])
async def test_on_loopback_no_other_name_is_answered_to(tracking: Tracking, host: str) -> None:
    async with tracking.client() as client:
        assert (await client.get("/health", headers={"host": host})).status_code == 400
        assert (await client.get("/health", headers={"host": "localhost:1"})).status_code == 200


async def test_the_names_that_are_set_are_answered_to(tmp_path: Path) -> None:
    settings = server_settings(tmp_path, server_allowed_hosts="track.example.com")
    async with tracking_server(settings) as tracking, tracking.client() as client:
        assert (await client.get("/health", headers={"host": "track.example.com"})).status_code == 200
        assert (await client.get("/health", headers={"host": "other.example.com"})).status_code == 400


# Over https


async def test_our_own_audit_gives_the_server_the_best_grade(
    tmp_path: Path, tls: tuple[trustme.CA, Tls]
) -> None:
    authority, certificate = tls
    settings = server_settings(tmp_path, server_allowed_hosts="care.example")
    web = SecureWeb(authority, closed={80})
    async with tracking_server(settings, tls=certificate) as tracking:
        web.ports[443] = tracking.port
        audit_settings = Settings(_env_file=None, home=tmp_path / "audit", host_min_interval_s=0.0)
        gateway = Gateway(
            audit_settings,
            clock=SystemClock(),
            resolver=resolver,
            connector=LedToLoopback(web),
            tls=web.client_tls,
        )
        async with Workspace.open(audit_settings, gateway=gateway) as ws:
            found = await run_audit.run(
                {"url": "https://care.example/", "specific_metrics": ["security"]}, ws
            )
        await gateway.aclose()
    assert found.security is not None
    graded = found.security.observatory
    assert graded is not None
    assert (graded.grade, graded.tests_failed) == ("A+", 0)
    cookies = graded.test("cookies")
    assert cookies.result == "cookies-secure-with-httponly-sessions-and-samesite"


async def test_over_https_cookies_are_bound_to_the_host_and_to_https(
    tmp_path: Path, tls: tuple[trustme.CA, Tls]
) -> None:
    authority, certificate = tls
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    trust.check_hostname = False  # it is asked by its address
    settings = server_settings(tmp_path)
    async with tracking_server(settings, tls=certificate) as tracking:
        await tracking.account()
        async with tracking.client(verify=trust) as client:
            page = await client.get("/login")
            secret = page.cookies["__Host-form"]
            sent = {"name": "anna", "password": PASSWORD, "csrf": secret}
            answer = await client.post("/login", data=sent)
            assert (await client.get("/")).status_code == 200
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if "__Host-session" in one]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert "domain" not in cookie.lower()


async def test_a_proxy_that_is_trusted_tells_the_scheme_and_the_client(tmp_path: Path) -> None:
    forwarded = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"}
    async with tracking_server(server_settings(tmp_path)) as alone, alone.client() as client:
        assert "strict-transport-security" not in (await client.get("/login", headers=forwarded)).headers
    settings = server_settings(tmp_path, server_trusted_proxies="127.0.0.1")
    async with tracking_server(settings) as behind, behind.client() as client:
        answer = await client.get("/login", headers=forwarded)
        assert "strict-transport-security" in answer.headers
        assert "__Host-form" in answer.cookies


# Other sites' pages


@pytest.mark.parametrize(
    ("allowed", "origin", "is_taken"),
    [
        (SITE, SITE, True),
        (SITE, None, True),
        (SITE, "https://evil.example", False),
        (SITE, "null", False),
        (SITE, SITE + ".evil.example", False),
        ("", SITE, False),
        ("*", "https://any.example", True),
    ],
)
async def test_pages_of_other_origins_may_send_where_that_is_set(
    tmp_path: Path, *, allowed: str, origin: str | None, is_taken: bool
) -> None:
    async with tracking_server(server_settings(tmp_path, server_allowed_origins=allowed)) as tracking:
        headers = {} if origin is None else {"origin": origin}
        answer = await tracking.post("/api/track/pageview", {"user_id": "u1"}, **headers)
        assert answer.status_code == (200 if is_taken else 403)
        assert await tracking.count() == is_taken
        permission = answer.headers.get("access-control-allow-origin")
        assert permission == (
            None if origin is None or not is_taken else "*" if allowed == "*" else origin
        ) or (allowed == "*")
        assert "access-control-allow-credentials" not in answer.headers


async def test_a_preflight_allows_what_the_snippet_and_programs_need(tmp_path: Path) -> None:
    asked = {
        "origin": SITE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-write-key",
    }
    async with (
        tracking_server(server_settings(tmp_path, server_allowed_origins=SITE)) as tracking,
        tracking.client() as client,
    ):
        allowed = await client.options("/api/track/batch", headers=asked)
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == SITE
        other = await client.options("/api/track/batch", headers={**asked, "origin": "https://evil.example"})
        assert other.status_code == 400
        assert "access-control-allow-origin" not in other.headers
        reading = await client.get("/api/experiments", headers={"origin": SITE, **await tracking.token()})
        assert reading.status_code == 200
        assert "access-control-allow-origin" not in reading.headers


async def test_a_refusal_tells_an_allowed_page_when_to_come_back(tmp_path: Path) -> None:
    settings = server_settings(
        tmp_path, server_allowed_origins=SITE, server_requests_per_s=0.1, server_burst_requests=1
    )
    async with tracking_server(settings) as tracking:
        await tracking.post("/api/track/pageview", {"user_id": "u1"})
        refused = await tracking.post("/api/track/pageview", {"user_id": "u1"}, origin=SITE)
    assert refused.status_code == 429
    assert refused.headers["access-control-allow-origin"] == SITE
    assert refused.headers["access-control-expose-headers"] == "retry-after"


# Files and paths


async def test_the_snippet_may_be_loaded_by_every_site_and_evaluates_nothing(tracking: Tracking) -> None:
    async with tracking.client() as client:
        answer = await client.get("/snippet.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert 'var server = {"requireConsent": false, "respectDoNotTrack": true};' in answer.text
    for word in ("eval(", "new Function", "innerHTML", "document.write", "createElement"):
        assert word not in answer.text
    assert len(answer.content) < 15_000


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/static/../app.py",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/app.py",
        "/snippet.js/..%00",
        "//evil.example/experiments",
        "/experiments/",
        "/experiments/..%2f..%2fhealth",
        "/experiments/%00",
        "/experiments/" + "x" * 8_000,
        "/api/experiments/%0d%0aX-Injected:%201/status",
        "/api//experiments",
        "/%ff%fe",
    ],
)
async def test_paths_that_are_none_of_ours_lead_nowhere(tracking: Tracking, path: str) -> None:
    async with tracking.client(headers=await tracking.token()) as client:
        answer = await client.get(httpx.URL(tracking.url).copy_with(raw_path=path.encode()))
    assert answer.status_code in {400, 404, 409}, answer.text
    assert "root:" not in answer.text
    assert "x-injected" not in answer.headers
    assert answer.headers.get("location") is None


async def test_a_person_reads_a_page_and_a_program_json_when_something_is_not_there(
    tracking: Tracking,
) -> None:
    async with tracking.client() as client:
        page = await client.get("/none", headers={"accept": "text/html"})
        data = await client.get("/none")
    assert page.status_code == data.status_code == 404
    assert "<h1>" in page.text
    assert data.json()["status"] == "error"
