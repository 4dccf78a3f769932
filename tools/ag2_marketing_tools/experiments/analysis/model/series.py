"""Series for pictures: by day of the exposure in the test's zone, and by sample size."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result

Ratio = Annotated[float, unit("ratio")]
Users = Annotated[int, unit("user")]


class CumulativeEffect(Result):
    """The effect of one treatment on one metric over all users exposed up to each day.

    Lists run in step with `days`; null where there is no figure yet. `difference`, `low` and `high` are in the
    metric's unit, the lifts are shares of the control. The intervals are a confidence sequence: they hold on all
    days at once.
    """

    metric: str
    variant_id: str
    unit: str
    confidence: Ratio
    days: list[date]
    users: list[Users]
    difference: list[float | None]
    low: list[float | None]
    high: list[float | None]
    lift: list[Ratio | None]
    lift_low: list[Ratio | None]
    lift_high: list[Ratio | None]


class DailyTraffic(Result):
    """First exposures a day, by variant; lists run in step with `days`."""

    days: list[date]
    users: dict[str, list[Users]]
    excluded_users: dict[str, list[Users]]


class SampleRatioByDay(Result):
    """P-value of the sample ratio check over all users up to each day: the plain one, and the sequential one."""

    days: list[date]
    p_value: list[float | None]
    sequential_p_value: list[float | None]
    alarm_below: float


class PowerCurve(Result):
    """What one comparison with the control can find, by users per variant, at a single look.

    Attributes:
        effect: Relative effect that the test was planned for; null where none was, and then there is no `power`.
        users: Users in the smallest variant of the comparison.
        power: Probability of finding `effect`.
        smallest_effect: Relative effect, positive for the better, that is found with `wanted_power`; null where none
            on the scale is.
        current_users: Where the test stands.
        current_smallest_effect: `smallest_effect` there.
    """

    metric: str
    effect: Ratio | None
    effect_is_from: str
    users: list[Users]
    power: list[Ratio]
    smallest_effect: list[Ratio | None]
    current_users: Users
    current_smallest_effect: Ratio | None
    wanted_power: Ratio
    confidence: Ratio


class SegmentEffect(Result):
    """The effect of one treatment on one metric within one segment; exploratory, its interval always valid."""

    segment: str
    metric: str
    variant_id: str
    unit: str
    users: Users
    difference: float | None
    low: float | None
    high: float | None
    reason: str | None = None


class Series(Result):
    """Everything that is drawn over time or over sample size; empty where the sums were not split by day."""

    cumulative: list[CumulativeEffect]
    traffic: DailyTraffic | None = None
    sample_ratio: SampleRatioByDay | None = None
    power: list[PowerCurve]
    segments: list[SegmentEffect]
