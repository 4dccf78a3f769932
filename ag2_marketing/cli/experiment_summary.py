"""A/B tests as plain lines: what was set up, who was assigned, what was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ag2_marketing.cli.layout import item, section, wrapped
from ag2_marketing.report.escaping import one_line
from ag2_marketing_tools.messages import say

MOST_VARIANTS = 20

Facts = Mapping[str, Any]


def configured_lines(test: Facts) -> Iterator[str]:
    """Yield a test that was set up."""
    yield say("{name} ({id}) is set up.", name=one_line(test["name"]), id=test["test_id"])
    yield say(
        "It runs from {start} to {end}.", start=moment(test["start_time"]), end=moment(test["end_time"])
    )
    yield from section(say("Variants"), (line for one in test["variants"] for line in item(variant(one))))
    yield from section(say("Metrics"), (line for one in test["metrics"] for line in item(metric(one))))
    yield from section(say("Keep in mind"), (line for text in test["warnings"] for line in item(text)))


def stored_lines(test: Facts) -> Iterator[str]:
    """Yield a stored test with its history."""
    yield f"{one_line(test['name'])} ({test['test_id']}): {state(test['state'])}"
    yield say(
        "It runs from {start} to {end}.", start=moment(test["start_time"]), end=moment(test["end_time"])
    )
    if test["hypothesis"]:
        yield from wrapped(test["hypothesis"])
    yield from section(say("Variants"), (line for one in test["variants"] for line in item(variant(one))))
    yield from section(say("Metrics"), (line for one in test["metrics"] for line in item(metric(one))))
    yield from section(say("What was done"), (line for one in test["changes"] for line in item(_change(one))))


def list_lines(found: Facts) -> Iterator[str]:
    """Yield a list of tests."""
    tests = found["experiments"]
    if not tests:
        yield say("There is no test.")
        return
    width = max(len(one["test_id"]) for one in tests)
    for one in tests:
        yield (
            f"{one['test_id']:<{width}}  {state(one['state']):<11}  {moment(one['start_time'])} – "
            f"{moment(one['end_time'])}  {one_line(one['name'])}"
        )
    if found["total"] > len(tests):
        yield say("… and {number} more (--limit shows them)", number=found["total"] - len(tests))


def assigned_lines(assigned: Facts) -> Iterator[str]:
    """Yield which variant a user is shown."""
    named = say("{variant} ({id})", variant=one_line(assigned["variant_name"]), id=assigned["variant_id"])
    if assigned["status"] == "assigned":
        yield named
    else:
        yield say("{variant}, and not counted in the test.", variant=named)
        yield from wrapped(assigned["explanation"])
    if assigned["excluded"]:
        yield say("Left out of the analysis: {reason}.", reason=assigned["excluded"].replace("_", " "))


def tracked_lines(tracked: Facts) -> Iterator[str]:
    """Yield what was recorded."""
    yield say("Recorded: {metrics}.", metrics=", ".join(tracked["recorded_metrics"]))


def variant(one: Facts) -> str:
    """Return a variant in a line."""
    share = percent(one["traffic_allocation"])
    named = {"name": one["name"], "share": share, "id": one["variant_id"]}
    if one["is_control"]:
        return say("{name}: {share} % of the users, the control ({id})", **named)
    return say("{name}: {share} % of the users ({id})", **named)


def metric(one: Facts) -> str:
    """Return a metric in its role in a line."""
    roles = {"goal": say("goal"), "guardrail": say("guardrail"), "other": say("for information")}
    better = say("higher is better") if one["direction"] == "higher" else say("lower is better")
    return f"{one['title']} ({one['name']}): {roles[one['role']]}, {better}"


def state(name: str) -> str:
    """Return a test's state in words."""
    known = {
        "running": say("running"),
        "stopped": say("stopped"),
        "reverted": say("reverted"),
        "archived": say("archived"),
    }
    return known.get(name, name)


def moment(iso: str) -> str:
    """Return an ISO 8601 moment to the minute, in UTC as the results give it."""
    return iso[:16].replace("T", " ")


def percent(share: float) -> int | float:
    """Return a share as a percentage of at most one decimal."""
    value = round(100 * share, 1)
    return int(value) if value.is_integer() else value


def _change(one: Facts) -> str:
    actions = {
        "set_up": say("set up"),
        "changed": say("changed"),
        "stopped": say("stopped"),
        "reverted": say("reverted"),
        "archived": say("archived"),
    }
    by = say(" by {who}", who=one["actor"]) if one["actor"] else ""
    why = f": {one['reason']}" if one["reason"] else ""
    return f"{moment(one['at'])} {actions.get(one['action'], one['action'])}{by}{why}"
