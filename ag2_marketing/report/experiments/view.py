"""An analysis as its page shows it: every word ready, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ag2_marketing.report import wording
from ag2_marketing.report.charts.plot import Plot
from ag2_marketing.report.experiments.by_size import power_plot, smallest_effect_plot
from ag2_marketing.report.experiments.cards import Card, card_of
from ag2_marketing.report.experiments.over_time import sample_ratio_plot, traffic_plot
from ag2_marketing_tools.experiments.analysis.model import Analysis, Concern, ExperimentStatus
from ag2_marketing_tools.messages import count_of, say

_ROLES = ("goal", "guardrail", "other")
_TONES = {
    "ship": "better",
    "keep_control": "unclear",
    "continue": "unclear",
    "stop_for_harm": "worse",
    "fix_data": "worse",
}


@dataclass(frozen=True)
class Fact:
    """A figure beside its name."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Told:
    """A concern with its word."""

    severity: str
    word: str
    text: str


@dataclass(frozen=True)
class View:
    """The page of one analysis."""

    test_id: str
    name: str
    tone: str
    verdict: str
    summary: str
    reasons: list[str]
    facts: list[Fact]
    concerns: list[Told]
    cards: list[Card]
    sizes: list[Plot]
    intake: list[Plot]
    left_out: list[str]
    reading: str
    made: str


def view_of(analysis: Analysis, status: ExperimentStatus | None = None) -> View:
    """Return what a page shows of an analysis, and of the test's status where it is at hand."""
    names = names_of(analysis)
    metrics = sorted(analysis.metrics.values(), key=lambda metric: _ROLES.index(metric.role))
    return View(
        test_id=analysis.test_id,
        name=analysis.name,
        tone=_TONES[analysis.recommendation],
        verdict=_verdict(analysis, names),
        summary=analysis.summary,
        reasons=[text for text in analysis.reasons if text != analysis.summary],
        facts=list(_facts(analysis, status)),
        concerns=[_told(one) for one in sorted(analysis.concerns, key=_gravity)],
        cards=[card_of(metric, analysis, names) for metric in metrics],
        sizes=list(_sizes(analysis)),
        intake=list(_intake(analysis, names)),
        left_out=list(_left_out(analysis, names)),
        reading=analysis.monitor.explanation,
        made=say(
            "As of {when}; analysed in {source}.", when=wording.moment(analysis.as_of), source=analysis.source
        ),
    )


def names_of(analysis: Analysis) -> dict[str, str]:
    """Return the variants' names by id."""
    return {
        one.variant_id: one.variant_name for metric in analysis.metrics.values() for one in metric.variants
    }


def _verdict(analysis: Analysis, names: Mapping[str, str]) -> str:
    winner = analysis.winning_variant
    if analysis.recommendation == "ship" and winner is not None:
        return say("Ship “{variant}”", variant=names.get(winner.variant_id, winner.name))
    known = {
        "ship": say("Ship it"),
        "keep_control": say("Keep the control"),
        "continue": say("Keep it running"),
        "stop_for_harm": say("Stop: it does harm"),
        "fix_data": say("Mend the data first"),
    }
    return known[analysis.recommendation]


def _facts(analysis: Analysis, status: ExperimentStatus | None) -> Iterator[Fact]:
    is_over = analysis.state == "running" and analysis.monitor.fixed_horizon_valid
    state = say("ended") if is_over else wording.state(analysis.state)
    yield Fact(say("State"), state, say("day {day}", day=analysis.days_run))
    if status is None:
        yield Fact(say("Users"), wording.count(analysis.total_users))
    else:
        yield from status_facts(status)
    winner = analysis.winning_variant
    if winner is not None and winner.chance_to_be_best is not None:
        yield Fact(
            say("Chance to be best"), wording.chance(winner.chance_to_be_best), say("Bayesian; see the card")
        )
    yield Fact(say("Confidence level"), wording.level(analysis.confidence_level), _mode(analysis))
    yield Fact(
        say("Least users per variant"),
        wording.count(analysis.min_sample_size),
        say("reached") if analysis.min_sample_size_reached else say("not reached yet"),
    )


def status_facts(status: ExperimentStatus) -> Iterator[Fact]:
    """Yield how far a test has come."""
    required = say("of {users:,} that it needs", users=status.required_sample_size)
    yield Fact(say("Users"), wording.count(status.current_sample_size), required)
    if status.daily_traffic is not None:
        yield Fact(say("New users a day"), wording.number(status.daily_traffic))
    if status.state == "running" and status.days_until_end:
        enough = status.current_sample_size >= status.required_sample_size
        left = None if enough or status.days_left is None else count_of(status.days_left, "day")
        note = "" if left is None else say("enough users in {days}", days=left)
        yield Fact(say("Until the planned end"), _days(status.days_until_end), note)


def _days(number: int) -> str:
    return say("{days}", days=count_of(number, "day"))


def _mode(analysis: Analysis) -> str:
    return {
        "always_valid": say("always valid: may be read on any day"),
        "group_sequential": say("at planned looks"),
        "fixed": say("one look at the planned end"),
    }[analysis.monitor.mode]


def _gravity(concern: Concern) -> int:
    return ("blocks", "caution", "note").index(concern.severity)


def _told(concern: Concern) -> Told:
    words = {"blocks": say("In the way"), "caution": say("Careful"), "note": say("To know")}
    return Told(concern.severity, words[concern.severity], concern.text)


def _sizes(analysis: Analysis) -> Iterator[Plot]:
    for curve in analysis.series.power:
        title = analysis.metrics[curve.metric].title
        yield from filter(None, (smallest_effect_plot(curve, title), power_plot(curve, title)))


def _intake(analysis: Analysis, names: Mapping[str, str]) -> Iterator[Plot]:
    series = analysis.series
    if series.traffic is not None and series.traffic.days:
        yield traffic_plot(series.traffic, names)
    if series.sample_ratio is not None and (drawn := sample_ratio_plot(series.sample_ratio)):
        yield drawn


def _left_out(analysis: Analysis, names: Mapping[str, str]) -> Iterator[str]:
    for one in analysis.exclusions:
        for reason, users in one.by_reason.items():
            yield say(
                "{users} of {variant}: {reason}",
                users=count_of(users, "user"),
                variant=names.get(one.variant_id, one.variant_id),
                reason=reason.replace("_", " "),
            )
    for reason, events in analysis.events.by_reason.items():
        yield say("{events}: {reason}", events=count_of(events, "event"), reason=reason.replace("_", " "))


def headings() -> dict[str, Any]:
    """Return the words that stand on every page of an experiment."""
    return {
        "waiting": say("Nothing to judge yet"),
        "plan": say("What the planned test finds"),
        "why": say("Why"),
        "keep_in_mind": say("Keep in mind"),
        "results": say("Results"),
        "sizes": say("What a test of this size finds"),
        "intake": say("Who took part"),
        "left_out": say("Left out"),
        "reading": say("How the figures may be read"),
        "variant": say("Variant"),
        "users": say("Users"),
        "value": say("Value"),
        "difference": say("Difference"),
        "change": say("Change"),
        "p_value": say("p-value"),
        "best": say("Chance to be best"),
        "figures": say("The figures"),
        "moved": say("Left and right arrow keys move through the points."),
        "chart": say("chart"),
        "control": say("control"),
    }
