"""A report's conversation in the store: its evidence, chained, and the report without it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from ag2_marketing.grounding import Evidence, Ledger
from ag2_marketing.grounding.ledger import USER
from ag2_marketing.report.model import Report
from ag2_marketing_tools.privacy import ERASURES, named_in_words, personal_values_in, subjects_in
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.conversations import (
    StoredConversation,
    StoredEvidence,
    Subject,
    save,
)
from ag2_marketing_tools.workspace.store.schema import PERSON

KINDS = {False: "marketing", True: "review"}
"""Kinds of conversations, by whether the report is a review."""


async def keep(report: Report, ledger: Ledger, ws: Workspace) -> None:
    """Keep the conversation, so that a copy of the report can be held against it later.

    Raises:
        StoreError: The database refused; or somebody was erased since the first call, and the evidence names people
            or holds a person's words: keeping it would bring them back.
    """
    words = [entry for entry in ledger.entries if entry.tool == USER and not entry.erased]
    named = await named_in_words([str(entry.result["text"]) for entry in words], ws.store)
    of_words = {entry.id: {Subject(*one) for one in found} for entry, found in zip(words, named, strict=True)}
    evidence = tuple(
        _stored(entry, of_words.get(entry.id) or _subjects(entry), report.created_at)
        for entry in ledger.entries
    )
    may_name = any(entry.subjects or entry.tool == USER for entry in evidence)
    await save(
        ws.store,
        StoredConversation(
            id=report.id,
            kind=KINDS[report.review is not None],
            title=report.title,
            started_at=min((entry.at for entry in evidence), default=report.created_at),
            finished_at=report.created_at,
            head=report.head,
            report=without_evidence(report),
            evidence=evidence,
        ),
        unless_moved=(ERASURES, ledger.erasures) if may_name and ledger.erasures is not None else None,
    )


def without_evidence(report: Report) -> dict[str, Any]:
    """Return the report as the store keeps it: the evidence lies in tables of its own."""
    return {name: value for name, value in report.as_json().items() if name != "evidence"}


def _stored(entry: Evidence, subjects: set[Subject], fallback: datetime) -> StoredEvidence:
    return StoredEvidence(
        evidence_id=entry.id,
        tool=entry.tool,
        at=datetime.fromisoformat(entry.at) if entry.at else fallback,
        payload_digest=entry.payload_digest,
        digest=entry.digest,
        payload=None if entry.erased else entry.payload(),
        subjects=tuple(sorted(subjects)),
        erased_at=fallback if entry.erased else None,
    )


def _subjects(entry: Evidence) -> set[Subject]:
    """Return whom a payload names, so that erasing or exporting them finds it.

    The ids are those of the ledger, so they are pseudonyms where personal data are not shared. Who is named as
    something that is neither a caregiver nor a client is linked as a person.
    """
    from ag2_marketing_tools.catalogue import all_tools

    tool = all_tools().get(entry.tool)
    if tool is None or entry.erased:
        return set()
    parts: list[tuple[Mapping[str, Any], type[BaseModel]]] = [(entry.arguments, tool.params)]
    if isinstance(entry.result, Mapping) and entry.result.get("status") != "error":
        parts.append((entry.result, tool.result))
    named = {Subject(*one) for part in parts for one in subjects_in(*part)}
    known = {one.id for one in named}
    return named | {
        Subject(PERSON, value) for part in parts for value in personal_values_in(*part) if value not in known
    }
