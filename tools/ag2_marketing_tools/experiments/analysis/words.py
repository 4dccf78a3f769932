"""The words of an analysis, in the reader's language; every figure in them stands in the result."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib import resources

from ag2_marketing_tools.experiments.analysis.contests import Contest
from ag2_marketing_tools.experiments.analysis.judging import Shares
from ag2_marketing_tools.experiments.analysis.monitoring import Looks, Reading
from ag2_marketing_tools.experiments.metrics import Kind, MetricDefinition
from ag2_marketing_tools.messages import count_of, say


@cache
def texts() -> frozenset[str]:
    """Return the names of procedures and the reasons that are said in the reader's language."""
    data = tomllib.loads(resources.files(__package__).joinpath("told.toml").read_text("utf-8"))
    return frozenset((*data["methods"], *data["reasons"]))


def told(reason: str | None) -> str | None:
    """Say what the statistics gave as a reason, or a procedure's name; two reasons stand in one text."""
    if reason is None:
        return None
    if reason in texts():
        known = {reason: reason}
        return say(known[reason])
    first, stop, rest = reason.partition(". ")
    if stop and first + "." in texts():
        return f"{told(first + '.')} {told(rest)}"
    return reason


def shown(value: float) -> float:
    """Round a figure for a sentence: three significant digits, one decimal above a hundred."""
    if value == 0.0 or not math.isfinite(value):
        return 0.0
    return round(value, max(1, 2 - math.floor(math.log10(abs(value)))))


def percent(share: float) -> float:
    """Return a share as the percentage of a sentence."""
    return shown(100.0 * share)


def counted_over(definition: MetricDefinition) -> str:
    """Say what is measured over whom."""
    if definition.kind == "binary":
        return say("Share of the assigned users, each counted once; users without an event count as no.")
    if definition.kind == "ratio":
        return say(
            "A ratio of two sums. Users are the units, not events, so its error is the delta method's; users without "
            "the denominator do not move it."
        )
    if definition.kind == "quantile":
        return say(
            "A quantile of all values, with users as the units: values of one user are not independent."
        )
    return say("Per assigned user; users without an event count as zero.")


def method_reason(contest: Contest, reading: Reading) -> str:
    """Say why a procedure was used."""
    if contest.stratified:
        return say("The allocation changed, so users are compared within each of its phases.")
    raw, kind = contest.raw, contest.metric.definition.kind
    if isinstance(raw, Shares) and raw.few:
        return say(
            "Fewer than five users are expected to succeed, or to fail, in an arm: exact procedures answer."
        )
    if contest.subject is not raw:
        return say("Each user's own past explains a part of the spread, so it is taken out.")
    if reading.mode == "always_valid":
        return say("The test is still running: this interval holds however often one looks.")
    if reading.mode == "group_sequential":
        return say("The test is read at planned looks.")
    return _fixed_reason(kind)


def _fixed_reason(kind: Kind) -> str:
    if kind == "binary":
        return say("Shares of users, with enough users for the score test.")
    if kind == "ratio":
        return say("Numerator and denominator both vary from user to user.")
    if kind == "quantile":
        return say("Several values may come from one user.")
    return say("Means per user, with unequal variances allowed.")


def explanation(reading: Reading) -> str:
    """Say how the figures may be read."""
    end = f"{reading.fixed_valid_from:%Y-%m-%d %H:%M} UTC"
    if reading.mode == "fixed":
        if reading.fixed_valid:
            return say(
                "Read once at its planned end ({end}): the intervals are those of a fixed sample.", end=end
            )
        return say(
            "A fixed-horizon reading was asked for before the planned end ({end}): looking early like this finds "
            "effects that are not there.",
            end=end,
        )
    if reading.looks is not None:
        if not reading.looks.look:
            return say(
                "Planned looks; the first is due at {users}. Nothing is decided before.",
                users=count_of(reading.looks.next_at or 0, "user"),
            )
        return _look_explained(reading.looks)
    if reading.fixed_valid:
        return say("The intervals hold however often one looks.")
    return say(
        "The intervals hold however often one looks. A fixed-horizon reading becomes valid at the planned end, {end}.",
        end=end,
    )


def _look_explained(looks: Looks) -> str:
    if looks.taken_at is None:
        return say(
            "Look {look} of {looks} planned ones: taken once each, their bounds keep the error probability.",
            look=looks.look,
            looks=looks.looks,
        )
    moment = f"{looks.taken_at:%Y-%m-%d %H:%M} UTC"
    if looks.next_at is None:
        return say(
            "Look {look} of {looks} planned ones, taken at {moment}: the test was stopped before the next one.",
            look=looks.look,
            looks=looks.looks,
            moment=moment,
        )
    return say(
        "Look {look} of {looks} planned ones, taken at {moment}: taken once each, their bounds keep the error "
        "probability. What comes in since is read at the next one, due at {users}.",
        look=looks.look,
        looks=looks.looks,
        moment=moment,
        users=count_of(looks.next_at, "user"),
    )


def prior_remark(definition: MetricDefinition) -> str:
    """Say which prior the Bayesian figures have, and what they are not."""
    if definition.kind == "binary":
        return say(
            "Uniform prior for each variant's rate. It is no licence to look early: decide by the interval."
        )
    return say("Flat prior for each variant's value. It is no licence to look early: decide by the interval.")
