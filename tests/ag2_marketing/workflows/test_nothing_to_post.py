"""A page with hardly any text: the audit and the analysis stand, and the run says why nothing is posted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from conftest import NOW
from loopback_site import Site, running_site

from ag2_marketing import run_marketing_workflow
from ag2_marketing.report import build_report, write_report
from ag2_marketing.report.verify import verify_report
from ag2_marketing_tools.campaigns import list_campaigns
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace

REASON = {"en": "a page with hardly any text of its own", "de": "eine Seite mit kaum eigenem Text"}


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@pytest.fixture(params=["en", "de"])
async def ws(request: pytest.FixtureRequest, site: Site, settings: Settings) -> AsyncIterator[Workspace]:
    spoken = settings.model_copy(update={"language": request.param, "allowed_origins": (site.origin,)})
    async with Workspace.open(spoken, clock=FixedClock(NOW), ids=SequentialIds()) as opened:
        yield opened


async def test_the_run_is_finished_in_part_and_says_why(site: Site, ws: Workspace, tmp_path: Path) -> None:
    site.put("/", "<!doctype html><title>Hi</title><body><img src=/a.png></body>")

    answer = await run_marketing_workflow(site.url("/"), workspace=ws, llm_config=False)

    assert answer["status"] == "partial"
    assert answer["audit"]["status"] == answer["content_analysis"]["status"] == "success"
    assert answer["campaign"]["status"] == "nothing_to_post"
    reason = REASON[ws.settings.language]
    assert reason in answer["campaign"]["reason"]
    messages = [entry["text"] for entry in answer["transcript"] if entry["kind"] == "message"]
    assert reason in messages[-1]
    assert (await list_campaigns.run({}, ws)).campaigns == []

    report = await build_report(answer, ws)
    assert report.status == "partial"
    assert reason in report.summary[-1].text
    files = write_report(report, tmp_path)
    assert all(reason in files[kind].read_text("utf-8") for kind in ("html", "markdown"))
    assert verify_report(files["html"]).genuine
