"""A fetch from end to end: redirects, headers, caps, time, cache, failures."""

from __future__ import annotations

import asyncio
import ssl
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.errors import AddressRefused, CircuitOpen, FetchFailed, InvalidInput, RateLimited
from ag2_marketing_tools.workspace.clock import FixedClock
from ag2_marketing_tools.workspace.gateway import ServicePolicy, Services

PUBLIC = "93.184.216.34"
OTHER = "93.184.216.35"


@pytest.fixture(autouse=True)
def names(outside):
    for host in ("a.test", "b.test"):
        outside.names.set(host, [PUBLIC])


async def failure_of(fetch) -> FetchFailed:
    with pytest.raises(FetchFailed) as failure:
        await fetch
    assert failure.value.remedy
    assert "\n" not in str(failure.value)
    return failure.value


async def test_an_answer_tells_all_that_is_known_of_it(outside, serve_page):
    outside.web.on("/x?y=1", serve_page(b"gr\xfc\xdf", content_type="text/html; charset=ISO-8859-1"))
    response = await outside.make().fetch("HTTP://A.test/x?y=1#part")
    assert (response.requested_url, response.url) == ("HTTP://A.test/x?y=1#part", "http://a.test/x?y=1")
    assert (response.status, response.http_version, response.from_cache) == (200, "HTTP/1.1", False)
    assert (response.media_type, response.charset, response.text()) == ("text/html", "iso8859-1", "grüß")
    assert (response.wire_bytes, response.redirects) == (4, ())
    assert response.address == "127.0.0.1"  # where the connector led it
    assert 0 < response.time_to_first_byte_ms <= response.total_ms < 5000


