"""Runs the catalogue's checks on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.seo.catalogue import Check, Part, Severity, checks
from ag2_marketing_tools.seo.model import CheckResult, Finding, Score, Summary, Verdict
from ag2_marketing_tools.seo.outcome import Outcome, not_testable
from ag2_marketing_tools.seo.rules import RULES
from ag2_marketing_tools.seo.site.limits import needs_shown_content
from ag2_marketing_tools.seo.subject import Subject

_GRAVITY: dict[str, int] = {
    "critical": 0,
    "warning": 1,
    "info": 2,
    "fail": 0,
    "warn": 1,
    "high": 0,
    "medium": 1,
    "low": 2,
}
_WEIGHT: dict[Severity, int] = {"critical": 10, "warning": 4, "info": 1}
_LOST: dict[Verdict, float] = {"pass": 0.0, "warn": 0.5, "fail": 1.0}
_LOCAL_REASON = "This is a development server: the check counts on the public site."

_SCRIPT_REASON = "The page shows its content by a script, which was not run."

Judged = tuple[Check, Outcome]


def judge(subject: Subject, parts: Sequence[Part]) -> list[Judged]:
    """Return the outcome of each check of these parts, in the catalogue's order."""
    return judge_by(subject, (check for check in checks().values() if check.part in parts))


def judge_by(subject: Subject, wanted: Iterable[Check]) -> list[Judged]:
    """Return the outcome of each of these checks."""
    return [(check, _judge_one(subject, check)) for check in wanted]


def _judge_one(subject: Subject, check: Check) -> Outcome:
    if needs_shown_content(check) and subject.shown_by_script:
        return not_testable(say(_SCRIPT_REASON))
    rule: Callable[[Subject, Check], Outcome] = RULES[check.id]
    outcome = rule(subject, check)
    signal = subject.signals.get(check.id)
    if signal is not None and outcome.verdict in {"pass", "not_applicable"}:
        return signal
    if check.scope == "environment" and subject.local and outcome.verdict in {"warn", "fail"}:
        return replace(outcome, verdict="not_testable", message=say(_LOCAL_REASON))
    return outcome


def findings(judged: Iterable[Judged]) -> list[Finding]:
    """Return what is to be mended: by severity, failures first, then by impact and least effort."""
    found = [
        Finding(
            check=check.id,
            title=say(check.title),
            verdict=outcome.verdict,
            severity=check.severity,
            scope=check.scope,
            part=check.part,
            message=outcome.message,
            why=say(check.why),
            how_to_fix=say(check.how_to_fix),
            impact=check.impact,
            effort=check.effort,
            measured=outcome.measured,
            evidence=list(outcome.evidence),
        )
        for check, outcome in judged
        if outcome.verdict in {"warn", "fail"}
    ]
    return sorted(
        found,
        key=lambda one: (
            _GRAVITY[one.severity],
            _GRAVITY[one.verdict],
            _GRAVITY[one.impact],
            -_GRAVITY[one.effort],
        ),
    )


def results(judged: Iterable[Judged]) -> list[CheckResult]:
    """Return every check with its verdict; those that could not be judged say why."""
    return [
        CheckResult(
            check=check.id,
            verdict=outcome.verdict,
            reason=outcome.message if outcome.verdict in {"not_applicable", "not_testable"} else None,
        )
        for check, outcome in judged
    ]


def summary(judged: Sequence[Judged]) -> Summary:
    """Count the verdicts, and the findings by severity."""
    verdicts = [outcome.verdict for _, outcome in judged]
    grave = [check.severity for check, outcome in judged if outcome.verdict in {"warn", "fail"}]
    return Summary(
        checks=len(judged),
        passed=verdicts.count("pass"),
        warned=verdicts.count("warn"),
        failed=verdicts.count("fail"),
        not_applicable=verdicts.count("not_applicable"),
        not_testable=verdicts.count("not_testable"),
        critical=grave.count("critical"),
        warning=grave.count("warning"),
        info=grave.count("info"),
    )


def score(judged: Iterable[Judged]) -> Score:
    """Return a heuristic of the page's health.

        100 * (1 - sum of weights lost / sum of weights)

    over the checks that passed, warned or failed; a critical check weighs 10, a warning 4, an info 1; a
    failure loses all of its weight, a warn half. The weights are our judgement, not a search engine's: the
    score serves to compare audits of one page, and no ranking follows from it.
    """
    counted = [
        (_WEIGHT[check.severity], _LOST[outcome.verdict])
        for check, outcome in judged
        if outcome.verdict in _LOST
    ]
    total = sum(weight for weight, _ in counted)
    if not total:
        return Score(value=None, reason=say("No check of the parts that were asked for could be judged."))
    lost = sum(weight * share for weight, share in counted)
    return Score(value=round(100 * (1 - lost / total), 1))
