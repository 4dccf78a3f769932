"""The terminal's lines: what a marketer reads of a single command's result."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ag2_marketing.cli.content_summary import content_lines
from ag2_marketing.cli.summaries import audit_lines, campaign_lines

REASON = "No key for pagespeed was given."


def finding(severity: str, title: str) -> dict[str, Any]:
    return {
        "severity": severity,
        "title": title,
        "message": f"{title} is wrong.",
        "how_to_fix": f"Mend {title}.",
    }


def vital(value: float | None, unit: str = "ms", good: float = 2500) -> dict[str, Any]:
    known = value is not None
    return {
        "value": value, "unit": unit, "threshold_good": good, "rating": "good" if known else None,
        "source": "field" if known else None, "reason": None if known else REASON,
    }  # fmt: skip


AUDIT: dict[str, Any] = {
    "status": "success",
    "final_url": "https://a.example/",
    "summary": {"checks": 30, "failed": 2, "warned": 1, "passed": 20},
    "findings": [
        finding("critical", "No title"),
        finding("warning", "No alt"),
        finding("info", "Long title"),
    ],
    "core_web_vitals": {"lcp": vital(2100), "inp": vital(None), "cls": vital(None), "reason": None},
    "checks": [{"check": "http.https", "verdict": "not_testable", "reason": "A development server."}],
    "notes": ["The page was read over plain HTTP."],
}
CONTENT: dict[str, Any] = {
    "status": "success",
    "page": {
        "url": "https://a.example/",
        "words": 240,
        "words_reason": None,
        "readability": {"reading_ease": 61.5, "formula": "Flesch"},
    },
    "primary_keywords": ["home care"],
    "recommendation_basis": [
        {"field": "recommended_title", "unchanged": False, "reason": None, "write_first": "Write it first."},
        {
            "field": "recommended_meta_description",
            "unchanged": False,
            "reason": "No sentence fits.",
            "write_first": None,
        },
        {"field": "recommended_h1", "unchanged": True, "reason": None, "write_first": None},
    ],
    "recommended_title": "Home care in Maple Falls",
    "recommended_meta_description": None,
    "recommended_h1": "Home care",
    "content_outline": [{"level": 1, "heading": "Home care"}, {"level": 2, "heading": "Respite care"}],
    "content_gaps": [
        {
            "term": "respite care",
            "kind": "topic",
            "covered_by_count": 2,
            "competitors_compared": 3,
            "covered_by": [{"headings": ["Respite care for a weekend"]}],
        },
        {
            "term": "Rivalton",
            "kind": "name",
            "covered_by_count": 1,
            "competitors_compared": 3,
            "covered_by": [],
        },
    ],
    "content_gaps_reason": None,
    "recommendations": [{"action": "Shorten it.", "why": "It is cut.", "impact": "high", "effort": "low"}],
    "keyword_opportunities": [
        {
            "term": "night care",
            "kind": "striking_distance",
            "own_search": {"position": 8.2, "impressions": 340, "clicks": 3},
            "search_volume": 260,
            "difficulty": 14,
        },
        {
            "term": "care plan",
            "kind": "weak_placement",
            "own_search": None,
            "search_volume": None,
            "difficulty": None,
        },
    ],
    "keyword_opportunity_count": 31,
    "search_demand": {"vendor": "Ahrefs", "country": "us", "reason": None},
    "own_queries": {"reason": None},
    "topics": [
        {
            "label": "respite care",
            "terms": ["respite care", "weekends"],
            "term_count": 2,
            "covered_here": False,
            "covered_by_count": 2,
            "competitors_compared": 3,
        }
    ],
    "topic_count": 1,
    "internal_links": {
        "to_this_page": [
            {
                "from_url": "https://a.example/team",
                "to_url": "https://a.example/",
                "anchor_text": "home care",
                "sentence": "Our team has given home care for years.",
            }
        ],
        "to_this_page_count": 1,
        "from_this_page": [],
        "from_this_page_count": 0,
        "site": {"reason": None},
    },
    "structure": {"question_count": 2},
    "freshness": {"age_days": 900, "disagreements": []},
    "duplicate_content": {"pages": [{"shared_percent": 41.5, "url": "https://rival.example/"}]},
    "competitor_analysis": [{"asked": "rival.example", "status": "unreadable", "reason": "HTTP 503."}],
    "notes": [],
}
CAMPAIGN: dict[str, Any] = {
    "status": "scheduled",
    "campaign_id": "campaign_1",
    "name": "Spring",
    "counts": {"posts": 1, "scheduled": 1, "missed": 0},
    "warnings": ["publishing on Facebook still needs access_token."],
    "scheduled_posts": [
        {
            "state": "scheduled",
            "reason": None,
            "local_time": "2026-03-03T12:00:00+01:00",
            "platform": "facebook",
            "preview": {
                "text": "The first visit is free.",
                "missing_credentials": ["access_token"],
                "warnings": [],
            },
        }
    ],
}


POISONED: tuple[tuple[Any, ...], ...] = (
    ("findings", 0, "title"),
    ("recommended_title",),
    ("content_outline", 0, "heading"),
    ("name",),
    ("scheduled_posts", 0, "preview", "text"),
    ("primary_keywords", 0),
)


def told(lines: Any) -> str:
    return "\n".join(lines)


def test_an_audit_names_its_findings_gravest_first_and_says_where_to_start() -> None:
    text = told(audit_lines(AUDIT))

    assert "30 checks: 2 failed, 1 with a warning, 20 passed." in text
    assert text.index("CRITICAL: No title") < text.index("WARNING: No alt") < text.index("advice: Long title")
    assert text.endswith("Start with: No title. Mend No title.")


def test_an_audit_says_what_was_not_measured_and_why() -> None:
    text = told(audit_lines(AUDIT))

    assert "Largest Contentful Paint: 2100 ms, good (good up to 2500 ms, field)" in text
    assert f"Interaction to Next Paint, Cumulative Layout Shift: {REASON}" in text
    assert "http.https: A development server." in text


def test_an_audit_of_some_parts_only_has_no_vitals_to_tell_of() -> None:
    assert "Core Web Vitals" not in told(audit_lines({**AUDIT, "core_web_vitals": None}))


def test_a_content_analysis_says_what_to_write_and_what_is_unknown() -> None:
    text = told(content_lines(CONTENT))

    assert "Title: Home care in Maple Falls" in text
    assert "Meta description: No sentence fits." in text
    assert "Main heading: good as it is" in text
    assert "Write it first." in text
    assert "respite care (2 of 3 competitors, as in “Respite care for a weekend”)" in text
    assert "Rivalton" not in text
    assert "rival.example: HTTP 503." in text


def test_a_content_analysis_begins_with_what_to_do() -> None:
    text = told(content_lines(CONTENT))

    assert text.index("Shorten it.") < text.index("Title: Home care") < text.index("night care")


def test_demand_is_told_with_its_vendor_and_country() -> None:
    text = " ".join(told(content_lines(CONTENT)).split())

    assert "searches a month in us: Ahrefs" in text
    assert "night care: found at position 8.2, 340 impressions, 3 clicks (Google Search Console); 260" in text
    assert "difficulty 14 of 100" in text
    assert "… and 21 more" in text


def test_demand_that_is_not_known_is_said_to_be_so() -> None:
    reason = "No vendor's key is set."
    unknown = {"vendor": None, "country": "us", "reason": reason}

    text = told(content_lines({**CONTENT, "search_demand": unknown, "own_queries": {"reason": "No token."}}))

    assert f"Search volume: {reason}" in text
    assert "Queries that find the page: No token." in text


def test_links_to_set_are_told_with_their_sentence() -> None:
    text = told(content_lines(CONTENT))

    assert "from https://a.example/team: “home care”" in text
    assert "in: Our team has given home care for years." in text


def test_what_the_text_itself_is_like_is_told() -> None:
    text = told(content_lines(CONTENT))

    assert "Age by its own dates: 900 days" in text
    assert "41.5 % of the text also stands on https://rival.example/" in text


def test_a_campaign_says_that_nothing_was_published_and_what_is_missing() -> None:
    text = told(campaign_lines(CAMPAIGN))

    assert "Spring (campaign_1): scheduled" in text
    assert "1 post: 1 scheduled. Nothing has been published." in text
    assert "2026-03-03T12:00:00+01:00  facebook, scheduled" in text
    assert "access_token" in text


def test_a_campaign_that_waits_for_approval_says_how_to_approve_it() -> None:
    text = told(campaign_lines({**CAMPAIGN, "status": "awaiting_approval"}))

    assert "approve_campaign" in text
    assert "campaign_1" in text.split("Next:")[1]


@pytest.mark.parametrize("lines", [audit_lines, content_lines, campaign_lines])
def test_an_error_is_one_clear_sentence(lines: Any) -> None:
    assert told(lines({"status": "error", "error": "It answered with HTTP 503."})).endswith("HTTP 503.")


@pytest.mark.parametrize(
    ("lines", "answer"), [(audit_lines, AUDIT), (content_lines, CONTENT), (campaign_lines, CAMPAIGN)]
)
def test_text_of_a_page_cannot_steer_the_terminal(lines: Any, answer: dict[str, Any]) -> None:
    evil = "\u001b[2J\r\nred\u202e\u009b31m"

    answer = copy.deepcopy(answer)
    for where in POISONED:
        node: Any = answer
        try:
            for key in where[:-1]:
                node = node[key]
            if where[-1] in node or isinstance(where[-1], int):
                node[where[-1]] = evil
        except KeyError:
            continue

    assert all(line.isprintable() for line in lines(answer))
