"""What protects a page's visitors: what the rules and the report read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.seo.observatory import (
    Document,
    Exchange,
    ObservatoryResult,
    ObservedSite,
    PreloadList,
    Visit,
    grade,
)
from ag2_marketing_tools.seo.security.model import Certificate, Reputation

_NEXT_COOKIE = re.compile(r", (?=[^;,=\s]+=)")
"""Where one joined `Set-Cookie` ends and the next begins: the comma of an expiry's date stands otherwise."""


@dataclass(frozen=True)
class Protection:
    """What was seen, and what it comes to.

    Attributes:
        site: What the grade rests on.
        graded: Its twelve tests.
        unseen: Why only the page itself was looked at, so that there is no grade; None where all was.
        certificate: The server's certificate, or None with its reason.
        reputation: What lists of dangerous pages say, or None with its reason.
    """

    site: ObservedSite
    graded: ObservatoryResult
    unseen: str | None = None
    certificate: Certificate | None = None
    certificate_reason: str | None = None
    reputation: Reputation | None = None
    reputation_reason: str | None = None

    @property
    def grade(self) -> ObservatoryResult | None:
        """The Observatory's grade, where it would give one and everything was seen that it rests on."""
        return self.graded if self.unseen is None and self.graded.score is not None else None

    @property
    def grade_reason(self) -> str | None:
        """Why there is no grade."""
        return self.unseen or self.graded.reason


def document_of(page: Page) -> Document:
    """Return what the Observatory's tests read of a page that was parsed already."""
    return Document.of_tags(page.scripts_as_written, page.metas_as_written)


def of_page(page: Page, *, unseen: str | None = None, preload: PreloadList | None = None) -> Protection:
    """Return what the page's own answer tells, without a further request."""
    reason = unseen or say("Only the page itself was looked at.")
    headers = [
        (name, value)
        for name, joined in page.transfer.headers.items()
        for value in (_NEXT_COOKIE.split(joined) if name == "set-cookie" else [joined])
    ]
    visit = Visit(exchanges=(Exchange.of(page.url, page.transfer.status, headers),))
    by_https = page.url.startswith("https:")
    site = ObservedSite(
        http=None if by_https else visit,
        https=visit if by_https else None,
        document=document_of(page),
    )
    return Protection(
        site,
        grade(site, preload=preload),
        unseen=reason,
        certificate_reason=reason,
        reputation_reason=reason,
    )
