"""Of which kind a row's subject is, where a column says it."""

from __future__ import annotations

from typing import Any, get_args

from ag2_marketing_tools.observations.faults import Fault
from ag2_marketing_tools.observations.mapping import SubjectKind

_KINDS = frozenset(get_args(SubjectKind))


def named_kind(cell: Any, column: str | None) -> str:
    """Return the kind that stands in a cell.

    Raises:
        Fault: There is none of this name.
    """
    kind = "" if cell is None else str(cell).strip()
    if kind not in _KINDS:
        raise Fault("unknown_kind", column=column, text=kind, expected=", ".join(sorted(_KINDS)))
    return kind
