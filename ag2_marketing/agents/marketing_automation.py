"""The campaign manager: what is posted where and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ag2_marketing.adapters.answers import as_dict, failed_in_one_text
from ag2_marketing.adapters.direct import AnyTool
from ag2_marketing.agents.base import MarketingAgent
from ag2_marketing_tools.campaigns import (
    approve_campaign,
    cancel_campaign,
    list_campaigns,
    schedule_campaign,
    show_campaign,
)
from ag2_marketing_tools.errors import InvalidInput, MarketingError
from ag2_marketing_tools.figures import calculate, resolve_time
from ag2_marketing_tools.operations import plan_campaign, revert_to_control


class MarketingAutomationAgent(MarketingAgent):
    """Plans campaigns and stores their posts with their times."""

    role: ClassVar[str] = "marketing_automation"
    default_name: ClassVar[str] = "campaign_manager"
    toolset: ClassVar[Sequence[AnyTool]] = (
        plan_campaign,
        schedule_campaign,
        show_campaign,
        list_campaigns,
        approve_campaign,
        cancel_campaign,
        revert_to_control,
        calculate,
        resolve_time,
    )

    async def schedule_campaign(
        self,
        campaign_config: Mapping[str, Any],
        platform_tokens: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Validate a campaign, preview its posts and store them with their times. Nothing is published here.

        Args:
            campaign_config: `name`, `platforms`, `content`, and optionally `schedule` or `scheduling`,
                `targeting`, `timezone`; a content item may carry its own `schedule`.
            platform_tokens: Tokens by platform; they are never stored. A missing one is named in the preview.

        Returns:
            `campaign_id`, `timestamp`, `scheduled_posts`, `tracking_setup` and `status` `scheduled`; or
            `status` `error` and `error`, and nothing was stored.
        """
        try:
            if not isinstance(campaign_config, Mapping):
                raise InvalidInput(
                    f"campaign_config is a {type(campaign_config).__name__}.",
                    remedy="Give a mapping with name, platforms and content.",
                )
            campaign = await self._call(schedule_campaign, campaign_config, platform_tokens=platform_tokens)
        except MarketingError as error:
            return failed_in_one_text(
                error, campaign_id=None, timestamp=None, scheduled_posts=[], tracking_setup=None
            )
        return as_dict(campaign)

    async def revert_to_control(self, test_id: str) -> dict[str, Any]:
        """End a test: everybody is shown the control, and its other variants' posts do not go out.

        Args:
            test_id: The test's id, as `setup_experiment` returned it.

        Returns:
            `test_id`, `name`, `control`, `timestamp`, `cancelled_posts`, `staying_posts` (published, or on their
            way out) with their counts, `campaigns` (called off), `warnings` and `status` `reverted`; or `status`
            `error` and `error`, and nothing was changed. Doing it again is no error.
        """
        try:
            reverted = await self._call(revert_to_control, {"test_id": test_id})
        except MarketingError as error:
            return failed_in_one_text(
                error, test_id=test_id, control=None, timestamp=None, cancelled_posts=[], staying_posts=[]
            )
        return as_dict(reverted)
