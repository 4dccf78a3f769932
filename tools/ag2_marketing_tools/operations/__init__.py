"""Actions that span families."""

from ag2_marketing_tools.operations.location_action_views import LocationAction, LocationActions
from ag2_marketing_tools.operations.order_actions import OrderActions, order_actions
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
    "LocationAction",
    "LocationActions",
    "OrderActions",
    "PageTexts",
    "PlanCampaign",
    "ProposeExperiment",
    "RevertedTest",
    "order_actions",
    "plan_campaign",
    "propose_experiment",
    "revert_to_control",
]
