"""A workspace of one company with stored observations, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import NOW

from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record

WEEKS = 26
STORED = {
    # key: (first figure, change each week, unit)
    "CompetitiveBenchmarks/marketing_benchmarks/email_marketing/open_rate": (16.0, 0.1, "percent"),
    "CompetitiveBenchmarks/technical_benchmarks/site_performance/page_load": (1500.0, 10.0, "ms"),
    "CareWellnessBenchmarks/patient_engagement/telehealth/satisfaction": (70.0, 0.0, "percent"),
    "CareWellnessBenchmarks/care_quality/preventive_care/risk_assessment": (70.0, 0.0, "percent"),
    "HomeCareIndustryBenchmarks/care_quality/response_metrics/complaint_resolution": (60.0, 0.5, "h"),
    "HomeCareIndustryBenchmarks/caregiver_excellence/retention_metrics/annual_retention": (
        60.0,
        -0.1,
        "percent",
    ),
    "HomeCareIndustryBenchmarks/local_market/reputation_metrics/online_rating": (4.6, 0.0, "star"),
    "SEOMetrics/user_engagement/bounce_rate": (40.0, 0.2, "percent"),
    "BusinessMetrics/customer_success/retention": (88.0, 0.0, "percent"),
}


@pytest.fixture
async def ws(ws: Workspace) -> Workspace:
    """The workspace, with half a year of weekly observations up to today."""
    rows = [
        Observation(
            subject_kind="company",
            subject_id="acme",
            metric=key,
            value=first + change * week,
            unit=unit,
            observed_at=NOW - timedelta(weeks=WEEKS - 1 - week),
            source="import",
            sample_size=4000 if unit == "percent" else None,
        )
        for key, (first, change, unit) in STORED.items()
        for week in range(WEEKS)
    ]
    await record(ws.store, rows, ids=ws.ids)
    return ws
