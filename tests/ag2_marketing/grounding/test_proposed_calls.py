"""Every leaf of a proposed call is looked at: its figures come from evidence, the person or the schema."""

from __future__ import annotations

from typing import Any

import pytest
from grounded_texts import describe

from ag2_marketing.grounding import Ledger, Violation, check_arguments

SCHEMA = {
    "name": "create_campaign",
    "parameters": {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "url": {"type": "string", "format": "uri"},
            "device": {"type": "string", "enum": ["mobile", "desktop", "4k"]},
            "retries": {"type": "integer", "default": 3},
            "timeout_s": {"type": "integer", "enum": [30, 60]},
            "daily_budget": {"type": "number", "description": "Budget per day in EUR"},
            "budget_eur": {"type": "number"},
            "visitors_per_day": {"type": "integer"},
            "followers": {"type": "integer"},
            "lcp_threshold_ms": {"type": "number"},
            "start_time": {"type": "string", "format": "date-time"},
            "start_date": {"type": "string", "format": "date"},
            "expression": {"type": "string"},
            "note": {"type": "string"},
            "text": {"type": "string", "description": "Copy of the post"},
            "keywords": {"type": "array", "items": {"type": "string"}},
            "posts": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"text": {"type": "string"}, "followers": {"type": "integer"}},
                },
            },
        },
    },
}


@pytest.fixture
def ledger() -> Ledger:
    built = Ledger()
    built.record(
        tool="run_audit",
        arguments={"url": "https://shop.example/", "depth": 6},
        result={
            "lcp": {"value": 2137, "threshold": 2500, "unit": "ms"},
            "instagram": {"followers": 5200},
            "depth": 6,
        },
    )
    built.record(
        tool="resolve_time", arguments={"text": "next Friday"}, result={"at": "2026-12-04T09:00:00Z"}
    )
    built.record_user(
        "We have 1,200 visitors a day and a daily budget of 45.50 EUR; start on 3 December 2026"
    )
    return built


def violations(args: dict[str, Any], ledger: Ledger, tool: Any = SCHEMA) -> list[Violation]:
    report = check_arguments(tool, args, ledger)
    assert report.grounded == (not report.violations)
    return report.violations


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"name": "Winter sale", "keywords": ["lamps", "lights"]},
        {"url": "https://shop.example/products/42?page=7"},
        {"device": "mobile"},
        {"device": "4k"},
        {"retries": 3},
        {"timeout_s": 60},
        {"visitors_per_day": 1200},
        {"daily_budget": 45.5},
        {"budget_eur": 45.5},
        {"followers": 5200},
        {"lcp_threshold_ms": 2500},
        {"posts": [{"followers": 5200}]},
        {"start_time": "2026-12-04T09:00:00Z"},
        {"start_time": "2026-12-04T10:00:00+01:00"},
        {"start_date": "2026-12-03"},
        {"start_date": "2026-12-04"},
        {"expression": "[[E1/instagram/followers]] / [[E1/lcp/value]]"},
        {"text": "Over the holidays our lamps shine."},
        {"text": "We have 5,200 followers on Instagram [E1]."},
        {"note": None},
        {"name": True},
    ],
)
def test_a_call_whose_figures_are_known_may_run(ledger: Ledger, args: dict[str, Any]) -> None:
    found = violations(args, ledger)
    assert not found, describe(found)


