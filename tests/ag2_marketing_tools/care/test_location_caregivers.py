"""A location's caregivers: each beside levels and peers, all judged together; on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW
from sqlalchemy import select

from ag2_marketing_tools.care import compare_caregiver, location_caregivers, location_team
from ag2_marketing_tools.care.location_views import LocationCaregivers, LocationTeam
from ag2_marketing_tools.comparison import Comparison, Measured, compare
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.privacy import for_audience
from ag2_marketing_tools.standing import matrix
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record
from ag2_marketing_tools.workspace.store.schema import access_log
from ag2_marketing_tools.workspace.store.subjects import Subject, save_subjects

QUALITY = "CaregiverQualityMetrics"
ON_TIME = f"{QUALITY}/visit_compliance/timeliness/on_time_arrival"  # 85, 92, 95 %
COMPLETED = f"{QUALITY}/visit_compliance/timeliness/visit_completion"  # a risk where it lags
SAFETY = f"{QUALITY}/skill_proficiency/core_competencies/safety_protocols"  # a skill, and a risk
TASKS = f"{QUALITY}/visit_compliance/care_plan_adherence/task_completion"
VETERANS = "CaregiverPeerAnalytics/experience_based/veteran_caregivers/client_satisfaction"  # 88 and 92 %
MID = "CaregiverPeerAnalytics/experience_based/mid_career/client_satisfaction"
Figures = Mapping[str, Mapping[str, tuple[float, int | None]]]


async def enrol(ws: Workspace, people: Mapping[str, Mapping[str, Any]], *, location: str = "north") -> None:
    """Enter caregivers into the register, with attributes; `active` is one."""
    subjects = [
        Subject(
            kind="caregiver",
            id=who,
            location=location,
            active=about.get("active", True),
            attributes={name: value for name, value in about.items() if name != "active"},
        )
        for who, about in people.items()
    ]
    async with ws.store.begin() as connection:
        await save_subjects(connection, subjects, NOW)


async def observe(ws: Workspace, figures: Figures, *, days_ago: int = 7) -> None:
    """Store percentages of so many cases by caregiver and metric."""
    rows = [
        Observation(
            subject_kind="caregiver",
            subject_id=who,
            metric=key,
            value=value,
            unit="percent",
            sample_size=n,
            observed_at=NOW - timedelta(days=days_ago),
            source="test",
        )
        for who, metrics in figures.items()
        for key, (value, n) in metrics.items()
    ]
    await record(ws.store, rows, ids=ws.ids)


async def look(ws: Workspace, location: str = "north", **given: Any) -> LocationCaregivers:
    return await location_caregivers.run({"location": location, **given}, ws)


SIX = {f"cg-{n}": {"experience_years": n} for n in range(6)}


async def six(ws: Workspace) -> LocationCaregivers:
    """One who leads, one who lags where it endangers clients, four between."""
    await enrol(ws, SIX)
    between = {who: {ON_TIME: (88.0, 4000)} for who in SIX}
    await observe(
        ws,
        between
        | {
            "cg-0": {ON_TIME: (99.0, 4000)},
            "cg-5": {ON_TIME: (88.0, 4000), COMPLETED: (70.0, 4000)},
        },
    )
    return await look(ws)


async def test_who_leads_who_lags_and_what_endangers_clients(ws: Workspace) -> None:
    found = await six(ws)

    assert (found.caregivers, found.measured, found.judged) == (6, 6, 7)
    assert [(one.caregiver_id, one.leading, one.lagging) for one in found.leaders] == [("cg-0", 1, 0)]
    assert [(one.caregiver_id, one.key, one.risk) for one in found.risks] == [("cg-5", COMPLETED, True)]
    assert found.counts is not None
    assert (found.counts.leading, found.counts.competitive, found.counts.lagging) == (1, 5, 1)
    assert found.summary == (
        "6 caregivers, 6 with figures: 1 lead on something, 1 lag on something, 1 on something that clients' safety "
        "depends on."
    )


async def test_of_fewer_than_the_least_the_summary_has_no_figures_but_says_why(ws: Workspace) -> None:
    await enrol(ws, SIX)
    await observe(ws, {who: {COMPLETED: (70.0, 4000)} for who in list(SIX)[:4]})

    found = await look(ws)

    assert (found.caregivers, found.measured, len(found.risks)) == (6, 4, 4)
    assert found.summary == found.counts_reason
    assert found.summary == "Fewer than 5 were measured, so nothing is told of the group."


async def test_what_is_needed_comes_from_the_rules_and_names_whom_it_is_for(ws: Workspace) -> None:
    found = await six(ws)

    [need] = found.schooling
    assert (need.rule, need.kind, need.why) == ("care-punctuality", "support", "lags")
    assert (need.caregivers, need.caregiver_ids, need.risk) == (1, ["cg-5"], True)
    assert need.needed_by == "Needed by 1 of 6."
    assert need.because == [one.finding for one in found.risks]
    assert [(one.caregiver_id, [each.rule for each in one.actions]) for one in found.plans] == [
        ("cg-5", ["care-punctuality"])
    ]


async def test_what_many_need_comes_before_what_one_needs(ws: Workspace) -> None:
    await enrol(ws, SIX)
    await observe(ws, {who: {ON_TIME: (70.0, 4000)} for who in SIX} | {"cg-0": {TASKS: (66.0, 4000)}})

    found = await look(ws)

    assert [(one.rule, one.caregivers) for one in found.schooling] == [
        ("care-punctuality", 5),
        ("care-plan", 1),
    ]


async def test_a_row_has_a_cell_for_each_column_and_a_column_the_group(ws: Workspace) -> None:
    found = await six(ws)

    assert [column.key for column in found.columns] == [ON_TIME, COMPLETED]
    cells = {row.caregiver_id: row.cells for row in found.rows}
    assert [cell.position for cell in cells["cg-0"]] == ["leading", "unmeasured"]
    assert [(cell.value, cell.n) for cell in cells["cg-5"]] == [(88.0, 4000), (70.0, 4000)]
    on_time, completed = (column.group for column in found.columns)
    assert (on_time.measured, on_time.median) == (6, 88.0)
    assert (completed.measured, completed.median, completed.positions) == (None, None, None)
    assert completed.reason == "Fewer than 5 were measured, so nothing is told of the group."


async def test_percentiles_are_among_the_companys_caregivers_where_there_are_enough(ws: Workspace) -> None:
    await enrol(ws, {"cg-0": {}})
    await enrol(ws, {f"other-{n}": {} for n in range(6)}, location="south")
    await observe(ws, {"cg-0": {ON_TIME: (90.0, 100), COMPLETED: (95.0, 100)}})
    await observe(ws, {f"other-{n}": {ON_TIME: (80.0 + 4 * n, 100)} for n in range(6)})
    await observe(ws, {f"other-{n}": {COMPLETED: (90.0, 100)} for n in range(4)})

    found = await look(ws)

    on_time, completed = found.rows[0].cells
    assert on_time.percentile == 50.0  # of 80, 84, 88, 92, 96, 100 three are worse
    assert completed.percentile is None  # four others only
    assert found.rows[0].overall_percentile == 50.0
    assert found.counts is None
    assert found.counts_reason is not None


async def test_one_figure_alone_stands_as_in_the_caregivers_own_comparison(ws: Workspace) -> None:
    await enrol(ws, {"cg-0": {}})
    await observe(ws, {"cg-0": {ON_TIME: (99.0, 4000), SAFETY: (60.0, 4000)}})

    found = await look(ws)
    alone = await compare_caregiver.run({"caregiver_id": "cg-0"}, ws)

    def told(findings: Any) -> list[tuple[Any, ...]]:
        return [(one.key, one.position, one.value, one.gaps, one.p_adjusted, one.finding) for one in findings]

    assert told(found.strengths) == told(alone.strengths)
    assert told(found.lagging) == told(alone.improvement_areas)


async def test_a_figure_that_is_told_in_its_cell_alone_is_not_judged_again(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[float | int | None] = []

    def compared(measured: Measured, *args: Any, **kwargs: Any) -> Comparison:
        judged.append(measured.value)
        return compare(measured, *args, **kwargs)

    monkeypatch.setattr(matrix, "compare", compared)
    await enrol(ws, SIX)
    await observe(ws, {"cg-0": {ON_TIME: (88.0, None)}, "cg-1": {ON_TIME: (99.0, None)}})
    await observe(ws, {"cg-2": {ON_TIME: (50.0, None)}, "cg-3": {SAFETY: (90.0, None)}})
    await observe(ws, {"cg-4": {SAFETY: (94.0, 30)}, "cg-5": {SAFETY: (80.0, 400)}})

    found = await look(ws)

    assert judged == [99.0, 50.0, 90.0, 80.0]  # leads, lags, and skills that may be short of our target
    assert [row.cells[0].position for row in found.rows][:3] == ["competitive", "leading", "lagging"]


async def test_experience_decides_which_levels_count(ws: Workspace) -> None:
    await enrol(ws, {"young": {"experience_years": "3.5"}, "old": {"experience_years": 9}, "unknown": {}})
    await observe(ws, {who: {VETERANS: (90.0, 20_000)} for who in ("young", "old", "unknown")})

    found = await look(ws)

    rows = {row.caregiver_id: row for row in found.rows}
    assert (rows["young"].experience, rows["old"].experience, rows["unknown"].experience) == (
        "3to5_years",
        "5plus_years",
        None,
    )
    positions = {who: row.cells[0].position for who, row in rows.items()}
    assert positions["young"] == "leading"  # 90 % is beyond the 88 % of 3 to 5 years
    assert positions["old"] == "lagging"  # and below the 92 % of 5 years and more
    assert [column.key for column in found.columns] == [VETERANS]


async def test_a_figure_of_a_group_that_was_left_is_not_compared(ws: Workspace) -> None:
    await enrol(ws, {"cg-0": {"experience_years": 9}})
    await observe(ws, {"cg-0": {MID: (50.0, 4000), ON_TIME: (90.0, 4000)}})

    assert [column.key for column in (await look(ws)).columns] == [ON_TIME]


async def test_who_left_and_what_is_out_of_date_do_not_count(ws: Workspace) -> None:
    await enrol(ws, {"here": {}, "left": {"active": False}, "silent": {}})
    await observe(ws, {"here": {ON_TIME: (90.0, 100)}, "left": {ON_TIME: (50.0, 4000)}})
    await observe(ws, {"silent": {ON_TIME: (50.0, 4000)}}, days_ago=400)

    found = await look(ws)

    assert (found.caregivers, found.measured, found.without_figures) == (2, 1, ["silent"])
    assert [row.caregiver_id for row in found.rows] == ["here"]


async def test_without_any_figure_the_reason_is_said(ws: Workspace) -> None:
    await enrol(ws, SIX)

    found = await look(ws)

    assert (found.measured, found.rows, found.schooling) == (0, [], [])
    assert found.reason == "None of the caregivers has a figure that is not out of date."


async def test_what_gets_worse_is_told_before_it_lags(ws: Workspace) -> None:
    await enrol(ws, {"cg-0": {}, "cg-1": {}})
    for week in range(30):
        falling, steady = 99.0 - 0.5 * week, 90.0 + (week % 3 - 1)
        figures = {"cg-0": {ON_TIME: (steady, 30)}, "cg-1": {COMPLETED: (falling, 30)}}
        await observe(ws, figures, days_ago=7 * (31 - week))

    found = await look(ws)

    [worse] = found.declining
    assert (worse.caregiver_id, worse.key, worse.trend, worse.risk) == ("cg-1", COMPLETED, "declining", True)
    assert worse.finding == "Visit completion gets worse by 0.0714 percentage points a day, over 30 values."
    assert found.lagging == []
    assert [(need.rule, need.why) for need in found.schooling] == [("care-punctuality", "declines")]


async def test_what_is_dated_after_now_makes_no_trend(ws: Workspace) -> None:
    await enrol(ws, SIX)
    for week in range(30):
        await observe(ws, {"cg-3": {ON_TIME: (90.0 - 0.5 * week, None)}}, days_ago=-7 * week)

    found = await look(ws)

    assert (found.measured, found.declining) == (1, [])


async def test_a_location_that_is_not_there_names_the_nearest(ws: Workspace) -> None:
    with pytest.raises(NotFound, match=r"No location is known yet\. Import"):
        await look(ws)
    await enrol(ws, SIX)

    with pytest.raises(NotFound, match=r"There is no location 'nort'\. Did you mean north"):
        await look(ws, "nort")
    assert (await look(ws, " North ")).location == "north"


async def test_a_location_without_caregivers_says_what_to_import(ws: Workspace) -> None:
    async with ws.store.begin() as connection:
        await save_subjects(connection, [Subject(kind="location", id="empty")], NOW)

    with pytest.raises(NotFound, match=r"No active caregiver belongs to empty\. Import the register"):
        await look(ws, "empty")


async def test_a_model_sees_pseudonyms_and_no_sentence_holds_a_name(ws: Workspace) -> None:
    found = await six(ws)

    shown = for_audience(found, audience="model", settings=ws.settings, key=ws.store.pseudonym_key)

    assert "cg-" not in json.dumps(shown)
    assert shown["rows"][0]["caregiver_id"].startswith("person-")
    assert marked(type(found), "health") == {}


async def test_german_readers_read_german(ws: Workspace) -> None:
    german = ws.settings.model_copy(update={"language": "de"})
    await six(ws)

    found = await location_caregivers.run(
        {"location": "north"}, Workspace(**{**vars(ws), "settings": german})
    )

    assert found.summary.startswith("6 Pflegekräfte")


# As a group: `location_team`


async def as_group(ws: Workspace) -> LocationTeam:
    return await location_team.run({"location": "north"}, ws)


async def test_only_what_enough_of_them_need_is_told_and_not_who_they_are(ws: Workspace) -> None:
    await enrol(ws, SIX)
    await observe(ws, {who: {ON_TIME: (70.0, 4000)} for who in SIX} | {"cg-0": {TASKS: (66.0, 4000)}})

    found = await as_group(ws)

    assert [(one.rule, one.caregivers, one.priority) for one in found.schooling] == [
        ("care-punctuality", 5, 1)
    ]
    assert (found.caregivers, found.measured, found.reason) == (6, 6, None)
    assert found.summary == (await look(ws)).summary
    assert [column.group.median for column in found.columns] == [70.0, None]
    assert "cg-" not in json.dumps(found.model_dump(mode="json"))
    assert marked(LocationTeam, "personal") == {}


async def test_of_too_few_there_is_no_figure_at_all_and_why(ws: Workspace) -> None:
    await enrol(ws, {"cg-0": {}})
    await observe(ws, {"cg-0": {COMPLETED: (70.0, 4000)}})

    found = await as_group(ws)

    assert (found.caregivers, found.measured, found.counts, found.schooling) == (None, None, None, [])
    assert found.summary == found.reason == "Fewer than 5 were measured, so nothing is told of the group."
    assert [column.group.median for column in found.columns] == [None]


async def test_a_look_at_the_group_is_no_look_at_anybody(ws: Workspace) -> None:
    await enrol(ws, SIX)
    await observe(ws, {who: {ON_TIME: (70.0, 4000)} for who in SIX})

    await as_group(ws)

    async with ws.store.read() as connection:
        assert (await connection.execute(select(access_log))).all() == []