async def test_two_runs_with_a_fixed_clock_give_equal_answers(outside, serve_page):
    tries: list[int] = []

    async def late(request, writer):
        tries.append(1)
        await serve_page(status="503 Busy" if len(tries) % 2 else "200 OK")(request, writer)

    outside.web.on("/", late)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    runs = [
        await outside.make(clock=FixedClock(at), fetch_backoff_s=0.5).fetch("http://a.test/")
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert 250 <= runs[0].total_ms <= 500
    assert len(tries) == 4


async def test_host_and_sni_keep_the_name_while_the_address_is_connected_to(outside, serve_page):
    outside.web.on("/", serve_page())
    await outside.make().fetch("https://a.test/")
    (request,) = outside.web.requests
    assert request.headers["host"] == "a.test"
    assert request.tls_name == "a.test"
    assert outside.connector.connected == [PUBLIC]


async def test_the_request_asks_for_gzip_alone_and_names_itself(outside, serve_page):
    outside.web.on("/", serve_page())
    await outside.make(user_agent="ours/1").fetch(
        "http://a.test/", headers={"X-Own": "1"}, accept=("text/html", "text/plain")
    )
    headers = outside.web.requests[0].headers
    assert headers["accept-encoding"] == "gzip"
    assert headers["user-agent"] == "ours/1"
    assert headers["accept"] == "text/html, text/plain"
    assert headers["x-own"] == "1"
    assert "cookie" not in headers


async def test_proxies_of_the_environment_are_not_used(outside, serve_page, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    outside.web.on("/", serve_page())
    gateway = outside.make()
    assert (await gateway.fetch("http://a.test/")).status == 200
    assert (await gateway.fetch("https://a.test/")).status == 200


async def test_an_allowed_origin_is_fetched_and_its_neighbour_is_not(outside, serve_page):
    outside.web.on("/", serve_page())
    gateway = outside.make(
        mapped=False, allowed_origins=(outside.web.origin,), allowed_ports=(80, outside.web.https_port)
    )
    assert (await gateway.fetch(outside.web.origin + "/")).status == 200
    for url in (f"http://127.0.0.1:{outside.web.https_port}/", f"http://localhost:{outside.web.http_port}/"):
        with pytest.raises(AddressRefused):
            await gateway.fetch(url)


async def test_an_allowed_name_of_plain_http_does_not_allow_its_https(outside, serve_page):
    outside.names.set("intranet.corp.example", ["10.0.0.7"])
    outside.web.on("/", serve_page())
    gateway = outside.make(allowed_origins=("http://intranet.corp.example:443",))
    assert (
        (await gateway.fetch("http://intranet.corp.example:443/")).status
        if outside.web.https_port == 0
        else True
    )
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.7"):
        await gateway.fetch("https://intranet.corp.example:443/")


# Redirects


async def test_redirects_are_followed_and_told(outside, serve_page, serve_redirect):
    outside.web.on("/1", serve_redirect("/2?x=ü y", 301))
    outside.web.on("/2?x=%C3%BC%20y", serve_redirect("//b.test/3#part", 308))
    outside.web.on("/3", serve_page())
    response = await outside.make().fetch("http://a.test/1")
    assert response.url == "http://b.test/3"
    assert [(hop.url, hop.status) for hop in response.redirects] == [
        ("http://a.test/1", 301),
        ("http://a.test/2?x=%C3%BC%20y", 308),
    ]


async def test_a_redirect_can_be_looked_at_instead_of_followed(outside, serve_redirect):
    outside.web.on("/", serve_redirect("http://127.0.0.1/"))
    response = await outside.make().fetch("http://a.test/", follow_redirects=False)
    assert (response.status, response.headers["location"]) == (302, "http://127.0.0.1/")


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/", "//127.0.0.1/", "http://[::1]/", "http://0x7f.1/", "http://2130706433/",
        "file:///etc/passwd",
        "ftp://b.test/", "http://user@b.test/", "http://b.test\\@127.0.0.1/", "\\\\127.0.0.1\\",
        "http://b.test:22/",
        "http://localhost/", "http://x.internal/", "http://private.test/", "javascript:alert(1)",
        "data:text/html,x",
        "http://", "http://[", "http://[x]/", "http://a b.test/", "http:///127.0.0.1/",
        "http://169.254.169.254/latest/",
        f"/{'x' * 3000}", "http://①②⑦.⓪.⓪.①/",
    ],
)  # fmt: skip
async def test_a_redirect_to_a_forbidden_address_is_refused(location, outside, serve_redirect):
    outside.names.set("private.test", ["10.0.0.1"])
    outside.web.on("/", serve_redirect(location))
    with pytest.raises(AddressRefused):
        await outside.make().fetch("http://a.test/")
    assert outside.connector.connected == [PUBLIC]
    assert len(outside.web.requests) == 1


async def test_an_allowed_origin_may_not_redirect_into_the_network(outside, serve_redirect):
    outside.web.on("/", serve_redirect("http://127.0.0.1:1/"))
    with pytest.raises(AddressRefused, match="redirects to an address that is not allowed"):
        await outside.make(mapped=False, allowed_origins=(outside.web.origin,)).fetch(outside.web.origin)


async def test_a_redirect_loop_is_found(outside, serve_redirect):
    outside.web.on("/1", serve_redirect("/2"))
    outside.web.on("/2", serve_redirect("http://A.test:80/1"))
    failure = await failure_of(outside.make().fetch("http://a.test/1"))
    assert failure.kind == "redirect_loop"
    assert len(outside.web.requests) == 2


async def test_redirects_are_counted(outside, serve_page, serve_redirect):
    for number in range(6):
        outside.web.on(f"/{number}", serve_redirect(f"/{number + 1}"))
    outside.web.on("/6", serve_page())
    assert (await outside.make().fetch("http://a.test/1")).status == 200
    assert (await failure_of(outside.make().fetch("http://a.test/0"))).kind == "too_many_redirects"
    assert (
        await failure_of(outside.make(fetch_max_redirects=0).fetch("http://a.test/5"))
    ).kind == "too_many_redirects"


