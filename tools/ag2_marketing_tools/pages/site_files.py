"""The files of a site that stand beside its pages: one polite request each."""

from __future__ import annotations

from dataclasses import dataclass, field

from ag2_marketing_tools.errors import FetchFailed, OutgoingError
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.model import Redirect
from ag2_marketing_tools.pages.robots import RobotsTxt
from ag2_marketing_tools.pages.urls import origin
from ag2_marketing_tools.workspace import Workspace


@dataclass(frozen=True)
class SiteFile:
    """What a site answered for one of its files.

    Attributes:
        url: Where it was looked for.
        status: The HTTP status, or None where there was no answer.
        content: The body, decompressed by the transfer.
        media_type: The declared type.
        redirects: The hops on the way.
        failure: The kind of failure where there was no answer.
        reason: Why there was none.
    """

    url: str
    status: int | None
    content: bytes = field(default=b"", repr=False)
    media_type: str | None = None
    redirects: tuple[Redirect, ...] = ()
    failure: str | None = None
    reason: str | None = None

    @property
    def found(self) -> bool:
        """Whether the file is there."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True)
class SiteFiles:
    """The files that were asked for; None for those that were not."""

    sitemap: SiteFile | None = None
    favicon: SiteFile | None = None
    llms_txt: SiteFile | None = None


async def fetch_site_file(
    url: str, robots: RobotsTxt, ws: Workspace, *, max_bytes: int | None = None
) -> SiteFile:
    """Fetch one file as robots.txt allows; what goes wrong is part of the answer, never an error."""
    if origin(url) == origin(robots.url) and not robots.allows(url, ws.settings.user_agent):
        return SiteFile(
            url,
            None,
            failure="forbidden_by_robots",
            reason=say("{robots} forbids to fetch it.", robots=robots.url),
        )
    try:
        response = await ws.gateway.fetch(url, max_bytes=max_bytes, max_attempts=1)
    except OutgoingError as error:
        kind = error.kind if isinstance(error, FetchFailed) else "refused"
        return SiteFile(url, None, failure=kind, reason=error.message)
    return SiteFile(
        url=response.url,
        status=response.status,
        content=response.content,
        media_type=response.media_type,
        redirects=tuple(
            Redirect(url=hop.url, status=hop.status, location=hop.location) for hop in response.redirects
        ),
    )
