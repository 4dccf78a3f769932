from __future__ import annotations

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.observations.report import ImportReport
from ag2_marketing_tools.privacy import for_audience
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import find

ON_TIME = "CaregiverQualityMetrics/visit_compliance/timeliness/on_time_arrival"
REQUEST = "HomeCareIndustryBenchmarks/care_quality/response_metrics/care_request"
SESSIONS = "EnhancedMonitoring/business_metrics/test_performance/sample_sizes"
GROWTH = "CompetitiveBenchmarks/business_benchmarks/market_performance/revenue_growth"


def mapping(
    metric: str = ON_TIME, *, unit: str | None = "percent", top: str = "", time: str = "", more: str = ""
) -> str:
    given = f'unit = "{unit}"' if unit else ""
    return f"""
source = "carelog"
{top}
[subject]
kind = "caregiver"
id_column = "who"
[time]
column = "day"
zone = "America/New_York"
{time}
[[figure]]
column = "value"
metric = "{metric}"
n_column = "n"
{given}
{more}
"""


def row(who: str = "c1", day: str = "2025-07-01", value: str = "95", n: str = "20") -> str:
    return f"who,day,value,n\n{who},{day},{value},{n}\n"


@pytest.mark.parametrize(
    ("content", "code", "column"),
    [
        (row(value="about ninety"), "not_a_number", "value"),
        (row(value="NaN"), "not_a_number", "value"),
        (row(value="inf"), "not_a_number", "value"),
        (row(value="1e999"), "not_a_number", "value"),
        (row(value="=1+2"), "not_a_number", "value"),
        (row(value="1_000"), "not_a_number", "value"),
        (row(value="٩٥"), "not_a_number", "value"),
        (row(value='"93,5"'), "decimal_sign", "value"),
        (row(n="2.5"), "bad_sample_size", "value"),
        (row(n="-1"), "bad_sample_size", "value"),
        (row(n="9" * 30), "bad_sample_size", "value"),
        (row(who=""), "no_subject", "who"),
        (row(who="=cmd()"), "bad_subject", "who"),
        (row(who="x" * 301), "bad_subject", "who"),
        (row(day=""), "no_time", "day"),
        (row(day="03/04/2025"), "ambiguous_date", "day"),
        (row(day="3.4.2025"), "ambiguous_date", "day"),
        (row(day="2025-13-01"), "bad_time", "day"),
        (row(day="yesterday"), "bad_time", "day"),
        (row(day="2026-03-02T09:00:01Z"), "future", "day"),
        (row(day="1815-06-18"), "long_ago", "day"),
        (row(day="0001-01-01"), "long_ago", "day"),
        (row(day="2025-03-09T02:30"), "no_such_local_time", "day"),
        (row(day="2025-11-02T01:30"), "local_time_twice", "day"),
        ("who,day,value,n\nc1,2025-07-01,95\n", "wrong_length", None),
        ("who,day,value,n\nc1,2025-07-01,95,1,2\n", "wrong_length", None),
        ('who,day,value,n\n"c1"x,2025-07-01,95,1\n', "broken_row", None),
        ('who,day,value,n\nc1,2025-07-01,95,"1', "broken_row", None),
    ],
)
async def test_what_cannot_be_used_is_told_with_its_line_and_column(
    sqlite: Workspace, importing, content: str, code: str, column: str | None
) -> None:
    report = await importing(sqlite, content, mapping())
    (told,) = report.rejections
    assert (told.code, told.column, told.line) == (code, column, 2)
    assert report.rows_rejected + report.rejected == 1
    assert not report.complete
    assert await find(sqlite.store) == []


@pytest.mark.parametrize(
    ("day", "value", "stored"),
    [
        ("2025-03-09T03:30", "95", 95.0),
        ("2025-11-02T01:30-04:00", " 95.5 ", 95.5),
        ("2025-07-01 08:00", "-0.0e0", 0.0),
    ],
)
async def test_what_is_unusual_and_clear_is_taken(sqlite: Workspace, importing, day, value, stored) -> None:
    report = await importing(sqlite, row(day=day, value=value), mapping())
    assert report.complete
    assert [each.value for each in await find(sqlite.store)] == [stored]


async def test_counts_and_durations_are_never_negative_but_growth_may_be(
    sqlite: Workspace, importing
) -> None:
    for metric, unit in ((SESSIONS, "user"), (REQUEST, "h")):
        report = await importing(sqlite, row(value="-3"), mapping(metric, unit=unit))
        assert report.reasons == {"negative": 1}
    assert (await importing(sqlite, row(value="-3"), mapping(GROWTH))).taken == 1


async def test_a_figure_outside_of_what_the_mapping_allows_is_refused(sqlite: Workspace, importing) -> None:
    within = mapping(unit="ratio", more="least = 0.5\nmost = 1")
    for value in ("95", "0.4"):
        report = await importing(sqlite, row(value=value), within)
        (told,) = report.rejections
        assert (told.code, told.text) == ("out_of_range", value)
        assert told.reason.endswith("0.5 … 1.")


