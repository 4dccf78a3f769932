"""The ledger: ids, chain, erasure, dump and load."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import BaseModel

from ag2_marketing.grounding import Ledger, LedgerTampered, NotEvidence, UnknownEvidence, check


def test_calls_and_messages_are_numbered_apart() -> None:
    ledger = Ledger()
    assert ledger.record(tool="a", arguments={}, result=1).id == "E1"
    assert ledger.record_user("Hello").id == "U1"
    assert ledger.record(tool="a", arguments={}, result=2).id == "E2"
    assert [entry.id for entry in ledger.entries] == ["E1", "U1", "E2"]


def test_an_entry_holds_what_was_recorded() -> None:
    at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    entry = Ledger().record(tool="a", arguments={"x": 1}, result={"y": [1, 2.5, None, True, "z"]}, at=at)
    assert (entry.tool, entry.arguments, entry.result) == ("a", {"x": 1}, {"y": [1, 2.5, None, True, "z"]})
    assert entry.at == "2026-11-23T12:00:00+00:00"
    assert len(entry.digest) == 64


def test_a_pydantic_result_is_recorded_as_json() -> None:
    class Speed(BaseModel):
        lcp_ms: float
        measured: datetime

    ledger = Ledger()
    ledger.record(
        tool="a", arguments={}, result=Speed(lcp_ms=2100, measured=datetime(2026, 1, 2, tzinfo=UTC))
    )
    assert check("LCP is 2.1 s, measured on 2 January 2026 [E1].", ledger).grounded


def test_later_changes_of_the_callers_objects_do_not_reach_the_ledger() -> None:
    ledger, result = Ledger(), {"score": 1}
    ledger.record(tool="a", arguments={}, result=result)
    result["score"] = 2
    ledger.verify()
    assert ledger["E1"].result == {"score": 1}


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), {"a": [float("-inf")]}, object(), {"a": b"x"}])
def test_what_is_not_finite_json_is_refused(bad: object) -> None:
    ledger = Ledger()
    with pytest.raises(NotEvidence):
        ledger.record(tool="a", arguments={}, result=bad)
    assert len(ledger) == 0


def test_a_changed_payload_is_detected_and_named(ledger: Ledger) -> None:
    ledger.verify()
    ledger["E2"].result["p_value"] = 0.001
    with pytest.raises(LedgerTampered, match="E2"):
        ledger.verify()


def test_the_chain_depends_on_every_entry_before() -> None:
    first, second = Ledger(), Ledger()
    for number, held in enumerate((first, second)):
        held.record(tool="a", arguments={}, result=number)
        held.record(tool="b", arguments={}, result="same")
    assert first["E2"].payload_digest == second["E2"].payload_digest
    assert first["E2"].digest != second["E2"].digest


def test_the_same_records_give_the_same_head() -> None:
    heads = []
    for _ in range(2):
        held = Ledger()
        held.record(tool="a", arguments={"b": 1, "a": 2}, result={"x": 1.0}, at="2026-01-01T00:00:00Z")
        heads.append(held.head)
    assert heads[0] == heads[1]


def test_truncation_is_detected_by_the_head(ledger: Ledger, tmp_path: Path) -> None:
    path, head = tmp_path / "ledger.jsonl", ledger.head
    ledger.dump(path)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    cut = Ledger.load(path)
    cut.verify()
    with pytest.raises(LedgerTampered, match="E4"):
        cut.verify(head)


def test_a_ledger_that_has_grown_still_passes_through_an_old_head(ledger: Ledger) -> None:
    head = ledger.head
    ledger.record(tool="a", arguments={}, result=1)
    ledger.verify(head)


@pytest.mark.parametrize("change", ["payload", "order", "tool", "missing"])
def test_a_rewritten_dump_is_detected(change: str, ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger.dump(path)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if change == "payload":
        lines[0]["payload"]["result"]["score"] = 99
    elif change == "order":
        lines[0], lines[1] = lines[1], lines[0]
    elif change == "tool":
        lines[1]["tool"] = "another"
    else:
        del lines[1]
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    loaded = Ledger.load(path)
    with pytest.raises(LedgerTampered):
        loaded.verify()
    with pytest.raises(LedgerTampered):
        check("The score is 99 [E1].", Ledger.load(path))


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "E1"}', '{"id": "X1", "payload": null}', "NaN", "\xff"])
def test_a_line_that_is_no_entry_is_refused(line: str, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(line.encode("latin-1"))
    with pytest.raises(LedgerTampered, match="Line 1"):
        Ledger.load(path)


def test_dump_and_load_round_trip(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger.dump(path)
    loaded = Ledger.load(path)
    loaded.verify(ledger.head)
    assert loaded.entries == ledger.entries
    assert loaded.record(tool="a", arguments={}, result=1).id == "E5"
    assert check("The conversion rate of the control is 3.2 % [E2].", loaded).grounded


def test_erasure_leaves_a_tombstone_and_the_chain_holds(ledger: Ledger, tmp_path: Path) -> None:
    head = ledger.head
    assert ledger.erase("U1") == ["U1"]
    ledger.verify(head)
    assert ledger["U1"].erased
    assert ledger["U1"].result is None
    ledger.dump(tmp_path / "ledger.jsonl")
    assert "1,200" not in (tmp_path / "ledger.jsonl").read_text(encoding="utf-8")
    Ledger.load(tmp_path / "ledger.jsonl").verify(head)


def test_erasure_by_digest_reaches_every_entry_with_that_payload() -> None:
    ledger = Ledger()
    for _ in range(2):
        ledger.record(tool="a", arguments={}, result={"name": "Ada"})
    assert ledger.erase(ledger["E1"].payload_digest) == ["E1", "E2"]
    with pytest.raises(UnknownEvidence):
        ledger.erase("E7")


def test_ids_are_unique_when_many_threads_record() -> None:
    ledger = Ledger()
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda n: ledger.record(tool="a", arguments={}, result=n).id, range(200)))
    assert len(set(ids)) == 200
    ledger.verify()
