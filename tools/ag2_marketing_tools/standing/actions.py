"""What to do about a gap: rules held as data, put in order by the gap's size and by how sure it is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ag2_marketing_tools.comparison import Position
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.standing.facts import evidence_weight
from ag2_marketing_tools.standing.views import LevelGap, MetricStanding
from ag2_marketing_tools.standing.wording import finding
from ag2_marketing_tools.tool import Result

Evidence = Literal["beyond_chance", "figure_alone"]


class ActionRule(BaseModel):
    """What to do where a metric falls short.

    Attributes:
        id: Its name.
        metrics: Keys that it is for, with `*` for any part.
        action: One sentence; the key of its translations.
        weeks: How long until the metric can show whether it worked.
        source: What the advice rests on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    metrics: tuple[str, ...] = Field(min_length=1)
    action: str = Field(min_length=1)
    weeks: int = Field(ge=1, le=104)
    source: str = Field(min_length=1)


class ActionItem(Result):
    """One gap and what to do about it; figures are in `unit`."""

    priority: Annotated[int, unit("count")] = Field(description="1 is the most pressing.")
    metric: str
    key: str
    title: str
    category: str
    position: Position
    value: float
    unit: str | None
    level: str = Field(description="The level to reach next.")
    level_value: float
    gap: float = Field(description="Distance to that level; below 0 is short of it.")
    gap_percent: Annotated[float | None, unit("percent")]
    impact: float = Field(description="Distance to leading, in steps from the lagging to the leading level.")
    evidence: Evidence
    finding: str
    action: str
    weeks: Annotated[int, unit("week")]
    due: date = Field(description="When to look whether it worked.")
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    standing: MetricStanding
    rule: ActionRule
    gap: LevelGap
    impact: float
    evidence: Evidence

    @property
    def order(self) -> tuple[float, str]:
        return (-self.impact * evidence_weight(self.evidence), self.standing.key)


def read_rules(text: str, *, name: str) -> tuple[ActionRule, ...]:
    """Return the rules of a data file, in its order.

    Raises:
        InvalidInput: An id is given twice.
    """
    rules = tuple(ActionRule.model_validate(entry) for entry in tomllib.loads(text)["rule"])
    ids = [rule.id for rule in rules]
    if len(set(ids)) != len(ids):
        raise InvalidInput(f"{name}: a rule's id is given twice.")
    return rules


def rule_for(key: str, rules: Iterable[ActionRule]) -> ActionRule | None:
    """Return the first rule that is for a metric, or None."""
    return next((rule for rule in rules if any(fnmatchcase(key, each) for each in rule.metrics)), None)


def actions_for(
    standings: Iterable[MetricStanding],
    rules: Sequence[ActionRule],
    *,
    positions: Iterable[Position],
    today: date,
) -> list[ActionItem]:
    """Return what to do about the metrics in these positions, the most pressing first.

    Order: the distance to leading times the weight of the evidence. A metric that has reached every level, and one
    that no rule is for, brings no action.
    """
    wanted = frozenset(positions)
    found = [
        candidate
        for standing in standings
        if standing.position in wanted and (candidate := _candidate(standing, rules)) is not None
    ]
    found.sort(key=lambda each: each.order)
    return [_item(number, each, today) for number, each in enumerate(found, 1)]


def next_level(standing: MetricStanding) -> LevelGap | None:
    """Return the gap to the lowest level that a figure has not reached, or None."""
    short = [gap for gap in standing.gaps if gap.gap < 0]
    return max(short, key=lambda gap: gap.gap) if short else None


def impact_of(standing: MetricStanding) -> float:
    """Return how far a figure is from leading, in steps from the lagging to the leading level.

    Where one level alone decides, in shares of it; 0 where it leads.
    """
    floor, ceiling = standing.gap_to(standing.floor), standing.gap_to(standing.ceiling)
    if ceiling is None or ceiling.gap >= 0:
        return 0.0
    step = abs(ceiling.level_value - floor.level_value) if floor else 0.0
    step = step or abs(ceiling.level_value)
    return -ceiling.gap / step if step else 0.0


def evidence_of(standing: MetricStanding) -> Evidence:
    """Return whether a verdict is beyond chance, or the figure decides alone."""
    return "figure_alone" if standing.p_value is None else "beyond_chance"


def _candidate(standing: MetricStanding, rules: Sequence[ActionRule]) -> _Candidate | None:
    rule, gap = rule_for(standing.key, rules), next_level(standing)
    if rule is None or gap is None or standing.value is None:
        return None
    return _Candidate(standing, rule, gap, impact_of(standing), evidence_of(standing))


def _item(priority: int, found: _Candidate, today: date) -> ActionItem:
    standing, gap, rule = found.standing, found.gap, found.rule
    assert standing.value is not None  # noqa: S101 (a candidate has a figure)
    return ActionItem(
        priority=priority,
        metric=standing.metric,
        key=standing.key,
        title=standing.title,
        category=standing.category,
        position=standing.position,
        value=standing.value,
        unit=standing.unit,
        level=gap.level,
        level_value=gap.level_value,
        gap=gap.gap,
        gap_percent=gap.gap_percent,
        impact=found.impact,
        evidence=found.evidence,
        finding=finding(standing, gap),
        action=say(rule.action),
        weeks=rule.weeks,
        due=today + timedelta(weeks=rule.weeks),
        rule=rule.id,
        source=rule.source,
    )
