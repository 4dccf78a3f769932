"""Figures of a period taken together: shares by their cases, other figures by their spread; on both databases."""

from __future__ import annotations

from datetime import timedelta
from statistics import fmean, stdev
from typing import Any

import pytest
from conftest import NOW

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.tables import built_in_tables
from ag2_marketing_tools.standing import figures_of_all, figures_over, history_of, pooling, stand
from ag2_marketing_tools.standing.stored import latest_of_all
from ag2_marketing_tools.workspace import SequentialIds
from ag2_marketing_tools.workspace.ids import RandomIds
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.observations import Observation, record

TABLES = built_in_tables()
SYSTEM = "HomeCareIndustryBenchmarks"
RECOMMEND = f"{SYSTEM}/care_quality/patient_satisfaction/would_recommend"
INQUIRY = f"{SYSTEM}/care_quality/response_metrics/initial_inquiry"
Row = tuple[str, float, str, int | None, int]


def observed(rows: list[Row], *, subject: str = "home", source: str = "survey") -> list[Observation]:
    """Observations of a metric: its value, unit, cases, and how many days ago."""
    return [
        Observation(
            subject_kind="location",
            subject_id=subject,
            metric=metric,
            value=value,
            unit=unit,
            sample_size=n,
            observed_at=NOW - timedelta(days=ago),
            source=source,
        )
        for metric, value, unit, n, ago in rows
    ]


async def figures(
    store: Store, rows: list[Row], over: str | None, *, least: int = 0
) -> dict[str, dict[str, Any]]:
    await record(store, observed(rows), ids=SequentialIds())
    history = await history_of(store, "location", "home")
    asked: dict[str, Any] = {"over": over, "now": NOW, "least": least}
    alone = figures_over(history, TABLES.metrics, **asked)
    oldest = NOW - timedelta(days=366)
    among = await figures_of_all(store, "location", TABLES.metrics, oldest=oldest, **asked)
    assert among == {"home": alone}  # one subject's figures are the same among all
    return alone


async def test_shares_add_up_by_their_cases(store: Store) -> None:
    rows: list[Row] = [(RECOMMEND, 80.0, "percent", 10, 20), (RECOMMEND, 0.9, "ratio", 30, 10)]

    found = (await figures(store, rows, "1_month"))[RECOMMEND]

    assert found["value"] == pytest.approx((80 * 10 + 90 * 30) / 40)
    assert (found["n"], found["unit"], "sd" in found) == (40, "percent", False)
    assert found["observed_at"] == (NOW - timedelta(days=10)).isoformat()


async def test_other_figures_give_their_mean_and_the_spread_between_them(store: Store) -> None:
    table_unit = TABLES.metric(INQUIRY).unit
    minutes = [90.0, 120.0, 60.0]
    rows: list[Row] = [(INQUIRY, each, "min", 25, 7 * week) for week, each in enumerate(minutes, 1)]

    found = (await figures(store, rows, "1_month"))[INQUIRY]

    in_unit = [each / {"min": 1.0, "h": 60.0}[str(table_unit)] for each in minutes]
    assert found["value"] == pytest.approx(fmean(in_unit))
    assert (found["n"], found["sd"]) == (3, pytest.approx(stdev(in_unit)))


async def test_shares_without_their_cases_are_means(store: Store) -> None:
    rows: list[Row] = [(RECOMMEND, 80.0, "percent", None, 20), (RECOMMEND, 90.0, "percent", 30, 10)]

    found = (await figures(store, rows, "1_month"))[RECOMMEND]

    assert (found["value"], found["n"], found["sd"]) == (85.0, 2, pytest.approx(stdev([80.0, 90.0])))


@pytest.mark.parametrize("over", [None, "1_month", "2_weeks"])
async def test_without_two_figures_in_the_period_the_latest_counts(store: Store, over: str | None) -> None:
    rows: list[Row] = [(RECOMMEND, 80.0, "percent", 10, 100), (RECOMMEND, 90.0, "percent", 30, 40)]

    found = (await figures(store, rows, over))[RECOMMEND]

    assert (found["value"], found["n"]) == (90.0, 30)


async def test_of_several_sources_at_one_moment_the_last_in_their_order_counts(store: Store) -> None:
    draft = observed([(RECOMMEND, 10.0, "percent", 1000, 5)], source="a draft")
    await record(store, draft, ids=RandomIds())
    rows: list[Row] = [(RECOMMEND, 80.0, "percent", 10, 20), (RECOMMEND, 90.0, "percent", 10, 5)]

    assert (await figures(store, rows, "1_month"))[RECOMMEND]["value"] == pytest.approx(85.0)


