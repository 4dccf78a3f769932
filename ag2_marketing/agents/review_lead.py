"""The lead of a location's review: closes it with the actions in order."""

from __future__ import annotations

from typing import ClassVar

from ag2_marketing.adapters.direct import AnyTool
from ag2_marketing.agents.base import MarketingAgent
from ag2_marketing_tools.figures import calculate, resolve_time
from ag2_marketing_tools.operations import order_actions


class ReviewLead(MarketingAgent):
    """Puts what the colleagues found into one list of actions, the most pressing first."""

    role: ClassVar[str] = "review_lead"
    default_name: ClassVar[str] = "team_lead"
    toolset: ClassVar[tuple[AnyTool, ...]] = (order_actions, calculate, resolve_time)
