"""What an experiment can find by its size: the smallest effect, and the power for the planned one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ag2_marketing.report import wording
from ag2_marketing.report.charts.plot import Axis, Plot, Spot, Trace, steps
from ag2_marketing_tools.experiments.analysis.model import ExperimentPlan, PowerCurve
from ag2_marketing_tools.messages import say

_HIGHEST = 4.0
"""The steep beginning is cut at so many times the effect at hand, so that the rest can be read."""


def smallest_effect_plot(curve: PowerCurve, metric: str) -> Plot | None:
    """Draw the smallest effect that is found, by users per variant, and where the test stands."""
    found = [
        (users, effect) for users, effect in zip(curve.users, curve.smallest_effect, strict=True) if effect
    ]
    if not found:
        return None
    now = curve.current_smallest_effect
    return _effects(
        found,
        title=say("{metric}: smallest effect found", metric=metric),
        here=None if now is None else (curve.current_users, now),
        wanted=curve.effect,
        says=say(
            "With {power} probability a test of one look finds an effect of this size or larger.",
            power=wording.percent(curve.wanted_power),
        ),
        users=say("users per variant"),
    )


def power_plot(curve: PowerCurve, metric: str) -> Plot | None:
    """Draw the probability of finding the planned effect, by users per variant."""
    if not curve.power or curve.effect is None:
        return None
    effect = wording.percent(curve.effect)
    points = list(zip(curve.users, curve.power, strict=True))
    return _powers(
        points,
        title=say("{metric}: probability of finding {effect}", metric=metric, effect=effect),
        here=curve.current_users,
        wanted=curve.wanted_power,
        users=say("users per variant"),
    )


def plan_plots(plan: ExperimentPlan) -> Iterator[Plot]:
    """Yield the plots of a plan: smallest effect and power by users in all variants."""
    effects = [
        (point.total_users, abs(point.minimum_detectable_relative_effect))
        for point in plan.curve
        if point.minimum_detectable_relative_effect
    ]
    if effects:
        yield _effects(
            effects,
            title=say("Smallest effect found"),
            here=(plan.total, abs(plan.relative_effect)) if plan.relative_effect else None,
            wanted=None,
            says=say(
                "With {power} probability the test finds an effect of this size or larger.",
                power=wording.percent(plan.power),
            ),
            users=say("users in all variants"),
        )
    yield _powers(
        [(point.total_users, point.power) for point in plan.curve],
        title=say("Probability of finding the planned effect"),
        here=plan.total,
        wanted=plan.power,
        users=say("users in all variants"),
    )


def _effects(
    found: Sequence[tuple[int, float]],
    *,
    title: str,
    here: tuple[int, float] | None,
    wanted: float | None,
    says: str,
    users: str,
) -> Plot:
    at_hand = wanted or (here[1] if here else found[-1][1])
    high = min(max(effect for _, effect in found), _HIGHEST * at_hand, key=float) * 1.05
    if here is not None:
        high = max(high, 1.15 * here[1])
    x = _users_axis(found)
    y = Axis(0.0, high, tuple((place, wording.percent(place)) for place in steps(0.0, high)))
    said = [(number, y.within(effect), _point(number, wording.percent(effect))) for number, effect in found]
    traces = [Trace("line", "effect", tuple(Spot(*one) for one in said), name=say("Smallest effect found"))]
    if wanted is not None:
        traces.append(
            _across(wanted, x, "limit", say("Planned for: {effect}", effect=wording.percent(wanted)))
        )
    if here is not None:
        words = _point(here[0], wording.percent(here[1]))
        traces.append(
            Trace("dots", "here", (Spot(here[0], here[1], words),), name=say("Here: {what}", what=words))
        )
    return Plot(
        title=title,
        axes=say("relative effect, by {users}", users=users),
        description=f"{says} {_ends(found)}",
        x=x,
        y=y,
        traces=tuple(traces),
        how=says,
        head=(users, say("Smallest effect found")),
        rows=tuple((wording.count(number), wording.percent(effect)) for number, effect in found),
    )


def _powers(found: Sequence[tuple[int, float]], *, title: str, here: int, wanted: float, users: str) -> Plot:
    x = _users_axis(found)
    ticks = tuple((place, wording.percent(place)) for place in (0.0, 0.25, 0.5, 0.75, 1.0))
    spots = tuple(Spot(number, power, _point(number, wording.percent(power))) for number, power in found)
    y = Axis(-0.02, 1.04, ticks)
    return Plot(
        title=title,
        axes=say("probability, by {users}", users=users),
        description=_ends(found),
        x=x,
        y=y,
        traces=(
            Trace("line", "effect", spots, name=say("Probability")),
            _across(wanted, x, "limit", say("Wanted: {power}", power=wording.percent(wanted))),
            Trace(
                "line", "here", (Spot(x.within(here), y.low), Spot(x.within(here), y.high)),
                name=say("Here: {what}", what=say("{users:,} users", users=here)),
            ),
        ),
        head=(users, say("Probability")),
        rows=tuple((wording.count(number), wording.percent(power)) for number, power in found),
    )  # fmt: skip


def _users_axis(found: Sequence[tuple[int, float]]) -> Axis:
    most = found[-1][0] * 1.03
    return Axis(0.0, most, tuple((place, wording.number(place)) for place in steps(0.0, most, most=4)))


def _across(height: float, x: Axis, kind: str, name: str) -> Trace:
    return Trace("line", kind, (Spot(x.low, height), Spot(x.high, height)), name=name)


def _point(users: int, what: str) -> str:
    return say("{what} with {users:,} users", what=what, users=users)


def _ends(found: Sequence[tuple[int, float]]) -> str:
    first, last = (_point(users, wording.percent(share)) for users, share in (found[0], found[-1]))
    return say("From {first} to {last}.", first=first, last=last)
