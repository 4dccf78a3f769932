"""From what a class answers to what a person is told: one finding for each entry that the specification handles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ag2_marketing_tools.errors import MarketingError


@dataclass(frozen=True)
class Finding:
    """Something to deal with.

    Attributes:
        kind: `alert`, `risk`, `action`, `training`, `development`, `adjustment`, `review` or `recognition`.
        topic: What it is about: the same in every round that finds it.
        text: What to tell a person.
        entry: The entry itself, with its figures.
    """

    kind: str
    topic: str
    text: str
    entry: Mapping[str, Any]


def findings(answer: Mapping[str, Any], handled: Mapping[str, str]) -> list[Finding]:
    """Return the findings of an answer.

    Args:
        answer: What a public class returned.
        handled: The kind of each list that is handled, by its path in the answer (`quality_metrics/training_gaps`).

    Raises:
        MarketingError: The class answered with an error.
    """
    usable(answer)
    return [
        Finding(kind, topic_of(entry), text_of(entry), entry)
        for path, kind in handled.items()
        for entry in _entries(answer, path)
    ]


def usable(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an answer that is none of a failure.

    Raises:
        MarketingError: The class answered with an error.
    """
    if answer.get("status") == "error":
        raise MarketingError(str(answer.get("error")), remedy=answer.get("remedy"))
    return answer


def _entries(answer: Mapping[str, Any], path: str) -> Iterator[Mapping[str, Any]]:
    node: Any = answer
    for step in path.split("/"):
        node = node[step]
    yield from node


def topic_of(entry: Mapping[str, Any]) -> str:
    """Return what an entry is about: its rule and its metric or matter; or, where it names neither, its text."""
    named = [str(entry[name]) for name in ("rule", "key", "about") if entry.get(name)]
    if not named and entry.get("metric"):
        named = [str(entry["metric"])]
    if named:
        return " ".join(named)
    plain = json.dumps(text_of(entry), ensure_ascii=False)
    return hashlib.blake2b(plain.encode(), digest_size=8).hexdigest()


def text_of(entry: Mapping[str, Any]) -> str:
    """Return what an entry tells: what was found, then what to do about it."""
    because = entry.get("because")
    told = [
        entry.get("message") or entry.get("finding") or " ".join(because or ()) or None,
        entry.get("action") or entry.get("text"),
    ]
    return " ".join(str(one) for one in told if one) or json.dumps(entry, ensure_ascii=False, default=str)
