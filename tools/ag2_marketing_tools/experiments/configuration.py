"""What `setup_experiment` takes, as people and models write it."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, JsonValue, StrictInt, field_validator

from ag2_marketing_tools.experiments.assignment.targeting import Attribute, Targeting
from ag2_marketing_tools.experiments.metrics import Channel, MetricDefinition
from ag2_marketing_tools.experiments.model import Monitoring, Role
from ag2_marketing_tools.marks import personal
from ag2_marketing_tools.tool import Params

MOST_VARIANTS = 20
MOST_METRICS = 50
MOST_CONTENT_BYTES = 65_536
LONGEST_DAYS = 730
DEFAULT_DAYS = 14  # two whole weeks, so that every weekday counts twice
DEFAULT_SAMPLE = 100  # users per variant; below it the normal approximation of small rates is poor
DEFAULT_METRIC = "conversion_rate"

Share = Annotated[float, Field(strict=True)]
"""A number that is written as one: neither true nor "0.5"."""

# A name of a layer or a holdout; without a colon, because it salts the hash.
GroupName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}$")]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Who = Annotated[str | None, personal(max_length=200)]


class VariantConfig(Params):
    """One variant."""

    name: Annotated[str, Field(min_length=1, max_length=100)] = Field(
        description="The variant's name; one that is named Control is the control."
    )
    content: JsonValue = Field(
        default=None, description="What its users are shown: any JSON, such as texts by place."
    )
    traffic_allocation: Annotated[Share, Field(ge=0, le=1)] = Field(
        description="Its share of the participants, 0.5 for half; all of them sum to 1."
    )
    is_control: bool = Field(
        default=False,
        description="Whether the others are compared with it; unset: the one named Control, else the first.",
    )

    @field_validator("content")
    @classmethod
    def _is_not_huge(cls, value: JsonValue) -> JsonValue:
        if len(json.dumps(value, allow_nan=False, ensure_ascii=False).encode()) > MOST_CONTENT_BYTES:
            raise ValueError(f"the content has more than {MOST_CONTENT_BYTES:,} bytes of JSON")
        return value


class MetricConfig(Params):
    """A metric in its role in the test."""

    name: str = Field(max_length=64, description="The metric's name, as in `list_metrics`.")
    role: Role = Field(
        default="goal",
        description="`goal`: the first one decides; `guardrail`: it must not get worse; `other`: shown only.",
    )
    margin: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.0,
        description="By how much a guardrail may be worse, relative to the control: 0.02 for 2 %.",
    )
    baseline: float | None = Field(default=None, description="Its value today, for the planned size.")
    minimum_detectable_effect: Annotated[float, Field(gt=0, le=10)] | None = Field(
        default=None, description="Relative effect worth finding, 0.1 for 10 %."
    )


def _as_metric(given: Any) -> Any:
    return {"name": given} if isinstance(given, str) else given


NamedMetric = Annotated[MetricConfig, BeforeValidator(_as_metric, json_schema_input_type=str | MetricConfig)]


class SetupExperiment(Params):
    """An A/B test. Only the variants' names and shares must be given."""

    name: Title | None = Field(
        default=None, description="The test's name; unset: made of its variants' names."
    )
    hypothesis: Annotated[str, Field(max_length=2000)] | None = Field(
        default=None, description="What is expected to happen, and why."
    )
    variants: list[VariantConfig] = Field(
        min_length=2, max_length=MOST_VARIANTS, description="The variants, two or more."
    )
    metrics: list[NamedMetric] = Field(
        default=[MetricConfig(name=DEFAULT_METRIC)],
        min_length=1,
        max_length=MOST_METRICS,
        description="Names, or objects with a role. A bare name is a goal, but a guardrail where lower is better "
        f"and it is not the first. Unset: {DEFAULT_METRIC}.",
    )
    duration_days: Annotated[Share, Field(gt=0, le=LONGEST_DAYS)] = Field(
        default=DEFAULT_DAYS, description=f"Days from start to end; {DEFAULT_DAYS} unless set."
    )
    min_sample_size: Annotated[StrictInt, Field(ge=1, le=10**9)] = Field(
        default=DEFAULT_SAMPLE,
        description="Users per variant below which a winner is not to be trusted yet, and the result says so; "
        f"{DEFAULT_SAMPLE} unless set.",
    )
    confidence_level: Annotated[Share, Field(ge=0.5, le=0.9999)] = Field(
        default=0.95, description="Two-sided confidence of the intervals, 0.95 for 95 %."
    )
    power: Annotated[Share, Field(ge=0.5, le=0.9999)] = Field(
        default=0.8, description="Probability with which the effect worth finding is to be found."
    )
    monitoring: Monitoring = Field(
        default="always_valid",
        description="How looks before the end are judged: `always_valid` at any time, `group_sequential` at "
        "planned looks, `fixed` at the end alone.",
    )
    planned_looks: Annotated[StrictInt, Field(ge=1, le=50)] = Field(
        default=5, description="Looks of a group-sequential plan, the last one included."
    )
    start_time: str | None = Field(
        default=None,
        max_length=64,
        description="ISO 8601, as in `2027-03-01T09:00:00+01:00`; without an offset in `timezone`. Unset: now.",
    )
    timezone: str | None = Field(
        default=None, max_length=64, description="IANA zone of its days; unset: that of the settings."
    )
    coverage: Annotated[Share, Field(gt=0, le=1)] = Field(
        default=1.0, description="Share of the eligible users that takes part at all."
    )
    layer: GroupName | None = Field(default=None, description="Tests of one layer never share a user.")
    layer_share: Annotated[Share, Field(gt=0, le=1)] | None = Field(
        default=None, description="The part of the layer's users that this test gets; needed with `layer`."
    )
    holdout: GroupName | None = Field(
        default=None, description="A holdout whose users stay out, made by `create_holdout`."
    )
    targeting: Targeting = Field(
        default={},
        description="Whom it is for, by attributes of the context: `{'country': {'in': ['DE', 'AT']}, 'age': "
        "{'at_least': 18}}`. A bare value means equals; a missing attribute is no match.",
    )
    attribution_window_hours: Annotated[Share, Field(gt=0, le=24 * 365)] | None = Field(
        default=None, description="How long after the exposure an event counts; unset: to the test's end."
    )
    pre_period_days: Annotated[Share, Field(ge=0, le=365)] = Field(
        default=0, description="Days before the exposure whose events serve as covariate (CUPED)."
    )
    segment: Attribute | None = Field(
        default=None, description="Attribute of the context by which results are also shown."
    )
    set_up_by: Who = Field(default=None, description="Who sets it up.")


