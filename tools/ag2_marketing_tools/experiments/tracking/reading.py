"""What was tracked so far, by variant and by channel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import Float, case, cast, func, select

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments import repository
from ag2_marketing_tools.experiments.configuration import TestId
from ag2_marketing_tools.experiments.metrics import Channel, Kind
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric
from ag2_marketing_tools.experiments.suffstats import Cell, sums_from_store
from ag2_marketing_tools.marks import personal, unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import tracked_event

CONVERSION = "conversion_rate"


class VariantOf(TestId):
    """Which variant of which test."""

    variant_id: str = Field(min_length=1, max_length=200, description="The variant's id.")


class ChannelOf(TestId):
    """Which channel of which test."""

    channel: Channel = Field(description="email, website or social.")
    limit: int = Field(default=10_000, ge=1, le=100_000, description="At most so many users.")


class MetricData(Result):
    """One metric of one variant as it stands: a figure to watch, not to decide by.

    `value` is in `unit`: a share, a number per user, or a figure over all events, as `kind` says.
    """

    value: float | None
    unit: str
    kind: Kind
    users: Annotated[int, unit("user")]
    active_users: Annotated[int, unit("user")] = Field(description="Users with at least one such event.")
    reason: str | None = Field(default=None, description="Why there is no value.")


class VariantData(Result):
    """What was tracked of a variant; a metric without any event is missing here and named in `missing`."""

    test_id: str
    variant_id: str
    name: str
    users: Annotated[int, unit("user")]
    metrics: dict[str, MetricData]
    missing: list[str]


class ChannelUser(Result):
    """One user on one channel."""

    converted: bool
    events: Annotated[int, unit("event")]
    metrics: dict[str, float] = Field(description="Sum of the values by metric.")


class ChannelData(Result):
    """What users of a test did on one channel."""

    test_id: str
    channel: Channel
    users: Annotated[dict[str, ChannelUser], personal()]
    users_in_all: Annotated[int, unit("user")]


@tool(family="experiments")
async def get_variant_data(params: VariantOf, ws: Workspace) -> VariantData:
    """Show what was tracked of one variant so far, metric by metric. It is no analysis: `analyze_results` judges."""
    async with ws.store.read() as connection:
        experiment = await repository.load_experiment(connection, params.test_id)
    variant = experiment.variant(params.variant_id)
    if variant is None:
        raise InvalidInput(
            f"The test {experiment.id!r} has no variant {params.variant_id!r}.",
            remedy=f"Its variants are {', '.join(one.id for one in experiment.variants)}.",
        )
    sums = await sums_from_store(experiment, ws)
    cells = {cell.metric: cell for cell in sums.cells if cell.variant_id == variant.id}
    seen = {name: cell for name, cell in cells.items() if cell.active}
    users = sum(one.users for one in sums.exposures if one.variant_id == variant.id)
    return VariantData(
        test_id=experiment.id,
        variant_id=variant.id,
        name=variant.name,
        users=users,
        metrics={
            metric.name: _data(metric, seen[metric.name])
            for metric in experiment.metrics
            if metric.name in seen
        },
        missing=[metric.name for metric in experiment.metrics if metric.name not in seen],
    )


def _data(metric: ExperimentMetric, cell: Cell) -> MetricData:
    value = _value(metric, cell)
    return MetricData(
        value=value,
        unit=metric.definition.unit,
        kind=metric.definition.kind,
        users=cell.users,
        active_users=cell.active,
        reason=None if value is not None else say("Nothing was counted that it could be divided by."),
    )


def _value(metric: ExperimentMetric, cell: Cell) -> float | None:
    if cell.quantile is not None:
        return cell.quantile.value
    if cell.joint is None:
        return None
    if metric.definition.kind != "ratio":
        return cell.joint.means[0]
    return cell.joint.means[0] / cell.joint.means[1] if cell.joint.means[1] else None


@tool(family="experiments")
async def get_channel_data(params: ChannelOf, ws: Workspace) -> ChannelData:
    """Show what each user of a test did on one channel, and whether the user converted there."""
    async with ws.store.read() as connection:
        experiment = await repository.load_experiment(connection, params.test_id)
        c = tracked_event.c
        of_channel = (c.experiment_id == experiment.id, c.channel == params.channel, c.user_id.is_not(None))
        chosen = select(c.user_id).where(*of_channel).distinct().order_by(c.user_id).limit(params.limit)
        query = (
            select(
                c.user_id,
                c.metric,
                func.count().label("events"),
                func.sum(c.value).label("total"),
                cast(func.max(case((c.value > 0, 1), else_=0)), Float).label("happened"),
            )
            .where(*of_channel, c.user_id.in_(chosen))
            .group_by(c.user_id, c.metric)
            .order_by(c.user_id, c.metric)
        )
        rows = (await connection.execute(query)).all()
        count = select(func.count(c.user_id.distinct())).where(*of_channel)
        users_in_all = int(await connection.scalar(count) or 0)
    users: dict[str, ChannelUser] = {}
    for row in rows:
        before = users.get(row.user_id)
        users[row.user_id] = ChannelUser(
            converted=(before is not None and before.converted)
            or _converts(experiment, row.metric, row.happened),
            events=(before.events if before else 0) + row.events,
            metrics={**(before.metrics if before else {}), row.metric: row.total},
        )
    return ChannelData(test_id=experiment.id, channel=params.channel, users=users, users_in_all=users_in_all)


def _converts(experiment: Experiment, metric: str, happened: float) -> bool:
    """Tell whether an event is the conversion: of the conversion rate, else of the test's first binary goal."""
    names = {one.name for one in experiment.metrics}
    goals = [one.name for one in experiment.metrics if one.role == "goal" and one.definition.kind == "binary"]
    conversion = CONVERSION if CONVERSION in names or not goals else goals[0]
    return metric == conversion and happened > 0
