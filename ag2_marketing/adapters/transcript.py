"""What was said and done in a conversation, in order: the record that the report and the CLI show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ag2_marketing.grounding import Evidence

Kind = Literal["message", "call", "note"]


class Entry(BaseModel):
    """One line of the transcript.

    `source` is the text as the guard saw it, with references; `text` is what the group read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    speaker: str
    text: str
    source: str | None = None
    evidence: str | None = None
    by: Literal["model", "template", "person", "workflow"] | None = None


@dataclass
class Transcript:
    """Collects entries; `listener` hears each as it comes (the CLI shows progress with it)."""

    entries: list[Entry] = field(default_factory=list)
    listener: Callable[[Entry], None] | None = None

    def said(
        self, speaker: str, text: str, *, source: str, by: Literal["model", "template", "person"]
    ) -> None:
        """Record a message that reached the group."""
        self._add(Entry(kind="message", speaker=speaker, text=text, source=source, by=by))

    def called(self, tool: str, evidence: Evidence, error: str | None) -> None:
        """Record a finished tool call."""
        text = f"failed: {error}" if error else "done"
        self._add(Entry(kind="call", speaker=tool, text=text, evidence=evidence.id))

    def note(self, speaker: str, text: str) -> None:
        """Record something that the reader must know about a speaker: a rejected message, a spent budget."""
        self._add(Entry(kind="note", speaker=speaker, text=text, by="workflow"))

    def _add(self, entry: Entry) -> None:
        self.entries.append(entry)
        if self.listener is not None:
            self.listener(entry)
