from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import aclosing
from pathlib import Path

import postgres
import pytest
from generated_site import GeneratedSite

from ag2_marketing_tools.errors import Conflict
from ag2_marketing_tools.pages.crawl import crawl, resume, unfinished
from ag2_marketing_tools.pages.crawl.engine import Crawl
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, SystemClock, Workspace
from ag2_marketing_tools.workspace.store import upgrade

PROGRAM = """
import asyncio, sys
from ag2_marketing_tools.pages.crawl import crawl
from ag2_marketing_tools.workspace import Settings, Workspace

async def main() -> None:
    settings = Settings(
        _env_file=None, home=sys.argv[1], allowed_origins=(sys.argv[2],), host_min_interval_s=0.0
    )
    async with Workspace.open(settings) as ws:
        async for page in crawl(sys.argv[2], ws, max_pages=400):
            print(page.url, flush=True)

asyncio.run(main())
"""


def without_seeds(site: GeneratedSite) -> dict[str, int]:
    return {
        path: count
        for path, count in site.times_asked().items()
        if path.startswith(("/page", "/?")) or path == "/"
    }


async def rest_of(one: Crawl) -> list[str]:
    return [page.url async for page in one]


async def test_a_crawl_that_was_left_goes_on_without_asking_again(site: GeneratedSite, ws: Workspace) -> None:
    site.pages = 120
    one = crawl(site.url(), ws, max_pages=200)
    first: list[str] = []
    async with aclosing(one.__aiter__()) as pages:
        async for page in pages:
            first.append(page.url)
            if len(first) == 40:
                break
    assert [left.id for left in await unfinished(ws.store)] == [one.id]
    stored = [page.url async for page in one.pages()]
    again = await resume(one.id, ws)
    second = await rest_of(again)
    assert set(first) <= set(stored)
    assert not set(stored) & set(second)
    assert len(stored) + len(second) == 120
    times = without_seeds(site)
    assert all(times[url.removeprefix(site.origin)] == 1 for url in stored)
    assert site.times_asked()["/sitemap.xml"] == 1
    report = await again.report()
    assert (report.stop_reason, report.page_count) == ("complete", 120)
    assert await unfinished(ws.store) == []
    assert await rest_of(again) == []  # a finished crawl has nothing left to do


async def test_the_limit_holds_over_both_parts(site: GeneratedSite, ws: Workspace) -> None:
    site.pages = 300
    one = crawl(site.url(), ws, max_pages=50)
    async with aclosing(one.__aiter__()) as pages:
        async for _ in pages:
            break
    second = await rest_of(one)
    assert (await one.report()).page_count == 50
    assert len([page async for page in one.pages()]) == 50
    assert len(second) < 50


async def test_a_cancelled_crawl_keeps_what_was_answered(site: GeneratedSite, ws: Workspace) -> None:
    site.pages = 200
    site.delay_s = 0.002
    one = crawl(site.url(), ws, max_pages=300)
    task = asyncio.create_task(rest_of(one))
    while len(site.asked) < 50:
        await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    stored = [page.url async for page in one.pages()]
    assert len(stored) >= 40
    second = await rest_of(await resume(one.id, ws))
    assert len(stored) + len(second) == 200
    times = without_seeds(site)
    assert all(times[url.removeprefix(site.origin)] == 1 for url in stored)


async def test_a_crawl_that_was_killed_goes_on_in_another_process(
    site: GeneratedSite, settings: Settings, tmp_path: Path
) -> None:
    site.pages = 300
    site.delay_s = 0.005
    await upgrade(settings)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(settings.home), site.origin],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        deadline = time.monotonic() + 60
        while len(site.asked) < 120:
            assert process.poll() is None
            assert time.monotonic() < deadline
            await asyncio.sleep(0.005)
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    database = sqlite3.connect(settings.sqlite_path)
    query = "SELECT url FROM crawl_url WHERE NOT waiting"
    stored = {url.removeprefix(site.origin) for (url,) in database.execute(query)}
    database.close()
    assert 30 < len(stored) < 300
    site.delay_s = 0
    async with Workspace.open(settings, clock=SystemClock()) as ws:
        (left,) = await unfinished(ws.store)
        again = await resume(left.id, ws)
        second = await rest_of(again)
        report = await again.report()
    assert len(stored) + len(second) == report.page_count == 300
    assert report.stop_reason == "complete"
    times = without_seeds(site)
    assert {times[path] for path in stored} == {1}
    assert sum(times.values()) - 300 <= 32 + 4  # one batch that was not stored, and what was being asked for


async def test_a_kill_while_sitemaps_are_read_asks_for_none_twice(site: GeneratedSite, ws: Workspace) -> None:
    names = [f"/map{number}.xml" for number in range(6)]
    site.put(
        "/robots.txt", "\n".join(f"Sitemap: {site.url(name)}" for name in names), content_type="text/plain"
    )
    for name in names:
        site.put(name, site.sitemap([f"/page/{name[4]}"]), content_type="application/xml")
    site.pages = 10
    one = crawl(site.url(), ws)
    task = asyncio.create_task(rest_of(one))
    while site.times_asked()["/map2.xml"] == 0:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await rest_of(one)
    times = site.times_asked()
    assert [times[name] for name in names[:2]] == [1, 1]
    assert all(times[name] for name in names)
    assert {each.url.removeprefix(site.origin): each.entries for each in (await one.report()).sitemaps} == {
        **dict.fromkeys(names, 1),
        "/sitemap.xml": 0,
    }


async def test_two_processes_do_not_go_on_with_one_crawl(site: GeneratedSite, ws: Workspace) -> None:
    site.pages = 200
    one = crawl(site.url(), ws, max_pages=300)
    async with aclosing(one.__aiter__()) as pages:
        async for _ in pages:
            break
    both = [rest_of(await resume(one.id, ws)) for _ in range(2)]
    ended = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each) for each in ended if isinstance(each, BaseException)) == [Conflict]
    assert len([page async for page in one.pages()]) == 200


@pytest.mark.needs("postgresql")
async def test_a_crawl_is_kept_in_postgresql_too(
    site: GeneratedSite, settings: Settings, postgres_url: str
) -> None:
    site.pages = 80
    site.put("/sitemap.xml", site.sitemap([site.path_of(number) for number in range(80)]))
    async with postgres.empty_database(postgres_url) as url:
        on_postgres = Settings(_env_file=None, **{**settings.model_dump(), "database_url": url})
        await upgrade(on_postgres)
        clock = FixedClock(SystemClock().now())
        async with Workspace.open(on_postgres, clock=clock, ids=SequentialIds()) as ws:
            one = crawl(site.url(), ws, max_pages=100)
            async with aclosing(one.__aiter__()) as pages:
                async for _ in pages:
                    break
            await rest_of(await resume(one.id, ws))
            report = await one.report()
    assert (report.page_count, report.stop_reason, report.orphan_count) == (80, "complete", 0)
    assert set(without_seeds(site).values()) == {1}
