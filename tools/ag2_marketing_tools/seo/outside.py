"""What is asked beside the page itself, all at the same time: vendors, and the sizes of the page's files."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.robots import RobotsTxt
from ag2_marketing_tools.seo import search_console, speed
from ag2_marketing_tools.seo.catalogue import Part
from ag2_marketing_tools.seo.file_sizes import FileSizes, image_sizes, largest, other_files, other_sizes
from ag2_marketing_tools.seo.readings import Reading
from ag2_marketing_tools.seo.search_console import SearchConsole, ask_search_console
from ag2_marketing_tools.seo.speed import Speeds, ask_speeds
from ag2_marketing_tools.seo.speed_model import FileFact, PageWeight
from ag2_marketing_tools.seo.subject import is_local_host
from ag2_marketing_tools.workspace import Workspace

_MOST_FILES = 10


@dataclass(frozen=True)
class Outside:
    """What was found out beside the page."""

    speeds: Speeds
    search_console: SearchConsole | str
    files: FileSizes = field(default_factory=FileSizes)

    @property
    def notes(self) -> list[str]:
        """What went wrong on the way."""
        return self.speeds.failures

    @property
    def blocking_times(self) -> tuple[Reading, ...]:
        """Total Blocking Time on a mobile device, in milliseconds."""
        lab = self.speeds.mobile.lab
        return (
            Reading(
                say("one run of Lighthouse"),
                round(lab.tbt, 1) if lab and lab.tbt is not None else None,
                self.speeds.mobile.lab_reason or say("Lighthouse did not measure it."),
            ),
        )

    def weights(self, page: Page) -> tuple[Reading, ...]:
        """Return the page's weight in bytes: what a browser loaded, and what the fetch added up."""
        lab = self.speeds.mobile.lab
        own = self.page_weight(page)
        return (
            Reading(
                say("all that a browser loaded"),
                lab.total_size if lab else None,
                self.speeds.mobile.lab_reason,
            ),
            Reading(
                say("the document and the files that it names"),
                own.measured,
                own.reason,
                whole=own.files_measured == own.files,
            ),
        )

    def page_weight(self, page: Page) -> PageWeight:
        """Return the page's weight, as the audit states it."""
        measured = [one for one in self.files.all if one.size is not None]
        unmeasured = [one for one in self.files.all if one.size is None]
        own_bytes = page.transfer.wire_bytes + sum(one.size or 0 for one in measured)
        lab = self.speeds.mobile.lab
        lab_bytes = None if lab is None or lab.total_size is None else round(lab.total_size)
        total = lab_bytes if lab_bytes is not None else None if unmeasured else own_bytes
        return PageWeight(
            total=total,
            source=None if total is None else "fetch" if lab_bytes is None else "lighthouse",
            measured=own_bytes,
            files=len(self.files.all),
            files_measured=len(measured),
            largest=largest(measured, _MOST_FILES),
            not_measured=unmeasured[:_MOST_FILES],
            reason=_why_in_part(unmeasured, self.files.all),
        )


async def look_outside(page: Page, robots: RobotsTxt, parts: Sequence[Part], ws: Workspace) -> Outside:
    """Ask the vendors and measure the files, as the parts of the audit need it."""
    speeds, console, images = await asyncio.gather(
        _speeds(page, parts, ws), _search_console(page, parts, ws), _images(page, robots, parts, ws)
    )
    others = await _others(page, robots, parts, speeds, ws)
    return Outside(speeds, console, FileSizes(images, others))


async def _speeds(page: Page, parts: Sequence[Part], ws: Workspace) -> Speeds:
    if not {"core_web_vitals", "performance"} & set(parts):
        return Speeds.unknown(say("It was not asked for."))
    if speed.KEY not in ws.api_keys:
        return Speeds.unknown(
            say("No key for pagespeed was given: Core Web Vitals come from PageSpeed Insights.")
        )
    if _is_local(page):
        return Speeds.unknown(say("PageSpeed Insights cannot reach a local address."))
    return await ask_speeds(page.url, ws)


async def _search_console(page: Page, parts: Sequence[Part], ws: Workspace) -> SearchConsole | str:
    if "indexing" not in parts:
        return say("It was not asked for.")
    if search_console.KEY not in ws.api_keys:
        return say("No access token for google was given: Google Search Console needs one.")
    if _is_local(page):
        return say("Google Search Console knows no local addresses.")
    return await ask_search_console(page.url, ws)


async def _images(
    page: Page, robots: RobotsTxt, parts: Sequence[Part], ws: Workspace
) -> tuple[FileFact, ...]:
    return await image_sizes(page, robots, ws) if {"images", "performance"} & set(parts) else ()


async def _others(
    page: Page, robots: RobotsTxt, parts: Sequence[Part], speeds: Speeds, ws: Workspace
) -> tuple[FileFact, ...]:
    """Measure the other files, where nobody else told the page's weight."""
    if "performance" not in parts:
        return ()
    lab = speeds.mobile.lab
    if lab is not None and lab.total_size is not None:
        return other_files(
            page, say("It was not asked for, as Lighthouse told the weight of the whole page.")
        )
    return await other_sizes(page, robots, ws)


def _is_local(page: Page) -> bool:
    return is_local_host(urlsplit(page.url).hostname or "")


def _why_in_part(unmeasured: Sequence[FileFact], all_files: Sequence[FileFact]) -> str | None:
    if not unmeasured:
        return None
    return say(
        "{measured} of {files} files were measured; of the others the first says: {why}",
        measured=len(all_files) - len(unmeasured),
        files=len(all_files),
        why=unmeasured[0].reason or "",
    )
