"""How large and how long a proposed experiment must be, where that can be known at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ag2_marketing_tools.experiments.analysis.parameters import CalculateSampleSize
from ag2_marketing_tools.experiments.analysis.sizing import sample_size
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.units import convert, require_unit
from ag2_marketing_tools.pages.urls import canonical_form
from ag2_marketing_tools.statistics.duration import days_needed
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store import observations
from ag2_marketing_tools.workspace.store.analyses import PAGE

LONGEST_DAYS = 90
ARMS = 2


class SamplePlan(Result):
    """How many users the goal needs; null with a reason where its rate today is not known."""

    metric: str = Field(description="The metric that decides.")
    baseline: Annotated[float | None, unit("ratio")] = Field(description="Its rate today.")
    baseline_source: str | None
    minimum_detectable_effect: Annotated[float | None, unit("ratio")] = Field(
        description="The relative change that the test would find, a house default: 0.1 for 10 %."
    )
    users_per_variant: Annotated[int | None, unit("user")]
    users_in_all: Annotated[int | None, unit("user")]
    duration_days: Annotated[int, unit("day")]
    duration_source: str
    reason: str | None = Field(description="Why the number of users is not told.")


class _Metrics(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    goal: str
    guardrails: list[str]
    others: list[str]


class Defaults(BaseModel):
    """What `proposal_defaults.json` says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    duration_days: int
    confidence_level: float
    power: float
    minimum_detectable_effect: float
    fewest_users_behind_a_baseline: int
    seen_on_page: Mapping[str, bool]
    metrics: _Metrics


@cache
def defaults() -> Defaults:
    """Return the house defaults."""
    text = resources.files(__package__).joinpath("proposal_defaults.json").read_text("utf-8")
    return Defaults.model_validate(json.loads(text))


async def plan_for(url: str, baseline: float | None, daily_users: int | None, ws: Workspace) -> SamplePlan:
    """Return the size and length of a test of two variants with equal shares.

    Args:
        url: The page, whose stored observation is the baseline where the caller gives none.
        baseline: The goal's rate today.
        daily_users: Visitors a day.
        ws: Where observations are stored.
    """
    facts = defaults()
    rate, source = (baseline, say("As it was given.")) if baseline else await _observed(url, ws)
    users = None if rate is None else _users(rate, facts)
    days, told = _duration(users, daily_users, facts)
    return SamplePlan(
        metric=facts.metrics.goal,
        baseline=rate,
        baseline_source=source,
        minimum_detectable_effect=facts.minimum_detectable_effect,
        users_per_variant=users,
        users_in_all=users and users * ARMS,
        duration_days=days,
        duration_source=told,
        reason=None if users else _why_not(rate),
    )


async def _observed(url: str, ws: Workspace) -> tuple[float | None, str | None]:
    """Return the page's newest stored rate that rests on enough users, and what it is."""
    facts = defaults()
    found = await observations.latest(
        ws.store,
        subject_kind=PAGE,
        subject_id=canonical_form(url),
        metric=facts.metrics.goal,
        at=ws.clock.now(),
    )
    if found is None or (found.sample_size or 0) < facts.fewest_users_behind_a_baseline:
        return None, None
    ratio = convert(Decimal(repr(found.value)), require_unit(found.unit), require_unit("ratio"))
    if not 0 < ratio < 1:
        return None, None
    told = say("Measured for this page: {source}.", source=found.source)
    return float(ratio), told


def _users(rate: float, facts: Defaults) -> int | None:
    if rate * (1 + facts.minimum_detectable_effect) >= 1:
        return None
    asked = CalculateSampleSize(
        baseline_conversion=rate,
        minimum_detectable_effect=facts.minimum_detectable_effect,
        effect="relative",
        confidence_level=facts.confidence_level,
        power=facts.power,
        variants=ARMS,
    )
    return sample_size(asked).users_per_variant


def _why_not(rate: float | None) -> str:
    if rate is None:
        return say(
            "The click-through rate of this page today is not known, so I name no number of users. "
            "Measure it on the present page for a week, or give the rate."
        )
    return say("The rate today leaves no room for so large an improvement.")


def _duration(users: int | None, daily_users: int | None, facts: Defaults) -> tuple[int, str]:
    house = say("Whole weeks, so that every weekday counts alike.")
    if users is None or daily_users is None:
        return facts.duration_days, house
    days = days_needed(users * ARMS, daily_users, least_days=facts.duration_days)
    if days is None or days > LONGEST_DAYS:
        return LONGEST_DAYS, say(
            "The longest that a test should run: with the traffic given it would not reach its users."
        )
    return days, say("From the traffic given, in whole weeks.")
