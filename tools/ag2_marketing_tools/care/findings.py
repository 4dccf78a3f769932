"""What is told of one metric of a caregiver: where it stands, in figures and in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from ag2_marketing_tools.care.facts import is_risk
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.standing import LevelGap, MetricStanding
from ag2_marketing_tools.standing.actions import evidence_of, impact_of, next_level
from ag2_marketing_tools.standing.facts import evidence_weight
from ag2_marketing_tools.standing.wording import finding
from ag2_marketing_tools.tool import Result, explain


class CareFinding(MetricStanding):
    """Where one metric stands, and the sentence that says so."""

    finding: str
    level: str | None = Field(description="The level that the sentence sets it against.")
    level_value: float | None
    gap: float | None = Field(description="Distance to that level; positive is better than it.")
    impact: float = Field(description="Distance to leading, in steps from the lagging to the leading level.")
    risk: bool = Field(description="Whether clients are endangered where this metric lags.")


class NotUsed(Result):
    """A part of a given analysis that no plan can be made from."""

    entry: str
    reason: str


def care_finding(standing: MetricStanding) -> CareFinding:
    """Return a standing with its sentence: against the next level to reach, or the best of those reached."""
    gap = next_level(standing) or _best(standing)
    return CareFinding(
        **{name: getattr(standing, name) for name in MetricStanding.model_fields},
        finding=finding(standing, gap) if gap else say("{title}: not measured.", title=standing.title),
        level=gap.level if gap else None,
        level_value=gap.level_value if gap else None,
        gap=gap.gap if gap else None,
        impact=impact_of(standing),
        risk=is_risk(standing.key),
    )


F = TypeVar("F", bound=CareFinding)


def by_urgency(findings: Iterable[F]) -> list[F]:
    """Return findings in order: the farthest from leading first, a verdict beyond chance before a bare figure."""
    return sorted(findings, key=lambda one: (-one.impact * evidence_weight(evidence_of(one)), one.key))


def by_strength(findings: Iterable[F]) -> list[F]:
    """Return findings in order: the farthest beyond their level first."""
    return sorted(findings, key=lambda one: (evidence_of(one) != "beyond_chance", -_lead(one), one.key))


def read_findings(analysis: object, lists: Iterable[str]) -> tuple[list[CareFinding], list[NotUsed]]:
    """Return the findings of an analysis that was given back, each metric once, and what was no finding.

    Args:
        analysis: What an `analyze_…` method returned.
        lists: The keys to read, in order.
    """
    found: dict[str, CareFinding] = {}
    unused: list[NotUsed] = []
    if not isinstance(analysis, Mapping):
        return [], [NotUsed(entry="analysis", reason=say("It is no mapping."))]
    for name in lists:
        entries = analysis.get(name) or []
        for place, entry in enumerate(entries if isinstance(entries, list | tuple) else [entries]):
            try:
                one = _read(entry)
            except ValidationError as error:
                unused.append(NotUsed(entry=f"{name}/{place}", reason=explain(error)))
            else:
                found.setdefault(one.key, one)
    return list(found.values()), unused


def _read(entry: Any) -> CareFinding:
    if isinstance(entry, Mapping):
        entry = {name: value for name, value in entry.items() if name in CareFinding.model_fields}
    return CareFinding.model_validate(entry)


def _best(standing: MetricStanding) -> LevelGap | None:
    reached = [gap for gap in standing.gaps if gap.gap >= 0]
    return min(reached, key=lambda gap: gap.gap) if reached else None


def _lead(one: CareFinding) -> float:
    return (one.gap or 0.0) / abs(one.level_value) if one.level_value else 0.0
