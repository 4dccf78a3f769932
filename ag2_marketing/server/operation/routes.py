"""`/health` and `/metrics`."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ag2_marketing.server.access.identity import reader
from ag2_marketing.server.operation.figures import CONTENT_TYPE
from ag2_marketing.server.services import Services, services_of
from ag2_marketing_tools.errors import MarketingError

_DATABASE_TIMEOUT_S = 2.0
_STUCK_AFTER_S = 30.0
"""A writer that has not answered for so long is not waiting for a disk any more."""


async def health(request: Request) -> Response:
    """Tell whether events can be taken: 200, or 503 with what is wrong."""
    services = services_of(request)
    writer = services.writer
    parts = {
        "database": "ok" if await _database_answers(services) else "not reachable",
        "writer": "ok" if writer.is_alive and writer.longest_wait_s < _STUCK_AFTER_S else "not writing",
    }
    is_well = set(parts.values()) == {"ok"}
    return JSONResponse({"status": "ok" if is_well else "error", **parts}, 200 if is_well else 503)


async def _database_answers(services: Services) -> bool:
    try:
        async with asyncio.timeout(_DATABASE_TIMEOUT_S), services.ws.store.read() as connection:
            return bool(await connection.scalar(text("SELECT 1")))
    except (MarketingError, TimeoutError):
        return False


async def metrics(request: Request) -> Response:
    """Return the figures to this machine; to others, with a token."""
    if not _is_this_machine(request):
        await reader(request)
    return Response(services_of(request).figures.text(), media_type=CONTENT_TYPE)


def _is_this_machine(request: Request) -> bool:
    """Tell whether nobody but a program on this machine can be asking: no proxy has passed it on."""
    if request.headers.get("x-forwarded-for") or request.headers.get("forwarded"):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
