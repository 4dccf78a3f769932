"""Free conversation with the team (needs a model): a group chat that goes on from question to question."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from autogen import Agent, ConversableAgent, GroupChat, GroupChatManager
from autogen.io.base import IOStream

from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.session import Approver, ToolSession
from ag2_marketing.adapters.transcript import Entry
from ag2_marketing.agents.ab_testing import ABTestingAgent
from ag2_marketing.agents.base import MarketingAgent
from ag2_marketing.agents.content_strategy import ContentStrategyAgent
from ag2_marketing.agents.marketing_automation import MarketingAutomationAgent
from ag2_marketing.agents.model import Budget, llm_config_from
from ag2_marketing.agents.seo_audit import SEOAuditAgent
from ag2_marketing.agents.team_lead import TeamLead
from ag2_marketing.workflows.conversation import MOST_MESSAGES, Quiet
from ag2_marketing_tools.errors import Unavailable
from ag2_marketing_tools.messages import say, speaking
from ag2_marketing_tools.workspace import Workspace

MOST_HANDOVERS = 8
MENTION = re.compile(r"@([a-z_]+)")


class Team:
    """The team in one lasting conversation; `ask` puts a question and returns what was said and done.

    Args:
        workspace: The open workspace that the team works in.
        llm_config: AG2's model configuration; the settings' when not given.
        approver: Asked before a tool stores something.

    Raises:
        Unavailable: No model is set.
    """

    def __init__(
        self, workspace: Workspace, *, llm_config: Any = None, approver: Approver | None = None
    ) -> None:
        config = llm_config or llm_config_from(workspace.settings)
        if not config:
            raise Unavailable(
                "A free conversation needs a model, and none is set.",
                remedy="Set AG2_MARKETING_LLM_MODEL (and AG2_MARKETING_LLM_BASE_URL and _LLM_API_KEY) to an "
                "OpenAI-compatible endpoint. Without one, use the commands run, audit, content and schedule.",
            )
        self.session = ToolSession(sharing(workspace), approver=approver)
        self.budget = Budget.of(workspace.settings)
        shared = {
            "workspace": workspace,
            "llm_config": config,
            "session": self.session,
            "budget": self.budget,
        }
        self.colleagues: list[MarketingAgent] = [
            SEOAuditAgent(**shared),
            ContentStrategyAgent(**shared),
            ABTestingAgent(**shared),
            MarketingAutomationAgent(**shared),
        ]
        self.lead = TeamLead(colleagues=self.colleagues, **shared)
        self._person = ConversableAgent(
            "person", llm_config=False, human_input_mode="NEVER", code_execution_config=False, silent=True
        )
        self._language = workspace.settings.language
        self._handovers = 0
        self._manager = self._manage()

    async def ask(self, question: str, *, listener: Callable[[Entry], None] | None = None) -> list[Entry]:
        """Put a question to the team and return the entries that it added to the transcript."""
        transcript = self.session.transcript
        self.session.hear(question)
        transcript.said(self._person.name, question, source=question, by="person")
        before = len(transcript.entries)
        transcript.listener = listener
        self.budget.renew()  # each question has the budget of a run
        self._handovers = 0
        with IOStream.set_default(Quiet()), speaking(self._language):
            await self._person.a_initiate_chat(
                self._manager, message=question, clear_history=False, silent=True
            )
        transcript.listener = None
        return transcript.entries[before:]

    def _manage(self) -> GroupChatManager:
        chat = GroupChat(
            [self._person, self.lead, *self.colleagues],
            messages=[],
            max_round=MOST_MESSAGES,
            speaker_selection_method=self._select,
        )
        return GroupChatManager(
            chat,
            llm_config=False,
            silent=True,
            human_input_mode="NEVER",
            max_consecutive_auto_reply=MOST_MESSAGES,
            is_termination_msg=lambda _message: False,
        )

    def _select(self, last_speaker: Agent, chat: GroupChat) -> Agent | None:
        """Give the floor to the lead, to a colleague it addresses, and back; None ends."""
        message = chat.messages[-1]
        if message.get("tool_calls") or message.get("role") == "tool":
            return last_speaker
        speaker = self._next(last_speaker)
        if speaker is None:
            return None
        self._handovers += 1
        if self._handovers > MOST_HANDOVERS:
            self.session.transcript.note(
                speaker.name, say("The floor was handed on too often, so the answer ends here.")
            )
            return None
        speaker.begin(None)
        return speaker

    def _next(self, last_speaker: Agent) -> MarketingAgent | None:
        # As it was written, before references were filled in: text of a page hands the floor to nobody.
        said = self.session.transcript.entries[-1].source or ""
        addressed = [
            agent for name in MENTION.findall(said) for agent in self.colleagues if agent.name == name
        ]
        if last_speaker is self._person:
            return addressed[0] if addressed else self.lead
        if last_speaker is self.lead:
            return addressed[0] if addressed else None
        return self.lead
