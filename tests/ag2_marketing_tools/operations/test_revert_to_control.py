"""Reverting a test: everybody gets the control, and what the other variants had in store does not go out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from ag2_marketing_tools.campaigns import schedule_campaign, show_campaign
from ag2_marketing_tools.errors import Conflict, NotFound
from ag2_marketing_tools.experiments import (
    archive_experiment,
    assign_variant,
    setup_experiment,
    show_experiment,
    stop_experiment,
)
from ag2_marketing_tools.operations import revert_to_control
from ag2_marketing_tools.workspace import FixedClock, Workspace
from ag2_marketing_tools.workspace.store.schema import post

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = (NOW + timedelta(days=3)).isoformat()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


async def a_test(ws: Workspace) -> Any:
    shares = {"Control": 0.34, "Bold": 0.33, "Calm": 0.33}
    variants = [
        {"name": name, "content": {"text": f"{name} words"}, "traffic_allocation": share}
        for name, share in shares.items()
    ]
    return await setup_experiment.run({"name": "Tone", "variants": variants}, ws)


async def a_campaign(ws: Workspace, targeting: dict[str, Any] | None, *texts: str) -> str:
    campaign = await schedule_campaign.run(
        {
            "name": "Spring",
            "platforms": ["facebook"],
            "content": [{"text": text, "schedule": LATER} for text in texts or ("Hello",)],
            **({"targeting": targeting} if targeting else {}),
        },
        ws,
    )
    return str(campaign.campaign_id)


async def states_of(ws: Workspace, campaign_id: str) -> list[str]:
    stored = await show_campaign.run({"campaign_id": campaign_id}, ws)
    return [planned.state for planned in stored.scheduled_posts]


async def test_the_posts_of_the_other_variants_are_cancelled_and_no_others(ws: Workspace) -> None:
    test, other = await a_test(ws), await a_test(ws)
    control, bold, calm = (variant.id for variant in test.variants)
    kept = [
        await a_campaign(ws, {"variant_id": control}),
        await a_campaign(ws, {"variant_id": other.variants[1].id}),
        await a_campaign(ws, {"variant_id": "Bold", "test_id": other.test_id}),
        await a_campaign(ws, {"variant_id": "Bold"}),  # a name alone may be anybody's
        await a_campaign(ws, {"segment": "all"}),
        await a_campaign(ws, None),
    ]
    gone = [
        await a_campaign(ws, {"variant_id": bold}, "One", "Two"),
        await a_campaign(ws, {"variant_id": calm, "test_id": test.test_id}),
        await a_campaign(ws, {"variant_id": "Calm", "test_id": test.test_id}),
    ]

    reverted = await revert_to_control.run({"test_id": test.test_id, "actor": "Jo"}, ws)

    assert reverted.status == "reverted"
    assert (reverted.control.id, reverted.control.content) == (control, {"text": "Control words"})
    assert [await states_of(ws, one) for one in kept] == [["scheduled"]] * len(kept)
    assert [await states_of(ws, one) for one in gone] == [["cancelled"] * 2, ["cancelled"], ["cancelled"]]
    assert reverted.campaigns == gone
    assert reverted.cancelled_post_count == len(reverted.cancelled_posts) == 4
    assert {one.variant_id for one in reverted.cancelled_posts} == {bold, calm}
    assert reverted.staying_posts == []
    stored = await show_campaign.run({"campaign_id": gone[0]}, ws)
    assert stored.status == "cancelled"
    assert {(change.actor, change.reason) for change in stored.history if change.to_state == "cancelled"} == {
        ("Jo", "the test was reverted to its control")
    }


async def test_everybody_is_shown_the_control_from_then_on(ws: Workspace) -> None:
    test = await a_test(ws)
    users = [f"user_{n}" for n in range(30)]
    before = [
        (await assign_variant.run({"test_id": test.test_id, "user_id": u}, ws)).variant_id for u in users
    ]
    assert len(set(before)) == 3

    await revert_to_control.run({"test_id": test.test_id}, ws)

    after = [await assign_variant.run({"test_id": test.test_id, "user_id": u}, ws) for u in [*users, "new"]]
    assert {one.variant_id for one in after} == {test.variants[0].id}
    assert (await show_experiment.run({"test_id": test.test_id}, ws)).state == "reverted"


async def test_a_published_post_stays_and_is_named(ws: Workspace) -> None:
    test = await a_test(ws)
    campaign_id = await a_campaign(ws, {"variant_id": test.variants[1].id}, "Out", "On its way", "Not yet")
    async with ws.store.begin() as connection:
        ids = (await connection.execute(select(post.c.id).order_by(post.c.item))).scalars().all()
        for post_id, state in zip(ids, ("published", "publishing"), strict=False):
            await connection.execute(update(post).where(post.c.id == post_id).values(state=state))

    reverted = await revert_to_control.run({"test_id": test.test_id}, ws)

    assert await states_of(ws, campaign_id) == ["published", "publishing", "cancelled"]
    assert [(one.post_id, one.state) for one in reverted.staying_posts] == [
        (ids[0], "published"),
        (ids[1], "publishing"),
    ]
    assert all(
        one.post_id in warning for one, warning in zip(reverted.staying_posts, reverted.warnings, strict=True)
    )


async def test_doing_it_again_changes_nothing_but_cancels_what_was_stored_since(ws: Workspace) -> None:
    test = await a_test(ws)
    first = await revert_to_control.run({"test_id": test.test_id}, ws)
    late = await a_campaign(ws, {"variant_id": test.variants[2].id})

    second = await revert_to_control.run({"test_id": test.test_id}, ws)

    assert first.cancelled_posts == []
    assert [one.campaign_id for one in second.cancelled_posts] == [late]
    changes = (await show_experiment.run({"test_id": test.test_id}, ws)).changes
    assert [change.action for change in changes].count("reverted") == 1


async def test_a_stopped_test_can_be_reverted_and_an_archived_one_cannot(ws: Workspace) -> None:
    test = await a_test(ws)
    await stop_experiment.run({"test_id": test.test_id}, ws)
    assert (await revert_to_control.run({"test_id": test.test_id}, ws)).status == "reverted"
    await archive_experiment.run({"test_id": test.test_id}, ws)

    campaign_id = await a_campaign(ws, {"variant_id": test.variants[1].id})
    with pytest.raises(Conflict, match="archived"):
        await revert_to_control.run({"test_id": test.test_id}, ws)
    assert await states_of(ws, campaign_id) == ["scheduled"]


async def test_an_unknown_test_is_an_error(ws: Workspace) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        await revert_to_control.run({"test_id": "nowhere"}, ws)


async def test_if_a_post_cannot_be_cancelled_the_test_goes_on(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ag2_marketing_tools.campaigns import repository

    test = await a_test(ws)
    await a_campaign(ws, {"variant_id": test.variants[1].id})

    async def taken(*_: Any, **__: Any) -> None:
        raise Conflict("The post was changed by somebody else meanwhile.")

    monkeypatch.setattr(repository, "move_post", taken)
    with pytest.raises(Conflict, match="somebody else"):
        await revert_to_control.run({"test_id": test.test_id}, ws)
    assert (await show_experiment.run({"test_id": test.test_id}, ws)).state == "running"
