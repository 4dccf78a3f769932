"""List tools, show one, call one."""

from __future__ import annotations

import json

import pytest
from command_line import Invoke, is_one_sentence

from ag2_marketing_tools.catalogue import all_tools


def test_every_tool_is_listed_with_its_family_and_first_sentence(invoke: Invoke) -> None:
    lines = invoke("tools").stdout.splitlines()
    assert len(lines) == len(all_tools())
    for line, tool in zip(lines, all_tools().values(), strict=True):
        name, family, *words = line.split()
        assert (name, family) == (tool.name, tool.family)
        assert words
        assert line.endswith(" (writes)") is (tool.effect == "writes")


def test_the_list_is_json_for_machines(invoke: Invoke) -> None:
    listed = json.loads(invoke("tools", "--json").stdout)
    assert {entry["name"] for entry in listed} == set(all_tools())
    assert {entry["effect"] for entry in listed} == {"reads", "writes"}


@pytest.mark.parametrize("name", all_tools())
def test_a_tool_is_shown_with_its_schemas_and_units(name: str, invoke: Invoke) -> None:
    finished = invoke("tools", "show", name)
    assert finished.exit_code == 0
    shown = json.loads(finished.stdout)
    assert shown["name"] == name
    assert shown["description"]
    assert shown["parameters"]["type"] == "object"
    assert shown["result"]["properties"]
    for hidden in ("workspace", "api_key", "SecretStr"):
        assert hidden not in json.dumps(shown["parameters"])


def test_the_audits_schema_names_its_arguments(invoke: Invoke) -> None:
    shown = json.loads(invoke("tools", "show", "run_audit").stdout)
    assert shown["parameters"]["properties"]["url"]["description"]
    assert "url" in shown["parameters"]["required"]


@pytest.mark.parametrize("arguments", [["tools", "show", "run_adit"], ["call", "run_adit"]])
def test_an_unknown_tool_is_refused_with_the_nearest_names(arguments: list[str], invoke: Invoke) -> None:
    finished = invoke(*arguments)
    assert finished.exit_code == 2
    assert is_one_sentence(finished.stderr)
    assert "There is no tool 'run_adit'. Did you mean run_audit" in finished.stderr


def test_a_tool_like_no_other_is_refused_with_where_they_are_listed(invoke: Invoke) -> None:
    assert "`ag2-marketing tools` lists them" in invoke("call", "qqqq").stderr


def test_a_tool_is_called_with_one_argument_each(invoke: Invoke) -> None:
    finished = invoke(
        "call", "calculate", "--arg", "operation=sum", "--arg", 'operands=[{"value": 1200}, {"value": 34}]'
    )
    assert finished.exit_code == 0, finished.stderr
    assert json.loads(finished.stdout)["value"] == 1234


def test_a_tool_is_called_with_all_arguments_at_once(invoke: Invoke) -> None:
    arguments = {
        "operation": "percent_change",
        "operands": [{"value": 200, "unit": "visit"}, {"value": 250, "unit": "visit"}],
    }
    finished = invoke("call", "calculate", "--arguments", json.dumps(arguments))
    assert finished.exit_code == 0, finished.stderr
    result = json.loads(finished.stdout)
    assert (result["value"], result["unit"]) == (25, "percent")  # (250 - 200) / 200


def test_one_argument_overrides_the_whole(invoke: Invoke) -> None:
    whole = '{"operation": "sum", "operands": [{"value": 2}, {"value": 3}]}'
    finished = invoke("call", "calculate", "--arguments", whole, "--arg", "operation=product")
    assert json.loads(finished.stdout)["value"] == 6


def test_text_that_looks_like_a_number_stays_text_where_text_is_asked_for(invoke: Invoke) -> None:
    finished = invoke("call", "show_campaign", "--arg", "campaign_id=2026")
    assert "'2026'" in finished.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--arg", "operation"], "has no '='"),
        (["--arguments", "{"], "--arguments is not JSON"),
        (["--arguments", "[1]"], "expected a JSON object"),
        (["--arguments", "[" * 100_000], "--arguments is not JSON"),
        (["--arg", "operation=sum"], "operands: field required"),
        (["--arg", "operation=guess", "--arg", 'operands=[{"value": 1}]'], "operation: "),
        (["--arg", "operation=sum", "--arg", 'operands=[{"value": NaN}]'], "operands"),
        (["--arg", "operation=sum", "--arg", "operands=" + "[" * 100_000], "operands: "),
        (["--arg", "operation=sum", "--arg", 'operands=[{"value": 1}]', "--arg", "nope=1"], "nope: "),
        (["--arg", "=1"], ": "),
    ],
)
def test_a_wrong_argument_is_named_in_one_sentence(arguments: list[str], told: str, invoke: Invoke) -> None:
    finished = invoke("call", "calculate", *arguments)
    assert finished.exit_code == 2
    assert finished.stdout == ""
    assert is_one_sentence(finished.stderr)
    assert told in finished.stderr


def test_what_is_not_there_ends_like_a_wrong_argument(invoke: Invoke) -> None:
    finished = invoke("call", "show_campaign", "--arg", "campaign_id=campaign_nope")
    assert finished.exit_code == 2
    assert is_one_sentence(finished.stderr)
    assert "campaign_nope" in finished.stderr
