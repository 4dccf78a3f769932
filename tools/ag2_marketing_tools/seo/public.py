"""The audit as the specification's examples read it."""

from __future__ import annotations

from typing import Any

from ag2_marketing_tools.seo.model import Audit


def public_audit(audit: Audit) -> dict[str, Any]:
    """Return the audit as a dictionary that always holds `meta.description` and `headings.h1[0]`.

    A filler is an empty string, flagged by `description_missing` or `h1_missing`; none of them is in the
    audit itself, and so none enters evidence.
    """
    result = audit.model_dump(mode="json")
    meta, headings = result["meta"], result["headings"]
    for name in ("title", "description"):
        meta[f"{name}_missing"] = meta[name] is None
        meta[name] = meta[name] or ""
    headings["h1_missing"] = not headings["h1"]
    headings["h1"] = headings["h1"] or [""]
    return result
