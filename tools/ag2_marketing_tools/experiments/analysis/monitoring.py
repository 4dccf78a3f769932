"""Which procedure may judge a test now, and at which line it decides.

Before the planned end (or where a test was stopped early) only procedures that survive looking early are read: the
confidence sequence, or the bounds of planned looks. From the planned end on, a test that is not group-sequential is
read once by its fixed horizon. Reading the sequence every day and then the fixed horizon at the end errs in at
most 5.8 % of tests without an effect, at a nominal 5 % (simulated: 7 to 28 daily looks, 2,000 to 100,000 users); a
test for which that matters is configured as `group_sequential`, which spends exactly alpha: each of its looks is taken
once, and until the next one is due the test is read as it stood then (`looks`). Judging what came in since by the
last look's bound, every day, would err in 5.3 % (28 days) to 5.7 % (100 days) of them (simulated: five looks,
400,000 tests).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ag2_marketing_tools.experiments.model import Experiment, Look, Monitoring
from ag2_marketing_tools.statistics.group_sequential import Sides, spending_bounds
from ag2_marketing_tools.statistics.sequential import TIGHTEST_AT, mixing_variance


@dataclass(frozen=True, slots=True)
class Looks:
    """Where a group-sequential plan stands: the looks so far, the last of which is this reading.

    `taken_at` is the moment of the look that stands until the next one is due at `next_at` users.
    """

    look: int
    looks: int
    information: tuple[float, ...]
    spent_at: tuple[float, ...]
    next_at: int | None
    taken_at: datetime | None = None

    def bound(self, alpha: float, sides: Sides) -> float | None:
        """Return this look's line in standard errors; `None` before the first look is due."""
        if not self.information:
            return None
        bounds = spending_bounds(self.information, alpha=alpha, sides=sides, spent_at=self.spent_at)
        return bounds[-1]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a test is read now.

    `mixing` is the variance of the confidence sequence's mixing normal per user; it is tuned to the test's own
    level once, so that p-values and intervals of any level agree.
    """

    mode: Monitoring
    configured: Monitoring
    confidence: float
    fixed_valid: bool
    fixed_valid_from: datetime
    asked_for: bool
    mixing: float
    planned_users: int
    information: float
    looks: Looks | None

    @property
    def alpha(self) -> float:
        """Error probability of the test as a whole."""
        return 1.0 - self.confidence


def reading_of(
    experiment: Experiment,
    *,
    users: int,
    planned_users: int,
    now: datetime,
    mode: Monitoring | None = None,
    sides: Sides = 2,
    taken: Sequence[Look] | None = None,
) -> Reading:
    """Return how a test is read at a moment.

    Args:
        experiment: The test.
        users: In all variants.
        planned_users: In all variants, to which looks and information refer.
        now: The moment.
        mode: Overrides the procedure.
        sides: 1 tunes the sequence for a one-sided question.
        taken: The looks that were taken, the last of them at this moment where this reading is one. Unless given,
            each is held to have been taken when it was due.
    """
    valid = fixed_horizon_is_valid(experiment, now)
    alpha = 1.0 - experiment.confidence_level
    used = mode or _mode_of(experiment, valid=valid)
    information = users / planned_users
    return Reading(
        mode=used,
        configured=experiment.monitoring,
        confidence=experiment.confidence_level,
        fixed_valid=valid,
        fixed_valid_from=experiment.end_at,
        asked_for=mode is not None,
        mixing=mixing_variance(alpha if sides == 2 else min(2.0 * alpha, 0.999), TIGHTEST_AT),
        planned_users=planned_users,
        information=information,
        looks=_looks(experiment, information, planned_users, now, taken)
        if used == "group_sequential"
        else None,
    )


def fixed_horizon_is_valid(experiment: Experiment, now: datetime) -> bool:
    """Tell whether the planned end has come, without anybody having stopped the test before it."""
    stopped = experiment.stopped_at
    return now >= experiment.end_at and (stopped is None or stopped >= experiment.end_at)


def _mode_of(experiment: Experiment, *, valid: bool) -> Monitoring:
    if experiment.monitoring == "group_sequential":
        return "group_sequential"
    return "fixed" if valid else "always_valid"


def look_due(planned: int, information: float) -> int:
    """Return which look of a running test is due; the last one comes with the planned end alone.

    A test that has its users earlier, and is then read every day, would else read its last look many times.
    """
    return min(planned - 1, math.floor(information * planned + 1e-9))


def _looks(
    experiment: Experiment, information: float, users: int, now: datetime, taken: Sequence[Look] | None
) -> Looks:
    """The looks at shares of the users, up to the one that this reading belongs to.

    Each look spends what its own place in the plan allows, whenever exactly it is taken. The one at the planned end
    spends all that is left, whether or not the planned users came.
    """
    planned, final = experiment.planned_looks, fixed_horizon_is_valid(experiment, now)
    this = taken[-1] if taken and taken[-1].taken_at == now else None
    reached = planned if final else this.number if this else look_due(planned, information)
    if reached <= 0 or information <= 0.0:
        return Looks(0, planned, (), (), math.ceil(users / planned))
    if taken is None:
        before = [(look / planned, look / planned) for look in range(1, reached)]
    else:
        before = [(look.users / users, look.number / planned) for look in taken if look is not this]
    earlier = [(share, place) for share, place in before if share < information - 1e-9]
    stopped = experiment.stopped_at is not None and not final
    return Looks(
        reached,
        planned,
        (*(share for share, _ in earlier), information),
        (*(place for _, place in earlier), reached / planned),
        None if final or stopped else math.ceil(users * (reached + 1) / planned),
        this.taken_at if this else None,
    )
