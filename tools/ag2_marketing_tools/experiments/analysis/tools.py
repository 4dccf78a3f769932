"""The tools by which experiments are judged, watched and planned."""

from __future__ import annotations

import asyncio

from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.analysis.looks import read_at_its_look
from ag2_marketing_tools.experiments.analysis.model import (
    Analysis,
    ExperimentPlan,
    ExperimentStatus,
    PartialResults,
    SampleSize,
)
from ag2_marketing_tools.experiments.analysis.parameters import (
    AnalyzeResults,
    CalculateSampleSize,
    PlanExperiment,
)
from ag2_marketing_tools.experiments.analysis.partial import partial_results
from ag2_marketing_tools.experiments.analysis.planning import plan
from ag2_marketing_tools.experiments.analysis.reading import read_test
from ag2_marketing_tools.experiments.analysis.sizing import sample_size
from ag2_marketing_tools.experiments.analysis.status import status_of
from ag2_marketing_tools.experiments.configuration import TestId
from ag2_marketing_tools.tool import tool
from ag2_marketing_tools.workspace import Workspace


@tool(family="experiments")
async def analyze_results(params: AnalyzeResults, ws: Workspace) -> Analysis:
    """Analyse a test: who won or why nobody did, what to do, and everything that was looked at for it.

    Every metric with its variants' values, differences and lifts with intervals, corrected for several comparisons;
    guardrails, sample ratio, excluded users, warnings, and series for pictures. While the test runs, the intervals
    hold however often one looks; planned looks are taken once each, and shown until the next one is due.
    """
    read = await read_at_its_look(params.test_id, ws, mode=params.mode)
    return analyze(
        read.experiment,
        read.sums,
        now=read.now,
        mode=params.mode,
        alternative=params.alternative,
        splits=read.splits,
        taken=read.taken,
    )


@tool(family="experiments")
async def get_partial_results(params: TestId, ws: Workspace) -> PartialResults:
    """Tell what a running test shows up to now, by intervals that hold however often one looks; it names no winner."""
    read = await read_at_its_look(params.test_id, ws)
    return partial_results(read.experiment, read.sums, now=read.now, splits=read.splits, taken=read.taken)


@tool(family="experiments")
async def get_test_status(params: TestId, ws: Workspace) -> ExperimentStatus:
    """Tell how far a test has come: users against need, daily traffic, days left, and whether the data are sound."""
    read = await read_test(params.test_id, ws, split=False)
    return status_of(read.experiment, read.sums, now=read.now)


@tool(family="experiments")
async def calculate_sample_size(params: CalculateSampleSize, ws: Workspace) -> SampleSize:
    """Tell how many users each variant needs to find a change of a conversion rate.

    The change is absolute (0.01 is one percentage point) unless said otherwise; the answer is per variant, with
    the total, the formula, and what other formulas in use would ask for.
    """
    return sample_size(params)


@tool(family="experiments")
async def plan_experiment(params: PlanExperiment, ws: Workspace) -> ExperimentPlan:
    """Plan a test: users per variant, duration in whole weeks, power and smallest effect by sample size.

    For shares and means, unequal allocation, several variants and goals, with what looking early costs.
    """
    return await asyncio.to_thread(plan, params)
