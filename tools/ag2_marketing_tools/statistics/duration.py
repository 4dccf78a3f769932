"""How long an experiment takes, and how far it has come.

Days are whole days; daily users are *first exposures* a day, not events. An experiment runs whole weeks, so that
each weekday counts alike, whatever its sample size says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ag2_marketing_tools.errors import InvalidInput

DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Plan:
    """Users wanted per arm and in all, and the arms' weights that they follow from."""

    per_arm: tuple[int, ...]
    total: int
    comparisons: int
    alpha_per_comparison: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an experiment has come; `progress` above 1 is possible. What cannot be said has a `reason`."""

    progress: float | None
    days_left: int | None
    whole_weeks: bool
    reason: str | None = None


def alpha_per_comparison(variants: int, metrics: int = 1, *, alpha: float = 0.05) -> float:
    """Return the error probability of one comparison when every variant is compared with the control.

    Args:
        variants: Arms besides the control.
        metrics: Primary metrics, each compared.
        alpha: Error probability of all of them together (Bonferroni; Holm needs no more users).
    """
    if variants < 1 or metrics < 1:
        raise InvalidInput(f"{variants} variants and {metrics} metrics make no comparison.")
    return alpha / (variants * metrics)


def allocate(weights: Sequence[float], sizes: Sequence[float]) -> tuple[int, ...]:
    """Return whole users per arm, control first, so that every comparison has its size at these weights.

    Args:
        weights: The arms' shares of traffic, control first.
        sizes: Users wanted in the control for the comparison with each other arm, each planned with that arm's
            own ratio weight / control weight.

    Raises:
        InvalidInput: Weights that are not positive, or not one size per arm besides the control.
    """
    if len(sizes) != len(weights) - 1 or not sizes or any(not weight > 0.0 for weight in weights):
        raise InvalidInput("Give a positive weight per arm, and one size per arm besides the control.")
    control = max(sizes)
    return tuple(math.ceil(control * weight / weights[0] - 1e-9) for weight in weights)


def days_needed(users: int, daily_users: float, *, least_days: int = DAYS_OF_A_WEEK) -> int | None:
    """Return the days until that many users are exposed, in whole weeks; `None` without traffic.

    Args:
        users: In all arms together.
        daily_users: First exposures a day, in all arms together.
        least_days: Never shorter than this.

    Raises:
        InvalidInput: Negative numbers.
    """
    if users < 0 or daily_users < 0.0 or least_days < 0:
        raise InvalidInput("Users and days are not negative.")
    if daily_users == 0.0:
        return None
    days = max(math.ceil(users / daily_users - 1e-9), least_days)
    return math.ceil(days / DAYS_OF_A_WEEK) * DAYS_OF_A_WEEK


def progress(users: Sequence[int], wanted: Sequence[int], *, days_run: int, daily_users: float) -> Progress:
    """Return the share of the wanted sample that the slowest arm has, and the days left in whole weeks.

    Args:
        users: Exposed so far, per arm.
        wanted: Per arm, for the metric with the largest need.
        days_run: Whole days since the first exposure.
        daily_users: First exposures a day, in all arms together.
    """
    whole = days_run > 0 and days_run % DAYS_OF_A_WEEK == 0
    if len(users) != len(wanted) or not wanted or any(number <= 0 for number in wanted):
        raise InvalidInput("Each arm needs a positive number of wanted users.")
    share = min(have / want for have, want in zip(users, wanted, strict=True))
    missing = max(max(0, want - have) * sum(wanted) / want for have, want in zip(users, wanted, strict=True))
    if missing and daily_users <= 0.0:
        return Progress(share, None, whole, "No traffic, so no end is in sight.")
    more = math.ceil(missing / daily_users - 1e-9) if missing else 0
    end = max(math.ceil((days_run + more) / DAYS_OF_A_WEEK), 1) * DAYS_OF_A_WEEK
    return Progress(share, end - days_run, whole)
