"""What the specification leaves to the host: who is active, and what is known of them. Queries of the store.

Registers say who there is (`ag2-marketing import` takes them). Where a company keeps none of a kind, whoever was
observed within the last quarter counts as active.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import fmean
from typing import Any

from sqlalchemy import or_, select

from ag2_marketing_tools.care.clients.records import responses_of
from ag2_marketing_tools.care.interventions import INTERVENTIONS, protocols
from ag2_marketing_tools.care.specialties import SPECIALTIES
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.metrics.units import convert, unit_named
from ag2_marketing_tools.privacy import LOGGED, log_accesses
from ag2_marketing_tools.standing import period_of
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.schema import observation
from ag2_marketing_tools.workspace.store.subjects import Subject, find_subject, find_subjects

OVER = "3_months"
"""Figures of so long are judged together, so that no single week decides, and what is found stays found or is gone."""

RECENT = timedelta(days=92)
"""Without a register, who was observed within so long counts as active: a quarter."""


async def get_active(ws: Workspace, kind: str) -> list[str]:
    """Return the ids of the active subjects of a kind, in order."""
    if await find_subjects(ws.store, kind, active=None):
        return [one.id for one in await find_subjects(ws.store, kind)]
    c = observation.c
    seen = select(c.subject_id).where(c.subject_kind == kind, c.observed_at >= ws.clock.now() - RECENT)
    async with ws.store.read() as connection:
        return sorted((await connection.execute(seen.distinct())).scalars())


async def get_active_caregivers(ws: Workspace) -> list[str]:
    """Return the ids of the active caregivers."""
    return await get_active(ws, "caregiver")


async def get_caregiver_details(ws: Workspace, caregiver_id: str) -> dict[str, Any]:
    """Return a caregiver's `region_type` and `experience_level`; empty where the register does not say."""
    known = await find_subject(ws.store, "caregiver", caregiver_id)
    attributes = known.attributes if known else {}
    return {
        "region_type": str(_first(attributes, "region_type", "region") or await _region_of(ws, known)),
        "experience_level": _first(attributes, "experience_level", "experience_years", "experience") or "",
    }


async def _region_of(ws: Workspace, known: Subject | None) -> str:
    """The region of the location where the caregiver works."""
    where = await find_subject(ws.store, "location", known.location) if known and known.location else None
    return str(_first(where.attributes, "region_type", "region") or "") if where else ""


def _first(attributes: Mapping[str, Any], *names: str) -> Any:
    return next((attributes[name] for name in names if attributes.get(name) not in (None, "")), None)


async def get_caregiver_specialties(ws: Workspace, caregiver_id: str) -> list[str]:
    """Return a caregiver's specialties: those of the register, and those that figures are stored of."""
    return sorted((await _specialties(ws, [caregiver_id])).get(caregiver_id, ()))


async def get_specialty_caregivers(ws: Workspace) -> list[str]:
    """Return the active caregivers who have a specialty."""
    active = await get_active_caregivers(ws)
    having = await _specialties(ws, active)
    return [caregiver for caregiver in active if having.get(caregiver)]


async def _specialties(ws: Workspace, caregivers: Collection[str]) -> dict[str, set[str]]:
    wanted, found = set(caregivers), dict[str, set[str]]()
    for one in await find_subjects(ws.store, "caregiver"):
        if one.id in wanted:
            found[one.id] = set(_names(one.attributes.get("specialties")))
    only = list(wanted) if len(wanted) == 1 else None
    observed = await _observed(ws, SPECIALTIES, ws.clock.now() - RECENT, only)
    for (kind, caregiver), metrics in observed.items():
        if kind == "caregiver" and caregiver in wanted:
            found.setdefault(caregiver, set()).update(metric.split("/")[1] for metric in metrics)
    return found


def _names(given: object) -> list[str]:
    """A register's list: a list, or a text with commas, semicolons or spaces between."""
    if isinstance(given, str):
        return given.replace(",", " ").replace(";", " ").split()
    return [str(one) for one in given] if isinstance(given, list | tuple) else []


async def get_active_interventions(ws: Workspace) -> list[str]:
    """Return the ids `<caregiver>/<specialty>/<intervention>` of interventions with figures within their period."""
    return sorted(await _interventions(ws))


async def get_intervention_details(ws: Workspace, intervention_id: str) -> dict[str, Any]:
    """Return an intervention's `caregiver_id`, `specialty_type`, `intervention_type` and `metrics`.

    The metrics are the latest figures of each criterion within the evaluation period: the caregiver's own, or, where
    clients were measured, those of the caregiver's clients together.

    Raises:
        NotFound: It has no figures within its evaluation period.
    """
    caregiver = intervention_id.rpartition("/")[0].rpartition("/")[0]
    figures = (await _interventions(ws, caregiver)).get(intervention_id) if caregiver else None
    if figures is None:
        raise NotFound("Nothing was measured of this intervention within its evaluation period.")
    await _log_details(ws, {intervention_id: figures})
    return _details(intervention_id, figures)


async def get_details_of_interventions(ws: Workspace, caregiver_id: str) -> list[dict[str, Any]]:
    """Return the details of all of one caregiver's interventions, read at once, in the order of their ids."""
    found = await _interventions(ws, caregiver_id)
    await _log_details(ws, found)
    return [_details(*each) for each in sorted(found.items())]


