"""Arguments of a proposed call: no number in them may come from the model."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field

from ag2_marketing.grounding import Ledger, check_arguments
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace


class PlanTest(Params):
    conversion_rate: Annotated[float, unit("ratio")]
    visitors_per_day: int
    confidence_level: float = 0.95
    tails: Literal[1, 2] = 2
    note: str = ""


class Plan(Result):
    users: int = Field(description="Users that each variant needs.")


@tool(family="experiments")
async def plan_test(params: PlanTest, ws: Workspace) -> Plan:
    """Plan a test."""
    raise NotImplementedError


def violations(tool_: object, args: dict[str, object], ledger: Ledger) -> list[tuple[str, str]]:
    return [(v.argument, v.reason) for v in check_arguments(tool_, args, ledger).violations]


def test_defaults_and_enumerations_of_the_schema_pass(ledger: Ledger) -> None:
    assert violations(plan_test, {"confidence_level": 0.95, "tails": 1}, ledger) == []
    assert violations(plan_test, {"confidence_level": 0.9, "tails": 77}, ledger) == [
        ("confidence_level", "not_in_evidence"),
        ("tails", "not_in_evidence"),
    ]


def test_numbers_of_evidence_and_of_the_person_pass_under_a_fitting_name(ledger: Ledger) -> None:
    args: dict[str, object] = {"variant": "control", "conversion_rate": 0.032, "visitors_per_day": 1200}
    assert violations(plan_test, args, ledger) == []
    assert violations(plan_test, {"conversion_rate": 0.0213}, ledger) == [
        ("conversion_rate", "misattributed")
    ]
    assert violations(plan_test, {"visitors_per_day": 500}, ledger) == [("visitors_per_day", "misattributed")]
    assert violations(plan_test, {"visitors_per_day": 1300}, ledger) == [
        ("visitors_per_day", "not_in_evidence")
    ]


def test_every_leaf_is_looked_at_and_named(ledger: Ledger) -> None:
    args: dict[str, object] = {
        "posts": [{"text": "All is well."}, {"text": "Only 48 hours left!", "budget": 77}]
    }
    assert violations("create_campaign", args, ledger) == [
        ("posts/1/budget", "not_in_evidence"),
        ("posts/1/text", "not_in_evidence"),
    ]


@pytest.mark.parametrize(
    "note", ["reach 7500 people", "about 7,500", "7500", "seven thousand five hundred people"]
)
def test_numbers_inside_strings_are_looked_at(note: str, ledger: Ledger) -> None:
    assert [argument for argument, _ in violations(plan_test, {"note": note}, ledger)] == ["note"]


def test_identifiers_addresses_and_the_persons_words_pass(ledger: Ledger) -> None:
    args: dict[str, object] = {
        "url": "https://care.example/p/2",
        "campaign": "cmp_8f21",
        "wish": "about 1,200 visitors a day",
        "platform": "facebook",
    }
    assert violations("anything", args, ledger) == []


def test_references_pass_where_they_resolve(ledger: Ledger) -> None:
    assert violations("calculate", {"expression": "[[E1/score]] / [[E1/images/total]]"}, ledger) == []
    assert violations("calculate", {"values": ["[[E1/score]]", 12]}, ledger) == []
    assert violations("calculate", {"values": ["[[E1/score]]", 13]}, ledger) == [
        ("values/1", "not_in_evidence")
    ]
    assert violations("calculate", {"values": ["[[E9/score]]"]}, ledger) == [("values/0", "unknown_evidence")]
    assert violations("calculate", {"expression": "[[E1/score]] * 7.3"}, ledger) == [
        ("expression", "not_in_evidence")
    ]


def test_dates_come_from_evidence(ledger: Ledger) -> None:
    ledger.record(
        tool="resolve_time", arguments={"phrase": "Friday"}, result={"datetime": "2026-12-11T09:00:00Z"}
    )
    assert violations("schedule", {"start_time": "2026-12-11T09:00:00Z"}, ledger) == []
    assert violations("schedule", {"start_time": "2026-12-12T09:00:00Z"}, ledger) == [
        ("start_time", "not_in_evidence")
    ]


def test_a_violation_says_where_such_a_value_may_come_from(ledger: Ledger) -> None:
    (violation,) = check_arguments("schedule", {"budget": 99}, ledger).violations
    assert violation.argument == "budget"
    assert "resolve_time" in violation.hint


def test_booleans_nulls_and_free_words_are_no_numbers(ledger: Ledger) -> None:
    assert violations("anything", {"dry_run": True, "limit": None, "tone": "warm and clear"}, ledger) == []


def test_copy_of_a_post_is_checked_as_text(ledger: Ledger) -> None:
    assert violations("post", {"text": "Our page has [[E1/images/total]] images."}, ledger) == []
    assert violations("post", {"text": "Our page has 41 images."}, ledger) == [("text", "not_in_evidence")]
    assert violations("post", {"text": "Our sales doubled this year."}, ledger) == [("text", "derived")]
