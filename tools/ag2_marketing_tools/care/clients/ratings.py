"""Parts of a response: adherence, side effects, ratings on their scales, and what changed at once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from ag2_marketing_tools.care.clients.facts import (
    counted_as,
    fact,
    given_as,
    instrument,
    told_of_side_effects,
)
from ag2_marketing_tools.care.clients.reading import ReadFigure, ReadFigures
from ag2_marketing_tools.marks import health, unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import Tables
from ag2_marketing_tools.metrics.units import convert, require_unit, unit_named
from ag2_marketing_tools.statistics.proportions import Proportion, wilson
from ag2_marketing_tools.tool import Result

Percent = Annotated[float | None, unit("percent")]
_OF = re.compile(r"(\d{1,6}(?:[.,]\d{1,6})?)\s*(?:/|of|von)\s*(\d{1,6}(?:[.,]\d{1,6})?)", re.IGNORECASE)
_WITH_UNIT = re.compile(r"(\d{1,6}(?:[.,]\d{1,6})?)\s*([^\d\s].{0,40})")
_PERCENT = require_unit("percent")
_VALUE, _LEAST, _MOST = ("value", "score", "rating"), ("least", "min", "from"), ("most", "max", "of", "to")
_MOST_WORDS = 1_000


class Rating(Result):
    """A rating on the scale on which it was given."""

    value: float | None
    least: float | None
    most: float | None
    percent: Percent = Field(description="Of the way from the scale's least to its most.")
    words: str | None
    reason: str | None = Field(description="Why something is missing.")


class Adherence(Result):
    """How much of what was planned was done; the interval is Wilson's, at 95 %, where it was counted."""

    percent: Percent
    lower: Percent
    upper: Percent
    done: Annotated[int | None, unit("count")]
    planned: Annotated[int | None, unit("count")]
    words: str | None
    reason: str | None


class SideEffect(Result):
    """One side effect as it was reported."""

    name: str
    severity: str | None


class SideEffects(Result):
    """Side effects; `asked` is false where nothing was said of them, which does not mean that there were none."""

    asked: bool
    reported: Annotated[list[SideEffect], health()]
    reason: str | None


class AtOnce(Result):
    """One measure before and after, in `unit`; `improvement` is positive where it got better."""

    key: str
    metric: str
    before: float
    after: float
    unit: str
    improvement: float | None


class ImmediateResponse(Result):
    """What was seen at once."""

    rating: Rating
    changes: list[AtOnce]
    reason: str | None


def rating_of(given: Any, missing: str) -> Rating:
    """Return a rating: a number, `7/10`, words, or a mapping of `value` with `most` (and `least`).

    Args:
        given: What was given, or None.
        missing: Why there is none, where there is none.
    """
    if given is None:
        return _rating(reason=missing)
    if isinstance(given, str):
        scaled = _OF.fullmatch(given.strip())
        if scaled is None:
            return _rating(words=given.strip()[:_MOST_WORDS], reason=say("It was given in words."))
        return _scaled(_decimal(scaled[1]), 0.0, _decimal(scaled[2]))
    if isinstance(given, Mapping):
        value, least, most = (_number_of(given, names) for names in (_VALUE, _LEAST, _MOST))
        return _scaled(value, 0.0 if least is None else least, most)
    return _scaled(_number(given), 0.0, None)


def adherence_of(given: Mapping[str, Any]) -> Adherence:
    """Return how much of what was planned was done: counted, in percent, or in words."""
    for done_name, planned_name in counted_as():
        done, planned = _number(given.get(done_name)), _number(given.get(planned_name))
        if done is not None and planned is not None:
            return _counted(done, planned)
    percent = given_as(given, "adherence_percent")
    if percent is not None:
        return _percentage(_number(percent))
    said = given_as(given, "adherence")
    if said is None:
        return _adherence(reason=say("Adherence was not told."))
    percent = _share_in_percent(said)
    if percent is not None:
        return _percentage(percent)
    return _of_rating(rating_of(said, ""), bare=not (isinstance(said, Mapping) and said.get("unit")))


def _of_rating(rating: Rating, *, bare: bool) -> Adherence:
    """Return the adherence that a rating tells; `bare` where no unit was said with it."""
    if rating.percent is not None:
        counted = rating.value, rating.most
        if rating.least == 0.0 and rating.most != 100.0 and all(one and one.is_integer() for one in counted):
            return _counted(*(one or 0.0 for one in counted))
        return _percentage(rating.percent)
    if rating.value is None or rating.most is not None or not bare:
        return _adherence(words=rating.words, reason=rating.reason)
    if rating.value > fact("adherence", "most_ambiguous"):
        return _percentage(rating.value)
    return _adherence(
        reason=say(
            "The scale of {value:g} was not told: a share, a percentage, or points; give adherence_percent.",
            value=rating.value,
        )
    )


def _share_in_percent(given: Any) -> float | None:
    """Return a share that carries its unit (`80 %`, `value` 0.8 with `unit` ratio) in percent, else None."""
    if isinstance(given, Mapping):
        value, named = _number_of(given, _VALUE), given.get("unit")
    else:
        parts = _WITH_UNIT.fullmatch(given.strip()) if isinstance(given, str) else None
        value, named = (_decimal(parts[1]), parts[2]) if parts else (None, None)
    found = unit_named(str(named)) if named else None
    if value is None or found is None or found.dimension != _PERCENT.dimension:
        return None
    return float(convert(Decimal(repr(value)), found, _PERCENT))


