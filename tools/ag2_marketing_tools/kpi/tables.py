"""The tables of the four KPI families, with what the specification writes beside their figures."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from ag2_marketing_tools.metrics.tables import TableMetric, Tables, load_tables

Family = Literal["seo", "marketing", "system", "business"]
FAMILIES: Mapping[Family, str] = {
    "seo": "SEOMetrics",
    "marketing": "MarketingMetrics",
    "system": "SystemHealthMetrics",
    "business": "BusinessMetrics",
}
"""The table system of each family."""


@dataclass(frozen=True, slots=True)
class Retired:
    """A metric that is no longer in use, since when, and the key of what took its place."""

    metric: str
    on: date
    successor: str


def kpi_tables(own: Path | None) -> Tables:
    """Return all tables, with the successors of retired metrics; a company's own files come on top.

    Raises:
        InvalidInput: As `load_tables`.
    """
    found = dict(load_tables(own).metrics)
    for key, metric in _successors().items():
        found.setdefault(key, metric)
    return Tables(found)


def nested_metrics(system: str, own: Path | None) -> dict[str, Any]:
    """Return a family's targets nested as the specification has them, with periods, segments and successors."""
    root = kpi_tables(own).nested(system, "metrics")
    for about in _definitions()["about"]:
        family, *branch, leaf = about["place"].split("/")
        if family == system:
            node = root
            for step in branch:
                node = node.setdefault(step, {})
            node[leaf] = about["value"]
    return root


def retired(key: str) -> Retired | None:
    """Return since when a metric is retired, or None where it is in use."""
    return next((Retired(**one) for one in _definitions()["retired"] if one["metric"] == key), None)


@lru_cache(maxsize=1)
def _successors() -> Mapping[str, TableMetric]:
    found = {}
    for entry in _definitions()["successor"]:
        described = {name: value for name, value in entry.items() if name != "system"}
        metric = TableMetric.model_validate(described)
        found[f"{entry['system']}/{metric.path}"] = metric
    return found


@lru_cache(maxsize=1)
def _definitions() -> Mapping[str, Any]:
    text = files("ag2_marketing_tools.kpi").joinpath("data", "definitions.toml").read_text("utf-8")
    return tomllib.loads(text)
