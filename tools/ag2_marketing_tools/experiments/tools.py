"""The tools by which experiments are set up, looked at, changed, ended and assigned."""

from __future__ import annotations

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.experiments import definitions, lifecycle, repository
from ag2_marketing_tools.experiments.advice import advice_on
from ag2_marketing_tools.experiments.assignment.export import exported
from ag2_marketing_tools.experiments.assignment.holdouts import add_holdout, load_holdout, reserve
from ag2_marketing_tools.experiments.assignment.parameters import (
    AssignVariant,
    AssignVariants,
    ExportExperiments,
)
from ag2_marketing_tools.experiments.assignment.sticky import assign, assign_many
from ag2_marketing_tools.experiments.configuration import (
    ChangeExperiment,
    CreateHoldout,
    DefineMetric,
    EndExperiment,
    ListExperiments,
    ListMetrics,
    SetupExperiment,
    TestId,
)
from ag2_marketing_tools.experiments.metrics import built_in_metrics
from ag2_marketing_tools.experiments.model import State
from ag2_marketing_tools.experiments.planning import Frame, check_layer, experiment_of
from ag2_marketing_tools.experiments.repository import Record
from ag2_marketing_tools.experiments.results import (
    AssignedVariant,
    AssignedVariants,
    ConfiguredExperiment,
    ExperimentList,
    ExportedExperiments,
    HoldoutView,
    MetricList,
    MetricListed,
    StoredExperiment,
)
from ag2_marketing_tools.experiments.views import (
    assigned_many_view,
    assigned_view,
    configured_view,
    listed_view,
    stored_view,
    summary_view,
)
from ag2_marketing_tools.tool import tool
from ag2_marketing_tools.workspace import Workspace

_LISTED: tuple[State, ...] = ("running", "stopped", "reverted")


@tool(family="experiments", effect="writes")
async def setup_experiment(params: SetupExperiment, ws: Workspace) -> ConfiguredExperiment:
    """Set up an A/B test; it takes assignments from its start on. Either everything is stored or nothing."""
    check_layer(params)
    record = Record(ws.ids, ws.clock.now(), params.set_up_by)
    async with ws.store.begin() as connection:
        layer_range = None
        if params.layer is not None and params.layer_share is not None:
            layer_range = await reserve(connection, params.layer, params.layer_share)
        if params.holdout is not None:
            await load_holdout(connection, params.holdout)
        frame = Frame(
            now=record.at,
            past_grace_s=ws.settings.past_grace_s,
            default_zone=ws.settings.timezone,
            metrics=await definitions.all_metrics(connection),
            ids=ws.ids,
            layer_range=layer_range,
        )
        test, notes = experiment_of(params, frame)
        await repository.add_experiment(connection, test, record)
    return configured_view(test, [*notes, *advice_on(test, params.duration_days)])


@tool(family="experiments")
async def show_experiment(params: TestId, ws: Workspace) -> StoredExperiment:
    """Show a test as it stands: variants, metrics, phases of its allocation, and everything done to it."""
    async with ws.store.read() as connection:
        return await _stored(connection, params.test_id)


@tool(family="experiments")
async def list_experiments(params: ListExperiments, ws: Workspace) -> ExperimentList:
    """List tests, newest first; archived ones only where asked for."""
    states = _LISTED if params.state is None else (params.state,)
    async with ws.store.read() as connection:
        rows, total = await repository.list_rows(connection, states, params.limit)
    return ExperimentList(experiments=[summary_view(row) for row in rows], total=total)


@tool(family="experiments", effect="writes")
async def change_experiment(params: ChangeExperiment, ws: Workspace) -> StoredExperiment:
    """Change a running test's weights, coverage or duration; who was assigned keeps the variant.

    A new allocation begins a new phase, which the analysis keeps apart. Metrics, variants and the bar for a
    winner are fixed at set-up. Each change is kept with who made it and why.
    """
    record = Record(ws.ids, ws.clock.now(), params.actor, params.reason)
    async with ws.store.begin() as connection:
        await lifecycle.change(connection, params, record)
        return await _stored(connection, params.test_id)


