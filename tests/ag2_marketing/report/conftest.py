"""A finished workflow, made by hand from the tools' own result models, so that every test can bend it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import rich_results

from ag2_marketing.adapters.transcript import Transcript
from ag2_marketing.grounding import Evidence, Ledger, render
from ag2_marketing.report import Report, build_report
from ag2_marketing_prompts import spoken
from ag2_marketing_tools.campaigns.results import Campaign
from ag2_marketing_tools.catalogue import tool_named
from ag2_marketing_tools.content.model import ContentAnalysis
from ag2_marketing_tools.history.model import History
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.operations import CampaignPlan
from ag2_marketing_tools.seo import Audit
from ag2_marketing_tools.seo.history.model import AuditComparison
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace import Workspace

URL = "https://maple.example/"
AT = "2026-03-02T09:00:00+00:00"
TASK = f"Audit {URL}, work out a content strategy and plan a campaign for facebook."


SAMPLES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("samples.json").read_text("utf-8"))


def vital(unit: str, good: float, poor: float, **known: Any) -> dict[str, Any]:
    vital = SAMPLES["audit"]["core_web_vitals"]["lcp"]
    return {**vital, "unit": unit, "threshold_good": good, "threshold_poor": poor, **known}


def finding(check: str, severity: str, title: str, message: str, **more: Any) -> dict[str, Any]:
    plain = SAMPLES["audit"]["findings"][0]
    return {**plain, "check": check, "severity": severity, "title": title, "message": message, **more}


def audit(**changes: Any) -> Audit:
    return Audit.model_validate({**SAMPLES["audit"], **changes})


def page_content(**changes: Any) -> dict[str, Any]:
    return {**SAMPLES["content"]["page"], **changes}


def content(**changes: Any) -> ContentAnalysis:
    return ContentAnalysis.model_validate({**SAMPLES["content"], **changes})


def plan(**changes: Any) -> CampaignPlan:
    return CampaignPlan.model_validate({**SAMPLES["plan"], **changes})


def campaign(**changes: Any) -> Campaign:
    return Campaign.model_validate({**SAMPLES["campaign"], **changes})


@dataclass
class Conversation:
    """A workflow's ledger and transcript, step by step."""

    ledger: Ledger = field(default_factory=Ledger)
    transcript: Transcript = field(default_factory=Transcript)
    failed: bool = False

    def call(self, tool_name: str, arguments: dict[str, Any], result: Result | str) -> Evidence:
        tool = tool_named(tool_name)
        error = result if isinstance(result, str) else None
        self.failed = self.failed or error is not None
        evidence = self.ledger.record(
            tool=tool_name,
            arguments=arguments,
            result={"status": "error", "error": error}
            if isinstance(result, str)
            else result.model_dump(mode="json"),
            units=None if error else tool.units,
            quoted=() if error else tuple(marked(tool.result, "untrusted")),
            at=AT,
            chosen_by_model=False,
        )
        self.transcript.called(tool_name, evidence, error)
        return evidence

    def speak(self, speaker: str, role: str, step: str, *evidence: Evidence) -> None:
        results = {
            one.tool: {"id": one.id, "result": one.result, "error": one.result.get("error")}
            for one in evidence
        }
        source = spoken(role, step, results=results)
        self.transcript.said(speaker, render(source, self.ledger), source=source, by="template")

    def answer(self) -> dict[str, Any]:
        return {
            "status": "error" if self.failed else "success",
            "target_url": URL,
            "transcript": [entry.model_dump() for entry in self.transcript.entries],
            "evidence": self.ledger,
        }


def conversation(
    audited: Audit | str | None = None,
    analysed: ContentAnalysis | str | None = None,
    planned: CampaignPlan | str | None = None,
    stored: Campaign | str | None = None,
) -> Conversation:
    """The three steps of the workflow; a text in place of a result is the error of that step."""
    held = Conversation()
    held.ledger.record_user(TASK, at=AT)
    first = held.call("run_audit", {"url": URL}, audited or audit())
    held.speak("seo_auditor", "seo_audit", "audit", first)
    second = held.call("analyze_content", {"target_url": URL}, analysed or content())
    held.speak("content_strategist", "content_strategy", "content", second)
    wish = {"target_url": URL, "keywords": ["home care"], "platforms": ["facebook"]}
    made = [held.call("plan_campaign", wish, planned or plan())]
    if not isinstance(planned, str):
        config = {"name": "Spring", "platforms": ["facebook"], "content": []}
        made.append(held.call("schedule_campaign", config, stored or campaign()))
    held.speak("campaign_manager", "marketing_automation", "campaign", *made)
    return held


def rich_conversation() -> Conversation:
    """A conversation in which everything was measured, and an earlier audit was there to compare with."""
    held = conversation(
        audited=audit(**rich_results.audit_changes()),
        analysed=content(**rich_results.content_changes(page_content())),
    )
    held.call("compare_audits", {"url": URL}, AuditComparison.model_validate(rich_results.compared_audits()))
    held.call("list_history", {"url": URL, "kind": "audit"}, History.model_validate(rich_results.history()))
    return held


@pytest.fixture
def make() -> Any:
    """The makers of results and of whole conversations, by name."""
    return SimpleNamespace(
        audit=audit, content=content, plan=plan, campaign=campaign, finding=finding, vital=vital,
        conversation=conversation, page_content=page_content, url=URL, rich_conversation=rich_conversation,
    )  # fmt: skip


@pytest.fixture
async def report(workspace: Workspace) -> Report:
    """The report of a workflow that went well."""
    return await build_report(conversation().answer(), workspace)


@pytest.fixture
async def rich_report(workspace: Workspace) -> Report:
    """The report of a workflow in which everything was measured."""
    return await build_report(rich_conversation().answer(), workspace)
