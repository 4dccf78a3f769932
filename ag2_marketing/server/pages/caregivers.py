"""The page of one caregiver; how somebody works is for analysts to see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ag2_marketing.report.standings.levels import plain
from ag2_marketing.report.standings.of_caregiver import caregiver_fragment
from ag2_marketing.server.access.identity import Identity, visitor
from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.pages.asking import over_period, periods_to_choose, told, told_if_known
from ag2_marketing.server.pages.layout import drawn, page
from ag2_marketing.server.services import services_of
from ag2_marketing_tools.care import compare_caregiver, compare_peers, plan_development
from ag2_marketing_tools.care.figures import CAREGIVER
from ag2_marketing_tools.care.peers import PeerComparison
from ag2_marketing_tools.messages import say, speaking
from ag2_marketing_tools.observations.courses import show_course
from ag2_marketing_tools.workspace.store.subjects import Subject, find_subject


async def show_caregiver(request: Request) -> Response:
    """Show one caregiver."""
    who = await visitor(request, Role.ANALYST)
    ws, id = services_of(request).ws, request.path_params["caregiver"]
    about = {"caregiver_id": id, **over_period(request)}
    performance = await told(request, who, compare_caregiver, about)
    plan = await told(request, who, plan_development, about)
    course = await told(request, who, show_course, {"subject_kind": CAREGIVER, "subject_id": id})
    entry = await find_subject(ws.store, CAREGIVER, id)
    with speaking(ws.settings.language):
        peers, reason = await _peers(request, who, id, entry)
        body = await drawn(
            caregiver_fragment,
            performance,
            location=entry.location if entry else None,
            about=", ".join(_told_of(entry)),
            peers=peers,
            peers_reason=reason,
            course=course,
            plan=plan,
            interactive=True,
        )
        return page(request, "care", who, title=id, body=body, **periods_to_choose(request))


async def _peers(
    request: Request, who: Identity, id: str, entry: Subject | None
) -> tuple[PeerComparison | None, str]:
    """Compare with those of the same region and experience, as the register says them."""
    known = entry.attributes if entry else {}
    region, years = known.get("region"), known.get("experience_years")
    if region is None or years is None:
        return None, say("The register does not say region and years of experience.")
    asked: dict[str, Any] = {
        "caregiver_id": id,
        "region_type": str(region),
        "experience_level": years,
        **over_period(request),
    }
    return await told_if_known(request, who, compare_peers, asked)


def _told_of(entry: Subject | None) -> Iterator[str]:
    if entry is None:
        return
    years = entry.attributes.get("experience_years")
    if isinstance(years, int | float):
        yield say("{years} years of experience", years=plain(years))
    specialties = entry.attributes.get("specialties")
    if isinstance(specialties, list):
        yield from (str(one).replace("_", " ") for one in specialties)
    if not entry.active:
        yield say("not active")
