"""Whether the variants hold the users that the allocation promised, and who was left out."""

from __future__ import annotations

from typing import Annotated

from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result

Ratio = Annotated[float, unit("ratio")]
Users = Annotated[int, unit("user")]


class ArmShare(Result):
    """Users of one variant beside the number that the weights lead one to expect."""

    variant_id: str
    users: Users
    expected_users: Annotated[float, unit("user")]
    share: Ratio | None
    expected_share: Ratio


class PhaseShares(Result):
    """One phase of the allocation."""

    phase: int
    arms: list[ArmShare]


class SampleRatioCheck(Result):
    """The sample ratio check over all phases, each against its own weights.

    Attributes:
        mismatch: True at a p-value below `alarm_below`: no winner is named then. Null with a reason where
            nothing can be tested.
        p_value: Of `method`, after exclusions.
        sequential_p_value: One that may be read every day.
        p_value_before_exclusion: The same test with the excluded users counted.
    """

    mismatch: bool | None
    alarm_below: float
    p_value: float | None
    method: str
    sequential_p_value: float | None = None
    p_value_before_exclusion: float | None = None
    mismatch_before_exclusion: bool | None = None
    phases: list[PhaseShares]
    reason: str | None = None


class Exclusions(Result):
    """Users of one variant who do not count, and why."""

    variant_id: str
    excluded_users: Users
    excluded_share: Ratio | None
    by_reason: dict[str, Users]
