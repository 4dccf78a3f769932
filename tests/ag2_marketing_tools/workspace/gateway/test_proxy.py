"""The proxy that is a browser's only way out, spoken to as a browser (or anybody else) would."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest
from conftest import NOW
from loopback_site import Site, running_site

from ag2_marketing_tools.workspace import FixedClock, Settings
from ag2_marketing_tools.workspace.gateway import Gateway
from ag2_marketing_tools.workspace.gateway.proxy import CheckedProxy, checked_proxy


@asynccontextmanager
async def proxy_before(site: Site, *, max_bytes: int = 1_000_000) -> AsyncIterator[CheckedProxy]:
    settings = Settings(_env_file=None, allowed_origins=(site.origin,))
    gateway = Gateway(settings, clock=FixedClock(NOW))
    try:
        async with checked_proxy(
            gateway, password="fresh", max_bytes=max_bytes, connect_timeout_s=2.0
        ) as proxy:
            yield proxy
    finally:
        await gateway.aclose()


async def say(proxy: CheckedProxy, request: str, *, password: str | None = None) -> str:
    """Send a request with the proxy's credentials, and return all that comes back."""
    credentials = b64encode(f"{proxy.username}:{password or proxy.password}".encode()).decode()
    head, _, rest = request.partition("\r\n")
    parts = urlsplit(proxy.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(f"{head}\r\nProxy-Authorization: Basic {credentials}\r\n{rest}".encode())
    await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer.decode("utf-8", "replace")


def get(url: str) -> str:
    return f"GET {url} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nX-Own: kept\r\n\r\n"


def connect(authority: str) -> str:
    return f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n"


async def test_a_plain_request_reaches_an_allowed_origin_without_the_proxys_own_headers() -> None:
    with running_site() as site:
        url = site.put("/page", "hello")
        async with proxy_before(site) as proxy:
            answer = await say(proxy, get(f"{url}?x=1"))
            assert answer.startswith("HTTP/1.1 200")
            assert answer.endswith("hello")
            assert proxy.received_bytes > len("hello")
        (asked,) = site.asked
        assert asked.query == {"x": ["1"]}
        assert asked.headers["x-own"] == "kept"
        assert "proxy-authorization" not in asked.headers


@pytest.mark.parametrize(
    "request_text",
    [
        get("http://127.0.0.1:9/"),
        get("http://169.254.169.254/latest/meta-data/"),
        get("http://localhost/"),
        get("http://[::1]/"),
        get("http://user:word@93.184.216.34/"),
        get("ftp://93.184.216.34/"),
        connect("127.0.0.1:443"),
        connect("10.0.0.1:443"),
        connect("metadata.google.internal:443"),
        connect("93.184.216.34:22"),
        connect("[::ffff:127.0.0.1]:443"),
        connect("no authority"),
    ],
)
async def test_an_address_that_the_rules_refuse_is_refused_and_noted(request_text: str) -> None:
    with running_site() as site:
        async with proxy_before(site) as proxy:
            answer = await say(proxy, request_text)
            assert "200" not in answer.split("\r\n", 1)[0]
            if answer.startswith("HTTP/1.1 403"):
                assert len(proxy.refused) == 1
        assert site.asked == []


async def test_who_does_not_know_the_password_gets_nothing() -> None:
    with running_site() as site:
        url = site.put("/", "secret")
        async with proxy_before(site) as proxy:
            assert (await say(proxy, get(url), password="guessed")).startswith("HTTP/1.1 407")
        assert site.asked == []


async def test_what_exceeds_the_cap_is_cut_off() -> None:
    with running_site() as site:
        url = site.put("/large", "x" * 400_000)
        async with proxy_before(site, max_bytes=100_000) as proxy:
            answer = await say(proxy, get(url))
            assert len(answer) < 200_000
            assert (await say(proxy, get(url))).count("x") < 1_000  # nothing comes through from then on


@pytest.mark.parametrize("nonsense", ["\x00\x01\x02", "GET\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "A" * 200_000])
async def test_nonsense_ends_the_connection_and_nothing_else(nonsense: str) -> None:
    with running_site() as site:
        url = site.put("/", "hello")
        async with proxy_before(site) as proxy:
            parts = urlsplit(proxy.url)
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            with suppress(ConnectionError):  # cut off before we said it all
                writer.write(nonsense.encode())
                writer.write_eof()
                await asyncio.wait_for(reader.read(), 10)
            writer.close()
            assert (await say(proxy, get(url))).endswith("hello")


async def test_a_server_that_is_not_there_is_a_bad_gateway() -> None:
    with running_site() as site:
        gone = site.origin
    settings = Settings(_env_file=None, allowed_origins=(gone,))
    gateway = Gateway(settings, clock=FixedClock(NOW))
    async with checked_proxy(gateway, password="fresh", max_bytes=1_000, connect_timeout_s=2.0) as proxy:
        assert (await say(proxy, get(f"{gone}/"))).startswith("HTTP/1.1 502")
    await gateway.aclose()
