"""An experiment day by day: how the effect grew, who came, and whether the variants got their share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ag2_marketing.report import wording
from ag2_marketing.report.charts.plot import Axis, Plot, Spot, Trace, spanning, steps
from ag2_marketing_tools.experiments.analysis.model import (
    CumulativeEffect,
    DailyTraffic,
    MetricResult,
    SampleRatioByDay,
)
from ag2_marketing_tools.messages import say

MOST_DAYS_NAMED = 4
_LOWEST_EXPONENT = -6.0
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
Known = tuple[float, float, float]


def cumulative_plot(effect: CumulativeEffect, metric: MetricResult, variant: str) -> Plot | None:
    """Draw one treatment's effect over all users exposed up to each day, within its confidence sequence."""
    is_lift = any(value is not None for value in effect.lift)
    columns = (
        (effect.lift, effect.lift_low, effect.lift_high)
        if is_lift
        else (effect.difference, effect.low, effect.high)
    )
    scale = 100.0 if is_lift else wording.scale(effect.unit)
    found = [
        None if None in row else (scale * row[0], scale * row[1], scale * row[2])  # type: ignore[operator]
        for row in zip(*columns, strict=True)
    ]
    if not any(found):
        return None
    unit = "%" if is_lift else wording.unit_words(effect.unit)
    y = _heights(found)
    said = [_said(row, unit) for row in found]
    heading = say("{variant} against the control, day by day", variant=variant)
    rows = tuple(
        (wording.day(when), wording.count(users), words)
        for when, users, words in zip(effect.days, effect.users, said, strict=True)
    )
    return Plot(
        title=f"{metric.title}: {heading}",
        heading=heading,
        axes=say("{unit}, all users exposed up to each day", unit=say("Percent of the control") if is_lift else unit),
        description=say(
            "Effect in {unit} over all users up to each day, from {first} to {last}. At the end {effect}.",
            unit=unit, first=rows[0][0], last=rows[-1][0], effect=said[-1],
        ),
        x=_days_axis(effect.days),
        y=y,
        traces=tuple(_band_and_line(found, effect.days, said, y)),
        how=say(
            "The band is a confidence sequence ({level}): it holds on all days at once, so it may be read every day.",
            level=wording.level(effect.confidence),
        ),
        head=(say("Exposed up to"), say("Users"), say("Effect, {unit}", unit=unit)),
        rows=rows,
    )  # fmt: skip


def _said(row: Known | None, unit: str) -> str:
    return say("nothing yet") if row is None else wording.effect(*row, "%" if unit == "%" else "")


