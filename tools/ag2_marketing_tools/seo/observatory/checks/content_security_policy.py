"""Content-Security-Policy: from headers and `<meta>`s, and framing, which it shares with X-Frame-Options."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ag2_marketing_tools.seo.observatory.finding import Finding
from ag2_marketing_tools.seo.observatory.observed import ObservedSite
from ag2_marketing_tools.seo.observatory.policy import (
    Combined,
    InvalidPolicy,
    combine,
    for_meta,
    split_policies,
)

HEADER = "content-security-policy"
_REPORT_ONLY = "content-security-policy-report-only"
_BROAD = frozenset({"ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"})
_UNSAFE = _BROAD | {"'unsafe-inline'", "data:"}
_NONCE_OR_HASH = ("'sha256-", "'sha384-", "'sha512-", "'nonce-")
_PASSIVE = ("img-src", "media-src")
_INSECURE = ("http:", "ftp:")
_REPEATS_REPORT = "csp-implemented-but-duplicate-directives"
_NO_UNSAFE = "csp-implemented-with-no-unsafe"
_NOTHING_BY_DEFAULT = "csp-implemented-with-no-unsafe-default-src-none"
_UNSAFE_STYLE = "csp-implemented-with-unsafe-inline-in-style-src-only"
_INSECURE_PASSIVE = "csp-implemented-with-insecure-scheme-in-passive-content-only"
_MAY_REPEAT_REPORT = frozenset({_NO_UNSAFE, _NOTHING_BY_DEFAULT, _UNSAFE_STYLE, _INSECURE_PASSIVE})


@dataclass(frozen=True)
class Policies:
    """What a site enforces: nothing where both are None."""

    combined: Combined | None = None
    fault: str | None = None

    @property
    def sets_frame_ancestors(self) -> bool:
        """Whether any policy sets `frame-ancestors`, one in a `<meta>` included."""
        return self.combined is not None and "frame-ancestors" in self.combined.directives


def policies_of(site: ObservedSite) -> Policies:
    """Return the policies of a site, put together."""
    header, metas = _policy_texts(site)
    try:
        combined = combine([*header, *metas])
    except InvalidPolicy as error:
        return Policies(fault=str(error))
    is_enforced = _has_directives(combine, header) or _has_directives(for_meta, metas)
    return Policies(combined if is_enforced else None)


def is_framed_by_meta_only(site: ObservedSite) -> bool:
    """Whether `frame-ancestors` stands in a `<meta>` alone: it is scored there, and browsers ignore it."""
    if not policies_of(site).sets_frame_ancestors:
        return False
    header, _ = _policy_texts(site)
    return not any("frame-ancestors" in policy.lower() for policy in header)


def content_security_policy(site: ObservedSite) -> Finding:
    """Grade the policies that a site enforces."""
    policies = policies_of(site)
    value = ", ".join([site.page.header(HEADER) or "", *site.metas.policies]).strip(", ") or None
    if policies.fault is not None:
        return Finding("csp-header-invalid", value)
    if policies.combined is None:
        if site.page.header(_REPORT_ONLY):
            return Finding("csp-not-implemented-but-reporting-enabled", site.page.header(_REPORT_ONLY))
        return Finding("csp-not-implemented")
    result = _judged(policies.combined, is_https=site.is_https)
    if policies.combined.repeats_report and result in _MAY_REPEAT_REPORT:
        result = _REPEATS_REPORT
    return Finding(result, value)


def _policy_texts(site: ObservedSite) -> tuple[list[str], list[str]]:
    header = site.page.header(HEADER)
    return split_policies([] if header is None else [header]), split_policies(site.metas.policies)


def _has_directives(parse: Callable[[Sequence[str]], Combined], policies: list[str]) -> bool:
    try:
        return bool(parse(policies).directives)
    except InvalidPolicy:  # `<meta>`s may be at odds with each other and not with a header before them
        return False


def _judged(policy: Combined, *, is_https: bool) -> str:
    """Return the first verdict that holds, in the order in which the Observatory asks."""
    scripts = policy.first_of("script-src", "default-src")
    styles = policy.first_of("style-src", "default-src")
    objects = policy.first_of("object-src", "default-src")
    for sources in (scripts, styles):
        if _has_nonce_or_hash(sources):
            sources.discard("'unsafe-inline'")  # browsers ignore it beside a nonce or a hash
    is_dynamic = "'strict-dynamic'" in scripts
    if is_dynamic and _has_nonce_or_hash(scripts):
        scripts.difference_update([source for source in scripts if _is_moot_if_dynamic(source)])
    verdicts = (
        ("csp-header-invalid", is_dynamic and not _has_nonce_or_hash(scripts)),
        ("csp-implemented-with-unsafe-inline", scripts & _UNSAFE or objects & _BROAD),
        ("csp-implemented-with-insecure-scheme", is_https and _is_insecure(_active(policy) | scripts)),
        ("csp-implemented-with-unsafe-eval", "'unsafe-eval'" in scripts | styles),
        (_INSECURE_PASSIVE, is_https and _is_insecure(_passive(policy))),
        (_UNSAFE_STYLE, styles & _UNSAFE),
        (_NOTHING_BY_DEFAULT, policy.directives.get("default-src") == {"'none'"}),
    )
    return next((result for result, holds in verdicts if holds), _NO_UNSAFE)


def _has_nonce_or_hash(sources: set[str]) -> bool:
    return any(source.startswith(_NONCE_OR_HASH) for source in sources)


def _is_moot_if_dynamic(source: str) -> bool:
    return source.startswith(tuple(_BROAD)) or source in {"'self'", "'unsafe-inline'"}


def _active(policy: Combined) -> set[str]:
    """Return the sources of all directives but those of images, media and scripts (reports too, as it is)."""
    directives = policy.directives.items()
    return {
        source for name, sources in directives if name not in {*_PASSIVE, "script-src"} for source in sources
    }


def _passive(policy: Combined) -> set[str]:
    directives = policy.directives
    found = (directives.get(name) or directives.get("default-src") or set() for name in _PASSIVE)
    return set().union(*found)


def _is_insecure(sources: set[str]) -> bool:
    return any(source.startswith(_INSECURE) for source in sources)