@pytest.mark.parametrize("there", ["http://b.test/2", "https://a.test/2", "http://a.test:8080/2"])
async def test_across_origins_only_accept_and_user_agent_go_along(there, outside, serve_page, serve_redirect):
    outside.web.on("/1", serve_redirect(there))
    outside.web.on("/2", serve_redirect("http://a.test/3"))
    outside.web.on("/3", serve_page())
    headers = {
        "Authorization": "Bearer topsecret",
        "Cookie": "a=b",
        "X-Api-Key": "k",
        "X-Own": "1",
        "Accept": "text/html",
    }
    failing = there.startswith("https")
    if failing:
        outside.web.on("/2", serve_page())
    await outside.make().fetch("http://a.test/1", headers=headers)
    first, *later = outside.web.requests
    assert first.headers["authorization"] == "Bearer topsecret"
    for request in later:
        assert set(request.headers) == {"host", "accept", "accept-encoding", "user-agent"}
        assert request.headers["accept"] == "text/html"
    assert len(later) == (1 if failing else 2)


async def test_within_an_origin_headers_go_along(outside, serve_page, serve_redirect):
    outside.web.on("/1", serve_redirect("/2"))
    outside.web.on("/2", serve_page())
    await outside.make().fetch("http://a.test/1", headers={"Authorization": "Bearer x"})
    assert outside.web.requests[1].headers["authorization"] == "Bearer x"


@pytest.mark.parametrize(
    ("status", "method", "becomes", "body"),
    [(301, "POST", "GET", b""), (302, "POST", "GET", b""), (303, "PUT", "GET", b""), (303, "HEAD", "HEAD",
    b""),
     (307, "POST", "POST", b"{}"), (308, "PUT", "PUT", b"{}"), (302, "PUT", "PUT", b"{}")],
)  # fmt: skip
async def test_the_method_after_a_redirect(  # noqa: PLR0917 (cases and fixtures)
    status, method, becomes, body, outside, serve_page, serve_redirect
):
    outside.web.on("/1", serve_redirect("/2", status))
    outside.web.on("/2", serve_page())
    content = None if method == "HEAD" else b"{}"
    await outside.make().fetch(
        "http://a.test/1", method=method, content=content, headers={"Content-Type": "x/y"}
    )
    request = outside.web.requests[1]
    assert (request.method, request.body) == (becomes, body)
    assert ("content-type" in request.headers) == bool(body)


async def test_a_body_does_not_follow_to_another_origin(outside, serve_redirect):
    outside.web.on("/1", serve_redirect("http://b.test/", 307))
    with pytest.raises(AddressRefused, match="with its body to another origin"):
        await outside.make().fetch("http://a.test/1", method="POST", json={"password": "x"})
    assert len(outside.web.requests) == 1


async def test_cookies_are_not_kept(outside, serve_page):
    outside.web.on("/", serve_page(headers=["Set-Cookie: id=1; Path=/"]))
    gateway = outside.make()
    await gateway.fetch("http://a.test/", cached=False)
    await gateway.fetch("http://a.test/", cached=False)
    assert "cookie" not in outside.web.requests[1].headers


# Caps


async def test_a_drip_is_cut_at_the_deadline(outside):
    async def drip(request, writer):
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)

    outside.web.on("/", drip)
    started = time.monotonic()
    failure = await failure_of(outside.make().fetch("http://a.test/", deadline_s=0.4))
    assert failure.kind == "timeout"
    assert "0.4 s" in str(failure)
    assert time.monotonic() - started < 2
    await asyncio.sleep(0.2)
    assert outside.web.running == 0  # the connection was closed


async def test_the_deadline_covers_the_look_up_and_the_connection(outside):
    async def never(host, port):
        await asyncio.sleep(60)

    gateway = outside.make()
    gateway._exchange._backend.keywords["resolver"] = never
    assert (await failure_of(gateway.fetch("http://a.test/", deadline_s=0.1))).kind == "timeout"


async def test_the_deadline_covers_all_redirects_and_retries(outside, serve_page, serve_redirect):
    async def slow(request, writer):
        await asyncio.sleep(0.15)
        await serve_redirect(request.path + "x")(request, writer)

    outside.web.on("*", slow)
    failure = await failure_of(outside.make(fetch_max_redirects=50).fetch("http://a.test/", deadline_s=0.5))
    assert failure.kind == "timeout"
    assert 2 <= len(outside.web.requests) <= 4


