"""The calls that each step of the marketing workflow requires, from its task and from earlier evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from ag2_marketing.adapters.session import FixedCall, ToolSession
from ag2_marketing.agents.reviewer import Reviewer
from ag2_marketing_tools.campaigns import Campaign, approve_campaign, cancel_campaign, schedule_campaign
from ag2_marketing_tools.content import ContentAnalysis, analyze_content, compare_content
from ag2_marketing_tools.history import list_history
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.operations import CampaignPlan, plan_campaign, propose_experiment
from ag2_marketing_tools.seo import Audit, compare_audits, run_audit

R = TypeVar("R")
DEFAULT_PLATFORMS = ("facebook", "twitter")
DEFAULT_MAX_PAGES = 25
_SECTION = 2  # level of a section's heading


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

    def experiment(self, session: ToolSession) -> list[FixedCall]:
        """The experiment that the content analysis gives reason for; nothing is set up."""
        analysed = _result(session, self.content(session)[0], ContentAnalysis)
        if analysed is None:
            return []
        page = analysed.page
        current = {
            "h1": page.h1[0] if page.h1 else "",
            "outline": [one.heading for one in analysed.structure.headings if one.level == _SECTION],
            "title": page.title,
            "meta_description": page.description,
        }
        outline = [one.heading for one in analysed.content_outline if one.level == _SECTION]
        proposal = {
            "target_url": self.task.target_url,
            "current": current,
            "recommended": {"outline": outline, **_recommended_texts(analysed)},
            "write_first": [one.write_first for one in analysed.recommendation_basis if one.write_first],
        }
        return [FixedCall(propose_experiment, proposal)]

    def campaign(self, session: ToolSession) -> list[FixedCall]:
        """The plan, and once it stands with posts, its storing."""
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
        if planned is None or not planned.posts:
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


def _recommended_texts(analysed: ContentAnalysis) -> dict[str, str]:
    """Return the texts that are recommended in place of others, by the element that shows them."""
    texts = {
        basis.field: getattr(analysed, basis.field)
        for basis in analysed.recommendation_basis
        if not basis.unchanged
    }
    return {field.removeprefix("recommended_"): text for field, text in texts.items() if text is not None}


def _result(session: ToolSession, call: FixedCall, model: type[R]) -> R | None:
    outcome = session.outcome_of(call)
    return outcome.result if outcome is not None and isinstance(outcome.result, model) else None
