"""Finished audits and analyses in the database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW
from sqlalchemy import func, select

from ag2_marketing_tools.errors import Conflict
from ag2_marketing_tools.privacy import Erased, erase_subject, export_subject
from ag2_marketing_tools.workspace import Settings, SystemClock
from ag2_marketing_tools.workspace.store import Store, upgrade
from ag2_marketing_tools.workspace.store.analyses import (
    Headline,
    ListedAnalysis,
    StoredAnalysis,
    count,
    find,
    load,
    save,
)
from ag2_marketing_tools.workspace.store.conversations import Subject
from ag2_marketing_tools.workspace.store.schema import analysis, analysis_subject

URL = "https://a.example/"
KILL_ME = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from ag2_marketing_tools.workspace import Settings, SystemClock
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.analyses import Headline, StoredAnalysis, save
from ag2_marketing_tools.workspace.store.conversations import Subject

async def main():
    store = await Store.open(Settings(_env_file=None), clock=SystemClock())
    for number in range(100_000):
        await save(store, StoredAnalysis(
            id=f"a{number}", kind="audit", page_url="https://a.example/", size=1, headline=Headline(score=number),
            finished_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number), product_version="1",
            catalogue_version="c", parameters={}, result={"text": "x" * 200_000},
            subjects=(Subject("page", "https://a.example/"), Subject("person", "anna")),
        ), most=1_000_000)
        print(number, flush=True)

asyncio.run(main())
"""


def an_analysis(number: int, **changes: Any) -> StoredAnalysis:
    """The analysis of an hour; each an hour after the one before."""
    values: dict[str, Any] = {
        "id": f"a{number}",
        "kind": "audit",
        "page_url": URL,
        "finished_at": NOW + timedelta(hours=number),
        "product_version": "0.1.0",
        "catalogue_version": "c1",
        "headline": Headline(score=80.5, critical=1, warning=2, info=0, pages=25),
        "size": 17,
        "parameters": {"url": "a.example", "max_pages": None},
        "result": {"version": 1, "result": {"title": "quotes \"' nul \x00 half \ud83d and 1.0", "n": 1.0}},
        "subjects": (Subject("page", URL), Subject("page", "http://a.example/")),
    }
    return StoredAnalysis(**{**values, **changes})


def ids(found: list[ListedAnalysis]) -> list[str]:
    return [one.id for one in found]


async def test_an_analysis_comes_back_as_it_was_kept(store: Store) -> None:
    whole = an_analysis(1)
    await save(store, whole, most=10)
    assert await load(store, "a1") == replace(whole, subjects=())
    assert await load(store, "a2") is None
    (listed,) = await find(store, [URL])
    assert (listed.headline, listed.size) == (whole.headline, whole.size)
    assert not hasattr(listed, "result")


async def test_the_same_id_is_kept_once(store: Store) -> None:
    await save(store, an_analysis(1), most=10)
    with pytest.raises(Conflict):
        await save(store, an_analysis(1), most=10)
    assert await count(store, [URL]) == 1


async def test_it_is_found_under_each_address_of_its_page_newest_first(store: Store) -> None:
    for number in (2, 1, 3):
        await save(store, an_analysis(number), most=10)
    await save(store, an_analysis(4, kind="content"), most=10)
    elsewhere = an_analysis(
        5, page_url="https://b.example/", subjects=(Subject("page", "https://b.example/"),)
    )
    await save(store, elsewhere, most=10)
    assert ids(await find(store, [URL])) == ["a4", "a3", "a2", "a1"]
    assert ids(await find(store, ["http://a.example/"], kind="audit")) == ["a3", "a2", "a1"]
    assert ids(await find(store, ["https://b.example/", URL], limit=2)) == ["a5", "a4"]
    assert ids(await find(store, [])) == []
    assert await count(store, [URL], kind="audit") == 3


async def test_the_ones_before_are_found_also_of_the_same_moment(store: Store) -> None:
    for number in (1, 2, 3):
        await save(store, an_analysis(number, finished_at=NOW), most=10)
    third, second, _ = await find(store, [URL])
    assert ids(await find(store, [URL], before=third)) == ["a2", "a1"]
    assert ids(await find(store, [URL], before=second)) == ["a1"]
    assert ids(await find(store, [URL], until=NOW - timedelta(microseconds=1))) == []
    assert len(await find(store, [URL], until=NOW)) == 3


async def test_the_oldest_of_a_page_and_kind_go_first(store: Store) -> None:
    for number in range(5):
        await save(store, an_analysis(number), most=3)
    await save(store, an_analysis(9, kind="content"), most=3)
    assert ids(await find(store, [URL])) == ["a9", "a4", "a3", "a2"]
    async with store.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(analysis_subject)) == 8


async def test_many_at_once_are_all_kept(store: Store) -> None:
    await asyncio.gather(*(save(store, an_analysis(number), most=100) for number in range(20)))
    assert await count(store, [URL]) == 20


async def test_a_page_that_is_erased_takes_its_analyses_along(store: Store) -> None:
    await save(store, an_analysis(1), most=10)
    await save(store, an_analysis(2, kind="content", subjects=(Subject("page", URL),)), most=10)
    other = an_analysis(3, page_url="https://b.example/", subjects=(Subject("page", "https://b.example/"),))
    await save(store, other, most=10)
    exported = await export_subject(store, "page", URL)
    assert [row["id"] for row in exported["analysis"]] == ["a1", "a2"]
    assert await erase_subject(store, "page", URL) == Erased(0, 0, 0, 0, analyses=2)
    async with store.read() as connection:
        assert list((await connection.execute(select(analysis.c.id))).scalars()) == ["a3"]
        assert await connection.scalar(select(func.count()).select_from(analysis_subject)) == 1


async def test_a_person_whom_a_result_names_is_erased_with_it(store: Store) -> None:
    named = (Subject("page", URL), Subject("person", "anna-secret-name"))
    await save(store, an_analysis(1, subjects=named), most=10)
    await save(store, an_analysis(2), most=10)
    assert (await erase_subject(store, "person", "anna-secret-name")).analyses == 1
    assert ids(await find(store, [URL])) == ["a2"]


async def test_a_killed_writer_loses_nothing_and_leaves_no_half(
    store_settings: Settings, start_program
) -> None:
    await upgrade(store_settings)
    process = start_program(KILL_ME, store_settings)
    acknowledged = -1
    for line in process.stdout:
        acknowledged = int(line)
        if acknowledged >= 15:
            break
    process.kill()
    acknowledged = max([acknowledged, *(int(line) for line in process.stdout if line.endswith("\n"))])
    process.wait()
    store = await Store.open(store_settings, clock=SystemClock())
    try:
        kept = await find(store, [URL])
        assert {f"a{number}" for number in range(acknowledged + 1)} <= {one.id for one in kept}
        for one in kept:
            whole = await load(store, one.id)
            assert whole is not None
            assert len(whole.result["text"]) == 200_000
        async with store.read() as connection:
            links = select(analysis_subject.c.analysis_id, func.count()).group_by(
                analysis_subject.c.analysis_id
            )
            assert {name: number for name, number in await connection.execute(links)} == {
                one.id: 2 for one in kept
            }
    finally:
        await store.aclose()
