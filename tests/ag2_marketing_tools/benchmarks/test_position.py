"""A company or a location is compared with a table: from figures at hand, or from what is stored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from conftest import NOW

from ag2_marketing_tools.benchmarks import compare_with_benchmarks
from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record

SYSTEM = "HomeCareIndustryBenchmarks"
INQUIRY = f"{SYSTEM}/care_quality/response_metrics/initial_inquiry"
ON_TIME = f"{SYSTEM}/local_market/service_coverage/on_time_arrival"


def weekly(
    metric: str, values: list[float], unit: str, *, kind: str = "location", subject: str = "hill"
) -> list[Observation]:
    return [
        Observation(
            subject_kind=kind,
            subject_id=subject,
            metric=metric,
            value=value,
            unit=unit,
            observed_at=NOW - timedelta(weeks=len(values) - week),
            source="roster",
        )
        for week, value in enumerate(values)
    ]


async def test_figures_at_hand_are_counted_by_position(ws: Workspace) -> None:
    # levels: on-time arrival 85 and 92 percent, first inquiry 4 and 2 hours, incident rate 5 and 3 percent
    metrics = {"on_time_arrival": 93, "initial_inquiry": 3, "care_outcomes/incident_rate": 6, "nonsense": 1}
    found = await compare_with_benchmarks.run({"system": SYSTEM, "metrics": metrics}, ws)
    assert found.counts.model_dump() == {
        "leading": 1,
        "competitive": 1,
        "lagging": 1,
        "inconclusive": 0,
        "unmeasured": 33,
    }
    assert [one.metric for one in found.unknown] == ["nonsense"]
    assert [one.rule for one in found.actions] == ["incidents"]
    assert [one.level for one in found.opportunities] == ["market_leaders", "our_targets"]
    assert (found.trends, found.trends_reason) == ([], "Nothing is stored of these metrics yet.")


async def test_a_location_is_compared_from_its_stored_observations(ws: Workspace) -> None:
    getting_worse = [2.0 + 0.25 * week for week in range(16)]
    await record(ws.store, weekly(INQUIRY, getting_worse, "h"), ids=ws.ids)
    found = await compare_with_benchmarks.run(
        {"system": SYSTEM, "subject": "hill", "subject_kind": "location"}, ws
    )
    (placed,) = [metric for metric in found.metrics if metric.value is not None]
    assert (placed.key, placed.value, placed.position) == (INQUIRY, 5.75, "lagging")
    assert [(each.key, each.trend) for each in found.trends] == [(INQUIRY, "declining")]
    (risk,) = found.risks
    assert (risk.severity, risk.declining) == ("high", True)
    # 0.25 h a week is 0.0357 h a day
    assert "gets worse by 0.0357 h a day, over 16 values" in risk.finding


async def test_what_lags_a_little_is_a_medium_risk_and_what_declines_while_leading_too(ws: Workspace) -> None:
    falling = [99.0 - 0.2 * week for week in range(20)]
    await record(ws.store, weekly(ON_TIME, falling, "percent", kind="company", subject="acme"), ids=ws.ids)
    metrics = {"on_time_arrival": 95.2, "care_request": 13}
    found = await compare_with_benchmarks.run({"system": SYSTEM, "metrics": metrics}, ws)
    assert [(risk.title, risk.severity, risk.declining) for risk in found.risks] == [
        ("Response time, care request", "medium", False),
        ("On-time arrival", "medium", True),
    ]


async def test_figures_at_hand_are_compared_though_the_company_is_unclear(ws: Workspace) -> None:
    for subject in ("acme", "other"):
        await record(
            ws.store, weekly(ON_TIME, [90.0], "percent", kind="company", subject=subject), ids=ws.ids
        )
    found = await compare_with_benchmarks.run({"system": SYSTEM, "metrics": {"on_time_arrival": 95}}, ws)
    assert found.counts.leading == 1
    assert found.trends_reason is not None
    assert "2 subjects" in found.trends_reason
    with pytest.raises(InvalidInput, match="Name one of them: acme, other"):
        await compare_with_benchmarks.run({"system": SYSTEM}, ws)


async def test_what_cannot_be_compared_says_what_would_be_right(ws: Workspace) -> None:
    with pytest.raises(InvalidInput, match="Did you mean HomeCareIndustryBenchmarks"):
        await compare_with_benchmarks.run({"system": "HomeCareIndustryBenchmark", "metrics": {}}, ws)
    with pytest.raises(InvalidInput, match="neither figures nor observations"):
        await compare_with_benchmarks.run({"system": SYSTEM}, ws)
    with pytest.raises(NotFound, match="'nowhere'"):
        await compare_with_benchmarks.run({"system": SYSTEM, "subject": "nowhere"}, ws)
    with pytest.raises(InvalidInput, match="subject_kind"):
        await compare_with_benchmarks.run({"system": SYSTEM, "subject_kind": "client"}, ws)


async def test_two_runs_give_the_same_bytes(ws: Workspace) -> None:
    arguments = {
        "system": SYSTEM,
        "metrics": {"would_recommend": {"value": 81, "observations": [70, 90] * 15}},
    }
    first, second = [await compare_with_benchmarks.run(arguments, ws) for _ in range(2)]
    assert first.model_dump_json() == second.model_dump_json()


async def test_a_locations_figure_of_fewer_cases_than_the_least_group_is_not_told(ws: Workspace) -> None:
    known = {"unit": "percent", "observed_at": NOW - timedelta(days=1), "source": "survey"}
    for subject, n in (("hill", 4), ("dale", 5)):
        about = {"subject_kind": "location", "subject_id": subject, "metric": ON_TIME, "value": 61.25}
        await record(ws.store, [Observation(**about, **known, sample_size=n)], ids=ws.ids)
        found = await compare_with_benchmarks.run(
            {"system": SYSTEM, "subject": subject, "subject_kind": "location"}, ws
        )
        (placed,) = [metric for metric in found.metrics if metric.key == ON_TIME]
        assert ("61.25" in found.model_dump_json()) == (n == 5)
        if n == 4:
            assert (placed.position, placed.value) == ("unmeasured", None)
            assert placed.reason == "It rests on fewer than 5 cases, so it is not told."
