"""A ledger as part of a report: its entries as JSON, and back."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ag2_marketing.grounding import Ledger


def entries_of(ledger: Ledger, *, withheld: Collection[str] = ()) -> list[dict[str, Any]]:
    """Return the entries of a ledger as it writes them.

    Args:
        ledger: The conversation's ledger.
        withheld: Ids of entries whose payload must not travel with the report: they become tombstones, and
            the chain, which covers digests only, still holds.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger"
        ledger.dump(path)
        text = path.read_bytes().decode("utf-8", "surrogatepass")
    entries: list[dict[str, Any]] = [json.loads(line) for line in text.split("\n") if line]
    return [{**entry, "payload": None} if entry["id"] in withheld else entry for entry in entries]


def ledger_from(entries: Sequence[dict[str, Any]]) -> Ledger:
    """Return the ledger of a report's entries.

    Raises:
        LedgerTampered: Something among them is not an entry.
    """
    lines = "".join(json.dumps(entry, ensure_ascii=True) + "\n" for entry in entries)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger"
        path.write_text(lines, "ascii")
        return Ledger.load(path)
