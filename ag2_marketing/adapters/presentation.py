"""How a piece of evidence is shown to a model: short enough, and with page text fenced as untrusted data."""

from __future__ import annotations

import json
from typing import Any

from ag2_marketing.grounding import Evidence
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.text.fence import fenced
from ag2_marketing_tools.tool import Result

MOST_ITEMS = 20
MOST_CHARACTERS = 2_000


def for_model(evidence: Evidence, model: type[Result]) -> str:
    """Return evidence as a tool's answer: how to cite it, then the result as JSON.

    A result that holds text of a page is fenced whole: nothing inside the fence is an instruction.
    """
    head = (
        f"Evidence {evidence.id} of {evidence.tool}. Write its figures as [[{evidence.id}/path]] "
        f"or cite [{evidence.id}] in the same sentence."
    )
    body = json.dumps(abridged(evidence.result), ensure_ascii=False)
    if marked(model, "untrusted"):
        body = fenced(body, source=evidence.tool, nonce=evidence.digest[:16])
    return f"{head}\n{body}"


def abridged(value: Any) -> Any:
    """Cut long lists and texts, saying so in place; the ledger keeps them whole."""
    if isinstance(value, dict):
        return {name: abridged(part) for name, part in value.items()}
    if isinstance(value, list):
        kept = [abridged(part) for part in value[:MOST_ITEMS]]
        return (
            kept if len(value) <= MOST_ITEMS else [*kept, "… (the list goes on; the evidence holds it whole)"]
        )
    if isinstance(value, str) and len(value) > MOST_CHARACTERS:
        return value[:MOST_CHARACTERS] + "…"
    return value
