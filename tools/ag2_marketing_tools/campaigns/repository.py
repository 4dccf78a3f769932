"""Campaigns and posts in the store. Every function works within the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, Select, and_, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.campaigns.plan import Draft, Plan
from ag2_marketing_tools.campaigns.results import CampaignStatus
from ag2_marketing_tools.campaigns.states import State, require_transition
from ag2_marketing_tools.errors import Conflict, NotFound
from ag2_marketing_tools.workspace.ids import IdSource
from ag2_marketing_tools.workspace.store.schema import campaign, post, post_transition


@dataclass(frozen=True)
class Record:
    """What writing needs: whence new ids come, when it happens, and who does it."""

    ids: IdSource
    at: datetime
    actor: str | None = None


def intent_key(campaign_id: str, draft: Draft) -> str:
    """Return the key that keeps one post from going out twice: campaign, item, occurrence, platform."""
    return f"{campaign_id}:{draft.item}:{draft.due.occurrence}:{draft.platform.name}"


async def add_campaign(connection: AsyncConnection, values: dict[str, Any]) -> None:
    """Store a campaign."""
    await connection.execute(insert(campaign).values(values))


async def add_posts(
    connection: AsyncConnection, campaign_id: str, plan: Plan, state: State, record: Record
) -> None:
    """Store a campaign's posts in this state (those whose time has passed as missed), each with its birth."""
    rows = [_post_row(campaign_id, draft, state, record) for draft in plan.drafts]
    await connection.execute(insert(post), rows)
    births = [
        {
            "id": record.ids.new("transition"),
            "post_id": row["id"],
            "from_state": None,
            "to_state": row["state"],
            "at": record.at,
            "actor": record.actor,
            "reason": row["reason"],
        }
        for row in rows
    ]
    await connection.execute(insert(post_transition), births)


def _post_row(campaign_id: str, draft: Draft, state: State, record: Record) -> dict[str, Any]:
    born: State = "missed" if draft.due.missed else state
    require_transition(None, born)
    return {
        "id": record.ids.new("post"),
        "campaign_id": campaign_id,
        "item": draft.item,
        "occurrence": draft.due.occurrence,
        "platform": draft.platform.name,
        "state": born,
        "reason": "its time had passed when it was stored" if draft.due.missed else None,
        "run_at": draft.due.moment.utc,
        "timezone": draft.timezone,
        "content": draft.content.model_dump(mode="json", exclude={"schedule"}),
        "preview": draft.preview.model_dump(mode="json"),
        "version": 1,
        "intent_key": intent_key(campaign_id, draft),
        "created_at": record.at,
        "updated_at": record.at,
        "external_id": None,
    }


async def move_post(
    connection: AsyncConnection,
    row: Row[Any],
    target: State,
    record: Record,
    *,
    reason: str | None = None,
    run_at: datetime | None = None,
) -> None:
    """Change a post's state, checked against the table and written down.

    Raises:
        Conflict: The table does not allow the change, or somebody else has changed the post meanwhile.
    """
    require_transition(cast(State, row.state), target)
    values: dict[str, Any] = {
        "state": target,
        "reason": reason,
        "version": row.version + 1,
        "updated_at": record.at,
    }
    if run_at is not None:
        values["run_at"] = run_at
    changed = await connection.execute(
        update(post)
        .where(post.c.id == row.id, post.c.version == row.version)
        .values(values)
        .returning(post.c.id)
    )
    if changed.first() is None:
        raise Conflict(
            f"The post {row.id} was changed by somebody else meanwhile.", remedy="Look again, then repeat."
        )
    await connection.execute(
        insert(post_transition).values(
            id=record.ids.new("transition"),
            post_id=row.id,
            from_state=row.state,
            to_state=target,
            at=record.at,
            actor=record.actor,
            reason=reason,
        )
    )


async def set_status(
    connection: AsyncConnection, campaign_id: str, status: CampaignStatus, **values: Any
) -> None:
    """Change a campaign's status and what goes with it."""
    await connection.execute(
        update(campaign).where(campaign.c.id == campaign_id).values(status=status, **values)
    )


async def get_campaign(connection: AsyncConnection, campaign_id: str) -> Row[Any]:
    """Return a campaign's row.

    Raises:
        NotFound: There is none of this id.
    """
    found = (await connection.execute(select(campaign).where(campaign.c.id == campaign_id))).first()
    if found is None:
        raise NotFound(f"There is no campaign {campaign_id!r}.", remedy="`list_campaigns` lists them.")
    return found


async def posts_of(connection: AsyncConnection, campaign_id: str) -> Sequence[Row[Any]]:
    """Return a campaign's posts by time, then item and platform."""
    query = (
        select(post)
        .where(post.c.campaign_id == campaign_id)
        .order_by(post.c.run_at, post.c.item, post.c.occurrence, post.c.platform)
    )
    return (await connection.execute(query)).all()


async def campaigns_of_variants(
    connection: AsyncConnection, test_id: str, variant_ids: Sequence[str], variant_names: Sequence[str]
) -> Sequence[Row[Any]]:
    """Return the campaigns that show one of a test's variants, the oldest first.

    A campaign names its variant by id; where it names the test as well, the variant's name does, too.
    """
    named, of_test = (campaign.c.targeting[name].as_string() for name in ("variant_id", "test_id"))
    query = (
        select(campaign)
        .where(
            or_(
                and_(named.in_(variant_ids), or_(of_test.is_(None), of_test == test_id)),
                and_(named.in_(variant_names), of_test == test_id),
            )
        )
        .order_by(campaign.c.created_at, campaign.c.id)
    )
    return (await connection.execute(query)).all()


async def changes_of(connection: AsyncConnection, campaign_id: str) -> Sequence[Row[Any]]:
    """Return every change of state of a campaign's posts by time; the order within one instant is open."""
    query = (
        select(post_transition)
        .join(post, post.c.id == post_transition.c.post_id)
        .where(post.c.campaign_id == campaign_id)
        .order_by(post_transition.c.at, post.c.run_at, post.c.item, post.c.occurrence, post.c.platform)
    )
    return (await connection.execute(query)).all()


async def list_rows(
    connection: AsyncConnection, status: CampaignStatus | None, limit: int
) -> tuple[Sequence[Row[Any]], int]:
    """Return the newest campaigns and how many there are in all."""

    def of_status(query: Select[Any]) -> Select[Any]:
        return query if status is None else query.where(campaign.c.status == status)

    rows = await connection.execute(
        of_status(select(campaign)).order_by(campaign.c.created_at.desc(), campaign.c.id.desc()).limit(limit)
    )
    total = await connection.scalar(of_status(select(func.count()).select_from(campaign)))
    return rows.all(), int(total or 0)


async def tallies_of(connection: AsyncConnection, campaign_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Return (campaign_id, state, number of posts, earliest time) of several campaigns."""
    query = (
        select(
            post.c.campaign_id,
            post.c.state,
            func.count().label("posts"),
            func.min(post.c.run_at).label("first"),
        )
        .where(post.c.campaign_id.in_(campaign_ids))
        .group_by(post.c.campaign_id, post.c.state)
    )
    return (await connection.execute(query)).all()
