"""Pictures and pages of experiments, from the results of `analyze_results`, `get_test_status` and `plan_experiment`.

intervals   effects against zero, with a guardrail's margin
over_time   the effect as it grew in its confidence sequence, traffic and sample ratio by day
by_size     smallest effect and power by sample size
cards       one metric with its verdict, pictures and figures
view        everything that a page shows, in words
fragment    HTML without style or script, for any page
page        a page of its own, and files

Figures come from the results alone; in between they are only formatted.
"""

from ag2_marketing.report.experiments.fragment import (
    analysis_fragment,
    plan_fragment,
    status_fragment,
    style,
)
from ag2_marketing.report.experiments.page import analysis_page, plan_page, write_analysis, write_plan

__all__ = [
    "analysis_fragment",
    "analysis_page",
    "plan_fragment",
    "plan_page",
    "status_fragment",
    "style",
    "write_analysis",
    "write_plan",
]
