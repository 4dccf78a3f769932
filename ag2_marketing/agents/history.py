"""What a model is shown of a conversation: references in place of page text, and no more than fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ag2_marketing.adapters.transcript import Transcript

MOST_CHARACTERS = 160_000
"""About 40,000 tokens at four characters each, within the context of models since 2024 (128,000 tokens)."""
LEFT_OUT = "(Earlier messages were left out; the evidence that they cite still stands.)"

Message = dict[str, Any]


def with_sources(history: Sequence[Message], transcript: Transcript) -> list[Message]:
    """Return the messages of our agents as they wrote them, with references.

    Rendered, a reference may stand for text of a page, and a page's text reaches a model within a fence only.
    """
    sources = {
        entry.text: entry.source
        for entry in transcript.entries
        if entry.kind == "message" and entry.source is not None and entry.by in {"model", "template"}
    }
    return [
        {**message, "content": sources[content]}
        if isinstance(content := message.get("content"), str) and content in sources
        else message
        for message in history
    ]


def fitting(history: Sequence[Message], most_characters: int = MOST_CHARACTERS) -> list[Message]:
    """Leave out the oldest messages but the first until the rest fits; a call stays with its answers.

    The newest message stays however long it is.
    """
    messages = list(history)
    if sum(map(_size, messages)) <= most_characters:
        return messages
    first, rest = messages[:1], messages[1:]
    left = most_characters - sum(map(_size, first))
    start = len(rest) - 1
    while start > 0 and sum(map(_size, rest[start - 1 :])) <= left:
        start -= 1
    while start < len(rest) - 1 and rest[start].get("role") == "tool":
        start += 1  # an answer without its call is refused by model endpoints
    while start > 0 and rest[start].get("role") == "tool":
        start -= 1
    return [*first, {"role": "user", "content": LEFT_OUT}, *rest[start:]]


def _size(message: Message) -> int:
    return len(str(message.get("content") or "")) + sum(
        len(str(call.get("function"))) for call in message.get("tool_calls") or ()
    )
