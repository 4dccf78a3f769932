"""Approving, cancelling, listing: every change is checked, written down, and lost by nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from ag2_marketing_tools.campaigns import (
    approve_campaign,
    cancel_campaign,
    list_campaigns,
    schedule_campaign,
    show_campaign,
)
from ag2_marketing_tools.campaigns.repository import Record, move_post
from ag2_marketing_tools.errors import Conflict, InvalidInput, NotFound
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace
from ag2_marketing_tools.workspace.store.schema import post

Make = Callable[..., dict[str, Any]]


async def test_an_approved_campaign_is_scheduled_and_remembers_who_approved(
    both: Workspace, config: Make
) -> None:
    stored = await schedule_campaign.run(config(require_approval=True), both)
    assert (stored.status, stored.counts.awaiting_approval) == ("awaiting_approval", 1)
    approved = await approve_campaign.run({"campaign_id": stored.campaign_id, "approved_by": "Jo Park"}, both)
    assert (approved.status, approved.approved_by) == ("scheduled", "Jo Park")
    assert approved.approved_at == "2026-11-23T12:00:00+00:00"
    assert approved.counts.scheduled == 1
    assert [(change.from_state, change.to_state, change.actor) for change in approved.history] == [
        (None, "awaiting_approval", None),
        ("awaiting_approval", "scheduled", "Jo Park"),
    ]


async def test_the_setting_asks_for_approval_and_the_campaign_may_say_otherwise(
    tmp_path: Any, config: Make, clock: FixedClock
) -> None:
    settings = Settings(_env_file=None, home=tmp_path / "h", require_approval=True)
    async with Workspace.open(settings, clock=clock) as ws:
        assert (await schedule_campaign.run(config(), ws)).status == "awaiting_approval"
        assert (await schedule_campaign.run(config(require_approval=False), ws)).status == "scheduled"


async def test_a_post_whose_time_passes_before_approval_is_missed(
    ws: Workspace, config: Make, clock: FixedClock
) -> None:
    held = await schedule_campaign.run(config(require_approval=True), ws)
    now = await schedule_campaign.run(config(require_approval=True, on_past="publish_now"), ws)
    clock.advance(2 * 86_400)
    first = await approve_campaign.run({"campaign_id": held.campaign_id, "approved_by": "Jo"}, ws)
    assert (first.counts.missed, first.history[-1].reason) == (1, "its time had passed when it was approved")
    second = await approve_campaign.run({"campaign_id": now.campaign_id, "approved_by": "Jo"}, ws)
    assert [(one.state, one.run_at) for one in second.scheduled_posts] == [
        ("scheduled", "2026-11-25T12:00:00+00:00")
    ]


async def test_only_what_waits_for_approval_can_be_approved(ws: Workspace, config: Make) -> None:
    stored = await schedule_campaign.run(config(), ws)
    with pytest.raises(Conflict, match="does not wait for approval; it is scheduled"):
        await approve_campaign.run({"campaign_id": stored.campaign_id, "approved_by": "Jo"}, ws)
    with pytest.raises(InvalidInput, match="approved_by"):
        await approve_campaign.run({"campaign_id": stored.campaign_id, "approved_by": " "}, ws)
    with pytest.raises(NotFound):
        await approve_campaign.run({"campaign_id": "x", "approved_by": "Jo"}, ws)


async def test_cancelling_calls_off_what_has_not_gone_out(both: Workspace, config: Make) -> None:
    stored = await schedule_campaign.run(config(platforms=["facebook", "x", "linkedin"]), both)
    first, second, _ = stored.scheduled_posts
    async with both.store.begin() as connection:
        for post_id, states in (
            (first.post_id, ("publishing", "published")),
            (second.post_id, ("publishing", "failed")),
        ):
            for state in states:
                row = (await connection.execute(select(post).where(post.c.id == post_id))).one()
                await move_post(connection, row, state, Record(both.ids, both.clock.now()))
    arguments = {"campaign_id": stored.campaign_id, "cancelled_by": "Jo", "reason": "The offer ended."}
    cancelled = await cancel_campaign.run(arguments, both)
    assert (cancelled.status, cancelled.counts.published, cancelled.counts.cancelled) == ("cancelled", 1, 2)
    assert cancelled.warnings == [f"The post {first.post_id} on facebook is published and stays so."]
    assert {(c.actor, c.reason) for c in cancelled.history if c.to_state == "cancelled"} == {
        ("Jo", "The offer ended.")
    }
    with pytest.raises(Conflict, match="cancelled already"):
        await cancel_campaign.run(arguments, both)
    with pytest.raises(Conflict, match="it is cancelled"):
        await approve_campaign.run({"campaign_id": stored.campaign_id, "approved_by": "Jo"}, both)


async def test_a_change_that_the_table_lacks_is_refused_and_undone(both: Workspace, config: Make) -> None:
    stored = await schedule_campaign.run(config(), both)

    async def publish() -> None:
        async with both.store.begin() as connection:
            row = (await connection.execute(select(post))).one()
            await connection.execute(update(post).values(reason="written before the fault"))
            await move_post(connection, row, "published", Record(both.ids, both.clock.now()))

    with pytest.raises(Conflict, match="scheduled cannot become published"):
        await publish()
    shown = await show_campaign.run({"campaign_id": stored.campaign_id}, both)
    assert (shown.counts.scheduled, len(shown.history), shown.scheduled_posts[0].reason) == (1, 1, None)


async def test_two_who_change_one_post_cannot_both_win(both: Workspace, config: Make) -> None:
    await schedule_campaign.run(config(), both)
    async with both.store.begin() as connection:
        stale = (await connection.execute(select(post))).one()
        await connection.execute(update(post).values(version=stale.version + 1))

    async def cancel() -> None:
        async with both.store.begin() as connection:
            await move_post(connection, stale, "cancelled", Record(both.ids, both.clock.now()))

    with pytest.raises(Conflict, match="changed by somebody else"):
        await cancel()


async def test_campaigns_are_listed_newest_first_with_their_counts(
    both: Workspace, config: Make, clock: FixedClock
) -> None:
    await schedule_campaign.run(config(name="Old"), both)
    clock.advance(60)
    new = await schedule_campaign.run(config(name="New", require_approval=True), both)
    listed = await list_campaigns.run({}, both)
    assert [(one.name, one.counts.posts, one.next_run_at) for one in listed.campaigns] == [
        ("New", 1, None),
        ("Old", 1, "2026-11-24T09:00:00+00:00"),
    ]
    assert listed.total == 2
    waiting = await list_campaigns.run({"status": "awaiting_approval", "limit": 1}, both)
    assert [one.campaign_id for one in waiting.campaigns] == [new.campaign_id]
    assert (await list_campaigns.run({"limit": 1}, both)).total == 2


def test_the_people_who_act_are_marked_personal() -> None:
    assert marked(show_campaign.result, "personal") == {"/approved_by": True, "/history/*/actor": True}
    assert approve_campaign.parameters_schema["properties"]["approved_by"]["personal"] is True
