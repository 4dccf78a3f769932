"""Headers of the page that stand on their own: framing, type sniffing and the referrer."""

from __future__ import annotations

from ag2_marketing_tools.seo.observatory.checks.content_security_policy import HEADER, policies_of
from ag2_marketing_tools.seo.observatory.finding import Finding
from ag2_marketing_tools.seo.observatory.javascript import trim
from ag2_marketing_tools.seo.observatory.observed import ObservedSite

_PRIVATE = frozenset({"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"})
_UNSAFE = frozenset({"origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"})


def content_type_options(site: ObservedSite) -> Finding:
    """Grade X-Content-Type-Options."""
    header = site.page.header("x-content-type-options")
    if not header:
        return Finding("x-content-type-options-not-implemented", header)
    is_set = trim(header[:256]).lower() == "nosniff"
    return Finding(f"x-content-type-options-{'nosniff' if is_set else 'header-invalid'}", header)


def frame_options(site: ObservedSite) -> Finding:
    """Grade X-Frame-Options, which a policy's `frame-ancestors` replaces whatever it says."""
    if policies_of(site).sets_frame_ancestors:
        return Finding("x-frame-options-implemented-via-csp", site.page.header(HEADER))
    header = site.page.header("x-frame-options")
    if not header:
        return Finding("x-frame-options-not-implemented", header)
    option = trim(header[:1024]).lower()
    if option in {"deny", "sameorigin"}:
        return Finding("x-frame-options-sameorigin-or-deny", header)
    is_allow_from = option.startswith("allow-from")
    return Finding(f"x-frame-options-{'allow-from-origin' if is_allow_from else 'header-invalid'}", header)


def referrer_policy(site: ObservedSite) -> Finding:
    """Grade Referrer-Policy: of the header and then the `<meta>`, the last valid policy holds."""
    values = [v for v in (site.page.header("referrer-policy"), site.metas.referrer) if v is not None]
    if not values:
        return Finding("referrer-policy-not-implemented")
    value = ", ".join(values)
    policies = [trim(policy.lower()) for policy in value.split(",")]
    policy = next((policy for policy in reversed(policies) if policy in _PRIVATE | _UNSAFE), None)
    if policy is None:
        return Finding("referrer-policy-header-invalid", value)
    return Finding(f"referrer-policy-{'private' if policy in _PRIVATE else 'unsafe'}", value)
