"""One caregiver: quality against its levels, percentiles among others, how it went, and the development plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace

from markupsafe import Markup

from ag2_marketing.report.charts.plot import Plot
from ag2_marketing.report.standings.courses import drawn_courses
from ag2_marketing.report.standings.fragment import rendered
from ag2_marketing.report.standings.positions import ORDER
from ag2_marketing.report.standings.shared import Todo, bullets_of, counted, headings, link_to, on
from ag2_marketing.report.standings.strips import Rank, percentile_plot
from ag2_marketing_tools.care.caregivers import CaregiverPerformance
from ag2_marketing_tools.care.development import DevelopmentPlan
from ag2_marketing_tools.care.peers import PeerComparison
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.observations.courses import SubjectCourse


def caregiver_fragment(
    performance: CaregiverPerformance,
    *,
    location: str | None,
    about: str,
    peers: PeerComparison | None,
    peers_reason: str,
    course: SubjectCourse,
    plan: DevelopmentPlan,
    interactive: bool = False,
) -> Markup:
    """Return a caregiver as HTML.

    Args:
        performance: Where each metric stands.
        location: Where the caregiver works, as the register says.
        about: What else the register says, in words.
        peers: Where the caregiver stands among others; None where the register does not say enough.
        peers_reason: Why there is no comparison with others.
        course: How the metrics went.
        plan: The development plan.
        interactive: Whether the page has the script that draws the plots anew.
    """
    findings = performance.findings
    found = Counter(str(one.position) for one in findings)
    return rendered(
        "caregiver",
        titles=headings(),
        name=performance.caregiver_id,
        about=about,
        location=location,
        location_link=link_to("location", location) if location else "",
        bullets=bullets_of(findings),
        counts=counted(SimpleNamespace(**{name: found[name] for name in ORDER[:5]})),
        strips=list(_strips(peers)) if peers else [],
        peers_reason=peers_reason,
        courses=drawn_courses(course.metrics),
        todos=list(_todos(plan)),
        goals=[(one.goal, on(one.due)) for one in plan.goals],
        interactive=interactive,
    )


def _strips(peers: PeerComparison) -> Iterator[Plot]:
    every = (*peers.percentiles, *peers.regional.metrics, *peers.experience.metrics)
    findings = [one for one in every if one.value is not None]
    among = [
        Rank(one.title, one.peers.percentile, one.position)
        for one in findings
        if one.peers.percentile is not None
    ]
    published = [
        Rank(one.title, one.percentile, one.position) for one in findings if one.percentile is not None
    ]
    strips = (
        percentile_plot(among, title=say("Among the company's caregivers")),
        percentile_plot(
            published,
            title=say("Among the industry's caregivers"),
            how=say("Read between the published levels; the tables do not give more than these."),
        ),
    )
    yield from filter(None, strips)


def _todos(plan: DevelopmentPlan) -> Iterator[Todo]:
    for one in sorted((*plan.training_recommendations, *plan.support_needs), key=lambda each: each.priority):
        yield Todo(
            one.action, one.because, say("{start} to {end}", start=on(one.starts), end=on(one.ends)), one.risk
        )
