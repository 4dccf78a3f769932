"""A small company in the store: two locations, six caregivers, four clients, and twelve weeks of figures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from conftest import NOW

from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record
from ag2_marketing_tools.workspace.store.subjects import Subject, save_subjects

QUALITY, PEERS = "CaregiverQualityMetrics", "CaregiverPeerAnalytics"
MEDICATION = f"{QUALITY}/risk_management/quality_assurance/medication_accuracy"
RETENTION = f"{PEERS}/regional_benchmarks/urban_markets/client_retention"
SATISFIED = f"{PEERS}/performance_percentiles/quality_metrics/patient_satisfaction"
BEHAVIOR = "SpecialtyCareAnalytics/dementia_care/clinical_outcomes/behavior_management"
AGITATION = "InterventionAnalytics/dementia_care/behavioral_interventions/reduced_agitation"
HOME_CARE = "HomeCareIndustryBenchmarks/care_quality/patient_satisfaction/overall_satisfaction"
OPEN_RATE = "CompetitiveBenchmarks/marketing_benchmarks/email_marketing/open_rate"
TELEHEALTH = "CareWellnessBenchmarks/patient_engagement/telehealth/satisfaction"
BOUNCES = "SEOMetrics/user_engagement/bounce_rate"
WEEKS = 12

REGISTER = [
    *(Subject(kind="location", id=name, attributes={"region": "urban"}) for name in ("hill", "lake")),
    *(
        Subject(
            kind="caregiver",
            id=f"c{number}",
            location="hill" if number < 3 else "lake",
            attributes={"experience_years": "2.5", "specialties": "dementia_care" if number < 2 else ""},
        )
        for number in range(6)
    ),
    Subject(kind="caregiver", id="gone", location="hill", active=False),
    *(
        Subject(kind="client", id=f"k{number}", location="hill", attributes={"caregiver": f"c{number % 2}"})
        for number in range(4)
    ),
]
FIGURES = {  # by kind and id: metrics with the value of every week
    ("company", "acme"): {OPEN_RATE: 16.0, TELEHEALTH: 70.0, BOUNCES: 60.0},
    ("location", "hill"): {HOME_CARE: 70.0},
    ("location", "lake"): {HOME_CARE: 93.0},
    **{
        ("caregiver", f"c{number}"): {
            MEDICATION: 80.0 if number == 0 else 97.0,
            RETENTION: 70.0 if number == 0 else 90.0,
            SATISFIED: 99.0 if number == 1 else 80.0,
            BEHAVIOR: 70.0,
        }
        for number in range(6)
    },
    **{("client", f"k{number}"): {AGITATION: 60.0 if number % 2 == 0 else 95.0} for number in range(4)},
}


def observed(kind: str, id: str, metric: str, values: Iterable[float]) -> list[Observation]:
    """Weekly figures up to today, each of 400 cases."""
    every = list(values)
    return [
        Observation(
            subject_kind=kind,
            subject_id=id,
            metric=metric,
            value=value,
            unit="percent",
            sample_size=400,
            observed_at=NOW - timedelta(weeks=len(every) - 1 - week),
            source="test",
        )
        for week, value in enumerate(every)
    ]


@pytest.fixture
async def company(ws: Workspace) -> Workspace:
    """The workspace with the company in it."""
    async with ws.store.begin() as connection:
        await save_subjects(connection, REGISTER, NOW)
    rows = [
        row
        for (kind, id), metrics in FIGURES.items()
        for metric, value in metrics.items()
        for row in observed(kind, id, metric, [value] * WEEKS)
    ]
    await record(ws.store, rows, ids=ws.ids)
    return ws
