"""Content security policies, parsed and put together as the Observatory does it.

Several policies are all enforced, so only what each of them allows is allowed. The Observatory comes near to
that by comparing neighbours in the sorted sources of a directive; where its shortcut and the standard (CSP
Level 3, W3C 2025) part, the shortcut is followed here, because its scores are what is compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ag2_marketing_tools.seo.observatory.javascript import collation_key, decoded, trim, words

Sources = dict[str, set[str]]

_SHORTEST_POLICY = len("img-src") - 1
_LINE_BREAKS = re.compile(r"[\r\n]")
_MAY_REPEAT = frozenset({"report-uri", "report-to"})
_NOT_IN_META = ("frame-ancestors", "report-uri", "sandbox")
_NONE = "'none'"


class InvalidPolicy(ValueError):
    """A policy that the Observatory calls invalid; browsers may make something of it."""


@dataclass
class _Source:
    text: str
    policy: int
    keep: bool


@dataclass
class Combined:
    """The directives of all policies together, each with its sources."""

    directives: Sources = field(default_factory=dict)
    repeats_report: bool = False

    def first_of(self, *names: str) -> set[str]:
        """Return the sources of the first of these directives that is set, `*` where none is.

        The set is the directive's own: what is struck from it is struck for all that fall back on it.
        """
        return next((self.directives[name] for name in names if name in self.directives), {"*"})


def split_policies(values: Sequence[str]) -> list[str]:
    """Return the policies of header or `<meta>` values: a comma parts them (CSP Level 3, section 2.2)."""
    return [trim(policy) for value in values for policy in value.split(",")]


def combine(policies: Sequence[str]) -> Combined:
    """Parse policies and put them together.

    Raises:
        InvalidPolicy: One is empty, too short to hold a directive, or sets a directive twice.
    """
    texts = [trim(_LINE_BREAKS.sub("", policy)) for policy in policies]
    for text in texts:
        if len(text) < _SHORTEST_POLICY:
            raise InvalidPolicy(f"{text!r} is too short to be a policy")
    kept: dict[str, list[_Source]] = {}
    repeats_report = False
    for index, text in enumerate(texts):
        seen: set[str] = set()
        for directive, sources in _directives(text):
            if directive in seen and directive not in _MAY_REPEAT:
                raise InvalidPolicy(f"{directive} is set twice in one policy")
            repeats_report = repeats_report or directive in seen
            seen.add(directive)
            earlier = kept.get(directive, []) if index else []
            new = [_Source(source, index, keep=index == 0) for source in sources]
            kept[directive] = _purged([*earlier, *new])
            if index == 0 and len(texts) > 1:
                for source in kept[directive]:
                    source.keep = False  # from here on a source stays only where another policy has it too
    return Combined(
        {name: {source.text for source in sources} or {_NONE} for name, sources in kept.items()},
        repeats_report,
    )


def for_meta(policies: Sequence[str]) -> Combined:
    """Parse the policies of `<meta>`s, without the directives that browsers ignore there.

    Raises:
        InvalidPolicy: As `combine` does.
    """
    combined = combine(policies)
    for name in _NOT_IN_META:
        combined.directives.pop(name, None)
    return combined


def _directives(policy: str) -> list[tuple[str, list[str]]]:
    found = []
    for part in policy.split(";"):
        name, *sources = words(part) or [""]
        if name:
            directive = name.lower()
            if not sources and directive.endswith("-src"):
                sources = [_NONE]
            found.append((directive, [source.lower() for source in sources]))
    return found


def _purged(sources: list[_Source]) -> list[_Source]:
    ordered = sorted(sources, key=lambda source: collation_key(source.text))
    for before, source in pairwise(ordered):
        if source.policy == before.policy:
            if source.text.startswith(before.text):
                source.keep = False  # the shorter one allows it already
        elif _covers(before.text, source.text):
            source.keep = True
    return [source for source in ordered if source.keep]


def _covers(pattern: str, source: str) -> bool:
    """Whether one source allows another, path part by path part; one that ends in `/` allows all below it."""
    parts, others = pattern.split("/"), source.split("/")
    is_folder = pattern.endswith("/")
    if len(parts) > len(others) or (not is_folder and len(parts) != len(others)):
        return False
    if is_folder:
        parts.pop()
    for part, other in zip(parts, others, strict=False):
        try:
            if decoded(part) != decoded(other):
                return False
        except ValueError as error:
            raise InvalidPolicy(str(error)) from error
    return True
