"""Sites for the tests of the Observatory's grades: a plain one, to which each test adds what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from ag2_marketing_tools.seo.observatory import Document, Exchange, ObservedSite, PreloadList, Visit

HOST = "care.example.org"
HTTP, HTTPS = f"http://{HOST}/", f"https://{HOST}/"


def preload_list(*with_subdomains: str, host_only: Iterable[str] = (), complete: bool = True) -> PreloadList:
    return PreloadList(
        source="the tests",
        as_of=date(2026, 3, 2),
        complete=complete,
        with_subdomains=frozenset(with_subdomains),
        host_only=frozenset(host_only),
    )


NOBODY = preload_list()


def visit(
    *urls: str, headers: Iterable[tuple[str, str]] = (), valid: bool = True, status: int = 200
) -> Visit:
    hops = [Exchange(url=url, status=301) for url in urls[:-1]]
    page = Exchange.of(urls[-1], status, headers)
    return Visit(exchanges=(*hops, page), certificate_is_valid=valid)


def site(
    *headers: tuple[str, str],
    html: str = "",
    route: tuple[str, ...] | None = (HTTP, HTTPS),
    https: bool = True,
    content_type: str | None = "text/html; charset=utf-8",
    preflight: tuple[tuple[str, str], ...] | None = None,
    valid: bool = True,
    document: Document | None = None,
    status: int = 200,
) -> ObservedSite:
    sent = [*([("Content-Type", content_type)] if content_type is not None else []), *headers]
    return ObservedSite(
        http=visit(*route, headers=sent, valid=valid, status=status) if route else None,
        https=visit(HTTPS, headers=sent, valid=valid, status=status) if https else None,
        document=document or Document.of_html(html),
        preflight=preflight,
    )
