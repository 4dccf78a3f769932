from __future__ import annotations

import json
import sqlite3
import stat
from pathlib import Path

import pytest
from command_line import Invoke

MAPPING = """
source = "carelog"
[subject]
kind = "caregiver"
id_column = "who"
[time]
column = "day"
[[figure]]
column = "value"
metric = "CaregiverQualityMetrics/visit_compliance/timeliness/on_time_arrival"
unit = "percent"
"""
GOOD = "who,day,value\nann,2025-07-01,95\nbob,2025-07-01,90\n"


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, Path]:
    """A file that can be imported whole, and its mapping."""
    file, mapping = tmp_path / "f.csv", tmp_path / "m.toml"
    file.write_text(GOOD, "utf-8")
    mapping.write_text(MAPPING, "utf-8")
    return file, mapping


def test_a_file_is_imported_and_summed_up(invoke: Invoke, given: tuple[Path, Path]) -> None:
    file, mapping = given
    done = invoke("import", file, "--mapping", mapping)
    assert done.exit_code == 0, done.stderr
    assert "2 rows read, 0 of them of no use." in done.stdout
    assert "2 figures taken; 0 were there already, 0 refused, 0 empty." in done.stdout
    again = json.loads(invoke("import", file, "--mapping", mapping, "--json").stdout)
    assert (again["taken"], again["duplicates"], again["complete"]) == (0, 2, True)


def test_what_is_refused_is_told_and_the_exit_code_says_in_part(
    invoke: Invoke, given: tuple[Path, Path]
) -> None:
    file, mapping = given
    file.write_text(GOOD + "cy,2025-07-01,many\ndi,03/04/2025,90\nal,2025-07-01,0.9\n", "utf-8")
    done = invoke("import", file, "--mapping", mapping, "--show", "1")
    assert done.exit_code == 1
    assert "line 4, value: This is no number. ('many')" in done.stdout
    assert "And 1 further refusal; --show shows more of them." in done.stdout
    assert "1 figure taken as percentages although they look like shares:" in done.stdout
    assert "Not everything in f.csv was taken." in done.stderr


def test_a_dry_run_stores_nothing(invoke: Invoke, given: tuple[Path, Path]) -> None:
    file, mapping = given
    dry = invoke("import", file, "--mapping", mapping, "--dry-run")
    assert dry.exit_code == 0
    assert "A dry run: nothing was stored." in dry.stdout
    assert invoke("subject", "export", "caregiver", "ann").exit_code == 2


