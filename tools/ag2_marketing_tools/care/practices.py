"""The practices that figures speak for: those behind what leads, and those behind what falls short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.care.facts import care_rules
from ag2_marketing_tools.care.findings import CareFinding
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.standing import rule_for
from ag2_marketing_tools.tool import Result


class BestPractice(Result):
    """A practice of the specialty, and how the figures that it is for stand."""

    practice: str
    rule: str
    source: str
    leading: list[str] = Field(
        description="Metrics at the top performers' level: it is followed, keep to it."
    )
    short: list[str] = Field(description="Metrics short of that level.")
    aligned: Annotated[float | None, unit("ratio")] = Field(
        description="Share of the measured metrics that lead; null where none was measured."
    )


def best_practices(findings: Sequence[CareFinding]) -> list[BestPractice]:
    """Return the practices behind the measured metrics, the least followed first."""
    groups: dict[str, list[CareFinding]] = {}
    rules = {rule.id: rule for rule in care_rules()}
    for one in findings:
        rule = rule_for(one.key, care_rules())
        if rule is not None and one.value is not None:
            groups.setdefault(rule.id, []).append(one)
    found = [
        BestPractice(
            practice=say(rules[name].action),
            rule=name,
            source=rules[name].source,
            leading=[one.metric for one in group if one.position == "leading"],
            short=[one.metric for one in group if one.position != "leading"],
            aligned=sum(one.position == "leading" for one in group) / len(group),
        )
        for name, group in groups.items()
    ]
    return sorted(found, key=lambda one: (one.aligned or 0.0, one.rule))
