"""The actions that a location's review found, put into one order."""

from __future__ import annotations

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

    Risks for clients come first, then what lags or gets worse, then what is within reach; each by the size of the gap
    times how sure it is. An action that was found twice for the same metrics is told once.
    """
    unique = {(one.rule, tuple(sorted(one.metrics))): one for one in sorted(params.actions, key=_order)[::-1]}
    ordered = sorted(unique.values(), key=_order)
    return LocationActions(
        location=params.location,
        ordered_at=ws.clock.now(),
        actions=[
            LocationAction(priority=priority, risk=_risk(one), **one.model_dump())
            for priority, one in enumerate(ordered, 1)
        ],
        not_looked_at=[PartWithoutActions(**one.model_dump()) for one in params.not_looked_at],
        reason=None if ordered else say("Nothing that was measured calls for an action."),
    )


def _order(one: FoundAction) -> tuple[bool, bool, float, str, str]:
    weight = (one.impact or 0.0) * evidence_weight(one.evidence)
    return (not _risk(one), one.why == "within_reach", -weight, one.about, one.rule)


def _risk(one: FoundAction) -> bool:
    """A level that is merely not reached yet endangers nobody."""
    return one.why != "within_reach" and any(is_risk(key) for key in one.metrics)
