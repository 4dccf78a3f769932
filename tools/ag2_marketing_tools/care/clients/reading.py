"""Figures among what is free in form: those of known measures are taken, the others refused with the nearest names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from numbers import Real
from typing import Any

from ag2_marketing_tools.care.clients.facts import SYSTEM, Instrument, instrument
from ag2_marketing_tools.care.names import client_metric_named
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.tables import Tables
from ag2_marketing_tools.metrics.units import convert, require_unit, unit_named
from ag2_marketing_tools.standing import RefusedMetric, UnknownMetric
from ag2_marketing_tools.standing.figure import is_figure, read_figure
from ag2_marketing_tools.standing.given import Names

UNITLESS = "count"
"""The unit of scores, as the import of observations stores them."""

_MOST_STEPS = 12
_MOST_ENTRIES = 500
_MOST_NAMED = 5
_INSTRUMENT_NAMES = ("instrument", "scale")
_Steps = tuple[str, ...]


@dataclass(frozen=True)
class ReadFigure:
    """One figure of a measure.

    Attributes:
        key: The metric's key.
        value: In `unit`.
        instrument: The name of the instrument that it was measured by, where that was said.
        sample_size: How many cases it rests on, where that was said.
    """

    key: str
    value: float
    unit: str
    instrument: str | None = None
    sample_size: int | None = None


@dataclass
class ReadFigures:
    """What was found among free entries.

    Attributes:
        figures: By metric key.
        unknown: Figures under names that stand for no measure.
        refused: Figures that cannot be used.
    """

    figures: dict[str, ReadFigure] = field(default_factory=dict)
    unknown: list[UnknownMetric] = field(default_factory=list)
    refused: list[RefusedMetric] = field(default_factory=list)


def read_figures(
    given: Any, tables: Tables, *, group: str | None = None, instruments: Mapping[str, str] | None = None
) -> ReadFigures:
    """Find the figures of clients' measures; texts and lists are no figures and are left alone.

    Args:
        given: Free entries, nested or not.
        tables: All tables.
        group: The group of the clients' table that they belong to (`physical_status`), where they have one.
        instruments: By metric key, what the client's measures are measured by; figures of another are refused.

    Raises:
        InvalidInput: It is no mapping, too deep, or too long.
    """
    if not isinstance(given, Mapping):
        raise InvalidInput(
            f"The figures are a {type(given).__name__}.", remedy="Give a mapping of measures to figures."
        )
    found, names = ReadFigures(), Names(SYSTEM, tables)
    for number, (steps, raw) in enumerate(_leaves(given, ())):
        if number >= _MOST_ENTRIES:
            raise InvalidInput(f"There are more than {_MOST_ENTRIES} entries.")
        _take(found, steps, raw, names, group, instruments or {})
    return found


def _leaves(node: Mapping[Any, Any], above: _Steps) -> Iterator[tuple[_Steps, Any]]:
    if len(above) >= _MOST_STEPS:
        raise InvalidInput(f"The entries are nested more than {_MOST_STEPS} levels deep.")
    for name, value in node.items():
        steps = (*above, *(part for part in str(name).strip().replace(".", "/").split("/") if part))
        if isinstance(value, Mapping) and not is_figure(value):
            yield from _leaves(value, steps)
        elif steps:
            yield steps, value


def _take(
    found: ReadFigures,
    steps: _Steps,
    raw: Any,
    names: Names,
    group: str | None,
    instruments: Mapping[str, str],
) -> None:
    name = "/".join(steps)
    key = _key_of(steps, names, group)
    if not _is_figure(raw, known=key is not None):
        return
    if key is None:
        found.unknown.append(UnknownMetric(metric=name, nearest=_nearest(steps[-1], names, group)))
        return
    try:
        if key in found.figures:
            raise InvalidInput(f"{key} is given twice, once as {name}.", remedy="Give it once.")
        found.figures[key] = _read(key, raw, instruments.get(key))
    except InvalidInput as error:
        found.refused.append(RefusedMetric(metric=key, reason=error.message, remedy=error.remedy))


def _is_figure(raw: Any, *, known: bool) -> bool:
    """Tell whether an entry is meant as a figure: a number, or under a measure's name what looks like one."""
    if isinstance(raw, Mapping):
        return True
    if isinstance(raw, bool) or not isinstance(raw, Real | str):
        return known and isinstance(raw, bool)
    if isinstance(raw, Real):
        return True
    try:
        float(raw)
    except ValueError:
        return False
    return known


def _key_of(steps: _Steps, names: Names, group: str | None) -> str | None:
    if "/".join(steps) in names.tables.metrics:
        return "/".join(steps)
    leaf = client_metric_named(steps[-1]) or steps[-1]
    own = (*steps[:-1], leaf)
    tries: list[_Steps] = [(group, *own), own] if group else [own]
    if "_".join(steps[-1].casefold().split()) == leaf:  # a measure's own name counts wherever it is nested
        tries.append((group, leaf) if group else (leaf,))
    for tried in tries:
        path = names.path_of(tried, has_unit=True)
        if path is not None:
            return f"{SYSTEM}/{path}"
    return None


def _nearest(name: str, names: Names, group: str | None) -> list[str]:
    measures = [path for path in names.metrics if "/" in path and (not group or f"/{group}/" in path)]
    leaves = {path.rpartition("/")[2]: path for path in measures}
    near = names.nearest(name) or [leaves[one] for one in get_close_matches(name, leaves, cutoff=0.4)]
    return list(near or measures)[:_MOST_NAMED]


def _read(key: str, raw: Any, expected: str | None) -> ReadFigure:
    by = next((raw[name] for name in _INSTRUMENT_NAMES if raw.get(name)), None) if is_figure(raw) else None
    plain = {name: part for name, part in raw.items() if name not in _INSTRUMENT_NAMES} if by else raw
    measured = read_figure(plain).measured
    if measured.value is None:
        raise InvalidInput(measured.reason or "There is no figure.", remedy="Give a number.")
    unit = unit_named(measured.unit) if measured.unit else None
    if measured.unit and unit is None and by is None:
        raise InvalidInput(f"There is no unit {measured.unit!r}.")
    value = float(measured.value)
    if by is not None or expected is not None:
        scale = instrument(str(by or expected))
        if expected is not None and scale.name != expected:
            raise InvalidInput(
                f"The baseline was measured by {instrument(expected).title}, this by {scale.title}.",
                remedy="Give a figure of the same instrument, or make a new assessment.",
            )
        value = _on_scale(value, measured.unit, scale)
        return ReadFigure(key, value, scale.unit or UNITLESS, scale.name, measured.n)
    if value < 0:
        raise InvalidInput(f"{value:g} is below 0.", remedy="Name the instrument whose scale goes below 0.")
    return ReadFigure(key, value, unit.name if unit else UNITLESS, None, measured.n)


def _on_scale(value: float, unit: str | None, scale: Instrument) -> float:
    if unit is not None and scale.unit is not None:
        value = float(convert(Decimal(str(value)), require_unit(unit), require_unit(scale.unit)))
    if not scale.least <= value <= scale.most:
        raise InvalidInput(
            f"{value:g} lies outside of the scale of {scale.title}.",
            remedy=f"Give {scale.least:g} to {scale.most:g}.",
        )
    return value
