"""How a piece of evidence is shown to a model: short enough, and fenced as untrusted data.

Every result is fenced whole, not only those of tools that read pages: a stored campaign, say, holds the words
of the page that it was planned from. Nothing inside the fence is an instruction.
"""

from __future__ import annotations

import json
from typing import Any

from ag2_marketing.grounding import Evidence
from ag2_marketing_tools.text.fence import fenced

MOST_ITEMS = (20, 10, 5, 3)  # of each list: as many as let the whole fit
MOST_CHARACTERS = 2_000  # of one text
MOST_CHARACTERS_IN_ALL = 16_000
MOST_CHARACTERS_OF_AN_ERROR = 1_000


def for_model(evidence: Evidence) -> str:
    """Return evidence as a tool's answer: how to cite it, then the result as JSON within a fence."""
    head = (
        f"Evidence {evidence.id} of {evidence.tool}. Write its figures as [[{evidence.id}/path]] "
        f"or cite [{evidence.id}] in the same sentence."
    )
    body = ""
    for items in MOST_ITEMS:
        body = json.dumps(abridged(evidence.result, most_items=items), ensure_ascii=False)
        if len(body) <= MOST_CHARACTERS_IN_ALL:
            break
    nonce = evidence.digest[:16]
    return f"{head}\n{fenced(body, source=evidence.tool, nonce=nonce, max_characters=MOST_CHARACTERS_IN_ALL)}"


def failure_for_model(evidence: Evidence, error: str) -> str:
    """Return a failed call as a tool's answer; a server has its words in an error too, so that is fenced."""
    head = f"{evidence.tool} failed, which is recorded as evidence {evidence.id}."
    nonce = evidence.digest[:16]
    fence = fenced(error, source=evidence.tool, nonce=nonce, max_characters=MOST_CHARACTERS_OF_AN_ERROR)
    return f"{head}\n{fence}"


def abridged(value: Any, *, most_items: int = MOST_ITEMS[0]) -> Any:
    """Cut long lists and texts, saying so in place; the ledger keeps them whole."""
    if isinstance(value, dict):
        return {name: abridged(part, most_items=most_items) for name, part in value.items()}
    if isinstance(value, list):
        kept = [abridged(part, most_items=most_items) for part in value[:most_items]]
        more = "… (the list goes on; the evidence holds it whole)"
        return kept if len(value) <= most_items else [*kept, more]
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return value[:MOST_CHARACTERS] + "…"
    return value
