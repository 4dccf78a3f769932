"""The page of one client: health data, for analysts; each look goes through the tools, which log it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from ag2_marketing.report.standings.of_client import client_fragment
from ag2_marketing.server.access.identity import visitor
from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.pages.asking import told, told_if_known
from ag2_marketing.server.pages.layout import drawn, page
from ag2_marketing.server.services import services_of
from ag2_marketing_tools.care.clients.facts import CLIENT
from ag2_marketing_tools.care.clients.reporting import client_report
from ag2_marketing_tools.messages import speaking
from ag2_marketing_tools.observations.courses import show_course


async def show_client(request: Request) -> Response:
    """Show one client."""
    who = await visitor(request, Role.ANALYST)
    id = request.path_params["client"]
    report = await told(request, who, client_report, {"client_id": id, "report_type": "comprehensive"})
    course, _ = await told_if_known(request, who, show_course, {"subject_kind": CLIENT, "subject_id": id})
    with speaking(services_of(request).ws.settings.language):
        body = await drawn(client_fragment, report, course, interactive=True)
        return page(request, "care", who, title=id, periods=[], body=body)
