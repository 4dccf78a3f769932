"""Actions that span families."""

from ag2_marketing_tools.operations.plan_campaign import CampaignPlan, PlanCampaign, plan_campaign
from ag2_marketing_tools.operations.propose_experiment import (
    ExperimentProposal,
    PageTexts,
    ProposeExperiment,
    propose_experiment,
)

__all__ = [
    "CampaignPlan",
    "ExperimentProposal",
    "PageTexts",
    "PlanCampaign",
    "ProposeExperiment",
    "plan_campaign",
    "propose_experiment",
]
