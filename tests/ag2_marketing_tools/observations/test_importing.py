from __future__ import annotations

from datetime import UTC, datetime

from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, find

ON_TIME = "CaregiverQualityMetrics/visit_compliance/timeliness/on_time_arrival"
REQUEST = "HomeCareIndustryBenchmarks/care_quality/response_metrics/care_request"
WIDE = f"""
source = "carelog"
[subject]
kind = "caregiver"
id_column = "who"
[time]
column = "day"
zone = "America/New_York"
[[figure]]
column = "on_time"
metric = "{ON_TIME}"
unit = "ratio"
n_column = "visits"
most = 1
"""
LONG = """
source = "office"
[subject]
kind_column = "kind"
id_column = "id"
[time]
column = "at"
[long]
metric_column = "metric"
value_column = "value"
unit_column = "unit"
n_column = "n"
[long.names]
"wait" = "HomeCareIndustryBenchmarks/care_quality/response_metrics/care_request"
"""


async def test_a_wide_file_is_stored_with_units_converted_and_sample_sizes_kept(
    ws: Workspace, importing
) -> None:
    report = await importing(ws, "who,day,on_time,visits\nc1,2025-07-01,0.57,30\n", WIDE)
    assert (report.rows, report.taken, report.converted, report.complete) == (1, 1, 1, True)
    assert await find(ws.store) == [
        Observation(
            subject_kind="caregiver",
            subject_id="c1",
            metric=ON_TIME,
            value=57.0,  # exactly: in floating point 0.57 * 100 is 56.99999999999999
            unit="percent",
            observed_at=datetime(2025, 7, 1, 4, tzinfo=UTC),  # midnight in New York, in summer
            source="carelog",
            sample_size=30,
        )
    ]


async def test_a_long_file_names_its_metrics_kinds_and_units_row_by_row(ws: Workspace, importing) -> None:
    rows = "kind,id,at,metric,value,unit,n\n" + "".join(
        f"{row}\n"
        for row in (
            "location,l1,2025-07-01T08:00:00+02:00,wait,90,min,",
            f"caregiver,c1,2025-07-01T08:00:00Z,{ON_TIME},95,%,20",
        )
    )
    report = await importing(ws, rows, LONG)
    assert report.taken == 2
    first, second = await find(ws.store)
    assert (first.metric, first.value, first.unit, first.sample_size) == (REQUEST, 1.5, "h", None)
    assert first.observed_at == datetime(2025, 7, 1, 6, tzinfo=UTC)
    assert (second.subject_kind, second.value, second.sample_size) == ("caregiver", 95.0, 20)


async def test_importing_again_stores_nothing_twice_and_says_so(ws: Workspace, importing) -> None:
    rows = "who,day,on_time,visits\n" + "".join(f"c{n},2025-07-01,0.9,30\n" for n in range(50))
    assert (await importing(ws, rows, WIDE)).taken == 50
    again = await importing(ws, rows + "c99,2025-07-01,0.9,30\n", WIDE)
    assert (again.taken, again.duplicates, again.rejected, again.complete) == (1, 50, 0, True)
    assert len(await find(ws.store)) == 51


async def test_a_repetition_with_another_value_is_refused_and_told(ws: Workspace, importing) -> None:
    header = "who,day,on_time,visits\n"
    await importing(ws, header + "c1,2025-07-01,0.9,30\n", WIDE)
    report = await importing(
        ws,
        header + "c1,2025-07-01,0.8,30\nc2,2025-07-01,0.7,10\nc2,2025-07-01,0.7,11\nc2,2025-07-01,0.7,10\n",
        WIDE,
    )
    assert (report.taken, report.duplicates, report.rejected) == (1, 1, 2)
    assert {(each.line, each.code) for each in report.rejections} == {(2, "other_value"), (4, "other_value")}
    assert {(each.subject_id, each.value) for each in await find(ws.store)} == {("c1", 90.0), ("c2", 70.0)}


async def test_a_dry_run_tells_the_same_and_stores_nothing(ws: Workspace, importing) -> None:
    rows = "who,day,on_time,visits\nc1,2025-07-01,0.9,30\nc2,2025-07-01,many,30\n,2025-07-01,1,1\n"
    dry = await importing(ws, rows, WIDE, dry_run=True)
    assert await find(ws.store) == []
    wet = await importing(ws, rows, WIDE)
    assert dry.model_copy(update={"dry_run": False}) == wet
    after = await importing(ws, rows, WIDE, dry_run=True)
    assert (after.taken, after.duplicates) == (0, 1)


async def test_a_second_file_of_the_same_source_may_fill_what_the_first_left_out(
    ws: Workspace, importing
) -> None:
    header = "who,day,on_time,visits\n"
    first = await importing(ws, header + "c1,2025-07-01,0.9,30\nc2,2025-07-01,,30\n", WIDE)
    assert (first.taken, first.missing, first.complete) == (1, 1, True)
    second = await importing(ws, header + "c1,2025-07-01,0.9,30\nc2,2025-07-01,0.8,30\n", WIDE)
    assert (second.taken, second.duplicates, second.missing) == (1, 1, 0)


async def test_many_broken_rows_are_all_counted_and_the_first_told(ws: Workspace, importing) -> None:
    good, every = 30_000, 100
    rows = "who,day,on_time,visits\n" + "".join(
        f"c{n % 500},{2000 + n // 500 // 300:04}-{1 + n // 500 % 12:02}-{1 + n // 500 // 12 % 28:02},"
        f"{'none' if n % every == 0 else '0.9'},30\n"
        for n in range(good)
    )
    report = await importing(ws, rows, WIDE, keep=7)
    assert report.rows == good
    assert report.taken + report.rejected + report.duplicates == good
    assert report.rejected == good // every == report.reasons["not_a_number"]
    assert [each.line for each in report.rejections] == [2 + n * every for n in range(7)]
    assert report.duplicates == 0
    assert len(await find(ws.store)) == report.taken == report.metrics[ON_TIME].taken
