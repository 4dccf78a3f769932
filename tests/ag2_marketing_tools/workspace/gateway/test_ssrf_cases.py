"""Every case of the shared list of hostile and harmless addresses, through the whole gateway."""

from __future__ import annotations

import asyncio
import json
import os
import zlib
from pathlib import Path

import pytest

from ag2_marketing_tools.errors import AddressRefused, FetchFailed
from ag2_marketing_tools.workspace.gateway import gunzip

PUBLIC = "93.184.216.34"
DATA = Path(
    os.environ.get("AG2_MARKETING_SHARED_DATA", Path(__file__).resolve().parents[5] / "shared" / "data")
)
FILE = DATA / "ssrf_cases.json"
CASES = json.loads(FILE.read_bytes()) if FILE.is_file() else []
BY_URL = {case["url"]: case for case in CASES}


def of(*expected: str) -> list:
    """The cases of a kind; when the list is absent, one that says so."""
    cases = [
        pytest.param(case, id=f"{case['why']} {case['url']}") for case in CASES if case["expect"] in expected
    ]
    return cases or [
        pytest.param({}, marks=pytest.mark.skip("the shared list of addresses is not beside this checkout"))
    ]


@pytest.fixture
def gateway(outside, serve_page, serve_redirect):
    """A gateway to a web that holds every page of the list."""
    on = outside.web.on
    on("*", serve_page())
    on("/to-loopback", serve_redirect("http://127.0.0.1/"))
    on("/to-file", serve_redirect("file:///etc/passwd"))
    on("/downgrade", serve_redirect("http://redirect.test/"))
    refresh = b'<meta http-equiv=refresh content="0;url=http://127.0.0.1/">'
    on("/refresh", serve_page(refresh))
    on("/gzip", serve_page(gzip_of_zeros(10_000), headers=["Content-Encoding: gzip"]))
    on("/br", serve_page(b"\x8b" * 900, headers=["Content-Encoding: br"]))
    on("/zstd", serve_page(b"\x28\xb5\x2f\xfd\xc0\xff" + b"\xff" * 900, headers=["Content-Encoding: zstd"]))
    on("/gzip-x5", serve_page(b"\x1f\x8b" * 9, headers=["Content-Encoding: gzip, gzip, gzip, gzip, gzip"]))
    on("/drip", drip)
    on("/nolength", endless)
    on("/headers", large_headers)
    on("/pdf", serve_page(b"%PDF-1.7", content_type="application/pdf"))
    on("/xhtml-xxe", serve_page(XXE, content_type="application/xhtml+xml"))
    on("/sitemap.xml.gz", serve_page(gzip_of_zeros(100), content_type="application/gzip"))
    for case in CASES:
        if "dns" in case:
            steps = [answer for answer in case["dns"] if not answer.startswith("then:")]
            later = [answer.removeprefix("then:") for answer in case["dns"] if answer.startswith("then:")]
            host = case["url"].split("/")[2].split(":")[0].encode("idna").decode()
            outside.names.set(host, steps, *([later] if later else []))
    return outside.make(fetch_deadline_s=1.0, fetch_max_attempts=1)


XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><html>&e;</html>'


def gzip_of_zeros(megabytes: int) -> bytes:
    """A gzip stream of so many million zeros: one flushed block, repeated (its checksum is never reached)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packer.compress(bytes(1_000_000))
    packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * megabytes


async def drip(request, writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n")
    for _ in range(100):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.2)


async def endless(request, writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + bytes(65_536) + b"\r\n")
        await writer.drain()


async def large_headers(request, writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")
    for number in range(1000):
        writer.write(b"X-%d: %s\r\n" % (number, b"y" * 1000))
    writer.write(b"\r\n")
    await writer.drain()


SERVED = {"http://redirect.test/refresh", "http://rebind.test/", "http://type.test/sitemap.xml.gz"}
KINDS = {
    "http://bomb.test/gzip": "too_large",
    "http://bomb.test/br": "encoding",
    "http://bomb.test/zstd": "encoding",
    "http://bomb.test/gzip-x5": "encoding",
    "http://slow.test/drip": "timeout",
    "http://big.test/nolength": "too_large",
    "http://big.test/headers": "too_large",
}


@pytest.mark.parametrize("case", of("block"))
async def test_a_hostile_address_is_never_connected_to(case, gateway, outside):
    url = case["url"]
    if url in SERVED:
        await gateway.fetch(url)
    elif url in KINDS:
        with pytest.raises(FetchFailed) as failure:
            await gateway.fetch(url)
        assert failure.value.kind == KINDS[url]
    else:
        with pytest.raises(AddressRefused):
            await gateway.fetch(url)
    assert set(outside.connector.connected) <= {PUBLIC}
    assert len(outside.connector.connected) <= 1


@pytest.mark.parametrize("case", of("allow", "allow-if-listed"))
async def test_a_public_address_is_fetched(case, gateway, outside):
    response = await gateway.fetch(case["url"])
    assert response.status == 200
    assert response.content == b"<h1>hello</h1>"
    assert len(outside.connector.connected) == 1


@pytest.mark.parametrize("case", of("allow-if-listed"))
async def test_a_port_that_is_not_listed_is_refused(case, gateway, outside):
    with pytest.raises(AddressRefused, match="port 8443"):
        await outside.make(allowed_ports=(80, 443)).fetch(case["url"])
    assert outside.connector.connected == []


@pytest.mark.parametrize("case", of("warn"))
async def test_a_step_down_from_https_is_refused_and_said(case, gateway, outside):
    with pytest.raises(AddressRefused, match="redirects from https to http"):
        await gateway.fetch(case["url"])
    assert outside.connector.connected == [PUBLIC]


@pytest.mark.parametrize("case", of("skip"))
async def test_another_media_type_is_not_read(case, gateway):
    with pytest.raises(FetchFailed, match="application/pdf") as failure:
        await gateway.fetch(case["url"], accept=("text/html", "application/xhtml+xml"))
    assert failure.value.kind == "content_type"


@pytest.mark.parametrize("case", of("parse-safely"))
async def test_entities_are_left_as_they_are(case, gateway):
    response = await gateway.fetch(case["url"])
    assert response.content == XXE
    assert response.media_type == "application/xhtml+xml"


async def test_a_name_that_changes_its_address_is_judged_at_every_connection(gateway, outside):
    outside.names.set("rebind.test", [PUBLIC], ["127.0.0.1"])
    await gateway.fetch("http://rebind.test/", cached=False)
    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1"):
        await gateway.fetch("http://rebind.test/", cached=False)
    assert outside.connector.connected == [PUBLIC]
    assert outside.names.asked == ["rebind.test", "rebind.test"]


async def test_a_refresh_in_a_page_is_not_followed(gateway, outside):
    response = await gateway.fetch("http://redirect.test/refresh")
    assert response.redirects == ()
    assert outside.connector.connected == [PUBLIC]


async def test_a_packed_sitemap_that_is_a_bomb_is_cut_at_the_cap(gateway):
    packed = (await gateway.fetch("http://type.test/sitemap.xml.gz")).content
    assert len(packed) < 200_000
    with pytest.raises(FetchFailed) as failure:
        gunzip(packed, max_bytes=5_000_000)
    assert failure.value.kind == "too_large"
