"""What is kept of finished audits and analyses, and what happens where it cannot be."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from conftest import NOW
from loopback_site import Site, running_site

from ag2_marketing_tools.content import analyze_content
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.history import History, ListHistory, keeping, list_history
from ag2_marketing_tools.marks import marked, personal
from ag2_marketing_tools.privacy import erase_subject
from ag2_marketing_tools.seo import Audit, compare_audits, run_audit
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace
from ag2_marketing_tools.workspace.store import upgrade
from ag2_marketing_tools.workspace.store.analyses import Headline, load
from ag2_marketing_tools.workspace.store.observations import find

PAGE = """<!doctype html><html lang=en><head><meta charset=utf-8><title>Home care in Lisbon by nurses</title></head>
<body><h1>Home care</h1>{}</body></html>""".format(
    "<p>Our nurses visit your parents at home in Lisbon every day and cook a meal with them.</p>" * 15
)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        running.put("/", PAGE)
        yield running


async def opened(settings: Settings, site: Site, **changes: Any) -> AsyncIterator[Workspace]:
    changed = {"allowed_origins": (site.origin,), "host_min_interval_s": 0, **changes}
    used = settings.model_copy(update=changed)
    await upgrade(used)
    async with Workspace.open(used, clock=FixedClock(NOW), ids=SequentialIds()) as ws:
        yield ws


@pytest.fixture
async def ws(store_settings: Settings, site: Site) -> AsyncIterator[Workspace]:
    """A workspace on SQLite, then on PostgreSQL."""
    async for one in opened(store_settings, site):
        yield one


async def audit(ws: Workspace, url: str, **arguments: Any) -> Audit:
    made = await run_audit.run({"url": url, "specific_metrics": ["meta"], "max_pages": 1, **arguments}, ws)
    ws.clock.advance(3600)  # type: ignore[attr-defined]
    return made


async def history(ws: Workspace, url: str, **arguments: Any) -> History:
    return await list_history.run({"url": url, **arguments}, ws)


async def test_a_finished_audit_is_kept_whole_and_listed_by_its_figures(ws: Workspace, site: Site) -> None:
    made = await audit(ws, site.url())
    assert made.history_id is not None
    stored = await load(ws.store, made.history_id)
    assert stored is not None
    assert Audit.model_validate(stored.result["result"]) == made
    assert stored.parameters["specific_metrics"] == ["meta"]
    (entry,) = (await history(ws, site.url())).entries
    assert (entry.id, entry.kind, entry.at) == (made.history_id, "audit", "2026-03-02T09:00:00+00:00")
    assert (entry.score, entry.warning, entry.pages) == (made.score.value, made.summary.warning, 1)
    assert (entry.words, entry.gaps) == (None, None)


async def test_a_finished_content_analysis_is_kept(ws: Workspace, site: Site) -> None:
    made = await analyze_content.run({"target_url": site.url(), "max_pages": 1}, ws)
    (entry,) = (await history(ws, site.url(), kind="content")).entries
    assert (entry.id, entry.words, entry.score) == (made.history_id, made.page.words, None)
    assert entry.gaps is None  # there was no competitor to compare with
    assert (await history(ws, site.url(), kind="audit")).entries == []


async def test_its_figures_are_observations_of_the_page(ws: Workspace, site: Site) -> None:
    made = await audit(ws, site.url())
    await analyze_content.run({"target_url": site.url(), "max_pages": 1}, ws)
    found = {one.metric: one for one in await find(ws.store, subject_kind="page", subject_id=site.url())}
    assert found["seo.score"].value == made.score.value
    assert found["seo.findings.warning"].value == made.summary.warning
    assert found["seo.score"].unit == "point"
    assert found["content.words"].value > 100
    assert {one.source for one in found.values()} == {"run_audit", "analyze_content"}
    assert "lcp" not in found  # it was not measured, so it is not there


async def test_the_list_is_newest_first_and_tells_the_trend(ws: Workspace, site: Site) -> None:
    first = await audit(ws, site.url())
    site.put(
        "/", PAGE.replace("<head>", "<head><meta name=description content='Nurses who visit you at home'>")
    )
    await audit(ws, site.url())
    last = await audit(ws, site.url())
    found = await history(ws, site.url())
    assert [entry.at[11:13] for entry in found.entries] == ["11", "10", "09"]
    assert found.stored == 3
    assert found.score is not None
    assert (found.score.earlier, found.score.latest) == (first.score.value, last.score.value)
    assert found.score.difference is not None
    assert found.score.difference.value > 0
    assert len((await history(ws, site.url(), limit=1)).entries) == 1


async def test_nothing_stored_says_so_and_no_address_is_refused(ws: Workspace) -> None:
    found = await history(ws, "nobody.example")
    assert (found.entries, found.stored, bool(found.reason)) == ([], 0, True)
    with pytest.raises(InvalidInput):
        await history(ws, "javascript:alert(1)")


def test_the_figures_of_the_list_have_their_units() -> None:
    units = marked(History, "unit")
    assert units["/entries/*/score"] == "point"
    assert units["/entries/*/critical"] == "finding"
    assert units["/stored"] == "run"


# Where it cannot be kept


@pytest.fixture
async def sqlite(tmp_path: Path, site: Site) -> AsyncIterator[Workspace]:
    async for one in opened(Settings(_env_file=None, home=tmp_path / "home"), site):
        yield one


async def test_a_failing_store_never_costs_the_audit(sqlite: Workspace, site: Site) -> None:
    with sqlite3.connect(sqlite.settings.sqlite_path) as connection:
        connection.execute("DROP TABLE analysis_subject")
        connection.execute("DROP TABLE analysis")
    connection.close()
    made = await audit(sqlite, site.url())
    assert made.score.value is not None
    assert made.history_id is None
    assert any("was not kept in the history" in note for note in made.notes)
    analysed = await analyze_content.run({"target_url": site.url(), "max_pages": 1}, sqlite)
    assert analysed.primary_keywords
    assert any("was not kept in the history" in note for note in analysed.notes)


async def test_figures_that_cannot_be_kept_cost_no_more_than_themselves(
    sqlite: Workspace, site: Site
) -> None:
    with sqlite3.connect(sqlite.settings.sqlite_path) as connection:
        connection.execute("DROP TABLE observation")
    connection.close()
    made = await audit(sqlite, site.url())
    (entry,) = (await history(sqlite, site.url())).entries
    assert made.history_id == entry.id  # what is listed says so itself
    assert any("were not kept as observations" in note for note in made.notes)
    assert not any("was not kept in the history" in note for note in made.notes)


async def test_a_result_that_is_too_large_is_kept_without_what_no_comparison_reads(
    sqlite: Workspace, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await audit(sqlite, site.url())
    stored = await load(sqlite.store, whole.history_id or "")
    assert stored is not None
    monkeypatch.setattr(keeping, "LARGEST_RESULT_BYTES", stored.size - 500)
    short = await audit(sqlite, site.url())
    kept = await load(sqlite.store, short.history_id or "")
    assert kept is not None
    assert (stored.result["complete"], kept.result["complete"]) == (True, False)
    assert kept.size < stored.size
    found = await compare_audits.run({"url": site.url()}, sqlite)
    assert (found.compared, found.new, found.fixed) == (True, [], [])
    monkeypatch.setattr(keeping, "LARGEST_RESULT_BYTES", 100)
    none = await audit(sqlite, site.url())
    assert none.history_id is None
    assert "bytes" in none.notes[-1]


async def test_the_setting_bounds_the_history_and_can_switch_it_off(tmp_path: Path, site: Site) -> None:
    settings = Settings(_env_file=None, home=tmp_path / "home")
    async for ws in opened(settings, site, history_max_runs=2):
        made = [await audit(ws, site.url()) for _ in range(4)]
        entries = (await history(ws, site.url())).entries
        assert [entry.id for entry in entries] == [made[3].history_id, made[2].history_id]
    async for ws in opened(settings, site, history_max_runs=0):
        none = await audit(ws, site.url())
        assert none.history_id is None
        assert not any("history" in note for note in none.notes)
        assert len((await history(ws, site.url())).entries) == 2


async def test_what_the_page_says_is_kept_however_odd(ws: Workspace, site: Site) -> None:
    odd = "<title>nul \x00 quote ' \" half &#xD83D; \u202e emoji \U0001f600 }]</title><p>Care"
    site.put("/odd", odd.encode("utf-8", "surrogatepass"))
    made = await audit(ws, site.url("/odd"))
    assert made.history_id is not None
    stored = await load(ws.store, made.history_id)
    assert stored is not None
    assert stored.result["result"]["meta"]["title"] == made.meta.title


class Reviewed(Result):
    """A result that names people, as those of other families may."""

    authors: Annotated[list[str], personal()]


async def test_whom_a_result_names_is_kept_so_that_erasure_finds_it(ws: Workspace) -> None:
    made = Reviewed(authors=["anna-secret-name", "ben"])
    finished = keeping.Finished(
        kind="audit", id="r1", asked_url="a.example", page_url="https://a.example/", params=ListHistory(url="x"),
        result=made, core=dict, catalogue_version="c", headline=Headline(),
    )  # fmt: skip
    assert await keeping.keep(finished, ws) == keeping.Kept("r1")
    assert (await erase_subject(ws.store, "person", "anna-secret-name")).analyses == 1
    assert (await history(ws, "a.example")).entries == []


async def test_equal_runs_store_equal_bytes(tmp_path: Path, site: Site) -> None:
    results = []
    for name in ("one", "two"):
        async for ws in opened(Settings(_env_file=None, home=tmp_path / name), site):
            made = await audit(ws, site.url(), specific_metrics=["headings"])
            stored = await load(ws.store, made.history_id or "")
            assert stored is not None
            results.append((stored.result, stored.catalogue_version))
    assert results[0] == results[1]
