"""Cookies as a client stores them: RFC 6265bis (2025), with the choices of the Observatory's cookie jar.

Nothing expires here: a cookie that was set and deleted in the same visit was seen, and is graded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ag2_marketing_tools.seo.observatory.domains import is_address, is_public_suffix
from ag2_marketing_tools.seo.observatory.javascript import trim
from ag2_marketing_tools.seo.observatory.observed import Exchange, host_of

_TERMINATORS = re.compile(r"[\n\r\0]")
_CONTROL = re.compile(r"[\x00-\x1f]")
_SAME_SITE = frozenset({"strict", "lax", "none"})


@dataclass(frozen=True)
class Cookie:
    """A stored cookie; `same_site` is None where it was not set to a known value."""

    name: str
    domain: str
    path: str
    secure: bool
    http_only: bool
    same_site: str | None


def stored(exchanges: Iterable[Exchange]) -> list[Cookie]:
    """Return what a jar holds after these answers; the later of two with the same name and place stays."""
    jar: dict[tuple[str, str, str], Cookie] = {}
    for exchange in exchanges:
        for header in exchange.cookies:
            cookie = accepted(header, exchange.url)
            if cookie is not None:
                jar[cookie.domain, cookie.path, cookie.name] = cookie
    return list(jar.values())


def accepted(header: str, url: str) -> Cookie | None:
    """Return the cookie of a `Set-Cookie` header, or None where a client would refuse it."""
    pair, _, rest = trim(header).partition(";")
    name, separator, value = _TERMINATORS.split(pair, maxsplit=1)[0].partition("=")
    name, value = trim(name), trim(value)
    if not separator or not name or _CONTROL.search(name) or _CONTROL.search(value):
        return None
    attributes = _attributes(rest)
    host = host_of(url)
    domain = attributes.get("domain", "").removeprefix(".").lower()
    if domain and not _may_set(host, domain):
        return None
    path = attributes.get("path", "")
    same_site = attributes.get("samesite", "").lower()
    cookie = Cookie(
        name=name,
        domain=domain or host,
        path=path if path.startswith("/") else _default_path(url),
        secure="secure" in attributes,
        http_only="httponly" in attributes,
        same_site=same_site if same_site in _SAME_SITE else None,
    )
    return cookie if _keeps_its_prefix(cookie, is_host_only=not domain) else None


def _attributes(text: str) -> dict[str, str]:
    """Return attributes by lower-case name; the last of a name holds, unless it is an empty domain."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = (trim(piece) for piece in part.partition("="))
        if name.lower() != "domain" or value.removeprefix("."):
            found[name.lower()] = value
    return found


def _may_set(host: str, domain: str) -> bool:
    if domain == host:
        return True
    return host.endswith(f".{domain}") and not is_address(host) and not is_public_suffix(domain)


def _default_path(url: str) -> str:
    try:
        path = urlsplit(url).path
    except ValueError:
        return "/"
    return path.rpartition("/")[0] or "/"


def _keeps_its_prefix(cookie: Cookie, *, is_host_only: bool) -> bool:
    if cookie.name.startswith("__Secure-"):
        return cookie.secure
    if cookie.name.startswith("__Host-"):
        return cookie.secure and is_host_only and cookie.path == "/"
    return True
