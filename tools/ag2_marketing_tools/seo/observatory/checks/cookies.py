"""Cookies: their flags, more strictly for those that look like a session or an anti-CSRF token."""

from __future__ import annotations

from ag2_marketing_tools.seo.observatory.cookie_jar import Cookie, stored
from ag2_marketing_tools.seo.observatory.finding import Finding, worst
from ag2_marketing_tools.seo.observatory.javascript import trim
from ag2_marketing_tools.seo.observatory.observed import ObservedSite

_SESSION = ("login", "sess")
_ANTI_CSRF = "csrf"
_SAME_SITE = frozenset({"lax", "strict", "none"})
_NOT_COUNTED = frozenset({"heroku-session-affinity"})  # the host sets it, the site cannot change it

_INSECURE_WITH_HSTS = "cookies-without-secure-flag-but-protected-by-hsts"
_INSECURE = "cookies-without-secure-flag"
_SESSION_INSECURE_WITH_HSTS = "cookies-session-without-secure-flag-but-protected-by-hsts"
_SAME_SITE_INVALID = "cookies-samesite-flag-invalid"
_ANTI_CSRF_WITHOUT_SAME_SITE = "cookies-anticsrf-without-samesite-flag"
_SESSION_WITHOUT_HTTP_ONLY = "cookies-session-without-httponly-flag"
_SESSION_INSECURE = "cookies-session-without-secure-flag"
_ORDER = (
    _INSECURE_WITH_HSTS,
    _INSECURE,
    _SESSION_INSECURE_WITH_HSTS,
    _SAME_SITE_INVALID,
    _ANTI_CSRF_WITHOUT_SAME_SITE,
    _SESSION_WITHOUT_HTTP_ONLY,
    _SESSION_INSECURE,
)


def cookies(site: ObservedSite, *, has_hsts: bool) -> Finding:
    """Grade the cookies that a browser would hold after the visit."""
    held = held_cookies(site)
    if not held:
        return Finding("cookies-not-found")
    faults = [_SAME_SITE_INVALID for header in site.page.cookies if _has_invalid_same_site(header)]
    for cookie in held:
        faults += _faults(cookie, has_hsts=has_hsts)
    names = ", ".join(sorted({cookie.name for cookie in held}))
    fault = worst(faults, _ORDER)
    if fault is not None:
        return Finding(fault, names)
    if all(cookie.same_site for cookie in held):
        return Finding("cookies-secure-with-httponly-sessions-and-samesite", names)
    return Finding("cookies-secure-with-httponly-sessions", names)


def held_cookies(site: ObservedSite) -> list[Cookie]:
    """Return the cookies that count."""
    exchanges = (*site.visit.exchanges, *site.extra)
    return [cookie for cookie in stored(exchanges) if cookie.name not in _NOT_COUNTED]


def faulty_cookies(site: ObservedSite) -> list[Cookie]:
    """Return the cookies that have a fault."""
    return [cookie for cookie in held_cookies(site) if _faults(cookie, has_hsts=False)]


def _faults(cookie: Cookie, *, has_hsts: bool) -> list[str]:
    name = cookie.name.lower()
    is_session = any(part in name for part in _SESSION)
    faults = []
    if not cookie.secure:
        faults.append(_INSECURE_WITH_HSTS if has_hsts else _INSECURE)
        if is_session:
            faults.append(_SESSION_INSECURE_WITH_HSTS if has_hsts else _SESSION_INSECURE)
        if cookie.same_site == "none":
            faults.append(_SAME_SITE_INVALID)
    if _ANTI_CSRF in name and not cookie.same_site:
        faults.append(_ANTI_CSRF_WITHOUT_SAME_SITE)
    if is_session and not cookie.http_only:
        faults.append(_SESSION_WITHOUT_HTTP_ONLY)
    return faults


def _has_invalid_same_site(header: str) -> bool:
    for part in trim(header).split(";"):
        name, *values = trim(part).split("=")
        if trim(name).lower() == "samesite" and trim(values[0] if values else "").lower() not in _SAME_SITE:
            return True
    return False
