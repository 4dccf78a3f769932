"""What the tools of set-up, change and assignment return."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from ag2_marketing_tools.experiments.assignment.sticky import NotIn
from ag2_marketing_tools.experiments.metrics import Channel, Direction, Kind
from ag2_marketing_tools.experiments.model import Monitoring, Role, State
from ag2_marketing_tools.marks import personal, unit
from ag2_marketing_tools.tool import Result


class VariantView(Result):
    """A variant; `id` and `variant_id` are the same."""

    id: str
    variant_id: str
    name: str
    content: JsonValue
    traffic_allocation: Annotated[float, unit("ratio")] = Field(description="Its share now.")
    is_control: bool


class MetricView(Result):
    """A metric in its role."""

    name: str
    title: str
    role: Role
    kind: Kind
    value_unit: str = Field(description="The unit of its values.")
    direction: Direction
    margin: Annotated[float, unit("ratio")]
    baseline: float | None = Field(description="In the metric's own unit.")
    minimum_detectable_effect: Annotated[float | None, unit("ratio")]


class LayerView(Result):
    """The part of a layer's users that a test has to itself."""

    name: str
    low: Annotated[float, unit("ratio")]
    high: Annotated[float, unit("ratio")]


class ConfiguredExperiment(Result):
    """A test that was set up; it takes assignments from its start on."""

    test_id: str
    name: str
    status: Literal["configured"] = "configured"
    variants: list[VariantView]
    start_time: str = Field(description="ISO 8601 in UTC.")
    end_time: str = Field(description="ISO 8601 in UTC; nobody new is taken in from then on.")
    timezone: str
    metrics: list[MetricView]
    min_sample_size: Annotated[int, unit("user")]
    confidence_level: Annotated[float, unit("ratio")]
    monitoring: Monitoring
    layer: LayerView | None = None
    holdout: str | None = None
    warnings: list[str] = Field(default=[])


class PhaseView(Result):
    """A stretch of time with one allocation."""

    number: Annotated[int, unit("count")]
    weights: dict[str, Annotated[float, unit("ratio")]] = Field(description="Shares by variant id.")
    coverage: Annotated[float, unit("ratio")]
    started_at: str
    ended_at: str | None
    reason: str | None


class ChangeView(Result):
    """Something that was done to a test."""

    at: str
    action: str
    actor: Annotated[str | None, personal()]
    reason: str | None
    before: dict[str, JsonValue] | None
    after: dict[str, JsonValue] | None


class StoredExperiment(Result):
    """A test as the store holds it now."""

    test_id: str
    name: str
    hypothesis: str | None
    state: State
    variants: list[VariantView]
    metrics: list[MetricView]
    start_time: str
    end_time: str
    stopped_at: str | None
    timezone: str
    min_sample_size: Annotated[int, unit("user")]
    confidence_level: Annotated[float, unit("ratio")]
    power: Annotated[float, unit("ratio")]
    monitoring: Monitoring
    planned_looks: Annotated[int, unit("count")]
    attribution_window_hours: Annotated[float | None, unit("h")]
    pre_period_days: Annotated[float, unit("day")]
    segment: str | None
    targeting: dict[str, JsonValue]
    layer: LayerView | None
    holdout: str | None
    phases: list[PhaseView]
    changes: list[ChangeView]
    version: Annotated[int, unit("count")]


class ExperimentSummary(Result):
    """One line of the list of tests."""

    test_id: str
    name: str
    state: State
    start_time: str
    end_time: str
    layer: str | None


class ExperimentList(Result):
    """Tests, newest first."""

    experiments: list[ExperimentSummary]
    total: Annotated[int, unit("count")] = Field(description="How many there are in all.")


class MetricListed(Result):
    """A metric that tests can be judged by."""

    name: str
    title: str
    channels: list[Channel]
    kind: Kind
    value_unit: str
    direction: Direction
    events: list[str] = Field(description="Names under which its events may be sent, besides its own.")
    description: str
    built_in: bool


class MetricList(Result):
    """Every metric, those of the product first."""

    metrics: list[MetricListed]


class HoldoutView(Result):
    """A holdout."""

    name: str
    share: Annotated[float, unit("ratio")]
    created_at: str


class AssignedVariant(Result):
    """What a user is to be shown, and whether that counts.

    Whoever is not in the test is shown the control: `variant_id` and `content` are then the control's, so that
    nobody is without an answer, `status` is `not_in_test` and `reason` says why.
    """

    test_id: str
    user_id: Annotated[str, personal()]
    status: Literal["assigned", "not_in_test"]
    variant_id: str
    variant_name: str
    content: JsonValue
    is_control: bool
    reason: NotIn | None = None
    explanation: str | None = Field(default=None, description="The reason in words.")
    assignment_time: str | None = Field(description="When the user was first assigned, ISO 8601 in UTC.")
    excluded: str | None = Field(
        default=None, description="Why the user is assigned but does not count, such as `bot`."
    )
    context: Annotated[dict[str, JsonValue], personal()]


class AssignedUser(Result):
    """One user's variant; whoever is not in the test has the control's, and `reason` says why."""

    user_id: Annotated[str, personal()]
    status: Literal["assigned", "not_in_test"]
    variant_id: str
    reason: NotIn | None = None
    excluded: str | None = None


class VariantUsers(Result):
    """How many users of a call are in a variant."""

    variant_id: str
    name: str
    users: Annotated[int, unit("user")]


class AssignedVariants(Result):
    """What many users are to be shown, in their order."""

    test_id: str
    assignments: list[AssignedUser]
    in_variants: list[VariantUsers] = Field(description="Assigned users by variant, bots included.")
    not_in_test: Annotated[int, unit("user")]


class ExportedExperiments(Result):
    """What `HashOnlyClient` is built from."""

    format: str
    hash_version: Annotated[int, unit("count")]
    exported_at: str
    tests: list[dict[str, JsonValue]]
