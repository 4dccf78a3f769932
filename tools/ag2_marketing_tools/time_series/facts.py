"""The data file beside this module: minimums, error rates and the seasons of the calendar."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def _data() -> Mapping[str, object]:
    text = files("ag2_marketing_tools.time_series").joinpath("rules.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def rule(section: str, name: str) -> float:
    """Return one constant, such as `rule("trend", "least_values")`."""
    table = _data()[section]
    assert isinstance(table, dict)  # noqa: S101 (the file lies beside this module)
    return float(table[name])


def whole(section: str, name: str) -> int:
    """Return one constant that counts something."""
    return int(rule(section, name))


@lru_cache(maxsize=1)
def seasons() -> Mapping[str, int]:
    """Return how many steps of each kind make the calendar's season."""
    entries = _data()["season"]
    assert isinstance(entries, list)  # noqa: S101 (the file lies beside this module)
    return {entry["step"]: int(entry["period"]) for entry in entries}
