"""The tools by which experiments are judged, watched and planned."""

from __future__ import annotations

import asyncio

from ag2_marketing_tools.experiments.analysis.model import ExperimentPlan, SampleSize
from ag2_marketing_tools.experiments.analysis.parameters import CalculateSampleSize, PlanExperiment
from ag2_marketing_tools.experiments.analysis.planning import plan
from ag2_marketing_tools.experiments.analysis.sizing import sample_size
from ag2_marketing_tools.tool import tool
from ag2_marketing_tools.workspace import Workspace


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
