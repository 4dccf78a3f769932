"""Rows of the store as results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from ag2_marketing_tools.campaigns.results import (
    CampaignSummary,
    Change,
    PlannedPost,
    PostCounts,
    Preview,
    StoredCampaign,
    TrackingSetup,
)


def post_view(row: Row[Any]) -> PlannedPost:
    """Return a stored post."""
    return PlannedPost(
        post_id=row.id,
        platform=row.platform,
        item=row.item,
        type=row.content["type"],
        occurrence=row.occurrence,
        state=row.state,
        reason=row.reason,
        run_at=row.run_at.isoformat(),
        local_time=row.run_at.astimezone(ZoneInfo(row.timezone)).isoformat(),
        timezone=row.timezone,
        preview=Preview.model_validate(row.preview),
    )


def counts_of(states: Iterable[str]) -> PostCounts:
    """Count posts by state."""
    by_state = Counter(states)
    return PostCounts(posts=by_state.total(), **by_state)


def campaign_view(
    row: Row[Any],
    posts: Sequence[Row[Any]],
    changes: Sequence[Row[Any]],
    now: datetime,
    warnings: Sequence[str] = (),
) -> StoredCampaign:
    """Return a stored campaign with its posts and their history."""
    return StoredCampaign(
        campaign_id=row.id,
        name=row.name,
        status=row.status,
        timestamp=now.isoformat(),
        created_at=row.created_at.isoformat(),
        approved_at=row.approved_at.isoformat() if row.approved_at else None,
        approved_by=row.approved_by,
        targeting=row.targeting,
        scheduled_posts=[post_view(post) for post in posts],
        tracking_setup=TrackingSetup.model_validate(row.tracking),
        counts=counts_of(post.state for post in posts),
        history=[
            Change(
                post_id=change.post_id,
                from_state=change.from_state,
                to_state=change.to_state,
                at=change.at.isoformat(),
                actor=change.actor,
                reason=change.reason,
            )
            for change in in_order(changes)
        ],
        warnings=list(warnings),
    )


def in_order(changes: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Return changes by time; those of one instant as each post's states follow one another."""
    left = sorted(changes, key=lambda change: change.at)
    states: dict[str, str | None] = {}
    ordered = []
    while left:
        following = (change for change in left if change.from_state == states.get(change.post_id))
        change = next(following, left[0])
        left.remove(change)
        states[change.post_id] = change.to_state
        ordered.append(change)
    return sorted(ordered, key=lambda change: change.at)


def summary_view(row: Row[Any], tallies: Sequence[Row[Any]]) -> CampaignSummary:
    """Return a campaign's line in the list."""
    own = [tally for tally in tallies if tally.campaign_id == row.id]
    due = [tally.first for tally in own if tally.state == "scheduled"]
    return CampaignSummary(
        campaign_id=row.id,
        name=row.name,
        status=row.status,
        created_at=row.created_at.isoformat(),
        next_run_at=due[0].isoformat() if due else None,
        counts=PostCounts(
            posts=sum(tally.posts for tally in own), **{tally.state: tally.posts for tally in own}
        ),
    )
