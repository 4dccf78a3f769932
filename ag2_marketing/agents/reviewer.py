"""The person in the chat: approves or rejects before anything is stored as scheduled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from autogen import UserProxyAgent

from ag2_marketing.adapters.background import in_background
from ag2_marketing.adapters.session import ToolSession
from ag2_marketing_tools.messages import say

Ask = Callable[[str], Awaitable[str]]
MOST_QUESTIONS = 5
DECISIONS = {
    **dict.fromkeys(("approve", "yes", "y", "freigeben", "ja", "j"), True),
    **dict.fromkeys(("reject", "no", "n", "ablehnen", "nein"), False),
}


class Reviewer(UserProxyAgent):
    """A person who reads the campaign and decides; what they type is the only human channel of the chat.

    Args:
        session: The conversation's session; the person's words become evidence there (`U1`, …).
        ask: Puts a question to the person and returns the answer; standard input when not given.
    """

    def __init__(self, session: ToolSession, *, ask: Ask | None = None) -> None:
        super().__init__("reviewer", human_input_mode="ALWAYS", code_execution_config=False, silent=True)
        self.session = session
        self._ask = ask or _ask_on_terminal
        self.approved: bool | None = None

    async def a_get_human_input(self, prompt: str, **_: Any) -> str:
        """Ask until the answer is a decision; silence and garbage end as a rejection."""
        question = say("Approve this campaign? (approve/reject) ")
        for _attempt in range(MOST_QUESTIONS):
            answer = (await self._ask(question)).strip()
            word = answer.lower().split(maxsplit=1)[0].strip(".,!") if answer else ""
            if word in DECISIONS:
                return self._decide(answer, approved=DECISIONS[word])
            question = say("Please answer approve or reject: ")
        self.approved = False
        text = say("Nobody decided, which counts as a rejection.")
        self.session.transcript.said(self.name, text, source=text, by="template")
        return text

    def _decide(self, answer: str, *, approved: bool) -> str:
        self.approved = approved
        self.session.hear(answer)
        self.session.transcript.said(self.name, answer, source=answer, by="person")
        return answer


async def _ask_on_terminal(question: str) -> str:
    return await in_background(lambda: input(question))
