"""Subresource integrity: scripts of other sites, their hashes and their schemes."""

from __future__ import annotations

import re

from ag2_marketing_tools.seo.observatory.domains import registrable_domain
from ag2_marketing_tools.seo.observatory.finding import Finding, worst
from ag2_marketing_tools.seo.observatory.observed import (
    HTML_TYPES,
    ObservedSite,
    Script,
    host_of,
    scheme_of,
)

_WITHOUT_SCHEME = re.compile(r"//[^/]")
_ABSOLUTE = re.compile(r"https?://")
_ALL_SECURE = "sri-implemented-and-all-scripts-loaded-securely"
_ORDER = (
    _ALL_SECURE,
    "sri-implemented-and-external-scripts-loaded-securely",
    "sri-implemented-but-external-scripts-not-loaded-securely",
    "sri-not-implemented-but-external-scripts-loaded-securely",
    "sri-not-implemented-and-external-scripts-not-loaded-securely",
)


def subresource_integrity(site: ObservedSite) -> Finding:
    """Grade the page's scripts by their addresses as they are written; `<base>` plays no part."""
    media_type = site.page.media_type
    if media_type and media_type not in HTML_TYPES:
        return Finding("sri-not-implemented-response-not-html", media_type)
    if not site.document.can_be_parsed:
        return Finding("html-not-parseable")
    if not site.document.scripts:
        return Finding("sri-not-implemented-but-no-scripts-loaded")
    own_domain = registrable_domain(site.hostname)
    external = [script for script in site.document.scripts if _is_external(script, own_domain)]
    faults = [fault for script in external if (fault := _fault(script))]
    value = " ".join(script.src or "" for script in external) or None
    bonus = _bonus(site, own_domain)
    result = worst([bonus, *faults] if bonus else faults, _ORDER)
    if result is not None:
        return Finding(result, value)
    if external:
        return Finding("sri-implemented-and-external-scripts-loaded-securely", value)
    return Finding("sri-not-implemented-but-all-scripts-loaded-from-secure-origin")


def faulty_scripts(site: ObservedSite) -> list[Script]:
    """Return the scripts of other sites that carry no hash or come by plain HTTP."""
    own_domain = registrable_domain(site.hostname)
    return [script for script in site.document.scripts if _is_external(script, own_domain) and _fault(script)]


def _is_external(script: Script, own_domain: str | None) -> bool:
    src = script.src or ""
    if _WITHOUT_SCHEME.match(src):
        return True
    host = host_of(src) if _ABSOLUTE.match(src) else ""  # nothing is loaded from where there is no host
    return bool(host) and registrable_domain(host) != own_domain


def _fault(script: Script) -> str | None:
    is_secure = scheme_of(script.src or "") == "https"
    if script.integrity:
        return None if is_secure else "sri-implemented-but-external-scripts-not-loaded-securely"
    if is_secure:
        return "sri-not-implemented-but-external-scripts-loaded-securely"
    return "sri-not-implemented-and-external-scripts-not-loaded-securely"


def _bonus(site: ObservedSite, own_domain: str | None) -> str | None:
    """Return the bonus for integrity of the site's own scripts; a fault of another script outweighs it."""
    own = (s for s in site.document.scripts if s.src and s.integrity and not _is_external(s, own_domain))
    return _ALL_SECURE if any(_is_loaded_by_https(script, site) for script in own) else None


def _is_loaded_by_https(script: Script, site: ObservedSite) -> bool:
    src = script.src or ""
    return scheme_of(src) == "https" if _ABSOLUTE.match(src) else site.is_https