async def test_somebody_elses_cancellation_stays_one(outside):
    async def hang(request, writer):
        await asyncio.sleep(30)

    outside.web.on("/", hang)
    task = asyncio.create_task(outside.make().fetch("http://a.test/"))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_large_header_block_is_refused_at_the_cap_of_the_settings(outside, serve_page):
    outside.web.on("/", serve_page(headers=[f"X: {'y' * 5000}"]))
    assert (await outside.make().fetch("http://a.test/")).status == 200
    failure = await failure_of(outside.make(fetch_max_header_bytes=4000).fetch("http://a.test/"))
    assert failure.kind == "too_large"


async def test_endless_header_lines_and_interim_answers_end(outside):
    async def headers(request, writer):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X: " + b"y" * 60_000 + b"\r\n")
            await writer.drain()

    async def interim(request, writer):
        while True:
            writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n")
            await writer.drain()

    outside.web.on("/headers", headers)
    outside.web.on("/interim", interim)
    gateway = outside.make()
    assert (await failure_of(gateway.fetch("http://a.test/headers"))).kind == "too_large"
    assert (await failure_of(gateway.fetch("http://a.test/interim", deadline_s=0.3))).kind == "timeout"


async def test_the_body_cap_can_be_set_for_one_fetch(outside, serve_page):
    outside.web.on("/", serve_page(bytes(1000)))
    gateway = outside.make()
    assert len((await gateway.fetch("http://a.test/", max_bytes=1000)).content) == 1000
    failure = await failure_of(gateway.fetch("http://a.test/", max_bytes=999))
    assert (failure.kind, failure.status) == ("too_large", 200)


@pytest.mark.parametrize("body", [b"", b"not gzip", b"\x1f\x8b"])
async def test_gzip_that_is_none_is_a_clear_error(body, outside, serve_page):
    outside.web.on("/", serve_page(body, headers=["Content-Encoding: gzip"]))
    with pytest.raises(FetchFailed, match=r"The body of http://a\.test/ cannot be used") as failure:
        await outside.make().fetch("http://a.test/")
    assert failure.value.kind == "encoding"


async def test_a_head_has_no_body_to_decode(outside, serve_page):
    outside.web.on("/", serve_page(b"x", headers=["Content-Encoding: br"]))
    response = await outside.make().fetch("http://a.test/", method="HEAD", max_bytes=1)
    assert response.content == b""


@pytest.mark.parametrize(
    ("accept", "sent", "fits"),
    [("text/html", "text/html; charset=x", True), ("text/*", "TEXT/Plain", True), ("*/*", "x/y", True),
     ("text/html;q=0.9, image/*", "image/png", True), ("text/html", "application/json", False), ("text/*",
     "textile/x", False),
     ("text/html", None, True)],
)  # fmt: skip
async def test_only_the_types_that_were_asked_for_are_read(accept, sent, fits, outside, serve_page):
    outside.web.on("/", serve_page(content_type=sent))
    fetch = outside.make().fetch("http://a.test/", accept=accept)
    if fits:
        assert (await fetch).status == 200
    else:
        assert (await failure_of(fetch)).kind == "content_type"


async def test_an_error_page_of_another_type_is_an_answer_still(outside, serve_page):
    outside.web.on("/", serve_page(b"no", status="404 Not Found", content_type="text/plain"))
    assert (await outside.make().fetch("http://a.test/", accept="text/html")).status == 404


# Failures


async def test_an_unknown_name(outside):
    failure = await failure_of(outside.make().fetch("http://nowhere.test/"))
    assert failure.kind == "dns"
    assert "nowhere.test" in str(failure)


async def test_a_name_without_addresses(outside):
    outside.names.set("empty.test", [])
    assert (await failure_of(outside.make().fetch("http://empty.test/"))).kind == "dns"


