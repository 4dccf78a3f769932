"""Campaigns: validated, previewed and stored posts, with their states and times."""

from ag2_marketing_tools.campaigns.model import CampaignId, ScheduleCampaign
from ag2_marketing_tools.campaigns.results import Campaign, CampaignList, StoredCampaign
from ag2_marketing_tools.campaigns.tools import (
    ApproveCampaign,
    CancelCampaign,
    ListCampaigns,
    approve_campaign,
    cancel_campaign,
    list_campaigns,
    schedule_campaign,
    show_campaign,
)

__all__ = [
    "ApproveCampaign",
    "Campaign",
    "CampaignId",
    "CampaignList",
    "CancelCampaign",
    "ListCampaigns",
    "ScheduleCampaign",
    "StoredCampaign",
    "approve_campaign",
    "cancel_campaign",
    "list_campaigns",
    "schedule_campaign",
    "show_campaign",
]
