"""References: `[[E7/core_web_vitals/lcp/value]]`, an evidence id and a JSON pointer."""

from __future__ import annotations

import re
from typing import Any

from ag2_marketing.grounding.errors import UnknownEvidence, UnknownPath
from ag2_marketing.grounding.leaves import Leaf
from ag2_marketing.grounding.ledger import Ledger

_TARGET = re.compile(r"(?:\[\[)?\s*([EU]\d+)(?:/(.*?))?\s*(?:\]\])?", re.DOTALL)


def resolve(reference: str, ledger: Ledger) -> Leaf:
    """Return the leaf that a reference names; a list's leaf is its length.

    Args:
        reference: `[[E7/path]]` or `E7/path`.
        ledger: Where the evidence is.

    Raises:
        UnknownEvidence: The ledger has no such evidence, or it was erased.
        UnknownPath: The path leads nowhere, or to an object.
    """
    match = _TARGET.fullmatch(reference)
    if match is None:
        raise UnknownPath(f"{reference!r} is not a reference.", remedy="Write [[E1/path/to/value]].")
    evidence_id, path = match.group(1), match.group(2) or ""
    entry = ledger.get(evidence_id)
    if entry is None or entry.erased:
        raise UnknownEvidence(f"There is no evidence {evidence_id}.")
    pointer = path.strip("/")
    value, keys = _walk(entry.result, pointer, evidence_id)
    if isinstance(value, dict):
        known = ", ".join(list(value)[:12])
        raise UnknownPath(f"{evidence_id}/{pointer} is an object.", remedy=f"Name one of: {known}.")
    index = ledger.index(evidence_id)
    if index is not None and (place := index.place(keys)) is not None:
        return index.leaves[place]
    return next(
        (leaf for leaf in (index.texts if index else ()) if leaf.path == keys),
        Leaf(len(value) if isinstance(value, list) else value, None, evidence_id, keys),
    )


def _walk(node: Any, pointer: str, evidence_id: str) -> tuple[Any, str]:
    keys: list[str] = []
    for part in pointer.split("/") if pointer else ():
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and key in node:
            node = node[key]
        elif isinstance(node, list) and re.fullmatch(r"0|[1-9]\d{0,8}", key) and int(key) < len(node):
            node = node[int(key)]
        else:
            raise UnknownPath(
                f"{evidence_id} has nothing at {pointer!r}.", remedy=_known(node, "/".join(keys))
            )
        keys.append(part)
    return node, "/".join(keys)


def _known(node: Any, path: str) -> str:
    place = f"Under {path!r} there is" if path else "There is"
    if isinstance(node, dict):
        return f"{place}: {', '.join(list(node)[:12])}."
    if isinstance(node, list):
        return f"{place} a list of {len(node)}."
    return f"{place} a single value."
