"""Actions come from rules, in the order of gap and evidence, and say the figure that they rest on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ag2_marketing_tools.benchmarks.position import action_rules
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.kpi.report import action_rules as kpi_rules
from ag2_marketing_tools.kpi.tables import FAMILIES, kpi_tables
from ag2_marketing_tools.messages import speaking
from ag2_marketing_tools.metrics.tables import built_in_tables
from ag2_marketing_tools.standing import ActionItem, actions_for, read_rules, rule_for, stand, standing_view

TODAY = date(2026, 3, 2)
BENCHMARKS = ("CompetitiveBenchmarks", "CareWellnessBenchmarks", "HomeCareIndustryBenchmarks")


def actions(metrics: dict[str, object], *, system: str = "HomeCareIndustryBenchmarks") -> list[ActionItem]:
    standing = stand(metrics, system, built_in_tables())
    views = [standing_view(placed) for placed in standing.placed]
    return actions_for(views, action_rules(), positions=("lagging",), today=TODAY)


def test_every_benchmark_and_every_kpi_has_a_rule() -> None:
    tables = kpi_tables(None)
    for system in BENCHMARKS:
        assert [
            path for path in tables.of(system) if rule_for(f"{system}/{path}", action_rules()) is None
        ] == []
    for system in FAMILIES.values():
        assert [path for path in tables.of(system) if rule_for(f"{system}/{path}", kpi_rules()) is None] == []


def test_every_rule_is_the_first_for_some_metric() -> None:
    keys = list(kpi_tables(None))
    for rules in (action_rules(), kpi_rules()):
        reached = {rule.id for key in keys if (rule := rule_for(key, rules)) is not None}
        assert {rule.id for rule in rules} == reached


def test_the_widest_gap_comes_first_and_a_sure_one_before_an_unsure_one() -> None:
    # steps from average to leaders: satisfaction 82 to 88, communication 75 to 87, recommending 80 to 90
    found = actions(
        {
            "communication_quality": 63,  # 24 short of leading, 2 steps; the figure alone: counts half, 1
            "overall_satisfaction": {"value": 78, "n": 5000},  # 10 short, 1.67 steps, beyond chance
            "would_recommend": {"value": 60, "n": 5000},  # 30 short, 3 steps, beyond chance
        }
    )
    assert [item.metric.rpartition("/")[2] for item in found] == [
        "would_recommend",
        "overall_satisfaction",
        "communication_quality",
    ]
    assert [item.priority for item in found] == [1, 2, 3]
    assert [round(item.impact, 2) for item in found] == [3.0, 1.67, 2.0]
    assert [item.evidence for item in found] == ["beyond_chance", "beyond_chance", "figure_alone"]


def test_an_action_says_its_figure_its_date_and_its_source() -> None:
    (item,) = actions({"complaint_resolution": 60})
    assert item.finding == (
        "Complaint resolution time: 60 h, 12 h above the industry's average of 48 h; lower is better."
    )
    assert (item.weeks, item.due) == (4, date(2026, 3, 30))
    assert item.source.startswith("ISO 10002")


def test_a_difference_of_percentages_is_in_percentage_points_in_both_languages() -> None:
    assert actions({"would_recommend": 75.5})[0].finding == (
        "Patients who would recommend the service: 75.5 %, "
        "4.5 percentage points short of the industry's average of 80 %."
    )
    with speaking("de"):
        (item,) = actions({"would_recommend": 75.5})
    assert item.finding == (
        "Patienten, die den Dienst empfehlen würden: 75,5 %, "
        "4,5 Prozentpunkte unter dem Branchendurchschnitt (80 %)."
    )
    assert item.action.startswith("Schicken Sie")


def test_what_leads_or_was_not_measured_brings_no_action() -> None:
    assert actions({"would_recommend": 99}) == []


def test_rules_with_one_id_twice_are_refused(tmp_path: Path) -> None:
    rule = '[[rule]]\nid = "a"\nmetrics = ["x"]\naction = "Do."\nweeks = 1\nsource = "s"\n'
    with pytest.raises(InvalidInput, match="given twice"):
        read_rules(rule * 2, name="own.toml")
