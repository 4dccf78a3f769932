"""When two addresses are the same page, which belong to the site, and which are a trap."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from functools import cache
from typing import Literal
from urllib.parse import unquote_plus, urlsplit

from ag2_marketing_tools.pages.crawl.facts import address_facts, limits
from ag2_marketing_tools.pages.urls import canonical_form, origin, site_of

Scope = Literal["site", "host"]
Trap = Literal["too_long", "too_many_segments", "repeated_segments", "query_variants", "too_deep"]


@cache
def _noise() -> re.Pattern[str]:
    names = (*address_facts().tracking, *address_facts().session)
    prefixes = [re.escape(name[:-1]) + ".*" for name in names if name.endswith("*")]
    return re.compile("|".join([*prefixes, *(re.escape(name) for name in names if not name.endswith("*"))]))


@cache
def _random_value() -> re.Pattern[str]:
    return re.compile(address_facts().random_value)


@cache
def _session_in_path() -> re.Pattern[str]:
    return re.compile(address_facts().session_in_path, re.IGNORECASE)


def plain(url: str) -> str:
    """Return the address as it is asked for: no fragment, default port, tracking parameter or session id.

    The rest stays as it was written, since a server may tell spellings apart.

    >>> plain("HTTP://Example.com:80/a?utm_source=x&b=2#top")
    'http://example.com/a?b=2'
    """
    parts = urlsplit(url)
    path = parts.path or "/"
    if ";" in path:
        path = _session_in_path().sub("", path)
    query = "&".join(pair for pair in parts.query.split("&") if pair and not _is_noise(pair))
    return f"{origin(url)}{path}{'?' + query if query else ''}"


def _is_noise(pair: str) -> bool:
    raw_name, _, value = pair.partition("=")
    name = unquote_plus(raw_name).lower()
    if _noise().fullmatch(name):
        return True
    return name in address_facts().session_if_random and bool(_random_value().fullmatch(value))


def key_of(url: str) -> int:
    """Return the signed 64-bit hash of a plain address's canonical form.

    Two of a hundred thousand addresses share one with a chance of 1 in 4 thousand million; the second would
    be taken for known.
    """
    return digest_64(canonical_form(url).encode(errors="surrogatepass"))


def digest_64(content: bytes) -> int:
    """Return BLAKE2b (RFC 7693, 2015) cut to a signed 64-bit number, as a database holds it."""
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), signed=True)


def in_scope(url: str, anchor_url: str, scope: Scope) -> bool:
    """Tell whether an address belongs to the crawled site.

    Args:
        url: An absolute address.
        anchor_url: Where the start page was found.
        scope: `site` for all hosts of its registrable domain, `host` for its own host and port.
    """
    if not url.lower().startswith(("http://", "https://")):
        return False
    if scope == "site":
        return site_of(url) == site_of(anchor_url)
    return urlsplit(origin(url)).netloc == urlsplit(origin(anchor_url)).netloc


def is_file(url: str) -> bool:
    """Tell whether the path ends like a file that is no page."""
    name = urlsplit(url).path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() in address_facts().files if "." in name else False


class Traps:
    """Tells the addresses of endless spaces: calendars, filters, links that build on themselves."""

    def __init__(self) -> None:
        self._variants: Counter[int] = Counter()

    def count(self, url: str) -> None:
        """Take note of an address that was let through."""
        path, question, _ = url.partition("?")
        if question:
            self._variants[digest_64(path.encode(errors="surrogatepass"))] += 1

    def reason(self, url: str, level: int) -> Trap | None:
        """Return why an address that was not known yet is left out, or None.

        Args:
            url: A plain address.
            level: How many clicks from the start page it was found at.
        """
        most = limits().traps
        path, question, _ = url.partition("?")
        segments = [part for part in urlsplit(path).path.split("/") if part]
        variants = self._variants[digest_64(path.encode(errors="surrogatepass"))] if question else 0
        checks: tuple[tuple[Trap, bool], ...] = (
            ("too_long", len(url) > most.longest_url_characters),
            ("too_many_segments", len(segments) > most.most_segments),
            ("repeated_segments", _repeats(segments) > most.most_same_segments),
            ("query_variants", variants >= most.most_query_variants),
            ("too_deep", level > limits().crawl.deepest_level),
        )
        return next((name for name, holds in checks if holds), None)


def _repeats(segments: list[str]) -> int:
    return max(Counter(segments).values(), default=0)
