"""From results of the care tools to the nested dictionaries that the public classes answer with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ag2_marketing.adapters.answers import as_dict, as_dicts
from ag2_marketing_tools.care.figures import Unusable
from ag2_marketing_tools.care.findings import CareFinding
from ag2_marketing_tools.care.insights import Insights

Answer = dict[str, Any]


def nested(findings: Iterable[CareFinding], *, below: int) -> dict[str, Answer]:
    """Return findings nested by their path, without its first steps."""
    root: dict[str, Any] = {}
    for one in findings:
        *branch, leaf = one.metric.split("/")[below:]
        node = root
        for step in branch:
            node = node.setdefault(step, {})
        node[leaf] = as_dict(one)
    return root


def measured(findings: Iterable[CareFinding]) -> list[CareFinding]:
    """Return the findings that have a figure."""
    return [one for one in findings if one.value is not None]


def beside(found: Unusable) -> Answer:
    """Return what of the figures was not used, and the status: `partial` where some were refused."""
    refused = as_dicts(found.refused)
    return {
        "unmeasured_metrics": list(found.unmeasured),
        "unknown_metrics": as_dicts(found.unknown),
        "refused_metrics": refused,
        "other_systems": list(found.elsewhere),
        "status": "partial" if refused else "completed",
    }


def analysis_of(given: object) -> dict[str, Any]:
    """Return an analysis as the tools take it; what is no mapping is an empty one."""
    return dict(given) if isinstance(given, Mapping) else {}


def trends_of(found: Insights) -> Answer:
    """Return the trends by word, and why there are none."""
    words = ("improving", "declining", "stable", "insufficient data")
    by_word = {
        word.replace(" ", "_"): as_dicts([one for one in found.trends if one.trend == word]) for word in words
    }
    return {**by_word, "reason": found.trends_reason}
