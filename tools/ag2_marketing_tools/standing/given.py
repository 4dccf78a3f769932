"""Metrics as callers give them, brought to the paths of one system's table.

One dictionary may serve several systems. Its entries are found by their nested path, by the path in one key
(`a/b/c` or `a.b.c`, with the system before it or not), or by a name that only one metric of the system has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ag2_marketing_tools.comparison import known_levels
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.tables import TableMetric, Tables
from ag2_marketing_tools.standing.figure import NAMES, Figure, fitting, is_figure, read_figure

_MOST_STEPS = 12
_ABOUT = frozenset({"measurement_period", "segments", "measurement"})
"""What the specification writes among its metrics without being one; levels are no figures of ours, either."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that no metric of any system has (or several have), and those that may have been meant."""

    name: str
    nearest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A figure that cannot be used, and why."""

    path: str
    reason: str
    remedy: str | None


@dataclass
class Given:
    """What was given for one system.

    Attributes:
        figures: By the metric's path.
        unknown: Names that stand for no metric, or for several.
        refused: Figures that cannot be used.
        elsewhere: Names that belong to other systems.
    """

    figures: dict[str, Figure] = field(default_factory=dict)
    unknown: list[Unknown] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


def read_given(metrics: object, system: str, tables: Tables) -> Given:
    """Find the metric of each given figure.

    Raises:
        InvalidInput: It is no mapping, or nested too deeply; or there is no such system.
    """
    if not isinstance(metrics, Mapping):
        raise InvalidInput(
            f"The metrics are a {type(metrics).__name__}.",
            remedy="Give a mapping of metrics, nested as the benchmarks are or with keys such as a/b/c.",
        )
    if metrics.get("status") == "error" and isinstance(metrics.get("error"), str):
        raise InvalidInput(metrics["error"])  # the answer of a method that failed, passed on
    found, names = Given(), Names(system, tables)
    for steps, raw in _entries(metrics, ()):
        name = "/".join(steps)
        path = names.path_of(steps, has_unit=isinstance(raw, Mapping) and bool(raw.get("unit")))
        if path is not None:
            _take(found, name, path, raw, names)
        elif names.belongs_elsewhere(name):
            found.elsewhere.append(name)
        else:
            found.unknown.append(Unknown(name, names.nearest(name)))
    return found


class Names:
    """The names that a system's metrics may be called by."""

    def __init__(self, system: str, tables: Tables) -> None:
        """Take the system's metrics from all tables."""
        self.system, self.tables = system, tables
        self.metrics: Mapping[str, TableMetric] = tables.of(system)
        self._ends = _ends_of(frozenset(self.metrics))
        self._units: dict[str, set[str | None]] = {}
        for key, metric in tables.metrics.items():
            if metric.kind != "template":
                self._units.setdefault(key.rpartition("/")[2], set()).add(metric.unit or metric.unit_text)

    def path_of(self, steps: tuple[str, ...], *, has_unit: bool) -> str | None:
        """Return the path that a name stands for, or None where it stands for none or several.

        A bare name that is measured in different units in different tables stands for none unless the figure
        has a unit: 88 may be a share in one and minutes in another.
        """
        for name in ("/".join(steps), "/".join(steps[1:]) if steps[0] == self.system else ""):
            if name in self.metrics:
                return name
        if steps[0] in self.tables.systems:
            return None
        ending = self._ends.get("/".join(steps), ())
        if len(ending) != 1:
            return None
        doubtful = len(steps) == 1 and not has_unit and len(self._units.get(steps[0], ())) > 1
        return None if doubtful else ending[0]

    def belongs_elsewhere(self, name: str) -> bool:
        """Return whether only other systems have a metric of that name."""
        if self._ends.get(name):
            return False
        return name in self.tables.metrics or any(key.endswith(f"/{name}") for key in self.tables)

    def nearest(self, name: str) -> tuple[str, ...]:
        """Return the paths that may have been meant, the likeliest first."""
        ending = self._ends.get(name)
        return tuple(ending or Tables(self.metrics).nearest(name))


@lru_cache(maxsize=64)
def _ends_of(paths: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    ends: dict[str, list[str]] = {}
    for path in sorted(paths):
        steps = path.split("/")
        for start in range(len(steps)):
            ends.setdefault("/".join(steps[start:]), []).append(path)
    return {end: tuple(found) for end, found in ends.items()}


def _entries(
    node: Mapping[object, object], steps: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], object]]:
    if len(steps) > _MOST_STEPS:
        raise InvalidInput(f"The metrics are nested more than {_MOST_STEPS} levels deep.")
    for key, value in node.items():
        if not isinstance(key, str) or not key.strip():
            raise InvalidInput(f"{key!r} is no name of a metric.", remedy="Give names as text.")
        below = (*steps, *(step.strip() for step in key.replace(".", "/").split("/") if step.strip()))
        if not isinstance(value, Mapping):
            yield below, value
            continue
        if is_figure(value):
            yield below, {name: part for name, part in value.items() if name in NAMES}
        beside = (NAMES if is_figure(value) else frozenset()) | _ABOUT | known_levels().keys()
        yield from _entries({name: part for name, part in value.items() if name not in beside}, below)


def _take(found: Given, name: str, path: str, raw: object, names: Names) -> None:
    if path in found.figures or any(refused.path == path for refused in found.refused):
        found.figures.pop(path, None)
        found.refused.append(Refused(path, f"{path} is given twice, once as {name}.", "Give it once."))
        return
    try:
        figure = fitting(read_figure(raw), f"{names.system}/{path}", names.metrics[path])
    except InvalidInput as error:
        found.refused.append(Refused(path, error.message, error.remedy))
    else:
        found.figures[path] = figure
