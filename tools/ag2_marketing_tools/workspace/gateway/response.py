"""What a fetch brings back."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from email.message import Message

import httpx

from ag2_marketing_tools.workspace.gateway.tls import TlsSession


@dataclass(frozen=True)
class Hop:
    """One redirect: the address that answered, its status, where it pointed, and all headers of the answer."""

    url: str
    status: int
    location: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Answer:
    """One server's answer to one request, its body decoded."""

    status: int
    headers: httpx.Headers
    content: bytes
    wire_bytes: int
    time_to_first_byte_ms: float
    http_version: str
    address: str | None
    tls: TlsSession | None = None


@dataclass(frozen=True)
class Response:
    """The answer to a fetch, after its redirects.

    Attributes:
        requested_url: The URL that was asked for.
        url: The URL that answered, after the redirects.
        status: The HTTP status; 4xx and 5xx are answers too.
        headers: The answer's headers.
        content: The body, decoded from gzip.
        wire_bytes: The body's size as it was transferred.
        redirects: What was followed on the way.
        time_to_first_byte_ms: From sending the last request (look-up, connection and TLS included) to its
            headers.
        total_ms: From the first request to the last byte; redirects, retries and back-off are in it, queueing
            for our own rate limits is not.
        http_version: As in `HTTP/1.1`.
        address: The address that was connected to.
        tls: What the last connection agreed on; None for plain http.
        from_cache: Whether an earlier answer was reused; its timings are then the earlier ones.
    """

    requested_url: str
    url: str
    status: int
    headers: httpx.Headers
    content: bytes = field(repr=False)
    wire_bytes: int
    redirects: tuple[Hop, ...]
    time_to_first_byte_ms: float
    total_ms: float
    http_version: str
    address: str | None
    tls: TlsSession | None = None
    from_cache: bool = False

    @property
    def media_type(self) -> str | None:
        """The media type in lower case without parameters, as in `text/html`, or None."""
        return media_type(self.headers)

    @property
    def charset(self) -> str | None:
        """The charset that the `Content-Type` header names, where Python knows it."""
        parsed = Message()
        parsed["content-type"] = self.headers.get("content-type", "")
        name = parsed.get_content_charset()
        try:
            return codecs.lookup(name).name if name else None
        except (LookupError, ValueError):
            return None

    def text(self) -> str:
        """Return the body as text, by the header's charset, else UTF-8; the undecodable becomes U+FFFD."""
        return self.content.decode(self.charset or "utf-8-sig", errors="replace")


def media_type(headers: httpx.Headers) -> str | None:
    """Return the media type in lower case without parameters, or None."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() or None


def is_accepted(media: str | None, accept: str) -> bool:
    """Whether a media type is within an `Accept` header's ranges; an answer that names none is."""
    if media is None:
        return True
    ranges = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    return any(
        wanted in ("*/*", media) or (wanted.endswith("/*") and media.startswith(wanted[:-1]))
        for wanted in ranges
    )