@pytest.mark.parametrize(
    ("args", "argument"),
    [
        ({"retries": 4}, "retries"),
        ({"timeout_s": 45}, "timeout_s"),
        ({"visitors_per_day": 1300}, "visitors_per_day"),
        ({"visitors_per_day": "1300"}, "visitors_per_day"),
        ({"daily_budget": 46}, "daily_budget"),
        ({"daily_budget": 45}, "daily_budget"),
        ({"daily_budget": 50.0}, "daily_budget"),
        ({"followers": 5201}, "followers"),
        ({"posts": [{"followers": 5200}, {"followers": 99}]}, "posts/1/followers"),
        ({"unheard_of": {"deep": [{"er": 17}]}}, "unheard_of/deep/0/er"),
        ({"note": "plan for 800 visitors"}, "note"),
        ({"note": "plan for eight hundred visitors"}, "note"),
        ({"keywords": ["lamps", "top 10 lamps"]}, "keywords/1"),
        ({"start_time": "2026-12-05T09:00:00Z"}, "start_time"),
        ({"start_time": "2026-12-04T09:30:00Z"}, "start_time"),
        ({"start_date": "2027-12-03"}, "start_date"),
        ({"start_date": "in 3 weeks"}, "start_date"),
        ({"text": "Save 20 % on every lamp!"}, "text"),
        ({"text": "Half of our lamps are new!"}, "text"),
        ({"posts": [{"text": "Join 9,000 others"}]}, "posts/0/text"),
        ({"expression": "[[E9/x]] / [[E1/lcp/value]]"}, "expression"),
        ({"expression": "[[E1/nothing]] * [[E1/lcp/value]]"}, "expression"),
        ({"expression": "[[E1/lcp/value]] * 1.19"}, "expression"),
        ({"expression": "1[[E1/lcp/value]]"}, "expression"),
        # A figure that stands there under a name that does not fit the parameter.
        ({"followers": 1200}, "followers"),
        ({"visitors_per_day": 5200}, "visitors_per_day"),
        ({"lcp_threshold_ms": 2137}, "lcp_threshold_ms"),
        ({"daily_budget": 1200}, "daily_budget"),
        # The echo of an earlier argument.
        ({"depth": 6}, "depth"),
        # Not finite.
        ({"daily_budget": float("nan")}, "daily_budget"),
        ({"daily_budget": float("inf")}, "daily_budget"),
        ({"note": "８００ visitors"}, "note"),
        ({"note": "8\u200b00 visitors"}, "note"),
    ],
)
def test_a_call_with_a_figure_of_the_models_own_is_refused(
    ledger: Ledger, args: dict[str, Any], argument: str
) -> None:
    found = violations(args, ledger)
    assert [v.argument for v in found][:1] == [argument], describe(found)
    assert all(v.hint for v in found)


@pytest.mark.parametrize("tool", ["create_campaign", SCHEMA["parameters"], {"function": SCHEMA}, {}, None])
def test_a_tool_may_be_given_as_a_name_or_a_schema(ledger: Ledger, tool: Any) -> None:
    assert not violations({"visitors_per_day": 1200}, ledger, tool)
    assert [v.argument for v in violations({"visitors_per_day": 1201}, ledger, tool)] == ["visitors_per_day"]


def test_without_the_schema_a_default_is_no_excuse(ledger: Ledger) -> None:
    assert violations({"retries": 3}, ledger, "create_campaign")


def test_a_default_passes_only_in_its_own_place(ledger: Ledger) -> None:
    assert violations({"followers": 3}, ledger)
    assert violations({"posts": [{"followers": 3}]}, ledger)


def test_a_schema_of_references_is_followed(ledger: Ledger) -> None:
    tool = {
        "parameters": {
            "type": "object",
            "properties": {"options": {"$ref": "#/$defs/Options"}},
            "$defs": {"Options": {"type": "object", "properties": {"depth": {"default": 2}}}},
        }
    }
    assert not violations({"options": {"depth": 2}}, ledger, tool)
    assert violations({"options": {"depth": 4}}, ledger, tool)


def test_a_schema_that_refers_to_itself_ends(ledger: Ledger) -> None:
    tool = {
        "parameters": {
            "type": "object",
            "properties": {"node": {"$ref": "#/$defs/Node"}},
            "$defs": {"Node": {"type": "object", "properties": {"node": {"$ref": "#/$defs/Node"}}}},
        }
    }
    assert not violations({"node": {"node": {"node": {"name": "x"}}}}, ledger, tool)
    assert violations({"node": {"node": {"node": {"size": 17}}}}, ledger, tool)


def test_a_string_shows_where_in_it_the_number_stands(ledger: Ledger) -> None:
    [violation] = violations({"note": "plan for 800 visitors"}, ledger)
    assert "plan for 800 visitors"[violation.start : violation.end] == violation.text
    assert "800" in violation.text


def test_the_hint_says_where_such_a_value_may_come_from(ledger: Ledger) -> None:
    [violation] = violations({"start_time": "2027-01-01T00:00:00Z"}, ledger)
    assert "resolve_time" in violation.hint
