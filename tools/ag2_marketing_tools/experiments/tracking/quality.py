"""Whether a test's data are complete and agree with each other."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import func, select

from ag2_marketing_tools.experiments import repository
from ag2_marketing_tools.experiments.configuration import TestId
from ag2_marketing_tools.experiments.suffstats import sums_from_store
from ag2_marketing_tools.experiments.tracking.reading import ChannelOf, get_channel_data
from ag2_marketing_tools.marks import personal, unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import refused_event

_MOST_COMPARED = 100_000


class RefusedOf(TestId):
    """Which refused events."""

    reason: str | None = Field(default=None, max_length=50, description="Only those of this reason.")
    limit: int = Field(default=50, ge=1, le=1000, description="At most so many, the newest.")


class MissingMetric(Result):
    """A metric that a variant has no event of."""

    variant: str
    metric: str


class DataQuality(Result):
    """What stands beside the counts: who was left out, and what was refused."""

    users: dict[str, Annotated[int, unit("user")]] = Field(description="Assigned users by variant id.")
    excluded: dict[str, Annotated[int, unit("user")]] = Field(description="Excluded users by reason.")
    refused: dict[str, Annotated[int, unit("event")]] = Field(description="Refused events by reason.")


class TestData(Result):
    """How complete a test's data are."""

    test_id: str
    complete: bool
    metrics_received: Annotated[int, unit("count")] = Field(
        description="Pairs of variant and metric with events."
    )
    missing_metrics: list[MissingMetric]
    data_quality: DataQuality


class Inconsistency(Result):
    """A user who converted on one channel only."""

    user_id: Annotated[str, personal()]
    email_data: bool
    web_data: bool


class CrossChannelData(Result):
    """Whether e-mail and website say the same of the users that both know."""

    test_id: str
    validity: Literal["valid", "invalid"]
    compared: Annotated[int, unit("user")]
    inconsistencies: list[Inconsistency]
    reason: str | None


class RefusedEvent(Result):
    """An event, or one metric of it, that was not taken."""

    event_id: str | None
    metric: str | None
    user_id: Annotated[str | None, personal()]
    channel: str | None
    reason: str
    detail: str
    received_at: str


class RefusedEvents(Result):
    """Refused events of a test, newest first, and how many there are by reason."""

    test_id: str
    events: list[RefusedEvent]
    by_reason: dict[str, Annotated[int, unit("event")]]


@tool(family="experiments")
async def validate_test_data(params: TestId, ws: Workspace) -> TestData:
    """Check whether each variant of a test has data of each metric, and what was excluded or refused."""
    async with ws.store.read() as connection:
        experiment = await repository.load_experiment(connection, params.test_id)
    sums = await sums_from_store(experiment, ws)
    active = {(cell.variant_id, cell.metric) for cell in sums.cells if cell.active}
    wanted = [(variant.id, metric.name) for variant in experiment.variants for metric in experiment.metrics]
    missing = [
        MissingMetric(variant=variant, metric=metric)
        for variant, metric in wanted
        if (variant, metric) not in active
    ]
    users = dict.fromkeys((variant.id for variant in experiment.variants), 0)
    excluded: dict[str, int] = {}
    for one in sums.exposures:
        users[one.variant_id] = users.get(one.variant_id, 0) + one.users
        for reason, count in one.excluded.items():
            excluded[reason] = excluded.get(reason, 0) + count
    return TestData(
        test_id=experiment.id,
        complete=not missing,
        metrics_received=len(wanted) - len(missing),
        missing_metrics=missing,
        data_quality=DataQuality(users=users, excluded=excluded, refused=dict(sums.refused)),
    )


@tool(family="experiments")
async def validate_cross_channel_data(params: TestId, ws: Workspace) -> CrossChannelData:
    """Check whether e-mail and website agree on who converted, among the users whom both channels know."""
    email, website = [
        await get_channel_data(ChannelOf(test_id=params.test_id, channel=channel, limit=_MOST_COMPARED), ws)
        for channel in ("email", "website")
    ]
    shared = [user for user in email.users if user in website.users]
    differing = [
        Inconsistency(
            user_id=user, email_data=email.users[user].converted, web_data=website.users[user].converted
        )
        for user in shared
        if email.users[user].converted != website.users[user].converted
    ]
    return CrossChannelData(
        test_id=params.test_id,
        validity="invalid" if differing else "valid",
        compared=len(shared),
        inconsistencies=differing,
        reason=say("Metric mismatch between email and website tracking") if differing else None,
    )


@tool(family="experiments")
async def list_refused_events(params: RefusedOf, ws: Workspace) -> RefusedEvents:
    """List events of a test that were not taken, each with its reason."""
    c = refused_event.c
    async with ws.store.read() as connection:
        await repository.load_experiment(connection, params.test_id)
        of_test = c.experiment_id == params.test_id
        counts = select(c.reason, func.count()).where(of_test).group_by(c.reason).order_by(c.reason)
        by_reason = {reason: int(count) for reason, count in (await connection.execute(counts)).all()}
        query = select(refused_event).where(of_test).order_by(c.received_at.desc(), c.id).limit(params.limit)
        if params.reason is not None:
            query = query.where(c.reason == params.reason)
        rows = (await connection.execute(query)).all()
    return RefusedEvents(
        test_id=params.test_id,
        events=[
            RefusedEvent(
                event_id=row.event_id,
                metric=row.metric,
                user_id=row.user_id,
                channel=row.channel,
                reason=row.reason,
                detail=row.detail,
                received_at=row.received_at.isoformat(),
            )
            for row in rows
        ],
        by_reason=by_reason,
    )
