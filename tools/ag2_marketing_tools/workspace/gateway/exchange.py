"""One request to one server: the place in the queue, the connection, the caps on what comes back."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from weakref import WeakValueDictionary

import httpx

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.workspace.clock import Clock
from ag2_marketing_tools.workspace.gateway.body import read_body, too_large
from ag2_marketing_tools.workspace.gateway.call import Call
from ag2_marketing_tools.workspace.gateway.deadline import Deadline
from ag2_marketing_tools.workspace.gateway.failures import fetch_failure, headers_too_large
from ag2_marketing_tools.workspace.gateway.response import Answer, is_accepted, media_type
from ag2_marketing_tools.workspace.gateway.services import Service, Services
from ag2_marketing_tools.workspace.gateway.tls import agreed
from ag2_marketing_tools.workspace.gateway.transport import CheckedBackend, PinnedTransport, new_transport
from ag2_marketing_tools.workspace.settings import Settings

_logger = logging.getLogger(__name__)


class Exchange:
    """Sends requests, at most so many at once to a host, over connections that it keeps open for a while."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock,
        services: Services,
        backend: Callable[[str], CheckedBackend],
        tls: ssl.SSLContext | None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._services = services
        self._backend = backend
        self._tls = tls
        self._transports: dict[tuple[str, bool], PinnedTransport] = {}
        self._slots: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def aclose(self) -> None:
        """Close the connections."""
        transports, self._transports = list(self._transports.values()), {}
        for transport in transports:
            await transport.aclose()

    async def send(self, call: Call, service: Service, deadline: Deadline) -> Answer:
        """Send the request once, when the limits of the service and of the host allow it.

        Raises:
            AddressRefused: The host's address is not allowed.
            FetchFailed: There was no usable answer.
            RateLimited: The wait for the service's limit would be too long.
        """
        async with self._place(call, service, deadline):
            timeout = httpx.Timeout(None, connect=self._settings.fetch_connect_timeout_s)
            request = httpx.Request(
                call.method,
                call.target.url,
                headers=call.headers,
                content=call.content,
                extensions={"timeout": timeout.as_dict()},
            )
            transport = self._transport(call.target.scheme, call.check_certificate)
            started_s = self._clock.monotonic_s()
            try:
                async with aclosing(await transport.handle_async_request(request)) as answer:
                    waited_s = self._clock.monotonic_s() - started_s
                    _logger.debug("%s %s: %s", call.method, call.target.url, answer.status_code)
                    return await self._read(call, answer, time_to_first_byte_ms=waited_s * 1000)
            except (httpx.HTTPError, OSError) as error:
                raise fetch_failure(error, call.target) from None

    async def _read(self, call: Call, answer: httpx.Response, *, time_to_first_byte_ms: float) -> Answer:
        header_bytes = sum(len(name) + len(value) + len(": \r\n") for name, value in answer.headers.raw)
        if header_bytes > self._settings.fetch_max_header_bytes:
            raise headers_too_large(call.target)
        stream = answer.extensions.get("network_stream")
        peer = stream.get_extra_info("server_addr") if stream else None  # gone once the connection is closed
        tls = agreed(stream, checked=call.check_certificate)
        content, wire_bytes = b"", 0
        if call.wants_body(answer.status_code, answer.headers):
            content, wire_bytes = await _body(call, answer)
        return Answer(
            status=answer.status_code,
            headers=answer.headers,
            content=content,
            wire_bytes=wire_bytes,
            time_to_first_byte_ms=time_to_first_byte_ms,
            http_version=answer.http_version,
            address=str(peer[0]) if peer else None,
            tls=tls,
        )

    @asynccontextmanager
    async def _place(self, call: Call, service: Service, deadline: Deadline) -> AsyncIterator[None]:
        """Queue for the service's limit, for a connection to the host, and for the pause between two."""
        host = call.target.host
        slots = self._slots.get(host)
        if slots is None:
            slots = self._slots[host] = asyncio.Semaphore(self._settings.host_max_connections)
        with deadline.paused():
            if service.limiter:
                await service.limiter.acquire(max_wait_s=self._settings.rate_limit_max_wait_s)
            await slots.acquire()
        try:
            pace = self._services.pace(host, self._settings.host_min_interval_s)
            if pace:
                with deadline.paused():
                    await pace.acquire()
            yield
        finally:
            slots.release()

    def _transport(self, scheme: str, check_certificate: bool) -> PinnedTransport:  # noqa: FBT001 (a key)
        key = scheme, check_certificate
        if key not in self._transports:
            self._transports[key] = new_transport(
                scheme, self._backend(scheme), self._tls, check_certificate=check_certificate
            )
        return self._transports[key]


async def _body(call: Call, answer: httpx.Response) -> tuple[bytes, int]:
    headers, url = answer.headers, call.target.url
    if answer.is_success and call.accept and not is_accepted(media_type(headers), call.accept):
        raise FetchFailed(
            f"{url} is of type {media_type(headers)!r}, where {call.accept} was asked for.",
            kind="content_type",
            status=answer.status_code,
            media_type=media_type(headers),
            remedy="Nothing of it was read; fetch it without asking for a type if it is meant.",
        )
    try:
        announced = headers.get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced[:20]) > call.max_bytes:
            raise too_large(call.max_bytes)
        return await read_body(
            answer.aiter_raw(), encoding=headers.get("content-encoding", ""), max_bytes=call.max_bytes
        )
    except FetchFailed as failure:
        raise FetchFailed(
            say("The body of {url} cannot be used. {why}", url=url, why=failure.message),
            kind=failure.kind,
            status=answer.status_code,
            remedy=failure.remedy,
        ) from None
