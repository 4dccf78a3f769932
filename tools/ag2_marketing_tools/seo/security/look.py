"""Looking at all that protects the visitors of the page under audit."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from ag2_marketing_tools.errors import OutgoingError
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.fetch import Fetched
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.seo.catalogue import Part
from ag2_marketing_tools.seo.observatory import Document, ObservedSite, grade
from ag2_marketing_tools.seo.observatory.preload import of_workspace
from ag2_marketing_tools.seo.security.certificate import read_certificate
from ag2_marketing_tools.seo.security.model import Certificate, Reputation
from ag2_marketing_tools.seo.security.protection import Protection, document_of, of_page
from ag2_marketing_tools.seo.security.reputation import KEY, reputation_of
from ag2_marketing_tools.seo.security.visits import (
    Seen,
    ShownCertificate,
    other_visit,
    preflight,
    seen_page,
)
from ag2_marketing_tools.seo.subject import is_local_host
from ag2_marketing_tools.workspace import Workspace


async def look_at_protection(fetched: Fetched, parts: Sequence[Part], ws: Workspace) -> Protection | None:
    """Look at a page's site: one further visit, one preflight, and the lists where there is a key.

    Of a server of development nothing further is asked; None where `security` is no part of the audit.
    """
    if "security" not in parts:
        return None
    page, seen = fetched.page, seen_page(fetched.response)
    if is_local_host(urlsplit(page.url).hostname or ""):
        reason = say("This is a development server: the check counts on the public site.")
        certificate, why = _certificate(seen, None, ws)
        return replace(
            of_page(page, unseen=reason, preload=of_workspace(ws)),
            certificate=certificate, certificate_reason=why, reputation_reason=reason,
        )  # fmt: skip
    protection, (reputation, why) = await asyncio.gather(_graded(page, seen, ws), _reputation(page.url, ws))
    return replace(protection, reputation=reputation, reputation_reason=why)


async def _graded(page: Page, seen: Seen, ws: Workspace) -> Protection:
    try:
        other = await other_visit(seen, ws)
    except OutgoingError as error:
        reason = say("The Observatory grades the site by http and by https: {why}", why=error.message)
        certificate, why = _certificate(seen, None, ws)
        return replace(
            of_page(page, unseen=reason, preload=of_workspace(ws)),
            certificate=certificate, certificate_reason=why,
        )  # fmt: skip
    site = await _site(page, seen, other, ws)
    certificate, why = _certificate(seen, other, ws)
    return Protection(
        site,
        grade(site, preload=of_workspace(ws)),
        certificate=certificate,
        certificate_reason=why,
    )


async def _site(page: Page, seen: Seen, other: Seen | None, ws: Workspace) -> ObservedSite:
    by_https = seen.visit.requested_url.startswith("https:")
    http, https = (other, seen) if by_https else (seen, other)
    graded = https or http
    assert graded is not None  # noqa: S101  one of them is the page's own
    answer = await preflight(graded.visit.final.url, ws, check_certificate=graded.visit.certificate_is_valid)
    return ObservedSite(
        http=http.visit if http else None,
        https=https.visit if https else None,
        document=document_of(page) if graded.text is None else Document.of_html(graded.text),
        preflight=answer,
    )


def _certificate(seen: Seen, other: Seen | None, ws: Workspace) -> tuple[Certificate | None, str | None]:
    """Return the certificate of the page's host, with why there is none."""
    shown = _shown(seen, other)
    if shown is None and seen.visit.final.url.startswith("https:"):
        return None, say("The connection told nothing of its certificate.")
    if shown is None:
        return None, say("No server answered by HTTPS, so there is no certificate.")
    try:
        return read_certificate(shown.session, shown.host, shown.fault, ws.clock.now()), None
    except ValueError:
        return None, say("The certificate of {host} cannot be read.", host=shown.host)


def _shown(seen: Seen, other: Seen | None) -> ShownCertificate | None:
    """Return the page's own certificate; one of the other visit where the page came by plain http."""
    if seen.certificate or seen.visit.final.url.startswith("https:"):
        return seen.certificate
    return other.certificate if other else None


async def _reputation(url: str, ws: Workspace) -> tuple[Reputation | None, str | None]:
    if KEY not in ws.api_keys:
        return None, say(
            "No key for {key} was given, so no list of dangerous pages was asked.", key=f"`{KEY}`"
        )
    return await reputation_of(url, ws), None
