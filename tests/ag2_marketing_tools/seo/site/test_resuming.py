"""An audit that was interrupted goes on where it stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from audited_site import Audited, page
from generated_site import Answer, GeneratedSite

from ag2_marketing_tools.pages.crawl import unfinished
from ag2_marketing_tools.seo import run_audit
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace
from ag2_marketing_tools.workspace.store import upgrade

PROGRAM = """
import asyncio, sys
from ag2_marketing_tools.seo import run_audit
from ag2_marketing_tools.workspace import Settings, Workspace

async def main() -> None:
    settings = Settings(
        _env_file=None, home=sys.argv[1], allowed_origins=(sys.argv[2],), host_min_interval_s=0.0
    )
    async with Workspace.open(settings) as ws:
        await run_audit.run({"url": sys.argv[2], "max_pages": 300}, ws)

asyncio.run(main())
"""


def pages_asked(site: GeneratedSite) -> dict[str, int]:
    return {path: count for path, count in site.times_asked().items() if path.startswith("/page/")}


async def interrupted(site: GeneratedSite, audited: Audited, *, after: int, **arguments: object) -> None:
    task = asyncio.create_task(audited(**arguments))
    while len(pages_asked(site)) < after:
        assert not task.done(), task.result()
        await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_interrupted_audit_goes_on_and_says_so(
    site: GeneratedSite, audited: Audited, ws: Workspace
) -> None:
    site.pages = 60
    await interrupted(site, audited, after=40, max_pages=100)
    (left,) = await unfinished(ws.store)
    assert left.at_work_at is None  # it was let go of
    found = await audited(max_pages=100)
    assert found.site is not None
    assert found.site.judged_count == found.site.crawl.html_page_count == 60
    (note,) = [note for note in found.notes if "went on" in note]
    assert note.startswith(f"The crawl of {site.url()} that was interrupted on 2026-03-02 went on: ")
    assert note.endswith(" pages had been read.")
    times = pages_asked(site)
    assert len(times) == 59
    assert sum(count > 1 for count in times.values()) <= 6  # what was being asked for at that moment
    assert await unfinished(ws.store) == []


async def test_what_goes_on_finds_the_same_as_what_never_stopped(
    site: GeneratedSite, audited: Audited
) -> None:
    site.pages = 40
    await interrupted(site, audited, after=20, max_pages=50)
    in_two_parts, whole = await audited(max_pages=50), await audited(max_pages=50)
    assert [any("went on" in note for note in one.notes) for one in (in_two_parts, whole)] == [True, False]
    assert in_two_parts.site == whole.site


@pytest.mark.parametrize("changed", [{"max_pages": 30}, {"specific_metrics": ["meta"]}])
async def test_another_audit_does_not_go_on_with_it(
    site: GeneratedSite, audited: Audited, changed: dict[str, object]
) -> None:
    site.pages = 60
    await interrupted(site, audited, after=20, max_pages=50)
    found = await audited(**{"max_pages": 50, **changed})
    assert found.site is not None
    assert not any("went on" in note for note in found.notes)


async def test_what_was_left_a_day_ago_is_forgotten(
    site: GeneratedSite, audited: Audited, ws: Workspace, clock: FixedClock
) -> None:
    site.pages = 60
    await interrupted(site, audited, after=20, max_pages=50)
    clock.advance(timedelta(days=1, seconds=1).total_seconds())
    found = await audited(max_pages=50)
    assert not any("went on" in note for note in found.notes)
    assert await unfinished(ws.store) == []


async def test_a_killed_audit_goes_on_in_another_process(site: GeneratedSite, settings: Settings) -> None:
    site.pages = 200
    await upgrade(settings)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(settings.home), site.origin], env=environment
    )
    try:
        deadline = time.monotonic() + 90
        while len(pages_asked(site)) < 100:
            assert process.poll() is None
            assert time.monotonic() < deadline
            await asyncio.sleep(0.005)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    async with Workspace.open(settings) as ws:
        found = await run_audit.run({"url": site.origin, "max_pages": 300}, ws)
    assert found.site is not None
    assert (found.site.judged_count, found.site.crawl.stop_reason) == (200, "complete")
    assert any("went on" in note for note in found.notes)
    times = pages_asked(site)
    assert sum(times.values()) - 199 <= 32 + 8  # one batch that was not stored, and what was being asked for


async def test_a_server_that_dies_is_left_in_peace_and_the_next_audit_goes_on(
    site: GeneratedSite, audited: Audited, clock: FixedClock
) -> None:
    site.put("/", page("Home", *(f"/p/{number}" for number in range(40))))

    def answer(path: str) -> Answer | None:
        if not path.startswith("/p/"):
            return None
        return Answer("<p>Sorry", 503) if len(site.asked) > 25 else Answer(page(path[1:]))

    site.makers.append(answer)
    first = await audited(max_pages=50)
    assert first.headings.h1 == ["Home: home care"]
    assert first.site is not None
    assert first.site.crawl.stop_reason == "host_rests"
    assert 10 < first.site.judged_count < 41
    site.asked.clear()  # the server is well again
    clock.advance(60)
    second = await audited(max_pages=50)
    assert second.site is not None
    assert second.site.crawl.stop_reason == "complete"
    assert second.site.judged_count > first.site.judged_count
    assert any("went on" in note for note in second.notes)
