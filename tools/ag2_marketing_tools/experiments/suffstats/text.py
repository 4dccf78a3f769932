"""The SQL text: read from its files and put together, the same for every engine.

What differs between engines (where events and exposures lie, how a moment becomes microseconds) is in the two
relations `events` and `exposures` that each engine puts before it; what differs between tests is in relations of
constants. The text itself is never touched.

    events      event_id, user_id, part (the place of its tracked metric), value, occurred_us
    exposures   user_id, variant (its place in the test), assigned_us, phase, segment, excluded (a reason, or null)
    split       by_what: 0 nothing, 1 phase, 2 segment, 3 quarter of an hour of the exposure
    parts       which part feeds which metric, how, and when it counts
    metrics     per metric: kind, cap, shifts
    ranks       per cell of a quantile metric: the ranks whose values are asked for
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Literal

from ag2_marketing_tools.errors import InvalidInput

Head = Literal["exposures", "sums", "caps", "quantiles"]
Value = str | int | float | None


@cache
def part_of_the_text(name: str) -> str:
    """Return one file of the text, without its comments."""
    text = resources.files(__package__).joinpath("sql", f"{name}.sql").read_text("utf-8")
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))


def statement(head: Head, given: Mapping[str, str]) -> str:
    """Return the statement that computes `head` from the relations that are given.

    Args:
        head: What to compute.
        given: Relation by name: `events`, `exposures` and the constants.
    """
    relations = dict(given) | {"seats": part_of_the_text("seats")}
    if head != "exposures":
        relations["counted"] = part_of_the_text("counted")
        relations["per_user"] = part_of_the_text("per_user")
    bound = ",\n".join(f"{name} AS (\n{text}\n)" for name, text in relations.items())
    return f"WITH {bound}\nSELECT * FROM (\n{part_of_the_text(head)}\n) AS answer"


_MOST_JOINED = 200

TEXT_COLUMNS = frozenset({"part_name"})
"""The constants' columns of text; the others are numbers."""


def constants(names: Sequence[str], rows: Sequence[Sequence[Value]], *, double: str) -> str:
    """Return a relation of constants, in words that every engine knows.

    A column is of one type: text, whole numbers or doubles; without rows, the relation has none but its columns.
    """
    kinds = [_kind(name, [row[place] for row in rows]) for place, name in enumerate(names)]
    one = [tuple("" if kind == "text" else 0 for kind in kinds)]
    selects = [
        "SELECT "
        + ", ".join(
            f"{literal(value, kind, double)} AS {name}"
            for name, value, kind in zip(names, row, kinds, strict=True)
        )
        for row in rows or one
    ]
    if not rows:
        return f"SELECT * FROM ({selects[0]}) AS blank WHERE 1 = 0"  # noqa: S608 (constants only)
    return in_chunks(selects)


def in_chunks(selects: Sequence[str]) -> str:
    """Return one relation of many small ones; SQLite joins at most 500 in one go."""
    if len(selects) <= _MOST_JOINED:
        return " UNION ALL ".join(selects)
    chunks = (selects[start : start + _MOST_JOINED] for start in range(0, len(selects), _MOST_JOINED))
    return in_chunks([f"SELECT * FROM ({' UNION ALL '.join(chunk)}) AS chunk" for chunk in chunks])  # noqa: S608


def literal(value: Value, kind: str, double: str) -> str:
    """Return a constant of a kind (`text`, `whole` or `double`) as SQL.

    Raises:
        InvalidInput: A text that engines read differently, or a number that is not finite.
    """
    if kind == "text":
        return quoted(str(value))
    name = "BIGINT" if kind == "whole" else double
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidInput(f"{value!r} is not a finite number.")
    return f"CAST({'NULL' if value is None else repr(value)} AS {name})"


def quoted(text: str) -> str:
    """Return a text as a literal that every engine reads alike.

    Raises:
        InvalidInput: It holds a backslash or a character that is not printable.
    """
    if "\\" in text or not text.isprintable():
        raise InvalidInput(f"{text!r} cannot be an id here: it holds a backslash or a control character.")
    return "'" + text.replace("'", "''") + "'"


def _kind(name: str, values: Sequence[Value]) -> str:
    if name in TEXT_COLUMNS:
        return "text"
    known = [value for value in values if value is not None]
    return "double" if any(isinstance(value, float) for value in known) else "whole"
