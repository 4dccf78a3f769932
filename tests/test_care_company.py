"""The synthetic home-care company: what was planted in its files is what an import finds."""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from synthetic_company import generated

from ag2_marketing_tools.observations import import_observations
from ag2_marketing_tools.observations.report import ImportReport
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import find
from ag2_marketing_tools.workspace.store.subjects import find_subjects

SMALL = ("--locations", "3", "--caregivers", "12", "--clients", "24", "--months", "18", "--end", "2026-02-15")
FILES = (
    "caregiver_weeks.csv",
    "location_weeks.csv",
    "caregiver_months.csv",
    "client_months.jsonl",
    "channel_months.csv",
    "company_months.csv",
)


def planted(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / "planted.json").read_text("utf-8"))
    return manifest


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A small company's files, and what was planted in them."""
    folder = tmp_path_factory.mktemp("company")
    return folder, planted(generated(folder, *SMALL))


async def imported(folder: Path, name: str, ws: Workspace) -> ImportReport:
    mapping = folder / f"{name.partition('.')[0]}.toml"
    return await import_observations.run(
        {"file": str(folder / name), "mapping": str(mapping), "keep": 1000}, ws
    )


async def test_every_planted_mistake_is_in_the_report_and_nothing_else(ws: Workspace, company) -> None:
    folder, manifest = company
    mistakes = manifest["mistakes"]
    for name in FILES:
        report = await imported(folder, name, ws)
        planted = {(each["line"], each["code"]) for each in mistakes["refused"] if each["file"] == name}
        assert {(each.line, each.code) for each in report.rejections} == planted
        assert {each.line for each in report.doubtful} == {
            each["line"] for each in mistakes["doubtful"] if each["file"] == name
        }
        assert report.duplicates == mistakes["duplicates"].get(name, 0)
        assert report.missing == mistakes["missing"].get(name, 0)
        assert report.taken > 0
        assert report.broken is None
        assert (await imported(folder, name, ws)).taken == 0
    codes = Counter(each["code"] for each in mistakes["refused"])
    assert len(codes) == 9
    assert min(codes.values()) >= 2


async def test_the_registers_say_who_belongs_where_and_who_has_left(ws: Workspace, company) -> None:
    folder, _ = company
    for name, kind in (
        ("locations.csv", "location"),
        ("caregivers.csv", "caregiver"),
        ("clients.csv", "client"),
    ):
        report = await imported(folder, name, ws)
        assert report.complete
        assert report.registers[kind].new == {"location": 3, "caregiver": 12, "client": 24}[kind]
        assert (await imported(folder, name, ws)).registers[kind].unchanged == report.registers[kind].new
    clients = await find_subjects(ws.store, "client", location="loc-02")
    assert len(clients) == 8
    assert {one.attributes["condition"] for one in clients} <= {"dementia", "chronic wound", "frailty"}
    (caregiver,) = [one for one in await find_subjects(ws.store, "caregiver") if one.id == "cg-001"]
    assert caregiver.location == "loc-01"
    assert isinstance(caregiver.attributes["experience_years"], float)


async def test_planted_trends_steps_and_outliers_stand_in_the_store(ws: Workspace, company) -> None:
    folder, manifest = company
    for name in FILES:
        await imported(folder, name, ws)
    for each in manifest["trends"]:
        values = await values_of(ws, each)
        third = len(values) // 3
        change = statistics.fmean(values[-third:]) - statistics.fmean(values[:third])
        assert math.copysign(1, change) == math.copysign(1, each["per_month"]), each
    for each in manifest["steps"]:
        observed = await find(ws.store, **about(each))
        moment = datetime.fromisoformat(each["from"]).replace(tzinfo=UTC)
        before = statistics.fmean(one.value for one in observed if one.observed_at < moment)
        after = statistics.fmean(one.value for one in observed if one.observed_at >= moment)
        assert after - before == pytest.approx(each["shift"], abs=4)
    for each in manifest["outliers"]:
        values = sorted(await values_of(ws, each))
        assert values[-1] > 3 * statistics.median(values), each


def about(each: dict[str, Any]) -> dict[str, str]:
    return {name: each[name] for name in ("subject_kind", "subject_id", "metric")}


async def values_of(ws: Workspace, each: dict[str, Any]) -> list[float]:
    return [one.value for one in await find(ws.store, **about(each))]


def test_every_file_says_that_it_is_synthetic_and_marks_health(company) -> None:
    folder, _ = company
    for path in folder.iterdir():
        lines = path.read_text("utf-8").splitlines()
        each_row = path.suffix in {".csv", ".jsonl"}
        for line in lines[1:] if each_row else ["\n".join(lines)]:
            assert "SYNTHETIC" in line, path.name
    dictionary = json.loads((folder / "dictionary.json").read_text("utf-8"))
    assert dictionary["clients.csv"]["health"] == ["condition"]
    assert dictionary["client_months.jsonl"]["health"] == ["what", "value"]
    assert "caregiver" in dictionary["caregivers.csv"]["personal"]
    assert {"region", "experience_years", "specialties"} <= set(dictionary["caregivers.csv"]["columns"])


def test_the_same_seed_writes_the_same_bytes(company, tmp_path: Path) -> None:
    folder, _ = company
    generated(tmp_path / "again", *SMALL)
    generated(tmp_path / "other", *SMALL, "--seed", "7")
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()
    name = "caregiver_weeks.csv"
    assert (tmp_path / "other" / name).read_bytes() != (folder / name).read_bytes()


def test_the_whole_company_has_the_size_that_it_says(tmp_path: Path) -> None:
    generated(tmp_path)
    sizes = {path.name: len(path.read_text("utf-8").splitlines()) - 1 for path in tmp_path.glob("*.csv")}
    assert (sizes["locations.csv"], sizes["caregivers.csv"], sizes["clients.csv"]) == (12, 150, 600)
    assert sizes["caregiver_weeks.csv"] == 150 * 78
