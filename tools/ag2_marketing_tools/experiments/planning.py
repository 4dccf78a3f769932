"""From a test's configuration to the experiment that is stored, with what a person should know about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.assignment.hashing import HASH_VERSION, bounds_of
from ag2_marketing_tools.experiments.assignment.targeting import normalised
from ag2_marketing_tools.experiments.configuration import MetricConfig, SetupExperiment, VariantConfig
from ag2_marketing_tools.experiments.metrics import Metrics, metric_named
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Phase, Role, Variant
from ag2_marketing_tools.workspace.ids import IdSource
from ag2_marketing_tools.workspace.localtime import Moment, at_local_time, at_moment, zone_named

_TIME_EXAMPLE = "Expected ISO 8601, as in 2027-03-01T09:00:00+01:00."
_FURTHEST = timedelta(days=5 * 365)


@dataclass(frozen=True)
class Frame:
    """What a configuration is read against.

    Attributes:
        now: The time of day.
        past_grace_s: How far back a start still counts as now.
        default_zone: The workspace's time zone.
        metrics: Every metric that there is, by name.
        ids: Whence new ids come.
        layer_range: The range that was reserved in the layer, if one was asked for.
    """

    now: datetime
    past_grace_s: float
    default_zone: str
    metrics: Metrics
    ids: IdSource
    layer_range: tuple[float, float] | None = None


def experiment_of(config: SetupExperiment, frame: Frame) -> tuple[Experiment, list[str]]:
    """Return the experiment, and notes about its times.

    Raises:
        InvalidInput: Allocations that do not sum to 1, an unknown metric, or parts that do not fit together.
    """
    check_layer(config)
    variants, weights = _variants(config.variants, frame.ids)
    zone = zone_named(config.timezone or frame.default_zone)
    start = start_of(config.start_time, zone, frame)
    end = end_of(start, config.duration_days, zone)
    window = config.attribution_window_hours
    built = Experiment(
        id=frame.ids.new("test"),
        name=config.name or _name_of(variants),
        hypothesis=config.hypothesis,
        state="running",
        salt=frame.ids.new("salt"),
        hash_version=HASH_VERSION,
        variants=variants,
        phases=(Phase(number=1, weights=weights, coverage=config.coverage, started_at=start.utc),),
        metrics=metrics_of(config.metrics, frame.metrics),
        layer=config.layer,
        layer_range=frame.layer_range,
        holdout=config.holdout,
        targeting=normalised(config.targeting),
        min_sample_size=config.min_sample_size,
        confidence_level=config.confidence_level,
        power=config.power,
        monitoring=config.monitoring,
        planned_looks=config.planned_looks,
        attribution_window=None if window is None else timedelta(hours=window),
        pre_period=timedelta(days=config.pre_period_days),
        segment=config.segment,
        timezone=zone.key,
        start_at=start.utc,
        end_at=end.utc,
    )
    return built, [moment.note for moment in (start, end) if moment.note]


def check_layer(config: SetupExperiment) -> None:
    """Raise `InvalidInput` where a layer and a share of it are not given together."""
    if (config.layer is None) != (config.layer_share is None):
        raise InvalidInput(
            "`layer` and `layer_share` belong together.",
            remedy="Say which part of the layer's users this test gets, 0.25 for a quarter.",
        )


def start_of(text: str | None, zone: ZoneInfo, frame: Frame) -> Moment:
    """Return when a test begins; nothing given means now.

    Raises:
        InvalidInput: It is no time, lies in the past, or more than five years ahead.
    """
    if text is None:
        return at_moment(frame.now, zone)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"start_time: {text!r} is not a time.", remedy=_TIME_EXAMPLE) from error
    start = at_local_time(parsed, zone) if parsed.tzinfo is None else at_moment(parsed, zone)
    if start.utc < frame.now - timedelta(seconds=frame.past_grace_s):
        raise InvalidInput(
            f"start_time: {start.local.isoformat()} lies in the past.",
            remedy="Nobody was assigned then; leave it out to start now.",
        )
    if start.utc > frame.now + _FURTHEST:
        raise InvalidInput(f"start_time: {start.local.isoformat()} lies more than five years ahead.")
    return start


def end_of(start: Moment, days: float, zone: ZoneInfo) -> Moment:
    """Return a test's end: whole days on the wall clock of its zone, so that days of 23 hours count as days."""
    whole = int(days)
    end = at_local_time(start.local.replace(tzinfo=None) + timedelta(days=whole), zone)
    rest = timedelta(days=days - whole)
    return end if not rest else at_moment(end.utc + rest, zone)


def metrics_of(given: Sequence[MetricConfig], metrics: Metrics) -> tuple[ExperimentMetric, ...]:
    """Return the metrics in their roles.

    Raises:
        InvalidInput: One does not exist (the text is the specification's), is named twice, has a baseline that
            it cannot have, or none of them is a goal.
    """
    found = [_metric(config, metrics, is_first=place == 0) for place, config in enumerate(given)]
    names = [metric.name for metric in found]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InvalidInput(f"Metrics are named twice: {', '.join(repeated)}.")
    if not any(metric.role == "goal" for metric in found):
        raise InvalidInput("No metric is a goal.", remedy="One metric decides: give it the role 'goal'.")
    return tuple(found)


def _metric(config: MetricConfig, metrics: Metrics, *, is_first: bool) -> ExperimentMetric:
    definition = metric_named(config.name, metrics)
    baseline = config.baseline
    if baseline is not None and definition.kind == "binary" and not 0.0 < baseline < 1.0:
        raise InvalidInput(
            f"{config.name}: a baseline of {baseline:g} is no share of users.", remedy="0.05 stands for 5 %."
        )
    role: Role = config.role
    if "role" not in config.model_fields_set and definition.direction == "lower" and not is_first:
        role = "guardrail"
    return ExperimentMetric(
        definition=definition,
        role=role,
        margin=config.margin,
        baseline=baseline,
        minimum_detectable_effect=config.minimum_detectable_effect,
    )


def _variants(given: Sequence[VariantConfig], ids: IdSource) -> tuple[tuple[Variant, ...], dict[str, float]]:
    names = [variant.name.casefold() for variant in given]
    repeated = sorted({variant.name for variant in given if names.count(variant.name.casefold()) > 1})
    if repeated:
        raise InvalidInput(
            f"Variants share a name: {', '.join(repeated)}.",
            remedy="Letter case alone does not tell them apart.",
        )
    shares = [variant.traffic_allocation for variant in given]
    bounds_of(shares)
    control = _control(given)
    made = tuple(
        Variant(
            id=ids.new("variant"),
            name=variant.name,
            content=variant.content,
            is_control=place == control,
            position=place + 1,
        )
        for place, variant in enumerate(given)
    )
    return made, {variant.id: share for variant, share in zip(made, shares, strict=True)}


def _control(given: Sequence[VariantConfig]) -> int:
    """Return the place of the control: flagged, else named so, else the first."""
    flagged = [place for place, variant in enumerate(given) if variant.is_control]
    if len(flagged) > 1:
        raise InvalidInput("More than one variant is flagged as the control.")
    named = [place for place, variant in enumerate(given) if variant.name.casefold() == "control"]
    return (flagged or named or [0])[0]


def _name_of(variants: Sequence[Variant]) -> str:
    joined = " vs ".join(variant.name for variant in variants)
    return joined if len(joined) <= 200 else f"Test of {len(variants)} variants"