async def test_figures_in_a_unit_that_does_not_convert_leave_the_latest_to_be_refused(store: Store) -> None:
    rows: list[Row] = [(RECOMMEND, 80.0, "percent", 10, 20), (RECOMMEND, 3.0, "h", 10, 10)]

    found = await figures(store, rows, "1_month")

    standing = stand(found, SYSTEM, TABLES)
    assert found[RECOMMEND]["unit"] == "h"
    assert [one.path for one in standing.refused] == [RECOMMEND.partition("/")[2]]


async def test_a_verdict_that_one_week_cannot_carry_a_quarter_can(store: Store) -> None:
    rows: list[Row] = [(RECOMMEND, 72.0, "percent", 25, 7 * week) for week in range(1, 13)]
    short = RECOMMEND.partition("/")[2]

    found = await figures(store, rows, None), await figures(store, rows, "3_months")

    positions = [
        next(
            one.comparison.position for one in stand(each, SYSTEM, TABLES).placed if one.metric.path == short
        )
        for each in found
    ]
    assert positions == ["inconclusive", "lagging"]


async def test_a_period_that_is_none_is_refused(store: Store) -> None:
    with pytest.raises(InvalidInput, match="no period"):
        await figures(store, [(RECOMMEND, 80.0, "percent", 10, 20)], "soon")


@pytest.mark.parametrize("over", [None, "3_months"])
@pytest.mark.parametrize(("key", "unit"), [(RECOMMEND, "percent"), (INQUIRY, "h")])
async def test_the_same_two_people_seen_every_week_are_no_group(
    store: Store, key: str, unit: str, over: str | None
) -> None:
    rows: list[Row] = [(key, 1.0, unit, 2, 7 * week) for week in range(1, 13)]

    found = (await figures(store, rows, over, least=5))[key]

    assert (found["value"], found["n"]) == (None, None)
    assert found["reason"] == "It rests on fewer than 5 cases, so it is not told."


async def test_of_a_groups_period_only_figures_of_enough_cases_count(store: Store) -> None:
    rows: list[Row] = [(RECOMMEND, 10.0, "percent", 4, 5), (RECOMMEND, 80.0, "percent", 10, 20)]
    rows.append((RECOMMEND, 90.0, "percent", 30, 12))

    found = (await figures(store, rows, "1_month", least=5))[RECOMMEND]

    assert (found["value"], found["n"]) == (pytest.approx(87.5), 40)
    assert found["observed_at"] == (NOW - timedelta(days=12)).isoformat()


async def test_few_figures_of_many_cases_each_are_told(store: Store) -> None:
    rows: list[Row] = [
        (INQUIRY, hours, "h", 400, 20 * month) for month, hours in enumerate((2.0, 3.0, 4.0), 1)
    ]

    found = (await figures(store, rows, "3_months", least=5))[INQUIRY]

    assert found["value"] == pytest.approx(3.0)


async def test_a_figure_of_no_cases_is_none(store: Store) -> None:
    rows: list[Row] = [(RECOMMEND, 90.0, "percent", 100, 20), (RECOMMEND, 0.0, "percent", 0, 13)]

    rows.append((RECOMMEND, 80.0, "percent", 100, 6))

    found = (await figures(store, rows, "1_month"))[RECOMMEND]

    assert (found["value"], found["n"]) == (pytest.approx(85.0), 200)


async def test_figures_imported_meanwhile_are_seen_whole_or_not_at_all(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    row: list[Row] = [(RECOMMEND, 80.0, "percent", 10, 20), (RECOMMEND, 90.0, "percent", 10, 10)]
    await record(store, observed(row), ids=SequentialIds())

    async def latest_then_import(*args: Any, **kwargs: Any) -> dict[str, dict[str, dict[str, Any]]]:
        found = await latest_of_all(*args, **kwargs)
        await record(store, observed(row, subject="new"), ids=RandomIds())
        return found

    monkeypatch.setattr(pooling, "latest_of_all", latest_then_import)
    asked: dict[str, Any] = {"over": "1_month", "oldest": NOW - timedelta(days=366), "now": NOW}

    assert set(await figures_of_all(store, "location", TABLES.metrics, **asked)) == {"home"}
    monkeypatch.undo()
    assert set(await figures_of_all(store, "location", TABLES.metrics, **asked)) == {"home", "new"}


async def test_only_figures_of_the_wanted_metrics_are_read(store: Store) -> None:
    rows: list[Row] = [(RECOMMEND, 80.0, "percent", 10, 20), (INQUIRY, 3.0, "h", 10, 10)]
    await record(store, observed(rows), ids=SequentialIds())
    wanted = {INQUIRY: TABLES.metric(INQUIRY)}

    found = await figures_of_all(
        store, "location", wanted, over="1_month", oldest=NOW - timedelta(days=366), now=NOW
    )

    assert set(found["home"]) == {INQUIRY}
