"""The review of an experiment as a conversation: how it stands, whether a variant wins, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

from ag2_marketing.adapters.answers import as_dict
from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.session import FixedCall, Outcome, ToolSession
from ag2_marketing.adapters.transcript import Entry
from ag2_marketing.agents.ab_testing import ABTestingAgent
from ag2_marketing.agents.model import Budget, llm_config_from
from ag2_marketing.agents.step import Step
from ag2_marketing.workflows.conversation import Part, hold
from ag2_marketing_tools.experiments import analyze_results, get_test_status
from ag2_marketing_tools.messages import say, speaking
from ag2_marketing_tools.workspace import Settings, Workspace


async def run_experiment_review(
    test_id: str,
    *,
    settings: Settings | None = None,
    workspace: Workspace | None = None,
    llm_config: Any = None,
    listener: Callable[[Entry], None] | None = None,
) -> dict[str, Any]:
    """Let the experimenter say how a test stands and whether a variant wins, every figure grounded.

    Args:
        test_id: The test's id.
        settings: Read from the environment when not given.
        workspace: An open workspace to work in, left open.
        llm_config: AG2's model configuration; None takes the settings', False means no model.
        listener: Hears each entry of the transcript as it comes.

    Returns:
        `status` (`success`, or `error` where the test could not be judged), `test_id`, `analysis`,
        `test_status`, `transcript`, and `evidence` (the ledger, whose ids the transcript's references name).
    """
    opening = Workspace.open(settings) if workspace is None else nullcontext(workspace)
    async with opening as ws:
        with speaking(ws.settings.language):
            return await _run(test_id, ws, llm_config, listener)


async def _run(
    test_id: str, ws: Workspace, llm_config: Any, listener: Callable[[Entry], None] | None
) -> dict[str, Any]:
    session = ToolSession(sharing(ws))
    session.transcript.listener = listener
    task = say("Say how the test {test} stands and whether a variant wins.", test=test_id)
    await session.begin(ws)
    session.hear(task)
    agent = ABTestingAgent(
        llm_config=llm_config_from(ws.settings) if llm_config is None else llm_config,
        workspace=ws,
        session=session,
        budget=Budget.of(ws.settings),
    )
    await hold([Part(agent, Step("review", partial(_calls, test_id)))], task=task)
    analysis, status = (_told(session.outcome_of(call)) for call in _calls(test_id, session))
    return {
        "status": "error" if analysis["status"] == "error" else "success",
        "test_id": test_id,
        "analysis": analysis,
        "test_status": status,
        "transcript": [entry.model_dump() for entry in session.transcript.entries],
        "evidence": session.ledger,
    }


def _calls(test_id: str, session: ToolSession) -> list[FixedCall]:
    """Return the calls of the review: one after the other, so that their evidence has the same ids each time."""
    analysis, status = (FixedCall(tool, {"test_id": test_id}) for tool in (analyze_results, get_test_status))
    return [analysis] if session.outcome_of(analysis) is None else [analysis, status]


def _told(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None or outcome.result is None:
        return {"status": "error", "error": outcome.error if outcome else say("The step was not reached.")}
    return {"status": "success", **as_dict(outcome.result)}