@tool(family="experiments", effect="writes")
async def stop_experiment(params: EndExperiment, ws: Workspace) -> StoredExperiment:
    """Stop a test: nobody is assigned any more; what was tracked stays and can be analysed."""
    record = Record(ws.ids, ws.clock.now(), params.actor, params.reason)
    async with ws.store.begin() as connection:
        await lifecycle.stop(connection, params.test_id, record)
        return await _stored(connection, params.test_id)


@tool(family="experiments", effect="writes")
async def archive_experiment(params: EndExperiment, ws: Workspace) -> StoredExperiment:
    """Put an ended test away: it is no longer listed, and its figures stay."""
    record = Record(ws.ids, ws.clock.now(), params.actor, params.reason)
    async with ws.store.begin() as connection:
        await lifecycle.archive(connection, params.test_id, record)
        return await _stored(connection, params.test_id)


@tool(family="experiments", effect="writes")
async def define_metric(params: DefineMetric, ws: Workspace) -> MetricListed:
    """Define a metric of one's own, by which tests can then be judged; those of the product stay as they are."""
    definition = params.definition()
    async with ws.store.begin() as connection:
        record = Record(ws.ids, ws.clock.now())
        await definitions.add_metric(connection, definition, record, replace=params.replace)
    return listed_view(definition, built_in=False)


@tool(family="experiments")
async def list_metrics(params: ListMetrics, ws: Workspace) -> MetricList:
    """List the metrics that tests can be judged by: those of the product, then those defined here."""
    async with ws.store.read() as connection:
        metrics = await definitions.all_metrics(connection)
    return MetricList(
        metrics=[
            listed_view(definition, built_in=name in built_in_metrics())
            for name, definition in metrics.items()
            if params.channel is None or params.channel in definition.channels
        ]
    )


@tool(family="experiments", effect="writes")
async def create_holdout(params: CreateHoldout, ws: Workspace) -> HoldoutView:
    """Keep a share of all users out of every test that names this holdout; the share is never changed."""
    record = Record(ws.ids, ws.clock.now())
    async with ws.store.begin() as connection:
        made = await add_holdout(connection, params.name, params.share, record)
    return HoldoutView(name=made.name, share=made.share, created_at=record.at.isoformat())


@tool(family="experiments", effect="writes")
async def assign_variant(params: AssignVariant, ws: Workspace) -> AssignedVariant:
    """Tell which variant a user is shown; the first time it is stored, and from then on it stays.

    Users who are not in the test (holdout, layer, coverage, targeting, planned time over) get the control's
    content, the status `not_in_test` and the reason.
    """
    context = params.context or {}
    assigned = await assign(ws.store, params.test_id, params.user_id, context, ws.clock.now())
    return assigned_view(assigned, params.user_id, context)


@tool(family="experiments", effect="writes")
async def assign_variants(params: AssignVariants, ws: Workspace) -> AssignedVariants:
    """Tell which variant each of many users is shown, such as the recipients of a mail, in one transaction."""
    contexts: dict[str, dict[str, JsonValue]] = {}
    for person in params.users:
        contexts.setdefault(person.user_id, person.context or {})
    assigned = await assign_many(ws.store, params.test_id, contexts, ws.clock.now())
    return assigned_many_view(params.test_id, {user_id: assigned[user_id] for user_id in contexts})


@tool(family="experiments")
async def export_experiments(params: ExportExperiments, ws: Workspace) -> ExportedExperiments:
    """Export the running tests for a client that assigns by hashing alone, without a store."""
    async with ws.store.read() as connection:
        found = await exported(connection, ws.clock.now(), params.test_ids)
    return ExportedExperiments.model_validate(found)


async def _stored(connection: AsyncConnection, test_id: str) -> StoredExperiment:
    test = await repository.load_experiment(connection, test_id)
    return stored_view(test, await repository.changes_of(connection, test_id))
