"""Looking at clients: how each one does, and what a person should decide about the care plan."""

from __future__ import annotations

from ag2_marketing.classes.clients import ClientOutcomeTracker
from ag2_marketing.monitor.findings import Finding, findings
from ag2_marketing.monitor.host import get_active_clients
from ag2_marketing_tools.care.clients.records import assessments_of, responses_of
from ag2_marketing_tools.standing import subjects_of
from ag2_marketing_tools.workspace import Workspace


async def clients(ws: Workspace) -> list[tuple[str, str]]:
    """Return the active clients of whom anything was observed or recorded."""
    active = await get_active_clients(ws)
    known = set(await subjects_of(ws.store, "client"))
    for recorded in (assessments_of, responses_of):
        known.update(await recorded(ws.store, active))
    return [("client", id) for id in active if id in known]


async def look_at_outcomes(ws: Workspace, kind: str, id: str) -> list[Finding]:
    """`monitor_client_outcomes`, without tracking again the responses that are kept already.

    What the last month asks for is an adjustment; what only the whole course asks for is for the care team's review.
    """
    tracker = ClientOutcomeTracker(workspace=ws)
    adjustments = findings(await tracker.analyze_client_progress(id), {"care_plan_adjustments": "adjustment"})
    reviews = findings(await tracker.generate_outcome_report(id), {"care_recommendations": "review"})
    known = {one.topic for one in adjustments}
    return [*adjustments, *(one for one in reviews if one.topic not in known)]
