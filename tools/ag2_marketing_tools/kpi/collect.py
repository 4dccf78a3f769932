"""The current metrics of a subject, straight from the stored observations."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.kpi.tables import kpi_tables
from ag2_marketing_tools.marks import personal, unit
from ag2_marketing_tools.standing import Over, figures_over, history_of, the_subject
from ag2_marketing_tools.standing.stored import least_cases
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation

CollectedKind = Literal["company", "location", "caregiver", "system"]


class CollectMetrics(Params):
    """Whose metrics."""

    subject_kind: CollectedKind = Field(default="company", description="What the subject is.")
    subject: Annotated[str | None, personal()] = Field(
        default=None,
        max_length=300,
        description="Which one, by its id; the only one of its kind when not given.",
    )
    systems: list[str] = Field(
        default_factory=list,
        max_length=50,
        description="Only metrics of these table systems; all when empty.",
    )
    group: str | None = Field(
        default=None,
        max_length=100,
        description="Only metrics whose path begins with this, as `dementia_care`.",
    )
    over: Over = None


class CollectedFigure(Result):
    """The figure of one metric; figures are in `unit`."""

    value: float | None
    unit: str
    n: Annotated[int | None, unit("count")]
    sd: float | None = Field(default=None, description="Spread of the figures that were taken together.")
    unit_certain: bool
    observed_at: datetime
    source: str
    reason: str | None = Field(default=None, description="Why a group's figure is not told.")


class CollectedMetrics(Result):
    """The figure of every metric that was observed of a subject, by the metric's key."""

    subject_kind: CollectedKind
    subject: Annotated[str | None, personal()]
    metrics: dict[str, CollectedFigure]


@tool(family="kpi")
async def collect_metrics(params: CollectMetrics, ws: Workspace) -> CollectedMetrics:
    """Return the stored figure of every metric of a company, location, caregiver or the system.

    That is the latest figure of each, or with `over` those of a period taken together. A location's figures that rest
    on few cases (`least_group_size`) are not told.
    """
    tables = kpi_tables(ws.settings.benchmark_tables)
    for system in params.systems:
        tables.of(system)
    try:
        subject = await the_subject(ws.store, params.subject_kind, params.subject)
    except NotFound:  # nothing was observed: no figures, which is no fault
        subject = None
    if subject is None:
        return CollectedMetrics(subject_kind=params.subject_kind, subject=params.subject, metrics={})
    now = ws.clock.now()
    history = await history_of(ws.store, params.subject_kind, subject, until=now)
    wanted = {key: seen for key, seen in history.items() if _wanted(key, params)}
    least = least_cases(params.subject_kind, ws.settings.least_group_size)
    found = figures_over(wanted, tables.metrics, over=params.over, now=now, least=least)
    figures = {key: CollectedFigure.model_validate(figure) for key, figure in found.items()}
    return CollectedMetrics(subject_kind=params.subject_kind, subject=subject, metrics=figures)


def _wanted(key: str, params: CollectMetrics) -> bool:
    system, _, path = key.partition("/")
    if params.systems and system not in params.systems:
        return False
    return params.group is None or path == params.group or path.startswith(f"{params.group}/")


async def own_history(ws: Workspace, company: str | None) -> tuple[str | None, dict[str, list[Observation]]]:
    """Return the company and the observations of it and of the system it runs on, by metric.

    Raises:
        NotFound: The company that is named was never observed.
        InvalidInput: None is named and there are several.
    """
    subject = await the_subject(ws.store, "company", company)
    system = await the_subject(ws.store, "system", None)
    now = ws.clock.now()
    history: dict[str, list[Observation]] = {}
    if system is not None:
        history |= await history_of(ws.store, "system", system, until=now)
    if subject is not None:
        history |= await history_of(ws.store, "company", subject, until=now)
    return subject, history
