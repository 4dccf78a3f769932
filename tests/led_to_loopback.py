"""Connections to public hosts that are led to servers on loopback; the checks before that are real."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import httpcore

Route = Callable[[str, int], int | None]
"""Takes the host and the port that are meant; returns the port on loopback, or None where nothing is changed."""


class RoutedToLoopback(httpcore.AsyncNetworkBackend):
    """Connects to loopback where a route says so."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._real = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        led = self._route(host, port)
        if led is not None:
            host, port = "127.0.0.1", led
        return await self._real.connect_tcp(host, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._real.sleep(seconds)
