"""Bodies of requests: read whole, but never more than the limit, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from ag2_marketing.server.web.problems import Problem

JSON: Collection[str] = ("application/json", "text/plain")
"""Media types of events: `text/plain` is what `sendBeacon` and a bare `fetch` send without asking first."""

FORM: Collection[str] = ("application/x-www-form-urlencoded",)
_MAX_FORM_BYTES = 10_000
_MAX_FORM_FIELDS = 20


async def read_body(
    request: Request, *, media_types: Collection[str], max_bytes: int, timeout_s: float
) -> bytes:
    """Return a request's body.

    Raises:
        Problem: Its media type, its coding or its size will not do (415, 413), or it takes too long (408).
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in media_types:
        raise Problem(415, "media_type", f"The body has to be {' or '.join(media_types)}.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "media_type", "The body must not be compressed.")
    if int(request.headers.get("content-length", "0")) > max_bytes:  # the parser lets digits through only
        raise _too_large(max_bytes)
    try:
        async with asyncio.timeout(timeout_s):
            return await _received(request, max_bytes)
    except TimeoutError:
        raise Problem(408, "slow_client", "The body took too long.") from None
    except ClientDisconnect:
        raise Problem(400, "gone", "The client went away.") from None


async def _received(request: Request, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > max_bytes:
            raise _too_large(max_bytes)
        parts.append(part)
    return b"".join(parts)


def _too_large(max_bytes: int) -> Problem:
    return Problem(413, "too_large", f"The body is larger than {max_bytes} bytes.")


async def read_form(request: Request, *, timeout_s: float) -> dict[str, str]:
    """Return the fields of a form; of a field that was sent twice, the last.

    Raises:
        Problem: As `read_body`; or it is no form.
    """
    body = await read_body(request, media_types=FORM, max_bytes=_MAX_FORM_BYTES, timeout_s=timeout_s)
    try:
        fields = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=_MAX_FORM_FIELDS, errors="strict"
        )
    except ValueError:
        raise Problem(400, "malformed", "The form cannot be read.") from None
    return dict(fields)
