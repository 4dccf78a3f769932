"""Which sites' pages may speak to the tracking routes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from starlette.requests import Request

from ag2_marketing.server.web.problems import Problem

ANY = "*"
_PREFLIGHT_S = 7_200  # the most that Chromium heeds


def cross_origin_options(allowed: Collection[str]) -> dict[str, Any]:
    """Return CORSMiddleware's options: the allowed origins may read the answers, cookies are no part of it."""
    return {
        "allow_origins": tuple(allowed),
        "allow_methods": ("POST",),
        "allow_headers": ("content-type", "x-write-key"),
        "expose_headers": ("retry-after",),
        "max_age": _PREFLIGHT_S,
    }


def check_origin(request: Request, allowed: Collection[str]) -> None:
    """Refuse what another site's page sent; programs, which name no origin, are let through.

    CORS alone only keeps such a page from reading the answer.

    Raises:
        Problem: The origin is neither the server's own nor allowed (403).
    """
    origin = request.headers.get("origin")
    if origin is None or ANY in allowed or origin in allowed or origin == own_origin(request):
        return
    raise Problem(403, "origin", "Pages of this origin may not send events.")


def own_origin(request: Request) -> str:
    """Return the origin under which the server was asked."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}"
