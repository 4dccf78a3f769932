"""One location: where it stands, what to do, how it went, and its caregivers side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from ag2_marketing.report.standings.courses import drawn_courses
from ag2_marketing.report.standings.fragment import rendered
from ag2_marketing.report.standings.heat_map import HeatMap, heat_map_of
from ag2_marketing.report.standings.outcomes import change_word, measure_rows, share_rows, shares_plot
from ag2_marketing.report.standings.shared import (
    Todo,
    bullets_of,
    counted,
    group_rows,
    headings,
    link_to,
    on,
)
from ag2_marketing_tools.benchmarks.position import BenchmarkPosition
from ag2_marketing_tools.care.clients.location_views import CHANGES, LocationOutcomes
from ag2_marketing_tools.care.location_views import LocationCaregivers, LocationTeam, SchoolingNeed, TeamNeed
from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.observations.courses import SubjectCourse


def location_fragment(
    name: str,
    *,
    positions: Sequence[BenchmarkPosition],
    course: SubjectCourse | None,
    team: LocationCaregivers | LocationTeam | None,
    outcomes: LocationOutcomes | None,
    clients: Sequence[str],
    interactive: bool = False,
) -> Markup:
    """Return a location as HTML.

    Args:
        name: The location.
        positions: Its standing in each table with figures of it.
        course: How its metrics went.
        team: Its caregivers one by one, or for readers who are not to see single ones, as a group.
        outcomes: How its clients changed, of groups alone.
        clients: Ids of its clients, where they may be shown.
        interactive: Whether the page has the script that draws the plots anew.
    """
    standings = [one for position in positions for one in position.metrics]
    return rendered(
        "location",
        titles=headings(),
        name=name,
        bullets=bullets_of(standings),
        counts=[
            pair
            for position in positions
            for pair in counted(position.counts)
            if pair[0].kind != "unmeasured"
        ],
        todos=list(_todos(positions)),
        courses=drawn_courses(course.metrics) if course else [],
        team=team,
        heat_map=_people(team) if isinstance(team, LocationCaregivers) else None,
        groups=list(group_rows(team.columns)) if team else [],
        schooling=[_schooling(one) for one in team.schooling] if team else [],
        outcomes=_outcomes(outcomes) if outcomes else None,
        clients=[(id, link_to("client", id)) for id in clients],
        shows_people=not isinstance(team, LocationTeam),
        interactive=interactive,
    )


def _outcomes(found: LocationOutcomes) -> dict[str, Any]:
    told = found.model_dump()
    groups = [told["whole"], *told["condition_groups"], *told["intervention_groups"]]
    changes = [
        name for name in CHANGES if any(one["change"] == name for group in groups for one in group["changes"])
    ]
    return {
        "plot": shares_plot(told["whole"]["changes"]),
        "heads": [change_word(name) for name in changes],
        "groups": list(share_rows(groups, changes)),
        "measures": list(measure_rows(told["measures"])),
        "notes": found.notes,
    }


def _todos(positions: Sequence[BenchmarkPosition]) -> Iterator[Todo]:
    items = sorted((one for position in positions for one in position.actions), key=lambda one: -one.impact)
    for one in items:
        yield Todo(one.action, [one.finding], on(one.due))


def _people(team: LocationCaregivers) -> HeatMap | None:
    return heat_map_of(
        team.model_dump(),
        title=say("Caregivers by metric, all figures judged together"),
        corner=say("Caregiver"),
        named="caregiver_id",
        link=lambda id: link_to("caregiver", id),
    )


def _schooling(one: SchoolingNeed | TeamNeed) -> Todo:
    who = say("{caregivers}", caregivers=count_of(one.caregivers, "caregiver"))
    if isinstance(one, TeamNeed):
        return Todo(one.action, [], on(one.due), one.risk, who)
    named = f"{who}: {', '.join(one.caregiver_ids)}"
    return Todo(one.action, one.because[:3], on(one.due), one.risk, named)
