from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from ag2_marketing_tools.errors import Conflict, NotFound
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.conversations import (
    StoredConversation,
    StoredEvidence,
    Subject,
    load,
    save,
)
from ag2_marketing_tools.workspace.store.schema import conversation, evidence_payload

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def an_entry(number: int, **changes: object) -> StoredEvidence:
    values = {
        "evidence_id": f"E{number}",
        "tool": "run_audit",
        "at": AT,
        "payload_digest": f"payload-{number}",
        "digest": f"chain-{number}",
        "payload": {"result": {"score": number, "ratio": 1.0, "b": None, "a": "\u00e4"}},
        **changes,
    }
    return StoredEvidence(**values)  # type: ignore[arg-type]


def a_conversation(**changes: object) -> StoredConversation:
    values = {
        "id": "conversation_1",
        "kind": "marketing_workflow",
        "title": "https://a.example/",
        "started_at": AT,
        "finished_at": AT.replace(minute=5),
        "head": "chain-11",
        "report": {"text": "The score is [[E1/score]]."},
        "evidence": tuple(an_entry(number) for number in range(1, 12)),
        **changes,
    }
    return StoredConversation(**values)  # type: ignore[arg-type]


async def test_a_conversation_comes_back_as_it_was_saved_in_order(store: Store) -> None:
    saved = a_conversation()
    await save(store, saved)
    found = await load(store, saved.id)
    assert found == saved
    assert [entry.evidence_id for entry in found.evidence] == [f"E{number}" for number in range(1, 12)]
    assert repr(found.evidence[0].payload) == repr(saved.evidence[0].payload)


async def test_a_conversation_may_have_no_evidence_and_no_end(store: Store) -> None:
    saved = StoredConversation(id="c", kind="chat", title="", started_at=AT)
    await save(store, saved)
    assert await load(store, "c") == saved


async def test_the_subjects_of_a_payload_come_back(store: Store) -> None:
    people = (Subject("caregiver", "anna"), Subject("person", "ben"))
    saved = a_conversation(evidence=(an_entry(1, subjects=people), an_entry(2)))
    await save(store, saved)
    assert await load(store, saved.id) == saved


async def test_two_conversations_share_a_payload_which_is_kept_once(store: Store) -> None:
    for number in (1, 2):
        entry = an_entry(number, payload_digest="same", payload={"x": 1}, digest=f"of-{number}")
        await save(store, a_conversation(id=f"c{number}", evidence=(entry, replace(entry, evidence_id="E9"))))
    async with store.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(evidence_payload)) == 1
    assert [entry.payload for entry in (await load(store, "c2")).evidence] == [{"x": 1}] * 2


async def test_an_id_is_used_once(store: Store) -> None:
    await save(store, a_conversation())
    with pytest.raises(Conflict):
        await save(store, a_conversation(title="another"))
    assert (await load(store, "conversation_1")).title == "https://a.example/"


async def test_a_conversation_is_saved_whole_or_not_at_all(store: Store) -> None:
    twice = (an_entry(1), an_entry(1))
    with pytest.raises(Conflict):
        await save(store, a_conversation(evidence=twice))
    async with store.read() as connection:
        for table in (conversation, evidence_payload):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0


async def test_an_unknown_conversation_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="'nobody'"):
        await load(store, "nobody")
