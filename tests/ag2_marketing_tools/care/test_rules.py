"""The rules held as data: something to do for every metric, with its source, in every language."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from ag2_marketing_tools.care.facts import care_rules, is_risk, read
from ag2_marketing_tools.care.interventions import protocols
from ag2_marketing_tools.metrics.tables import built_in_tables
from ag2_marketing_tools.standing import period_of, rule_for

SYSTEMS = (
    "CaregiverQualityMetrics",
    "CaregiverPeerAnalytics",
    "SpecialtyCareAnalytics",
    "InterventionAnalytics",
)
KEYS = [f"{system}/{path}" for system in SYSTEMS for path in built_in_tables().of(system)]


@pytest.mark.parametrize("key", KEYS)
def test_there_is_something_to_do_for_every_care_metric(key: str) -> None:
    assert rule_for(key, care_rules()) is not None


@pytest.mark.parametrize("rule", care_rules(), ids=lambda rule: rule.id)
def test_every_pattern_of_a_rule_is_for_some_metric(rule: object) -> None:
    for pattern in rule.metrics:  # type: ignore[attr-defined]
        assert any(fnmatchcase(key, pattern) for key in KEYS), pattern


@pytest.mark.parametrize("section", ["risk", "skills"])
def test_every_pattern_of_risks_and_skills_is_for_some_metric(section: str) -> None:
    for pattern in read("rules")[section]["metrics"]:
        assert any(fnmatchcase(key, pattern) for key in built_in_tables()), pattern


def test_wrong_medicines_are_a_risk_and_late_records_are_none() -> None:
    assert is_risk("CaregiverQualityMetrics/risk_management/quality_assurance/medication_accuracy")
    assert not is_risk("CaregiverQualityMetrics/visit_compliance/timeliness/documentation_time")


def test_every_intervention_of_the_tables_has_its_frequency_and_period() -> None:
    of_tables = {tuple(path.split("/")[:2]) for path in built_in_tables().of("InterventionAnalytics")}

    assert {(one["specialty"], one["name"]) for one in protocols()} == of_tables
    for one in protocols():
        period_of(one["measurement_frequency"])
        period_of(one["evaluation_period"])
