"""The calls that each step of a location's review requires, from its task and from earlier evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from ag2_marketing.adapters.session import FixedCall, ToolSession
from ag2_marketing_tools.benchmarks import compare_with_benchmarks
from ag2_marketing_tools.benchmarks.position import BenchmarkPosition
from ag2_marketing_tools.care import location_caregivers, location_outcomes
from ag2_marketing_tools.care.clients.location_views import LocationOutcomes
from ag2_marketing_tools.care.location_views import LocationCaregivers
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.observations import show_course
from ag2_marketing_tools.operations import order_actions
from ag2_marketing_tools.operations.found_actions import of_benchmarks, of_caregivers, of_outcomes
from ag2_marketing_tools.operations.location_action_views import About, FoundAction

R = TypeVar("R")
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

    def outcomes(self) -> FixedCall:
        """The look at the location's clients."""
        return FixedCall(location_outcomes, {"location": self.location})

    def actions(self, session: ToolSession) -> FixedCall:
        """The order of all actions that the earlier steps found."""
        arguments = {
            "location": self.location,
            "actions": [one.model_dump(mode="json") for one in self._found(session)],
            "not_looked_at": [{"part": part, "reason": reason} for part, reason in self._failures(session)],
        }
        return FixedCall(order_actions, arguments)

    def _found(self, session: ToolSession) -> Iterator[FoundAction]:
        for call in self.positions():
            if (position := _result(session, call, BenchmarkPosition)) is not None:
                yield from of_benchmarks(position)
        if (team := _result(session, self.caregivers(), LocationCaregivers)) is not None:
            yield from of_caregivers(team)
        if (outcomes := _result(session, self.outcomes(), LocationOutcomes)) is not None:
            yield from of_outcomes(outcomes)

    def _failures(self, session: ToolSession) -> Iterator[tuple[About, str]]:
        """Yield what could not be looked at, and why; of several tables each that failed, by its name."""
        positions = self.positions()
        calls: list[tuple[About, FixedCall]] = [
            *(("benchmarks", call) for call in positions),
            ("caregivers", self.caregivers()),
            ("outcomes", self.outcomes()),
        ]
        for part, call in calls:
            outcome = session.outcome_of(call)
            if outcome is None or outcome.error is not None:
                reason = (outcome.error if outcome else None) or say("The step was not reached.")
                one_of_several = part == "benchmarks" and len(positions) > 1
                yield part, f"{call.arguments['system']}: {reason}" if one_of_several else reason


def _result(session: ToolSession, call: FixedCall, model: type[R]) -> R | None:
    outcome = session.outcome_of(call)
    return outcome.result if outcome is not None and isinstance(outcome.result, model) else None
