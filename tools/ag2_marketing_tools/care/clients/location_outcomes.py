"""How the active clients of a location changed, told of groups alone."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from ag2_marketing_tools.care.clients.changes import MeasureProgress, Window, overall, progress_of
from ag2_marketing_tools.care.clients.effects import adherence_of_all, mean_rating
from ag2_marketing_tools.care.clients.facts import CLIENT
from ag2_marketing_tools.care.clients.groups import Grouping, Member, measure_changes
from ag2_marketing_tools.care.clients.location_views import LocationOutcomes, OutcomeGroup
from ag2_marketing_tools.care.clients.records import Assessment, Response, assessments_of, responses_of
from ag2_marketing_tools.care.locations import location_named
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.metrics.tables import Tables, load_tables
from ag2_marketing_tools.standing import period_of
from ag2_marketing_tools.standing.stored import histories_of
from ag2_marketing_tools.tool import Params, tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation
from ag2_marketing_tools.workspace.store.subjects import Subject, find_subjects

_CLIENTS_OF_A_QUERY = 500
_Histories = Mapping[str, Mapping[str, Sequence[Observation]]]


class OutcomesOfLocation(Params):
    """Which location, and over which time."""

    location: str = Field(
        min_length=1, max_length=300, description="The location's id, as the register has it."
    )
    timeframe: str = Field(
        default="6_months", max_length=40, description="Up to now, such as `6_months`, `quarterly`."
    )


@dataclass(frozen=True)
class _Records:
    """What is held of a location's clients."""

    histories: _Histories
    assessments: Mapping[str, Sequence[Assessment]]
    responses: Mapping[str, Sequence[Response]]


@tool(family="care")
async def location_outcomes(params: OutcomesOfLocation, ws: Workspace) -> LocationOutcomes:
    """Say how a location's active clients changed: improved, stable, worse, by condition and by intervention.

    Each client is compared with their own baseline; adherence and effectiveness are told with their intervals. Groups
    smaller than the setting `least_group_size`, and what they would follow from, are not told.
    """
    location = await location_named(params.location, ws)
    clients = await find_subjects(ws.store, CLIENT, location=location)
    if not clients:
        raise NotFound(
            f"No active client belongs to {location}.",
            remedy="Import the register of clients first: `ag2-marketing import FILE --mapping MAPPING`.",
        )
    now = ws.clock.now()
    since = period_of(params.timeframe).before(now)
    tables = load_tables(ws.settings.benchmark_tables)
    held = await _records([one.id for one in clients], tables, ws)
    members, progress = await asyncio.to_thread(_members, clients, held, since, now, tables)
    grouping = Grouping(members, least=ws.settings.least_group_size)
    whole = grouping.whole(location)
    return LocationOutcomes(
        location=location,
        analysed_at=now,
        timeframe=params.timeframe,
        since=since,
        least_group_size=grouping.least,
        summary=_summary(whole),
        whole=whole,
        condition_groups=grouping.by_condition(),
        intervention_groups=grouping.by_intervention(),
        measures=measure_changes(progress, tables, least=grouping.least),
        notes=_notes(members, held),
    )


def _summary(whole: OutcomeGroup) -> str:
    """Return in one sentence how the clients changed; of what is not told, that it is not."""
    if whole.clients is None:
        return whole.reason or say("not told")
    words = {
        "improved": say("improved"),
        "stable": say("stable"),
        "mixed": say("better and worse"),
        "worse": say("worse"),
        "too_little_data": say("too little data"),
    }
    told = (
        f"{words[one.change]} {say('not told') if one.clients is None else one.clients}"
        for one in whole.changes
    )
    return say("{clients}: {changes}.", clients=count_of(whole.clients, "client"), changes=", ".join(told))


async def _records(ids: Sequence[str], tables: Tables, ws: Workspace) -> _Records:
    histories: dict[str, Mapping[str, Sequence[Observation]]] = {}
    for start in range(0, len(ids), _CLIENTS_OF_A_QUERY):
        some = ids[start : start + _CLIENTS_OF_A_QUERY]
        histories.update(await histories_of(ws.store, CLIENT, some, list(tables)))
    return _Records(histories, await assessments_of(ws.store, ids), await responses_of(ws.store, ids))


def _members(
    clients: Sequence[Subject], held: _Records, since: datetime, now: datetime, tables: Tables
) -> tuple[list[Member], list[list[MeasureProgress]]]:
    members, progress = [], []
    for one in clients:
        kept = held.assessments.get(one.id)
        window = Window(since, now, kept[-1] if kept else None)
        found = progress_of(held.histories.get(one.id, {}), window, tables)
        within = [each for each in held.responses.get(one.id, ()) if since <= each.responded_at <= now]
        by_intervention: dict[str, list[Response]] = {}
        for each in within:
            by_intervention.setdefault(each.intervention_id, []).append(each)
        members.append(
            Member(
                condition=_condition(one),
                change=overall(found),
                adherence=adherence_of_all(within),
                effectiveness=mean_rating(within, "effectiveness_rating"),
                interventions={
                    name: (adherence_of_all(some), mean_rating(some, "effectiveness_rating"))
                    for name, some in by_intervention.items()
                },
            )
        )
        progress.append(found)
    return members, progress


def _condition(client: Subject) -> str:
    """Return the condition under which a client is counted; several together are one of their own."""
    said = client.attributes.get("condition") or client.attributes.get("conditions")
    parts = said if isinstance(said, list) else [said] if said else []
    names = sorted({str(part).strip() for part in parts if str(part).strip()})
    return " + ".join(names) or say("not recorded")


def _notes(members: Sequence[Member], held: _Records) -> list[str]:
    notes = [say("Clients are compared with themselves before; other causes than care are not ruled out.")]
    if len(held.assessments) < len(members):
        notes.append(
            say(
                "Where no assessment is kept of a client, the first figure of each measure stands for the baseline."
            )
        )
    return notes
