"""What follows from a comparison: a summary, what to train, what to do, and where it is heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.care.facts import care_rules, kind_of
from ag2_marketing_tools.care.figures import trends_in
from ag2_marketing_tools.care.findings import CareFinding, NotUsed, by_strength, by_urgency
from ag2_marketing_tools.care.practices import BestPractice, best_practices
from ag2_marketing_tools.marks import personal, unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.standing import ActionItem, PositionCounts, actions_for, summary_of_counts
from ag2_marketing_tools.standing.trending import MetricTrend
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.workspace import Workspace


class Summary(Result):
    """How many metrics stand where, and the two findings that say most."""

    leading: Annotated[int, unit("count")]
    competitive: Annotated[int, unit("count")]
    lagging: Annotated[int, unit("count")]
    inconclusive: Annotated[int, unit("count")]
    text: str
    strongest: str | None
    weakest: str | None


class Insights(Result):
    """What follows from a caregiver's comparison."""

    advised_at: datetime
    caregiver_id: Annotated[str, personal()]
    summary: Summary
    training: list[ActionItem] = Field(description="Those of the recommendations that are trainings.")
    development_areas: list[CareFinding] = Field(description="What lags, the most pressing first.")
    recommendations: list[ActionItem]
    practices: list[BestPractice]
    trends: list[MetricTrend] = Field(description="Of the stored observations; empty where there are none.")
    trends_reason: str | None = Field(description="Why there are no trends.")
    not_used: list[NotUsed]


async def insights(
    caregiver_id: str,
    findings: Sequence[CareFinding],
    unused: Sequence[NotUsed],
    prefixes: Iterable[str],
    ws: Workspace,
) -> Insights:
    """Return what follows from findings, with the trends of the stored metrics under these keys."""
    now = ws.clock.now()
    actions = actions_for(findings, care_rules(), positions=("lagging", "competitive"), today=now.date())
    trends = await trends_in(caregiver_id, prefixes, ws)
    return Insights(
        advised_at=now,
        caregiver_id=caregiver_id,
        summary=summary_of(findings),
        training=[one for one in actions if kind_of(one.rule) == "training"],
        development_areas=by_urgency(one for one in findings if one.position == "lagging"),
        recommendations=actions,
        practices=best_practices(findings),
        trends=trends,
        trends_reason=None if trends else say("Nothing is stored of these metrics yet."),
        not_used=list(unused),
    )


def summary_of(findings: Sequence[CareFinding]) -> Summary:
    """Return how many metrics stand where."""
    counts: Counter[str] = Counter(one.position for one in findings)
    leading = by_strength(one for one in findings if one.position == "leading")
    lagging = by_urgency(one for one in findings if one.position == "lagging")
    return Summary(
        leading=counts["leading"],
        competitive=counts["competitive"],
        lagging=counts["lagging"],
        inconclusive=counts["inconclusive"],
        text=summary_of_counts(PositionCounts(**counts)),
        strongest=leading[0].finding if leading else None,
        weakest=lagging[0].finding if lagging else None,
    )
