"""Actions that span families."""

from ag2_marketing_tools.operations.plan_campaign import CampaignPlan, PlanCampaign, plan_campaign
from ag2_marketing_tools.operations.propose_experiment import (
    ExperimentProposal,
    PageTexts,
    ProposeExperiment,
    propose_experiment,
)
from ag2_marketing_tools.operations.revert_to_control import RevertedTest, revert_to_control

__all__ = [
    "CampaignPlan",
    "ExperimentProposal",
    "PageTexts",
    "PlanCampaign",
    "ProposeExperiment",
    "RevertedTest",
    "plan_campaign",
    "propose_experiment",
    "revert_to_control",
]
