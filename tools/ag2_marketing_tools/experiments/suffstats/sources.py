"""Where events and exposures lie, as relations that the SQL text reads.

    events      event_id, metric, user_id, value, occurred_at; experiment_id and received_at where there are any
    exposures   user_id, variant_id, assigned_at; experiment_id, phase, segment and excluded where there are any

Moments are timestamps in UTC. Without `experiment_id` a source holds one test only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.text import quoted

_EVENTS = ("event_id", "metric", "user_id", "value", "occurred_at")
_EXPOSURES = ("user_id", "variant_id", "assigned_at")


@dataclass(frozen=True)
class Source:
    """A relation and the names of its columns."""

    relation: str
    columns: frozenset[str]


@dataclass(frozen=True)
class Dialect:
    """What an engine calls what the text does not.

    Attributes:
        double: The type of doubles.
        microseconds: A column's moment as microseconds since 1970.
        moment: A moment as a constant, from its ISO form in UTC; only tables of the store need it.
        event, user: The ids of events and of users, or what stands for them.
    """

    double: str
    microseconds: str
    moment: str = "'{}'"
    event: str = "event_id"
    user: str = "user_id"

    def us(self, column: str) -> str:
        """Return the expression for a column's moment in microseconds."""
        return self.microseconds.format(column=column)


def relations_of(
    experiment: Experiment, events: Source, exposures: Source, dialect: Dialect, as_of_us: int
) -> dict[str, str]:
    """Return the text's `events` and `exposures`.

    Raises:
        InvalidInput: A column is missing.
    """
    _check("events", events, _EVENTS)
    _check("exposures", exposures, _EXPOSURES)
    tracked = tracked_parts(experiment)
    variants = [variant.id for variant in experiment.variants]
    names = ", ".join(quoted(name) for name in tracked)
    events_where = [f"metric IN ({names})", *_of_the_test(experiment, events)]
    if "received_at" in events.columns:
        events_where.append(f"{dialect.us('received_at')} <= {as_of_us}")
    exposures_where = [f"{dialect.us('assigned_at')} <= {as_of_us}", *_of_the_test(experiment, exposures)]
    moments = {name: dialect.us(name) for name in ("occurred_at", "assigned_at")}
    return {
        "events": (
            f"SELECT {dialect.event} AS event_id, {dialect.user} AS user_id,"  # noqa: S608 (quoted throughout)
            f" {_place('metric', tracked)} AS part, value, {moments['occurred_at']} AS occurred_us"
            f" FROM {events.relation} WHERE {' AND '.join(events_where)}"
        ),
        "exposures": (
            f"SELECT {dialect.user} AS user_id, {_place('variant_id', variants)} AS variant,"  # noqa: S608
            f" {moments['assigned_at']} AS assigned_us, {_or(exposures, 'phase', '1')} AS phase,"
            f" {_or(exposures, 'segment', _NO_TEXT)} AS segment, {_or(exposures, 'excluded', _NO_TEXT)} AS excluded"
            f" FROM {exposures.relation} WHERE {' AND '.join(exposures_where)}"
        ),
    }


_NO_TEXT = "CAST(NULL AS CHAR(1))"


def tracked_parts(experiment: Experiment) -> list[str]:
    """Return the names under which events are tracked that feed any of a test's metrics; their places are `part`."""
    return list(dict.fromkeys(part for metric in experiment.metrics for part in metric.definition.parts))


def _place(column: str, names: Sequence[str]) -> str:
    """Return the place of a text among some names: numbers are sorted and compared faster than texts."""
    return f"CASE {column} {' '.join(f'WHEN {quoted(name)} THEN {n}' for n, name in enumerate(names))} END"


def _of_the_test(experiment: Experiment, source: Source) -> list[str]:
    known = ", ".join(quoted(variant.id) for variant in experiment.variants)
    found = [f"variant_id IN ({known})"] if "assigned_at" in source.columns else []
    if "experiment_id" in source.columns:
        found.append(f"experiment_id = {quoted(experiment.id)}")
    return found


def _or(source: Source, column: str, otherwise: str) -> str:
    return column if column in source.columns else otherwise


def _check(what: str, source: Source, needed: tuple[str, ...]) -> None:
    missing = [column for column in needed if column not in source.columns]
    if missing:
        raise InvalidInput(
            f"The {what} lack the column {' and '.join(missing)}.",
            remedy=f"They need {', '.join(needed)}.",
        )
