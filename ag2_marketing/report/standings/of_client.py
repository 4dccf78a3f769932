"""One client: the baseline, what changed since, how interventions went, goals, and what to consider changing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ag2_marketing.report import wording
from ag2_marketing.report.standings.courses import drawn_courses
from ag2_marketing.report.standings.fragment import rendered
from ag2_marketing.report.standings.levels import amount, change, change_unit
from ag2_marketing.report.standings.outcomes import KINDS, change_word
from ag2_marketing.report.standings.positions import SIGNS
from ag2_marketing.report.standings.shared import Todo, headings, link_to, on
from ag2_marketing_tools.care.clients.changes import MeasureProgress
from ag2_marketing_tools.care.clients.effects import InterventionEffect
from ag2_marketing_tools.care.clients.goals import GoalProgress
from ag2_marketing_tools.care.clients.reporting import ClientReport
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.observations.courses import SubjectCourse

_UNKNOWN = "–"


@dataclass(frozen=True)
class Verdict:
    """How something changed: its colour's class, its sign, its word."""

    kind: str
    sign: str
    word: str


@dataclass(frozen=True)
class MeasureRow:
    """One measure now beside the baseline."""

    title: str
    baseline: str
    latest: str
    change: str
    matters: str
    verdict: Verdict | None
    reason: str


def client_fragment(
    report: ClientReport, course: SubjectCourse | None, *, interactive: bool = False
) -> Markup:
    """Return a client as HTML.

    Args:
        report: As `client_report` tells it, comprehensive.
        course: How the client's figures went; None where there are none.
        interactive: Whether the page has the script that draws the plots anew.
    """
    profile, outcomes = report.client_profile, report.health_outcomes
    location = profile.location if profile else None
    return rendered(
        "client",
        titles=headings(),
        heads=_heads(),
        name=report.client_id,
        location=location,
        location_link=link_to("location", location) if location else "",
        overall=_verdict(outcomes.overall) if outcomes else None,
        since=on(outcomes.since.date()) if outcomes else "",
        assessed=on(profile.assessed_at.date()) if profile and profile.assessed_at else "",
        assessment=list(_told(profile.assessment)) if profile else [],
        no_assessment=(profile.reason if profile else None) or "",
        measures=[_measure(one) for one in outcomes.measures] if outcomes else [],
        goals=[_goal(one) for one in outcomes.goals] if outcomes else [],
        interventions=[_effect(one) for one in report.intervention_summary or ()],
        todos=[Todo(one.action, [one.finding], on(one.due)) for one in report.care_recommendations or ()],
        courses=drawn_courses(course.client_metrics) if course else [],
        interactive=interactive,
    )


def _verdict(name: str) -> Verdict:
    kind = KINDS.get(name, "inconclusive")
    return Verdict(kind, SIGNS[kind], change_word(name))


def _told(assessment: Mapping[str, object]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield an assessment part by part, as it was given."""
    for name, content in assessment.items():
        if isinstance(content, Mapping):
            found = [(_spaced(key), _plain(value)) for key, value in content.items()]
        elif isinstance(content, list):
            found = [("", _plain(value)) for value in content]
        else:
            found = [("", _plain(content))]
        if found:
            yield _spaced(name), found


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_spaced(key)} {_plain(part)}" for key, part in value.items() if part is not None)
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return str(value)


def _spaced(name: object) -> str:
    return str(name).replace("_", " ")


def _measure(one: MeasureProgress) -> MeasureRow:
    told = "" if one.improvement is None else change(one.improvement, one.unit)
    if one.improvement is not None and one.lower is not None and one.upper is not None:
        told = wording.effect(one.improvement, one.lower, one.upper, change_unit(one.unit))
    return MeasureRow(
        title=one.title,
        baseline=_UNKNOWN if one.baseline is None else amount(one.baseline, one.unit),
        latest=_UNKNOWN if one.latest is None else amount(one.latest, one.unit),
        change=told or _UNKNOWN,
        matters=_matters(one),
        verdict=_verdict(one.verdict) if one.verdict else None,
        reason=one.reason or "",
    )


def _matters(one: MeasureProgress) -> str:
    if one.mcid is None or one.reaches_mcid is None:
        return one.mcid_reason or _UNKNOWN
    least = amount(one.mcid, one.unit)
    return (
        say("yes, from {least} on", least=least)
        if one.reaches_mcid
        else say("less than {least}", least=least)
    )


def _goal(one: GoalProgress) -> dict[str, str]:
    states = {True: say("achieved"), False: say("not yet"), None: one.reason or _UNKNOWN}
    return {
        "goal": one.goal,
        "state": say("date passed") if one.missed else states[one.achieved],
        "way": _UNKNOWN if one.way_percent is None else wording.percent(one.way_percent / 100),
        "by": on(one.by) if one.by else _UNKNOWN,
    }


def _effect(one: InterventionEffect) -> dict[str, str]:
    def shown(share: float | None) -> str:
        return _UNKNOWN if share is None else wording.percent(share / 100)

    return {
        "name": _spaced(one.intervention_id),
        "responses": wording.count(one.responses),
        "last": on(one.last_at.date()),
        "adherence": shown(one.adherence_percent),
        "comfort": shown(one.comfort_percent),
        "effectiveness": shown(one.effectiveness_percent),
        "side_effects": say(
            "{with_them} of {asked}", with_them=one.with_side_effects, asked=one.asked_for_side_effects
        ),
        "note": one.note or "",
    }


def _heads() -> dict[str, Any]:
    return {
        "baseline": say("Baseline"),
        "assessed": say("Assessed on"),
        "progress": say("Progress"),
        "latest": say("Latest"),
        "change": say("Change; above 0 is better"),
        "matters": say("Does it matter?"),
        "verdict": say("Verdict"),
        "goal": say("Goal"),
        "state": say("State"),
        "way": say("Of the way"),
        "by": say("By"),
        "interventions": say("Interventions and responses"),
        "intervention": say("Intervention"),
        "responses": say("Responses"),
        "last": say("Last"),
        "adherence": say("Adherence"),
        "comfort": say("Comfort"),
        "effectiveness": say("Effectiveness"),
        "side_effects": say("Side effects"),
        "consider": say("What to consider changing"),
        "for_people": say("For the people who care to decide; nothing is changed by itself."),
        "no_responses": say("No response is stored."),
        "no_goals": say("No goals are stored."),
        "confidential": say(
            "Health data: for those who care for this person. Each look at it is written to the log of accesses."
        ),
    }