async def test_a_real_look_up_of_a_name_that_cannot_exist(outside):
    gateway = outside.make(mapped=False, fetch_deadline_s=5)
    assert (await failure_of(gateway.fetch("http://nothing.invalid/"))).kind in ("dns", "timeout")


async def test_a_refused_connection(outside):
    with_nobody = "http://127.0.0.1:1"
    gateway = outside.make(mapped=False, allowed_origins=(with_nobody,))
    failure = await failure_of(gateway.fetch(with_nobody))
    assert failure.kind == "connect"
    assert "127.0.0.1:1" in str(failure)


async def test_the_next_address_is_tried_when_one_does_not_answer(outside, serve_page):
    outside.web.on("/", serve_page())
    outside.names.set("two.test", [OTHER, PUBLIC])
    outside.connector.unreachable.add(OTHER)
    assert (await outside.make().fetch("http://two.test/")).status == 200
    assert outside.connector.connected == [OTHER, PUBLIC]


async def test_a_certificate_that_nobody_vouches_for(outside):
    gateway = outside.make(mapped=False, allowed_origins=(f"https://127.0.0.1:{outside.web.https_port}",))
    failure = await failure_of(gateway.fetch(f"https://127.0.0.1:{outside.web.https_port}/"))
    assert failure.kind == "tls"
    assert not outside.web.requests


async def test_a_certificate_of_another_name(outside):
    outside.names.set("wrong.name.example", [PUBLIC])
    failure = await failure_of(outside.make().fetch("https://wrong.name.example/"))
    assert failure.kind == "tls"
    assert "wrong.name.example" in str(failure)


async def test_a_server_that_speaks_no_tls(outside):
    async def greet(reader, writer):
        writer.write(b"220 mail.a.test ESMTP\r\n")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        outside.web.https_port = server.sockets[0].getsockname()[1]
        failure = await failure_of(outside.make().fetch("https://a.test/"))
        assert (failure.kind, failure.certificate_fault) == ("tls", None)


async def test_a_server_that_never_agrees_on_tls(outside):
    async def silent(reader, writer):
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        outside.web.https_port = server.sockets[0].getsockname()[1]
        gateway = outside.make(fetch_connect_timeout_s=0.1)
        assert (await failure_of(gateway.fetch("https://a.test/"))).kind == "timeout"


@pytest.mark.parametrize(
    "answer",
    [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
     b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"],
)  # fmt: skip
async def test_an_answer_that_is_not_http(answer, outside):
    async def handle(request, writer):
        writer.write(answer)

    outside.web.on("/", handle)
    failure = await failure_of(outside.make(fetch_max_attempts=1).fetch("http://a.test/"))
    assert failure.kind == "protocol"


async def test_a_4xx_and_a_5xx_are_answers(outside, serve_page):
    outside.web.on("/500", serve_page(b"oops", status="500 Oops"))
    gateway = outside.make()
    assert (await gateway.fetch("http://a.test/404")).status == 404
    assert (await gateway.fetch("http://a.test/500")).content == b"oops"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"method": "CONNECT"}, "is not a method"),
        ({"method": "GET\r\nX: y"}, "is not a method"),
        ({"headers": {"Host": "x"}}, "gateway's own"),
        ({"headers": {"Proxy-Authorization": "x"}}, "gateway's own"),
        ({"headers": {"Transfer-Encoding": "chunked"}}, "gateway's own"),
        ({"headers": {"X": "a\r\nHost: evil"}}, "is not valid"),
        ({"headers": {"X y": "a"}}, "is not valid"),
        ({"headers": {"": "a"}}, "is not valid"),
        ({"headers": {"X": "ü\u20ac"}}, "is not valid"),
        ({"content": b"x", "json": {}}, "one body"),
        ({"json": {1, 2}}, "JSON"),
        ({"max_bytes": 0}, "max_bytes"),
        ({"deadline_s": -1}, "deadline_s"),
        ({"deadline_s": float("nan")}, "deadline_s"),
    ],
)
async def test_a_request_that_is_not_valid_is_not_sent(options, said, outside):
    with pytest.raises(InvalidInput, match=said):
        await outside.make().fetch("http://a.test/", **options)
    assert not outside.connector.connected


