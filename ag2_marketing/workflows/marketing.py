"""The marketing workflow: audit → content strategy → proposed experiment → stored campaign, as a conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta
from typing import Any, Final, Literal

from ag2_marketing.adapters.answers import as_dict
from ag2_marketing.adapters.credentials import checked_credentials
from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.session import Outcome, ToolSession
from ag2_marketing.adapters.transcript import Entry
from ag2_marketing.agents.ab_testing import ABTestingAgent
from ag2_marketing.agents.base import as_list
from ag2_marketing.agents.content_strategy import ContentStrategyAgent
from ag2_marketing.agents.marketing_automation import MarketingAutomationAgent
from ag2_marketing.agents.model import Budget, llm_config_from
from ag2_marketing.agents.reviewer import Reviewer
from ag2_marketing.agents.seo_audit import SEOAuditAgent
from ag2_marketing.agents.step import Step
from ag2_marketing.workflows.conversation import Part, hold
from ag2_marketing.workflows.steps import (
    DEFAULT_MAX_PAGES,
    DEFAULT_PLATFORMS,
    MarketingSteps,
    MarketingTask,
)
from ag2_marketing_tools.messages import say, speaking
from ag2_marketing_tools.operations import CampaignPlan
from ag2_marketing_tools.seo import Audit, public_audit
from ag2_marketing_tools.workspace import Settings, Workspace

NOTHING_TO_POST: Final = "nothing_to_post"
"""The campaign's status where the plan has no posts."""


async def run_marketing_workflow(
    target_url: str,
    api_keys: Mapping[str, str] | None = None,
    platform_tokens: Mapping[str, Any] | None = None,
    *,
    competitors: Sequence[str] = (),
    focus_keywords: Sequence[str] = (),
    content_type: str | None = None,
    platforms: Sequence[str] = DEFAULT_PLATFORMS,
    campaign_name: str = "Data-Driven Campaign",
    max_pages: int = DEFAULT_MAX_PAGES,
    lab: bool = False,
    compare: bool = False,
    settings: Settings | None = None,
    workspace: Workspace | None = None,
    llm_config: Any = None,
    human: bool = False,
    ask: Callable[[str], Awaitable[str]] | None = None,
    listener: Callable[[Entry], None] | None = None,
) -> dict[str, Any]:
    """Audit a site, work out its content strategy, propose an experiment, and plan and store the campaign.

    All of it is one conversation of the team. The experiment is proposed only: nothing is set up.

    Args:
        target_url: The page to work for.
        api_keys: Vendors' keys, by service.
        platform_tokens: Platforms' tokens; never stored, never shown to a model.
        competitors: Pages or bare hosts to compare with.
        focus_keywords: Terms to look at; none takes those that the audit recommends.
        content_type: Shapes the recommended outline.
        platforms: Where to post.
        campaign_name: The campaign's name.
        max_pages: How many pages of the site the audit reads; 1 for the target alone.
        lab: Whether the audit visits the target in Chromium, too (extra `browser`).
        compare: Whether audit and content are compared with those before them.
        settings: Read from the environment when not given.
        workspace: An open workspace to work in, left open.
        llm_config: AG2's model configuration; None takes the settings', False means no model.
        human: A person approves before anything is stored as scheduled.
        ask: Puts a question to that person; standard input when not given.
        listener: Hears each entry of the transcript as it comes.

    Returns:
        `status` (`success`; `partial` where there is nothing to post, as `campaign` then says under `reason`;
        `error` where a step could not bring its result), `audit`, `content_analysis`,
        `experiment_proposal` (its `test_config` is what `setup_experiment` takes, null where nothing is proposed),
        `campaign`, `plan`, `changes` (what `compare` found, by `audit` and `content`), `transcript`, and
        `evidence` (the ledger, whose ids the transcript's references name).
    """
    task = MarketingTask(
        target_url=target_url,
        competitors=tuple(as_list(competitors)),
        focus_keywords=tuple(as_list(focus_keywords)),
        content_type=content_type,
        platforms=tuple(as_list(platforms)),
        campaign_name=campaign_name,
        max_pages=max_pages,
        lab=lab,
        ask_person=human,
        compare=compare,
    )
    keys = checked_credentials("api_keys", api_keys)
    tokens = checked_credentials("platform_tokens", platform_tokens)
    async with _workspace(workspace, settings) as opened:
        ws = opened.with_credentials(api_keys=keys, platform_tokens=tokens)
        with speaking(ws.settings.language):
            return await _run(task, ws, llm_config=llm_config, ask=ask, listener=listener)


