"""The latest figures of a location's caregivers as one judged table, with where each stands among the company's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ag2_marketing_tools.care.caregivers import QUALITY
from ag2_marketing_tools.care.facts import number
from ag2_marketing_tools.care.figures import CAREGIVER
from ag2_marketing_tools.care.matrix_views import Shown, values_by_key
from ag2_marketing_tools.care.names import Experience, experience_named
from ag2_marketing_tools.care.peers import PEERS
from ag2_marketing_tools.care.specialties import SPECIALTIES
from ag2_marketing_tools.comparison.evidence import Array
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.tables import TableMetric, Tables
from ag2_marketing_tools.standing import figures_of_all
from ag2_marketing_tools.standing.matrix import Column, percentiles_among, read_figures, stand_many
from ag2_marketing_tools.standing.position import COMPARED
from ag2_marketing_tools.standing.stored import least_cases
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.subjects import Subject

SYSTEMS = (QUALITY, PEERS, SPECIALTIES)
_BY_EXPERIENCE = f"{PEERS}/experience_based/"
Stored = Mapping[str, Mapping[str, Any]]
"""Figures by subject and metric key."""


@dataclass(frozen=True)
class Team:
    """Caregivers who have figures, in the order of the rows.

    `percentiles` are among all caregivers of the company, by metric.
    """

    shown: Shown
    percentiles: Mapping[str, Array]

    @property
    def caregivers(self) -> tuple[str, ...]:
        """Whom the rows stand for."""
        return self.shown.matrix.figures.subjects


def team_figures(
    here: Iterable[Subject], everybody: Iterable[Subject], stored: Stored, tables: Tables, *, least: int
) -> Team:
    """Judge the figures of these caregivers, all verdicts together.

    Args:
        here: The location's caregivers.
        everybody: The company's, whose experience decides which levels their figures are set against.
        stored: The latest figures of all caregivers.
        tables: All tables.
        least: Of smaller groups no figure is told.
    """
    bands = {one.id: experience_of(one) for one in everybody}
    mine = [one.id for one in here if one.id in stored]
    metrics = _metrics(tables, {key for one in mine for key in stored[one]})
    columns: dict[str, Column] = {}
    given: dict[str, dict[str, Any]] = {}
    for caregiver, figures in stored.items():
        for key in figures.keys() & metrics.keys():
            column = _column(key, metrics[key], bands.get(caregiver))
            if column is not None:
                name, at = column
                columns[name] = at
                given.setdefault(caregiver, {})[name] = figures[key]
    company = read_figures(given, columns)
    rows = [company.subjects.index(one) for one in mine if one in given]
    among = {
        key: percentiles_among(values, lower_is_better=metrics[key].direction == "lower", least=least)[rows]
        if metrics[key].direction in ("higher", "lower")
        else None
        for key, values in values_by_key(company).items()
    }
    matrix = stand_many(company.of(mine))
    kept = {key: metric for key, metric in metrics.items() if key in among}
    return Team(Shown(matrix, kept, least), {key: one for key, one in among.items() if one is not None})


async def figures_now(kind: str, over: str | None, tables: Tables, ws: Workspace) -> Stored:
    """Return the figures that subjects of a kind are compared by, of all of them, as far as they are not out of date.

    Those of groups that rest on few cases are withheld.

    Raises:
        InvalidInput: `over` is no period.
    """
    now = ws.clock.now()
    oldest = now - timedelta(days=number("peers", "most_days_old"))
    compared = {
        key: one
        for key, one in tables.metrics.items()
        if one.kind in COMPARED and (kind != CAREGIVER or key.partition("/")[0] in SYSTEMS)
    }
    least = least_cases(kind, ws.settings.least_group_size)
    return await figures_of_all(ws.store, kind, compared, over=over, oldest=oldest, now=now, least=least)


def experience_of(one: Subject) -> Experience | None:
    """Return the group and band of a caregiver's experience, as the register tells it; None where it does not."""
    given = one.attributes.get("experience_years", one.attributes.get("experience"))
    if given is None:
        return None
    try:
        return experience_named(given)
    except InvalidInput:
        return None


def _metrics(tables: Tables, keys: Iterable[str]) -> dict[str, TableMetric]:
    """Return the metrics of these keys that caregivers are compared by, in the tables' order."""
    wanted = frozenset(keys)
    return {
        f"{system}/{path}": metric
        for system in SYSTEMS
        for path, metric in tables.of(system, kinds=COMPARED).items()
        if f"{system}/{path}" in wanted
    }


def _column(key: str, metric: TableMetric, experience: Experience | None) -> tuple[str, Column] | None:
    """Return the column that a caregiver's figure belongs to, by name; None for a group they have left.

    Of the levels by experience only those of the caregiver's own band count.
    """
    if not key.startswith(_BY_EXPERIENCE) or experience is None:
        return key, Column(key, metric)
    if metric.steps[1] != experience.group:
        return None
    levels = {name: value for name, value in metric.levels.items() if name in experience.bands}
    cut = metric.model_copy(update={"levels": levels})
    return f"{key} {'/'.join(experience.bands)}", Column(key, cut)
