"""References in a proposed call's arguments become the values they stand for, before the tool sees them."""

from __future__ import annotations

import re
from typing import Any

from ag2_marketing.grounding import Ledger, render, resolve

WHOLE_REFERENCE = re.compile(r"\[\[[EU]\d+/[^\[\]]+\]\]")


def with_references_resolved(arguments: dict[str, Any], ledger: Ledger) -> dict[str, Any]:
    """Return the arguments with each reference replaced.

    A string that is one reference becomes the value; an operand of `calculate` keeps the unit and the source
    beside it; a reference within longer text is rendered as text.

    Raises:
        MarketingError: A reference names evidence or a path that does not exist.
    """
    return {name: _resolved(value, ledger, operand=name == "operands") for name, value in arguments.items()}


def _resolved(value: Any, ledger: Ledger, *, operand: bool = False) -> Any:
    if isinstance(value, dict):
        return {name: _resolved(part, ledger) for name, part in value.items()}
    if isinstance(value, list):
        return [_resolved(part, ledger, operand=operand) for part in value]
    if not isinstance(value, str) or "[[" not in value:
        return value
    if not WHOLE_REFERENCE.fullmatch(value):
        return render(value, ledger)
    leaf = resolve(value, ledger)
    if operand:
        return {"value": leaf.value, "unit": leaf.unit, "source": value.strip("[]")}
    return leaf.value
