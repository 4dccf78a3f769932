"""The sums of an experiment as one would compute them by hand: every event looked at, one user after the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ag2_marketing_tools.experiments.events import IncomingEvent
from ag2_marketing_tools.experiments.metrics import fed_by
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.statistics.moments import JointMoments
from ag2_marketing_tools.statistics.winsorising import pooled_cap

User = tuple[float, float, float, float]
"""What a user did: outcome, denominator, and both before the exposure."""


def users_of(
    test: Experiment, events: Sequence[IncomingEvent], assigned: Mapping[str, datetime], metric_name: str
) -> dict[str, User]:
    """Return what each assigned user did in a metric."""
    definition = next(m.definition for m in test.metrics if m.name == metric_name)
    found = {user: [0.0, 0.0, 0.0, 0.0] for user in assigned}
    for part, user, value, at in _once(test, events):
        place = _era(test, assigned[user], at) if user in assigned and part in definition.parts else None
        if place is None:
            continue
        if len(definition.parts) == 2 and part == definition.denominator:
            found[user][place + 1] += value
        else:
            found[user][place] += value
            if definition.kind == "ratio" and len(definition.parts) == 1:
                found[user][place + 1] += 1
    if definition.kind == "binary":
        return {user: (float(v[0] > 0), 0.0, float(v[2] > 0), 0.0) for user, v in found.items()}
    return {user: (v[0], v[1], v[2], v[3]) for user, v in found.items()}


def _once(test: Experiment, events: Sequence[IncomingEvent]) -> list[tuple[str, str, float, datetime]]:
    """Every value once: tracked metric, user, value and time."""
    every = {m.name: m.definition for m in test.metrics}
    first: dict[tuple[str | None, str], tuple[str, str, float, datetime]] = {}
    for event in events:
        assert event.user_id is not None
        assert event.occurred_at is not None
        for name, value in event.metrics.items():
            for part in fed_by(name, every):
                first.setdefault(
                    (event.event_id, part), (part, event.user_id, float(value), event.occurred_at)
                )
    return list(first.values())


def _era(test: Experiment, assigned_at: datetime, at: datetime) -> int | None:
    """0 for an outcome, 2 for the period before the exposure, None for neither."""
    window = test.attribution_window
    until = test.end_at if window is None else min(test.end_at, assigned_at + window)
    if max(assigned_at, test.start_at) <= at < until:
        return 0
    return 2 if assigned_at - test.pre_period <= at < assigned_at else None


def joint_of(
    test: Experiment,
    users: Mapping[str, User],
    metric_name: str,
    members: Sequence[str],
    everybody: Sequence[str],
) -> JointMoments:
    """Return the joint moments of some users, values capped at the quantile of everybody."""
    definition = next(m.definition for m in test.metrics if m.name == metric_name)
    caps = [math.inf, math.inf]
    if definition.cap is not None:
        for side in range(2 if definition.kind == "ratio" else 1):
            values = [(users[user][side], 1) for user in everybody]
            cap = pooled_cap([values], definition.cap)
            if cap is None or cap <= 0:
                cap = pooled_cap([values], definition.cap, ignore_zeros=True)
            caps[side] = math.inf if cap is None or cap <= 0 else cap
    wanted = [0, 1] if definition.kind == "ratio" else [0]
    if test.pre_period:
        wanted += [2, 3] if definition.kind == "ratio" else [2]
    columns = [
        [min(users[user][v], caps[v]) if v < 2 else users[user][v] for user in members] for v in wanted
    ]
    return JointMoments.of(*columns)


def assert_close(found: Any, expected: Any, *, within: float = 1e-12) -> None:
    """Fail unless joint moments agree: means relative to their size, products relative to the spreads."""
    assert found.count == expected.count
    for a, b in zip(found.means, expected.means, strict=True):
        assert math.isclose(a, b, rel_tol=within, abs_tol=within)
    for i, (row, other) in enumerate(zip(found.products, expected.products, strict=True)):
        for j, (a, b) in enumerate(zip(row, other, strict=True)):
            scale = math.sqrt(abs(expected.products[i][i] * expected.products[j][j]))
            assert math.isclose(a, b, rel_tol=within, abs_tol=max(within, within * scale))
