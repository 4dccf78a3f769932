"""One request, ready to be sent."""

from __future__ import annotations

import json as json_text
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace.gateway.addresses import Target

METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token (RFC 9110, section 5.6.2, 2022)."""
_GATEWAYS_OWN: Final = frozenset(
    {
        "host",
        "connection",
        "content-length",
        "transfer-encoding",
        "accept-encoding",
        "te",
        "upgrade",
        "expect",
    }
)


@dataclass(frozen=True)
class Call:
    """One request: what `fetch` was asked for, ready to be sent."""

    method: str
    target: Target
    headers: httpx.Headers
    content: bytes | None
    accept: str
    max_bytes: int
    service: str
    follow_redirects: bool
    max_attempts: int
    check_certificate: bool = True

    def follows(self, status: int, headers: httpx.Headers) -> bool:
        """Whether an answer is a redirect that is to be followed."""
        return self.follow_redirects and status in REDIRECTS and "location" in headers

    def wants_body(self, status: int, headers: httpx.Headers) -> bool:
        """Whether an answer has a body that is to be read."""
        return self.method != "HEAD" and status not in (204, 304) and not self.follows(status, headers)


def prepared(
    target: Target,
    *,
    method: str,
    headers: Mapping[str, str] | None,
    content: bytes | str | None,
    json: Any,
    accept: str | Sequence[str] | None,
    user_agent: str,
    max_bytes: int,
    service: str,
    follow_redirects: bool,
    max_attempts: int,
    check_certificate: bool = True,
) -> Call:
    """Check what `fetch` was given and return the first request.

    Raises:
        InvalidInput: An unknown method, a header that is the gateway's own or holds a line break, or two
        bodies.
    """
    if method.upper() not in METHODS:
        raise InvalidInput(f"{method!r} is not a method.", remedy=f"Use one of {', '.join(sorted(METHODS))}.")
    accepted = accept if isinstance(accept, str) else ", ".join(accept or ())
    own = {"user-agent": user_agent, "accept": accepted or "*/*", "accept-encoding": "gzip"}
    sent = httpx.Headers(own)
    sent.update(_checked_headers(headers or {}))
    body = content.encode() if isinstance(content, str) else content
    if json is not None:
        if body is not None:
            raise InvalidInput("content and json are both given.", remedy="Give one body.")
        try:
            body = json_text.dumps(json, ensure_ascii=False, allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise InvalidInput(f"The body cannot be written as JSON ({error}).") from None
        sent.setdefault("content-type", "application/json")
    return Call(
        method.upper(),
        target,
        sent,
        body,
        accepted,
        max_bytes,
        service=service,
        follow_redirects=follow_redirects,
        max_attempts=max_attempts,
        check_certificate=check_certificate,
    )


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if name.lower() in _GATEWAYS_OWN or name.lower().startswith("proxy-"):
            raise InvalidInput(f"The header {name!r} is the gateway's own.", remedy="Leave it out.")
        if not (_HEADER_NAME.fullmatch(name) and value.isascii() and value.isprintable()):
            raise InvalidInput(
                f"The header {name!r} is not valid.", remedy="Use printable ASCII names and values."
            )
    return dict(headers)
