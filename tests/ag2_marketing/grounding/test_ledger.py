"""The ledger: ids, the chain of digests, tombstones, what counts as evidence."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from grounded_texts import assert_honest, assert_lie
from pydantic import BaseModel

from ag2_marketing.grounding import (
    Ledger,
    LedgerTampered,
    NotEvidence,
    UnknownEvidence,
    check,
    render,
)

Line = dict[str, Any]


@pytest.fixture
def ledger() -> Ledger:
    """Three calls and two messages, in turn."""
    built = Ledger()
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    built.record(tool="run_audit", arguments={"url": "https://a.example"}, result={"lcp_ms": 2137}, at=at)
    built.record_user("We have 1,200 visitors a day", at=at)
    built.record(tool="count_pages", arguments={}, result={"pages": 48}, units={"/pages": "page"})
    built.record_user("The budget is 900 EUR")
    built.record(tool="fetch_page", arguments={}, result={"body": "12 rooms"}, quoted=["/body"])
    return built


def edited(ledger: Ledger, path: Path, edit: Callable[[list[Line]], list[Line]]) -> Ledger:
    """Dump a ledger, edit its lines and load it again."""
    ledger.dump(path)
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("".join(json.dumps(line) + "\n" for line in edit(lines)), encoding="utf-8")
    return Ledger.load(path)


def test_calls_and_messages_are_numbered_apart_in_order(ledger: Ledger) -> None:
    assert [e.id for e in ledger.entries] == ["E1", "U1", "E2", "U2", "E3"]
    assert [e.is_user for e in ledger.entries] == [False, True, False, True, False]
    assert ledger["U2"].text == "The budget is 900 EUR"


def test_an_entry_holds_the_call(ledger: Ledger) -> None:
    entry = ledger["E1"]
    assert (entry.tool, entry.arguments, entry.result) == (
        "run_audit",
        {"url": "https://a.example"},
        {"lcp_ms": 2137},
    )
    assert entry.at == "2026-03-02T09:00:00+00:00"
    assert len(bytes.fromhex(entry.digest)) == len(bytes.fromhex(entry.payload_digest)) == 32


def test_a_digest_covers_the_entry_before_it() -> None:
    def second_digest(first: int) -> tuple[str, str]:
        ledger = Ledger()
        ledger.record(tool="t", result={"n": first})
        entry = ledger.record(tool="t", result={"n": 5})
        return entry.digest, entry.payload_digest

    (one, payload_one), (other, payload_other) = second_digest(1), second_digest(2)
    assert payload_one == payload_other
    assert one != other


def test_what_is_recorded_cannot_be_changed_from_outside_afterwards() -> None:
    result = {"pages": 48, "list": [1]}
    ledger = Ledger()
    ledger.record(tool="t", result=result)
    result["pages"] = 49
    result["list"].append(2)  # type: ignore[attr-defined]
    ledger.verify()
    assert ledger["E1"].result == {"pages": 48, "list": [1]}


def test_changing_a_result_in_place_is_found(ledger: Ledger) -> None:
    ledger["E2"].result["pages"] = 49
    with pytest.raises(LedgerTampered, match="E2"):
        ledger.verify()


def test_a_model_of_pydantic_is_evidence() -> None:
    class Audit(BaseModel):
        pages: int

    ledger = Ledger()
    ledger.record(tool="run_audit", result=Audit(pages=48))
    assert_honest("There are 48 pages [E1].", ledger)


@pytest.mark.parametrize("figure", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: {"a": [x]}, lambda x: {"a": {"b": x}}])
def test_a_figure_that_is_not_finite_is_no_evidence(figure: float, wrap: Callable[[float], Any]) -> None:
    ledger = Ledger()
    with pytest.raises(NotEvidence):
        ledger.record(tool="t", result=wrap(figure))
    with pytest.raises(NotEvidence):
        ledger.record(tool="t", arguments={"x": wrap(figure)}, result={})
    assert len(ledger) == 0
    ledger.verify()


@pytest.mark.parametrize("result", [object(), {"a": b"x"}, {"a": 1j}])
def test_what_is_not_json_is_no_evidence(result: Any) -> None:
    with pytest.raises(NotEvidence):
        Ledger().record(tool="t", result=result)


def test_a_refused_result_takes_no_number() -> None:
    ledger = Ledger()
    with pytest.raises(NotEvidence):
        ledger.record(tool="t", result={"x": math.nan})
    assert ledger.record(tool="t", result={"x": 1}).id == "E1"


def test_entries_recorded_from_several_threads_form_one_chain() -> None:
    ledger = Ledger()
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda n: ledger.record(tool="t", result={"n": n}).id, range(200)))
    assert sorted(ids, key=lambda i: int(i[1:])) == [f"E{n}" for n in range(1, 201)]
    ledger.verify()


def test_the_head_moves_with_every_entry_and_an_old_one_still_holds(ledger: Ledger) -> None:
    old = ledger.head
    ledger.record(tool="t", result={})
    assert ledger.head != old
    ledger.verify(old)
    ledger.verify(ledger.head)
    ledger.verify()


def test_an_empty_ledger_holds() -> None:
    Ledger().verify()
    Ledger().verify(Ledger().head)


@pytest.mark.parametrize("kept", [0, 1, 2, 3, 4])
def test_a_truncated_ledger_is_found_by_its_head(ledger: Ledger, tmp_path: Path, kept: int) -> None:
    cut = edited(ledger, tmp_path / "l", lambda lines: lines[:kept])
    cut.verify()
    with pytest.raises(LedgerTampered):
        cut.verify(ledger.head)


def test_a_ledger_written_anew_with_other_figures_is_found_by_its_head(ledger: Ledger) -> None:
    other = Ledger()
    for entry in ledger.entries:
        if entry.is_user:
            other.record_user(entry.text, at=entry.at)
        else:
            result = {"lcp_ms": 1137} if entry.id == "E1" else entry.result
            other.record(
                tool=entry.tool,
                arguments=entry.arguments,
                result=result,
                units=entry.units,
                quoted=entry.quoted,
                at=entry.at,
            )
    other.verify()
    with pytest.raises(LedgerTampered):
        other.verify(ledger.head)


@pytest.mark.parametrize(("place", "name"), [(0, "E1"), (1, "U1"), (2, "E2"), (3, "U2"), (4, "E3")], ids=str)
@pytest.mark.parametrize(
    "change",
    [
        lambda line: line | {"tool": "other"},
        lambda line: line | {"at": "2026-01-01T00:00:00+00:00"},
        lambda line: line | {"digest": "0" * 64},
        lambda line: line | {"payload_digest": "0" * 64},
        lambda line: line | {"payload": line["payload"] | {"result": {"lcp_ms": 1}}},
        lambda line: line | {"payload": line["payload"] | {"arguments": {"url": "https://b.example"}}},
        lambda line: line | {"payload": line["payload"] | {"units": {"/lcp_ms": "s"}}},
        lambda line: line | {"payload": line["payload"] | {"quoted": ["/lcp_ms"]}},
        lambda line: (
            line | {"payload": line["payload"] | {"chosen_by_model": not line["payload"]["chosen_by_model"]}}
        ),
    ],
    ids=["tool", "at", "digest", "payload_digest", "result", "arguments", "units", "quoted", "chosen_by"],
)
def test_an_edited_entry_is_named(
    ledger: Ledger, tmp_path: Path, place: int, name: str, change: Callable[[Line], Line]
) -> None:
    tampered = edited(
        ledger, tmp_path / "l", lambda lines: [change(x) if i == place else x for i, x in enumerate(lines)]
    )
    with pytest.raises(LedgerTampered) as caught:
        tampered.verify()
    assert caught.value.entry == name
    assert name in str(caught.value)


def test_a_renamed_entry_is_found(ledger: Ledger, tmp_path: Path) -> None:
    def rename(lines: list[Line]) -> list[Line]:
        lines[2]["id"] = "E7"
        return lines

    with pytest.raises(LedgerTampered, match="E7"):
        edited(ledger, tmp_path / "l", rename).verify()


@pytest.mark.parametrize(("a", "b", "first"), [(0, 2, "E2"), (1, 3, "U2"), (0, 1, "U1"), (3, 4, "E3")])
def test_swapped_entries_are_found_at_the_first_that_does_not_fit(
    ledger: Ledger, tmp_path: Path, a: int, b: int, first: str
) -> None:
    def swap(lines: list[Line]) -> list[Line]:
        lines[a], lines[b] = lines[b], lines[a]
        return lines

    with pytest.raises(LedgerTampered) as caught:
        edited(ledger, tmp_path / "l", swap).verify()
    assert caught.value.entry == first


@pytest.mark.parametrize("gone", [0, 1, 2, 3])
def test_an_entry_cut_from_the_middle_is_found(ledger: Ledger, tmp_path: Path, gone: int) -> None:
    with pytest.raises(LedgerTampered):
        edited(ledger, tmp_path / "l", lambda lines: lines[:gone] + lines[gone + 1 :]).verify()


def test_a_repeated_entry_is_found(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(LedgerTampered, match="E1"):
        edited(ledger, tmp_path / "l", lambda lines: [*lines, lines[0]]).verify()


def test_an_edited_ledger_checks_no_text_before_it_is_verified(ledger: Ledger, tmp_path: Path) -> None:
    def lie(lines: list[Line]) -> list[Line]:
        lines[0]["payload"]["result"]["lcp_ms"] = 900
        return lines

    tampered = edited(ledger, tmp_path / "l", lie)
    with pytest.raises(LedgerTampered, match="E1"):
        check("The LCP is 900 ms [E1].", tampered)
    with pytest.raises(LedgerTampered, match="E1"):
        render("The LCP is [[E1/lcp_ms]].", tampered)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "1",
        "null",
        "{}",
        '{"id":"X1"}',
        '{"id":7,"tool":"t","at":null,"payload_digest":"","digest":"","payload":null}',
        '{"id":"E1","tool":"t","at":null,"payload_digest":"","digest":"","payload":[]}',
        '{"id":"E1","tool":"t","at":null,"payload_digest":"","digest":"","payload":{"result":NaN}}',
        "\x00",
    ],
)
def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "l").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(LedgerTampered):
        Ledger.load(tmp_path / "l").verify()


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "l").write_bytes(b"\xff\xfe\x00{}\n")
    with pytest.raises(LedgerTampered):
        Ledger.load(tmp_path / "l").verify()


def test_a_dumped_ledger_is_one_json_object_a_line_and_reads_back_the_same(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.dump(tmp_path / "l")
    lines = (tmp_path / "l").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["E1", "U1", "E2", "U2", "E3"]
    loaded = Ledger.load(tmp_path / "l")
    loaded.verify(ledger.head)
    assert loaded.entries == ledger.entries
    assert loaded.record(tool="t", result={}).id == "E4"
    assert loaded.record_user("hello").id == "U3"
    loaded.verify(ledger.head)


# ---- tombstones


def test_an_erased_payload_leaves_a_tombstone_and_the_chain_holds(ledger: Ledger, tmp_path: Path) -> None:
    head = ledger.head
    assert ledger.erase("U1") == ["U1"]
    ledger.verify(head)
    stone = ledger["U1"]
    assert (stone.erased, stone.result, stone.arguments) == (True, None, {})
    assert ledger.head == head
    ledger.dump(tmp_path / "l")
    assert "1,200" not in (tmp_path / "l").read_text(encoding="utf-8")
    loaded = Ledger.load(tmp_path / "l")
    loaded.verify(head)
    assert loaded["U1"].erased


def test_erasing_by_digest_erases_every_entry_with_that_payload() -> None:
    ledger = Ledger()
    ledger.record_user("my phone is 5550100")
    ledger.record_user("something else")
    ledger.record_user("my phone is 5550100")
    assert ledger.erase(ledger["U1"].payload_digest) == ["U1", "U3"]
    assert not ledger["U2"].erased
    ledger.verify()


def test_an_edited_tombstone_is_found(ledger: Ledger, tmp_path: Path) -> None:
    ledger.erase("E2")

    def rename(lines: list[Line]) -> list[Line]:
        lines[2]["tool"] = "other"
        return lines

    with pytest.raises(LedgerTampered, match="E2"):
        edited(ledger, tmp_path / "l", rename).verify()


def test_a_payload_put_back_into_a_tombstone_must_be_the_one_that_was_recorded(
    ledger: Ledger, tmp_path: Path
) -> None:
    payload = ledger["E2"].payload()
    ledger.erase("E2")

    def put_back(pages: int) -> Callable[[list[Line]], list[Line]]:
        def edit(lines: list[Line]) -> list[Line]:
            lines[2]["payload"] = payload | {"result": {"pages": pages}}
            return lines

        return edit

    edited(ledger, tmp_path / "l", put_back(48)).verify()
    with pytest.raises(LedgerTampered, match="E2"):
        edited(ledger, tmp_path / "l", put_back(49)).verify()


def test_erased_evidence_supports_nothing_any_more(ledger: Ledger) -> None:
    assert_honest("There are 48 pages [E2].", ledger)
    ledger.erase("E2")
    assert_lie("There are 48 pages [E2].", ledger, "48")
    assert_lie("There are [[E2/pages]] pages.", ledger, "[[E2/pages]]", "unknown_path", "unknown_evidence")


def test_what_is_not_on_the_ledger_cannot_be_erased(ledger: Ledger) -> None:
    with pytest.raises(UnknownEvidence, match="E9"):
        ledger.erase("E9")
