"""One given figure: a bare number, or a number with what is known of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from numbers import Real
from typing import Any

from ag2_marketing_tools.comparison import Measured
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import TableMetric
from ag2_marketing_tools.metrics.units import Unit, unit_named
from ag2_marketing_tools.standing.facts import is_signed, measurement_of
from ag2_marketing_tools.standing.terms import with_unit

VALUE_NAMES = ("value", "current")
NAMES = frozenset(
    {*VALUE_NAMES, "n", "sample_size", "sd", "unit", "observations", "share", "unit_certain", "measurement"}
    | {"observed_at", "source", "reason"}
)
"""What may stand beside a value."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with what is known of it.

    Attributes:
        measured: The figure and what is known of its error.
        unit_certain: Whether a share is taken as its unit says, also where it looks a hundredfold too small or large.
        measurement: How it was measured, such as `NPS`.
        observed_at: The moment that it describes.
        source: Who measured it.
    """

    measured: Measured
    unit_certain: bool = False
    measurement: str | None = None
    observed_at: datetime | None = None
    source: str | None = None


def is_figure(node: object) -> bool:
    """Return whether a mapping is a figure (or holds one beside further branches), not a branch alone."""
    return isinstance(node, Mapping) and any(
        name in node and not isinstance(node[name], Mapping) for name in VALUE_NAMES
    )


def read_figure(given: object) -> Figure:
    """Return a figure from a number, None, or a mapping with `value` (or `current`) and what is known of it.

    Raises:
        InvalidInput: Text, NaN, an infinite figure, a truth value, or an impossible number of units or spread.
    """
    if not isinstance(given, Mapping):
        return Figure(Measured(_number("value", given)))
    value = next((given[name] for name in VALUE_NAMES if given.get(name) is not None), None)
    size = given.get("n", given.get("sample_size"))
    observed = _observations(given.get("observations"))
    measured = Measured(
        _number("value", value),
        n=None if size is None else _whole(size),
        sd=_number("sd", given.get("sd")),
        unit=_text("unit", given.get("unit")),
        observations=observed,
        share=_truth("share", given.get("share")),
        reason=_text("reason", given.get("reason")),
    )
    return Figure(
        measured,
        unit_certain=bool(_truth("unit_certain", given.get("unit_certain"))),
        measurement=_text("measurement", given.get("measurement")),
        observed_at=_moment(given.get("observed_at")),
        source=_text("source", given.get("source")),
    )


def fitting(figure: Figure, key: str, metric: TableMetric) -> Figure:
    """Return a figure as its metric takes it: with its unit and its kind known, within its range.

    Raises:
        InvalidInput: A figure below 0 of a metric that has none, a share above the whole, another way of measuring,
            or a unit where the metric has none.
    """
    measured = figure.measured
    _check_measurement(figure, key, metric)
    known = unit_named(measured.unit) if measured.unit else None
    if measurement_of(key) is not None:
        measured = replace(measured, unit=None)
    elif metric.unit is None and measured.unit is not None:
        if known is not None and not known.is_count:
            raise InvalidInput(
                say(
                    "A figure in {unit} cannot be compared with levels in {levels}.",
                    unit=known.symbol if known else measured.unit,
                    levels=metric.spoken_unit_text or say("no unit"),
                ),
                remedy=say("Give the figure as the levels are given."),
            )
        measured = replace(measured, unit=None)
    signed = is_signed(key)
    if not signed:
        _check_range(figure, known, metric)
    elif measured.share is None:
        measured = replace(measured, share=False)
    return replace(figure, measured=measured)


def _check_range(figure: Figure, known: Unit | None, metric: TableMetric) -> None:
    measured = figure.measured
    unit = known or (unit_named(metric.unit) if metric.unit else None)
    figures = [each for each in (measured.value, *measured.observations) if each is not None]
    for each in figures:
        if each < 0:
            raise InvalidInput(
                say(
                    "{title}: {value:g} is below 0, which it cannot be.",
                    title=metric.spoken_title,
                    value=each,
                ),
                remedy=say("Give the figure, or null if it was not measured."),
            )
        if unit is not None and unit.dimension == "share" and each * float(unit.factor) > 1.0 + 1e-12:
            raise InvalidInput(
                say(
                    "{title}: {value} is more than all of them.",
                    title=metric.spoken_title,
                    value=with_unit(each, unit),
                ),
                remedy=say(
                    "Give a figure between 0 and {most}.", most=with_unit(1.0 / float(unit.factor), unit)
                ),
            )


def _check_measurement(figure: Figure, key: str, metric: TableMetric) -> None:
    bound = measurement_of(key)
    if bound is None:
        return
    said = figure.measurement or figure.measured.unit
    if (
        said is not None
        and said.casefold() != bound.name.casefold()
        and not (figure.measurement is None and said == metric.unit and figure.observed_at is not None)
    ):
        raise InvalidInput(
            say(
                "A figure measured as {said} cannot be compared with levels of {name}.",
                said=said,
                name=bound.name,
            ),
            remedy=say(
                "Give the {name}, {least:g} to {most:g}.", name=bound.name, least=bound.least, most=bound.most
            ),
        )
    value = figure.measured.value
    if value is not None and not bound.least <= value <= bound.most:
        raise InvalidInput(
            say(
                "{value:g} is no {name}, which goes from {least:g} to {most:g}.",
                value=value,
                name=bound.name,
                least=bound.least,
                most=bound.most,
            )
        )


def _number(name: str, given: object) -> float | int | None:
    if given is None:
        return None
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if isinstance(given, bool) or not isinstance(given, Real | Decimal):
        raise InvalidInput(_no_number(name, given), remedy=say("Give a number, or null."))
    number = float(given)
    if not math.isfinite(number):
        raise InvalidInput(
            say("The {name} {given} is not a finite number.", name=name, given=repr(given)),
            remedy=say("Give a number, or null."),
        )
    return number


def _no_number(name: str, given: object) -> str:
    if isinstance(given, str):
        return say("The {name} {given} is text, not a number.", name=name, given=repr(given))
    kind = type(given).__name__
    return say("The {name} {given} is {kind}, not a number.", name=name, given=repr(given), kind=kind)


def _whole(given: object) -> int:
    number = _number("n", given)
    if number is None or number < 0 or number != int(number):
        raise InvalidInput(
            say("{given} is not a number of units.", given=repr(given)),
            remedy=say("Give a whole number from 0 on."),
        )
    return int(number)


def _observations(given: Any) -> tuple[float, ...]:
    if given is None:
        return ()
    if not isinstance(given, Sequence) or isinstance(given, str | bytes):
        raise InvalidInput(
            say("{name} is {given}.", name="observations", given=type(given).__name__),
            remedy=say("Give a list of numbers."),
        )
    numbers = (_number("observation", one) for one in given)
    return tuple(float(one) for one in numbers if one is not None)


def _text(name: str, given: object) -> str | None:
    if given is None or isinstance(given, str):
        return (given or "").strip() or None
    raise InvalidInput(
        say("{name} is {given}, not text.", name=name, given=repr(given)), remedy=say("Give it as text.")
    )


def _truth(name: str, given: object) -> bool | None:
    if given is None or isinstance(given, bool):
        return given
    raise InvalidInput(
        say("{name} is {given}.", name=name, given=repr(given)), remedy=say("Give true or false.")
    )


def _moment(given: object) -> datetime | None:
    if given is None or isinstance(given, datetime):
        return given
    try:
        return datetime.fromisoformat(str(given))
    except ValueError as error:
        raise InvalidInput(
            say("{name} is {given}.", name="observed_at", given=repr(given)),
            remedy=say("Give an ISO 8601 time."),
        ) from error
