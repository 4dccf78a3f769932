"""The append-only list of a conversation's evidence, chained by digests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any

from ag2_marketing.grounding.canonical import GENESIS, canonical, digest, plain, strict_loads
from ag2_marketing.grounding.errors import LedgerTampered, NotEvidence, UnknownEvidence
from ag2_marketing.grounding.evidence import Evidence, evidence_of
from ag2_marketing.grounding.index import EvidenceIndex

USER = "user"
FORMAT = 1


class Ledger:
    """The evidence of one conversation. Recording is safe from several threads.

    Attributes:
        erasures: The store's count of erasures before the first call, where that was noted: whoever keeps the ledger
            sees by it whether somebody whom it may name was erased since.
    """

    def __init__(self) -> None:
        self.erasures: str | None = None
        self._entries: dict[str, Evidence] = {}
        self._indexes: dict[str, EvidenceIndex] = {}
        self._lock = threading.RLock()
        self._counts = {"E": 0, "U": 0}
        self._trusted = True

    # ---- writing

    def record(
        self,
        *,
        tool: str,
        arguments: Mapping[str, Any] | None = None,
        result: Any,
        units: Mapping[str, str] | None = None,
        quoted: Sequence[str] = (),
        chosen_by_model: bool = True,
        at: str | datetime | None = None,
    ) -> Evidence:
        """Append one finished tool call and return it.

        Args:
            tool: The tool's name.
            arguments: What it was called with.
            result: What it returned: JSON or a pydantic model.
            units: Units by JSON pointer pattern (`/items/*/value`; the leading slash may be left out).
            quoted: JSON pointer patterns of text that was fetched from a page.
            chosen_by_model: False where the workflow fixed the arguments from the task or earlier
                evidence; their echo in the result then counts.
            at: When the call ended.

        Raises:
            NotEvidence: The result or the arguments are not JSON, or hold NaN or infinity.
        """
        payload = {
            "arguments": plain(arguments or {}),
            "result": plain(result),
            "units": {str(k): str(v) for k, v in (units or {}).items() if v},
            "quoted": [str(pattern) for pattern in quoted],
            "chosen_by_model": bool(chosen_by_model),
        }
        return self._append("E", tool, payload, at)

    def record_user(self, text: str, *, at: str | datetime | None = None) -> Evidence:
        """Append a message of the person and return it. Only the human channel may call this."""
        payload = {
            "arguments": {},
            "result": {"text": str(text)},
            "units": {},
            "quoted": [],
            "chosen_by_model": False,
        }
        return self._append("U", USER, payload, at)

    def _append(self, prefix: str, tool: str, payload: dict[str, Any], at: str | datetime | None) -> Evidence:
        payload_digest = digest(payload)
        moment = at.isoformat() if isinstance(at, datetime) else at
        with self._lock:
            self._counts[prefix] += 1
            bare = evidence_of(f"{prefix}{self._counts[prefix]}", tool, moment, payload_digest, "", payload)
            entry = _with_digest(bare, self.head, payload)
            self._entries[entry.id] = entry
        return entry

    def erase(self, payload: str) -> list[str]:
        """Erase a payload and leave a tombstone; the chain still holds.

        Args:
            payload: An evidence id, or a payload's digest (every entry with that payload is erased).

        Returns:
            The ids of the entries that were erased.

        Raises:
            UnknownEvidence: Nothing on the ledger has that id or digest.
        """
        with self._lock:
            named = self._entries.get(payload)
            target = named.payload_digest if named else payload
            hit = [entry for entry in self._entries.values() if entry.payload_digest == target]
            if not hit:
                raise UnknownEvidence(f"No evidence has the id or payload digest {payload!r}.")
            for entry in hit:
                self._entries[entry.id] = evidence_of(
                    entry.id, entry.tool, entry.at, entry.payload_digest, entry.digest, None
                )
                self._indexes.pop(entry.id, None)
        return [entry.id for entry in hit]

    # ---- reading

    @property
    def head(self) -> str:
        """The last entry's digest: kept with a report, it shows truncation and rewriting."""
        return next(reversed(self._entries.values())).digest if self._entries else GENESIS

    @property
    def entries(self) -> tuple[Evidence, ...]:
        """All entries, in order."""
        return tuple(self._entries.values())

    def get(self, evidence_id: str) -> Evidence | None:
        """Return an entry, or None."""
        return self._entries.get(evidence_id)

    def __getitem__(self, evidence_id: str) -> Evidence:
        entry = self.get(evidence_id)
        if entry is None:
            raise UnknownEvidence(f"There is no evidence {evidence_id!r} on the ledger.")
        return entry

    def __contains__(self, evidence_id: object) -> bool:
        return evidence_id in self._entries

    def __iter__(self) -> Iterator[Evidence]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self._entries)

    def index(self, evidence_id: str) -> EvidenceIndex | None:
        """Return an entry's index of values, built at first use and kept; None where it is unknown."""
        if not self._trusted:
            self.verify()
        found = self._indexes.get(evidence_id)
        if found is None and (entry := self.get(evidence_id)) is not None:
            found = self._indexes.setdefault(evidence_id, EvidenceIndex.of(entry))
        return found

    def index_all(self) -> None:
        """Index whatever is not indexed yet, so that the next check does not wait for it."""
        for evidence_id in tuple(self._entries):
            self.index(evidence_id)

    # ---- the chain

    def verify(self, head: str | None = None) -> None:
        """Check every digest, and that the chain ends in (or passes through) `head`.

        Args:
            head: A head that was kept earlier, with a report say. The ledger may have grown since;
                it may not have been cut or rewritten.

        Raises:
            LedgerTampered: Naming the first entry that does not fit.
        """
        previous, heads, counts = GENESIS, {GENESIS}, {"E": 0, "U": 0}
        for entry in self.entries:
            _verify_entry(entry, previous, counts)
            previous = entry.digest
            heads.add(previous)
        if head is not None and head not in heads:
            last = next(reversed(self._entries), "the empty ledger")
            raise LedgerTampered(
                f"The ledger ends at {last} without reaching the head {head}: entries were cut or rewritten.",
                entry=last,
            )
        self._trusted = True

    def dump(self, path: str | PathLike[str]) -> None:
        """Write the ledger as JSON lines, one entry a line."""
        lines = [
            canonical(
                {
                    "format": FORMAT,
                    "id": entry.id,
                    "tool": entry.tool,
                    "at": entry.at,
                    "payload_digest": entry.payload_digest,
                    "digest": entry.digest,
                    "payload": None if entry.erased else entry.payload(),
                }
            )
            for entry in self.entries
        ]
        data = "".join(line + "\n" for line in lines).encode("utf-8", "surrogatepass")
        Path(path).write_bytes(data)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Ledger:
        """Read what `dump` wrote. The chain is verified by `verify`, and at the latest at first use.

        Raises:
            LedgerTampered: A line is not an entry.
        """
        ledger = cls()
        ledger._trusted = False
        for number, line in enumerate(Path(path).read_bytes().split(b"\n"), start=1):
            if line.strip():
                entry = _read_line(line, number)
                if entry.id in ledger._entries:
                    raise LedgerTampered(f"Line {number} repeats the entry {entry.id}.", entry=entry.id)
                ledger._entries[entry.id] = entry
                ledger._counts[entry.id[0]] += 1
        return ledger


