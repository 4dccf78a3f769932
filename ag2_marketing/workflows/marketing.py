"""The marketing workflow: audit → content strategy → campaign planned and stored, as a conversation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from ag2_marketing.adapters.credentials import checked_credentials
from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.session import FixedCall, Outcome, ToolSession
from ag2_marketing.adapters.transcript import Entry
from ag2_marketing.agents.base import as_dict, as_list
from ag2_marketing.agents.content_strategy import ContentStrategyAgent
from ag2_marketing.agents.marketing_automation import MarketingAutomationAgent
from ag2_marketing.agents.model import Budget, llm_config_from
from ag2_marketing.agents.reviewer import Reviewer
from ag2_marketing.agents.seo_audit import SEOAuditAgent
from ag2_marketing.agents.step import Step
from ag2_marketing.workflows.conversation import Part, hold
from ag2_marketing_tools.campaigns import (
    Campaign,
    approve_campaign,
    cancel_campaign,
    schedule_campaign,
)
from ag2_marketing_tools.content import ContentAnalysis, analyze_content, compare_content
from ag2_marketing_tools.history import list_history
from ag2_marketing_tools.messages import say, speaking
from ag2_marketing_tools.operations import CampaignPlan, plan_campaign
from ag2_marketing_tools.seo import Audit, compare_audits, public_audit, run_audit
from ag2_marketing_tools.workspace import Settings, Workspace

R = TypeVar("R")
DEFAULT_PLATFORMS = ("facebook", "twitter")
DEFAULT_MAX_PAGES = 25


@dataclass(frozen=True)
class MarketingTask:
    """What the team is asked to do."""

    target_url: str
    competitors: tuple[str, ...] = ()
    focus_keywords: tuple[str, ...] = ()
    content_type: str | None = None
    platforms: tuple[str, ...] = DEFAULT_PLATFORMS
    campaign_name: str = "Data-Driven Campaign"
    max_pages: int = DEFAULT_MAX_PAGES
    lab: bool = False
    ask_person: bool = False
    compare: bool = False

    @property
    def words(self) -> str:
        """The task as the message that opens the conversation."""
        platforms = ", ".join(self.platforms)
        if not self.competitors:
            return say(
                "Audit {url}, work out a content strategy and plan a campaign for {platforms}.",
                url=self.target_url,
                platforms=platforms,
            )
        return say(
            "Audit {url}, work out a content strategy and plan a campaign for {platforms}. "
            "Compare it with {competitors}.",
            url=self.target_url,
            platforms=platforms,
            competitors=", ".join(self.competitors),
        )


@dataclass(frozen=True)
class MarketingSteps:
    """The calls that each step of the workflow requires; the result is read from these calls alone."""

    task: MarketingTask
    reviewer: Reviewer | None = None
    before: str | None = None

    def audit(self, session: ToolSession) -> list[FixedCall]:
        """The audit of the target and, where asked for, what changed since the one before."""
        arguments = {"url": self.task.target_url, "max_pages": self.task.max_pages, "lab": self.task.lab}
        made = FixedCall(run_audit, arguments)
        audited = _result(session, made, Audit) if self.task.compare else None
        if audited is None or audited.history_id is None:
            return [made]
        listed = FixedCall(list_history, {"url": self.task.target_url, "kind": "audit"})
        return [made, FixedCall(compare_audits, self._since(audited.history_id)), listed]

    def content(self, session: ToolSession) -> list[FixedCall]:
        """The content analysis; without focus keywords of the task, those that the audit recommends.

        Where asked for, what changed since the analysis before comes with it.
        """
        audited = _result(session, self.audit(session)[0], Audit)
        keywords = list(self.task.focus_keywords) or (list(audited.recommended_keywords) if audited else [])
        arguments = {
            "target_url": self.task.target_url,
            "competitors": list(self.task.competitors),
            "focus_keywords": keywords,
            "content_type": self.task.content_type,
        }
        made = FixedCall(analyze_content, arguments)
        analysed = _result(session, made, ContentAnalysis) if self.task.compare else None
        if analysed is None or analysed.history_id is None:
            return [made]
        return [made, FixedCall(compare_content, self._since(analysed.history_id))]

    def _since(self, run: str) -> dict[str, Any]:
        """Return the arguments that compare a run with the last one from before this conversation.

        A model may have a page audited twice in one conversation; the first of the two is no earlier state.
        """
        return {"url": self.task.target_url, "run": run, "against": self.before}

    def campaign(self, session: ToolSession) -> list[FixedCall]:
        """The plan, and once it stands, its storing."""
        analysed = _result(session, self.content(session)[0], ContentAnalysis)
        plan = FixedCall(
            plan_campaign,
            {
                "target_url": self.task.target_url,
                "keywords": list(analysed.primary_keywords) if analysed else [],
                "platforms": list(self.task.platforms),
                "name": self.task.campaign_name,
            },
        )
        planned = _result(session, plan, CampaignPlan)
        if planned is None:
            return [plan]
        return [plan, FixedCall(schedule_campaign, self._config(planned))]

    def decision(self, session: ToolSession) -> list[FixedCall]:
        """What the person decided about the stored campaign; nothing where nobody is asked."""
        campaign_id = self.stored_campaign(session)
        if self.reviewer is None or self.reviewer.approved is None or campaign_id is None:
            return []
        if self.reviewer.approved:
            approval = {"campaign_id": campaign_id, "approved_by": self.reviewer.name}
            return [FixedCall(approve_campaign, approval)]
        return [FixedCall(cancel_campaign, {"campaign_id": campaign_id})]

    def stored_campaign(self, session: ToolSession) -> str | None:
        """The id of the campaign once it is stored."""
        stored = _result(session, self.campaign(session)[-1], Campaign)
        return stored.campaign_id if stored else None

    def _config(self, plan: CampaignPlan) -> dict[str, Any]:
        return {
            "name": plan.name,
            "platforms": plan.platforms,
            "timezone": plan.timezone,
            "content": [
                {"text": post.text, "link": post.link, "schedule": post.schedule} for post in plan.posts
            ],
            **({"require_approval": True} if self.task.ask_person else {}),
        }


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
    """Audit a site, work out its content strategy, and plan and store its campaign, as a conversation.

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
        `status` (`success`, or `error` where a step could not bring its result), `audit`, `content_analysis`,
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
    plan, *stored = steps.campaign(session)
    last = [plan, *stored, *steps.decision(session)][-1]
    answers = {
        "audit": public_audit(audit.result) if audit and isinstance(audit.result, Audit) else _failed(audit),
        "content_analysis": _public(content),
        "campaign": _public(session.outcome_of(last)) if stored else _failed(session.outcome_of(plan)),
        "plan": _public(session.outcome_of(plan)),
    }
    return {
        "status": "error" if any(part["status"] == "error" for part in answers.values()) else "success",
        "target_url": steps.task.target_url,
        **answers,
        **({"changes": _changes(steps, session)} if steps.task.compare else {}),
        "transcript": [entry.model_dump() for entry in session.transcript.entries],
        "evidence": session.ledger,
    }


def _changes(steps: MarketingSteps, session: ToolSession) -> dict[str, Any]:
    """Return what the comparisons said; null where a result was not kept, so that nothing could be compared."""
    calls = {"audit": steps.audit(session), "content": steps.content(session)}
    return {
        name: _public(session.outcome_of(made[1])) if len(made) > 1 else None for name, made in calls.items()
    }


def _result(session: ToolSession, call: FixedCall, model: type[R]) -> R | None:
    outcome = session.outcome_of(call)
    return outcome.result if outcome is not None and isinstance(outcome.result, model) else None


def _public(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None or outcome.result is None:
        return _failed(outcome)
    return {"status": "success", **as_dict(outcome.result)}


def _failed(outcome: Outcome | None) -> dict[str, Any]:
    return {"status": "error", "error": outcome.error if outcome else say("The step was not reached.")}
