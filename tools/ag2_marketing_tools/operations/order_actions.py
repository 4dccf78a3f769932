"""The actions that a location's review found, put into one order."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from ag2_marketing_tools.care.facts import is_risk
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.operations.location_action_views import (
    FoundAction,
    LocationAction,
    LocationActions,
    NotLookedAt,
    PartWithoutActions,
)
from ag2_marketing_tools.standing.facts import evidence_weight
from ag2_marketing_tools.tool import Params, tool
from ag2_marketing_tools.workspace import Workspace


class OrderActions(Params):
    """What was found, part by part."""

    location: str = Field(min_length=1, max_length=300)
    actions: list[FoundAction] = Field(max_length=500)
    not_looked_at: list[NotLookedAt] = Field(default_factory=list)


@tool(family="operations")
async def order_actions(params: OrderActions, ws: Workspace) -> LocationActions:
    """Put what a location's benchmarks, caregivers and clients call for into one order, the most pressing first.

    Risks for clients come first; then what made clients worse beyond chance; what else lags or gets worse; and what is
    within reach. Each goes by the size of the gap times how sure it is. An action that was found twice for the same
    metrics is told once, with the findings of both. Of fewer people than `least_group_size` it is not told how many.
    """
    ordered = sorted(_told_once(sorted(params.actions, key=_order)), key=_order)
    least = ws.settings.least_group_size
    return LocationActions(
        location=params.location,
        ordered_at=ws.clock.now(),
        actions=[
            LocationAction(
                priority=priority,
                risk=_risk(one),
                **{**one.model_dump(), "people": one.people if (one.people or 0) >= least else None},
            )
            for priority, one in enumerate(ordered, 1)
        ],
        not_looked_at=[PartWithoutActions(**one.model_dump()) for one in params.not_looked_at],
        reason=None if ordered else say("Nothing that was measured calls for an action."),
    )


def _told_once(found: Iterable[FoundAction]) -> Iterable[FoundAction]:
    """Return each action once for its metrics: as it was found first, with what called for it at any time."""
    unique: dict[tuple[str, tuple[str, ...]], FoundAction] = {}
    for one in found:
        key = one.rule, tuple(sorted(one.metrics))
        first = unique.setdefault(key, one)
        because = dict.fromkeys([*first.because, *one.because])
        unique[key] = first.model_copy(update={"because": list(because)})
    return unique.values()


def _order(one: FoundAction) -> tuple[bool, bool, bool, float, str, str, list[str], list[str]]:
    weight = (one.impact or 0.0) * evidence_weight(one.evidence)
    within_reach = one.why == "within_reach"
    return (
        not _risk(one),
        within_reach,
        not _clients_got_worse(one),
        -weight,
        one.about,
        one.rule,
        sorted(one.metrics),
        one.because,
    )


def _clients_got_worse(one: FoundAction) -> bool:
    """Outcomes have no levels, and so no impact to be ordered by: they are what all the rest is for."""
    return one.about == "outcomes" and one.why == "declines" and one.evidence == "beyond_chance"


def _risk(one: FoundAction) -> bool:
    """A level that is merely not reached yet endangers nobody."""
    return one.why != "within_reach" and any(is_risk(key) for key in one.metrics)
