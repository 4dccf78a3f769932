"""A review's page: every figure is its evidence's, nobody is named, and what could not be told is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from ag2_marketing.grounding import Ledger
from ag2_marketing.report import Report, write_report
from ag2_marketing.report.evidence import entries_of
from ag2_marketing.report.model import ReviewSections
from ag2_marketing.report.page_figures import MisreadFigure, figures_in
from ag2_marketing.report.review.page import review_page
from ag2_marketing.report.verify import verify_report
from ag2_marketing_tools.workspace import Settings

MOST_BYTES = 1_500_000
Reviewing = Callable[..., Coroutine[Any, Any, Report]]


def text_of(page: str, selector: str) -> str:
    return " ".join(
        " ".join(node.text(separator=" ").split()) for node in LexborHTMLParser(page).css(selector)
    )


@pytest.mark.parametrize("language", ["en", "de"])
async def test_every_figure_of_the_page_reads_as_its_evidence(reviewed: Reviewing, language: str) -> None:
    report = await reviewed(language=language)
    page = review_page(report)
    assert figures_in(page.encode(), report) > 200
    assert f'<html lang="{language}">' in page
    assert review_page(report) == page


async def test_a_figure_changed_by_hand_is_found(reviewed: Reviewing, tmp_path: Path) -> None:
    report = await reviewed()
    path = write_report(report, tmp_path / "out")["html"]
    page = path.read_text("utf-8")
    shown = LexborHTMLParser(page).css_first(".bullet .figure button").text()
    changed = page.replace(f">{shown}</button>", ">99.9 %</button>", 1)
    assert changed != page
    with pytest.raises(MisreadFigure, match=r"99\.9"):
        figures_in(changed.encode(), report)
    path.write_text(changed, "utf-8")
    assert not verify_report(path, Settings(_env_file=None, home=tmp_path / "none")).genuine


async def test_an_interval_of_the_map_changed_by_hand_is_found(reviewed: Reviewing) -> None:
    report = await reviewed()
    page = review_page(report)
    bounds = LexborHTMLParser(page).css_first(".heat-map .bounds")
    low = bounds.text().split()[0].lstrip("(")
    changed = page.replace(f'bounds"> ({low} ', 'bounds"> (12.3 ', 1)
    assert changed != page
    with pytest.raises(MisreadFigure, match=r"12\.3"):
        figures_in(changed.encode(), report)
    elsewhere = page.replace("</main>", '<p class="bounds">99.9 %</p></main>', 1)
    with pytest.raises(MisreadFigure, match="not that of a figure beside it"):
        figures_in(elsewhere.encode(), report)


async def test_the_written_files_are_genuine_and_small(reviewed: Reviewing, tmp_path: Path) -> None:
    paths = write_report(await reviewed(), tmp_path / "out")
    for path in paths.values():
        verdict = verify_report(path, Settings(_env_file=None, home=tmp_path / "none"))
        assert verdict.genuine, list(verdict.lines())
    assert paths["html"].stat().st_size < MOST_BYTES


async def test_caregivers_are_pseudonyms_unless_the_setting_shares_their_names(reviewed: Reviewing) -> None:
    page = review_page(await reviewed())
    rows = LexborHTMLParser(page).css(".heat-map tbody th > a")
    assert len(rows) == 7
    assert all(row.text().startswith("person-") for row in rows)
    assert "cg-0" not in page
    named = review_page(await reviewed(share_personal_data=True))
    assert "cg-001" in text_of(named, ".heat-map tbody th")


async def test_no_client_is_named_and_small_groups_are_not_told(reviewed: Reviewing) -> None:
    report = await reviewed()
    page = review_page(report)
    assert "cl-0" not in page
    assert "Fewer than" in text_of(page, "#outcomes") or "×" in text_of(page, "#outcomes")
    outcomes = report.ledger[str(report.review and report.review.outcomes)].result
    told = [
        group
        for group in (*outcomes["condition_groups"], *outcomes["intervention_groups"])
        if group["clients"]
    ]
    assert all(group["clients"] >= 5 for group in told)


async def test_its_sections_come_in_order_and_its_data_are_embedded(reviewed: Reviewing) -> None:
    report = await reviewed()
    page = LexborHTMLParser(review_page(report))
    ids = [node.attributes["id"] for node in page.css("main > section")]
    assert ids == [
        "summary", "actions", "positions", "courses", "caregivers", "outcomes", "missing", "conversation", "evidence",
    ]  # fmt: skip
    data = page.css_first("script#report-data")
    assert json.loads(data.text())["location"] == "loc-01"


async def test_bullets_courses_and_places_of_the_map_are_as_many_as_were_measured(
    reviewed: Reviewing,
) -> None:
    report = await reviewed()
    page = LexborHTMLParser(review_page(report))
    sections = report.review or ReviewSections()
    (position,) = (report.ledger[one].result for one in sections.positions)
    measured = [one for one in position["metrics"] if one["value"] is not None]
    assert len(page.css(".plot.bullet")) == len(measured) == 4
    assert len(page.css("#courses figure svg")) == len(report.ledger[str(sections.course)].result["metrics"])
    team = report.ledger[str(sections.caregivers)].result
    figures = sum(one["value"] is not None for row in team["rows"] for one in row["cells"])
    assert len(page.css(".heat-map td a")) == figures


async def test_a_step_that_failed_is_said_and_the_rest_stands(reviewed: Reviewing) -> None:
    report = await reviewed()
    ledger = Ledger()
    ledger.record_user("Review loc-01.")
    failed = ledger.record(
        tool="location_caregivers",
        arguments={},
        result={"status": "error", "error": "The <b>store</b> is away."},
    )
    sections = ReviewSections(task="U1", caregivers=failed.id)
    broken = report.model_copy(
        update={
            "evidence": entries_of(ledger), "head": ledger.head, "review": sections, "transcript": [], "summary": [],
            "status": "partial",
        }
    )  # fmt: skip
    fresh = Report.model_validate(broken.as_json())
    page = review_page(fresh)
    assert "The <b>store</b> is away." in text_of(page, "#missing")
    assert "<b>store</b>" not in page
    assert LexborHTMLParser(page).css_first(".heat-map") is None


async def test_what_is_withheld_is_named_and_nothing_of_it_is_shown(reviewed: Reviewing) -> None:
    report = await reviewed()
    sections = report.review or ReviewSections()
    entries = [
        {**entry, "payload": None} if entry["id"] == sections.caregivers else entry
        for entry in report.evidence
    ]
    fresh = Report.model_validate({**report.as_json(), "evidence": entries})
    page = review_page(fresh)
    assert "erased or withheld" in text_of(page, "#missing")
    assert LexborHTMLParser(page).css_first(".heat-map") is None
