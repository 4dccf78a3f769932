"""Names of regions, experience, specialties and interventions, in the free forms in which they are given."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Literal

from ag2_marketing_tools.care.facts import read
from ag2_marketing_tools.errors import InvalidInput

Sort = Literal[
    "region", "experience", "specialty", "intervention", "quality_metric", "client_metric", "instrument"
]

_MOST_YEARS = 80
_YEARS = re.compile(r"(?P<number>\d{1,3}(?:[.,]\d{1,3})?) ?(?P<unit>years?|yrs?|y|jahre?|months?|monate?)?")


@dataclass(frozen=True, slots=True)
class Experience:
    """A group of caregivers by experience, and the bands within it that are meant (several for `veteran`)."""

    group: str
    bands: tuple[str, ...]


def region_named(text: object) -> str:
    """Return the table's name of a kind of market, such as `urban_markets` for `urban`.

    Raises:
        InvalidInput: It stands for none; the remedy lists those that there are.
    """
    return _one("region", text)


def specialty_named(text: object) -> str | None:
    """Return the table's name of a specialty, or None where it stands for none."""
    return next(iter(_called("specialty", text)), None)


def intervention_named(text: object) -> str | None:
    """Return the table's name of a kind of intervention, or None where it stands for none."""
    return next(iter(_called("intervention", text)), None)


def quality_metric_named(text: object) -> str | None:
    """Return the quality table's name of a metric that other tables call otherwise, or None."""
    return next(iter(_called("quality_metric", text)), None)


def client_metric_named(text: object) -> str | None:
    """Return the clients' table's name of a metric, or None where it stands for none."""
    return next(iter(_called("client_metric", text)), None)


def instrument_named(text: object) -> str:
    """Return the name of an instrument of assessment, such as `pain_nrs` for `NRS`.

    Raises:
        InvalidInput: It stands for none; the remedy lists those that there are.
    """
    return _one("instrument", text)


def experience_named(given: object) -> Experience:
    """Return the bands that a name, or a number of years, stands for.

    Raises:
        InvalidInput: It stands for none, or is no possible number of years.
    """
    years = _years(given)
    bands = _bands_of(years) if years is not None else _called("experience", given)
    if not bands:
        raise _unknown("experience", given)
    group = next(entry["group"] for entry in _entries("experience") if entry["name"] == bands[0])
    return Experience(group, tuple(bands))


def names_of(sort: Sort) -> list[str]:
    """Return the table's own names."""
    return [entry["name"] for entry in _entries(sort)]


def _years(given: object) -> float | None:
    if isinstance(given, bool):
        return None
    if isinstance(given, int | float):
        years = float(given)
    else:
        match = _YEARS.fullmatch(_plain(str(given)))
        if match is None:
            return None
        years = float(match["number"].replace(",", "."))
        if (match["unit"] or "").startswith("mon"):
            years /= 12
    if not (math.isfinite(years) and 0 <= years <= _MOST_YEARS):
        raise InvalidInput(
            f"{given!r} is no number of years of experience.", remedy=f"Give 0 to {_MOST_YEARS}."
        )
    return years


def _bands_of(years: float) -> list[str]:
    return [
        entry["name"]
        for entry in _entries("experience")
        if entry["from_years"] <= years < entry.get("below_years", math.inf)
    ]


def _one(sort: Sort, text: object) -> str:
    found = _called(sort, text)
    if not found:
        raise _unknown(sort, text)
    return found[0]


def _called(sort: Sort, text: object) -> list[str]:
    return list(_index(sort).get(_plain(text), ())) if isinstance(text, str) else []


def _unknown(sort: Sort, text: object) -> InvalidInput:
    near = get_close_matches(_plain(str(text)[:200]), _index(sort), n=1)
    meant = f"Did you mean {near[0]}? " if near else ""
    return InvalidInput(
        f"There is no {sort} {str(text)[:200]!r}.", remedy=f"{meant}There are {', '.join(names_of(sort))}."
    )


@cache
def _index(sort: Sort) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for entry in _entries(sort):
        for called in {_plain(entry["name"]), *(_plain(one) for one in entry["called"])}:
            found[called] = (*found.get(called, ()), entry["name"])
    return found


def _entries(sort: Sort) -> Iterator[dict[str, Any]]:
    yield from read("names")[sort]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\s_\-\u2010-\u2015]+", " ", text.casefold()).split())