def side_effects_of(given: Mapping[str, Any]) -> SideEffects:
    """Return the side effects: a list of names, of mappings with `name` and `severity`, or severities by name."""
    said = given_as(given, "side_effects")
    if isinstance(said, bool):
        entries = [SideEffect(name=say("not described"), severity=None)] if said else []
        return SideEffects(asked=True, reported=entries, reason=None)
    if isinstance(said, Mapping):
        entries = [
            SideEffect(name=str(name), severity=_words(value)) for name, value in said.items() if value
        ]
    elif isinstance(said, list):
        entries = [_side_effect(one) for one in said if one]
    else:
        entries = [] if said is None else [_side_effect(str(said).strip())]
    told = {told_of_side_effects(one.name) for one in entries}
    if told == {"untold"} or said is None:
        return SideEffects(asked=False, reported=[], reason=say("Nothing was told of side effects."))
    return SideEffects(asked=True, reported=[one for one in entries if _is_one(one)], reason=None)


def _is_one(entry: SideEffect) -> bool:
    """Return whether a side effect was reported: neither its name nor its severity says that there was none."""
    severity = told_of_side_effects(entry.severity) if entry.severity else "some"
    return told_of_side_effects(entry.name) == "some" and severity != "none"


def immediate_of(
    given: Mapping[str, Any], before: ReadFigures, after: ReadFigures, tables: Tables
) -> ImmediateResponse:
    """Return what was said of the immediate response, and the measures that were taken before and after."""
    rating = rating_of(given_as(given, "immediate"), say("The immediate response was not told."))
    changes = [
        _at_once(one, after.figures[key], tables)
        for key, one in before.figures.items()
        if key in after.figures and after.figures[key].unit == one.unit
    ]
    told = changes or rating.value is not None or rating.words
    return ImmediateResponse(rating=rating, changes=changes, reason=None if told else rating.reason)


def effectiveness_of(
    given: Mapping[str, Any], before: ReadFigures, after: ReadFigures, tables: Tables
) -> Rating:
    """Return the rating of effectiveness that was given; without one, which measures improved at once."""
    said = given_as(given, "effectiveness")
    if said is not None:
        return rating_of(said, "")
    changes = immediate_of(given, before, after, tables).changes
    judged = [one.improvement for one in changes if one.improvement is not None]
    if not judged:
        return _rating(reason=say("Effectiveness was not rated, and no measure was taken before and after."))
    improved = sum(one > 0 for one in judged)
    return _rating(
        words=say(
            "{improved} of {measured} measures improved at once.", improved=improved, measured=len(judged)
        ),
        reason=say("Effectiveness was not rated."),
    )


def is_better(key: str, instrument_name: str | None, tables: Tables) -> int | None:
    """Return 1 where higher figures of a measure are better, -1 where lower ones are, None where neither."""
    direction: str = (
        instrument(instrument_name).direction if instrument_name else tables.metric(key).direction
    )
    return {"higher": 1, "lower": -1}.get(direction)


def _at_once(before: ReadFigure, after: ReadFigure, tables: Tables) -> AtOnce:
    sign = is_better(after.key, after.instrument or before.instrument, tables)
    return AtOnce(
        key=after.key,
        metric=after.key.partition("/")[2],
        before=before.value,
        after=after.value,
        unit=after.unit,
        improvement=None if sign is None else sign * (after.value - before.value),
    )


def _side_effect(given: Any) -> SideEffect:
    if isinstance(given, Mapping):
        name = given.get("name") or given.get("effect") or say("not described")
        return SideEffect(name=str(name)[:_MOST_WORDS], severity=_words(given.get("severity")))
    return SideEffect(name=str(given)[:_MOST_WORDS], severity=None)


def _words(given: Any) -> str | None:
    return None if given is None or isinstance(given, bool) else str(given)[:_MOST_WORDS]


def _scaled(value: float | None, least: float, most: float | None) -> Rating:
    if value is None:
        return _rating(reason=say("It is no number."))
    if most is None:
        return _rating(value=value, reason=say("The scale was not told; give `value` and `most`."))
    if not least <= value <= most or least == most:
        return _rating(
            value=value, least=least, most=most, reason=say("It lies outside of the scale that was told.")
        )
    return _rating(value=value, least=least, most=most, percent=100.0 * (value - least) / (most - least))


def _counted(done: float, planned: float) -> Adherence:
    if not (done.is_integer() and planned.is_integer() and 0 <= done <= planned and planned > 0):
        return _adherence(
            reason=say("{done:g} of {planned:g} is no count of what was done.", done=done, planned=planned)
        )
    interval = wilson(Proportion(int(done), int(planned)))
    return _adherence(
        percent=100.0 * done / planned,
        lower=None if interval is None or interval.lower is None else 100.0 * interval.lower,
        upper=None if interval is None or interval.upper is None else 100.0 * interval.upper,
        done=int(done),
        planned=int(planned),
    )


def _percentage(percent: float | None) -> Adherence:
    if percent is None or not 0 <= percent <= 100:
        return _adherence(reason=say("It is no percentage from 0 to 100."))
    return _adherence(percent=percent, reason=say("It was not counted, so there is no interval."))


def _number_of(given: Mapping[str, Any], names: tuple[str, ...]) -> float | None:
    return next((_number(given[name]) for name in names if given.get(name) is not None), None)


def _number(given: Any) -> float | None:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        return None
    return float(given)


def _decimal(text: str) -> float:
    return float(text.replace(",", "."))


def _rating(**known: Any) -> Rating:
    return Rating(**{**dict.fromkeys(Rating.model_fields), **known})


def _adherence(**known: Any) -> Adherence:
    return Adherence(**{**dict.fromkeys(Adherence.model_fields), **known})