def _with_digest(entry: Evidence, previous: str, payload: dict[str, Any]) -> Evidence:
    own = entry.chained(previous)
    return evidence_of(entry.id, entry.tool, entry.at, entry.payload_digest, own, payload)


def _verify_entry(entry: Evidence, previous: str, counts: dict[str, int]) -> None:
    counts[entry.id[0]] += 1
    if entry.id != f"{entry.id[0]}{counts[entry.id[0]]}":
        raise LedgerTampered(f"{entry.id} is out of its place.", entry=entry.id)
    if entry.chained(previous) != entry.digest:
        raise LedgerTampered(f"{entry.id} does not follow from the entry before it.", entry=entry.id)
    if not entry.erased and _payload_digest(entry) != entry.payload_digest:
        raise LedgerTampered(f"The payload of {entry.id} is not the one that was recorded.", entry=entry.id)


def _payload_digest(entry: Evidence) -> str:
    try:
        return digest(entry.payload())
    except (TypeError, ValueError):
        return "not JSON any more"


def _read_line(line: bytes, number: int) -> Evidence:
    try:
        held = strict_loads(line.decode("utf-8", "surrogatepass"))
        evidence_id, payload = held["id"], held["payload"]
        if evidence_id[:1] not in {"E", "U"} or not (payload is None or isinstance(payload, dict)):
            raise LedgerTampered(f"Line {number} is not an entry of a ledger.")
        return evidence_of(
            evidence_id, held["tool"], held["at"], held["payload_digest"], held["digest"], payload
        )
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, NotEvidence) as error:
        raise LedgerTampered(f"Line {number} is not an entry of a ledger: {error}") from error
