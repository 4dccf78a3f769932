"""One finished tool call, or one message of the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ag2_marketing.grounding.canonical import digest


@dataclass(frozen=True)
class Evidence:
    """One finished tool call, or one message of the person.

    Attributes:
        id: `E1`, `E2`, … for calls; `U1`, `U2`, … for the person's messages.
        tool: The tool's name; `user` for the person.
        arguments: What the tool was called with.
        result: What it returned, as JSON; None once erased.
        units: Units of the result's figures, by JSON pointer pattern.
        quoted: JSON pointer patterns of text that came from a fetched page.
        chosen_by_model: Whether a model chose the arguments, so that their echo is no evidence.
        at: When, ISO 8601, or None where it was not told.
        payload_digest: SHA-256 of the payload (arguments, result, units, quoted, chosen_by_model).
        digest: SHA-256 over the previous entry's digest, the payload's digest and id, tool, at.
        erased: Whether the payload was erased; this entry is then its tombstone.
    """

    id: str
    tool: str
    arguments: Any
    result: Any
    units: Mapping[str, str]
    quoted: tuple[str, ...]
    chosen_by_model: bool
    at: str | None
    payload_digest: str
    digest: str
    erased: bool = False

    @property
    def is_user(self) -> bool:
        """Whether the person wrote it."""
        return self.id.startswith("U")

    @property
    def text(self) -> str:
        """What the person wrote; empty for a tool call."""
        return str(self.result.get("text", "")) if self.is_user and isinstance(self.result, dict) else ""

    def payload(self) -> dict[str, Any]:
        """Return what the payload digest covers."""
        return {
            "arguments": self.arguments,
            "result": self.result,
            "units": dict(self.units),
            "quoted": list(self.quoted),
            "chosen_by_model": self.chosen_by_model,
        }

    def chained(self, previous: str) -> str:
        """Return the digest that this entry has after an entry of the digest `previous`."""
        return digest([previous, self.payload_digest, self.id, self.tool, self.at])


def evidence_of(
    evidence_id: str, tool: str, at: str | None, payload_digest: str, own: str, payload: dict[str, Any] | None
) -> Evidence:
    """Return an entry; without a payload it is a tombstone."""
    held = payload or {}
    return Evidence(
        id=evidence_id,
        tool=tool,
        arguments=held.get("arguments", {}),
        result=held.get("result"),
        units=held.get("units", {}),
        quoted=tuple(held.get("quoted", ())),
        chosen_by_model=held.get("chosen_by_model", True),
        at=at,
        payload_digest=payload_digest,
        digest=own,
        erased=payload is None,
    )
