"""The caregivers of a review: a heat map whose figures are references, the group, and what is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ag2_marketing.report.cited import Cited, raw
from ag2_marketing.report.figures import Figures
from ag2_marketing.report.reaching import listed, part
from ag2_marketing.report.review.standings import counts_of
from ag2_marketing.report.standings.heat_map import HeatMap, heat_map_of
from ag2_marketing.report.standings.positions import Mark
from ag2_marketing_tools.messages import say


@dataclass(frozen=True)
class ShownGroup:
    """The group's middle on one metric; `reason` where it is not told."""

    title: Cited
    measured: Cited | None
    middle: Any
    low: Any
    high: Any
    reason: Cited | None


@dataclass(frozen=True)
class ShownTeam:
    """The caregivers of the location."""

    found: Cited
    counts: list[tuple[Mark, Cited]]
    heat_map: HeatMap | None
    groups: list[ShownGroup]


def team_of(team: Cited | None, figures: Figures) -> ShownTeam | None:
    """Return what is shown of the caregivers; None where nothing is known of them."""
    if part(team, "rows") is None or team is None:
        return None
    return ShownTeam(
        found=team,
        counts=counts_of(part(team, "counts")),
        heat_map=heat_map_of(
            raw(team),
            title=say("Caregivers by metric, all figures judged together"),
            corner=say("Caregiver"),
            named="caregiver_id",
            shown=lambda row, cell, _value, _unit: figures.rounded_link(team.rows[row].cells[cell].value),
            counted=lambda row, position, _count: figures.rounded_link(team.rows[row].counts[position]),
            called=lambda row, name: figures.link(team.rows[row].caregiver_id, name),
            titled=lambda column, _title: team.columns[column].title,
        ),
        groups=[_group(column, figures) for column in listed(team, "columns") if _is_told(column)],
    )


def _is_told(column: Cited) -> bool:
    return part(column, "group", "median") is not None or part(column, "group", "reason") is not None


def _group(column: Cited, figures: Figures) -> ShownGroup:
    unit = raw(column.unit)

    def shown(name: str) -> Any:
        value = part(column, "group", name)
        return "" if value is None else figures.rounded(value, unit)

    return ShownGroup(
        title=column.title,
        measured=part(column, "group", "measured"),
        middle=shown("median"),
        low=shown("lower_quartile"),
        high=shown("upper_quartile"),
        reason=part(column, "group", "reason"),
    )
