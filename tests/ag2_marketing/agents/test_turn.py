"""One turn of an agent: what goes out, what is sent back, and when the template speaks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from toy_tools import measure_page, store_note

from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.session import FixedCall, ToolSession
from ag2_marketing.agents import turn
from ag2_marketing.agents.messages import Message
from ag2_marketing.agents.model import Budget
from ag2_marketing.agents.step import Step
from ag2_marketing.agents.turn import Voice, without_lines
from ag2_marketing.grounding import Violation
from ag2_marketing_tools.workspace import Workspace

URL = "https://example.com/"
CALL = FixedCall(measure_page, {"url": URL, "samples": 7})


class Model:
    """Answers in order and keeps the corrections that it was given."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.corrections: list[Sequence[Message]] = []

    async def __call__(self, corrections: Sequence[Message]) -> tuple[Any, int]:
        self.corrections.append(list(corrections))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer, 100


def calling(name: str, arguments: Any) -> Message:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {
        "content": "I will now get 42 figures.",
        "tool_calls": [{"id": "x", "type": "function", "function": {"name": name, "arguments": text}}],
    }


@pytest.fixture
def voice(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Voice:
    def template(role: str, step: str, *, results: dict[str, Any], **_: Any) -> str:
        return f"Template of {step}: [[{results['measure_page']['id']}/visits]]" if results else "Template."

    monkeypatch.setattr(turn, "spoken", template)
    voice = Voice(
        name="tester",
        role="tester",
        language="en",
        session=ToolSession(sharing(workspace)),
        tools={tool.name: tool for tool in (measure_page, store_note)},
        budget=Budget(max_tokens=10_000, max_calls=50),
    )
    voice.begin(Step("measure", lambda _session: [CALL]))
    return voice


def notes(voice: Voice) -> str:
    return " | ".join(entry.text for entry in voice.session.transcript.entries if entry.kind == "note")


async def run_calls(voice: Voice, message: str | Message) -> None:
    assert isinstance(message, dict)
    for call in message["tool_calls"]:
        tool = voice.tools[call["function"]["name"]]
        await voice.session.call(tool, json.loads(call["function"]["arguments"]))


async def test_without_a_model_the_step_calls_its_tool_and_its_template_speaks(voice: Voice) -> None:
    first = await voice.take_turn(None)
    await run_calls(voice, first)
    second = await voice.take_turn(None)

    assert isinstance(second, str)
    assert "1,234" in second
    assert voice.session.transcript.entries[-1].by == "template"


async def test_a_model_that_never_calls_its_tool_has_the_steps_call_made_for_it(voice: Voice) -> None:
    model = Model("All is well, we have 5,000 visits.", "The page had 1,234 visits [E1].")

    first = await voice.take_turn(model)
    await run_calls(voice, first)
    second = await voice.take_turn(model)

    assert "1,234 visits" in str(second)
    assert voice.session.transcript.entries[-1].by == "model"


async def test_an_invented_number_is_sent_back_and_the_corrected_message_goes_out(voice: Voice) -> None:
    await run_calls(voice, await voice.take_turn(None))
    model = Model("The page had 5,000 visits [E1].", "The page had [[E1/visits]].")

    said = await voice.take_turn(model)

    assert "1,234" in str(said)
    assert "5,000" not in str(said)
    assert "5,000" in model.corrections[1][-1]["content"]


async def test_after_two_corrections_the_template_speaks_and_the_transcript_says_so(voice: Voice) -> None:
    await run_calls(voice, await voice.take_turn(None))
    model = Model(*["We doubled our 9,999 visits."] * 3)

    said = await voice.take_turn(model)

    assert str(said).startswith("Template of measure")
    assert "template speaks" in notes(voice)
    assert not model.answers


async def test_a_call_with_an_invented_argument_is_sent_back_before_anybody_sees_it(voice: Voice) -> None:
    model = Model(calling("measure_page", {"url": URL, "samples": 8}), calling("measure_page", {"url": URL}))

    message = await voice.take_turn(model)

    assert isinstance(message, dict)
    assert "8" not in message["tool_calls"][0]["function"]["arguments"]
    assert "samples" in model.corrections[1][-1]["content"] or "8" in model.corrections[1][-1]["content"]


async def test_words_beside_a_call_do_not_reach_the_group(voice: Voice) -> None:
    message = await voice.take_turn(Model(calling("measure_page", {"url": URL})))

    assert isinstance(message, dict)
    assert message["content"] == ""


@pytest.mark.parametrize(
    "garbage",
    [
        None,
        17,
        [],
        {"function_call": {"name": "measure_page", "arguments": "{}"}},
        {"tool_calls": "measure_page"},
        {"tool_calls": [{"id": "x"}]},
        calling("no_such_tool", {}),
        calling("measure_page", "{not json"),
        calling("measure_page", "[1, 2]"),
        calling("measure_page", "[" * 5_000),
    ],
)
async def test_garbage_from_a_model_ends_in_the_steps_own_call(voice: Voice, garbage: Any) -> None:
    message = await voice.take_turn(Model(garbage, garbage, garbage))

    assert isinstance(message, dict)
    assert message["tool_calls"][0]["function"]["name"] == "measure_page"
    assert "sent back" in notes(voice)


@pytest.mark.parametrize("empty", ["", "   \n", {"content": None}])
async def test_an_empty_answer_is_sent_back(voice: Voice, empty: Any) -> None:
    await run_calls(voice, await voice.take_turn(None))

    said = await voice.take_turn(Model(empty, empty, "The page had 1,234 visits [E1]."))

    assert "1,234" in str(said)


async def test_a_model_that_does_not_answer_is_replaced_by_the_template(voice: Voice) -> None:
    await run_calls(voice, await voice.take_turn(None))

    said = await voice.take_turn(Model(TimeoutError("no answer")))

    assert str(said).startswith("Template")
    assert "TimeoutError" in notes(voice)


async def test_a_model_that_loops_over_calls_is_stopped(voice: Voice) -> None:
    model = Model(*[calling("measure_page", {"url": URL})] * 50)
    said: str | Message = {}
    for _ in range(30):
        said = await voice.take_turn(model)
        if isinstance(said, str):
            break
        await run_calls(voice, said)

    assert isinstance(said, str)
    assert len(model.answers) >= 50 - turn.MOST_MODEL_CALLS_PER_STEP
    assert "without coming to an end" in notes(voice)


async def test_a_spent_budget_ends_the_models_part_with_a_clear_word(voice: Voice) -> None:
    voice.budget = Budget(max_tokens=150, max_calls=50)
    await run_calls(voice, await voice.take_turn(None))

    await voice.take_turn(Model("We had 5,000 visits.", "We had 6,000 visits.", "We had 7,000 visits."))
    said = await voice.take_turn(Model())

    assert str(said).startswith("Template")
    assert "150 tokens" in notes(voice)


async def test_the_same_call_twice_in_one_message_is_made_once(voice: Voice) -> None:
    message = calling("measure_page", {"url": URL})
    message["tool_calls"] *= 2

    answer = await voice.take_turn(Model(message))

    assert isinstance(answer, dict)
    assert len(answer["tool_calls"]) == 1


async def test_a_failing_request_counts_against_the_budget(voice: Voice) -> None:
    voice.budget = Budget(max_tokens=10_000, max_calls=1)
    await run_calls(voice, await voice.take_turn(Model(TimeoutError())))
    voice.begin(voice.step)

    await voice.take_turn(Model())

    assert "budget of 1 model requests" in notes(voice)


async def test_a_heap_of_calls_in_one_answer_is_sent_back(voice: Voice) -> None:
    heap = calling("measure_page", {"url": URL})
    heap["tool_calls"] = [
        {
            "id": str(n),
            "type": "function",
            "function": {"name": "measure_page", "arguments": json.dumps({"url": f"{URL}{chr(97 + n)}"})},
        }
        for n in range(turn.MOST_TOOL_CALLS_PER_ANSWER + 1)
    ]
    model = Model(heap, calling("measure_page", {"url": URL}))

    message = await voice.take_turn(model)

    assert isinstance(message, dict)
    assert len(message["tool_calls"]) == 1
    assert "At most" in model.corrections[1][-1]["content"]


async def test_the_transcript_says_what_was_wrong_without_repeating_it(voice: Voice) -> None:
    await run_calls(voice, await voice.take_turn(None))

    await voice.take_turn(
        Model(
            "We had 5,000 visits.",
            calling("measure_page", {"url": URL, "samples": 8}),
            calling("do_4711", {}),
        )
    )

    assert "figures without support (uncited)" in notes(voice)
    assert "arguments that it gives to measure_page" in notes(voice)
    assert not {"5,000", "8", "4711"} & set(notes(voice).replace("_", " ").split())


async def test_a_message_in_another_language_is_checked_in_that_language(voice: Voice) -> None:
    await run_calls(voice, await voice.take_turn(None))
    model = Model(
        "Die Seite hatte fünftausend Besuche und die Hälfte davon kam wieder [E1].", "Nichts Neues."
    )

    said = await voice.take_turn(model)

    assert said == "Nichts Neues."
    assert "fünftausend" in model.corrections[1][-1]["content"]


async def test_a_message_in_a_language_without_a_lexicon_is_not_used(voice: Voice) -> None:
    await run_calls(voice, await voice.take_turn(None))

    said = await voice.take_turn(Model(*["На странице пять тысяч посетителей, половина вернулась."] * 3))

    assert str(said).startswith("Template of measure")


async def test_a_template_that_the_guard_refuses_says_no_figure(
    voice: Voice, monkeypatch: pytest.MonkeyPatch
) -> None:
    await run_calls(voice, await voice.take_turn(None))
    monkeypatch.setattr(turn, "spoken", lambda *_args, **_options: "There were 17 of them.")

    said = await voice.take_turn(None)

    assert said == turn.NOTHING_TO_SAY
    assert "17" not in notes(voice)


@pytest.mark.parametrize("template", ["alone", "unanswered"])
def test_what_is_said_without_a_step_needs_no_evidence(template: str) -> None:
    from ag2_marketing.grounding import Ledger, check
    from ag2_marketing_prompts import spoken

    words = spoken("team_lead", template, results={}, tools=(measure_page, store_note))

    assert check(words, Ledger()).grounded
    assert not check("There are 17.", Ledger()).grounded


def test_a_line_that_the_guard_refuses_is_left_out_alone() -> None:
    text = "one\ntwo 2 3\nthree\nfour 4"
    refused = [Violation("2", 8, 9, "uncited"), Violation("4", 23, 24, "uncited")]
    assert without_lines(text, refused) == "one\nthree\n"
    assert without_lines(text, []) == text
