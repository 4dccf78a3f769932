"""The campaign tools: schedule, show, list, approve, cancel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.campaigns import repository
from ag2_marketing_tools.campaigns.model import CampaignId, ScheduleCampaign
from ag2_marketing_tools.campaigns.plan import plan_of
from ag2_marketing_tools.campaigns.repository import Record
from ag2_marketing_tools.campaigns.results import (
    Campaign,
    CampaignList,
    CampaignStatus,
    StoredCampaign,
    TrackingSetup,
)
from ag2_marketing_tools.campaigns.states import allowed_from
from ag2_marketing_tools.campaigns.tracking import tracking_setup
from ag2_marketing_tools.campaigns.views import campaign_view, counts_of, post_view, summary_view
from ag2_marketing_tools.errors import Conflict
from ag2_marketing_tools.marks import personal
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Params, tool
from ag2_marketing_tools.workspace import Workspace


class ApproveCampaign(CampaignId):
    """Which campaign, and who approves it."""

    approved_by: Annotated[str, personal(min_length=1, max_length=200)] = Field(
        description="Who approves: a person, never a model."
    )


class CancelCampaign(CampaignId):
    """Which campaign, who calls it off, and why."""

    cancelled_by: Annotated[str | None, personal(max_length=200)] = Field(
        default=None, description="Who calls it off."
    )
    reason: str | None = Field(default=None, max_length=500, description="Why.")


class ListCampaigns(Params):
    """Which campaigns."""

    status: CampaignStatus | None = Field(default=None, description="Only those of this status.")
    limit: int = Field(default=20, ge=1, le=200, description="At most so many, newest first.")


@tool(family="campaigns", effect="writes")
async def schedule_campaign(params: ScheduleCampaign, ws: Workspace) -> Campaign:
    """Validate a campaign, preview its posts and store them with their times.

    Nothing is published: posts wait as scheduled, as awaiting approval, or, where their time has passed, as
    missed. Either everything is stored or nothing.
    """
    now = ws.clock.now()
    plan = plan_of(params, ws.settings, ws.platform_tokens, now)
    approval = ws.settings.require_approval if params.require_approval is None else params.require_approval
    status: CampaignStatus = "awaiting_approval" if approval else "scheduled"
    campaign_id = ws.ids.new("campaign")
    tracking = tracking_setup(campaign_id, params.name, plan.platforms, params.targeting, now)
    record = Record(ws.ids, now)
    async with ws.store.begin() as connection:
        await repository.add_campaign(
            connection, _campaign_row(params, campaign_id, status, tracking, record)
        )
        await repository.add_posts(connection, campaign_id, plan, status, record)
        posts = await repository.posts_of(connection, campaign_id)
    return Campaign(
        campaign_id=campaign_id,
        name=params.name,
        status=status,
        timestamp=now.isoformat(),
        platforms=[platform.name for platform in plan.platforms],
        scheduled_posts=[post_view(row) for row in posts],
        tracking_setup=tracking,
        counts=counts_of(row.state for row in posts),
        warnings=list(plan.warnings),
    )


def _campaign_row(
    params: ScheduleCampaign,
    campaign_id: str,
    status: CampaignStatus,
    tracking: TrackingSetup,
    record: Record,
) -> dict[str, Any]:
    return {
        "id": campaign_id,
        "name": params.name,
        "config": params.model_dump(mode="json", exclude_unset=True),
        "targeting": params.targeting.model_dump(mode="json", exclude_none=True)
        if params.targeting
        else None,
        "tracking": tracking.model_dump(mode="json"),
        "status": status,
        "created_at": record.at,
    }


@tool(family="campaigns")
async def show_campaign(params: CampaignId, ws: Workspace) -> StoredCampaign:
    """Show a stored campaign: its posts with their states, previews and times, and every change so far."""
    async with ws.store.read() as connection:
        return await _stored(connection, params.campaign_id, ws)


@tool(family="campaigns")
async def list_campaigns(params: ListCampaigns, ws: Workspace) -> CampaignList:
    """List stored campaigns, newest first, with how many posts are in which state."""
    async with ws.store.read() as connection:
        rows, total = await repository.list_rows(connection, params.status, params.limit)
        tallies = await repository.tallies_of(connection, [row.id for row in rows])
    return CampaignList(campaigns=[summary_view(row, tallies) for row in rows], total=total)


@tool(family="campaigns", effect="writes")
async def approve_campaign(params: ApproveCampaign, ws: Workspace) -> StoredCampaign:
    """Approve a campaign that waits for it: posts become scheduled, or missed where their time is over."""
    now = ws.clock.now()
    record = Record(ws.ids, now, params.approved_by)
    async with ws.store.begin() as connection:
        row = await repository.get_campaign(connection, params.campaign_id)
        if row.status != "awaiting_approval":
            raise Conflict(
                f"The campaign {row.id!r} does not wait for approval; it is {row.status}.",
                remedy="Only a campaign that awaits approval can be approved.",
            )
        passed = now - timedelta(seconds=ws.settings.past_grace_s)
        publish_now = row.config.get("on_past") == "publish_now"
        for post in await repository.posts_of(connection, row.id):
            if post.state != "awaiting_approval":
                continue
            if post.run_at >= passed or publish_now:
                await repository.move_post(
                    connection, post, "scheduled", record, run_at=max(post.run_at, now)
                )
            else:
                reason = "its time had passed when it was approved"
                await repository.move_post(connection, post, "missed", record, reason=reason)
        await repository.set_status(
            connection, row.id, "scheduled", approved_at=now, approved_by=params.approved_by
        )
        return await _stored(connection, row.id, ws)


@tool(family="campaigns", effect="writes")
async def cancel_campaign(params: CancelCampaign, ws: Workspace) -> StoredCampaign:
    """Call a campaign off: every post that has not gone out is cancelled; published ones stay as they are."""
    record = Record(ws.ids, ws.clock.now(), params.cancelled_by)
    async with ws.store.begin() as connection:
        row = await repository.get_campaign(connection, params.campaign_id)
        if row.status == "cancelled":
            raise Conflict(f"The campaign {row.id!r} is cancelled already.")
        posts = await repository.posts_of(connection, row.id)
        kept = [post for post in posts if "cancelled" not in allowed_from(post.state)]
        if len(kept) == len(posts):
            raise Conflict(f"No post of the campaign {row.id!r} can be cancelled any more.")
        reason = params.reason or say("the campaign was cancelled")
        for post in posts:
            if post not in kept:
                await repository.move_post(connection, post, "cancelled", record, reason=reason)
        await repository.set_status(connection, row.id, "cancelled")
        warnings = [
            say(
                "The post {post} on {platform} is {state} and stays so.",
                post=post.id,
                platform=post.platform,
                state=post.state,
            )
            for post in kept
        ]
        return await _stored(connection, row.id, ws, warnings)


async def _stored(
    connection: AsyncConnection, campaign_id: str, ws: Workspace, warnings: Sequence[str] = ()
) -> StoredCampaign:
    row = await repository.get_campaign(connection, campaign_id)
    posts = await repository.posts_of(connection, campaign_id)
    changes = await repository.changes_of(connection, campaign_id)
    return campaign_view(row, posts, changes, ws.clock.now(), warnings)
