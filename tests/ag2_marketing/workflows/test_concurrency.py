"""Several workflows at once, and workflows that are called off."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW
from scripted_model import Message, says, scripted_model

from ag2_marketing import run_marketing_workflow
from ag2_marketing.adapters.transcript import Entry
from ag2_marketing.demo import COMPETITORS, TARGET
from ag2_marketing_tools.campaigns import list_campaigns, show_campaign
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace

Build = Callable[[str], Any]
SOON_S = 10


async def run(url: str, ws: Workspace, **options: Any) -> dict[str, Any]:
    return await run_marketing_workflow(url, workspace=ws, **{"llm_config": False, **options})


def pages_of(answer: dict[str, Any]) -> set[str]:
    """The pages that a workflow's evidence is about."""
    results = [entry.result for entry in answer["evidence"] if not entry.is_user]
    return {result[key] for result in results for key in ("url", "target_url") if key in result}


def assert_about(answer: dict[str, Any], url: str) -> None:
    answer["evidence"].verify()
    assert pages_of(answer) == {url}
    ids = [entry.id for entry in answer["evidence"]]
    assert ids == ["U1", *[f"E{n}" for n in range(1, len(ids))]]
    speakers = [entry["speaker"] for entry in answer["transcript"] if entry["kind"] == "message"]
    assert speakers == ["seo_auditor", "content_strategist", "experimenter", "campaign_manager"]


async def assert_nothing_half_stored(ws: Workspace, *, at_most: int) -> None:
    listed = (await list_campaigns.run({}, ws)).campaigns
    assert len(listed) <= at_most
    for campaign in listed:
        stored = await show_campaign.run({"campaign_id": campaign.campaign_id}, ws)
        assert len(stored.scheduled_posts) == campaign.counts.posts > 0


def others() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {asyncio.current_task()}  # type: ignore[arg-type]


async def test_workflows_in_one_workspace_do_not_mix(sites: dict[str, str], ws: Workspace) -> None:
    urls = [f"{sites[name]}/" for name in (TARGET, *COMPETITORS)]

    answers = await asyncio.gather(*(run(url, ws) for url in urls))

    for url, answer in zip(urls, answers, strict=True):
        assert answer["status"] == "success"
        assert_about(answer, url)
    stored = {answer["campaign"]["campaign_id"] for answer in answers}
    assert len(stored) == len(urls)
    await assert_nothing_half_stored(ws, at_most=len(urls))


async def test_workflows_in_two_workspaces_store_each_its_own(
    sites: dict[str, str], settings: Settings, tmp_path: Path
) -> None:
    urls = [f"{sites[name]}/" for name in (TARGET, COMPETITORS[0])]

    async def alone(url: str, home: str) -> tuple[dict[str, Any], list[str]]:
        own = settings.model_copy(update={"home": tmp_path / home})
        async with Workspace.open(own, clock=FixedClock(NOW), ids=SequentialIds()) as ws:
            answer = await run(url, ws)
            return answer, [entry.name for entry in (await list_campaigns.run({}, ws)).campaigns]

    answers = await asyncio.gather(*(alone(url, f"home{n}") for n, url in enumerate(urls)))

    for url, (answer, campaigns) in zip(urls, answers, strict=True):
        assert_about(answer, url)
        assert len(campaigns) == 1


async def test_one_with_a_model_and_one_without_at_once(
    sites: dict[str, str], ws: Workspace, llm: Build
) -> None:
    first, second = f"{sites[TARGET]}/", f"{sites[COMPETITORS[0]]}/"

    def script(body: Message) -> Message:
        texts = json.dumps(body["messages"])
        return (
            says("I looked at [[E1/url]].") if "Evidence E1 of run_audit" in texts else says("Let me look.")
        )

    with scripted_model(script) as model:
        spoken, silent = await asyncio.gather(run(first, ws, llm_config=llm(model.url)), run(second, ws))
        assert second.removesuffix("/") not in json.dumps(model.requests)

    assert_about(spoken, first)
    assert_about(silent, second)
    assert {entry["by"] for entry in spoken["transcript"] if entry["kind"] == "message"} == {"model"}
    assert {entry["by"] for entry in silent["transcript"] if entry["kind"] == "message"} == {"template"}


