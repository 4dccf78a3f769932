"""A review's JSON and Markdown: complete, in either language, verified, and found out where they were changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ag2_marketing.report import Report
from ag2_marketing.report.exports import schema_text
from ag2_marketing.report.verify import verify_report
from ag2_marketing.report.write import json_bytes, markdown_bytes, write_report_as
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace import Settings

Reviewing = Callable[..., Coroutine[Any, Any, Report]]
HEADINGS = {
    "en": ["In short", "What to do", "Where the location stands", "How it went", "Caregivers", "Clients"],
    "de": ["Kurz gefasst", "Was zu tun ist"],
}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Settings of a machine that has never seen the report."""
    return Settings(_env_file=None, home=tmp_path / "elsewhere")


async def test_the_report_names_the_evidence_of_each_section(reviewed: Reviewing) -> None:
    report = await reviewed()

    assert report.review is not None
    tools = {entry.id: entry.tool for entry in report.ledger.entries}
    assert [tools[one] for one in report.review.positions] == ["compare_with_benchmarks"]
    named = {
        name: tools[getattr(report.review, name) or ""]
        for name in ("course", "caregivers", "outcomes", "actions")
    }
    assert named == {
        "course": "show_course",
        "caregivers": "location_caregivers",
        "outcomes": "location_outcomes",
        "actions": "order_actions",
    }
    assert (report.location, report.target_url, report.status) == ("loc-01", None, "success")


async def test_the_json_is_as_its_published_schema_says(reviewed: Reviewing) -> None:
    report = await reviewed()

    jsonschema.validate(json.loads(json_bytes(report)), json.loads(schema_text("report")))


@pytest.mark.parametrize("language", ["en", "de"])
async def test_the_markdown_tells_every_section(reviewed: Reviewing, language: str) -> None:
    text = markdown_bytes(await reviewed(language=language)).decode()

    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert headings[: len(HEADINGS[language])] == HEADINGS[language]
    assert "cg-0" not in text
    assert "person-" in text


@pytest.mark.parametrize(("least", "withheld"), [(40, 3), (300, 74)])
async def test_values_that_rest_on_few_cases_are_said_to_be_there_and_not_told(
    reviewed: Reviewing, least: int, withheld: int
) -> None:
    text = markdown_bytes(await reviewed(least_group_size=least)).decode()

    (line,) = [one for one in text.splitlines() if one.startswith("- ") and "values not told" in one]
    assert "Overall patient satisfaction" in line
    assert f"{withheld} values not told: fewer than {least} cases each." in line


async def test_markdown_is_verified_by_the_data_beside_it(
    reviewed: Reviewing, tmp_path: Path, elsewhere: Settings
) -> None:
    paths = write_report_as(await reviewed(), tmp_path / "north.md")

    assert set(paths) == {"markdown", "json"}
    assert verify_report(paths["markdown"], elsewhere).genuine


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("markdown", lambda text: text.replace("percentage points", "points", 1)),
        ("json", lambda text: text.replace('"location": "loc-01"', '"location": "loc-02"', 1)),
        ("json", lambda text: text.replace('"status": "success"', '"status": "partial"', 1)),
    ],
)
async def test_what_was_changed_by_hand_is_found(
    reviewed: Reviewing, tmp_path: Path, elsewhere: Settings, kind: str, change: Callable[[str], str]
) -> None:
    path = write_report_as(await reviewed(), tmp_path / "north.md")[kind]
    text = path.read_text("utf-8")
    assert change(text) != text

    path.write_text(change(text), "utf-8")

    assert not verify_report(path, elsewhere).genuine


async def test_a_name_that_says_no_form_is_refused(reviewed: Reviewing, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="does not say which form is meant"):
        write_report_as(await reviewed(), tmp_path / "north.docx")
    assert list(tmp_path.glob("north*")) == []
