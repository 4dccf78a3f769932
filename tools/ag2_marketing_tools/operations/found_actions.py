"""The actions that the parts of a location's review call for, in the form in which they are put in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fnmatch import fnmatchcase

from ag2_marketing_tools.benchmarks.position import BenchmarkPosition
from ag2_marketing_tools.care.clients.facts import PlanRule, plan_rules
from ag2_marketing_tools.care.clients.location_views import LocationOutcomes, MeasureChange
from ag2_marketing_tools.care.location_views import LocationCaregivers, Why
from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.operations.location_action_views import FoundAction
from ag2_marketing_tools.standing import ActionItem, declines, difference
from ag2_marketing_tools.statistics.distributions import special

_TAILS = 0.05
"""What the intervals of outcomes leave out on both sides together: they are told at 95 %."""


def of_benchmarks(found: BenchmarkPosition) -> Iterator[FoundAction]:
    """Yield what a location's own figures call for."""
    falling = {one.key: [declines(one)] for one in found.trends if one.trend == "declining"}
    parts: tuple[tuple[Why, list[ActionItem]], ...] = (
        ("lags", found.actions),
        ("declines", found.precautions),
        ("within_reach", found.opportunities),
    )
    for why, items in parts:
        yield from (_of_item(item, why, falling.get(item.key, ())) for item in items)


def _of_item(item: ActionItem, why: Why, trend: Sequence[str]) -> FoundAction:
    return FoundAction(
        about="benchmarks",
        why=why,
        action=item.action,
        because=[*(() if why == "within_reach" else trend), item.finding],
        metrics=[item.key],
        impact=item.impact,
        evidence=item.evidence,
        weeks=item.weeks,
        due=item.due,
        rule=item.rule,
        source=item.source,
    )


def of_caregivers(found: LocationCaregivers) -> Iterator[FoundAction]:
    """Yield what the caregivers' figures call for."""
    for need in found.schooling:
        yield FoundAction(
            about="caregivers",
            why=need.why,
            action=need.action,
            because=need.because,
            metrics=need.metrics,
            people=need.caregivers,
            impact=need.impact,
            evidence=need.evidence,
            weeks=need.weeks,
            due=need.due,
            rule=need.rule,
            source=need.source,
        )


def of_outcomes(found: LocationOutcomes) -> Iterator[FoundAction]:
    """Yield what the clients' outcomes call for: measures of which the mean got worse, and not by chance.

    The measures are judged together: each interval is widened to the level that Bonferroni's correction for their
    number asks for.
    """
    told = [one for one in found.measures if one.upper is not None]
    for one in told:
        rule = _rule_for(one.key) if _got_worse(one, len(told)) else None
        if rule is not None:
            yield _of_measure(one, rule, found.analysed_at.date())


def _got_worse(one: MeasureChange, measures: int) -> bool:
    """Return whether the whole widened interval of a mean lies below 0."""
    if one.mean_improvement is None or one.upper is None or (one.clients or 0) < 2:
        return False
    degrees = (one.clients or 0) - 1
    wider, told = (float(special().stdtrit(degrees, 1 - tail / 2)) for tail in (_TAILS / measures, _TAILS))
    return one.mean_improvement + (one.upper - one.mean_improvement) * wider / told < 0


def _of_measure(one: MeasureChange, rule: PlanRule, today: date) -> FoundAction:
    return FoundAction(
        about="outcomes",
        why="declines",
        action=say(rule.action),
        because=[_worse(one)],
        metrics=[one.key],
        people=one.clients,
        evidence="beyond_chance",
        weeks=rule.weeks,
        due=today + timedelta(weeks=rule.weeks),
        rule=rule.id,
        source=rule.source,
    )


def _worse(one: MeasureChange) -> str:
    return say(
        "{title} got worse by {change} from the baseline on, as a mean of {clients}.",
        title=one.title,
        change=difference(abs(one.mean_improvement or 0.0), one.unit),
        clients=count_of(one.clients or 0, "client"),
    )


def _rule_for(key: str) -> PlanRule | None:
    rules = (rule for rule in plan_rules() if rule.when == "worse")
    return next((rule for rule in rules if any(fnmatchcase(key, each) for each in rule.metrics)), None)
