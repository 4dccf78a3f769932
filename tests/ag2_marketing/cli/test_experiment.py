"""`ag2-marketing experiment`: an A/B test from its set-up to its end, at the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Invoke, is_one_sentence

NEW = (
    "experiment", "new", "Homepage CTA",
    "--variant", "Control=Sign up now", "--variant", "B=Get started free",
    "--metric", "conversion_rate", "--metric", "unsubscribe_rate",
)  # fmt: skip


@pytest.fixture
def test(invoke: Invoke) -> dict[str, Any]:
    """A test of two variants, as `new --json` prints it."""
    return json_of(invoke(*NEW, "--json"))


def json_of(result: Any) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def told(result: Any) -> str:
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def people(invoke: Invoke, test: dict[str, Any], converting: dict[str, int], *, users: int = 12) -> None:
    """Assign users, and let the first ones of each variant convert."""
    left = dict(converting)
    for number in range(users):
        assigned = json_of(invoke("experiment", "assign", test["test_id"], f"user-{number}", "--json"))
        if left[assigned["variant_name"]] > 0:
            left[assigned["variant_name"]] -= 1
            tracked = invoke(
                "experiment", "track", test["test_id"], f"user-{number}", "conversion=true",
                "--variant", assigned["variant_id"],
            )  # fmt: skip
            assert "conversion_rate" in told(tracked)


def test_a_simple_test_is_set_up_by_options(invoke: Invoke, test: dict[str, Any]) -> None:
    assert test["status"] == "configured"
    assert [(one["name"], one["content"], one["traffic_allocation"]) for one in test["variants"]] == [
        ("Control", {"text": "Sign up now"}, 0.5),
        ("B", {"text": "Get started free"}, 0.5),
    ]
    assert [(one["name"], one["role"]) for one in test["metrics"]] == [
        ("conversion_rate", "goal"),
        ("unsubscribe_rate", "guardrail"),
    ]


def test_what_was_set_up_is_told(invoke: Invoke) -> None:
    text = told(invoke(*NEW))

    assert "is set up." in text
    assert "Control: 50 % of the users, the control" in text
    assert "(unsubscribe_rate): guardrail, lower is better" in text


@pytest.mark.parametrize("number", [2, 3, 7])
def test_variants_share_the_traffic_equally(invoke: Invoke, number: int) -> None:
    variants = [part for place in range(number) for part in ("--variant", f"V{place}")]
    made = json_of(invoke("experiment", "new", *variants, "--json"))

    shares = [one["traffic_allocation"] for one in made["variants"]]
    assert shares == pytest.approx([1 / number] * number)
    assert [one["is_control"] for one in made["variants"]] == [True] + [False] * (number - 1)


CONFIG = {
    "name": "From a file",
    "variants": [
        {"name": "A", "traffic_allocation": 0.25},
        {"name": "B", "traffic_allocation": 0.75, "content": {"cta_text": "Go"}},
    ],
    "metrics": ["click_through_rate"],
    "duration_days": 7,
}
TOML = """
name = "From a file"
metrics = ["click_through_rate"]
duration_days = 7
[[variants]]
name = "A"
traffic_allocation = 0.25
[[variants]]
name = "B"
traffic_allocation = 0.75
content = {cta_text = "Go"}
"""


@pytest.mark.parametrize(("name", "text"), [("test.json", json.dumps(CONFIG)), ("test.toml", TOML)])
def test_a_whole_test_is_set_up_from_a_file(invoke: Invoke, tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    made = json_of(invoke("experiment", "new", "--config", path, "--json"))

    assert made["name"] == "From a file"
    assert [one["traffic_allocation"] for one in made["variants"]] == [0.25, 0.75]
    assert made["variants"][1]["content"] == {"cta_text": "Go"}


def test_a_whole_test_is_read_from_standard_input(invoke: Invoke) -> None:
    made = json_of(invoke("experiment", "new", "--config", "-", "--json", typed=json.dumps(CONFIG)))

    assert made["name"] == "From a file"


def test_the_list_names_the_newest_first_and_the_archived_only_when_asked(invoke: Invoke) -> None:
    assert told(invoke("experiment", "list")) == "There is no test."
    first, second = (json_of(invoke(*NEW, "--json"))["test_id"] for _ in range(2))
    invoke("experiment", "stop", first)
    told(invoke("experiment", "archive", first))

    assert [one["test_id"] for one in json_of(invoke("experiment", "list", "--json"))["experiments"]] == [
        second
    ]
    archived = json_of(invoke("experiment", "list", "--state", "archived", "--json"))
    assert [one["test_id"] for one in archived["experiments"]] == [first]
    assert second in told(invoke("experiment", "list"))


def test_a_user_keeps_the_variant(invoke: Invoke, test: dict[str, Any]) -> None:
    assigned = [
        json_of(invoke("experiment", "assign", test["test_id"], "anna", "--json"))["variant_id"]
        for _ in range(3)
    ]

    assert len(set(assigned)) == 1
    assert assigned[0] in told(invoke("experiment", "assign", test["test_id"], "anna"))


def test_a_user_outside_the_target_group_is_told_so(invoke: Invoke, tmp_path: Path) -> None:
    path = tmp_path / "test.json"
    path.write_text(json.dumps({**CONFIG, "targeting": {"country": "DE"}}))
    test_id = json_of(invoke("experiment", "new", "--config", path, "--json"))["test_id"]

    outside = told(invoke("experiment", "assign", test_id, "anna", "--context", '{"country": "FR"}'))
    inside = told(invoke("experiment", "assign", test_id, "bert", "--context", '{"country": "DE"}'))

    assert "not counted in the test" in outside
    assert "not counted" not in inside


def test_a_test_is_watched_and_judged(invoke: Invoke, test: dict[str, Any]) -> None:
    people(invoke, test, {"Control": 1, "B": 2})
    test_id = test["test_id"]

    status, partial, analysis = (
        json_of(invoke("experiment", name, test_id, "--json")) for name in ("status", "partial", "analyze")
    )
    assert status["current_sample_size"] == partial["total_users"] == analysis["total_users"] == 12
    assert analysis["winning_variant"] is None

    assert "12 of" in told(invoke("experiment", "status", test_id))
    assert "Conversion rate (goal)" in told(invoke("experiment", "partial", test_id))
    text = told(invoke("experiment", "analyze", test_id))
    assert analysis["summary"] in text
    assert "Unsubscribe rate (guardrail)" in text


def test_a_test_is_changed_stopped_and_shown_with_its_history(invoke: Invoke, test: dict[str, Any]) -> None:
    test_id = test["test_id"]
    told(
        invoke(
            "experiment", "change", test_id, "--by", "Jo", "--reason", "fewer risks",
            "--weight", "Control=0.9", "--weight", "B=0.1",
        )
    )  # fmt: skip
    told(invoke("experiment", "stop", test_id, "--by", "Jo", "--reason", "enough"))

    shown = json_of(invoke("experiment", "show", test_id, "--json"))
    assert shown["state"] == "stopped"
    assert [one["traffic_allocation"] for one in shown["variants"]] == [0.9, 0.1]
    text = told(invoke("experiment", "show", test_id))
    assert "changed by Jo: fewer risks" in text
    assert "stopped by Jo: enough" in text


def test_the_size_of_a_test_is_that_of_the_published_formula(invoke: Invoke) -> None:
    # R, stats::power.prop.test(p1 = .05, p2 = .06, power = .8): n = 8157.7 in each group.
    plan = json_of(invoke("experiment", "power", "0.05", "0.01", "--absolute", "--json"))
    assert [arm["users"] for arm in plan["arms"]] == [8158, 8158]

    text = told(invoke("experiment", "power", "0.05", "0.2", "--daily-users", "1000"))
    assert "16,316 users in all, to tell 6 % from 5 %." in text
    assert "That takes 21 days." in text  # 16.3 days, in whole weeks


def test_running_tests_are_exported_for_clients_without_a_store(
    invoke: Invoke, test: dict[str, Any], tmp_path: Path
) -> None:
    from ag2_marketing_tools.experiments import HashOnlyClient

    printed = json_of(invoke("experiment", "export"))
    assert str(tmp_path / "tests.json") in told(
        invoke("experiment", "export", "--out", tmp_path / "tests.json")
    )
    written = json.loads((tmp_path / "tests.json").read_text("utf-8"))

    assert written["tests"] == printed["tests"]
    stored = json_of(invoke("experiment", "assign", test["test_id"], "anna", "--json"))["variant_id"]
    assert HashOnlyClient(written).assign(test["test_id"], "anna") == stored


BAD = [
    ((*NEW, "--metric", "custom_metric"), "Invalid metric type: 'custom_metric'"),
    (("experiment", "new", "One", "--variant", "Control"), "two variants or more"),
    (("experiment", "new"), "two variants or more"),
    (("experiment", "new", "Name", "--config", "x.json"), "holds the whole test"),
    (("experiment", "new", "--config", "nowhere.json"), "nowhere.json cannot be read"),
    (("experiment", "show", "nowhere"), "There is no test 'nowhere'"),
    (("experiment", "assign", "nowhere", "anna"), "There is no test 'nowhere'"),
    (("experiment", "assign", "t", "anna", "--context", "[]"), "expected a JSON object"),
    (("experiment", "track", "t", "anna", "conversion", "--variant", "v"), "is not name=value"),
    (("experiment", "track", "t", "anna", "a=1", "a=2", "--variant", "v"), "given twice"),
    (("experiment", "status", "nowhere"), "There is no test 'nowhere'"),
    (("experiment", "analyze", "nowhere"), "There is no test 'nowhere'"),
    (("experiment", "power", "1.5", "0.1"), "between 0 and 1"),
    (("experiment", "stop", "nowhere"), "There is no test 'nowhere'"),
]


@pytest.mark.parametrize(("arguments", "why"), BAD, ids=[why for _, why in BAD])
def test_what_cannot_be_used_ends_in_one_sentence_and_exit_code_2(
    invoke: Invoke, arguments: tuple[str, ...], why: str
) -> None:
    result = invoke(*arguments)

    assert result.exit_code == 2, result.output
    assert is_one_sentence(result.stderr)
    assert why in result.stderr


@pytest.mark.parametrize(
    ("name", "text"),
    [("test.json", "{not json"), ("test.toml", "= 1"), ("test.json", "[1, 2]"), ("test.json", "[" * 100_000)],
)
def test_a_file_that_holds_no_test_is_refused(invoke: Invoke, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    result = invoke("experiment", "new", "--config", tmp_path / name)

    assert result.exit_code == 2, result.output
    assert is_one_sentence(result.stderr)


def test_an_analysis_without_users_fails_as_a_job_and_says_what_is_missing(
    invoke: Invoke, test: dict[str, Any]
) -> None:
    result = invoke("experiment", "analyze", test["test_id"])

    assert result.exit_code == 1, result.output
    assert f"Insufficient data for variant_id: {test['variants'][0]['id']}" in result.stderr


def test_a_stopped_test_takes_nobody_and_the_command_fails(invoke: Invoke, test: dict[str, Any]) -> None:
    told(invoke("experiment", "stop", test["test_id"]))
    result = invoke("experiment", "stop", test["test_id"])

    assert result.exit_code == 1, result.output
    assert is_one_sentence(result.stderr)


def test_german_readers_are_told_in_german(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, test: dict[str, Any]
) -> None:
    monkeypatch.setenv("AG2_MARKETING_LANGUAGE", "de")
    people(invoke, test, {"Control": 1, "B": 2})
    test_id = test["test_id"]

    assert "ist eingerichtet." in told(invoke(*NEW))
    assert "läuft" in told(invoke("experiment", "list"))
    assert "50 % der Nutzer, die Kontrolle" in told(invoke("experiment", "show", test_id))
    assert "Tag" in told(invoke("experiment", "status", test_id))
    text = told(invoke("experiment", "analyze", test_id))
    assert "Warum" in text
    assert "kein Unterschied gezeigt" in text
    assert "8.158" in told(invoke("experiment", "power", "0.05", "0.2"))