# Politeness and shared state


async def test_a_host_gets_so_many_connections_at_once_and_no_more(outside, serve_page):
    async def slow(request, writer):
        await asyncio.sleep(0.05)
        await serve_page()(request, writer)

    outside.web.on("*", slow)
    gateway = outside.make(host_max_connections=2)
    await asyncio.gather(*(gateway.fetch(f"http://a.test/{n}") for n in range(8)))
    assert outside.web.most_running == 2


async def test_requests_to_one_host_keep_their_distance_and_others_do_not_wait(outside, clock, serve_page):
    outside.web.on("*", serve_page())
    gateway = outside.make(clock=clock, host_min_interval_s=0.5)
    for number in range(3):
        await gateway.fetch(f"http://a.test/{number}")
    assert clock.monotonic_s() == 1.0
    await gateway.fetch("http://b.test/")
    assert clock.monotonic_s() == 1.0
    gateway.slow_down("a.test", 7)
    await gateway.fetch("http://a.test/4")
    assert clock.monotonic_s() == pytest.approx(8.0)


async def test_our_own_queue_is_not_held_against_the_server(outside, serve_page):
    outside.web.on("*", serve_page())
    gateway = outside.make(host_min_interval_s=0.15, fetch_deadline_s=0.3)
    responses = await asyncio.gather(*(gateway.fetch(f"http://a.test/{n}") for n in range(6)))
    assert max(response.total_ms for response in responses) < 300


def test_limits_hold_across_workspaces_in_different_event_loops(clean_settings, clock):
    from ag2_marketing_tools.workspace.gateway import Gateway

    services = Services(clock)
    services.configure("vendor", ServicePolicy(max_requests=2, window_s=600, failure_threshold=3))
    ends = []

    async def once():
        async def nobody(host, port):
            raise OSError("no such name")

        gateway = Gateway(clean_settings(), clock=clock, services=services, resolver=nobody)
        try:
            await asyncio.gather(*(gateway.fetch("http://a.test/", service="vendor") for _ in range(1)))
        except (FetchFailed, RateLimited, CircuitOpen) as error:
            ends.append(type(error).__name__)
        await gateway.aclose()

    for _ in range(3):
        asyncio.run(once())
    assert ends == ["FetchFailed", "FetchFailed", "RateLimited"]
    clock.advance(600)
    for _ in range(2):
        asyncio.run(once())
    assert ends[3:] == ["FetchFailed", "CircuitOpen"]


# Cache


async def test_an_answer_is_reused_for_a_while(outside, clock, serve_page):
    outside.web.on("/", serve_page())
    gateway = outside.make(clock=clock, fetch_cache_s=60)
    first = await gateway.fetch("http://a.test/")
    again = await gateway.fetch("http://A.test#x")
    assert (first.from_cache, again.from_cache, again.content) == (False, True, first.content)
    assert len(outside.web.requests) == 1
    clock.advance(60)
    assert not (await gateway.fetch("http://a.test/")).from_cache


@pytest.mark.parametrize(
    "options",
    [{"cached": False}, {"headers": {"Authorization": "Bearer x"}}, {"headers": {"Cookie": "a=b"}},
    {"method": "HEAD"},
     {"headers": {"X-Api-Key": "x"}}, {"headers": {"X-Note": "learned-secret"}}, {"method": "POST"}],
)  # fmt: skip
async def test_what_must_not_be_reused_is_not(options, outside, serve_page):
    outside.web.on("/", serve_page())
    gateway = outside.make()
    gateway.redactor.learn("learned-secret")
    for _ in range(2):
        assert not (await gateway.fetch("http://a.test/", **options)).from_cache
    assert len(outside.web.requests) == 2


@pytest.mark.parametrize("url", ["http://a.test/?key=abc", "http://a.test/?x=1&access_token=abc"])
async def test_a_key_in_the_url_is_a_credential(url, outside, serve_page):
    outside.web.on("*", serve_page())
    gateway = outside.make()
    for _ in range(2):
        assert not (await gateway.fetch(url)).from_cache


