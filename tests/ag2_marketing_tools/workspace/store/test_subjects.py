from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import subject
from ag2_marketing_tools.workspace.store.subjects import (
    Saved,
    Subject,
    find_subject,
    find_subjects,
    save_subjects,
)

AT = datetime(2026, 1, 5, tzinfo=UTC)
NORTH = Subject(kind="location", id="north", attributes={"region": "urban", "beds": 3})
ANNA = Subject(kind="caregiver", id="anna", location="north", attributes={"specialties": ["dementia_care"]})
BEN = Subject(kind="caregiver", id="ben", location="south")
CARL = Subject(kind="caregiver", id="carl", location="north", active=False)


async def save(store: Store, *subjects: Subject, at: datetime = AT) -> Saved:
    async with store.begin() as connection:
        return await save_subjects(connection, subjects, at)


async def test_subjects_come_back_as_they_were_saved_in_the_order_of_their_ids(store: Store) -> None:
    await save(store, CARL, BEN, ANNA, NORTH)
    assert await find_subjects(store, "caregiver", active=None) == [ANNA, BEN, CARL]
    assert await find_subjects(store, "location") == [NORTH]
    assert await find_subject(store, "caregiver", "anna") == ANNA
    assert await find_subject(store, "client", "anna") is None


async def test_only_active_ones_are_found_unless_asked(store: Store) -> None:
    await save(store, ANNA, BEN, CARL)
    assert await find_subjects(store, "caregiver", location="north") == [ANNA]
    assert await find_subjects(store, "caregiver", location="north", active=False) == [CARL]
    assert await find_subjects(store, "caregiver", location="nowhere") == []


async def test_saving_again_changes_only_what_is_different(store: Store) -> None:
    await save(store, ANNA, BEN)
    moved = Subject(kind="caregiver", id="ben", location="north")
    saved = await save(store, ANNA, moved, CARL, at=AT + timedelta(days=1))
    assert saved == Saved(
        new=frozenset({("caregiver", "carl")}),
        changed=frozenset({("caregiver", "ben")}),
        unchanged=frozenset({("caregiver", "anna")}),
    )
    assert await find_subjects(store, "caregiver", location="north", active=None) == [ANNA, moved, CARL]
    async with store.read() as connection:
        times = await connection.execute(select(subject.c.id, subject.c.recorded_at).order_by(subject.c.id))
        assert [(row.id, row.recorded_at) for row in times] == [
            ("anna", AT),
            ("ben", AT + timedelta(days=1)),
            ("carl", AT + timedelta(days=1)),
        ]


async def test_of_a_subject_that_is_given_twice_the_last_counts(store: Store) -> None:
    await save(store, Subject(kind="client", id="x", location="north"), Subject(kind="client", id="x"))
    assert await find_subjects(store, "client") == [Subject(kind="client", id="x")]


async def test_the_same_id_of_another_kind_is_another_subject(store: Store) -> None:
    await save(store, Subject(kind="client", id="1"), Subject(kind="caregiver", id="1", active=False))
    assert await find_subjects(store, "client") == [Subject(kind="client", id="1")]
    assert await find_subjects(store, "caregiver") == []


async def test_thousands_are_saved_and_told_apart_at_once(store: Store) -> None:
    many = [Subject(kind="client", id=f"{number:05}", location="north") for number in range(2_500)]
    assert len((await save(store, *many)).new) == 2_500
    assert len((await save(store, *many)).unchanged) == 2_500
    assert await find_subjects(store, "client", location="north") == many


@pytest.mark.parametrize("changes", [{"kind": " "}, {"id": ""}, {"location": "  "}])
def test_a_subject_without_a_name_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match=f"{next(iter(changes))} is empty"):
        Subject(**{"kind": "client", "id": "x", **changes})
