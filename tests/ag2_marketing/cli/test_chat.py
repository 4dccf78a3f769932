"""Free conversation with the team."""

from __future__ import annotations

import pytest
from command_line import Invoke, is_one_sentence
from scripted_model import calls, says, scripted_model


def test_without_a_model_it_says_what_is_missing_and_what_works(invoke: Invoke) -> None:
    finished = invoke("chat", typed="hello\n")
    assert finished.exit_code == 3
    assert is_one_sentence(finished.stderr)
    assert "AG2_MARKETING_LLM_MODEL" in finished.stderr
    for command in ("run", "audit", "content", "schedule"):
        assert command in finished.stderr


def test_a_question_is_answered_from_a_tool(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    operands = {
        "operation": "sum",
        "operands": [{"value": 1200, "unit": "visit"}, {"value": 34, "unit": "visit"}],
    }
    script = [calls(("calculate", operands)), says("The sum is [[E1/value]].")]
    with scripted_model(script) as model:
        monkeypatch.setenv("AG2_MARKETING_LLM_MODEL", "scripted")
        monkeypatch.setenv("AG2_MARKETING_LLM_BASE_URL", model.url)
        finished = invoke("chat", typed="We had 1200 visits and 34 visits, what is the sum?\n\nexit\n")
    assert finished.exit_code == 0, finished.stderr
    assert "[E1] calculate: done" in finished.stdout
    assert "team_lead> The sum is 1,234" in finished.stdout


def test_a_model_cannot_steer_the_terminal(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted_model([says("Hello \x1b]owned\x07there")]) as model:
        monkeypatch.setenv("AG2_MARKETING_LLM_MODEL", "scripted")
        monkeypatch.setenv("AG2_MARKETING_LLM_BASE_URL", model.url)
        finished = invoke("chat", typed="hi\n")
    assert finished.exit_code == 0, finished.stderr
    assert "team_lead> Hello" in finished.stdout
    assert "\x1b]" not in finished.stdout
    assert "\x07" not in finished.stdout


def test_a_model_that_cannot_be_reached_ends_the_question_and_not_the_conversation(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AG2_MARKETING_LLM_MODEL", "scripted")
    monkeypatch.setenv("AG2_MARKETING_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    finished = invoke("chat", typed="hi\nbye\n")
    assert "defect" not in finished.output
    assert "Traceback" not in finished.output
    assert finished.exit_code == 0, finished.stderr