def test_an_import_speaks_german(
    invoke: Invoke, given: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, mapping = given
    file.write_text(GOOD + "cy,2025-07-01,many\n", "utf-8")
    monkeypatch.setenv("AG2_MARKETING_LANGUAGE", "de")
    done = invoke("import", file, "--mapping", mapping)
    assert "3 Zeilen gelesen, davon 0 unbrauchbar." in done.stdout
    assert "Zeile 4, value: Das ist keine Zahl. ('many')" in done.stdout
    assert "Nicht alles aus f.csv wurde übernommen." in done.stderr


def test_a_file_or_mapping_that_is_missing_is_bad_input(invoke: Invoke, given: tuple[Path, Path]) -> None:
    file, mapping = given
    for arguments in ((file, "--mapping", "none.toml"), ("none.csv", "--mapping", mapping)):
        done = invoke("import", *arguments)
        assert done.exit_code == 2
        assert "none." in done.stderr


def test_a_person_is_exported_to_a_file_that_only_its_owner_reads(
    invoke: Invoke, given: tuple[Path, Path], tmp_path: Path
) -> None:
    invoke("import", given[0], "--mapping", given[1])
    shown = json.loads(invoke("subject", "export", "caregiver", "ann").stdout)
    assert [each["value"] for each in shown["observation"]] == [95.0]
    out = tmp_path / "ann.json"
    assert invoke("subject", "export", "caregiver", "ann", "--out", out).exit_code == 0
    written = json.loads(out.read_text("utf-8"))
    assert [one["tool"] for one in written.pop("access_log")] == ["subject export"]
    assert shown.pop("access_log") == []
    assert written == shown
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    again = invoke("subject", "export", "caregiver", "ann", "--out", out)
    assert again.exit_code == 2
    assert "cannot be written" in again.stderr


def test_a_person_is_erased_once_its_id_is_typed(invoke: Invoke, given: tuple[Path, Path]) -> None:
    invoke("import", given[0], "--mapping", given[1])
    refused = invoke("subject", "erase", "caregiver", "ann", typed="yes\n")
    assert refused.exit_code == 2
    assert "Nothing was erased." in refused.stderr
    silent = invoke("subject", "erase", "caregiver", "ann", typed="")
    assert silent.exit_code == 2
    done = invoke("subject", "erase", "caregiver", "ann", typed="ann\n")
    assert done.exit_code == 0
    assert "1 observation erased, with 0 records, 0 results of tools" in done.stdout
    assert invoke("subject", "export", "caregiver", "ann").exit_code == 2
    assert invoke("subject", "export", "caregiver", "bob").exit_code == 0


def test_a_script_erases_without_being_asked(invoke: Invoke, given: tuple[Path, Path]) -> None:
    invoke("import", given[0], "--mapping", given[1])
    done = invoke("subject", "erase", "caregiver", "bob", "--yes", "--json")
    assert json.loads(done.stdout)["observations"] == 1


def test_an_erasure_that_leaves_old_versions_in_the_log_says_so(
    invoke: Invoke, given: tuple[Path, Path], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ag2_marketing_tools.workspace.store.writing.EMPTYING_WAIT_S", 0.01)
    invoke("import", given[0], "--mapping", given[1])
    (database,) = home.glob("*.sqlite3")
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM observation").fetchall()
    erased = invoke("subject", "erase", "caregiver", "ann", "--yes")
    other.close()
    assert erased.exit_code != 0
    assert "erased" not in erased.stdout
    assert "the database's log still holds old versions of them" in " ".join(erased.stderr.split())
    assert invoke("subject", "erase", "caregiver", "ann", "--yes").exit_code == 0


def test_a_register_is_imported_and_summed_up(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("who,where\nann,north\nbob,\n", "utf-8")
    (tmp_path / "r.toml").write_text(
        'source = "staff"\n[subject]\nkind = "caregiver"\nid_column = "who"\n'
        '[register]\nlocation_column = "where"\n',
        "utf-8",
    )
    given = ("import", tmp_path / "r.csv", "--mapping", tmp_path / "r.toml")
    done = invoke(*given)
    assert done.exit_code == 0, done.stderr
    assert "Register of the kind caregiver: 2 new, 0 changed, 0 as they stood there." in done.stdout
    assert "taken" not in done.stdout
    assert "0 new, 0 changed, 2 as they stood there." in invoke(*given).stdout
    assert (
        "0 observations erased, with 1 records"
        in invoke("subject", "erase", "caregiver", "ann", "--yes").stdout
    )


def test_who_looked_at_a_subject_is_listed_also_after_its_erasure(
    invoke: Invoke, given: tuple[Path, Path]
) -> None:
    invoke("import", given[0], "--mapping", given[1])
    assert (
        "Nobody has reached figures of caregiver ann"
        in invoke("subject", "accesses", "caregiver", "ann").stdout
    )
    assert invoke("call", "compare_caregiver", "--arg", "caregiver_id=ann").exit_code == 0
    assert invoke("subject", "export", "caregiver", "ann").exit_code == 0
    assert invoke("subject", "erase", "caregiver", "ann", "--yes").exit_code == 0
    listed = json.loads(invoke("subject", "accesses", "caregiver", "ann", "--json").stdout)
    assert [(one["tool"], one["audience"]) for one in listed] == [
        ("subject export", "terminal"),
        ("compare_caregiver", "terminal"),
    ]
    assert all(one["actor"] for one in listed)
    assert "compare_caregiver  (terminal)" in invoke("subject", "accesses", "caregiver", "ann").stdout
