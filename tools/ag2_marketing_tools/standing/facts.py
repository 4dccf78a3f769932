"""The data file beside this module: which figures are no shares, and which hold for one way of measuring."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from ag2_marketing_tools.metrics.tables import TableMetric


@dataclass(frozen=True, slots=True)
class Measurement:
    """The one way of measuring that a metric's levels hold for, and the range of its figures."""

    metric: str
    name: str
    least: float
    most: float


@cache
def is_signed(key: str) -> bool:
    """Return whether a metric's figures may lie below 0, as growth does; such a percentage is no share."""
    return any(fnmatchcase(key, pattern) for pattern in _data()["signed"])


@cache
def measurement_of(key: str) -> Measurement | None:
    """Return the way of measuring that a metric is bound to, or None."""
    return next((Measurement(**one) for one in _data()["measurement"] if one["metric"] == key), None)


def unit_of(key: str, metric: TableMetric) -> str | None:
    """Return the unit that a metric's figures are shown in; one bound to a way of measuring has none."""
    return None if measurement_of(key) is not None else metric.unit


def level_names() -> Mapping[str, str]:
    """Return what levels are called among people, in English, by their names in the tables."""
    names: Mapping[str, str] = _data()["level_names"]
    return names


def unit_forms() -> Mapping[str, Mapping[str, str]]:
    """Return how figures of a unit are written out, in English, as `one` and `other`, by the unit's name."""
    forms: Mapping[str, Mapping[str, str]] = _data()["unit_forms"]
    return forms


def evidence_weight(kind: str) -> float:
    """Return what a verdict of this kind of evidence (`beyond_chance`, `figure_alone`) weighs."""
    return float(_data()["evidence"][kind])


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    text = files("ag2_marketing_tools.standing").joinpath("facts.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
