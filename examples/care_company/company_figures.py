"""The synthetic company's own monthly figures: its marketing, its standing in the sector, its KPIs."""

from __future__ import annotations

import numpy as np
from figures import Table
from people import Plan

COMPANY = "synthetic-care"
_SHARES = {  # the percentage around which each is drawn, of about how many cases
    "CompetitiveBenchmarks/marketing_benchmarks/email_marketing/open_rate": (18.5, 3_000),
    "CompetitiveBenchmarks/marketing_benchmarks/email_marketing/click_rate": (3.1, 3_000),
    "CompetitiveBenchmarks/business_benchmarks/market_performance/customer_retention": (88.0, 900),
    "CareWellnessBenchmarks/patient_engagement/telehealth/satisfaction": (72.0, 1_500),
    "CareWellnessBenchmarks/patient_engagement/wellness_programs/completion_rate": (52.0, 500),
    "HomeCareIndustryBenchmarks/caregiver_excellence/retention_metrics/annual_retention": (58.0, 1_500),
    "HomeCareIndustryBenchmarks/care_quality/patient_satisfaction/would_recommend": (86.0, 800),
    "SEOMetrics/user_engagement/bounce_rate": (49.0, 20_000),
    "BusinessMetrics/customer_success/retention": (88.0, 900),
}
_PAGE_LOAD = "CompetitiveBenchmarks/technical_benchmarks/site_performance/page_load"


def company_months(plan: Plan, random: np.random.Generator) -> Table:
    """Monthly figures of the company as a whole."""
    table = Table("company_months.csv", ("company", "month_end", "metric", "value", "unit", "n"))
    for day in plan.month_ends:
        first = {"company": COMPANY, "month_end": day.isoformat()}
        for metric, (percent, about) in _SHARES.items():
            cases = int(random.poisson(about))
            value = 100 * float(random.binomial(cases, percent / 100)) / cases
            table.rows.append(
                {**first, "metric": metric, "value": f"{value:.2f}", "unit": "percent", "n": cases}
            )
        seconds = 1.7 * float(np.exp(random.normal(0, 0.05)))
        table.rows.append({**first, "metric": _PAGE_LOAD, "value": f"{seconds:.2f}", "unit": "s", "n": ""})
    return table
