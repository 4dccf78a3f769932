"""How a subject's figures went: a step that was put in is found, a forecast has its error, health data its mark."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest

from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.observations import show_course
from ag2_marketing_tools.privacy import for_audience
from ag2_marketing_tools.workspace import RandomIds, Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record

START = datetime(2024, 6, 3, tzinfo=UTC)
SATISFACTION = "HomeCareIndustryBenchmarks/care_quality/patient_satisfaction/overall_satisfaction"
REQUEST = "HomeCareIndustryBenchmarks/care_quality/response_metrics/care_request"
PAIN = "ClientOutcomeTracker/baseline_assessment/physical_status/pain_levels"


async def weeks(
    ws: Workspace,
    metric: str,
    values: list[float],
    unit: str = "percent",
    n: int | None = None,
    **whose: str,
) -> None:
    about = {"subject_kind": "location", "subject_id": "north", **whose}
    rows = [
        Observation(
            metric=metric,
            value=value,
            unit=unit,
            observed_at=START + timedelta(weeks=week),
            source="s",
            sample_size=n,
            **about,
        )
        for week, value in enumerate(values)
    ]
    await record(ws.store, rows, ids=RandomIds())


def wavering(level: float, count: int) -> list[float]:
    waves = cycle((0.4, -0.3, 0.1, -0.5, 0.3))
    return [level + next(waves) for _ in range(count)]


async def test_a_step_and_an_outlier_are_found_and_the_next_weeks_forecast(ws: Workspace) -> None:
    values = wavering(85.0, 39) + wavering(80.0, 39)
    values[9] = 60.0
    await weeks(ws, SATISFACTION, values)
    (found,) = (await show_course.run({"subject_kind": "location", "subject_id": "north"}, ws)).metrics
    (change,) = found.changes
    assert change.at == START + timedelta(weeks=39)
    assert (round(change.before), round(change.after)) == (85, 80)
    (outlier,) = found.outliers
    assert (outlier.at, outlier.value) == (START + timedelta(weeks=9), 60.0)
    assert [point.at for point in found.prediction.points] == [
        START + timedelta(weeks=78 + n) for n in range(4)
    ]
    assert all(point.lower < point.value < point.upper for point in found.prediction.points)
    assert found.trend is not None
    assert found.trend.trend == "declining"
    assert (found.observed, len(found.points)) == (78, 78)
    assert found.levels["industry_average"] == 82.0


async def test_figures_are_in_the_unit_of_the_levels_and_a_unit_that_does_not_convert_is_said(
    ws: Workspace,
) -> None:
    await weeks(ws, REQUEST, [360.0, 420.0], unit="min")
    await weeks(ws, SATISFACTION, [90.0], unit="h")
    found = {
        one.key: one
        for one in (await show_course.run({"subject_kind": "location", "subject_id": "north"}, ws)).metrics
    }
    assert [point.value for point in found[REQUEST].points] == [6.0, 7.0]
    assert (found[REQUEST].unit, found[REQUEST].prediction.points) == ("h", [])
    assert "12" in (found[REQUEST].prediction.reason or "")
    assert found[SATISFACTION].points == []
    assert "percent" in (found[SATISFACTION].trend.reason or "")  # type: ignore[union-attr]


async def test_a_clients_course_is_withheld_from_a_report_and_the_client_is_a_pseudonym(
    ws: Workspace,
) -> None:
    await weeks(ws, PAIN, [4.0, 5.0], unit="point", subject_kind="client", subject_id="cl-1")
    found = await show_course.run({"subject_kind": "client", "subject_id": "cl-1"}, ws)
    assert (found.metrics, found.subject) == ([], None)
    assert [point.value for point in found.client_metrics[0].points] == [4.0, 5.0]
    shown = for_audience(found, audience="report", settings=ws.settings, key=ws.store.pseudonym_key)
    assert shown["client_metrics"] is None
    assert shown["person"].startswith("person-")


async def test_metrics_can_be_chosen_and_the_others_are_named(ws: Workspace) -> None:
    await weeks(ws, SATISFACTION, [80.0])
    await weeks(ws, REQUEST, [6.0], unit="h")
    await weeks(ws, "of_no_table", [1.0])
    chosen = {"subject_kind": "location", "subject_id": "north", "metrics": [REQUEST]}
    found = await show_course.run(chosen, ws)
    assert ([one.key for one in found.metrics], found.left_out) == ([REQUEST], [])
    few = await show_course.run({"subject_kind": "location", "subject_id": "north", "limit": 1}, ws)
    assert len(few.metrics) == 1
    assert "of_no_table" in few.left_out
    assert len(few.left_out) == 2


async def test_of_whom_nothing_was_observed_there_is_no_course(ws: Workspace) -> None:
    with pytest.raises(NotFound, match="Nothing was observed"):
        await show_course.run({"subject_kind": "location", "subject_id": "south"}, ws)


async def test_a_locations_values_of_few_cases_are_not_told_but_that_there_are_some(ws: Workspace) -> None:
    await weeks(ws, SATISFACTION, [100.0, 100.0, 0.0], n=1)
    await weeks(ws, REQUEST, [6.0, 7.0], unit="h", n=5)
    found = {
        one.key: one
        for one in (await show_course.run({"subject_kind": "location", "subject_id": "north"}, ws)).metrics
    }
    withheld, told = found[SATISFACTION], found[REQUEST]
    assert (withheld.points, withheld.trend, withheld.prediction.points, withheld.observed) == (
        [],
        None,
        [],
        0,
    )
    assert withheld.withheld == 3
    assert withheld.withheld_reason == "3 values not told: fewer than 5 cases each."
    assert [point.value for point in told.points] == [6.0, 7.0]
    assert (told.withheld, told.withheld_reason) == (0, None)


async def test_a_persons_values_are_told_however_few_cases_they_rest_on(ws: Workspace) -> None:
    await weeks(ws, SATISFACTION, [90.0, 80.0], n=1, subject_kind="caregiver", subject_id="cg-1")
    (found,) = (await show_course.run({"subject_kind": "caregiver", "subject_id": "cg-1"}, ws)).metrics
    assert [point.value for point in found.points] == [90.0, 80.0]


async def test_a_value_dated_after_now_is_not_part_of_the_course(ws: Workspace) -> None:
    now = ws.clock.now()
    rows = [
        Observation(
            subject_kind="location", subject_id="north", metric=SATISFACTION, value=value, unit="percent",
            observed_at=at, source="s",
        )
        for value, at in ((80.0, now), (20.0, now + timedelta(microseconds=1)))
    ]  # fmt: skip
    await record(ws.store, rows, ids=RandomIds())
    (found,) = (await show_course.run({"subject_kind": "location", "subject_id": "north"}, ws)).metrics
    assert [point.value for point in found.points] == [80.0]
