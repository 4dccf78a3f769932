"""The base of every agent: a real ConversableAgent whose numbers come from its tools."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, TypeGuard

from autogen import Agent, ConversableAgent, GroupChatManager

from ag2_marketing.adapters.answers import as_dict, failed
from ag2_marketing.adapters.background import in_background
from ag2_marketing.adapters.classic import ClassicTool
from ag2_marketing.adapters.credentials import checked_credentials
from ag2_marketing.adapters.direct import AnyTool, P, R, WorkspaceSource, attempt, sharing
from ag2_marketing.adapters.human import listen
from ag2_marketing.adapters.session import Approver, ToolSession
from ag2_marketing.agents.history import fitting, with_sources
from ag2_marketing.agents.messages import Message
from ag2_marketing.agents.model import Budget, llm_config_from
from ag2_marketing.agents.step import Step
from ag2_marketing.agents.turn import MOST_MODEL_CALLS_PER_STEP, Voice
from ag2_marketing_prompts import system_prompt
from ag2_marketing_tools.errors import MarketingError
from ag2_marketing_tools.tool import Tool
from ag2_marketing_tools.workspace import Settings, Workspace
from ag2_marketing_tools.workspace.gateway import Services


class MarketingAgent(ConversableAgent):
    """An agent of the team. Subclasses say which role, prompt folder and tools are theirs.

    It joins any asynchronous chat of AG2: a GroupChat, a pattern, a chat of two. Three things are then the
    program's to say. Agents of one chat share a session (`session=first.session`), so that `E1` means the
    same to all of them. Figures that a person gives count once they are recorded: `listen_to` the agent that
    the person types at. A tool that stores something runs for a model only where `approver` lets it. An agent
    is made for one conversation; its ledger and its budget last as long as it does.

    Args:
        name: Its name in a chat.
        llm_config: AG2's model configuration; None takes the one of the settings, False means no model.
        workspace: An open workspace to work in; without one, each call opens and closes its own.
        settings: Settings of the workspaces that it opens itself; read from the environment when not given.
        session: A conversation's session to join, so that the team shares one ledger.
        approver: Asked before a model's call stores something; it belongs to the agent's own session.
        budget: What the conversation may ask of the model; the settings' when not given.
        options: Further options of `ConversableAgent`.
    """

    role: ClassVar[str]
    default_name: ClassVar[str]
    toolset: ClassVar[Sequence[AnyTool]]

    def __init__(
        self,
        name: str | None = None,
        *,
        llm_config: Any = None,
        workspace: Workspace | None = None,
        settings: Settings | None = None,
        session: ToolSession | None = None,
        approver: Approver | None = None,
        budget: Budget | None = None,
        **options: Any,
    ) -> None:
        self.settings = settings or (workspace.settings if workspace else Settings())
        config = llm_config_from(self.settings) if llm_config is None else llm_config
        if "system_message" not in options:
            options["system_message"] = self._instructions()
        super().__init__(
            name or self.default_name,
            **{
                "human_input_mode": "NEVER",
                "code_execution_config": False,
                "max_consecutive_auto_reply": 10_000,  # the workflow ends a chat, not a counter
                "silent": True,
                **options,
            },
            llm_config=config,
        )
        self._source = self._workspaces(workspace, session)
        self.session = session or ToolSession(self._source, approver=approver)
        self.voice = Voice(
            name=self.name,
            role=self.role,
            language=self.settings.language,
            session=self.session,
            tools={tool.name: tool for tool in self.toolset},
            budget=budget or Budget.of(self.settings),
            foreign_tools=self._schemas_of_tools,
        )
        self._register_tools()
        # AG2 keeps the function objects of the base class in its list of replies, so the override must be
        # put in.
        self.replace_reply_func(ConversableAgent.a_generate_oai_reply, type(self).a_generate_oai_reply)
        self.replace_reply_func(ConversableAgent.generate_oai_reply, _refuse_synchronous_chat)
        self.listen_to(self)

    def _instructions(self) -> str:
        return system_prompt(self.role, language=self.settings.language)

    def _workspaces(self, workspace: Workspace | None, session: ToolSession | None) -> WorkspaceSource:
        if workspace is not None:
            return sharing(workspace)
        if session is not None:
            return session.source
        # What one call used up of a rate limit, the next one keeps to, also in another event loop.
        services = Services()
        return lambda: Workspace.open(self.settings, services=services)

    def _register_tools(self) -> None:
        for tool in self.toolset:
            classic = ClassicTool(tool, self.session)
            if self.llm_config:
                classic.register_for_llm(self)
            elif classic not in self._tools:
                self._tools.append(classic)  # patterns and A2A look here
            classic.register_for_execution(self)

    def begin(self, step: Step | None) -> None:
        """Take the floor for a step, or for free conversation; what the model may do is counted from here."""
        self.voice.begin(step)

    def listen_to(self, person: ConversableAgent) -> None:
        """Let what a person types at an agent count as the user's words (`U1`, …); see `adapters.human`."""
        listen(person, self.session)

    async def a_generate_oai_reply(
        self,
        messages: list[Message] | None = None,
        sender: Agent | None = None,
        config: Any | None = None,
        **kwargs: Any,
    ) -> tuple[bool, str | Message | None]:
        """Reply, with the model where there is one; the one seam that every kind of AG2 chat passes."""
        history = list(self._oai_messages[sender] if messages is None else messages)

        async def ask(corrections: Sequence[Message]) -> tuple[Any, int]:
            shown = [*fitting(with_sources(history, self.session.transcript)), *corrections]
            before = self._tokens_used()
            async with asyncio.timeout(self.settings.llm_timeout_s):
                answered, answer = await in_background(
                    partial(self.generate_oai_reply, shown, sender, config, **kwargs)
                )
            return (answer if answered else None), self._tokens_used() - before

        model = ask if self.llm_config else None
        message = await self.voice.take_turn(model)
        for _ in range(MOST_MODEL_CALLS_PER_STEP):
            if not self._runs_by_itself(message, sender):
                return True, message
            _, answers = await self.a_generate_tool_calls_reply([message])
            history += [message, answers]
            message = await self.voice.take_turn(model)
        return True, await self.voice.take_turn(None)

    def _runs_by_itself(self, message: str | Message, sender: Agent | None) -> TypeGuard[Message]:
        """Tell whether nobody else would run a message's calls: the other one of two may not know them."""
        if not isinstance(message, dict) or not message.get("tool_calls"):
            return False
        if sender is self or not isinstance(sender, ConversableAgent) or isinstance(sender, GroupChatManager):
            return False
        return not all(
            sender.can_execute_function(call["function"]["name"]) for call in message["tool_calls"]
        )

    def _schemas_of_tools(self) -> dict[str, Message]:
        """Return the schema of every tool that the model is shown, those of other applications included."""
        shown = self.llm_config.get("tools") if self.llm_config else None
        return {tool["function"]["name"]: tool for tool in shown or ()}

    def _tokens_used(self) -> int:
        usage = self.client.total_usage_summary if self.client else None
        return sum(part.get("total_tokens", 0) for part in (usage or {}).values() if isinstance(part, dict))

    async def _call(
        self,
        tool: Tool[P, R],
        arguments: Mapping[str, Any],
        *,
        api_keys: Mapping[str, Any] | None = None,
        platform_tokens: Mapping[str, Any] | None = None,
    ) -> R:
        """Run a tool for a public method, with the caller's keys and tokens."""
        keys = checked_credentials("api_keys", api_keys)
        tokens = checked_credentials("platform_tokens", platform_tokens)
        async with self._source() as opened:
            ws = opened.with_credentials(api_keys=keys, platform_tokens=tokens)
            try:
                params = tool.validate(dict(arguments))
            except MarketingError as refused:
                raise ws.gateway.redactor.error(refused) from None
            return await attempt(tool, params, ws)

    async def _answer(self, tool: AnyTool, arguments: Mapping[str, Any], **empty: Any) -> dict[str, Any]:
        """Run a tool for a public method; where it fails, the keys that a caller reads are there, empty."""
        try:
            return {"status": "success", **as_dict(await self._call(tool, arguments))}
        except MarketingError as error:
            return failed(error, **empty)


def as_list(values: object) -> Any:
    """Return an argument as the list that a tool takes: nothing is an empty one, one text a list of it."""
    if values is None or isinstance(values, str):
        return [values] if values else []
    return list(values) if isinstance(values, Iterable) else values


def _refuse_synchronous_chat(agent: MarketingAgent, **_: Any) -> tuple[bool, str]:
    """Stand in for the model's reply in a synchronous chat, where neither guard nor tools could run.

    Raises:
        MarketingError: Always.
    """
    raise MarketingError(
        f"{agent.name} was asked in a synchronous chat.", remedy="Use a_initiate_chat: its tools are async."
    )


# In an asynchronous chat AG2 skips a synchronous function by this name.
_refuse_synchronous_chat.__name__ = "generate_oai_reply"
