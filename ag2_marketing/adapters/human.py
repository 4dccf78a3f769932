"""What people type becomes evidence: the human channel of AG2 agents that are not ours.

Which role or name a framework gives to a message says nothing about who wrote it: a `UserProxyAgent` also
answers by itself, and a model's words arrive as `user` just the same. What is certain is the door that typed
words come in through: `a_get_human_input`. This module listens there, and nowhere else.
"""

from __future__ import annotations

from typing import Any

from autogen import ConversableAgent

from ag2_marketing.adapters.session import ToolSession

LEAVES = "exit"  # AG2's own word for ending a chat


def listen(person: ConversableAgent, session: ToolSession) -> None:
    """Record what a person types at an agent from here on; listening twice records it once.

    What the agent says without asking the person (an automatic reply, a message that the program starts a
    chat with) is not recorded; a program that passes on a person's words says so with `session.hear(words)`.

    Args:
        person: The agent that a person types at, such as a `UserProxyAgent` with `human_input_mode="ALWAYS"`.
        session: The conversation's session.
    """
    if getattr(person.a_get_human_input, "listener", None) is session:
        return
    asked = person.a_get_human_input

    async def heard(*args: Any, **options: Any) -> str:
        words = await asked(*args, **options)
        if isinstance(words, str) and words.strip() not in {"", LEAVES}:
            session.hear(words)
        return words

    heard.listener = session  # type: ignore[attr-defined]
    person.a_get_human_input = heard  # type: ignore[method-assign]
