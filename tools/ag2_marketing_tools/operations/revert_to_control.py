"""The way back: a test ends, everybody is shown the control, and the other variants' posts do not go out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.campaigns import repository as campaigns
from ag2_marketing_tools.campaigns.states import State, allowed_from
from ag2_marketing_tools.experiments import EndExperiment, lifecycle
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.repository import Record, load_experiment
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace

_DONE: frozenset[State] = frozenset({"cancelled"})


class ControlVariant(Result):
    """What everybody is shown from now on."""

    id: str
    name: str
    content: JsonValue


class VariantPost(Result):
    """A post of another variant."""

    post_id: str
    campaign_id: str
    variant_id: str
    platform: str
    state: State
    run_at: str = Field(description="When it was due, ISO 8601 in UTC.")


class RevertedTest(Result):
    """A test that was reverted, and what became of its other variants' posts."""

    test_id: str
    name: str
    status: Literal["reverted"] = "reverted"
    control: ControlVariant
    timestamp: str = Field(description="When it was done, ISO 8601 in UTC.")
    cancelled_posts: list[VariantPost] = Field(description="They will never go out.")
    cancelled_post_count: Annotated[int, unit("post")]
    staying_posts: list[VariantPost] = Field(description="Published or on their way out: they stay.")
    staying_post_count: Annotated[int, unit("post")]
    campaigns: list[str] = Field(description="The campaigns that were called off.")
    warnings: list[str]


@dataclass
class _Outcome:
    cancelled: list[VariantPost] = field(default_factory=list)
    staying: list[VariantPost] = field(default_factory=list)
    campaigns: list[str] = field(default_factory=list)


@tool(family="operations", effect="writes")
async def revert_to_control(params: EndExperiment, ws: Workspace) -> RevertedTest:
    """End a test and show everybody the control; posts of its other variants that have not gone out are cancelled.

    Published posts stay and are named. All of it happens, or nothing. Doing it again cancels what was stored
    since.
    """
    now = ws.clock.now()
    async with ws.store.begin() as connection:
        reason = params.reason or say("the test was reverted to its control")
        record = Record(ws.ids, now, params.actor, reason)
        control = await lifecycle.revert_to_control(connection, params.test_id, record)
        test = await load_experiment(connection, params.test_id)
        found = await _call_off(connection, test, campaigns.Record(ws.ids, now, params.actor), reason)
    return RevertedTest(
        test_id=test.id,
        name=test.name,
        control=ControlVariant(id=control.id, name=control.name, content=control.content),
        timestamp=now.isoformat(),
        cancelled_posts=found.cancelled,
        cancelled_post_count=len(found.cancelled),
        staying_posts=found.staying,
        staying_post_count=len(found.staying),
        campaigns=found.campaigns,
        warnings=_warnings(found.staying),
    )


async def _call_off(
    connection: AsyncConnection, test: Experiment, record: campaigns.Record, reason: str
) -> _Outcome:
    """Cancel what has not gone out of the campaigns that show another variant than the control."""
    found = _Outcome()
    names = {variant.name: variant.id for variant in test.treatments}
    ids = [variant.id for variant in test.treatments]
    for row in await campaigns.campaigns_of_variants(connection, test.id, ids, list(names)):
        named = str(row.targeting["variant_id"])
        variant_id = names.get(named, named)
        posts = await campaigns.posts_of(connection, row.id)
        called_off = [post for post in posts if "cancelled" in allowed_from(post.state)]
        for post in called_off:
            await campaigns.move_post(connection, post, "cancelled", record, reason=reason)
            found.cancelled.append(_view(post, variant_id, "cancelled"))
        found.staying += [
            _view(post, variant_id, post.state)
            for post in posts
            if post not in called_off and post.state not in _DONE
        ]
        if called_off:
            await campaigns.set_status(connection, row.id, "cancelled")
            found.campaigns.append(row.id)
    return found


def _view(post: Row[Any], variant_id: str, state: State) -> VariantPost:
    return VariantPost(
        post_id=post.id,
        campaign_id=post.campaign_id,
        variant_id=variant_id,
        platform=post.platform,
        state=state,
        run_at=post.run_at.isoformat(),
    )


def _warnings(staying: Sequence[VariantPost]) -> list[str]:
    return [
        say(
            "The post {post} on {platform} is {state} and stays so.",
            post=post.post_id,
            platform=post.platform,
            state=post.state,
        )
        for post in staying
    ]
