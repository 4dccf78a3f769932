"""How a command lays out plain text: sections, items, wrapped lines."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ag2_marketing.report.escaping import one_line

WIDTH = 96


def section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a title with what stands under it; nothing where there is nothing."""
    body = list(lines)
    if body:
        yield ""
        yield title
        yield from body


def item(text: object) -> Iterator[str]:
    """Yield a text as an item of a list."""
    first, *rest = textwrap.wrap(one_line(text), WIDTH - 4) or [""]
    yield f"  - {first}"
    yield from (f"    {line}" for line in rest)


def wrapped(text: object, indent: str = "") -> Iterator[str]:
    """Yield a text in lines of the page's width."""
    yield from textwrap.wrap(one_line(text), WIDTH, initial_indent=indent, subsequent_indent=indent)


def items(texts: Iterable[object]) -> Iterator[str]:
    """Yield texts as the items of a list."""
    for text in texts:
        yield from item(text)


def failure(what: str, answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield what failed, and why."""
    yield from wrapped(f"{what}: {answer.get('error')}")
