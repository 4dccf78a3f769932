from __future__ import annotations

import json

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.subjects import Subject, find_subjects

STAFF = """
source = "staff"
decimal = ","
delimiter = ";"
[subject]
kind = "caregiver"
id_column = "who"
[register]
location_column = "branch"
active_column = "state"
[[register.attribute]]
name = "experience_years"
column = "years"
type = "number"
[[register.attribute]]
name = "specialties"
column = "knows"
type = "list"
separator = " "
"""
HEADER = "who;branch;state;years;knows\n"
MIXED = """
source = "all"
[subject]
kind_column = "kind"
id_column = "id"
[register]
"""


async def test_a_register_is_entered_with_locations_attributes_and_who_is_active(
    ws: Workspace, importing
) -> None:
    rows = "ann;north;yes;3,5;dementia_care  wound_care\nben; ;no;;\n"
    report = await importing(ws, HEADER + rows, STAFF)
    assert report.registers["caregiver"].model_dump() == {"new": 2, "changed": 0, "unchanged": 0}
    assert (report.rows, report.complete, report.taken) == (2, True, 0)
    assert await find_subjects(ws.store, "caregiver", active=None) == [
        Subject(
            kind="caregiver",
            id="ann",
            location="north",
            attributes={"experience_years": 3.5, "specialties": ["dementia_care", "wound_care"]},
        ),
        Subject(kind="caregiver", id="ben", active=False),
    ]


async def test_importing_again_changes_nothing_and_a_new_state_takes_the_place_of_the_old(
    ws: Workspace, importing
) -> None:
    await importing(ws, HEADER + "ann;north;yes;3;\nben;north;yes;1;\n", STAFF)
    again = await importing(ws, HEADER + "ann;north;yes;3;\nben;south;0;2;\ncy;south;true;;\n", STAFF)
    assert again.registers["caregiver"].model_dump() == {"new": 1, "changed": 1, "unchanged": 1}
    assert [one.id for one in await find_subjects(ws.store, "caregiver", location="south")] == ["cy"]
    same = await importing(ws, HEADER + "ann;north;yes;3;\nben;south;0;2;\ncy;south;true;;\n", STAFF)
    assert same.registers["caregiver"].model_dump() == {"new": 0, "changed": 0, "unchanged": 3}


async def test_a_dry_run_tells_the_same_and_enters_nobody(ws: Workspace, importing) -> None:
    rows = HEADER + "ann;north;yes;3;\nben;north;perhaps;1;\n"
    dry = await importing(ws, rows, STAFF, dry_run=True)
    assert await find_subjects(ws.store, "caregiver", active=None) == []
    wet = await importing(ws, rows, STAFF)
    assert dry.model_copy(update={"dry_run": False}) == wet
    assert (await importing(ws, rows, STAFF, dry_run=True)).registers["caregiver"].unchanged == 1


async def test_rows_of_no_use_are_told_with_line_column_and_reason_and_the_others_taken(
    sqlite: Workspace, importing
) -> None:
    rows = (
        "ann;north;yes;3;\n"  # line 2
        ";north;yes;3;\n"
        "=cmd();north;yes;3;\n"
        "dee;north;maybe;3;\n"
        "eve;north;yes;many;\n"
        "fay;north\n"
        "ann;south;yes;3;\n"
        "ann;north;yes;3;\n"
        "gus;=north;yes;3;\n"
    )
    report = await importing(sqlite, HEADER + rows, STAFF)
    assert [(each.line, each.column, each.code) for each in report.rejections] == [
        (3, "who", "no_subject"),
        (4, "who", "bad_subject"),
        (5, "state", "not_yes_or_no"),
        (6, "years", "not_a_number"),
        (7, None, "wrong_length"),
        (8, "who", "entry_twice"),
        (10, "branch", "bad_subject"),
    ]
    assert (report.rows, report.rows_rejected, report.complete) == (9, 7, False)
    assert report.registers["caregiver"].model_dump() == {"new": 1, "changed": 0, "unchanged": 1}
    (ann,) = await find_subjects(sqlite.store, "caregiver")
    assert ann.location == "north"


async def test_the_words_for_active_may_be_given(sqlite: Workspace, importing) -> None:
    mapping = STAFF.replace(
        'active_column = "state"', 'active_column = "state"\nactive = ["In Care", "Hospital"]'
    )
    rows = "a;n;in care;;\nb;n;hospital;;\nc;n;left;;\nd;n;;;\n"
    await importing(sqlite, HEADER + rows, mapping)
    assert [one.id for one in await find_subjects(sqlite.store, "caregiver")] == ["a", "b"]


async def test_a_file_of_several_kinds_fills_several_registers(sqlite: Workspace, importing) -> None:
    content = json.dumps(
        [
            {"kind": "client", "id": 7},
            {"kind": "location", "id": "n"},
            {"kind": "planet", "id": "x"},
            {"kind": None, "id": "x"},
        ]
    )
    report = await importing(sqlite, content, MIXED, name="f.json")
    assert {kind: counts.new for kind, counts in report.registers.items()} == {"client": 1, "location": 1}
    assert report.reasons == {"unknown_kind": 2}
    assert [one.id for one in await find_subjects(sqlite.store, "client")] == ["7"]


async def test_no_cell_of_a_register_reaches_a_model(sqlite: Workspace, importing) -> None:
    from ag2_marketing_tools.privacy import for_audience

    report = await importing(sqlite, HEADER + "ann;north;secret-state;3;\n", STAFF)
    shown = for_audience(report, audience="model", settings=sqlite.settings, key=sqlite.store.pseudonym_key)
    assert report.rejections[0].text == "secret-state"
    assert "secret-state" not in json.dumps(shown)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[register]", '[time]\ncolumn = "t"\n[register]'), "time: extra inputs"),
        (('id_column = "who"', 'id = "one"'), "a register has many subjects"),
        (('type = "number"', 'type = "date"'), "register.attribute.0.type"),
        (('name = "specialties"', 'name = "experience_years"'), "'experience_years' is given twice"),
        (('active_column = "state"', 'active = ["x"]'), "`active` needs an `active_column`"),
    ],
)
async def test_a_mapping_that_cannot_be_meant_is_refused_with_its_place(
    sqlite: Workspace, importing, change: tuple[str, str], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        await importing(sqlite, HEADER, STAFF.replace(*change))


async def test_a_column_that_the_file_lacks_names_the_nearest(sqlite: Workspace, importing) -> None:
    with pytest.raises(InvalidInput, match="branch"):
        await importing(sqlite, "who;branche;state;years;knows\nann;n;yes;1;\n", STAFF)
