"""Links of posts: whether they can be used, and their UTM parameters."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

_UNUSABLE = re.compile(r"[\s<>\"\\^`\x00-\x20\x7f]")


def link_fault(url: str) -> str | None:
    """Say what is wrong with a link, or None where it is an http(s) address with a host."""
    if _UNUSABLE.search(url):
        return f"{url!r} holds a space or another character that an address cannot hold"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return f"{url!r} is not an address"
    if parts.scheme.lower() not in {"http", "https"} or not host:
        return f"{url!r} is not an http or https address; expected one such as https://example.com/page"
    if parts.username is not None or parts.password is not None:
        return "the address holds a user name or a password"
    return None


def is_public(url: str) -> bool:
    """Tell whether a usable link names a host that others could reach; nothing is looked up."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal", ".test"))


def tagged(url: str, parameters: Mapping[str, str]) -> str:
    """Return a link with UTM parameters; what it has already stays as it is."""
    base, hash_mark, fragment = url.partition("#")
    query = base.partition("?")[2]
    there = {part.partition("=")[0].lower() for part in query.split("&")}
    added = "&".join(
        f"{name}={quote(value, safe='')}" for name, value in parameters.items() if name not in there
    )
    if not added:
        return url
    joint = "" if base.endswith(("?", "&")) else "&" if "?" in base else "?"
    return f"{base}{joint}{added}{hash_mark}{fragment}"


def slug(name: str) -> str:
    """Return a name as a UTM value: lower case, words joined by hyphens: analytics count by it."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", name).casefold())
    return "-".join(words) or "campaign"
