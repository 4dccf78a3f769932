"""What an entry as a whole is about, by the words of its call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ag2_marketing.grounding.names import is_naming
from ag2_marketing.grounding.paths import features, text_features
from ag2_marketing.grounding.words import lemma, split_key, tokenise

if TYPE_CHECKING:
    from ag2_marketing.grounding.evidence import Evidence


def about(entry: Evidence) -> frozenset[str]:
    """Return the words that tell one entry from another: its tool, its arguments, the strings at its root."""
    found = features([lemma(word) for word in split_key(entry.tool)])
    for text in _short_strings(entry.arguments, 0):
        found |= text_features(text)
    if isinstance(entry.result, dict):
        for value in entry.result.values():
            if isinstance(value, str) and len(value) <= 80:
                found |= text_features(value)
    return frozenset(found)


def subject_of(entry: Evidence) -> frozenset[str]:
    """Return the words of the names that the whole entry is about: its address, its account."""
    found: set[str] = set()
    for source in (entry.arguments, entry.result):
        for key, value in source.items() if isinstance(source, dict) else ():
            if isinstance(value, str) and len(value) <= 80 and is_naming(key):
                found |= {token.lemma for token in tokenise(value)}
    return frozenset(found)


def _short_strings(node: Any, depth: int) -> Iterator[str]:
    if isinstance(node, str) and len(node) <= 80:
        yield node
    elif isinstance(node, dict) and depth < 4:
        for key, child in node.items():
            yield key.replace("_", " ")
            yield from _short_strings(child, depth + 1)
    elif isinstance(node, list) and depth < 4:
        for child in node[:50]:
            yield from _short_strings(child, depth + 1)
