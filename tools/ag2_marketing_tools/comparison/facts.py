"""The data file beside this module: known levels and the rules of the comparison."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from ag2_marketing_tools.comparison.model import Level


@dataclass(frozen=True, slots=True)
class Rules:
    """The constants of the comparison; the data file says where each comes from."""

    error_rate: float
    least_percentile: float
    most_percentile: float
    least_observations_resampled: int
    resamples: int
    rounding_of_shares: float


@lru_cache(maxsize=1)
def _data() -> tuple[Mapping[str, Level], Rules]:
    text = files("ag2_marketing_tools.comparison").joinpath("levels.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    levels = {entry["name"]: Level(value=None, **entry) for entry in data["level"]}
    return levels, Rules(**data["rules"])


def known_levels() -> Mapping[str, Level]:
    """Return the levels of the data file by name, without figures."""
    return _data()[0]


def rules() -> Rules:
    """Return the constants of the comparison."""
    return _data()[1]
