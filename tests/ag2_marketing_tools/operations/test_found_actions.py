"""What the clients' outcomes call for: only what got worse on average, and not by chance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW

from ag2_marketing_tools.care.clients.location_views import (
    GroupMean,
    LocationOutcomes,
    MeasureChange,
    OutcomeGroup,
)
from ag2_marketing_tools.messages import speaking
from ag2_marketing_tools.operations.found_actions import of_outcomes

MOBILITY = "ClientOutcomeTracker/baseline_assessment/physical_status/mobility_level"


def outcomes(*others: dict[str, Any], **measure: Any) -> LocationOutcomes:
    untold = GroupMean(clients=None, mean=None, lower=None, upper=None, reason="none")
    usual = {"key": MOBILITY, "metric": "m", "title": "Mobility", "unit": None, "clients": 30, "reason": None}
    return LocationOutcomes(
        location="north",
        analysed_at=NOW,
        timeframe="6_months",
        since=NOW - timedelta(days=182),
        least_group_size=5,
        summary="30 clients.",
        whole=OutcomeGroup(
            sort="location",
            name="north",
            clients=30,
            changes=[],
            adherence=untold,
            effectiveness=untold,
            reason=None,
        ),
        condition_groups=[],
        intervention_groups=[],
        measures=[MeasureChange(**{**usual, **one}) for one in (measure, *others)],
        notes=[],
    )


def test_a_measure_that_got_worse_brings_its_rules_action() -> None:
    [found] = of_outcomes(outcomes(mean_improvement=-0.8, lower=-1.1, upper=-0.5))

    assert (found.about, found.why, found.people, found.evidence) == (
        "outcomes",
        "declines",
        30,
        "beyond_chance",
    )
    assert found.because == ["Mobility got worse by 0.8 from the baseline on, as a mean of 30 clients."]
    assert "balance" in found.action
    assert found.due == (NOW + timedelta(weeks=found.weeks or 0)).date()


def test_in_german_too() -> None:
    with speaking("de"):
        [found] = of_outcomes(outcomes(mean_improvement=-0.8, lower=-1.1, upper=-0.5))

    assert found.because == ["Mobility: seit dem Ausgangswert um 0,8 schlechter, im Mittel von 30 Personen."]


@pytest.mark.parametrize(
    "measure",
    [
        {"mean_improvement": -0.3, "lower": -0.8, "upper": 0.2},
        {"mean_improvement": 0.8, "lower": 0.4, "upper": 1.2},
        {"mean_improvement": None, "lower": None, "upper": None, "clients": None},
    ],
)
def test_what_may_be_chance_or_is_not_told_calls_for_nothing(measure: dict[str, Any]) -> None:
    assert list(of_outcomes(outcomes(**measure))) == []


def test_measures_are_judged_together() -> None:
    """Mean 0.8 lower; at 95 % the interval reaches to -0.05, at 98.33 % (for three measures) beyond 0."""
    borderline = {"mean_improvement": -0.8, "lower": -1.55, "upper": -0.05}
    steady = {"key": MOBILITY.replace("mobility_level", "sleep_quality"), "mean_improvement": 0.0}
    beside = [{**steady, "lower": -0.5, "upper": 0.5}] * 2

    assert len(list(of_outcomes(outcomes(**borderline)))) == 1
    assert list(of_outcomes(outcomes(*beside, **borderline))) == []