def _heights(found: Sequence[Known | None]) -> Axis:
    """Leave room for the later half in full; the wide bands of the first days are cut."""
    known = [row for row in found if row is not None]
    later = known[len(known) // 2 :]
    low, high = spanning(0.0, *(row[0] for row in known), *(bound for row in later for bound in row[1:]))
    return Axis(low, high, tuple((place, wording.number(place, signed=True)) for place in steps(low, high)))


def _band_and_line(
    found: Sequence[Known | None], days: Sequence[date], said: Sequence[str], y: Axis
) -> Iterator[Trace]:
    named = say("Confidence sequence")
    for run in _runs(found):
        upper = [Spot(place, y.within(row[2])) for place in run if (row := found[place])]
        lower = [Spot(place, y.within(row[1])) for place in reversed(run) if (row := found[place])]
        yield Trace("band", "effect", (*upper, *lower), name=named)
        named = ""
    yield _level(0.0, len(days), "zero", say("No difference"))
    spots = tuple(
        Spot(place, row[0] if row else None, f"{wording.day(days[place])}: {said[place]}")
        for place, row in enumerate(found)
    )
    yield Trace("line", "effect", spots, name=say("Effect"))
    yield Trace("dots", "effect", tuple(spot for spot in spots if spot.y is not None))


def _runs(found: Sequence[Known | None]) -> Iterator[list[int]]:
    """Yield the places of figures without a gap between them."""
    run: list[int] = []
    for place, row in enumerate([*found, None]):
        if row is not None:
            run.append(place)
        elif run:
            yield run
            run = []


def traffic_plot(traffic: DailyTraffic, names: Mapping[str, str]) -> Plot:
    """Draw the users of each variant that came on each day, on top of each other."""
    totals = [sum(column) for column in zip(*traffic.users.values(), strict=True)]
    high = max(totals, default=0) * 1.08 or 1.0
    sums = "; ".join(f"{names[key]} {wording.count(sum(users))}" for key, users in traffic.users.items())
    return Plot(
        title=say("New users a day"),
        axes=say("users, by the day of their first exposure"),
        description=say(
            "First exposures from {first} to {last}: {sums}.",
            first=wording.day(traffic.days[0]), last=wording.day(traffic.days[-1]), sums=sums,
        ),
        x=_days_axis(traffic.days),
        y=Axis(0.0, high, tuple((place, wording.number(place)) for place in steps(0.0, high))),
        traces=tuple(_bars(traffic, names)),
        head=(say("Day"), *(names[key] for key in traffic.users), say("Left out")),
        rows=tuple(_traffic_rows(traffic)),
    )  # fmt: skip


def _bars(traffic: DailyTraffic, names: Mapping[str, str]) -> Iterator[Trace]:
    for place, (key, users) in enumerate(traffic.users.items()):
        spots = tuple(
            Spot(at, users[at], f"{wording.day(when)}, {names[key]}: {wording.count(users[at])}")
            for at, when in enumerate(traffic.days)
        )
        yield Trace("bars", f"arm-{place % 6}", spots, name=names[key])


def _traffic_rows(traffic: DailyTraffic) -> Iterator[tuple[str, ...]]:
    for at, when in enumerate(traffic.days):
        left_out = sum(users[at] for users in traffic.excluded_users.values())
        shown = (wording.count(users[at]) for users in traffic.users.values())
        yield (wording.day(when), *shown, wording.count(left_out))


def sample_ratio_plot(ratio: SampleRatioByDay) -> Plot | None:
    """Draw the p-value of the sample ratio check by day, on a logarithmic scale."""
    if all(value is None for value in ratio.sequential_p_value):
        return None
    exponents = range(int(_LOWEST_EXPONENT), 1, 2)
    y = Axis(_LOWEST_EXPONENT - 0.2, 0.25, tuple((float(one), _power_of_ten(one)) for one in exponents))
    every_day, once = say("May be read every day"), say("To be read once")
    last = next((p for p in reversed(ratio.sequential_p_value) if p is not None), None)
    return Plot(
        title=say("Did the variants get their share of the users?"),
        axes=say("p-value of the sample ratio check, all users up to each day"),
        description=say(
            "P-value of the sample ratio check day by day; at the end {last}, with an alarm below {alarm}.",
            last=wording.p_words(last), alarm=wording.number(ratio.alarm_below),
        ),
        x=_days_axis(ratio.days),
        y=y,
        traces=(
            _level(math.log10(ratio.alarm_below), len(ratio.days), "limit", say("Alarm below this line")),
            Trace("line", "aside", _exponents(ratio.days, ratio.p_value, y), name=once),
            Trace("line", "effect", _exponents(ratio.days, ratio.sequential_p_value, y), name=every_day),
        ),
        head=(say("Day"), every_day, once),
        rows=tuple(
            (wording.day(when), wording.p_words(safe), wording.p_words(plain))
            for when, safe, plain in zip(ratio.days, ratio.sequential_p_value, ratio.p_value, strict=True)
        ),
    )  # fmt: skip


def _power_of_ten(exponent: int) -> str:
    return "10" + str(exponent).translate(_SUPERSCRIPT) if exponent < -3 else wording.number(10.0**exponent)


def _exponents(days: Sequence[date], values: Sequence[float | None], y: Axis) -> tuple[Spot, ...]:
    return tuple(
        Spot(
            place,
            None if p is None else y.within(math.log10(max(p, 10.0**y.low))),
            f"{wording.day(days[place])}: p {wording.p_words(p)}",
        )
        for place, p in enumerate(values)
    )


def _level(height: float, days: int, kind: str, name: str) -> Trace:
    return Trace("line", kind, (Spot(-0.4, height), Spot(days - 0.6, height)), name=name)


def _days_axis(days: Sequence[date]) -> Axis:
    step = max(1, math.ceil(len(days) / MOST_DAYS_NAMED))
    ticks = tuple((float(place), wording.day(days[place])) for place in range(0, len(days), step))
    return Axis(-0.5, len(days) - 0.5, ticks)
