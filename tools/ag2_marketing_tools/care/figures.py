"""A caregiver's figures: those that were given, or the latest that are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.marks import personal
from ag2_marketing_tools.metrics.tables import Tables, load_tables
from ag2_marketing_tools.standing import (
    MetricTrend,
    Over,
    RefusedMetric,
    Standing,
    UnknownMetric,
    figures_over,
    history_of,
    refused_view,
    trends_of,
    unknown_view,
)
from ag2_marketing_tools.tool import Params, Result
from ag2_marketing_tools.workspace import Workspace

CAREGIVER = "caregiver"


class AboutCaregiver(Params):
    """A caregiver and, unless the stored figures are meant, the figures."""

    caregiver_id: Annotated[str, personal(min_length=1, max_length=200, description="Whose figures.")]
    metrics: dict[str, Any] | None = Field(
        default=None,
        description="Figures by the metric's path, nested or as `a/b/c`; a figure is a number, or `value` with `n`, "
        "`sd`, `unit`. Without them the stored ones are taken.",
    )
    over: Over = None


class Unusable(Result):
    """What of the given figures was not used, and which metrics have none."""

    unmeasured: list[str] = Field(description="Metrics without a figure.")
    unknown: list[UnknownMetric]
    refused: list[RefusedMetric]
    elsewhere: list[str] = Field(description="Names of other tables' metrics.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a judgement starts from."""

    tables: Tables
    metrics: Mapping[str, Any]


async def sheet_of(about: AboutCaregiver, ws: Workspace) -> Sheet:
    """Return a caregiver's figures with the tables.

    Raises:
        NotFound: No figures were given, and none are stored.
    """
    tables = load_tables(ws.settings.benchmark_tables)
    if about.metrics is not None:
        return Sheet(tables, about.metrics)
    now = ws.clock.now()
    history = await history_of(ws.store, CAREGIVER, about.caregiver_id, until=now)
    if not history:
        raise NotFound(
            "Nothing was observed of this caregiver.", remedy="Give the figures, or import them first."
        )
    return Sheet(tables, figures_over(history, tables.metrics, over=about.over, now=now))


async def trends_in(caregiver_id: str, prefixes: Iterable[str], ws: Workspace) -> list[MetricTrend]:
    """Return where a caregiver's stored metrics under these keys are heading; none where nothing is stored."""
    tables = load_tables(ws.settings.benchmark_tables)
    wanted = tuple(prefixes)
    history = await history_of(ws.store, CAREGIVER, caregiver_id, until=ws.clock.now())
    return trends_of(history, {key: tables.metric(key) for key in tables if key.startswith(wanted)})


def unusable(standing: Standing) -> Unusable:
    """Return what of the figures was not used."""
    return Unusable(
        unmeasured=[one.metric.path for one in standing.placed if one.comparison.position == "unmeasured"],
        unknown=[unknown_view(one) for one in standing.unknown],
        refused=[refused_view(one) for one in standing.refused],
        elsewhere=list(standing.elsewhere),
    )
