"""A finished workflow, made by hand from the tools' own result models, so that every test can bend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from ag2_marketing.adapters.transcript import Transcript
from ag2_marketing.grounding import Evidence, Ledger, render
from ag2_marketing.report import Report, build_report
from ag2_marketing_prompts import spoken
from ag2_marketing_tools.campaigns.results import Campaign
from ag2_marketing_tools.catalogue import tool_named
from ag2_marketing_tools.content.model import ContentAnalysis
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.operations import CampaignPlan
from ag2_marketing_tools.seo import Audit
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace import Workspace

URL = "https://maple.example/"
AT = "2026-03-02T09:00:00+00:00"
TASK = f"Audit {URL}, work out a content strategy and plan a campaign for facebook."
NO_KEY = "No key for pagespeed was given: Core Web Vitals come from PageSpeed Insights."


def vital(unit: str, good: float, poor: float, **known: Any) -> dict[str, Any]:
    return {
        "value": None, "unit": unit, "threshold_good": good, "threshold_poor": poor, "rating": None,
        "source": None, "reason": NO_KEY, **known,
    }  # fmt: skip


def finding(check: str, severity: str, title: str, message: str, **more: Any) -> dict[str, Any]:
    return {
        "check": check, "title": title, "verdict": "fail", "severity": severity, "scope": "page", "part": "meta",
        "message": message, "why": "Visitors and search engines go by it.", "how_to_fix": "Mend it in the template.",
        "impact": "high", "effort": "low", **more,
    }  # fmt: skip


def audit(**changes: Any) -> Audit:
    return Audit.model_validate({
        "url": URL, "final_url": URL, "timestamp": AT, "http_status": 200,
        "score": {"value": 71.5},
        "summary": {"checks": 31, "passed": 22, "warned": 3, "failed": 2, "not_applicable": 1, "not_testable": 3,
                    "critical": 1, "warning": 3, "info": 1},
        "findings": [
            finding("title.generic", "critical", "Title that says nothing", "The title is “Home”."),
            finding("img.alt", "warning", "Images without a text alternative", "7 images have no alt attribute.",
                    measured={"value": 7, "unit": "image", "limits": {"good": 0}},
                    evidence=[{"element": "img", "excerpt": "<img src=\"/logo.svg\">"}]),
            finding("title.length", "info", "Length of the title", "The title has 4 characters."),
        ],
        "core_web_vitals": {"lcp": vital("ms", 2500, 4000), "inp": vital("ms", 200, 500), "cls": vital("score", 0.1, 0.25),
                            "fid": vital("ms", 100, 300), "passed": None, "reason": NO_KEY},
        "security": None, "mobile": None,
        "performance": {"html_bytes": 18250, "wire_bytes": 6120, "content_encoding": "gzip", "time_to_first_byte": 84.0,
                        "total_time": 121.0, "http_version": "HTTP/1.1", "redirects": 1, "dom_nodes": 212,
                        "render_blocking_files": 2, "lab_score": {"value": None, "reason": NO_KEY}},
        "meta": {"title": "Home", "title_characters": 4, "description": None, "description_characters": 0,
                 "canonical": None, "robots": [], "language_declared": "en", "language_detected": "en",
                 "charset": "utf-8", "viewport": None, "open_graph": {}},
        "headings": {"h1": ["Home care in Maple Falls"], "h2": [], "h3": [], "h1_count": 1, "total": 5},
        "page": {"words": 245, "links": 9, "internal_links": 8, "external_links": 1, "images": 8,
                 "images_without_alt": 7, "structured_data_types": [], "hidden_texts": 1},
        "recommended_keywords": ["home care"], "keywords": [],
        "checks": [{"check": "http.https", "verdict": "not_testable", "reason": "This is a development server."},
                   {"check": "title.generic", "verdict": "fail"}],
        "parts": ["meta"], "notes": [],
        **changes,
    })  # fmt: skip


def placement(**uses: int) -> dict[str, int]:
    return {"title": 0, "h1": 0, "headings": 0, "description": 0, "body": 0, **uses}


def page_content(**changes: Any) -> dict[str, Any]:
    return {
        "url": URL, "site_name": None, "title": "Home", "title_characters": 4, "description": "",
        "description_characters": 0, "h1": ["Home care in Maple Falls"], "h1_count": 1, "subheading_count": 4,
        "language": {"code": "en", "probability": 0.99}, "language_declared": "en", "language_used": "en", "words": 245, "words_reason": None,
        "text_read": "main_text", "characters": 1400, "characters_analysed": 1400,
        "readability": {"reading_ease": 63.2, "grade": 7.1, "words": 240, "sentences": 14, "syllables": 360,
                        "words_per_sentence": 17.1, "syllables_per_word": 1.5, "formula": None, "source": None},
        "keywords": [], **changes,
    }  # fmt: skip


def content(**changes: Any) -> ContentAnalysis:
    return ContentAnalysis.model_validate({
        "target_url": URL, "timestamp": AT, "page": page_content(), "primary_keywords": ["home care", "care plan"],
        "focus_keywords": ["home care"], "focus_keywords_source": "given", "focus_placement": [],
        "keyword_opportunities": [{"term": "respite care", "kind": "competitor_term", "uses": placement(),
                                   "missing_from": [], "covered_by_count": 2, "competitors_compared": 3,
                                   "score": 0.4, "reason": "No vendor's key was given."}],
        "content_gaps": [{"term": "respite care", "covered_by_count": 2, "competitors_compared": 3, "covered_by": [],
                          "score": 0.41}],
        "content_gaps_reason": None,
        "competitor_analysis": [{"asked": "rival.example", "status": "unreadable", "reason": "It answered with HTTP 503."}],
        "recommendations": [{"id": "title.short", "action": "Use the room of the title.", "why": "It says too little.",
                             "evidence": [{"name": "title_characters", "value": 4, "unit": "character"}],
                             "impact": "medium", "effort": "low", "source": "House rule"}],
        "recommended_title": "Home care in Maple Falls | Maple Lane", "recommended_meta_description": None,
        "recommended_h1": "Home care in Maple Falls",
        "recommendation_basis": [
            {"field": "recommended_title", "built_from": ["h1"], "characters": 37, "unchanged": False},
            {"field": "recommended_meta_description", "built_from": [], "characters": None, "unchanged": False,
             "reason": "No sentence of the page fits."},
            {"field": "recommended_h1", "built_from": ["h1"], "characters": 24, "unchanged": True}],
        "content_outline": [{"level": 1, "heading": "Home care in Maple Falls", "origin": "recommended_h1"},
                            {"level": 2, "heading": "Respite care", "origin": "content_gap", "covered_by_count": 2}],
        "content_type": None, "content_type_profile": "default", "notes": [],
        **changes,
    })  # fmt: skip


def plan(**changes: Any) -> CampaignPlan:
    return CampaignPlan.model_validate({
        "name": "Spring", "platforms": ["facebook"], "timezone": "UTC",
        "posts": [{"keyword": "home care", "text": "The first visit is free.", "taken_from": "sentence", "link": URL,
                   "schedule": "2026-03-03T12:00:00+00:00"}],
        "keywords_without_post": ["care plan"], "timing": "House defaults.", **changes,
    })  # fmt: skip


def campaign(**changes: Any) -> Campaign:
    text = "The first visit is free."
    return Campaign.model_validate({
        "campaign_id": "campaign_1", "name": "Spring", "status": "scheduled", "timestamp": AT, "platforms": ["facebook"],
        "scheduled_posts": [{
            "post_id": "post_1", "platform": "facebook", "item": 1, "type": "post", "occurrence": 1,
            "state": "scheduled", "run_at": "2026-03-03T12:00:00+00:00", "local_time": "2026-03-03T12:00:00+00:00",
            "timezone": "UTC",
            "preview": {"text": text, "parts": {"text": text}, "credentials_present": False,
                        "missing_credentials": ["facebook"],
                        "length": {"part": "text", "length": 24, "limit": 63206, "counting": "characters"}}}],
        "tracking_setup": {"utm": {}, "variant_id": None, "endpoints": {}, "events": {},
                           "metadata": {"campaign_id": "campaign_1", "variant_id": None, "test_id": None,
                                        "timestamp": AT}},
        "counts": {"posts": 1, "scheduled": 1}, "warnings": [], **changes,
    })  # fmt: skip


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
    third = held.call("plan_campaign", {"target_url": URL, "keywords": ["home care"], "platforms": ["facebook"]},
                      planned or plan())  # fmt: skip
    made = [third]
    if not isinstance(planned, str):
        made.append(held.call("schedule_campaign", {"name": "Spring", "platforms": ["facebook"], "content": []},
                              stored or campaign()))  # fmt: skip
    held.speak("campaign_manager", "marketing_automation", "campaign", *made)
    return held


@pytest.fixture
def make() -> Any:
    """The makers of results and of whole conversations, by name."""
    from types import SimpleNamespace

    return SimpleNamespace(
        audit=audit, content=content, plan=plan, campaign=campaign, finding=finding, vital=vital,
        conversation=conversation, page_content=page_content, url=URL,
    )  # fmt: skip


@pytest.fixture
async def report(workspace: Workspace) -> Report:
    """The report of a workflow that went well."""
    return await build_report(conversation().answer(), workspace)


Maker = Callable[..., Any]