def _workspace(
    workspace: Workspace | None, settings: Settings | None
) -> AbstractAsyncContextManager[Workspace]:
    return Workspace.open(settings) if workspace is None else nullcontext(workspace)


async def _run(
    task: MarketingTask,
    ws: Workspace,
    *,
    llm_config: Any,
    ask: Callable[[str], Awaitable[str]] | None,
    listener: Callable[[Entry], None] | None,
) -> dict[str, Any]:
    config = llm_config_from(ws.settings) if llm_config is None else llm_config
    session = ToolSession(sharing(ws))
    session.transcript.listener = listener
    await session.begin(ws)
    session.hear(task.words)
    shared = {
        "llm_config": config,
        "workspace": ws,
        "session": session,
        "budget": Budget.of(ws.settings),
    }
    reviewer = Reviewer(session, ask=ask) if task.ask_person else None
    before = ws.clock.now() - timedelta(microseconds=1)
    steps = MarketingSteps(task, reviewer, before=before.isoformat())
    await hold(_programme(steps, session, shared), task=task.words)
    return _answer(steps, session)


def _programme(steps: MarketingSteps, session: ToolSession, shared: dict[str, Any]) -> list[Part]:
    manager = MarketingAutomationAgent(**shared)
    parts = [
        Part(SEOAuditAgent(**shared), Step("audit", steps.audit)),
        Part(ContentStrategyAgent(**shared), Step("content", steps.content)),
        Part(ABTestingAgent(**shared), Step("proposal", steps.experiment)),
        Part(manager, Step("campaign", steps.campaign)),
    ]
    if steps.reviewer is None:
        return parts

    def stored() -> bool:
        return steps.stored_campaign(session) is not None

    return [
        *parts,
        Part(steps.reviewer, applies=stored),
        Part(manager, Step("decision", steps.decision), applies=stored),
    ]


def _answer(steps: MarketingSteps, session: ToolSession) -> dict[str, Any]:
    audit = session.outcome_of(steps.audit(session)[0])
    content = session.outcome_of(steps.content(session)[0])
    proposal = steps.experiment(session)
    proposed = session.outcome_of(proposal[0]) if proposal else None
    answers = {
        "audit": public_audit(audit.result) if audit and isinstance(audit.result, Audit) else _failed(audit),
        "content_analysis": _public(content),
        "experiment_proposal": _public(proposed),
        "campaign": _campaign(steps, session),
        "plan": _public(session.outcome_of(steps.campaign(session)[0])),
    }
    return {
        "status": _status(answers),
        "target_url": steps.task.target_url,
        **answers,
        **({"changes": _changes(steps, session)} if steps.task.compare else {}),
        "transcript": [entry.model_dump() for entry in session.transcript.entries],
        "evidence": session.ledger,
    }


def _campaign(steps: MarketingSteps, session: ToolSession) -> dict[str, Any]:
    """Return the campaign as it stands at the end, or why there is none."""
    planning, *stored = steps.campaign(session)
    planned = session.outcome_of(planning)
    if stored:
        return _public(session.outcome_of([*stored, *steps.decision(session)][-1]))
    if planned is not None and isinstance(planned.result, CampaignPlan):
        return {"status": NOTHING_TO_POST, "reason": planned.result.posts_reason}
    return _failed(planned)


def _status(answers: Mapping[str, Mapping[str, Any]]) -> Literal["success", "partial", "error"]:
    if any(part["status"] == "error" for part in answers.values()):
        return "error"
    return "partial" if answers["campaign"]["status"] == NOTHING_TO_POST else "success"


def _changes(steps: MarketingSteps, session: ToolSession) -> dict[str, Any]:
    """Return what the comparisons said; null where a result was not kept, so that nothing could be compared."""
    calls = {"audit": steps.audit(session), "content": steps.content(session)}
    return {
        name: _public(session.outcome_of(made[1])) if len(made) > 1 else None for name, made in calls.items()
    }


def _public(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None or outcome.result is None:
        return _failed(outcome)
    return {"status": "success", **as_dict(outcome.result)}


def _failed(outcome: Outcome | None) -> dict[str, Any]:
    return {"status": "error", "error": outcome.error if outcome else say("The step was not reached.")}
