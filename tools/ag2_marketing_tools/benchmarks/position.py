"""Where a company or one of its locations stands against the benchmarks, and what to do about it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field

from ag2_marketing_tools.benchmarks.risks import Risk, risks_of
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import Tables, load_tables
from ag2_marketing_tools.standing import (
    ActionItem,
    ActionRule,
    MetricStanding,
    MetricTrend,
    Over,
    PositionCounts,
    RefusedMetric,
    UnknownMetric,
    actions_for,
    figures_over,
    history_of,
    read_rules,
    refused_view,
    stand,
    standing_view,
    summary_of_counts,
    the_subject,
    trends_of,
    unknown_view,
)
from ag2_marketing_tools.standing.stored import least_cases, told_history
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation


class CompareWithBenchmarks(Params):
    """Whose figures, and against which table."""

    system: str = Field(
        min_length=1, max_length=100, description="The table system, such as `HomeCareIndustryBenchmarks`."
    )
    metrics: dict[str, Any] | None = Field(
        default=None,
        description="Current figures, nested as the table is or by path `a/b/c`; each a number in the table's unit, "
        "or {value, n, sd, unit}. Without it the stored observations of the subject are compared.",
    )
    subject: str | None = Field(
        default=None, max_length=300, description="The company or location; the only one when not given."
    )
    subject_kind: Literal["company", "location"] = Field(
        default="company", description="What the subject is."
    )
    over: Over = None
    correction: Literal["benjamini-hochberg", "holm"] = Field(
        default="benjamini-hochberg", description="How verdicts made together are corrected for their number."
    )


class BenchmarkPosition(Result):
    """Every metric of a table and where it stands; what to do, what may go wrong, what may be won."""

    system: str
    subject_kind: str
    subject: str | None
    compared_at: datetime
    over: Over
    summary: str = Field(description="How many of the measured metrics stand where.")
    counts: PositionCounts
    metrics: list[MetricStanding]
    unknown: list[UnknownMetric] = Field(description="Names that no metric has, with the nearest.")
    refused: list[RefusedMetric] = Field(description="Figures that cannot be used.")
    elsewhere: list[str] = Field(description="Names that only other systems have.")
    actions: list[ActionItem] = Field(description="For what lags, the most pressing first.")
    precautions: list[ActionItem] = Field(
        default_factory=list, description="For what gets worse and neither lags nor leads."
    )
    opportunities: list[ActionItem] = Field(description="For what is competitive or short of our targets.")
    risks: list[Risk]
    trends: list[MetricTrend]
    trends_reason: str | None = Field(description="Why there are no trends.")


@tool(family="benchmarks")
async def compare_with_benchmarks(params: CompareWithBenchmarks, ws: Workspace) -> BenchmarkPosition:
    """Compare a company's or location's figures with a benchmark table: where it leads, lags, and what to do.

    Without figures, the latest stored observations are compared. What was not measured is listed, never guessed; a
    difference that may be chance is called inconclusive.
    """
    tables = load_tables(ws.settings.benchmark_tables)
    subject, history, untold = await _observed(params, ws)
    now = ws.clock.now()
    least = least_cases(params.subject_kind, ws.settings.least_group_size)
    given: Mapping[str, Any] = params.metrics or {}
    if params.metrics is None:
        given = figures_over(history, tables.metrics, over=params.over, now=now, least=least)
    standing = stand(given, params.system, tables, correction=params.correction)
    views = [standing_view(placed) for placed in standing.placed]
    told = told_history(history, least)
    trends = await asyncio.to_thread(trends_of, told, _by_key(tables, params.system))
    counts = PositionCounts(**Counter(str(view.position) for view in views))
    declining = {one.key for one in trends if one.trend == "declining"}
    return BenchmarkPosition(
        system=params.system,
        subject_kind=params.subject_kind,
        subject=subject,
        compared_at=now,
        over=params.over if params.metrics is None else None,
        summary=summary_of_counts(counts),
        counts=counts,
        metrics=views,
        unknown=[unknown_view(one) for one in standing.unknown],
        refused=[refused_view(one) for one in standing.refused],
        elsewhere=list(standing.elsewhere),
        actions=actions_for(views, action_rules(), positions=("lagging",), today=now.date()),
        precautions=actions_for(
            [view for view in views if view.key in declining],
            action_rules(),
            positions=("competitive", "inconclusive"),
            today=now.date(),
        ),
        opportunities=actions_for(
            views, action_rules(), positions=("competitive", "leading"), today=now.date()
        ),
        risks=risks_of(views, trends),
        trends=trends,
        trends_reason=None if trends else (untold or say("Nothing is stored of these metrics yet.")),
    )


async def _observed(
    params: CompareWithBenchmarks, ws: Workspace
) -> tuple[str | None, dict[str, list[Observation]], str | None]:
    """The subject and its history; with figures at hand, an unclear subject only costs the trends."""
    try:
        subject = await the_subject(ws.store, params.subject_kind, params.subject)
    except InvalidInput as error:
        if params.metrics is None:
            raise
        return None, {}, str(error)
    if subject is None:
        if params.metrics is None:
            raise InvalidInput(
                f"There are neither figures nor observations of a {params.subject_kind}.",
                remedy="Give metrics, or import observations first.",
            )
        return None, {}, None
    history = await history_of(ws.store, params.subject_kind, subject, until=ws.clock.now())
    return subject, history, None


def _by_key(tables: Tables, system: str) -> dict[str, Any]:
    return {f"{system}/{path}": metric for path, metric in tables.of(system).items()}


@lru_cache(maxsize=1)
def action_rules() -> tuple[ActionRule, ...]:
    """Return the rules of what to do about a benchmark that is not reached."""
    text = files("ag2_marketing_tools.benchmarks").joinpath("data", "actions.toml").read_text("utf-8")
    return read_rules(text, name="benchmarks/data/actions.toml")
