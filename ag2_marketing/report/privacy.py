"""What must not leave with a report: payloads that hold personal or health data in the open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from ag2_marketing.grounding import Evidence, Ledger
from ag2_marketing_tools.privacy import PSEUDONYM, json_for_audience
from ag2_marketing_tools.workspace import Workspace


def withheld_entries(ledger: Ledger, ws: Workspace) -> frozenset[str]:
    """Return the ids of the entries whose payload a report may not show as it stands.

    The chain covers the payload as it was recorded, so a filtered one would not fit: where the filter for
    reports would change anything, the whole payload stays at home and the report carries its tombstone.
    """
    return frozenset(entry.id for entry in ledger.entries if not entry.erased and not _is_clean(entry, ws))


def _is_clean(entry: Evidence, ws: Workspace) -> bool:
    from ag2_marketing_tools.catalogue import all_tools

    tool = all_tools().get(entry.tool)
    if tool is None:
        return True  # the person's own words, and tools from outside the catalogue, carry no marks
    succeeded = isinstance(entry.result, Mapping) and entry.result.get("status") != "error"
    return _unchanged(entry.arguments, tool.params, ws) and (
        not succeeded or _unchanged(entry.result, tool.result, ws)
    )


def _unchanged(value: Any, model: type[BaseModel], ws: Workspace) -> bool:
    if not isinstance(value, Mapping):
        return True
    shown = json_for_audience(
        value, model, audience="report", settings=ws.settings, key=ws.store.pseudonym_key
    )
    return _same(value, shown)


def _same(recorded: Any, shown: Any) -> bool:
    """Tell whether the filter left a value as it is; a pseudonym was filtered when it was recorded."""
    if isinstance(recorded, Mapping) and isinstance(shown, Mapping):
        return recorded.keys() == shown.keys() and all(
            _same(recorded[name], shown[name]) for name in recorded
        )
    if isinstance(recorded, list) and isinstance(shown, list):
        return len(recorded) == len(shown) and all(map(_same, recorded, shown))
    return bool(recorded == shown) or (isinstance(recorded, str) and bool(PSEUDONYM.fullmatch(recorded)))
