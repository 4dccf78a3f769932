"""A person's entry in the registers and a client's records are given out and erased; the log of accesses stays."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from ag2_marketing_tools.privacy import Erased, erase_subject, export_subject, pseudonym
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import (
    access_log,
    client_profile,
    intervention_response,
    metadata,
)
from ag2_marketing_tools.workspace.store.subjects import Subject, find_subject, find_subjects, save_subjects

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANNA = "anna-Müller-secret"


@pytest.fixture
async def known(store: Store) -> Store:
    """A store that knows two clients and their caregivers, with an assessment and a response of each client."""
    async with store.begin() as connection:
        await save_subjects(
            connection,
            [
                Subject(kind="client", id=ANNA, location="north", attributes={"condition": "dementia"}),
                Subject(kind="client", id="ben", location="north", attributes={"caregiver": "cg-secret"}),
                Subject(kind="caregiver", id="cg-secret", location="north"),
                Subject(kind="caregiver", id="cg-2", attributes={"region": "cg-secret", "caregiver": "cg-3"}),
            ],
            AT,
        )
        for client in (ANNA, "ben"):
            row: dict[str, Any] = {"client_id": client, "recorded_at": AT}
            await connection.execute(
                client_profile.insert(), {**row, "assessed_at": AT, "assessment": {"physical": {"pain": 6}}}
            )
            response = {"intervention_id": "walks", "responded_at": AT, "response": {"comfort": 4}}
            await connection.execute(intervention_response.insert(), {**row, **response})
            seen = {"tool": "client_progress", "subject_kind": "client", "audience": "report", "at": AT}
            name = pseudonym(client, store.pseudonym_key)
            await connection.execute(
                access_log.insert(), {**seen, "id": f"of-{name}", "subject_id": name, "actor": "mia-secret"}
            )
    return store


async def test_an_export_of_a_client_holds_register_assessments_responses_and_accesses(known: Store) -> None:
    exported = await export_subject(known, "client", ANNA)
    json.dumps(exported, allow_nan=False)
    (entry,) = exported["register"]
    assert (entry["location"], entry["attributes"]) == ("north", {"condition": "dementia"})
    assert [row["assessment"] for row in exported["client_profile"]] == [{"physical": {"pain": 6}}]
    assert [row["response"] for row in exported["intervention_response"]] == [{"comfort": 4}]
    assert [row["actor"] for row in exported["access_log"]] == ["mia-secret"]


async def test_erasing_a_client_leaves_nothing_but_the_log_under_the_pseudonym(known: Store) -> None:
    assert await erase_subject(known, "client", ANNA) == Erased(0, 0, 0, 0, records=3)
    async with known.read() as connection:
        for table in metadata.sorted_tables:
            assert ANNA not in repr((await connection.execute(select(table))).all()), table.name
        kept = set((await connection.execute(select(access_log.c.subject_id))).scalars())
    assert kept == {pseudonym(ANNA, known.pseudonym_key), pseudonym("ben", known.pseudonym_key)}
    assert [one.id for one in await find_subjects(known, "client")] == ["ben"]
    assert await erase_subject(known, "client", ANNA) == Erased(0, 0, 0, 0)


async def test_erasing_a_caregiver_takes_them_out_of_their_clients_entries(known: Store) -> None:
    assert await erase_subject(known, "caregiver", "cg-secret") == Erased(0, 0, 0, 1, records=1)
    ben = await find_subject(known, "client", "ben")
    assert ben is not None
    assert ben.attributes == {"caregiver": None}
    other = await find_subject(known, "caregiver", "cg-2")
    assert other is not None
    assert other.attributes == {
        "region": "cg-secret",
        "caregiver": "cg-3",
    }  # a region of that name is no caregiver


async def test_lists_and_attributes_of_any_name_lose_the_erased_id(known: Store) -> None:
    attributes = {
        "caregivers": ["cg-secret", "cg-2"],
        "carer": "cg-secret",
        "team": {"night": ["cg-secret"], "cg-secret": 1},
        "client": "cg-secret",
        "children": 2,
    }
    async with known.begin() as connection:
        await save_subjects(connection, [Subject(kind="client", id="cleo", attributes=attributes)], AT)
    assert (await erase_subject(known, "caregiver", "cg-secret")).values == 2
    cleo = await find_subject(known, "client", "cleo")
    assert cleo is not None
    assert cleo.attributes == {
        "caregivers": ["cg-2"],
        "carer": None,
        "team": {"night": []},
        "client": "cg-secret",  # a client of that name is no caregiver
        "children": 2,
    }


async def test_erasing_a_caregiver_of_a_clients_name_leaves_the_client_alone(known: Store) -> None:
    assert await erase_subject(known, "caregiver", ANNA) == Erased(0, 0, 0, 0)
    assert len(await find_subjects(known, "client")) == 2


async def test_who_looked_is_forgotten_and_that_somebody_looked_is_not(known: Store) -> None:
    assert (await erase_subject(known, "person", "mia-secret")).values == 2
    async with known.read() as connection:
        actors = set((await connection.execute(select(access_log.c.actor))).scalars())
    assert len(actors) == 1
    assert "mia-secret" not in actors
    assert None not in actors
