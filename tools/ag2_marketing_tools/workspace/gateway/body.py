"""Reading a body without letting it grow: raw bytes in, at most so many decoded bytes out.

A cap on what an HTTP library yields is no cap: 809 bytes of brotli decode to 1 GB in its first chunk. Here
the gateway asks for gzip alone and inflates it in pieces of 64 KiB, stopping at the cap.
"""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterable, Iterator
from typing import Final

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.messages import say

PIECE_BYTES: Final = 65_536
_GZIP_ONLY: Final = 16 + zlib.MAX_WBITS
_GZIP_MAGIC: Final = b"\x1f\x8b"
_MAX_MEMBERS: Final = 1024
"""No honest page has more; a quarter of a million empty ones would keep the event loop busy for seconds."""


class Gunzip:
    """Incremental gzip, several members included (RFC 1952, 1996)."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._member = zlib.decompressobj(_GZIP_ONLY)
        self._pieces = bytearray()
        self._fed = False
        self._members = 1
        self._trailing: bytes | None = None
        """What follows the last complete member: the next one's beginning, or padding."""

    def feed(self, data: bytes) -> None:
        """Take more compressed bytes.

        Raises:
            FetchFailed: The data is not gzip (`encoding`) or grows too large (`too_large`).
        """
        self._fed = self._fed or bool(data)
        while data:
            if self._trailing is not None:
                data = self._trailing + data
                if len(data) < len(_GZIP_MAGIC) or not data.startswith(_GZIP_MAGIC):
                    self._trailing = data[: len(_GZIP_MAGIC)]  # padding is ignored, as gzip itself does
                    return
                self._next_member()
            data = self._inflate(data)

    def _next_member(self) -> None:
        self._members += 1
        if self._members > _MAX_MEMBERS:
            raise FetchFailed(f"The gzip data has more than {_MAX_MEMBERS} members.", kind="encoding")
        self._member, self._trailing = zlib.decompressobj(_GZIP_ONLY), None

    def _inflate(self, data: bytes) -> bytes:
        try:
            self._pieces += self._member.decompress(data, PIECE_BYTES)
        except zlib.error as error:
            raise FetchFailed(f"The gzip data is damaged ({error}).", kind="encoding") from None
        if len(self._pieces) > self._max_bytes:
            raise too_large(self._max_bytes)
        if self._member.eof:
            self._trailing = b""
            return self._member.unused_data
        return self._member.unconsumed_tail

    def finish(self) -> bytes:
        """Return what was decoded.

        Raises:
            FetchFailed: The data is empty or ends before its end (`encoding`), or is too large.
        """
        # A piece that came out full may have left decoded bytes behind in zlib although its input is used up.
        while not self._member.eof:
            size = len(self._pieces)
            self._inflate(b"")
            if len(self._pieces) == size:
                break
        if not self._member.eof:
            what = "ends before its end" if self._fed else "is empty"
            raise FetchFailed(f"The gzip data {what}.", kind="encoding")
        return bytes(self._pieces)


def gunzip(data: bytes, *, max_bytes: int) -> bytes:
    """Decompress gzip data (a `sitemap.xml.gz`, say) to at most `max_bytes`.

    Raises:
        FetchFailed: The data is not gzip (`encoding`) or decompresses to more than `max_bytes` (`too_large`).
    """
    decoder = Gunzip(max_bytes)
    for piece in _pieces(data):
        decoder.feed(piece)
    return decoder.finish()


def content_codings(header: str) -> list[str]:
    """Return the codings of a `Content-Encoding` header, `identity` left out."""
    codings = [part.strip().lower() for part in header.split(",")]
    return [coding for coding in codings if coding not in ("", "identity")]


async def read_body(chunks: AsyncIterable[bytes], *, encoding: str, max_bytes: int) -> tuple[bytes, int]:
    """Return the decoded body and the number of bytes that came over the wire.

    Args:
        chunks: The body as it was transferred, undecoded.
        encoding: The `Content-Encoding` header; gzip once or nothing.
        max_bytes: The cap, on the wire and after decompression.

    Raises:
        FetchFailed: `encoding` for another or a stacked coding and for damaged gzip, `too_large` at the cap.
    """
    codings = content_codings(encoding)
    if codings not in ([], ["gzip"], ["x-gzip"]):
        raise FetchFailed(
            say("It is encoded as {encoding!r}, where only gzip was asked for.", encoding=encoding),
            kind="encoding",
            remedy=say("Nothing was decoded; the server must answer with gzip or uncompressed."),
        )
    decoder = Gunzip(max_bytes) if codings else None
    plain, wire_bytes = bytearray(), 0
    async for chunk in chunks:
        wire_bytes += len(chunk)
        if wire_bytes > max_bytes:
            raise too_large(max_bytes)
        if decoder is None:
            plain += chunk
        else:
            decoder.feed(chunk)
    return (bytes(plain) if decoder is None else decoder.finish()), wire_bytes


def too_large(max_bytes: int) -> FetchFailed:
    """Return the error for a body over the cap."""
    return FetchFailed(
        say("It is larger than {most} bytes.", most=max_bytes),
        kind="too_large",
        remedy=say("Raise fetch_max_bytes if such an answer is meant to be read."),
    )


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), PIECE_BYTES):
        yield data[start : start + PIECE_BYTES]
