"""`ag2-marketing review`: the summary, the files, and what is said of input that cannot be used."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from command_line import Invoke, is_one_sentence

from ag2_marketing.cli.terminal import BAD_INPUT, JOB_FAILED

TODAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def company(home: Path, company_home: Path) -> Path:
    """The project home, in which the small synthetic company stands."""
    return Path(shutil.copytree(company_home, home))


@pytest.fixture(autouse=True)
def _at_the_time_of_its_figures() -> object:
    with time_machine.travel(TODAY, tick=True):
        yield


@pytest.mark.usefixtures("company")
def test_the_review_is_told_and_its_files_verify(invoke: Invoke, home: Path) -> None:
    done = invoke("review", "--location", "LOC-01")

    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "Review of loc-01"
    assert "What to do" in lines
    assert any(line.startswith("cg-001: Plan the rota") for line in lines)
    [folder] = (home / "reports").iterdir()
    assert str(folder / "report.html") in done.stdout.replace("\n", "")
    for name in ("report.html", "report.md", "report.json"):
        assert invoke("verify", folder / name).exit_code == 0


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("north.html", {"north.html"}),
        ("north.md", {"north.md", "north.json"}),
        ("north.json", {"north.json"}),
        ("north", {"report.html", "report.md", "report.json"}),
    ],
)
def test_out_names_a_file_or_a_folder(invoke: Invoke, tmp_path: Path, name: str, written: set[str]) -> None:
    place = tmp_path / "out" / name

    done = invoke("review", "--location", "loc-01", "--out", place)

    folder = place.parent if place.suffix else place
    assert done.exit_code == 0, done.output
    assert {one.name for one in folder.iterdir()} == written
    for one in folder.iterdir():
        assert invoke("verify", one).exit_code == 0


@pytest.mark.usefixtures("company")
def test_json_holds_the_result_and_where_the_report_lies(invoke: Invoke, tmp_path: Path) -> None:
    done = invoke(
        "review", "--location", "loc-02", "--over", "latest", "--json", "--out", tmp_path / "r.json"
    )

    told = json.loads(done.stdout)
    assert (told["status"], told["location"], told["over"]) == ("success", "loc-02", None)
    assert {"positions", "caregivers", "outcomes", "actions", "transcript"} <= told.keys()
    assert told["report"] == {"json": str(tmp_path / "r.json")}


@pytest.mark.usefixtures("company")
def test_german_readers_read_german(invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AG2_MARKETING_LANGUAGE", "de")

    done = invoke("review", "--location", "loc-01", "--out", tmp_path / "r.md")

    assert "Was zu tun ist" in done.stdout
    assert (tmp_path / "r.md").read_text("utf-8").startswith("# Bericht über loc-01")


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--location", "loc-1"), "Did you mean"),
        (("--location", "loc-01", "--over", "soon"), "no period"),
        (("--location", "loc-01", "--out", "r.pdf"), "does not say which form is meant"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(
    invoke: Invoke, given: tuple[str, ...], said: str
) -> None:
    done = invoke("review", *given)

    assert done.exit_code == BAD_INPUT
    assert is_one_sentence(done.stderr)
    assert said in done.stderr
    assert done.stdout == ""


def test_without_any_data_it_says_how_to_import(invoke: Invoke) -> None:
    done = invoke("review", "--location", "loc-01")

    assert done.exit_code == BAD_INPUT
    assert (
        "No location is known yet. Import the registers and figures first: `ag2-marketing import"
        in done.stderr
    )


def test_a_review_in_part_is_written_and_says_what_is_missing(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "locations.csv").write_text("location,region\nnorth,urban\n", "utf-8")
    (tmp_path / "locations.toml").write_text(
        'source = "x"\n[subject]\nkind = "location"\nid_column = "location"\n[register]\n', "utf-8"
    )
    assert invoke("import", "locations.csv", "--mapping", "locations.toml").exit_code == 0

    done = invoke("review", "--location", "north", "--out", tmp_path / "r.html")

    assert done.exit_code == JOB_FAILED
    assert "No active caregiver belongs to north." in done.stderr
    assert invoke("verify", tmp_path / "r.html").exit_code == 0
