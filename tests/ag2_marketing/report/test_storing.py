"""What a report's conversation leaves in the store can be found, given out and erased with whom it names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW
from sqlalchemy import select

from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.session import FixedCall, ToolSession
from ag2_marketing.report import Report, build_report
from ag2_marketing_tools.catalogue import tool_named
from ag2_marketing_tools.privacy import erase_subject, export_subject, named_in_words, pseudonym
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record
from ag2_marketing_tools.workspace.store.schema import (
    conversation,
    evidence,
    evidence_payload,
    evidence_subject,
)

ANNA, MEDICATION = (
    "anna-secret",
    "CaregiverQualityMetrics/risk_management/quality_assurance/medication_accuracy",
)


@pytest.fixture
async def observed(ws: Workspace) -> Workspace:
    """A store with three weeks of figures of a caregiver, and of a client of the same id."""
    await record(
        ws.store,
        [
            Observation(
                subject_kind=kind, subject_id=ANNA, metric=MEDICATION, value=90.0 + week, unit="percent",
                sample_size=40, observed_at=NOW - timedelta(weeks=week), source="test",
            )
            for kind in ("caregiver", "client")
            for week in range(3)
        ],
        ids=ws.ids,
    )  # fmt: skip
    return ws


async def talk(
    ws: Workspace,
    make: Any,
    *calls: tuple[str, dict[str, Any]],
    said: str | None = None,
    before: str | None = None,
    meanwhile: str | None = None,
) -> Report:
    """Hold a conversation with these words and calls, erase a caregiver before or after these, and keep its report."""
    held = make.conversation()
    session = ToolSession(sharing(ws), ledger=held.ledger)
    await session.begin(ws)
    if said is not None:
        session.hear(said)
    if before is not None:
        await erase_subject(ws.store, "caregiver", before, ids=ws.ids)
    for name, arguments in calls:
        call = FixedCall(tool_named(name), arguments)
        session.fix([call])
        await session.call(call.tool, call.arguments)
    if meanwhile is not None:
        await erase_subject(ws.store, "caregiver", meanwhile, ids=ws.ids)
    return await build_report(held.answer(), ws)


async def payloads(ws: Workspace, tool: str) -> list[Any]:
    query = select(evidence_payload.c.payload).where(
        evidence_payload.c.digest.in_(select(evidence.c.payload_digest).where(evidence.c.tool == tool))
    )
    async with ws.store.read() as connection:
        return list((await connection.execute(query)).scalars())


THREE = (
    ("collect_metrics", {"subject_kind": "caregiver", "subject": ANNA}),
    ("show_course", {"subject_kind": "caregiver", "subject_id": ANNA}),
    ("list_observations", {"subject_kind": "caregiver", "subject_id": ANNA}),
)


async def test_erasing_a_caregiver_entombs_what_tools_told_of_them(observed: Workspace, make: Any) -> None:
    await talk(observed, make, *THREE)
    exported = await export_subject(observed.store, "caregiver", ANNA)
    assert len(exported["evidence_payload"]) == 3
    erased = await erase_subject(observed.store, "caregiver", ANNA, ids=observed.ids)
    assert (erased.payloads, erased.conversations) == (3, 1)
    for name, _ in THREE:
        assert await payloads(observed, name) == [None]


async def test_no_raw_id_of_a_person_enters_the_ledger(observed: Workspace, make: Any) -> None:
    await talk(observed, make, *THREE)
    kept = [await payloads(observed, name) for name, _ in THREE]
    assert all(kept)
    assert ANNA not in repr(kept)


async def test_what_is_told_of_a_client_stays_when_a_caregiver_of_the_same_id_goes(
    observed: Workspace, make: Any
) -> None:
    await talk(observed, make, ("list_observations", {"subject_kind": "client", "subject_id": ANNA}))
    assert (await export_subject(observed.store, "caregiver", ANNA))["evidence_payload"] == []
    assert (await erase_subject(observed.store, "caregiver", ANNA, ids=observed.ids)).payloads == 0
    assert (await erase_subject(observed.store, "client", ANNA, ids=observed.ids)).payloads == 1


async def test_conversations_that_linked_their_subjects_as_persons_are_found_too(
    observed: Workspace, make: Any
) -> None:
    await talk(observed, make, *THREE)
    async with observed.store.begin() as connection:
        named = pseudonym(ANNA, observed.store.pseudonym_key)
        old = {"subject_kind": "person", "subject_id": named}
        await connection.execute(evidence_subject.update().values(old))
    assert (await erase_subject(observed.store, "caregiver", ANNA, ids=observed.ids)).payloads == 3


async def test_whom_an_erasure_took_during_a_conversation_does_not_come_back_with_it(
    observed: Workspace, make: Any
) -> None:
    report = await talk(observed, make, *THREE, meanwhile=ANNA)
    assert "Somebody was erased from the store while this was going on" in report.notes[0]
    async with observed.store.read() as connection:
        for table in (conversation, evidence_payload, evidence_subject):
            assert (await connection.execute(select(table))).all() == []
    again = await talk(observed, make, ("list_observations", {"subject_kind": "client", "subject_id": ANNA}))
    assert again.notes == []
    assert len(await payloads(observed, "list_observations")) == 1


NAMING = "How is {} doing, and why?"


@pytest.mark.parametrize("by", ["id", "pseudonym"])
async def test_a_persons_own_words_are_erased_with_whom_they_name(
    observed: Workspace, make: Any, by: str
) -> None:
    name = ANNA if by == "id" else pseudonym(ANNA, observed.store.pseudonym_key)
    await talk(observed, make, said=NAMING.format(name))
    await talk(observed, make, said="How is anna-secretary doing?")
    exported = await export_subject(observed.store, "caregiver", ANNA)
    assert [one["payload"]["result"]["text"] for one in exported["evidence_payload"]] == [NAMING.format(name)]
    erased = await erase_subject(observed.store, "caregiver", ANNA, ids=observed.ids)
    assert (erased.payloads, erased.conversations) == (1, 1)
    kept = [one["result"]["text"] for one in await payloads(observed, "user") if one is not None]
    assert "How is anna-secretary doing?" in kept
    assert NAMING.format(name) not in kept


@pytest.mark.parametrize("when", ["before", "meanwhile"])
@pytest.mark.parametrize("calls", [0, 1])
async def test_words_that_may_name_somebody_who_was_erased_meanwhile_are_not_kept(
    observed: Workspace, make: Any, when: str, calls: int
) -> None:
    others = [("list_observations", {"subject_kind": "location", "limit": 1})][:calls]
    report = await talk(observed, make, *others, said=NAMING.format(ANNA), **{when: ANNA})
    assert "Somebody was erased from the store while this was going on" in report.notes[0]
    assert await payloads(observed, "user") == []


async def test_an_id_that_is_a_number_or_very_short_is_taken_for_a_word(ws: Workspace) -> None:
    short = [
        Observation(
            subject_kind="client", subject_id=id, metric=MEDICATION, value=90.0, unit="percent",
            sample_size=40, observed_at=NOW, source="test",
        )
        for id in ("12", "1234", "in", "cl-1", "Jo Doe", "2024-0017", "Jos\u00e9")
    ]  # fmt: skip
    await record(ws.store, short, ids=ws.ids)
    words = "In 12 weeks 1234 calls came in for cl-1, cl-10, 2024-0017 and JO DOE, not for Jose\u0301."
    found = await named_in_words([words, "For Jos\u00e9.", "nobody"], ws.store)
    assert found == [
        {("client", "cl-1"), ("client", "Jo Doe"), ("client", "2024-0017"), ("client", "José")},
        {("client", "José")},
        set(),
    ]
