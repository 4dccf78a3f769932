"""Pages about locations: all of them side by side, and each by itself."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ag2_marketing.report.standings.of_company import locations_fragment
from ag2_marketing.report.standings.of_location import location_fragment
from ag2_marketing.server.access.identity import Identity, visitor
from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.pages.asking import over_period, periods_to_choose, told, told_if_known
from ag2_marketing.server.pages.experiments import found
from ag2_marketing.server.pages.layout import drawn, page
from ag2_marketing.server.services import services_of
from ag2_marketing_tools.benchmarks.position import BenchmarkPosition, compare_with_benchmarks
from ag2_marketing_tools.care.clients.listing import list_clients
from ag2_marketing_tools.care.clients.location_outcomes import location_outcomes
from ag2_marketing_tools.care.location_caregivers import location_caregivers
from ag2_marketing_tools.care.location_standings import compare_locations
from ag2_marketing_tools.care.location_team import location_team
from ag2_marketing_tools.care.location_views import LocationCaregivers, LocationTeam
from ag2_marketing_tools.care.locations import location_named
from ag2_marketing_tools.messages import say, speaking
from ag2_marketing_tools.metrics.tables import load_tables
from ag2_marketing_tools.observations.courses import SubjectCourse, show_course
from ag2_marketing_tools.standing.position import COMPARED


async def list_locations(request: Request) -> Response:
    """Show all locations by metric."""
    who = await visitor(request)
    compared, reason = await told_if_known(request, who, compare_locations, over_period(request))
    with speaking(services_of(request).ws.settings.language):
        body = await drawn(locations_fragment, compared, reason)
        return page(request, "care", who, title=say("Locations"), body=body, **periods_to_choose(request))


async def show_location(request: Request) -> Response:
    """Show one location; single caregivers only to analysts."""
    who = await visitor(request)
    ws = services_of(request).ws
    name = await found(location_named(request.path_params["location"], ws))
    about = {"subject_kind": "location", "subject_id": name}
    course, _ = await told_if_known(request, who, show_course, about)
    where = {"location": name}
    team = await _team(request, who, {**where, **over_period(request)})
    outcomes, _ = await told_if_known(request, who, location_outcomes, where)
    clients = (await told(request, who, list_clients, where)).client_ids if _sees_people(who) else []
    positions = await _positions(request, who, name, course)
    with speaking(ws.settings.language):
        body = await drawn(
            location_fragment,
            name,
            positions=positions,
            course=course,
            team=team,
            outcomes=outcomes,
            clients=clients,
            interactive=True,
        )
        return page(request, "care", who, title=name, body=body, **periods_to_choose(request))


def _sees_people(who: Identity) -> bool:
    return who.role >= Role.ANALYST


async def _team(
    request: Request, who: Identity, about: dict[str, Any]
) -> LocationCaregivers | LocationTeam | None:
    """Return the caregivers as far as they may be seen: whom a page does not show, nobody is said to have looked at."""
    if _sees_people(who):
        return (await told_if_known(request, who, location_caregivers, about))[0]
    return (await told_if_known(request, who, location_team, about))[0]


async def _positions(
    request: Request, who: Identity, name: str, course: SubjectCourse | None
) -> list[BenchmarkPosition]:
    """Return where the location stands in each table that something was observed of."""
    if course is None:
        return []
    tables = load_tables(services_of(request).ws.settings.benchmark_tables)
    observed = [one.key for one in course.metrics] + course.left_out
    systems = [
        key.partition("/")[0]
        for key in observed
        if key in tables.metrics and tables.metric(key).kind in COMPARED
    ]
    return [
        await told(
            request,
            who,
            compare_with_benchmarks,
            {"system": system, "subject": name, "subject_kind": "location", **over_period(request)},
        )
        for system in dict.fromkeys(systems)
    ]
