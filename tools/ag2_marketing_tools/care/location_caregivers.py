"""The caregivers of a location beside quality levels and peers, all figures judged together."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import Field

from ag2_marketing_tools.care.caregivers import QUALITY
from ag2_marketing_tools.care.figures import CAREGIVER
from ag2_marketing_tools.care.findings import CareFinding, by_strength, by_urgency
from ag2_marketing_tools.care.judged import Judged, declining_of, judged_caregivers, with_caregiver
from ag2_marketing_tools.care.location_views import (
    CaregiverPlan,
    CaregiverRow,
    Leader,
    LocationCaregivers,
    RefusedOfCaregiver,
)
from ag2_marketing_tools.care.locations import location_named
from ag2_marketing_tools.care.matrix_views import too_few
from ag2_marketing_tools.care.names import Experience
from ag2_marketing_tools.care.plan import plan_for
from ag2_marketing_tools.care.schooling import schooling_of
from ag2_marketing_tools.care.team_figures import Team, experience_of, figures_now, team_figures
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.metrics.tables import Tables, load_tables
from ag2_marketing_tools.standing import Over, finding, histories_of, trends_of_all
from ag2_marketing_tools.standing.matrix import CORRECTION
from ag2_marketing_tools.standing.position import COMPARED
from ag2_marketing_tools.tool import Params, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.subjects import Subject, find_subjects


class AboutLocation(Params):
    """Which location."""

    location: str = Field(
        min_length=1, max_length=300, description="The location's id, as the register has it."
    )
    over: Over = None


@tool(family="care")
async def location_caregivers(params: AboutLocation, ws: Workspace) -> LocationCaregivers:
    """Say of all active caregivers of a location who leads, who needs which schooling, and what is a risk.

    Their figures are set against the levels of quality, peers and specialties. All verdicts are corrected for their
    number together, and so are all trends.
    """
    location = await location_named(params.location, ws)
    everybody = await find_subjects(ws.store, CAREGIVER)
    here = [one for one in everybody if one.location == location]
    if not here:
        raise NotFound(
            f"No active caregiver belongs to {location}.",
            remedy="Import the register of caregivers first: `ag2-marketing import FILE --mapping MAPPING`.",
        )
    tables = load_tables(ws.settings.benchmark_tables)
    stored = await figures_now(CAREGIVER, params.over, tables, ws)
    least = ws.settings.least_group_size
    team = await asyncio.to_thread(team_figures, here, everybody, stored, tables, least=least)
    now = ws.clock.now()
    histories = await histories_of(ws.store, CAREGIVER, team.caregivers, list(team.shown.metrics), until=now)
    trends = await asyncio.to_thread(trends_of_all, histories, team.shown.metrics)
    judged = await asyncio.to_thread(judged_caregivers, team, trends)
    told = _told(here, team, judged, tables, now)
    return LocationCaregivers(location=location, over=params.over, **told)


def _told(
    here: Sequence[Subject], team: Team, judged: Sequence[Judged], tables: Tables, now: datetime
) -> dict[str, Any]:
    plans = {one.caregiver_id: plan_for(one.short, now.date()).actions for one in judged}
    shown, bands = team.shown, {one.id: experience_of(one) for one in here}
    compared = set(team.caregivers)
    rows = [_row(team, one, bands[one.caregiver_id]) for one in judged]
    lagging = by_urgency(with_caregiver((one.caregiver_id, one.lagging) for one in judged))
    few = too_few(shown.least) if len(judged) < shown.least else None
    return {
        "compared_at": now,
        "caregivers": len(here),
        "measured": len(judged),
        "summary": few or _summary(here, judged),
        "counts": None if few else shown.counts(range(len(judged))),
        "counts_reason": few,
        "leaders": _leaders(judged, rows),
        "risks": [one for one in lagging if one.risk],
        "declining": declining_of(judged),
        "schooling": schooling_of(plans, {one.caregiver_id: one for one in judged}),
        "plans": [
            CaregiverPlan(caregiver_id=who, actions=actions) for who, actions in plans.items() if actions
        ],
        "strengths": by_strength(with_caregiver((one.caregiver_id, one.leading) for one in judged)),
        "lagging": lagging,
        "without_figures": [one.id for one in here if one.id not in compared],
        "least_group_size": shown.least,
        "judged": shown.matrix.judged,
        "correction": CORRECTION,
        "columns": shown.columns(),
        "rows": rows,
        "unmeasured": [
            key
            for path in tables.of(QUALITY, kinds=COMPARED)
            if (key := f"{QUALITY}/{path}") not in shown.metrics
        ],
        "refused": [
            RefusedOfCaregiver(caregiver_id=one.subject, metric=one.key, reason=one.reason)
            for one in shown.matrix.figures.refused
        ],
        "reason": None if judged else say("None of the caregivers has a figure that is not out of date."),
    }


def _row(team: Team, one: Judged, experience: Experience | None) -> CaregiverRow:
    cells = team.shown.cells(one.row, team.percentiles)
    ranked = [cell.percentile for cell in cells if cell.percentile is not None]
    return CaregiverRow(
        caregiver_id=one.caregiver_id,
        experience=" ".join(experience.bands) if experience else None,
        counts=team.shown.counts([one.row]),
        overall_percentile=sum(ranked) / len(ranked) if ranked else None,
        cells=cells,
    )


def _leaders(judged: Sequence[Judged], rows: Sequence[CaregiverRow]) -> list[Leader]:
    found = [
        Leader(
            caregiver_id=one.caregiver_id,
            leading=row.counts.leading,
            lagging=row.counts.lagging,
            overall_percentile=row.overall_percentile,
            findings=[_led(each) for each in one.leading],
        )
        for one, row in zip(judged, rows, strict=True)
        if row.counts.leading
    ]
    return sorted(found, key=lambda one: (-one.leading, one.lagging, -(one.overall_percentile or 0.0)))


def _led(one: CareFinding) -> str:
    """Return the sentence that sets what leads against the level from which on it leads."""
    gap = one.gap_to(one.ceiling)
    return finding(one, gap) if gap else one.finding


def _summary(here: Sequence[Subject], judged: Sequence[Judged]) -> str:
    return say(
        "{caregivers}, {measured} with figures: {leading} lead on something, {lagging} lag on something, {risks} on "
        "something that clients' safety depends on.",
        caregivers=count_of(len(here), "caregiver"),
        measured=len(judged),
        leading=sum(bool(one.leading) for one in judged),
        lagging=sum(bool(one.lagging) for one in judged),
        risks=sum(any(each.risk for each in one.lagging) for one in judged),
    )
