"""How far a test has come."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ag2_marketing_tools.experiments.analysis.model.analysis import Concern, Refused
from ag2_marketing_tools.experiments.model import State
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result

Ratio = Annotated[float, unit("ratio")]
Users = Annotated[int, unit("user")]
Percent = Annotated[float, unit("percent")]


class VariantStatus(Result):
    """Users of one variant, against those that it needs."""

    variant_id: str
    variant_name: str
    users: Users
    excluded_users: Users
    required_users: Users
    progress_percent: Percent
    weight: Ratio


class MetricNeed(Result):
    """Users per variant that one metric needs; null with a reason where nothing was planned for it."""

    metric: str
    users_per_variant: Users | None
    baseline: float | None = None
    minimum_detectable_effect: Ratio | None = None
    reason: str | None = None


class ExperimentStatus(Result):
    """Where a test stands.

    Attributes:
        current_sample_size: Users in all variants: assigned and not excluded.
        required_sample_size: Users in all variants, for the metric with the largest need.
        required_by: That metric's name, or `min_sample_size`.
        progress_percent: Above 100 is possible.
        daily_traffic: First exposures a day; null with `daily_traffic_reason` where nobody came yet.
        days_left: Until the required sample, in whole weeks; `days_until_end` until the planned end.
        sample_ratio_mismatch: See the analysis.
    """

    test_id: str
    name: str
    state: State
    as_of: datetime
    start_time: datetime
    end_time: datetime
    days_run: Annotated[int, unit("day")]
    current_sample_size: Users
    required_sample_size: Users
    required_by: str
    required_reason: str
    needs: list[MetricNeed]
    progress_percent: Percent
    daily_traffic: Annotated[float, unit("user")] | None
    daily_traffic_days: Annotated[int, unit("day")]
    daily_traffic_reason: str | None = None
    days_left: Annotated[int, unit("day")] | None
    days_left_reason: str | None = None
    days_until_end: Annotated[int, unit("day")]
    variants: list[VariantStatus]
    sample_ratio_mismatch: bool | None
    sample_ratio_reason: str | None = None
    events: Refused
    concerns: list[Concern]
    warnings: list[str]
