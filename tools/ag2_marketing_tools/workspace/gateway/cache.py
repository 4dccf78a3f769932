"""Answers that are reused within a workspace."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from cachetools import TTLCache

from ag2_marketing_tools.workspace.clock import Clock
from ag2_marketing_tools.workspace.gateway.call import Call
from ag2_marketing_tools.workspace.gateway.response import Response


class ResponseCache:
    """Answers with status 200 to GET requests without credentials, for a while.

    The key holds every header that was sent, so that what an answer may vary on is in it.
    """

    def __init__(self, *, keep_s: float, max_bytes: int, clock: Clock) -> None:
        self._max_bytes = max_bytes
        self._entries: TTLCache[Hashable, Response] = TTLCache(
            max_bytes, keep_s, timer=clock.monotonic_s, getsizeof=_size_bytes
        )

    def get(self, key: Hashable) -> Response | None:
        """Return an earlier answer, marked as such."""
        response = self._entries.get(key)
        return replace(response, from_cache=True) if response else None

    def put(self, key: Hashable, response: Response) -> None:
        """Keep an answer, unless it forbids it (RFC 9111, 2022) or is larger than the whole cache."""
        control = {part.partition("=")[0].strip().lower() for part in _list(response, "cache-control")}
        if response.status != 200 or control & {"no-store", "no-cache"} or "*" in _list(response, "vary"):
            return
        if _size_bytes(response) <= self._max_bytes:
            self._entries[key] = response


def cache_key(call: Call) -> Hashable:
    """Return what two calls must share for one answer to serve both."""
    headers = tuple(sorted(call.headers.items()))
    return (call.target.url, headers, call.accept, call.max_bytes, call.service, call.follow_redirects)


def _size_bytes(response: Response) -> int:
    return 1024 + len(response.content)


def _list(response: Response, header: str) -> list[str]:
    return [part.strip() for part in response.headers.get(header, "").split(",")]
