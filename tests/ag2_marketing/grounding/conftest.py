"""Evidence as the tools of this project return it."""

from __future__ import annotations

import pytest

from ag2_marketing.grounding import Ledger


@pytest.fixture
def ledger() -> Ledger:
    """An audit (E1), an experiment (E2), a campaign (E3), a calculation (E4) and a message of the person (U1)."""
    held = Ledger()
    held.record(
        tool="run_audit",
        arguments={"url": "https://care.example/", "depth": 9},
        result={
            "url": "https://care.example/",
            "depth": 9,
            "score": 87,
            "core_web_vitals": {
                "lcp": {"value": 2137, "unit": "ms", "threshold": 2500},
                "cls": {"value": 0.05, "threshold": 0.1},
                "inp": {"value": 180, "unit": "ms", "threshold": 200},
            },
            "images": {"total": 40, "missing_alt": 12},
            "links": {"internal": 85, "external": 7, "broken": []},
            "headings": ["About us", "Services", "Prices"],
            "title": "Trusted by 5,000 families in Kiel",
            "html_bytes": 123456,
            "crawl_minutes": 90,
            "error_rate": 0.0004,
        },
    )
    held.record(
        tool="analyze_results",
        arguments={"test_id": "hero"},
        result={
            "variants": [
                {"name": "control", "users": 5012, "conversion_rate": 0.032},
                {"name": "green button", "users": 4987, "conversion_rate": 0.041},
            ],
            "sample_sizes": {"A": 5012, "B": 4987},
            "srm": {"p_value": 0.8},
            "difference": {"value": 0.9, "unit": "percentage points"},
            "relative_lift": {"value": 0.28125, "confidence_interval": {"low": 0.02, "high": 0.54}},
            "confidence_level": 0.95,
            "p_value": 0.0213,
        },
        units={
            "/variants/*/conversion_rate": "ratio",
            "relative_lift/value": "ratio",
            "/relative_lift/confidence_interval/*": "ratio",
        },
    )
    held.record(
        tool="schedule_campaign",
        arguments={},
        result={
            "campaign_id": "cmp_8f21",
            "scheduled_posts": [
                {"platform": "facebook", "run_at": "2026-12-03T12:00:00Z", "characters": 240},
                {"platform": "instagram", "run_at": "2026-12-05T18:00:00Z", "characters": 150},
            ],
            "budget": {"amount": 500, "currency": "EUR"},
        },
    )
    held.record(
        tool="calculate",
        arguments={"operation": "percent_change", "label": "growth of visits"},
        result={"growth": 12.5},
        units={"/growth": "percent"},
    )
    held.record_user("We have about 1,200 visitors a day and a budget of €500.")
    return held
