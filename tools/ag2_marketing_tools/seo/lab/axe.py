"""What axe-core makes of a page, in our terms."""

from __future__ import annotations

import json
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.seo.lab.facts import LabFacts, axe_script
from ag2_marketing_tools.seo.lab.model import Accessibility, Violation
from ag2_marketing_tools.workspace.browser import Tab

_LONGEST_SELECTOR: Final = 200
Impact = Literal["minor", "moderate", "serious", "critical"]


class _Node(BaseModel):
    model_config = ConfigDict(extra="ignore")
    target: list[str | list[str]]


class _Rule(BaseModel):
    model_config = ConfigDict(extra="ignore")
    id: str
    impact: Impact | None = None
    help: str
    help_url: str = Field(alias="helpUrl")
    nodes: list[_Node]


class _Engine(BaseModel):
    model_config = ConfigDict(extra="ignore")
    name: str
    version: str


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")
    engine: _Engine = Field(alias="testEngine")
    violations: list[_Rule]


async def look(tab: Tab, facts: LabFacts) -> Accessibility:
    """Have axe-core look at the page in a tab; where it cannot, say why. Frames are not looked into."""
    options = {
        "runOnly": {"type": "tag", "values": facts.axe_tags},
        "rules": {facts.tap_target_rule: {"enabled": True}},
        "resultTypes": ["violations"],
        "iframes": False,
    }
    try:
        await tab.run(axe_script())
        answer = await tab.run(f"axe.run(document, {json.dumps(options)})")
        return _read(answer, facts)
    except FetchFailed as failure:
        return _nothing(failure.message)
    except ValidationError:
        return _nothing("axe-core's answer is not of the form that it documents.")


def _read(answer: Any, facts: LabFacts) -> Accessibility:
    found = _Answer.model_validate(answer)
    violations = [_violation(rule, facts.most_elements) for rule in found.violations]
    small = next((one for one in violations if one.rule == facts.tap_target_rule), None)
    return Accessibility(
        engine=f"{found.engine.name} {found.engine.version}",
        violations=violations,
        violation_count=len(violations),
        small_targets=small,
    )


def _violation(rule: _Rule, most: int) -> Violation:
    places = [_selector(node.target) for node in rule.nodes]
    return Violation(
        rule=rule.id,
        impact=rule.impact,
        help=rule.help,
        help_url=rule.help_url,
        elements=places[:most],
        element_count=len(places),
    )


def _selector(target: list[str | list[str]]) -> str:
    parts = [part if isinstance(part, str) else " ".join(part) for part in target]
    return " ".join(parts)[:_LONGEST_SELECTOR]


def _nothing(reason: str) -> Accessibility:
    return Accessibility(engine=None, violations=[], violation_count=None, small_targets=None, reason=reason)
