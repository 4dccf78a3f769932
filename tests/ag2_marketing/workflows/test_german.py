"""The whole workflow in German, without a model: what is said, what is reported, and that it verifies."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW
from selectolax.lexbor import LexborHTMLParser

from ag2_marketing import run_marketing_workflow
from ag2_marketing.demo import COMPETITORS, TARGET
from ag2_marketing.grounding import check
from ag2_marketing.grounding.lexicon import detect
from ag2_marketing.report import build_report, write_report
from ag2_marketing.report.terminal import summary_lines
from ag2_marketing.report.verify import verify_report
from ag2_marketing_tools.messages.language import translations
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace

# Names that German and English write alike, and words of the three invented English pages.
ALIKE = frozenset({"Core Web Vitals", "Header", "Keywords", "Links", "Name", "Reputation", "Text"})


@pytest.fixture
async def ws(settings: Settings) -> AsyncIterator[Workspace]:
    german = settings.model_copy(update={"language": "de-AT"})
    async with Workspace.open(german, clock=FixedClock(NOW), ids=SequentialIds()) as opened:
        yield opened


async def run(sites: dict[str, str], ws: Workspace, **options: Any) -> dict[str, Any]:
    competitors = [f"{sites[name]}/" for name in COMPETITORS]
    return await run_marketing_workflow(
        f"{sites[TARGET]}/", competitors=competitors, workspace=ws, **{"llm_config": False, **options}
    )


def labels(words: dict[str, Any]) -> Iterator[str]:
    for value in words.values():
        yield from labels(value) if isinstance(value, dict) else (value,)


def labels_of(code: str) -> set[str]:
    text = resources.files("ag2_marketing.report").joinpath("texts", f"{code}.toml").read_text("utf-8")
    return set(labels(tomllib.loads(text)))


def texts_shown(html: str) -> set[str]:
    """The texts of the page as they stand between tags, the data and the styles left out."""
    tree = LexborHTMLParser(html)
    tree.strip_tags(["script", "style", "pre", "code"])
    assert tree.body is not None
    return {text.strip(" :") for text in tree.body.text(separator="\n").split("\n")} - {""}


async def test_the_team_speaks_german_and_the_guard_takes_every_word(
    sites: dict[str, str], ws: Workspace
) -> None:
    answer = await run(sites, ws)

    assert answer["status"] == "success"
    assert [entry for entry in answer["transcript"] if entry["kind"] == "note"] == []
    messages = [entry for entry in answer["transcript"] if entry["kind"] == "message"]
    assert len(messages) == 4
    for message in messages:
        assert detect(message["source"]) == "de"
        assert check(message["source"], answer["evidence"], "de").grounded
    assert messages[0]["text"].startswith("Ich habe ")
    assert "2 Bilder haben keinen Alternativtext." in messages[0]["text"]


async def test_a_campaign_that_a_person_decides_about_is_asked_for_in_german(
    sites: dict[str, str], ws: Workspace
) -> None:
    asked: list[str] = []

    async def ask(question: str) -> str:
        asked.append(question)
        return "Freigeben, bitte"

    answer = await run(sites, ws, human=True, ask=ask)

    assert asked == ["Diese Kampagne freigeben? (freigeben/ablehnen) "]
    assert answer["campaign"]["status"] == "scheduled"
    assert "wurde freigegeben; Stand: geplant." in answer["transcript"][-1]["text"]


async def test_a_page_that_cannot_be_read_is_told_of_in_german(sites: dict[str, str], ws: Workspace) -> None:
    answer = await run_marketing_workflow("http://127.0.0.1:1/", workspace=ws, llm_config=False)
    report = await build_report(answer, ws)

    assert answer["status"] == "error"
    assert "wird abgelehnt" in answer["audit"]["error"]
    assert report.summary[0].text.startswith("Die Seite konnte nicht geprüft werden:")


async def test_the_report_is_german_throughout_and_genuine(
    sites: dict[str, str], ws: Workspace, tmp_path: Path
) -> None:
    report = await build_report(await run(sites, ws), ws)
    files = write_report(report, tmp_path)
    html = files["html"].read_text("utf-8")
    markdown = files["markdown"].read_text("utf-8")
    shown = texts_shown(html)

    assert '<html lang="de">' in html
    assert labels_of("en") - labels_of("de") - ALIKE & shown == set()
    whole = "\n".join(shown)
    english = [text for text, german in translations("de").items() if german != text and text.count(" ") > 2]
    assert [text for text in english if text in whole or text in markdown] == []
    assert "Vorgeschlagenes Experiment" in shown
    assert "Besucher, die die empfohlenen Texte sehen, klicken häufiger weiter." in whole
    assert "2. März 2026, 09:00 UTC" in whole
    assert "2.017 B" in whole
    assert verify_report(files["html"]).genuine


async def test_the_summary_on_the_terminal_is_german(sites: dict[str, str], ws: Workspace) -> None:
    lines = list(summary_lines(await build_report(await run(sites, ws), ws)))

    assert {"Was zuerst zu tun ist", "Nicht gemessen", "Kampagne"} <= set(lines)
    assert any(line.startswith("  - kritisch ") for line in lines)
