"""Whether visitors end up on https, and stay there: redirection and HSTS."""

from __future__ import annotations

from ag2_marketing_tools.seo.observatory.finding import Finding
from ag2_marketing_tools.seo.observatory.javascript import leading_integer, trim
from ag2_marketing_tools.seo.observatory.observed import ObservedSite, host_of, scheme_of
from ag2_marketing_tools.seo.observatory.preload import PreloadList
from ag2_marketing_tools.seo.observatory.rules import scoring

_LONGEST = 1024
_MAX_AGE = "max-age="
_LONGEST_MAX_AGE = 120


def redirection(site: ObservedSite, preload: PreloadList) -> Finding:
    """Grade the way that a visit by http takes."""
    if site.http is None:
        return Finding("redirection-not-needed-no-http")
    value = " → ".join(site.http.route)
    if not site.http.certificate_is_valid:
        return Finding("redirection-invalid-cert", value)
    return Finding(_of_route(site.http.route, preload), value)


def strict_transport_security(site: ObservedSite, preload: PreloadList) -> Finding:
    """Grade Strict-Transport-Security of the last answer of the visit by https.

    A host on the preload list needs no header, and its certificate is not asked about.
    """
    if site.https is None:
        return Finding("hsts-not-implemented-no-https")
    header = site.https.final.header("strict-transport-security")
    if preload.match(site.hostname):
        return Finding("hsts-preloaded", header)
    if not site.https.certificate_is_valid:
        return Finding("hsts-invalid-cert", header)
    if header is None:
        return Finding("hsts-not-implemented")
    return Finding(_of_header(header[:_LONGEST]), header)


def _of_route(route: tuple[str, ...], preload: PreloadList) -> str:
    schemes, hosts = [scheme_of(url) for url in route], [host_of(url) for url in route]
    if all(preload.match(host) for host in hosts):
        return "redirection-all-redirects-preloaded"
    if len(route) == 1:
        return "redirection-missing"
    if schemes[-1] != "https":
        return "redirection-not-to-https"
    if schemes[1] == "http":
        return "redirection-not-to-https-on-initial-redirection"
    if schemes[:2] == ["http", "https"] and hosts[0] != hosts[1]:
        return "redirection-off-host-from-http"
    return "redirection-to-https"


def _of_header(header: str) -> str:
    """Return the result of a header.

    A `max-age` that is no number (a quoted one, say) is not too short: so the Observatory has it.
    """
    directives = [trim(directive).lower() for directive in header.split(";")]
    ages = [directive.removeprefix(_MAX_AGE) for directive in directives if directive.startswith(_MAX_AGE)]
    if "," in header or not ages:
        return "hsts-header-invalid"
    age_s = leading_integer(ages[-1][:_LONGEST_MAX_AGE])
    if age_s is not None and age_s < scoring().six_months_s:
        return "hsts-implemented-max-age-less-than-six-months"
    return "hsts-implemented-max-age-at-least-six-months"
