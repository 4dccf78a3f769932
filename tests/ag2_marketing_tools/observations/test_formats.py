from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from ag2_marketing_tools.errors import InvalidInput, Unavailable
from ag2_marketing_tools.observations import parquet
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import find

ON_TIME = "CaregiverQualityMetrics/visit_compliance/timeliness/on_time_arrival"
MAPPING = f"""
source = "carelog"
[subject]
kind = "caregiver"
id_column = "who"
[time]
column = "day"
[[figure]]
column = "value"
metric = "{ON_TIME}"
unit = "percent"
n_column = "n"
"""
OBJECTS = [
    {"who": "c1", "day": "2025-07-01", "value": 95, "n": 20},
    {"who": "c2", "day": "2025-07-01", "value": "95.5", "n": None, "other": {"a": [1]}},
    {"who": 3, "day": "2025-07-01", "value": 0.5e2},
]
STORED = [("c1", 95.0, 20), ("c2", 95.5, None), ("3", 50.0, None)]


async def stored(ws: Workspace) -> set[tuple[str, float, int | None]]:
    return {(each.subject_id, each.value, each.sample_size) for each in await find(ws.store)}


async def test_json_is_read_as_an_array_or_line_by_line(sqlite: Workspace, importing) -> None:
    report = await importing(sqlite, json.dumps(OBJECTS, indent=2), MAPPING, name="f.json")
    assert (report.taken, report.complete) == (3, True)
    assert await stored(sqlite) == set(STORED)
    lines = "\ufeff" + "\n\n".join(json.dumps(each) for each in OBJECTS)
    assert (await importing(sqlite, lines, MAPPING, name="f.jsonl")).duplicates == 3


async def test_an_array_larger_than_what_is_read_at_once_is_whole(sqlite: Workspace, importing) -> None:
    many = [{"who": f"c{n}", "day": "2025-07-01", "value": 95, "note": "ü" * 50} for n in range(3_000)]
    report = await importing(sqlite, json.dumps(many, ensure_ascii=False), MAPPING, name="f.json")
    assert (report.rows, report.taken) == (3_000, 3_000)


@pytest.mark.parametrize(
    "line", ["{", "[1, 2]", "nothing", '"text"', "[" * 100_000, '{"who": "c1", "day": "2025-07-01", "value": 1'],
    ids=["open", "list", "word", "text", "deep", "cut"],
)  # fmt: skip
async def test_a_line_that_is_no_object_is_counted_and_the_next_one_read(
    sqlite: Workspace, importing, line: str
) -> None:
    content = f"{line}\n{json.dumps(OBJECTS[0])}\n"
    report = await importing(sqlite, content, MAPPING, name="f.jsonl")
    assert [(each.line, each.code) for each in report.rejections] == [(1, "broken_row")]
    assert report.taken == 1


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-Infinity", "true", "[1]", '{"a": 1}', "1e400", "9" * 400]
)
async def test_a_json_value_that_is_no_finite_number_is_refused(
    sqlite: Workspace, importing, value: str
) -> None:
    content = f'{{"who": "c1", "day": "2025-07-01", "value": {value}}}\n'
    report = await importing(sqlite, content, MAPPING, name="f.jsonl")
    assert report.reasons == {"not_a_number": 1}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"who": "c1"}', "no JSON array"),
        ("[1, 2", "from object 2 on"),
        ('[{"who": }]', "from object 1 on"),
        ("[] []", "goes on after the end"),
        ("[" * 100_000, "from object 1 on"),
    ],
    ids=["object", "cut", "broken", "two", "deep"],
)
async def test_a_broken_array_is_told_with_the_place(
    sqlite: Workspace, importing, content: str, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        await importing(sqlite, content, MAPPING, name="f.json")


async def test_an_array_that_breaks_late_keeps_the_batches_before_and_says_so(
    sqlite: Workspace, importing
) -> None:
    many = ",".join(f'{{"who": "c{n}", "day": "2025-07-01", "value": 95}}' for n in range(25_000))
    report = await importing(sqlite, f"[{many}, oops]", MAPPING, name="f.json")
    assert report.broken is not None
    assert "from object 25001 on" in report.broken
    assert not report.complete
    assert report.taken == len(await find(sqlite.store)) == 20_000


def a_parquet_file(path: Path) -> None:
    duckdb.execute(
        "COPY (SELECT * FROM (VALUES ('c1', DATE '2025-07-01', 95.25::DECIMAL(6, 2), 20, NULL),"
        " ('c2', DATE '2025-07-02', NULL, 20, 1), ('c3', NULL, 1, 1, 1))"
        f" t(who, day, value, n, other)) TO '{path}' (FORMAT parquet)"
    )


@pytest.mark.parametrize("reader", ["duckdb", "pyarrow"])
async def test_parquet_is_read_by_duckdb_or_pyarrow(
    sqlite: Workspace, importing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    if reader == "pyarrow":
        monkeypatch.setattr(parquet, "_by_duckdb", parquet._by_pyarrow)
    a_parquet_file(tmp_path / "a.parquet")
    content = (tmp_path / "a.parquet").read_bytes()
    report = await importing(sqlite, content, MAPPING, name="odd[1]*.parquet")
    assert (report.rows, report.taken, report.missing, report.reasons) == (3, 1, 1, {"no_time": 1})
    (kept,) = await find(sqlite.store)
    assert (kept.value, kept.observed_at) == (95.25, datetime(2025, 7, 1, tzinfo=UTC))
    with pytest.raises(InvalidInput, match="cannot be read as Parquet"):
        await importing(sqlite, b"PAR1 is not all", MAPPING, name="b.parquet")
    with pytest.raises(InvalidInput, match="no column 'whom'"):
        await importing(sqlite, content, MAPPING.replace('"who"', '"whom"'), name="a.parquet")


async def test_without_a_reader_parquet_is_said_to_be_unavailable(
    sqlite: Workspace, importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setattr(parquet.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Unavailable, match=r"ag2-marketing\[duckdb\]"):
        await importing(sqlite, b"PAR1", MAPPING, name="a.parquet")


async def test_a_file_of_an_unknown_kind_or_none_is_refused(
    sqlite: Workspace, importing, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="format of 'passwd'"):
        await importing(sqlite, "root:x", MAPPING, name="passwd")
    (tmp_path / "folder.csv").mkdir()
    from ag2_marketing_tools.observations import import_observations

    given = {"file": str(tmp_path / "folder.csv"), "mapping": str(tmp_path / "m.toml")}
    with pytest.raises(InvalidInput, match="no file"):
        await import_observations.run(given, sqlite)
