"""The lab visit as a part of an audit: made where it is asked for, and a reason wherever it was not made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ag2_marketing_tools.errors import OutgoingError, Unavailable
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.seo.catalogue import Part
from ag2_marketing_tools.seo.lab.model import LabVisit
from ag2_marketing_tools.seo.lab.visit import lab_visit
from ag2_marketing_tools.seo.readings import Reading
from ag2_marketing_tools.workspace import Workspace

_SERVED: Final[frozenset[Part]] = frozenset({"mobile", "performance", "accessibility", "core_web_vitals"})


async def visit_if_asked(page: Page, parts: Sequence[Part], ws: Workspace, *, asked: bool) -> LabVisit | str:
    """Visit the page as a phone, or say why it was not visited. A visit that fails loses nothing else."""
    if not asked or not _SERVED & set(parts):
        return say("A visit in a browser was not asked for (--lab).")
    try:
        return await lab_visit(page.url, ws)
    except (Unavailable, OutgoingError) as failure:
        return str(failure)


def blocking_times(lab: LabVisit | str) -> tuple[Reading, ...]:
    """Return Total Blocking Time by the visit, in milliseconds."""
    source = say("visits in Chromium")
    if isinstance(lab, str):
        return (Reading(source, None, lab),)
    return (Reading(source, lab.total_blocking_time.value, lab.total_blocking_time.reason),)
