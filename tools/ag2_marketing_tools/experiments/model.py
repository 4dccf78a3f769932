"""What an experiment is, as the store holds it: the terms that every part of this family shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from ag2_marketing_tools.experiments.metrics import MetricDefinition

State = Literal["running", "stopped", "reverted", "archived"]
"""`running` from set-up until it is stopped, also before its start and after its planned end."""

Monitoring = Literal["always_valid", "group_sequential", "fixed"]
"""How looks before the planned end are judged; the analysis says which it used."""

Counts = Literal["outcome", "pre_period", "nothing"]
Role = Literal["goal", "guardrail", "other"]


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A variant, and what its users are shown."""

    id: str
    name: str
    content: Any
    is_control: bool
    position: int


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A stretch of time with one allocation.

    Attributes:
        number: 1, 2, …
        weights: Share of the participants by variant id; they sum to 1.
        coverage: Share of the eligible users that takes part at all.
        started_at: When it began.
        ended_at: When the next one began; None for the last one.
        reason: Why the allocation was changed.
    """

    number: int
    weights: Mapping[str, float]
    coverage: float = 1.0
    started_at: datetime
    ended_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A look of a group-sequential plan that was taken: 1, 2, …, when, and at how many users in all variants."""

    number: int
    taken_at: datetime
    users: int


@dataclass(frozen=True, kw_only=True)
class ExperimentMetric:
    """A metric in its role in one test.

    Attributes:
        definition: What is measured.
        role: The first goal decides; guardrails must not get worse; others are shown.
        margin: A guardrail's non-inferiority margin, relative to the control (0.02 for 2 %); 0 means no harm
            that can be shown.
        baseline: The expected value in the control, for power; None where nobody said.
        minimum_detectable_effect: Relative effect worth finding, 0.1 for 10 %; None where nobody said.
    """

    definition: MetricDefinition
    role: Role
    margin: float = 0.0
    baseline: float | None = None
    minimum_detectable_effect: float | None = None

    @property
    def name(self) -> str:
        """The metric's name."""
        return self.definition.name


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """One test as it stands.

    Attributes:
        id: Its id in the store, `test_id` in the public methods.
        hypothesis: What is expected to happen, and why; None where nobody said.
        salt: What its hash is salted with: its own, so that no two tests share their buckets.
        hash_version: Version of the assignment algorithm.
        layer: Name of the layer of mutually exclusive tests; its users lie in [low, high) of the layer.
        holdout: Name of the holdout that it respects.
        variants: In the order that they were given; the control is flagged.
        phases: At least one; the last is the current one.
        metrics: In the order that they were given.
        targeting: Attributes of the context that a user must have (see `assignment.targeting`).
        min_sample_size: Users per variant below which no winner is named without saying so.
        confidence_level: Two-sided, 0.95 unless set.
        attribution_window: How long after the exposure an event counts; None means to the test's end.
        pre_period: How long before the exposure events serve as covariate (CUPED); zero means not at all.
        segment: Attribute of the context by which results are also shown; None for none.
        planned_looks: How many looks a group-sequential plan has.
        timezone: IANA zone of its days.
        start_at, end_at: Planned, half-open.
        stopped_at: When it was stopped or reverted.
    """

    id: str
    name: str
    hypothesis: str | None = None
    state: State
    salt: str
    hash_version: int
    variants: tuple[Variant, ...]
    phases: tuple[Phase, ...]
    metrics: tuple[ExperimentMetric, ...]
    layer: str | None = None
    layer_range: tuple[float, float] | None = None
    holdout: str | None = None
    targeting: Mapping[str, Any] = field(default_factory=dict)
    min_sample_size: int
    confidence_level: float = 0.95
    power: float = 0.8
    monitoring: Monitoring = "always_valid"
    planned_looks: int = 5
    attribution_window: timedelta | None = None
    pre_period: timedelta = timedelta(0)
    segment: str | None = None
    timezone: str
    start_at: datetime
    end_at: datetime
    stopped_at: datetime | None = None
    version: int = 1

    @property
    def control(self) -> Variant:
        """The variant that the others are compared with."""
        return next(variant for variant in self.variants if variant.is_control)

    @property
    def treatments(self) -> tuple[Variant, ...]:
        """Every variant but the control."""
        return tuple(variant for variant in self.variants if not variant.is_control)

    @property
    def current_phase(self) -> Phase:
        """The allocation that holds now."""
        return self.phases[-1]

    def has_ended(self, now: datetime) -> bool:
        """Tell whether no more users come."""
        return self.state != "running" or now >= self.end_at

    def variant(self, variant_id: str) -> Variant | None:
        """Return the variant of this id, or None."""
        return next((variant for variant in self.variants if variant.id == variant_id), None)
