"""Figures and trends straight from stored observations, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.metrics.tables import built_in_tables
from ag2_marketing_tools.standing import (
    history_of,
    latest_figures,
    series_of,
    stand,
    subjects_of,
    the_subject,
    trends_of,
)
from ag2_marketing_tools.workspace import SequentialIds
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.observations import Observation, record

START = datetime(2026, 1, 1, tzinfo=UTC)
INQUIRY = "HomeCareIndustryBenchmarks/care_quality/response_metrics/initial_inquiry"
RECOMMEND = "HomeCareIndustryBenchmarks/care_quality/patient_satisfaction/would_recommend"


def observed(
    metric: str, values: list[float], unit: str, *, subject: str = "home", n: int | None = None
) -> list[Observation]:
    return [
        Observation(
            subject_kind="location",
            subject_id=subject,
            metric=metric,
            value=value,
            unit=unit,
            observed_at=START + timedelta(days=7 * week),
            source="survey",
            sample_size=n,
        )
        for week, value in enumerate(values)
    ]


async def test_the_latest_figure_of_each_metric_is_compared_in_the_unit_of_its_levels(store: Store) -> None:
    rows = [*observed(INQUIRY, [300.0, 90.0], "min"), *observed(RECOMMEND, [70.0, 95.0], "percent", n=900)]
    await record(store, rows, ids=SequentialIds())
    figures = latest_figures(await history_of(store, "location", "home"))
    placed = {
        one.key: one.comparison
        for one in stand(figures, "HomeCareIndustryBenchmarks", built_in_tables()).placed
        if one.figure
    }
    assert (placed[INQUIRY].value, placed[INQUIRY].unit, placed[INQUIRY].position) == (1.5, "h", "leading")
    assert (placed[RECOMMEND].n, placed[RECOMMEND].position) == (900, "leading")


async def test_a_figure_before_the_period_is_left_out(store: Store) -> None:
    await record(store, observed(INQUIRY, [3.0], "h"), ids=SequentialIds())
    history = await history_of(store, "location", "home")
    assert latest_figures(history, since=START + timedelta(days=1)) == {}
    assert list(latest_figures(history, since=START)) == [INQUIRY]


async def test_the_only_subject_is_meant_and_several_are_asked_about(store: Store) -> None:
    assert await the_subject(store, "location", None) is None
    ids = SequentialIds()
    await record(store, observed(INQUIRY, [3.0], "h"), ids=ids)
    assert await the_subject(store, "location", None) == "home"
    await record(store, observed(INQUIRY, [3.0], "h", subject="hill"), ids=ids)
    assert await subjects_of(store, "location") == ["hill", "home"]
    with pytest.raises(InvalidInput, match="2 subjects of the kind location"):
        await the_subject(store, "location", None)
    assert await the_subject(store, "location", "hill") == "hill"
    with pytest.raises(NotFound, match="'nowhere'"):
        await the_subject(store, "location", "nowhere")


async def test_trends_read_the_direction_of_the_metric(store: Store) -> None:
    weeks = 20
    rising = [float(value) for value in range(weeks)]
    rows = [
        *observed(INQUIRY, [60.0 + value for value in rising], "min"),
        *observed(RECOMMEND, [60.0 + value for value in rising], "percent"),
    ]
    await record(store, rows, ids=SequentialIds())
    metrics = {key: built_in_tables().metric(key) for key in (INQUIRY, RECOMMEND)}
    found = {each.key: each for each in trends_of(await history_of(store, "location", "home"), metrics)}
    assert (found[INQUIRY].trend, found[RECOMMEND].trend) == ("declining", "improving")
    # one minute a week is 1/60 h in 7 days
    assert found[INQUIRY].slope_per_day == pytest.approx(1 / 60 / 7)
    assert found[RECOMMEND].slope_per_day == pytest.approx(1 / 7)


async def test_too_few_values_are_insufficient_data(store: Store) -> None:
    await record(store, observed(INQUIRY, [3.0, 2.0, 1.0], "h"), ids=SequentialIds())
    metrics = {INQUIRY: built_in_tables().metric(INQUIRY)}
    (found,) = trends_of(await history_of(store, "location", "home"), metrics)
    assert (found.trend, found.n) == ("insufficient data", 3)
    assert found.reason == "There are 3 values; a trend needs at least 8."


async def test_a_unit_of_another_kind_makes_no_series(store: Store) -> None:
    await record(store, observed(INQUIRY, [3.0] * 9, "kB"), ids=SequentialIds())
    history = await history_of(store, "location", "home")
    metric = built_in_tables().metric(INQUIRY)
    with pytest.raises(InvalidInput, match="kB cannot be expressed in h"):
        series_of(history[INQUIRY], metric)
    (found,) = trends_of(history, {INQUIRY: metric})
    assert (found.trend, found.n) == ("insufficient data", 9)
    assert found.reason is not None
    assert "kB" in found.reason


@pytest.mark.parametrize("kind", ["caregiver", "client"])
async def test_no_error_names_a_person(store: Store, kind: str) -> None:
    rows = [
        replace(row, subject_kind=kind)
        for name in ("Anna Schmidt", "Ben Vogel")
        for row in observed(RECOMMEND, [70.0], "percent", subject=name)
    ]
    await record(store, rows, ids=SequentialIds())
    with pytest.raises(InvalidInput, match="observations of 2 subjects") as several:
        await the_subject(store, kind, None)
    with pytest.raises(NotFound, match=f"of this {kind}") as unknown:
        await the_subject(store, kind, "Carl Secret")
    for raised in (several, unknown):
        assert not {"Anna", "Ben", "Carl"} & set(str(raised.value).replace(":", " ").split())
