"""A report as data: what was asked, what was said, and the evidence that every figure refers to.

A report holds no figure of its own. Its sections name the evidence that they are drawn from, its texts hold
references, and everything that a reader sees is rendered from these again and again, with the same result.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from ag2_marketing.adapters.transcript import Entry
from ag2_marketing.grounding import Ledger
from ag2_marketing.report.evidence import ledger_from

SCHEMA_VERSION: Final = 4
Part = Literal["audit", "content", "campaign"]
ALL_PARTS: Final[tuple[Part, ...]] = ("audit", "content", "campaign")
# What a report of an earlier version did not have: such a report is sealed without it.
_SECTIONS_NEW_IN_3: Final = {"proposal"}
_NEW_IN_4: Final = {"location": True, "review": True}
_LACKING: Final[dict[int, dict[str, Any]]] = {
    1: {
        "layout": True,
        "parts": True,
        "sections": {"audit_changes", "content_changes", "history", "lab", *_SECTIONS_NEW_IN_3},
        **_NEW_IN_4,
    },
    2: {"sections": _SECTIONS_NEW_IN_3, **_NEW_IN_4},
    3: _NEW_IN_4,
}


class Passage(BaseModel):
    """A text of the report: as it is written, with references, and as it reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    text: str


class Sections(BaseModel):
    """Which evidence each section is drawn from; null where that step brought none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    task: str | None = None
    audit: str | None = None
    content: str | None = None
    plan: str | None = None
    campaign: str | None = None
    decision: str | None = None
    audit_changes: str | None = None
    content_changes: str | None = None
    history: str | None = None
    lab: str | None = None
    proposal: str | None = None


class ReviewSections(BaseModel):
    """Which evidence each section of a location's review is drawn from.

    `positions` has one for each table that the location was compared with, the others are null where their step
    brought none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    task: str | None = None
    positions: list[str] = []
    caregivers: str | None = None
    outcomes: str | None = None
    actions: str | None = None
    course: str | None = None


class Report(BaseModel):
    """One finished workflow.

    Attributes:
        schema_version: Of this model; a reader refuses versions that it does not know.
        layout: Names the state of the program that laid the pages out; null in version 1.
        id: The conversation's id, under which the store keeps it.
        title: The report's title.
        target_url: The page that it is about; null in the review of a location.
        location: The location whose review it is; null where it is about a page.
        created_at: When the report was made.
        language: Language of its labels.
        status: `error` where a step could not bring its result; `partial` where there is nothing to post, or a
            step of a review could not be done.
        speaking: Who wrote the messages: a model, or the templates.
        organisation: The company that it was made for.
        task: What the team was asked, in words.
        parts: What was asked for; a part that was not is left out of the pages.
        sections: Where each section's figures stand.
        review: The same of a location's review; null where it is about a page.
        summary: The report in short, paragraph by paragraph.
        transcript: The conversation.
        evidence: The ledger's entries in order; `payload` is null where it was erased or withheld.
        head: The digest of the last entry.
        notes: What a reader must know about the report itself.
        seal: SHA-256 over all of the above: a change by hand shows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1, 2, 3, 4] = SCHEMA_VERSION
    layout: str | None = None
    id: str
    title: str
    target_url: str | None = None
    location: str | None = None
    created_at: datetime
    language: str
    status: Literal["success", "partial", "error"]
    speaking: Literal["model", "template"]
    organisation: str | None = None
    task: str
    parts: list[Part] = list(ALL_PARTS)
    sections: Sections
    review: ReviewSections | None = None
    summary: list[Passage]
    transcript: list[Entry]
    evidence: list[dict[str, Any]]
    head: str
    notes: list[str] = []
    seal: str = ""

    @cached_property
    def ledger(self) -> Ledger:
        """The evidence as a ledger; its chain is not checked here."""
        return ledger_from(self.evidence)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        left_out: dict[str, Any] = {"evidence": True, **_LACKING.get(self.schema_version, {})}
        return {**self.model_dump(mode="json", exclude=left_out), "evidence": self.evidence}

    def sealed(self) -> Report:
        """Return the report with its seal."""
        return self.model_copy(update={"seal": self.expected_seal()})

    def expected_seal(self) -> str:
        """Return the seal that this content has."""
        content = {name: value for name, value in self.as_json().items() if name != "seal"}
        text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()
