"""Pages of a site under audit, and ways to look at what was found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from generated_site import GeneratedSite, document, paragraphs

from ag2_marketing_tools.seo import Audit
from ag2_marketing_tools.seo.site.model import SiteFinding

Audited = Callable[..., Awaitable[Audit]]


def page(name: str, *links: str, head: str = "", text: str | None = None) -> str:
    """A page with a title, a text and links of its own."""
    return document(
        f"{name}: home care", text or paragraphs(60, seed=name), [(to, f"To {to}") for to in links], head=head
    )


def of_site(audit: Audit, check: str) -> SiteFinding | None:
    """The site's finding of this check."""
    assert audit.site is not None, audit.site_reason
    return next((one for one in audit.site.findings if one.check == check), None)


def verdict(audit: Audit, check: str) -> str:
    """The verdict of this check."""
    return next(one.verdict for one in audit.checks if one.check == check)


def paths(site: GeneratedSite, urls: list[str]) -> list[str]:
    """Addresses of the site as paths."""
    return [url.removeprefix(site.origin) for url in urls]
