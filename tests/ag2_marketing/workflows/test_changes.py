"""A workflow that compares with the one before it: the comparison is evidence, and both modes speak of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW
from loopback_site import Site, running_site
from scripted_model import Message, calls, says, scripted_model

from ag2_marketing import run_marketing_workflow
from ag2_marketing.demo import TARGET
from ag2_marketing.grounding import check
from ag2_marketing.report import build_report
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace

Build = Callable[[str], Any]
PAGE = (Path(__file__).parents[3] / "ag2_marketing" / "demo" / "sites" / TARGET / "index.html").read_text(
    "utf-8"
)
MENDED = PAGE.replace("<head>", '<head><meta name="viewport" content="width=device-width, initial-scale=1">')


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        running.put("/", PAGE)
        yield running


@pytest.fixture
async def ws(site: Site, tmp_path: Path) -> AsyncIterator[Workspace]:
    settings = Settings(
        _env_file=None, home=tmp_path / "home", allowed_origins=(site.origin,), host_min_interval_s=0
    )
    async with Workspace.open(settings, clock=FixedClock(NOW), ids=SequentialIds()) as opened:
        yield opened


async def run(site: Site, ws: Workspace, llm_config: Any = False, **options: Any) -> dict[str, Any]:
    """Run the workflow a day later than the one before."""
    ws.clock.advance(86_400)  # type: ignore[attr-defined]
    return await run_marketing_workflow(
        site.url(), workspace=ws, llm_config=llm_config, max_pages=1, **{"compare": True, **options}
    )


def tools(answer: dict[str, Any]) -> list[str]:
    return [entry.tool for entry in answer["evidence"].entries]


def said(answer: dict[str, Any], speaker: str) -> str:
    return next(
        entry["text"]
        for entry in answer["transcript"]
        if entry["kind"] == "message" and entry["speaker"] == speaker
    )


def assert_grounded(answer: dict[str, Any]) -> None:
    for entry in answer["transcript"]:
        if entry["kind"] == "message":
            assert check(entry["source"], answer["evidence"]).grounded, entry
    answer["evidence"].verify()


async def test_without_being_asked_nothing_is_compared(site: Site, ws: Workspace) -> None:
    answer = await run(site, ws, compare=False)
    assert "changes" not in answer
    assert not {"compare_audits", "compare_content", "list_history"} & set(tools(answer))


async def test_the_first_time_the_team_says_that_there_is_nothing_to_compare(
    site: Site, ws: Workspace
) -> None:
    answer = await run(site, ws)
    assert answer["status"] == "success"
    assert (answer["changes"]["audit"]["compared"], answer["changes"]["content"]["compared"]) == (
        False,
        False,
    )
    assert "no earlier one" in said(answer, "seo_auditor")
    assert_grounded(answer)


async def test_the_second_time_it_tells_what_was_mended(site: Site, ws: Workspace) -> None:
    await run(site, ws, compare=False)
    site.put("/", MENDED)
    answer = await run(site, ws)
    assert {"compare_audits", "compare_content", "list_history"} <= set(tools(answer))
    assert [one["check"] for one in answer["changes"]["audit"]["fixed"]] == ["mobile.viewport"]
    assert answer["changes"]["audit"]["new"] == []
    words = said(answer, "seo_auditor")
    assert re.search(r"Fixed: .*Viewport", words)
    assert "findings fixed: 1" in words
    assert not [entry for entry in answer["transcript"] if entry["kind"] == "note"]
    assert_grounded(answer)


async def test_content_that_changed_is_told(site: Site, ws: Workspace) -> None:
    await run(site, ws)
    site.put("/", re.sub(r"<title>.*?</title>", "<title>Respite stays for families</title>", PAGE))
    answer = await run(site, ws)
    assert answer["changes"]["content"]["compared"]
    assert "Compared with the earlier analysis" in said(answer, "content_strategist")
    assert_grounded(answer)


async def test_the_report_of_a_comparison_is_made(site: Site, ws: Workspace) -> None:
    await run(site, ws)
    report = await build_report(await run(site, ws), ws)
    assert None not in (report.sections.audit_changes, report.sections.history)


def pushy(body: Message) -> Message:
    """Has the page audited twice before it speaks of changes, and cites what the comparison found."""
    texts = [str(message.get("content") or "") for message in body["messages"]]
    known = [match for text in texts for match in re.findall(r"Evidence (E\d+) of (\w+)\.", text)]
    if "SEO auditor" not in body["messages"][0]["content"]:
        return says("Let me look.")
    made = [tool for _, tool in known]
    if made.count("run_audit") < 2:
        url = re.search(r"http://127\.0\.0\.1:\d+/", " ".join(texts))
        assert url is not None
        return calls(("run_audit", {"url": url[0], "max_pages": 1}))
    compared = [evidence for evidence, tool in known if tool == "compare_audits"]
    if compared:
        return says(f"[[{compared[-1]}/counts/fixed]] finding was fixed: [[{compared[-1]}/fixed/0/title]].")
    return says("Let me look.")


async def test_a_models_second_audit_of_one_conversation_is_not_the_one_before(
    site: Site, ws: Workspace, llm: Build
) -> None:
    first = await run(site, ws, compare=False)
    site.put("/", MENDED)
    with scripted_model(pushy) as model:
        answer = await run(site, ws, llm(model.url))
    assert tools(answer).count("run_audit") == 2
    assert answer["changes"]["audit"]["earlier"]["id"] == first["audit"]["history_id"]
    assert [one["check"] for one in answer["changes"]["audit"]["fixed"]] == ["mobile.viewport"]
    auditor = next(entry for entry in answer["transcript"] if entry["kind"] == "message")
    assert auditor["by"] == "model"
    assert auditor["text"].startswith("1 finding was fixed")
    assert_grounded(answer)


async def test_both_modes_find_the_same_changes(site: Site, ws: Workspace, llm: Build) -> None:
    await run(site, ws, compare=False)
    site.put("/", MENDED)
    with scripted_model(lambda _body: says("Nothing of note.")) as model:
        spoken = await run(site, ws, llm(model.url))
    site.put("/", PAGE)
    await run(site, ws, compare=False)
    site.put("/", MENDED)
    silent = await run(site, ws)
    ways = ("new", "fixed", "worse", "better", "unchanged", "counts")
    assert [spoken["changes"]["audit"][way] for way in ways] == [
        silent["changes"]["audit"][way] for way in ways
    ]


async def test_a_history_that_is_switched_off_is_not_compared(site: Site, tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None, home=tmp_path / "off", allowed_origins=(site.origin,), host_min_interval_s=0,
        history_max_runs=0,
    )  # fmt: skip
    async with Workspace.open(settings, clock=FixedClock(NOW), ids=SequentialIds()) as ws:
        answer = await run(site, ws)
    assert answer["status"] == "success"
    assert answer["changes"] == {"audit": None, "content": None}
