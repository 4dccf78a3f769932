"""What an experiment asks of the SQL text, as rows of its constant relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from ag2_marketing_tools.experiments.metrics import Kind
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric
from ag2_marketing_tools.experiments.suffstats.model import Split
from ag2_marketing_tools.experiments.suffstats.sources import tracked_parts
from ag2_marketing_tools.experiments.suffstats.text import Value, constants

SPLITS: Mapping[Split, int] = {"none": 0, "phase": 1, "segment": 2, "day": 3}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
_NO_WINDOW_US = 10**15  # thirty years: longer than any test
_NOTHING, _VALUES, _EVENTS_OR_POSITIVES = 0, 1, 2

PARTS = ("metric", "part", "y_takes", "d_takes", "start_us", "end_us", "window_us", "pre_us")
METRICS = (
    "metric",
    "is_binary",
    "has_denominator",
    "share",
    "share_below",
    "users",
    "y_cap",
    "d_cap",
    "y_shift",
    "d_shift",
    "x_shift",
    "z_shift",
)
RANKS = ("variant", "part_number", "part_name", "metric", "low", "high")


def microseconds(moment: datetime) -> int:
    """Return a moment as microseconds since 1970 in UTC."""
    return (moment - _EPOCH) // _US


@dataclass(frozen=True)
class Shape:
    """One metric as the text computes it.

    Attributes:
        metric: In its role in the test.
        caps: Of the numerator and the denominator; None where not capped.
        shifts: Of outcome, denominator, pre-period outcome and pre-period denominator.
    """

    metric: ExperimentMetric
    caps: tuple[float | None, float | None] = (None, None)
    shifts: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    @property
    def kind(self) -> Kind:
        """The metric's kind."""
        return self.metric.definition.kind

    @property
    def has_denominator(self) -> bool:
        """Whether it is a ratio."""
        return self.kind == "ratio"

    def variables(self, *, pre_period: bool) -> tuple[int, ...]:
        """Return which of the four sums (outcome, denominator, and both before) the joint moments are over."""
        if self.has_denominator:
            return (0, 1, 2, 3) if pre_period else (0, 1)
        return (0, 2) if pre_period else (0,)


@dataclass(frozen=True)
class Plan:
    """An experiment, by what its sums are split, and what is known of each metric so far."""

    experiment: Experiment
    split: Split = "none"
    shapes: tuple[Shape, ...] = ()
    users: int = 0
    ranks: tuple[tuple[Value, ...], ...] = field(default=())

    @classmethod
    def of(cls, experiment: Experiment, split: Split) -> Plan:
        """Return a plan of which no cap, shift or rank is known yet."""
        return cls(experiment, split, tuple(Shape(metric) for metric in experiment.metrics))

    @property
    def pre_period(self) -> bool:
        """Whether events before the exposure serve as a covariate."""
        return self.experiment.pre_period > timedelta(0)

    def with_shapes(self, shapes: Sequence[Shape]) -> Plan:
        """Return the plan with other shapes."""
        return replace(self, shapes=tuple(shapes))

    def relations(self, *, double: str) -> dict[str, str]:
        """Return the constant relations of the text."""
        return {
            "split": constants(("by_what",), [(SPLITS[self.split],)], double=double),
            "parts": constants(PARTS, self._parts(), double=double),
            "metrics": constants(
                METRICS, [self._metric(n, s) for n, s in enumerate(self.shapes)], double=double
            ),
            "ranks": constants(RANKS, self.ranks, double=double),
        }

    def _parts(self) -> list[tuple[Value, ...]]:
        found = self.experiment
        ends = found.end_at if found.stopped_at is None else min(found.end_at, found.stopped_at)
        window = found.attribution_window
        times = (
            microseconds(found.start_at),
            microseconds(ends),
            _NO_WINDOW_US if window is None else window // _US,
            found.pre_period // _US,
        )
        places = {part: place for place, part in enumerate(tracked_parts(found))}
        rows: list[tuple[Value, ...]] = []
        for number, shape in enumerate(self.shapes):
            definition = shape.metric.definition
            if len(definition.parts) == 2:
                numerator, denominator = definition.parts
                rows.append((number, places[numerator], _VALUES, _NOTHING, *times))
                rows.append((number, places[denominator], _NOTHING, _VALUES, *times))
            else:
                y = _EVENTS_OR_POSITIVES if shape.kind == "binary" else _VALUES
                d = _EVENTS_OR_POSITIVES if shape.has_denominator else _NOTHING
                rows.append((number, places[definition.name], y, d, *times))
        return rows

    def _metric(self, number: int, shape: Shape) -> tuple[Value, ...]:
        definition = shape.metric.definition
        return (
            number,
            int(shape.kind == "binary"),
            int(shape.has_denominator),
            definition.cap,
            definition.quantile,
            self.users,
            *shape.caps,
            *shape.shifts,
        )
