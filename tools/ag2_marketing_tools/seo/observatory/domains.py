"""Registrable domains, by the public suffix list that comes with tldextract: nothing is downloaded."""

from __future__ import annotations

import ipaddress
from functools import cache

from tldextract import TLDExtract


@cache
def _suffixes() -> TLDExtract:
    return TLDExtract(suffix_list_urls=(), cache_dir=None)


def registrable_domain(host: str, *, with_private: bool = False) -> str | None:
    """Return the registrable domain of a host, None for an address, a suffix or a single name.

    Suffixes that a company runs for others (`github.io`) count `with_private`, else the registries' only.
    A last label that the list does not know counts as a suffix (its default rule `*`).
    """
    if not host or is_address(host):
        return None
    parts = _suffixes()(host, include_psl_private_domains=with_private)
    if parts.suffix:
        return parts.top_domain_under_public_suffix.lower() or None
    labels = host.lower().rstrip(".").split(".")
    return ".".join(labels[-2:]) if len(labels) > 1 else None


def is_public_suffix(host: str) -> bool:
    """Whether anybody may register a name below this one, so that no cookie may be set for it."""
    return not is_address(host) and registrable_domain(host, with_private=True) is None


def is_address(host: str) -> bool:
    """Whether a host is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
