"""Whether a guardrail holds, by its non-inferiority margin, on the relative scale of the decision."""

from __future__ import annotations

from ag2_marketing_tools.experiments.analysis.contests import Decided, sign_of
from ag2_marketing_tools.experiments.analysis.model.comparison import GuardrailStatus, GuardrailVerdict
from ag2_marketing_tools.experiments.analysis.words import told
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.inference import Interval


def gain_interval(decided: Decided) -> Interval | None:
    """Return the relative improvement's interval, positive for the better."""
    interval = decided.judged.relative.interval
    if interval is None:
        return None
    return interval if sign_of(decided.contest.metric) > 0.0 else interval.mirrored()


def guardrail_of(decided: Decided) -> GuardrailVerdict:
    """Hold a guardrail's interval against its margin.

    The relative interval comes from the absolute verdict, so ruling out a worsening of the margin here is the
    non-inferiority test on the absolute scale with a null of margin times the control's value.
    """
    metric = decided.contest.metric
    interval = gain_interval(decided)
    if interval is None:
        return _without_lift(decided)
    status = _status(interval, metric.margin)
    reason = None
    if status == "undecided":
        reason = say("A worsening beyond the margin is neither shown nor ruled out.")
    return GuardrailVerdict(margin=metric.margin, status=status, worst_case=interval.lower, reason=reason)


def _status(gain: Interval, margin: float) -> GuardrailStatus:
    if gain.upper is not None and gain.upper < -margin:
        return "harmed"
    if gain.lower is not None and gain.lower > -margin:
        return "safe"
    return "undecided" if margin > 0.0 else "no_harm_shown"


def _without_lift(decided: Decided) -> GuardrailVerdict:
    """Where no relative interval exists, a difference on the absolute scale can show harm, but rule none out."""
    gain, margin = decided.gain, decided.contest.metric.margin
    if margin == 0.0 and decided.significant and gain is not None:
        return GuardrailVerdict(margin=margin, status="harmed" if gain < 0.0 else "safe")
    unknown = margin > 0.0 or decided.judged.absolute.interval is None
    status: GuardrailStatus = "undecided" if unknown else "no_harm_shown"
    reason = told(decided.judged.relative.reason) or say("There is no relative interval.")
    return GuardrailVerdict(margin=margin, status=status, reason=reason)
