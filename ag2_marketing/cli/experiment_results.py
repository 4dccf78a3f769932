"""The results of A/B tests as plain lines: what to do, why, the figures, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ag2_marketing.cli.experiment_summary import moment, percent, state
from ag2_marketing.cli.layout import item, section, wrapped
from ag2_marketing.report.escaping import one_line
from ag2_marketing_tools.messages import count_of, say

Facts = Mapping[str, Any]


def status_lines(status: Facts) -> Iterator[str]:
    """Yield how far a test has come."""
    yield f"{one_line(status['name'])} ({status['test_id']}): {state(status['state'])}"
    yield say(
        "{current:,} of {required:,} users ({progress:,} %), day {day}; planned to end {end}.",
        current=status["current_sample_size"],
        required=status["required_sample_size"],
        progress=rounded(status["progress_percent"]),
        day=status["days_run"],
        end=moment(status["end_time"]),
    )
    yield from wrapped(status["required_reason"])
    yield from section(say("Variants"), (line for one in status["variants"] for line in item(_arm(one))))
    yield from section(say("Pace"), (line for text in _pace(status) for line in item(text)))
    yield from _what_else(status)


def _arm(one: Facts) -> str:
    return say(
        "{name}: {users:,} of {required:,} users",
        name=one["variant_name"],
        users=one["users"],
        required=one["required_users"],
    )


def _pace(status: Facts) -> Iterator[str]:
    if status["daily_traffic"] is None:
        yield status["daily_traffic_reason"]
    else:
        yield say("{users:,} new users a day", users=rounded(status["daily_traffic"]))
    if status["days_left_reason"]:
        yield status["days_left_reason"]
    elif status["days_left"] is not None:
        yield say("Enough users in {days}.", days=count_of(status["days_left"], "day"))


def analysis_lines(analysis: Facts) -> Iterator[str]:
    """Yield the verdict on a test and what it rests on."""
    yield f"{one_line(analysis['name'])} ({analysis['test_id']}): {state(analysis['state'])}"
    yield from wrapped(analysis["summary"])
    yield from section(say("Why"), (line for text in analysis["reasons"] for line in item(text)))
    yield from _metrics(analysis["metrics"])
    yield ""
    yield from wrapped(analysis["monitor"]["explanation"])
    yield from section(say("Left out"), (line for text in _left_out(analysis) for line in item(text)))
    yield from _what_else(analysis)


def partial_lines(partial: Facts) -> Iterator[str]:
    """Yield where a test stands before its end."""
    yield f"{one_line(partial['name'])} ({partial['test_id']}): {state(partial['state'])}"
    yield say("{users:,} users, day {day}.", users=partial["total_users"], day=partial["days_run"])
    yield from wrapped(partial["explanation"])
    yield from _metrics(partial["metrics"])
    yield from _what_else(partial)


def plan_lines(plan: Facts) -> Iterator[str]:
    """Yield how many users a test needs, and for how long it runs."""
    unit = plan["unit"]
    yield say(
        "{total:,} users in all, to tell {expected} from {baseline}.",
        total=plan["total"],
        expected=figure(plan["expected"], unit),
        baseline=figure(plan["baseline"], unit),
    )
    arms = (f"{one['name']}: {say('{users:,} users', users=one['users'])}" for one in plan["arms"])
    yield from section(say("Variants"), (line for text in arms for line in item(text)))
    yield ""
    if plan["days"] is not None:
        yield say("That takes {days}.", days=count_of(plan["days"], "day"))
    elif plan["days_reason"]:
        yield from wrapped(plan["days_reason"])
    yield from wrapped(say("Method: {method}. {formula}", method=plan["method"], formula=plan["formula"]))
    yield from section(say("Keep in mind"), (line for text in plan["notes"] for line in item(text)))


def _metrics(metrics: Facts) -> Iterator[str]:
    roles = {"goal": say("goal"), "guardrail": say("guardrail"), "other": say("for information")}
    for one in metrics.values():
        yield from section(f"{one['title']} ({roles[one['role']]})", _one_metric(one))


def _one_metric(metric: Facts) -> Iterator[str]:
    compared = {one["variant_id"]: one for one in metric["comparisons"]}
    for one in metric["variants"]:
        value = one["reason"] if one["value"] is None else figure(one["value"], metric["unit"])
        line = say(
            "{name}: {value} ({users:,} users)", name=one["variant_name"], value=value, users=one["users"]
        )
        comparison = compared.get(one["variant_id"])
        yield from item(line if comparison is None else f"{line}; {_comparison(comparison, metric)}")


def _comparison(one: Facts, metric: Facts) -> str:
    words = {"better": say("better"), "worse": say("worse"), "unclear": say("no difference shown")}
    lift = one["relative"]
    if lift["lift"] is not None and lift["low"] is not None and lift["high"] is not None:
        low, lift_shown, high = (_signed(lift[name]) for name in ("low", "lift", "high"))
        return say(
            "{lift} % ({low} % to {high} %), {verdict}",
            lift=lift_shown,
            low=low,
            high=high,
            verdict=words[one["verdict"]],
        )
    absolute = one["absolute"]
    if absolute["difference"] is None:
        return str(one["reason"] or absolute["reason"] or words[one["verdict"]])
    shown = figure(absolute["difference"], metric["unit"])
    return say("difference {difference}, {verdict}", difference=shown, verdict=words[one["verdict"]])


def _signed(share: float) -> str:
    value = percent(share)
    return say("+{value}", value=value) if value > 0 else say("{value}", value=value)


def _left_out(analysis: Facts) -> Iterator[str]:
    for one in analysis["exclusions"]:
        for reason, users in one["by_reason"].items():
            yield say(
                "{users} of {variant}: {reason}",
                users=count_of(users, "user"),
                variant=one["variant_id"],
                reason=reason.replace("_", " "),
            )
    for reason, events in analysis["events"]["by_reason"].items():
        yield say("{events}: {reason}", events=count_of(events, "event"), reason=reason.replace("_", " "))


def _what_else(result: Facts) -> Iterator[str]:
    told = {*result.get("reasons", ()), result.get("summary")}
    texts = [one["text"] for one in result["concerns"]]
    left = [text for text in dict.fromkeys([*texts, *result["warnings"]]) if text not in told]
    yield from section(say("Keep in mind"), (line for text in left for line in item(text)))


def figure(value: float, unit: str) -> str:
    """Return a metric's value with its unit; a share as a percentage."""
    if unit == "ratio":
        return say("{value:,} %", value=rounded(100 * value))
    return say("{value:,} {unit}", value=rounded(value), unit=unit)


def rounded(value: float) -> int | float:
    """Round to three significant digits, and to whole numbers from a hundred on."""
    if abs(value) >= 100:
        return round(value)
    shown = float(f"{value:.3g}")
    return int(shown) if shown.is_integer() else shown
