"""Results of A/B tests and plans as pages with pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ag2_marketing.cli.outputs import once, show_place
from ag2_marketing_tools.messages import say

if TYPE_CHECKING:
    from ag2_marketing_tools.experiments.analysis.model import Analysis, ExperimentPlan


async def write_results(analysis: Analysis, folder: Path, *, told: bool) -> Mapping[str, Path]:
    """Write `experiment.html` and `experiment.json`, with the test's progress, and say where they lie."""
    from ag2_marketing.report.experiments import write_analysis
    from ag2_marketing_tools.experiments import get_test_status

    status = await once(get_test_status, {"test_id": analysis.test_id}, say("Looking into the tests …"))
    paths = write_analysis(analysis, folder, status)
    show_place(paths, wanted=told)
    return paths


def write_curves(plan: ExperimentPlan, folder: Path, *, told: bool) -> Mapping[str, Path]:
    """Write `plan.html` and `plan.json`, and say where they lie."""
    from ag2_marketing.report.experiments import write_plan

    paths = write_plan(plan, folder)
    show_place(paths, wanted=told)
    return paths
