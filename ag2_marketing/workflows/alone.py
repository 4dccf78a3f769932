"""One finished piece of work as the report of a whole workflow reads it: what was asked, the evidence, the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ag2_marketing.adapters.direct import AnyTool, sharing
from ag2_marketing.adapters.session import FixedCall, ToolSession
from ag2_marketing.agents.base import MarketingAgent
from ag2_marketing.agents.step import Step
from ag2_marketing.agents.turn import Voice
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace import Workspace

Made = tuple[AnyTool, Mapping[str, Any], Result]
"""A tool, the arguments of its call, and the result."""


async def answer_alone(
    agent: type[MarketingAgent], part: str, made: Sequence[Made], ws: Workspace, *, url: str, task: str
) -> dict[str, Any]:
    """Return what `build_report` takes of work that one agent's tools did without a conversation.

    Args:
        agent: Whose words tell of it, without a model.
        part: The part of a report that it is, and the agent's step: `audit` or `content`.
        made: The calls that were made, in order.
        ws: The open workspace.
        url: The page that was worked for.
        task: What was asked, in words.
    """
    session = ToolSession(sharing(ws))
    await session.begin(ws)
    session.hear(task)
    calls = [FixedCall(tool, dict(arguments)) for tool, arguments, _ in made]
    for call, (_, _, result) in zip(calls, made, strict=True):
        session.keep(call, result, ws)
    tools = {tool.name: tool for tool in agent.toolset}
    voice = Voice(agent.default_name, agent.role, ws.settings.language, session, tools)
    voice.begin(Step(part, lambda _session: calls))
    await voice.take_turn(None)
    return {
        "status": "success",
        "target_url": url,
        "parts": [part],
        "transcript": [entry.model_dump() for entry in session.transcript.entries],
        "evidence": session.ledger,
    }
