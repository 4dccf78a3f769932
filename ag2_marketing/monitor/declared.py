"""The monitors by name: whom each looks at, how, and how often by default (the specification's own intervals)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from difflib import get_close_matches

from ag2_marketing.monitor import caregiving, clients, company
from ag2_marketing.monitor.findings import Finding
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.workspace import Workspace

HOUR_S = 3_600
DAY_S = 24 * HOUR_S
WEEK_S = 7 * DAY_S

SubjectKey = tuple[str, str]
"""A subject's kind and id."""


@dataclass(frozen=True)
class Monitor:
    """A monitoring loop.

    Attributes:
        name: What it is called on the command line.
        about: Says what it looks at, in the reader's language.
        every_s: How often it runs unless told otherwise.
        subjects: Whom it looks at.
        look: What it finds of one of them: its kind, then its id.
        sensitive: Whether what it finds tells of clients' health or care.
    """

    name: str
    about: Callable[[], str]
    every_s: int
    subjects: Callable[[Workspace], Awaitable[list[SubjectKey]]]
    look: Callable[[Workspace, str, str], Awaitable[list[Finding]]]
    sensitive: bool = False


MONITORS = {
    one.name: one
    for one in (
        Monitor(
            "performance",
            lambda: say("KPIs against their targets, and alerts."),
            HOUR_S,
            company.companies,
            company.look_at_performance,
        ),
        Monitor(
            "competitive",
            lambda: say("The company and its locations against competitors."),
            DAY_S,
            company.companies_and_locations,
            company.look_at_competition,
        ),
        Monitor(
            "industry",
            lambda: say("The company and its locations within care and wellness."),
            WEEK_S,
            company.companies_and_locations,
            company.look_at_industry,
        ),
        Monitor(
            "home-care",
            lambda: say("The company and its locations within home care."),
            DAY_S,
            company.companies_and_locations,
            company.look_at_home_care,
        ),
        Monitor(
            "caregivers",
            lambda: say("Each caregiver's quality: risks, trainings, support."),
            DAY_S,
            caregiving.caregivers,
            caregiving.look_at_quality,
        ),
        Monitor(
            "peers",
            lambda: say("Each caregiver among peers of the region and of the same experience."),
            WEEK_S,
            caregiving.caregivers,
            caregiving.look_at_peers,
        ),
        Monitor(
            "specialties",
            lambda: say("Each caregiver's specialties."),
            DAY_S,
            caregiving.specialists,
            caregiving.look_at_specialties,
        ),
        Monitor(
            "interventions",
            lambda: say("Interventions against their success criteria."),
            HOUR_S,
            caregiving.interveners,
            caregiving.look_at_interventions,
            sensitive=True,
        ),
        Monitor(
            "clients",
            lambda: say("Each client's progress, and care plans to talk about."),
            HOUR_S // 2,
            clients.clients,
            clients.look_at_outcomes,
            sensitive=True,
        ),
    )
}


def monitor_named(name: str) -> Monitor:
    """Return a monitor.

    Raises:
        NotFound: There is none of this name; the message names the nearest.
    """
    if name not in MONITORS:
        near = get_close_matches(name, MONITORS, n=1)
        there = f"Did you mean {near[0]}?" if near else f"There are {', '.join(MONITORS)}."
        raise NotFound(f"There is no monitor {name!r}.", remedy=there)
    return MONITORS[name]
