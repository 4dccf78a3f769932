"""Bodies are decoded piece by piece and never beyond their cap."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.workspace.gateway.body import Gunzip, content_codings, gunzip, read_body


async def chunks(data: bytes, size: int):
    for start in range(0, len(data), size):
        yield data[start : start + size]


@given(
    st.lists(st.binary(max_size=3000), min_size=1, max_size=4),
    st.integers(1, 700),
    st.sampled_from([b"", b"\0\0\0"]),
)
async def test_gzip_in_any_pieces_and_members_comes_out_whole(members, size, padding):
    packed = b"".join(map(gzip.compress, members)) + padding
    content, wire_bytes = await read_body(chunks(packed, size), encoding="gzip", max_bytes=20_000)
    assert content == b"".join(members)
    assert wire_bytes == len(packed)
    assert gunzip(packed, max_bytes=20_000) == content


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 131_072, 200_000, 1_000_000])
def test_a_size_around_the_piece_size_comes_out_whole(size):
    assert gunzip(gzip.compress(bytes(size)), max_bytes=size) == bytes(size)
    with pytest.raises(FetchFailed) as failure:
        gunzip(gzip.compress(bytes(size)), max_bytes=size - 1)
    assert failure.value.kind == "too_large"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"<html>", "is damaged"),
        (zlib.compress(b"x"), "is damaged"),
        (gzip.compress(b"hello")[:-1], "ends before its end"),
        (gzip.compress(b"hello")[:5], "ends before its end"),
        (gzip.compress(b"hello") + gzip.compress(b"again")[:-4], "ends before its end"),
        (gzip.compress(b"hello")[:-8] + bytes(8), "is damaged"),
        (gzip.compress(b"") * 2000, "more than 1024 members"),
    ],
)
def test_gzip_that_is_none_is_a_clear_error(data, said):
    with pytest.raises(FetchFailed, match=said) as failure:
        gunzip(data, max_bytes=1000)
    assert failure.value.kind == "encoding"


@pytest.mark.parametrize(
    "encoding",
    [
        "br",
        "zstd",
        "deflate",
        "compress",
        "gzip, gzip",
        "gzip,br",
        "GZIP , gzip",
        "gzip, identity, gzip",
        "x",
    ],
)
async def test_another_or_a_stacked_coding_is_refused_unread(encoding):
    read = []

    async def body():
        read.append(1)
        yield b""

    with pytest.raises(FetchFailed, match="only gzip was asked for") as failure:
        await read_body(body(), encoding=encoding, max_bytes=10)
    assert failure.value.kind == "encoding"
    assert not read


@pytest.mark.parametrize("encoding", ["", "identity", " , ", "Identity"])
async def test_no_coding_is_read_as_it_is(encoding):
    assert await read_body(chunks(b"hello", 2), encoding=encoding, max_bytes=5) == (b"hello", 5)
    with pytest.raises(FetchFailed) as failure:
        await read_body(chunks(b"hello!", 2), encoding=encoding, max_bytes=5)
    assert failure.value.kind == "too_large"


def test_the_codings_of_a_header():
    assert content_codings("GZIP, identity , br") == ["gzip", "br"]


def test_feeding_stops_at_the_cap():
    decoder = Gunzip(100_000)
    with pytest.raises(FetchFailed):
        decoder.feed(gzip.compress(bytes(10_000_000)))
    assert len(decoder._pieces) < 200_000
