"""AG2's messages as data: what an answer holds, and the messages that we make."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Any

from ag2_marketing.adapters.session import FixedCall

Message = dict[str, Any]


def parts_of(answer: Any) -> tuple[list[Message] | None, str]:
    """Split a model's answer into its tool calls and its text; calls are None where it is neither."""
    if isinstance(answer, str):
        return [], answer
    if not isinstance(answer, dict) or answer.get("function_call"):
        return None, ""
    calls = answer.get("tool_calls") or []
    well_formed = isinstance(calls, list) and all(
        isinstance(call, dict) and isinstance(call.get("function"), dict) for call in calls
    )
    if not well_formed:
        return None, ""
    content = answer.get("content")
    return _once_each(calls), content if isinstance(content, str) else ""


def _once_each(calls: list[Message]) -> list[Message]:
    """Drop calls that stand twice in one message: AG2 would run both."""
    seen: dict[tuple[str, str], Message] = {}
    for call in calls:
        seen.setdefault((str(call["function"].get("name")), str(call["function"].get("arguments"))), call)
    return list(seen.values())


def calling(calls: Sequence[FixedCall]) -> Message:
    """Return the message that makes calls."""
    return {
        "role": "assistant",
        "content": "",
        "tool_calls": [
            {
                # The id only joins a call to its answer within one chat; it is in no result.
                "id": f"call_{secrets.token_hex(6)}",
                "type": "function",
                "function": {"name": call.tool.name, "arguments": json.dumps(call.arguments, default=str)},
            }
            for call in calls
        ],
    }


def as_history(answer: Any) -> Message:
    """Return a rejected answer as text: its author sees what it wrote, and no half-open tool call remains."""
    text = answer if isinstance(answer, str) else json.dumps(answer, default=str)
    return {"role": "assistant", "content": text or "(nothing)"}
