"""Who else may read, embed or open the site: CORS, CORP, COEP and COOP."""

from __future__ import annotations

import re

from ag2_marketing_tools.seo.observatory.finding import Finding
from ag2_marketing_tools.seo.observatory.javascript import trim
from ag2_marketing_tools.seo.observatory.observed import ObservedSite, header_of

_LONGEST = 256
_LONGEST_ITEM = 1024

# An RFC 9651 (2024) item whose bare item is a token; its parameters may hold any bare item.
_NAME = r"[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\["\\])*"'
_BARE_ITEM = (
    rf"(?:{_NAME}|-?[0-9]{{1,12}}\.[0-9]{{1,3}}|-?[0-9]{{1,15}}|{_QUOTED}|:[A-Za-z0-9+/=]*:|\?[01]"
    rf"|@-?[0-9]{{1,15}}|%{_QUOTED})"
)
_ITEM = re.compile(rf"({_NAME})(?:; *[a-z*][a-z0-9_\-.*]*(?:={_BARE_ITEM})?)*")

_RESOURCE_POLICIES = frozenset({"same-site", "same-origin", "cross-origin"})
_EMBEDDER_POLICIES = frozenset({"require-corp", "credentialless", "unsafe-none"})
_OPENER_POLICIES = frozenset(
    {"same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none"}
)


def resource_sharing(site: ObservedSite) -> Finding:
    """Grade the answer to the CORS preflight."""
    headers = site.preflight or ()
    allowed = header_of(headers, "access-control-allow-origin")
    if not allowed:
        return Finding("cross-origin-resource-sharing-not-implemented")
    credentials = header_of(headers, "access-control-allow-credentials") or ""
    if trim(allowed[:_LONGEST]) == "*":
        access = "public"
    elif allowed == site.preflight_origin and trim(credentials.lower()) == "true":
        access = "universal"
    else:
        access = "restricted"
    return Finding(f"cross-origin-resource-sharing-implemented-with-{access}-access", allowed)


def resource_policy(site: ObservedSite) -> Finding:
    """Grade Cross-Origin-Resource-Policy."""
    header = site.page.header("cross-origin-resource-policy")
    policy = trim((header or "")[:_LONGEST]).lower()
    if not policy:
        return Finding("corp-not-implemented", header)
    return Finding(_result("corp", policy, _RESOURCE_POLICIES), header)


def embedder_policy(site: ObservedSite) -> Finding:
    """Grade Cross-Origin-Embedder-Policy."""
    return _isolation(site, "cross-origin-embedder-policy", "coep", _EMBEDDER_POLICIES)


def opener_policy(site: ObservedSite) -> Finding:
    """Grade Cross-Origin-Opener-Policy."""
    return _isolation(site, "cross-origin-opener-policy", "coop", _OPENER_POLICIES)


def token_of(value: str) -> str | None:
    """Return the token of a structured field, its parameters left out, or None where it is none."""
    item = _ITEM.fullmatch(trim(value))
    return item[1] if item else None


def _isolation(site: ObservedSite, header: str, prefix: str, policies: frozenset[str]) -> Finding:
    value = site.page.header(header)
    if not value:
        return Finding(f"{prefix}-not-implemented", value)
    return Finding(_result(prefix, token_of(value[:_LONGEST_ITEM]), policies), value)


def _result(prefix: str, policy: str | None, policies: frozenset[str]) -> str:
    return f"{prefix}-implemented-with-{policy}" if policy in policies else f"{prefix}-header-invalid"
