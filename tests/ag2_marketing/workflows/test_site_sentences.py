"""What the auditor says of a site is said whatever words the site itself uses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from conftest import NOW
from loopback_site import Site, running_site

from ag2_marketing import run_marketing_workflow
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace

# Every word of the sentences in question, as a site may use them itself.
TITLE = {
    "en": "Broken addresses linked within the site, pages judged in this site",
    "de": "Defekte URLs auf der Website verlinkt, auf dieser Website beurteilte Seiten",
}
SENTENCES = {
    "en": (
        "Judged in this site: 2.",
        "Broken addresses that are linked within the site: 3.",
        "What to mend first across the site is",
    ),
    "de": (
        "Auf dieser Website beurteilt: 2.",
        "Auf dieser Website verlinkt, aber defekt: 3.",
        "Auf der ganzen Website zuerst zu beheben:",
    ),
}


@pytest.fixture
def site() -> Iterator[Site]:
    """Two pages full of the auditor's own words, and links to three addresses that are gone."""
    with running_site() as running:
        yield running


@pytest.fixture(params=["en", "de"])
async def ws(request: pytest.FixtureRequest, site: Site, settings: Settings) -> AsyncIterator[Workspace]:
    spoken = settings.model_copy(update={"language": request.param, "allowed_origins": (site.origin,)})
    async with Workspace.open(spoken, clock=FixedClock(NOW), ids=SequentialIds()) as opened:
        yield opened


async def test_the_sentences_about_the_site_are_never_left_out(site: Site, ws: Workspace) -> None:
    title = TITLE[ws.settings.language]
    gone = "".join(f'<p>{title}: <a href="/gone/{at}">{title} {at + 7}</a>' for at in range(3))
    html = f'<html><head><title>{title}</title><meta name="description" content="{title}"></head><body>'
    site.put("/", f'{html}<h1>{title}</h1>{gone}<p><a href="/more">{title}</a></body></html>')
    site.put("/more", f"{html}<h1>{title} 2</h1><p>{title}</body></html>")

    answer = await run_marketing_workflow(site.url("/"), workspace=ws, llm_config=False)

    audited = next(entry for entry in answer["transcript"] if entry["kind"] == "message")
    assert [entry for entry in answer["transcript"] if entry["kind"] == "note"] == []
    assert [sentence for sentence in SENTENCES[ws.settings.language] if sentence not in audited["text"]] == []
