"""The connection: looked up once, every answer judged, and made to an address that was judged."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import ip_address

import httpcore
import httpx

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.workspace.gateway.addresses import AddressRules
from ag2_marketing_tools.workspace.gateway.tls import unchecked_tls, usual_tls

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Looks a name up: (host, port) to its addresses. Raises OSError when there are none."""

_KEEPALIVE_S = 5.0


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """Look a name up as the operating system does."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in answers))


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections for httpcore, which still uses the URL's host for `Host`, SNI and certificate.

    The check stands here, in the step that connects, so that nothing can come between it and the connection:
    no second look-up, no other address.
    """

    def __init__(
        self, scheme: str, *, rules: AddressRules, resolver: Resolver, connector: httpcore.AsyncNetworkBackend
    ) -> None:
        self._scheme = scheme
        self._rules = rules
        self._resolver = resolver
        self._connector = connector

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers, after every address was found to be allowed."""
        addresses = await self._addresses(host, port)
        self._rules.check_answers((self._scheme, host, port), addresses)
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                return await self._connector.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: nothing here speaks to local sockets."""
        raise httpcore.UnsupportedProtocol("local sockets are not fetched from")

    async def sleep(self, seconds: float) -> None:
        """Wait; httpcore would ask for it between retries of its own, which are off."""
        await self._connector.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            return [str(ip_address(host))]
        except ValueError:
            pass
        try:
            addresses = await self._resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise _not_found(host, str(error)) from None
        if not addresses:
            raise _not_found(host, "no addresses")
        return addresses


class PinnedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over a pool whose connections are checked.

    It is used without httpx's client, which would keep cookies, log whole URLs and read a redirect's location
    with rules of its own. Proxies and other network settings of the environment do not exist for it.
    """

    def __init__(self, backend: CheckedBackend, *, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls, trust_env=False)
        # httpx has no parameter for the network backend. (A subclass and not a transport from scratch: what
        # records and replays HTTP for tests hooks into httpx's class.)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls, keepalive_expiry=_KEEPALIVE_S, network_backend=backend
        )


def new_transport(
    scheme: str, backend: CheckedBackend, tls: ssl.SSLContext | None, *, check_certificate: bool = True
) -> PinnedTransport:
    """Return the transport of a scheme; plain http does not pay the 10 ms that loading certificates takes."""
    if not check_certificate:
        tls = unchecked_tls()
    elif tls is None:
        tls = usual_tls() if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return PinnedTransport(backend, tls=tls)


def _not_found(host: str, why: str) -> FetchFailed:
    return FetchFailed(
        f"The host {host!r} was not found ({why}).",
        kind="dns",
        remedy="Check the spelling, and that this machine can look names up.",
    )