@pytest.mark.parametrize(
    "header", ["Cache-Control: private, no-store", "Cache-Control: no-cache", "Vary: Accept, *"]
)
async def test_an_answer_may_forbid_its_reuse(header, outside, serve_page):
    outside.web.on("/", serve_page(headers=[header]))
    gateway = outside.make()
    for _ in range(2):
        assert not (await gateway.fetch("http://a.test/")).from_cache


async def test_only_a_200_is_kept_and_headers_tell_answers_apart(outside, serve_page):
    outside.web.on("/", serve_page())
    gateway = outside.make()
    for _ in range(2):
        assert not (await gateway.fetch("http://a.test/404")).from_cache
    for language in ("de", "fr"):
        assert not (await gateway.fetch("http://a.test/", headers={"Accept-Language": language})).from_cache
    assert (await gateway.fetch("http://a.test/", headers={"accept-language": "de"})).from_cache


async def test_the_cache_can_be_off_and_is_bounded(outside, serve_page):
    outside.web.on("/", serve_page(bytes(10_000)))
    for options in ({"fetch_cache_s": 0}, {"fetch_cache_max_bytes": 5000}):
        gateway = outside.make(**options)
        for _ in range(2):
            assert not (await gateway.fetch("http://a.test/")).from_cache


# The property that all of it is for

DENIED = ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fd00::1", "64:ff9b::a00:1",
"224.0.0.1",
          "168.63.129.16", "fe80::1%eth0", "2002:7f00:1::", "::127.0.0.1", "100.64.1.1",
          "0.0.0.0"]  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(st.sampled_from([PUBLIC, OTHER, "2606:4700:4700::1111"]), max_size=3),
    bad=st.sampled_from(DENIED),
    after=st.lists(st.sampled_from([PUBLIC, OTHER]), max_size=3),
    scheme=st.sampled_from(["http", "https"]),
)
async def test_one_bad_answer_refuses_them_all(before, bad, after, scheme, outside):
    outside.names.set("mixed.test", [*before, bad, *after])
    with pytest.raises(AddressRefused):
        await outside.make().fetch(f"{scheme}://mixed.test/")
    assert outside.connector.connected == []


def test_the_usual_authorities_are_what_certificates_are_checked_against():
    from ag2_marketing_tools.workspace.gateway.tls import usual_tls

    context = usual_tls()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.cert_store_stats()["x509_ca"] > 50


# What TLS agreed on, and what redirects said


async def test_the_certificate_and_version_of_the_connection_are_told(outside, serve_page):
    outside.web.on("/", serve_page())
    by_https = await outside.make().fetch("https://a.test/")
    assert by_https.tls.checked
    assert by_https.tls.version == "TLSv1.3"
    assert by_https.tls.certificate.startswith(b"\x30\x82")  # DER: a sequence
    assert (await outside.make().fetch("http://a.test/")).tls is None


@pytest.mark.parametrize("host", ["c.test", "1.1.1.1"])
async def test_why_a_certificate_was_refused_is_told(outside, host):
    outside.names.set("c.test", ["93.184.216.34"])
    failure = await failure_of(outside.make().fetch(f"https://{host}/"))
    assert (failure.kind, failure.certificate_fault) == ("tls", "wrong_host")


async def test_every_header_of_a_redirect_is_kept(outside, serve_page):
    cookies = ["Set-Cookie: a=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT", "Set-Cookie: b=2"]
    moved = serve_page(b"", status="301 Moved", headers=["Location: /new", *cookies])
    outside.web.on("/", moved)
    outside.web.on("/new", serve_page())
    (hop,) = (await outside.make().fetch("http://a.test/")).redirects
    assert [value for name, value in hop.headers if name.lower() == "set-cookie"] == [
        "a=1; Expires=Wed, 21 Oct 2037 07:28:00 GMT",
        "b=2",
    ]
