"""All locations beside the benchmarks as one table; on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

from conftest import NOW

from ag2_marketing_tools.benchmarks import compare_with_benchmarks
from ag2_marketing_tools.care import compare_locations
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record
from ag2_marketing_tools.workspace.store.subjects import Subject, save_subjects

SYSTEM = "HomeCareIndustryBenchmarks"
RECOMMEND = f"{SYSTEM}/care_quality/patient_satisfaction/would_recommend"
SATISFIED = f"{SYSTEM}/care_quality/patient_satisfaction/overall_satisfaction"
Row = tuple[str, str, float, int, int]


async def observe(ws: Workspace, rows: list[Row]) -> None:
    """Store percentages: location, metric, value, cases, days ago."""
    observations = [
        Observation(
            subject_kind="location",
            subject_id=where,
            metric=key,
            value=value,
            unit="percent",
            sample_size=n,
            observed_at=NOW - timedelta(days=ago),
            source="test",
        )
        for where, key, value, n, ago in rows
    ]
    await record(ws.store, observations, ids=ws.ids)


async def test_every_location_has_a_cell_for_every_metric(ws: Workspace) -> None:
    async with ws.store.begin() as connection:
        await save_subjects(connection, [Subject(kind="location", id="west")], NOW)
    await observe(ws, [("north", RECOMMEND, 99.0, 4000, 5), ("south", RECOMMEND, 50.0, 4000, 5)])
    await observe(ws, [("north", SATISFIED, 84.0, 10, 5)])

    found = await compare_locations.run({}, ws)

    assert [column.key for column in found.columns] == [SATISFIED, RECOMMEND]
    rows = {row.location: [cell.position for cell in row.cells] for row in found.rows}
    assert rows == {"north": ["inconclusive", "leading"], "south": ["unmeasured", "lagging"]}
    assert (found.locations, found.without_figures, found.judged) == (3, ["west"], 3)
    assert (found.counts.leading, found.counts.lagging, found.counts.unmeasured) == (1, 1, 1)
    assert found.columns[1].group.measured == 2


async def test_a_location_alone_stands_as_in_its_own_comparison(ws: Workspace) -> None:
    rows: list[Row] = [("north", RECOMMEND, 88.0, 40, 7 * week) for week in range(1, 9)]
    await observe(ws, rows)

    for over in (None, "3_months"):
        [row] = (await compare_locations.run({"over": over}, ws)).rows
        about = {"system": SYSTEM, "subject": "north", "subject_kind": "location", "over": over}
        alone = await compare_with_benchmarks.run(about, ws)
        [cell], [told] = row.cells, [one for one in alone.metrics if one.value is not None]
        assert (cell.position, cell.value, cell.n) == (told.position, told.value, told.n)
        assert (cell.lower, cell.upper) == (told.lower, told.upper)


async def test_without_figures_the_reason_is_said(ws: Workspace) -> None:
    found = await compare_locations.run({}, ws)

    assert (found.locations, found.rows, found.columns) == (0, [], [])
    assert found.reason == "No location has a figure that is not out of date."


async def test_a_figure_that_cannot_be_compared_is_named(ws: Workspace) -> None:
    await observe(ws, [("north", RECOMMEND, 140.0, 10, 5), ("north", SATISFIED, 84.0, 10, 5)])

    found = await compare_locations.run({}, ws)

    assert [(one.location, one.metric) for one in found.refused] == [("north", RECOMMEND)]
    assert "more than all of them" in found.refused[0].reason


def test_a_location_is_no_person() -> None:
    assert marked(compare_locations.result, "personal") == {}


async def test_a_figure_that_rests_on_few_cases_is_named_but_not_told(ws: Workspace) -> None:
    await observe(ws, [("north", RECOMMEND, 61.25, 2, 7 * week) for week in range(1, 13)])
    await observe(ws, [("south", RECOMMEND, 84.0, 10, 5)])

    for over in (None, "3_months"):
        found = await compare_locations.run({"over": over}, ws)

        assert [row.location for row in found.rows] == ["south"]
        assert "61.25" not in found.model_dump_json()
        assert [(one.location, one.metric, one.reason) for one in found.refused] == [
            ("north", RECOMMEND, "It rests on fewer than 5 cases, so it is not told.")
        ]
