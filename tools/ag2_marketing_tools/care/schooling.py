"""What the caregivers of a location need together: one action for all whom it is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ag2_marketing_tools.care.facts import number
from ag2_marketing_tools.care.findings import CareFinding, by_urgency
from ag2_marketing_tools.care.judged import Judged
from ag2_marketing_tools.care.location_views import SchoolingNeed, Why
from ag2_marketing_tools.care.plan import PlannedAction
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.standing.actions import evidence_of
from ag2_marketing_tools.standing.facts import evidence_weight

_BY_WEIGHT: tuple[Why, ...] = ("lags", "declines", "within_reach")


@dataclass
class _Need:
    """One rule's action, and the caregivers' findings that call for it."""

    action: PlannedAction
    findings: dict[str, list[CareFinding]] = field(default_factory=dict)
    risk: bool = False
    why: set[Why] = field(default_factory=set)

    @property
    def most_urgent(self) -> list[CareFinding]:
        return by_urgency(one for found in self.findings.values() for one in found)

    @property
    def impact(self) -> float:
        return sum(max(one.impact for one in found) for found in self.findings.values())

    @property
    def weighted(self) -> float:
        return sum(
            max(one.impact * evidence_weight(evidence_of(one)) for one in found)
            for found in self.findings.values()
        )


def schooling_of(
    plans: Mapping[str, Sequence[PlannedAction]],
    judged: Mapping[str, Judged],
) -> list[SchoolingNeed]:
    """Return the actions of single plans, each once with all whom it is for.

    Order: risks for clients first, then the distance to leading times the weight of its evidence, as a mean over all
    measured caregivers, so that what many need comes before what one needs.

    Args:
        plans: Actions by caregiver.
        judged: All measured caregivers.
    """
    needs: dict[str, _Need] = {}
    for caregiver, actions in plans.items():
        by_key = {one.key: one for one in judged[caregiver].short}
        for action in actions:
            need = needs.setdefault(action.rule, _Need(action))
            need.findings[caregiver] = [by_key[key] for key in action.metrics]
            need.risk = need.risk or action.risk
            need.why |= {judged[caregiver].why(key) for key in action.metrics}
    ordered = sorted(needs.values(), key=lambda one: (not one.risk, -one.weighted, one.action.rule))
    return [_view(priority, need, len(judged)) for priority, need in enumerate(ordered, 1)]


def _view(priority: int, need: _Need, measured: int) -> SchoolingNeed:
    urgent = need.most_urgent
    action = need.action
    return SchoolingNeed(
        priority=priority,
        kind=action.kind,
        action=action.action,
        caregivers=len(need.findings),
        caregiver_ids=list(need.findings),
        needed_by=say("Needed by {needing} of {measured}.", needing=len(need.findings), measured=measured),
        why=next(one for one in _BY_WEIGHT if one in need.why),
        risk=need.risk,
        metrics=list(dict.fromkeys(one.key for one in urgent)),
        because=[one.finding for one in urgent[: number("location", "most_because")]],
        impact=need.impact / measured,
        evidence=evidence_of(urgent[0]),
        weeks=action.weeks,
        due=action.ends,
        rule=action.rule,
        source=action.source,
    )
