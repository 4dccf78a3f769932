"""The calls that each step of a location's review requires, from its task and from earlier evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ag2_marketing.adapters.session import FixedCall, ToolSession
from ag2_marketing_tools.benchmarks import compare_with_benchmarks
from ag2_marketing_tools.benchmarks.position import BenchmarkPosition
from ag2_marketing_tools.care import location_caregivers
from ag2_marketing_tools.care.location_views import LocationCaregivers, SchoolingNeed, Why
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.observations import show_course
from ag2_marketing_tools.operations import order_actions
from ag2_marketing_tools.operations.location_action_views import About
from ag2_marketing_tools.standing import ActionItem, declines

DEFAULT_OVER = "3_months"
CARE_TABLE = "HomeCareIndustryBenchmarks"
"""What a location without figures is asked for first."""


@dataclass(frozen=True)
class ReviewSteps:
    """The calls of a review; its result is read from these alone.

    Attributes:
        location: The location's id.
        systems: The tables that it has figures of.
        over: Period whose figures are taken together; None for the latest of each.
    """

    location: str
    systems: tuple[str, ...]
    over: str | None = DEFAULT_OVER

    @property
    def words(self) -> str:
        """The task as the message that opens the conversation."""
        return say(
            "Review the location {location}: where it stands, how its caregivers do, how its clients fare, and what "
            "to do.",
            location=self.location,
        )

    def position(self, system: str) -> FixedCall:
        """The comparison with one table."""
        arguments = {
            "system": system,
            "subject": self.location,
            "subject_kind": "location",
            "over": self.over,
        }
        return FixedCall(compare_with_benchmarks, arguments)

    def positions(self) -> list[FixedCall]:
        """The comparisons with every table that the location has figures of."""
        return [self.position(system) for system in self.systems or (CARE_TABLE,)]

    def course(self) -> FixedCall:
        """How the location's figures went."""
        return FixedCall(show_course, {"subject_kind": "location", "subject_id": self.location})

    def caregivers(self) -> FixedCall:
        """The look at the location's caregivers."""
        return FixedCall(location_caregivers, {"location": self.location, "over": self.over})

    def actions(self, session: ToolSession) -> FixedCall:
        """The order of all actions that the earlier steps found."""
        arguments = {
            "location": self.location,
            "actions": list(self._found(session)),
            "not_looked_at": [
                {"part": part, "reason": reason} for part, reason in self._failures(session).items()
            ],
        }
        return FixedCall(order_actions, arguments)

    def _found(self, session: ToolSession) -> Iterator[dict[str, Any]]:
        for call in self.positions():
            outcome = session.outcome_of(call)
            if outcome is not None and isinstance(outcome.result, BenchmarkPosition):
                found = outcome.result
                falling = {one.key: [declines(one)] for one in found.trends if one.trend == "declining"}
                yield from (_of_location(item, "lags", falling.get(item.key)) for item in found.actions)
                yield from (
                    _of_location(item, "declines", falling.get(item.key)) for item in found.precautions
                )
                yield from (_of_location(item, "within_reach") for item in found.opportunities)
        outcome = session.outcome_of(self.caregivers())
        if outcome is not None and isinstance(outcome.result, LocationCaregivers):
            yield from (_of_caregivers(need) for need in outcome.result.schooling)

    def _failures(self, session: ToolSession) -> dict[About, str]:
        calls: list[tuple[About, FixedCall]] = [
            *(("benchmarks", call) for call in self.positions()),
            ("caregivers", self.caregivers()),
        ]
        failures: dict[About, str] = {}
        for part, call in calls:
            outcome = session.outcome_of(call)
            if outcome is None or outcome.error is not None:
                reason = outcome.error if outcome else None
                failures[part] = reason or say("The step was not reached.")
        return failures


def _of_location(item: ActionItem, why: Why, trend: Sequence[str] | None = None) -> dict[str, Any]:
    """Return what an action for a benchmark is; the finding is the evidence's own sentence."""
    shared = item.model_dump(
        mode="json", include={"action", "impact", "evidence", "weeks", "due", "rule", "source"}
    )
    return {
        "about": "benchmarks",
        "why": why,
        "because": [*(trend or ()), item.finding],
        "metrics": [item.key],
        **shared,
    }


def _of_caregivers(need: SchoolingNeed) -> dict[str, Any]:
    names = {"action", "why", "because", "metrics", "impact", "evidence", "weeks", "due", "rule", "source"}
    return {
        "about": "caregivers",
        "people": need.caregivers,
        **need.model_dump(mode="json", include=names),
    }
