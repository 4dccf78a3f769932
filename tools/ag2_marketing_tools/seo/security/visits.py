"""The visits that the Observatory makes, with as few requests as possible.

The audit has made one of the two visits already, and where the other leads to the same page, its answers are
known from there on. A server whose certificate is not valid is looked at all the same, as the Observatory does;
what it says is graded, and used for nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from ag2_marketing_tools.errors import CertificateFault, FetchFailed, OutgoingError
from ag2_marketing_tools.seo.observatory import PREFLIGHT_ORIGIN, Exchange, Visit
from ag2_marketing_tools.seo.observatory.observed import Headers
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.gateway import Response, TlsSession
from ag2_marketing_tools.workspace.gateway.redaction import STRUCK

MOST_REDIRECTS: Final = 10
"""As many as the Observatory follows."""
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_ACCEPT: Final = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
_NOBODY_ANSWERS: Final = frozenset({"dns", "connect", "tls", "timeout", "protocol"})


@dataclass(frozen=True)
class ShownCertificate:
    """A certificate, the host that showed it, and why it was refused, None where it was taken."""

    host: str
    session: TlsSession
    fault: CertificateFault | None = None


@dataclass(frozen=True)
class Seen:
    """A visit, the text of its last answer, and the certificate that matters: the first faulty one, else the last.

    `text` is None where the last answer is the page under audit.
    """

    visit: Visit
    text: str | None = None
    certificate: ShownCertificate | None = None


def seen_page(response: Response) -> Seen:
    """Return the visit that the audit itself has made."""
    hops = [Exchange.of(hop.url, hop.status, hop.headers) for hop in response.redirects]
    page = Exchange.of(response.url, response.status, response.headers.multi_items())
    shown = ShownCertificate(_host(response.url), response.tls) if response.tls else None
    return Seen(Visit(exchanges=(*hops, page)), certificate=shown)


async def other_visit(page: Seen, ws: Workspace) -> Seen | None:
    """Make the visit by the other scheme, or return None where nobody answers it.

    Raises:
        OutgoingError: There was an answer that cannot be told: one from an address that is not allowed, say.
    """
    walk = _Walk(page, ws)
    try:
        return await walk.go(counterpart(page.visit.requested_url))
    except FetchFailed as error:
        if error.kind in _NOBODY_ANSWERS:
            return None
        raise


async def preflight(url: str, ws: Workspace, *, check_certificate: bool) -> Headers | None:
    """Return the headers of the answer to a CORS preflight, or None where there was no answer."""
    asked = {"origin": PREFLIGHT_ORIGIN, "access-control-request-method": "GET"}
    try:
        response = await ws.gateway.fetch(
            url, method="OPTIONS", headers=asked, max_attempts=1, check_certificate=check_certificate
        )
    except OutgoingError:
        return None
    return tuple(response.headers.multi_items())


def counterpart(url: str) -> str:
    """Return an address by the other scheme, at that scheme's own port.

    >>> counterpart("https://example.com/a?b"), counterpart("http://example.com:8080/")
    ('http://example.com/a?b', 'https://example.com/')
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts._replace(
        scheme="http" if parts.scheme == "https" else "https",
        netloc=f"[{host}]" if ":" in host else host,
        path=parts.path or "/",
        query="" if STRUCK in parts.query else parts.query,  # what is struck out cannot be asked for
        fragment="",
    ).geturl()


class _Walk:
    """One visit, redirect by redirect: the Gateway would refuse some that are to be graded."""

    def __init__(self, page: Seen, ws: Workspace) -> None:
        self._known = page.visit.exchanges
        self._ws = ws
        self._exchanges: list[Exchange] = []
        self._certificate: ShownCertificate | None = None

    async def go(self, url: str) -> Seen:
        text: str | None = None
        while True:
            rest = self._known_from(url)
            if rest:
                self._exchanges += rest
                text = None
                break
            response = await self._ask(url)
            exchange = Exchange.of(response.url, response.status, response.headers.multi_items())
            been = {one.url for one in self._exchanges}
            self._exchanges.append(exchange)
            text = response.text()
            location = exchange.header("location")
            if response.status not in _REDIRECTS or not location or len(self._exchanges) > MOST_REDIRECTS:
                break
            url = _joined(response.url, location)
            if url in been:
                break
        fault = self._certificate.fault if self._certificate else None
        visit = Visit(exchanges=tuple(self._exchanges), certificate_is_valid=fault is None)
        return Seen(visit, text, self._certificate)

    def _known_from(self, url: str) -> tuple[Exchange, ...]:
        for index, exchange in enumerate(self._known):
            if exchange.url == url:
                return self._known[index:]
        return ()

    async def _ask(self, url: str) -> Response:
        fault: CertificateFault | None = None
        try:
            response = await self._fetch(url, check_certificate=True)
        except FetchFailed as error:
            if error.certificate_fault is None:
                raise
            fault = error.certificate_fault
            response = await self._fetch(url, check_certificate=False)
        earlier = self._certificate
        if response.tls and not (earlier and earlier.fault):
            self._certificate = ShownCertificate(_host(response.url), response.tls, fault)
        return response

    async def _fetch(self, url: str, *, check_certificate: bool) -> Response:
        return await self._ws.gateway.fetch(
            url,
            headers=_ACCEPT,
            follow_redirects=False,
            max_attempts=1,
            check_certificate=check_certificate,
        )


def _joined(url: str, location: str) -> str:
    """Return where a redirect leads.

    Raises:
        FetchFailed: Nowhere: the Observatory takes such a visit for one that nobody answers.
    """
    try:
        there = urljoin(url, location.strip().replace(" ", "%20")).partition("#")[0]
        parts = urlsplit(there)
        if parts.scheme in {"http", "https"} and parts.hostname:
            return there
    except ValueError:
        pass
    raise FetchFailed(f"{url} redirects to {location[:80]!r}, which is no web address.", kind="protocol")


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
