"""When an analysis warns: the figures of `thresholds.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict


class Thresholds(BaseModel):
    """See the file for what each one means and where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    several_variants_share: float
    uneven_exclusion_p: float
    past_imbalance_p: float
    novelty_p: float
    weekday_p: float
    segment_p: float
    normal_posterior_count: int
    asymptotic_rate_count: int
    week_days: int
    long_days: int


@cache
def thresholds() -> Thresholds:
    """Return them."""
    text = resources.files(__package__).joinpath("thresholds.toml").read_text("utf-8")
    return Thresholds.model_validate(tomllib.loads(text))
