"""All locations beside each other."""

from __future__ import annotations

from markupsafe import Markup

from ag2_marketing.report import wording
from ag2_marketing.report.standings.fragment import rendered
from ag2_marketing.report.standings.heat_map import heat_map_of
from ag2_marketing.report.standings.shared import counted, headings, link_to
from ag2_marketing_tools.care.location_views import CompanyLocations
from ag2_marketing_tools.messages import say


def locations_fragment(found: CompanyLocations | None, reason: str = "") -> Markup:
    """Return all locations as HTML: a heat map of locations by metrics, or why there is none.

    Args:
        found: As `compare_locations` tells it; None where nothing is known yet.
        reason: Why nothing is known.
    """
    title = say("Locations by metric, each against the benchmarks")
    heat_map = found and heat_map_of(
        found.model_dump(),
        title=title,
        corner=say("Location"),
        named="location",
        link=lambda name: link_to("location", name),
    )
    return rendered(
        "locations",
        titles=headings(),
        heat_map=heat_map,
        counts=counted(found.counts) if found else [],
        without=[(name, link_to("location", name)) for name in found.without_figures] if found else [],
        reason=(found.reason if found else reason) or reason,
        made=found
        and say(
            "As of {when}. {judged:,} verdicts, corrected for their number together.",
            when=wording.moment(found.compared_at),
            judged=found.judged,
        ),
    )