class TestId(Params):
    """Which test."""

    test_id: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="The test's id, as `setup_experiment` returned it."
    )


class EndExperiment(TestId):
    """Which test, who ends it and why."""

    actor: Who = Field(default=None, description="Who does it.")
    reason: Annotated[str, Field(max_length=1000)] | None = Field(default=None, description="Why.")


class ChangeExperiment(TestId):
    """What is to change in a test, who wants it and why."""

    actor: Annotated[str, personal(min_length=1, max_length=200)] = Field(description="Who changes it.")
    reason: Annotated[str, Field(min_length=1, max_length=1000)] = Field(
        description="Why; it is kept with the change."
    )
    weights: (
        Annotated[dict[str, Annotated[Share, Field(ge=0, le=1)]], Field(max_length=MOST_VARIANTS)] | None
    ) = Field(
        default=None, description="New shares of all variants, by id or name; users keep their variant."
    )
    coverage: Annotated[Share, Field(gt=0, le=1)] | None = Field(
        default=None, description="New share of the eligible users that takes part."
    )
    duration_days: Annotated[Share, Field(gt=0, le=LONGEST_DAYS)] | None = Field(
        default=None, description="New duration from the start."
    )
    metrics: JsonValue = Field(default=None, description="Refused: what is judged is fixed at set-up.")
    variants: JsonValue = Field(default=None, description="Refused: what users are shown is fixed at set-up.")
    min_sample_size: JsonValue = Field(default=None, description="Refused: the bar is fixed at set-up.")
    confidence_level: JsonValue = Field(default=None, description="Refused: the bar is fixed at set-up.")


class ListExperiments(Params):
    """Which tests."""

    state: Literal["running", "stopped", "reverted", "archived"] | None = Field(
        default=None, description="Only those in this state; unset: all that are not archived."
    )
    limit: int = Field(default=20, ge=1, le=200, description="At most so many, newest first.")


class CreateHoldout(Params):
    """A holdout."""

    name: GroupName = Field(description="Its name.")
    share: Annotated[Share, Field(gt=0, le=0.5)] = Field(
        description="Share of all users that stays out of every test that respects it, 0.05 for 5 %."
    )


class ListMetrics(Params):
    """Which metrics."""

    channel: Channel | None = Field(default=None, description="Only those of this channel.")


class DefineMetric(MetricDefinition, Params):
    """A metric of one's own. Channels: email, website, social; kinds: binary, count, continuous, ratio, quantile."""

    replace: bool = Field(
        default=False, description="Whether an earlier own definition of this name may be replaced."
    )

    def definition(self) -> MetricDefinition:
        """Return the definition alone."""
        return MetricDefinition.model_validate(self.model_dump(exclude={"replace"}, exclude_unset=True))
