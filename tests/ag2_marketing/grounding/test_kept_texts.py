"""The rates that GROUNDING.md promises, measured on the texts that are kept with the tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from ag2_marketing.grounding import Ledger, check, check_arguments

FOLDER = Path(__file__).parent / "texts"
FILES = ("first", "second", "third")
MISSED_AT_MOST = 0.05
REFUSED_AT_MOST = 0.02


@dataclass(frozen=True)
class Outcome:
    """What the guard said about one text or one call."""

    case: dict[str, Any]
    said: tuple[Any, ...]

    def missed(self) -> list[dict[str, Any]]:
        """Return the lies of a text that no violation overlaps."""
        return [
            lie
            for lie in self.case["violations"]
            if not any(said.start < lie["end"] and said.end > lie["start"] for said in self.said)
        ]

    def __str__(self) -> str:
        words = self.case.get("text") or json.dumps(self.case.get("args"), ensure_ascii=False)
        said = "; ".join(f"{v.text!r} {v.reason}: {v.hint}" for v in self.said) or "nothing refused"
        return f"{self.case['id']}: {words}\n      {said}"


@lru_cache
def kept(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@lru_cache
def ledgers(name: str) -> dict[str, Ledger]:
    built = {}
    for key, entries in kept(name)["ledgers"].items():
        built[key] = ledger = Ledger()
        for entry in entries:
            if "user" in entry:
                ledger.record_user(entry["user"])
            else:
                ledger.record(**entry)
    return built


@lru_cache
def texts(name: str) -> list[Outcome]:
    return [
        Outcome(
            text,
            tuple(check(text["text"], ledgers(name)[text["ledger"]], language=text["language"]).violations),
        )
        for text in kept(name)["texts"]
    ]


@lru_cache
def calls(name: str) -> list[Outcome]:
    outcomes = []
    for call in kept(name)["arguments"]:
        tool = {"name": call["tool"], "parameters": call["parameters"]}
        report = check_arguments(tool, call["args"], ledgers(name)[call["ledger"]])
        outcomes.append(Outcome(call, tuple(report.violations)))
    return outcomes


def demand(offenders: Sequence[object], *, at_most: float, of: Sequence[object]) -> None:
    """Fail with a listing where too many offend."""
    if len(offenders) > at_most * len(of):
        listing = "\n".join(f"  {offender}" for offender in offenders)
        pytest.fail(
            f"{len(offenders)} of {len(of)}, at most {at_most:.0%} are allowed:\n{listing}", pytrace=False
        )


@pytest.mark.parametrize("name", FILES)
def test_no_number_that_is_absent_from_the_cited_evidence_passes(name: str) -> None:
    lies = [lie for o in texts(name) for lie in o.case["violations"] if lie["class"] == "absent"]
    missed = [
        f"{lie['text']!r} in {o}" for o in texts(name) for lie in o.missed() if lie["class"] == "absent"
    ]
    assert len(lies) >= 19
    demand(missed, at_most=0, of=lies)


@pytest.mark.parametrize("name", FILES)
def test_of_the_numbers_that_stand_there_otherwise_at_most_one_in_twenty_passes(name: str) -> None:
    lies = [lie for o in texts(name) for lie in o.case["violations"] if lie["class"] != "absent"]
    missed = [
        f"{lie['text']!r} in {o}" for o in texts(name) for lie in o.missed() if lie["class"] != "absent"
    ]
    assert len(lies) >= 60
    demand(missed, at_most=MISSED_AT_MOST, of=lies)


@pytest.mark.parametrize("name", FILES)
def test_of_the_honest_texts_at_most_one_in_fifty_is_refused(name: str) -> None:
    honest = [o for o in texts(name) if o.case["honest"]]
    refused = [o for o in honest if o.said]
    assert len(honest) >= 80
    demand(refused, at_most=REFUSED_AT_MOST, of=honest)


@pytest.mark.parametrize("name", FILES)
def test_of_the_calls_that_may_not_run_at_most_one_in_twenty_passes(name: str) -> None:
    lying = [o for o in calls(name) if not o.case["ok"]]
    missed = [o for o in lying if not o.said]
    assert len(lying) >= 15
    demand(missed, at_most=MISSED_AT_MOST, of=lying)


@pytest.mark.parametrize("name", FILES)
def test_of_the_calls_that_may_run_at_most_one_in_fifty_is_refused(name: str) -> None:
    honest = [o for o in calls(name) if o.case["ok"]]
    refused = [o for o in honest if o.said]
    assert len(honest) >= 19
    demand(refused, at_most=REFUSED_AT_MOST, of=honest)


@pytest.mark.parametrize("name", FILES)
def test_a_refused_call_names_an_argument_that_is_at_fault(name: str) -> None:
    stray = [
        o
        for o in calls(name)
        if not o.case["ok"]
        and o.said
        and not {v.argument for v in o.said} & {lie["argument"] for lie in o.case["violations"]}
    ]
    demand(stray, at_most=0, of=calls(name))


@pytest.mark.parametrize("name", FILES)
def test_the_reason_of_a_violation_is_one_that_the_design_allows(name: str) -> None:
    """Not a promised rate; nine in ten keeps the hint that the author gets useful."""
    judged = [
        (said.reason == lie["reason"] or said.reason in lie.get("also", ()), f"{lie['reason']}: {o}")
        for o in texts(name)
        for lie in o.case["violations"]
        for said in o.said
        if said.start < lie["end"] and said.end > lie["start"]
    ]
    wrong = [described for fits, described in judged if not fits]
    demand(wrong, at_most=0.1, of=judged)