async def _log_details(ws: Workspace, found: Mapping[str, Mapping[str, Sequence[_Figure]]]) -> None:
    """Write the access to the figures of these interventions to its log, by their caregivers and measured clients."""
    whose = {("caregiver", intervention.rsplit("/", 2)[0]) for intervention in found}
    measured = {
        one.whose
        for figures in found.values()
        for each in figures.values()
        for one in each
        if one.whose[0] in LOGGED
    }
    await log_accesses(ws, "get_intervention_details", whose | measured, only_reads=True)


def _details(intervention_id: str, figures: Mapping[str, list[_Figure]]) -> dict[str, Any]:
    caregiver, specialty, kind = intervention_id.rsplit("/", 2)
    return {
        "caregiver_id": caregiver,
        "specialty_type": specialty,
        "intervention_type": kind,
        "metrics": {criterion: _together(each) for criterion, each in sorted(figures.items())},
    }


async def get_active_clients(ws: Workspace) -> list[str]:
    """Return the ids of the active clients."""
    return await get_active(ws, "client")


async def get_client_interventions(ws: Workspace, client_id: str) -> list[str]:
    """Return the ids of the interventions that a client's responses are kept of."""
    responses = (await responses_of(ws.store, [client_id])).get(client_id, [])
    await log_accesses(ws, "get_client_interventions", {("client", client_id)}, only_reads=True)
    return sorted({one.intervention_id for one in responses})


async def get_intervention_response(ws: Workspace, client_id: str, intervention_id: str) -> dict[str, Any]:
    """Return a client's latest response to an intervention as it was given, with its moment.

    Raises:
        NotFound: None is kept.
    """
    responses = (await responses_of(ws.store, [client_id])).get(client_id, [])
    of_this = [one for one in responses if one.intervention_id == intervention_id]
    if not of_this:
        raise NotFound("No response of this client to this intervention is kept.")
    await log_accesses(ws, "get_intervention_response", {("client", client_id)}, only_reads=True)
    return {**of_this[-1].given, "responded_at": of_this[-1].responded_at.isoformat()}


@dataclass(frozen=True)
class _Figure:
    """A value, of how many cases, in which unit; and of which kind of subject, and which one."""

    value: float
    n: int | None
    unit: str
    whose: tuple[str, str]


async def _interventions(ws: Workspace, only: str | None = None) -> dict[str, dict[str, list[_Figure]]]:
    """The latest figures of every intervention, or of one caregiver's, by its id and the criterion."""
    now = ws.clock.now()
    since = {
        (one["specialty"], one["name"]): period_of(one["evaluation_period"]).before(now)
        for one in protocols()
    }
    caregiver_of = {
        client.id: str(client.attributes.get("caregiver") or "")
        for client in await find_subjects(ws.store, "client")
    }
    of_whom = None if only is None else [only, *(one for one, who in caregiver_of.items() if who == only)]
    found: dict[str, dict[str, list[_Figure]]] = {}
    observed = await _observed(ws, INTERVENTIONS, min(since.values()), of_whom)
    for (kind, subject), metrics in observed.items():
        caregiver = subject if kind == "caregiver" else caregiver_of.get(subject)
        for metric, (at, value, n, unit) in metrics.items():
            _, specialty, name, criterion = metric.split("/", 3)
            if caregiver and only in (None, caregiver) and at >= since.get((specialty, name), now):
                place = found.setdefault(f"{caregiver}/{specialty}/{name}", {})
                place.setdefault(criterion, []).append(_Figure(value, n, unit, (kind, subject)))
    return found


def _together(figures: Sequence[_Figure]) -> dict[str, Any]:
    """One figure of the clients or, where none of them was measured, of the caregiver.

    It is weighted by the cases where all are known, and in the unit that most of the figures have; what cannot be told
    in that unit is left out.
    """
    alike = [one for one in figures if one.whose[0] == "client"] or figures
    units = Counter(one.unit for one in alike)
    unit = min(units, key=lambda name: (-units[name], name))
    told = [(value, one.n) for one in alike if (value := _in_unit(one, unit)) is not None]
    if all(n for _, n in told):
        total = sum(n or 0 for _, n in told)
        return {"value": sum(value * (n or 0) for value, n in told) / total, "n": total, "unit": unit}
    return {"value": fmean(value for value, _ in told), "unit": unit}


def _in_unit(figure: _Figure, unit: str) -> float | None:
    if figure.unit == unit:
        return figure.value
    source, target = unit_named(figure.unit), unit_named(unit)
    if source is None or target is None or source.dimension != target.dimension:
        return None
    return float(convert(Decimal(repr(figure.value)), source, target))


async def _observed(
    ws: Workspace, system: str, since: datetime, of_whom: Collection[str] | None = None
) -> dict[tuple[str, str], dict[str, tuple[datetime, float, int | None, str]]]:
    """The latest figure of each metric of a system, by the subject's kind and id; one of no cases is none."""
    c = observation.c
    query = (
        select(c.subject_kind, c.subject_id, c.metric, c.observed_at, c.value, c.sample_size, c.unit)
        .where(c.metric.startswith(f"{system}/", autoescape=True), c.observed_at >= since)
        .where(or_(c.sample_size.is_(None), c.sample_size > 0))
        .order_by(c.observed_at, c.source)
    )
    if of_whom is not None:
        query = query.where(c.subject_id.in_(of_whom))
    found: dict[tuple[str, str], dict[str, tuple[datetime, float, int | None, str]]] = {}
    async with ws.store.read() as connection:
        for kind, subject, metric, *figure in await connection.execute(query):
            found.setdefault((kind, subject), {})[metric] = (figure[0], figure[1], figure[2], figure[3])
    return found