async def test_a_share_whose_unit_nobody_gave_is_asked_for_with_both_readings(
    sqlite: Workspace, importing
) -> None:
    rows = "who,day,value,n\nc1,2025-07-01,95,20\nc2,2025-07-01,0.9,20\n"
    report = await importing(sqlite, rows, mapping(unit=None))
    (column,) = report.columns_refused
    assert (column.column, column.figures, report.taken) == ("value", 2, 0)
    assert "0.9 %" in column.reason
    assert "0.9 = 90 %" in column.reason
    assert not report.complete
    assert (await importing(sqlite, rows.replace("0.9", "90"), mapping(unit=None))).taken == 2


async def test_a_figure_that_was_said_to_be_percent_and_looks_like_a_share_is_pointed_out(
    sqlite: Workspace, importing
) -> None:
    report = await importing(sqlite, row(value="0.95"), mapping())
    assert (report.taken, report.look_like_shares) == (1, 1)
    assert [each.line for each in report.doubtful] == [2]
    assert [each.value for each in await find(sqlite.store)] == [0.95]


async def test_a_duration_without_a_unit_is_asked_for(sqlite: Workspace, importing) -> None:
    report = await importing(sqlite, row(), mapping(REQUEST, unit=None))
    (column,) = report.columns_refused
    assert (column.figures, report.taken) == (1, 0)
    assert "measured in h" in column.reason


@pytest.mark.parametrize(
    ("faulty", "told"),
    [
        (
            mapping("CaregiverQualityMetrics/timeliness/on_time_arival"),
            "did you mean CaregiverQualityMetrics",
        ),
        (mapping(unit="ms"), "percent"),
        (mapping(unit="furlong"), "furlong"),
        (mapping().replace('"who"', '"whom"'), "Did you mean 'who'"),
        (mapping().replace("America/New_York", "Mars/Base"), "Mars/Base"),
        (mapping(top='encoding = "klingon"'), "klingon"),
        (mapping(time='format = "DD.MM.YYYY"'), "DD.MM.YYYY"),
        (mapping(top='decimal = ","\nthousands = ","'), "thousands"),
        (mapping(top="colour = 1"), "colour"),
        (mapping().replace("[time]", "[time"), "no TOML"),
        (mapping().replace('kind = "caregiver"', 'kind = "robot"'), "subject.kind"),
        (mapping().replace('kind = "caregiver"\n', ""), "kind_column"),
        ('source = "x"', "subject"),
    ],
)
async def test_a_mapping_that_cannot_be_used_is_refused_before_a_row_is_read(
    sqlite: Workspace, importing, faulty: str, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told.replace("(", r"\(")):
        await importing(sqlite, row(), faulty)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("who,day,value,n\nJosé,2025-07-01,95,1\n".encode("latin-1"), "line 2 holds bytes"),
        (row().encode("utf-16"), "is UTF-16"),
        (b"", "is empty"),
        (b"\n\n", "no header"),
        (b"who,day,value,value,n\n", "2 times"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "holds bytes"),
    ],
)
async def test_a_file_that_is_no_such_text_is_refused_as_a_whole(
    sqlite: Workspace, importing, content: bytes, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        await importing(sqlite, content, mapping())


async def test_the_encoding_of_the_mapping_is_used(sqlite: Workspace, importing) -> None:
    report = await importing(sqlite, row(who="José").encode("cp1252"), mapping(top='encoding = "cp1252"'))
    assert report.taken == 1
    assert (await find(sqlite.store))[0].subject_id == "José"


async def test_a_spreadsheet_with_mark_semicolons_and_decimal_commas_is_read(
    sqlite: Workspace, importing
) -> None:
    content = '\ufeffwho;day;value;n\r\n"c\n1";01.07.2025;1;1\r\nc2;01.07.2025;"1.093,5";1.000\r\n\r\n'
    top = 'decimal = ","\nthousands = "."'
    report = await importing(sqlite, content, mapping(top=top, time='format = "%d.%m.%Y"'))
    assert [(each.line, each.last_line, each.code) for each in report.rejections] == [(2, 3, "bad_subject")]
    (kept,) = await find(sqlite.store)
    assert (kept.value, kept.sample_size) == (1093.5, 1000)


async def test_what_a_cell_holds_is_kept_from_models_and_reports(sqlite: Workspace, importing) -> None:
    report: ImportReport = await importing(sqlite, row(value="has dementia"), mapping())
    for audience in ("model", "report", "log"):
        shown = for_audience(report, audience=audience, settings=sqlite.settings, key=b"key")
        assert "dementia" not in str(shown)
    assert "/rejections/*/text" in marked(ImportReport, "untrusted")
