"""What is known of instruments, of how assessments and responses are written, and of changes to care plans."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ag2_marketing_tools.care.facts import read
from ag2_marketing_tools.care.names import instrument_named

SYSTEM = "ClientOutcomeTracker"
CLIENT = "client"
_WORD = re.compile(r"[^\W_]+(?:/[^\W_]+)?")
When = Literal["worse", "low_adherence", "side_effects", "goal_missed", "assessment_old"]


class Instrument(BaseModel):
    """An instrument of assessment.

    Attributes:
        least: The least figure that it can give.
        most: The largest.
        unit: Of its figures; points of its own when not given.
        direction: Which figures are better.
        mcid: The least change that matters to people, in its unit, where a publication gives one.
        mcid_percent: The same as a share of the baseline; either counts.
        population: In whom that was found.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    least: float
    most: float
    unit: str | None = None
    direction: Literal["higher", "lower"]
    mcid: float | None = Field(default=None, gt=0)
    mcid_percent: float | None = Field(default=None, gt=0)
    population: str | None = None
    source: str | None = None


class PlanRule(BaseModel):
    """What to change in a care plan when something is found; `metrics` names the measures that it is for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    when: When
    metrics: tuple[str, ...] = ("*",)
    action: str = Field(min_length=1)
    weeks: int = Field(ge=1, le=104)
    source: str = Field(min_length=1)


def instrument(name: str) -> Instrument:
    """Return an instrument by whatever it is called.

    Raises:
        InvalidInput: There is none of this name; the remedy lists those that there are.
    """
    return _instruments()[instrument_named(name)]


@lru_cache(maxsize=1)
def _instruments() -> Mapping[str, Instrument]:
    return {entry["name"]: Instrument.model_validate(entry) for entry in read("instruments")["instrument"]}


@lru_cache(maxsize=1)
def plan_rules() -> tuple[PlanRule, ...]:
    """Return the rules by which care plans are changed, in the order of their file."""
    return tuple(PlanRule.model_validate(entry) for entry in read("clients")["rule"])


def section_of(name: object) -> str | None:
    """Return the part of an assessment that a name stands for, or None."""
    wanted = str(name).strip().casefold().replace(" ", "_")
    return next((section for section, names in read("clients")["sections"].items() if wanted in names), None)


def section_names() -> list[str]:
    """Return what the parts of an assessment are called, the first name of each."""
    return [names[0] for names in read("clients")["sections"].values()]


def given_as(data: Mapping[str, Any], what: str) -> Any:
    """Return what a response gives under one of its names (`comfort`, …), or None."""
    return next(
        (data[name] for name in read("clients")["response"][what] if data.get(name) is not None), None
    )


def without_moment(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a response without its moment, which is kept apart: given with it or not, it is the same response."""
    names = read("clients")["response"]["time"]
    return {name: value for name, value in data.items() if name not in names}


def told_of_side_effects(text: str) -> Literal["some", "none", "untold"]:
    """Return whether words name a side effect, say that there was none, or say nothing of them."""
    known = read("clients")["no_side_effects"]
    words = _WORD.findall(text.casefold())
    if not words or " ".join(words) in known["untold"]:
        return "untold"
    denied = not set(words).isdisjoint(known["denials"])
    return "none" if denied and set(words) <= {*known["denials"], *known["fillers"]} else "some"


def counted_as() -> Sequence[Sequence[str]]:
    """Return the pairs of names under which a response counts what was done of what was planned."""
    pairs: Sequence[Sequence[str]] = read("clients")["response"]["counts"]
    return pairs


def fact(section: str, name: str) -> float:
    """Return one number of the clients' rules."""
    return float(read("clients")[section][name])


def quality_domains() -> Mapping[str, Sequence[str]]:
    """Return the domains of quality of life and the measures that tell of each."""
    domains: Mapping[str, Sequence[str]] = read("clients")["quality_of_life"]
    return domains


def report_types() -> Mapping[str, Sequence[str]]:
    """Return the types of reports and the parts that each has."""
    types: Mapping[str, Sequence[str]] = read("clients")["report"]
    return types
