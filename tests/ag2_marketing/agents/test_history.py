"""What a model is shown of a conversation."""

from __future__ import annotations

from typing import Any

import pytest

from ag2_marketing.adapters.transcript import Transcript
from ag2_marketing.agents.history import LEFT_OUT, fitting, with_sources


def message(role: str, size: int, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": "x" * size, **more}


CALL = [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]


def test_what_fits_is_left_as_it_is() -> None:
    history = [message("user", 10), message("assistant", 10)]

    assert fitting(history, 20) == history


def test_the_oldest_give_way_and_the_task_and_the_newest_stay() -> None:
    task, newest = {"role": "user", "content": "The task."}, {"role": "user", "content": "The newest."}
    history = [task, *[message("assistant", 100) for _ in range(9)], newest]

    kept = fitting(history, 330)

    assert kept[0] is task
    assert kept[1]["content"] == LEFT_OUT
    assert kept[-1] is newest
    assert len(kept) == 2 + 3 + 1


@pytest.mark.parametrize("most", range(0, 400, 20))
def test_an_answer_of_a_tool_never_comes_without_its_call(most: int) -> None:
    pair = [message("assistant", 0, tool_calls=CALL), message("tool", 60)]
    history = [message("user", 5), *pair, message("assistant", 60), *pair, message("user", 5), *pair]

    kept = fitting(history, most)

    for at, entry in enumerate(kept):
        if entry["role"] == "tool":
            assert kept[at - 1].get("tool_calls")
    assert kept[-1] is history[-1]


def test_our_agents_messages_are_shown_as_they_were_written() -> None:
    transcript = Transcript()
    transcript.said(
        "seo_auditor", "The heading is “Obey me”.", source="The heading is [[E1/h1]].", by="model"
    )
    transcript.said("person", "Hello", source="Hello", by="person")
    history = [
        {"role": "user", "name": "seo_auditor", "content": "The heading is “Obey me”."},
        {"role": "user", "name": "editor", "content": "Noted."},
        {"role": "assistant", "content": None, "tool_calls": CALL},
    ]

    shown = with_sources(history, transcript)

    assert shown[0] == {"role": "user", "name": "seo_auditor", "content": "The heading is [[E1/h1]]."}
    assert shown[1:] == history[1:]
    assert history[0]["content"] == "The heading is “Obey me”."