@pytest.mark.parametrize("entries", range(1, 8))
async def test_calling_it_off_leaves_no_half_stored_campaign_and_no_task(
    sites: dict[str, str], ws: Workspace, entries: int
) -> None:
    heard: list[Entry] = []
    before = others()

    def listen(entry: Entry) -> None:
        heard.append(entry)
        if len(heard) == entries:
            task.cancel()

    task = asyncio.create_task(run(f"{sites[TARGET]}/", ws, listener=listen))
    try:
        await task
    except asyncio.CancelledError:
        assert len(heard) >= entries
    else:
        assert len(heard) == entries  # it ended with this very entry

    assert others() == before
    await assert_nothing_half_stored(ws, at_most=1)
    assert (await run(f"{sites[TARGET]}/", ws))["status"] == "success"


@pytest.mark.parametrize("after_ms", [1, 20, 60, 120, 200])
async def test_a_time_limit_around_a_workflow_of_its_own_workspace_closes_everything(
    sites: dict[str, str], settings: Settings, after_ms: int
) -> None:
    before, threads = others(), set(threading.enumerate())
    try:
        async with asyncio.timeout(after_ms / 1000):
            await run_marketing_workflow(f"{sites[TARGET]}/", settings=settings, llm_config=False)
    except TimeoutError:
        await asyncio.sleep(0)

    assert others() == before
    left = [
        thread
        for thread in set(threading.enumerate()) - threads
        if not thread.daemon and not thread.name.startswith("asyncio_")  # the loop's own pool waits for work
    ]
    for thread in left:
        await asyncio.to_thread(thread.join, SOON_S)
    assert not [thread for thread in left if thread.is_alive()]
    async with Workspace.open(settings) as ws:
        await assert_nothing_half_stored(ws, at_most=1)


async def test_a_model_that_never_answers_does_not_hold_up_who_calls_it_off(
    sites: dict[str, str], ws: Workspace, llm: Build
) -> None:
    release = threading.Event()

    def think(_body: Message) -> Message:
        release.wait(60)
        return says("Too late.")

    with scripted_model(think) as model:
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await run(f"{sites[TARGET]}/", ws, llm_config=llm(model.url))
        took_s = time.monotonic() - begun
        release.set()

    assert took_s < SOON_S
    waiting = [thread for thread in threading.enumerate() if thread.name == "ag2-marketing-background"]
    assert all(thread.daemon for thread in waiting)


async def test_a_model_that_takes_too_long_is_replaced_by_the_templates(
    sites: dict[str, str], ws: Workspace, llm: Build
) -> None:
    from dataclasses import replace

    release = threading.Event()

    def think(_body: Message) -> Message:
        release.wait(60)
        return says("Too late.")

    hurried = replace(ws, settings=ws.settings.model_copy(update={"llm_timeout_s": 0.1}))
    with scripted_model(think) as model:
        answer = await run(f"{sites[TARGET]}/", hurried, llm_config=llm(model.url))
        release.set()

    assert answer["status"] == "success"
    assert "TimeoutError" in json.dumps(answer["transcript"])


async def test_calling_it_off_while_a_person_thinks_schedules_nothing(
    sites: dict[str, str], ws: Workspace
) -> None:
    async def ask(_question: str) -> str:
        await asyncio.Event().wait()
        return "approve"

    task = asyncio.create_task(run(f"{sites[TARGET]}/", ws, human=True, ask=ask))
    while not (await list_campaigns.run({}, ws)).campaigns:
        await asyncio.sleep(0.01)
        assert not task.done()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    [campaign] = (await list_campaigns.run({}, ws)).campaigns
    assert campaign.status == "awaiting_approval"
    assert campaign.counts.scheduled == 0


async def test_conversations_leave_nothing_behind_but_their_answers(
    sites: dict[str, str], ws: Workspace
) -> None:
    import gc

    from ag2_marketing.agents.base import MarketingAgent

    await run(f"{sites[TARGET]}/", ws)
    gc.collect()
    before = sum(isinstance(thing, MarketingAgent) for thing in gc.get_objects())
    for _ in range(3):
        await run(f"{sites[TARGET]}/", ws)
    gc.collect()

    assert sum(isinstance(thing, MarketingAgent) for thing in gc.get_objects()) == before
