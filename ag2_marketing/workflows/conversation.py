"""A programme of steps as a real AG2 GroupChat under its manager."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from autogen import Agent, ConversableAgent, GroupChat, GroupChatManager
from autogen.io.base import IOStream

from ag2_marketing.agents.base import MarketingAgent
from ag2_marketing.agents.step import Step

MOST_MESSAGES = (
    1_000  # AG2 counts every tool message; each step has its own limit, this one only ends a runaway
)


@dataclass(frozen=True)
class Part:
    """One part of a programme: who speaks, and on which step (a person has none)."""

    agent: ConversableAgent
    step: Step | None = None
    applies: Callable[[], bool] = field(default=lambda: True)


@dataclass
class Programme:
    """Hands the floor from part to part; an agent keeps it while it calls tools."""

    parts: Sequence[Part]
    _position: int = -1

    def select(self, last_speaker: Agent, chat: GroupChat) -> Agent | None:
        """Choose the next speaker, as AG2's `speaker_selection_method`; None ends the chat."""
        message = chat.messages[-1]
        if message.get("tool_calls") or message.get("role") == "tool":
            return last_speaker
        self._position += 1
        while self._position < len(self.parts) and not self.parts[self._position].applies():
            self._position += 1
        if self._position >= len(self.parts):
            return None
        part = self.parts[self._position]
        if isinstance(part.agent, MarketingAgent):
            part.agent.begin(part.step)
        return part.agent


async def hold(parts: Sequence[Part], *, task: str, opener: str = "task") -> list[dict[str, Any]]:
    """Hold the conversation and return the group's messages.

    Args:
        parts: The programme, in order.
        task: The first message: what the team is to do.
        opener: The name that the task is given under.
    """
    agents = list(dict.fromkeys(part.agent for part in parts))
    client = ConversableAgent(
        opener, llm_config=False, human_input_mode="NEVER", code_execution_config=False, silent=True
    )
    chat = GroupChat(
        [client, *agents],
        messages=[],
        max_round=MOST_MESSAGES,
        speaker_selection_method=Programme(parts).select,
        send_introductions=False,
    )
    manager = GroupChatManager(
        chat,
        llm_config=False,
        silent=True,
        human_input_mode="NEVER",
        max_consecutive_auto_reply=MOST_MESSAGES,
        is_termination_msg=lambda _message: (
            False
        ),  # the programme ends the chat, not a word that a model wrote
    )
    with IOStream.set_default(Quiet()):
        await client.a_initiate_chat(manager, message=task, silent=True)
    return list(chat.messages)


class Quiet:
    """AG2's console, kept silent: the transcript is our record, and nothing may wait for standard input."""

    def print(self, *_objects: Any, **_options: Any) -> None:
        """Drop what AG2 would print."""
        return None

    def send(self, _message: Any) -> None:
        """Drop AG2's event."""
        return None

    def input(self, _prompt: str = "", *, password: bool = False) -> str:
        """Refuse: a person is asked by the `Reviewer` only.

        Raises:
            EOFError: Always.
        """
        raise EOFError("this conversation does not read standard input")
