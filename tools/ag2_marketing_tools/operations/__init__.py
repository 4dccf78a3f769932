"""Actions that span families."""

from ag2_marketing_tools.operations.plan_campaign import CampaignPlan, PlanCampaign, plan_campaign

__all__ = ["CampaignPlan", "PlanCampaign", "plan_campaign"]
