"""ag2_marketing: a marketing team you can talk to, in which every number is real.

grounding   evidence ledger and number guard        (no agent framework)
adapters    one declared tool in every skin
agents      ConversableAgents: a prompt, a toolset, public async methods
classes     the specification's other classes: benchmarks, KPIs, care
workflows   group chats: who speaks when, and what each step must bring
monitor     the loops that look again and again, and the to-dos that they find
report      what a workflow found, as HTML, Markdown and JSON
server      the web: tracking, assignment, pages behind a login
cli, demo   the command line, and its bundled sites

Every public name is imported from here; nothing is loaded before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ag2_marketing.agents.ab_testing import ABTestingAgent
    from ag2_marketing.agents.benchmark_analyst import BenchmarkAnalyst
    from ag2_marketing.agents.care_outcomes_analyst import CareOutcomesAnalyst
    from ag2_marketing.agents.caregiver_coach import CaregiverQualityCoach
    from ag2_marketing.agents.content_strategy import ContentStrategyAgent
    from ag2_marketing.agents.marketing_automation import MarketingAutomationAgent
    from ag2_marketing.agents.seo_audit import SEOAuditAgent
    from ag2_marketing.classes.benchmarks import (
        CareWellnessBenchmarks,
        CompetitiveBenchmarks,
        HomeCareIndustryBenchmarks,
    )
    from ag2_marketing.classes.caregivers import CaregiverPeerAnalytics, CaregiverQualityMetrics
    from ag2_marketing.classes.clients import ClientOutcomeTracker
    from ag2_marketing.classes.kpi import (
        BusinessMetrics,
        MarketingMetrics,
        MetricAnalyzer,
        SEOMetrics,
        SystemHealthMetrics,
    )
    from ag2_marketing.classes.specialties import InterventionAnalytics, SpecialtyCareAnalytics
    from ag2_marketing.classes.unified_tracker import UnifiedTracker
    from ag2_marketing.workflows.experiment import run_experiment_review
    from ag2_marketing.workflows.marketing import run_marketing_workflow
    from ag2_marketing.workflows.review import run_location_review
    from ag2_marketing_tools.errors import MarketingError
    from ag2_marketing_tools.workspace import Settings, Workspace
    from ag2_marketing_tools.workspace.gateway import APIGateway, CircuitBreaker, RateLimiter

__version__ = "0.1.0"

_HOMES = {
    "ABTestingAgent": "ag2_marketing.agents.ab_testing",
    "APIGateway": "ag2_marketing_tools.workspace.gateway",
    "BenchmarkAnalyst": "ag2_marketing.agents.benchmark_analyst",
    "BusinessMetrics": "ag2_marketing.classes.kpi",
    "CareOutcomesAnalyst": "ag2_marketing.agents.care_outcomes_analyst",
    "CareWellnessBenchmarks": "ag2_marketing.classes.benchmarks",
    "CaregiverPeerAnalytics": "ag2_marketing.classes.caregivers",
    "ClientOutcomeTracker": "ag2_marketing.classes.clients",
    "CaregiverQualityCoach": "ag2_marketing.agents.caregiver_coach",
    "CaregiverQualityMetrics": "ag2_marketing.classes.caregivers",
    "CircuitBreaker": "ag2_marketing_tools.workspace.gateway",
    "CompetitiveBenchmarks": "ag2_marketing.classes.benchmarks",
    "ContentStrategyAgent": "ag2_marketing.agents.content_strategy",
    "HomeCareIndustryBenchmarks": "ag2_marketing.classes.benchmarks",
    "InterventionAnalytics": "ag2_marketing.classes.specialties",
    "MarketingAutomationAgent": "ag2_marketing.agents.marketing_automation",
    "MarketingError": "ag2_marketing_tools.errors",
    "MarketingMetrics": "ag2_marketing.classes.kpi",
    "MetricAnalyzer": "ag2_marketing.classes.kpi",
    "RateLimiter": "ag2_marketing_tools.workspace.gateway",
    "SEOAuditAgent": "ag2_marketing.agents.seo_audit",
    "SEOMetrics": "ag2_marketing.classes.kpi",
    "Settings": "ag2_marketing_tools.workspace",
    "SpecialtyCareAnalytics": "ag2_marketing.classes.specialties",
    "SystemHealthMetrics": "ag2_marketing.classes.kpi",
    "UnifiedTracker": "ag2_marketing.classes.unified_tracker",
    "Workspace": "ag2_marketing_tools.workspace",
    "run_experiment_review": "ag2_marketing.workflows.experiment",
    "run_location_review": "ag2_marketing.workflows.review",
    "run_marketing_workflow": "ag2_marketing.workflows.marketing",
}

__all__ = [
    "ABTestingAgent",
    "APIGateway",
    "BenchmarkAnalyst",
    "BusinessMetrics",
    "CareOutcomesAnalyst",
    "CareWellnessBenchmarks",
    "CaregiverPeerAnalytics",
    "CaregiverQualityCoach",
    "CaregiverQualityMetrics",
    "CircuitBreaker",
    "ClientOutcomeTracker",
    "CompetitiveBenchmarks",
    "ContentStrategyAgent",
    "HomeCareIndustryBenchmarks",
    "InterventionAnalytics",
    "MarketingAutomationAgent",
    "MarketingError",
    "MarketingMetrics",
    "MetricAnalyzer",
    "RateLimiter",
    "SEOAuditAgent",
    "SEOMetrics",
    "Settings",
    "SpecialtyCareAnalytics",
    "SystemHealthMetrics",
    "UnifiedTracker",
    "Workspace",
    "run_experiment_review",
    "run_location_review",
    "run_marketing_workflow",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its home when it is first asked for."""
    if name not in _HOMES:
        from difflib import get_close_matches

        near = get_close_matches(name, _HOMES, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(__all__)}."
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}. {hint}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
