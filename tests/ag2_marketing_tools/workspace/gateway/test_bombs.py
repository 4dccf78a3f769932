"""Answers that unfold a thousandfold add little memory; measured in a process of its own."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import sys
import zlib

import pytest

LIMIT_BYTES = 100_000_000

# 809 bytes of brotli that decode to 1 GiB of zeros, as zlib packs them.
BROTLI_1_GIB = zlib.decompress(
    base64.b64decode(
        "eNo7//9/PYMKw6ONDkXv///8/5+/gcVBRqzh3V/7////M05g6DjMdGHv/+f//9szCDEURjDs+v7/z///7A5MCnzcDt"
        "//zQeqYvBgOJLI+OLe/8///8szcDZY6DDc/V3/7/9/ZgVGgXbWBdX/z0Mt2cBQMmrJqCVD0RJ7APFnrt4="
    )
)

PROBE = """
import asyncio, json, sys
from pathlib import Path
from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.workspace.clock import SystemClock
from ag2_marketing_tools.workspace.gateway import Gateway, gunzip
from ag2_marketing_tools.workspace.settings import Settings

def peak_bytes():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):  # of this program alone; getrusage would count the parent's, too
            return int(line.split()[1]) * 1024

async def main(origin, max_bytes, paths):
    settings = Settings(_env_file=None, allowed_origins=(origin,), fetch_max_attempts=1)
    gateway = Gateway(settings, clock=SystemClock())
    await gateway.fetch(origin + "/plain")
    before, ends = peak_bytes(), {}
    for path in paths:
        try:
            response = await gateway.fetch(origin + path, max_bytes=max_bytes)
            ends[path] = gunzip(response.content, max_bytes=5_000_000) and "read"
        except FetchFailed as failure:
            ends[path] = failure.kind
    await gateway.aclose()
    print(json.dumps({"grown": peak_bytes() - before, "ends": ends}))

asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
"""


def endless_gzip(head: bytes = b"\x1f\x8b\x08\0\0\0\0\0\0\xff") -> bytes:
    """1 MB of gzip that unfolds to 1 GB: one block of ten million zeros, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packer.compress(bytes(10_000_000))
    packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(10_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * 100


async def announce_much(request, writer) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\nx")


async def measure(origin: str, max_bytes: int, *paths: str) -> dict:
    """Fetch the pages in a process of its own; return how each ended and how much memory that took."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROBE, origin, str(max_bytes), *paths, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    measured: dict = json.loads(output)
    return measured


on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="the peak of a process's memory is read from /proc"
)


@on_linux
async def test_no_bomb_adds_100_mb(outside, serve_page):
    bomb = endless_gzip()
    assert 900_000 < len(bomb) < 1_500_000
    members = gzip.compress(bytes(10_000_000)) * 100
    stacked = bomb
    for _ in range(4):
        stacked = gzip.compress(stacked)
    pages = {
        "/plain": serve_page(),
        "/gzip": serve_page(bomb, headers=["Content-Encoding: gzip"]),
        "/members": serve_page(members, headers=["Content-Encoding: gzip"]),
        "/brotli": serve_page(BROTLI_1_GIB, headers=["Content-Encoding: br"]),
        "/zstd": serve_page(b"\x28\xb5\x2f\xfd\xe0" + b"\xff" * 8, headers=["Content-Encoding: zstd"]),
        "/gzip-gzip": serve_page(gzip.compress(bomb), headers=["Content-Encoding: gzip, gzip"]),
        "/two-lines": serve_page(
            gzip.compress(bomb), headers=["Content-Encoding: gzip", "Content-Encoding: gzip"]
        ),
        "/gzip-x5": serve_page(stacked, headers=["Content-Encoding: gzip, gzip, gzip, gzip, gzip"]),
        "/deflate": serve_page(endless_gzip(b"")[:500_000], headers=["Content-Encoding: deflate"]),
        "/once-in-gzip": serve_page(stacked, headers=["Content-Encoding: gzip"]),
        "/sitemap.xml.gz": serve_page(bomb, content_type="application/gzip"),
        "/large": serve_page(bytes(50_000_000)),
        "/lies": announce_much,
    }
    for path, handler in pages.items():
        outside.web.on(path, handler)
    measured = await measure(outside.web.origin, 5_000_000, *list(pages)[1:])
    assert measured["ends"] == {
        "/gzip": "too_large",
        "/members": "too_large",
        "/brotli": "encoding",
        "/zstd": "encoding",
        "/gzip-gzip": "encoding",
        "/two-lines": "encoding",
        "/gzip-x5": "encoding",
        "/deflate": "encoding",
        "/once-in-gzip": "read",
        "/sitemap.xml.gz": "too_large",
        "/large": "too_large",
        "/lies": "too_large",
    }
    assert measured["grown"] < LIMIT_BYTES


@on_linux
async def test_the_measurement_sees_memory_that_is_used(outside, serve_page):
    outside.web.on("/plain", serve_page())
    outside.web.on("/gzip", serve_page(endless_gzip(), headers=["Content-Encoding: gzip"]))
    measured = await measure(outside.web.origin, LIMIT_BYTES, "/gzip")
    assert measured["ends"] == {"/gzip": "too_large"}
    assert measured["grown"] > 0.9 * LIMIT_BYTES
