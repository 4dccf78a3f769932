"""One caregiver of a location: the figures one by one, with the verdicts that they have among all of the location's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ag2_marketing_tools.care.caregivers import OUR_TARGETS, is_short_of_target, needs_of
from ag2_marketing_tools.care.facts import is_risk, is_skill
from ag2_marketing_tools.care.findings import CareFinding, by_strength, by_urgency, care_finding
from ag2_marketing_tools.care.location_views import CaregiverFinding, CaregiverTrend, Why
from ag2_marketing_tools.care.matrix_views import Shown
from ag2_marketing_tools.care.team_figures import Team
from ag2_marketing_tools.standing import MetricTrend, declines
from ag2_marketing_tools.statistics.distributions import numpy


@dataclass(frozen=True)
class Judged:
    """A caregiver's findings and trends.

    Attributes:
        findings: What may be told one by one: leads, lags, gets worse, or is a skill that may be short of our target.
    """

    caregiver_id: str
    row: int
    findings: Sequence[CareFinding]
    trends: Sequence[MetricTrend]

    @cached_property
    def leading(self) -> list[CareFinding]:
        """What leads, the farthest first."""
        return by_strength(one for one in self.findings if one.position == "leading")

    @cached_property
    def lagging(self) -> list[CareFinding]:
        """What lags, the most pressing first."""
        return by_urgency(one for one in self.findings if one.position == "lagging")

    @cached_property
    def declining(self) -> list[CareFinding]:
        """What gets worse and does not lead; the sentence says how fast."""
        falling = {one.key: one for one in self.trends if one.trend == "declining"}
        return [
            one.model_copy(update={"finding": f"{declines(falling[one.key])} {one.finding}"})
            for one in self.findings
            if one.key in falling and one.position != "leading"
        ]

    def why(self, key: str) -> Why:
        """Return why a metric calls for an action."""
        if any(one.key == key for one in self.lagging):
            return "lags"
        return "declines" if any(one.key == key for one in self.declining) else "within_reach"

    @cached_property
    def short(self) -> list[CareFinding]:
        """What a plan is made of: what lags, what gets worse, and which skills are short of our target."""
        beside = [one for one in self.findings if one.position != "lagging" and is_short_of_target(one)]
        found = {one.key: one for one in needs_of(self.lagging, by_urgency(beside))}
        found |= {one.key: one for one in (*self.lagging, *self.declining)}
        return by_urgency(found.values())


def judged_caregivers(team: Team, trends: Mapping[str, Sequence[MetricTrend]]) -> list[Judged]:
    """Return the caregivers in the order of the table's rows.

    Args:
        team: The judged table.
        trends: Trends by caregiver.
    """
    return [_judged(team, row, who, trends.get(who, ())) for row, who in enumerate(team.caregivers)]


def _judged(team: Team, row: int, who: str, trends: Sequence[MetricTrend]) -> Judged:
    """Return a caregiver's findings; a figure that is told nowhere but in its cell is not judged again by itself."""
    shown = team.shown
    falling = {one.key for one in trends if one.trend == "declining"}
    told = [
        at
        for key, at in shown.measured(row).items()
        if key in falling
        or shown.matrix.position(row, at) in ("leading", "lagging")
        or (is_skill(key) and _may_be_short(shown, row, key, at))
    ]
    return Judged(who, row, [care_finding(shown.matrix.standing(row, at)) for at in told], trends)


def _may_be_short(shown: Shown, row: int, key: str, at: int) -> bool:
    """Return False where a figure is surely not short of our target: its interval, at the same error rate, holds it."""
    metric, table = shown.metrics[key], shown.matrix.table
    target = metric.levels.get(OUR_TARGETS)
    if target is None:
        return False
    if numpy().isnan(table.p_values[row, at]):  # the figure decides alone
        return True
    if metric.direction == "higher":
        return bool(table.upper[row, at] <= target)
    return metric.direction != "lower" or bool(table.lower[row, at] >= target)


def with_caregiver(found: Iterable[tuple[str, Sequence[CareFinding]]]) -> list[CaregiverFinding]:
    """Return findings with whose they are."""
    fields = CareFinding.model_fields
    return [
        CaregiverFinding(caregiver_id=who, **{name: getattr(one, name) for name in fields})
        for who, findings in found
        for one in findings
    ]


def declining_of(judged: Iterable[Judged]) -> list[CaregiverTrend]:
    """Return what gets worse: risks for clients first, then the farthest from leading."""
    found = []
    for one in judged:
        trends = {trend.key: trend for trend in one.trends}
        found += [(finding, one.caregiver_id, trends[finding.key]) for finding in one.declining]
    found.sort(key=lambda each: (not each[0].risk, -each[0].impact, each[0].key, each[1]))
    return [
        CaregiverTrend(
            **{name: getattr(trend, name) for name in MetricTrend.model_fields},
            caregiver_id=who,
            finding=declines(trend),
            risk=is_risk(trend.key),
        )
        for _, who, trend in found
    ]
