"""Does the effect hold from day to day, between weekdays and weekends, between phases and segments?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from ag2_marketing_tools.experiments.analysis.arms import Cells, comparable_phases, merged
from ag2_marketing_tools.experiments.analysis.measures import raw_effect
from ag2_marketing_tools.experiments.analysis.model import Concern
from ag2_marketing_tools.experiments.analysis.thresholds import thresholds
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Variant
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.effects import Effect
from ag2_marketing_tools.statistics.stability import contrast, heterogeneity, simpson, trend

Parts = Mapping[str, Cells]
_SATURDAY = 5


def effects_by_part(
    experiment: Experiment, metric: ExperimentMetric, treatment: Variant, parts: Parts
) -> dict[str, Effect]:
    """Return the plain effect within each part."""
    kind, name, control = metric.definition.kind, metric.name, experiment.control.id
    return {
        part: raw_effect(kind, cells.get((treatment.id, name)), cells.get((control, name)))
        for part, cells in parts.items()
    }


def day_concerns(
    experiment: Experiment, metric: ExperimentMetric, treatment: Variant, days: Parts
) -> Iterator[Concern]:
    """Yield warnings about an effect that changes with the day of exposure."""
    effects = effects_by_part(experiment, metric, treatment, days)
    ordinals = [float(date.fromisoformat(day).toordinal()) for day in effects]
    known = list(effects.values())
    change = trend(ordinals, known)
    mean = heterogeneity(known).combined.estimate
    if change.p_value is not None and change.p_value < thresholds().novelty_p and change.estimate and mean:
        yield _concern(
            "novelty" if change.estimate * mean < 0.0 else "growing_effect",
            say(
                "{metric}, {variant}: the effect fades with the day of exposure, as novelty does.",
                **_names(metric, treatment),
            )
            if change.estimate * mean < 0.0
            else say(
                "{metric}, {variant}: the effect grows with the day of exposure.", **_names(metric, treatment)
            ),
            metric,
            treatment,
        )
    yield from _weekday_concern(experiment, metric, treatment, days)


def _weekday_concern(
    experiment: Experiment, metric: ExperimentMetric, treatment: Variant, days: Parts
) -> Iterator[Concern]:
    kind = metric.definition.kind
    if kind == "quantile":  # quantiles of days do not add up to those of a weekend
        return
    halves = []
    for weekend in (False, True):
        chosen = [
            cells
            for day, cells in days.items()
            if (date.fromisoformat(day).weekday() >= _SATURDAY) == weekend
        ]
        arms = [
            merged([cells[name, metric.name] for cells in chosen if (name, metric.name) in cells])
            for name in (treatment.id, experiment.control.id)
        ]
        halves.append(raw_effect(kind, arms[0], arms[1]))
    p_value = contrast(halves[0], halves[1]).p_value
    if p_value is not None and p_value < thresholds().weekday_p:
        yield _concern(
            "day_of_week",
            say(
                "{metric}, {variant}: users exposed on weekdays and on weekends react differently; only whole weeks "
                "weigh them rightly.",
                **_names(metric, treatment),
            ),
            metric,
            treatment,
        )


def phase_concern(
    experiment: Experiment, metric: ExperimentMetric, treatment: Variant, cells: Cells, phases: Parts
) -> Iterator[Concern]:
    """Yield a warning where all phases pooled would have said the opposite of the phases themselves."""
    numbers = {
        str(phase.number) for phase in comparable_phases(experiment, treatment.id, experiment.control.id)
    }
    chosen = {part: found for part, found in phases.items() if part in numbers}
    if _contradicts(experiment, metric, treatment, cells, chosen):
        yield _concern(
            "simpson_phases",
            say(
                "{metric}, {variant}: all days pooled point the other way than each phase of the allocation does "
                "(Simpson's paradox); the comparison is made within the phases.",
                **_names(metric, treatment),
            ),
            metric,
            treatment,
        )


def segment_concerns(
    experiment: Experiment, metric: ExperimentMetric, treatment: Variant, cells: Cells, segments: Parts
) -> Iterator[Concern]:
    """Yield warnings about segments that differ, or that all contradict the whole."""
    if _contradicts(experiment, metric, treatment, cells, segments):
        yield _concern(
            "simpson_segments",
            say(
                "{metric}, {variant}: the effect over all users points the other way than within the segments "
                "(Simpson's paradox): the segments are not spread alike over the variants.",
                **_names(metric, treatment),
            ),
            metric,
            treatment,
        )
    p_value = heterogeneity(list(effects_by_part(experiment, metric, treatment, segments).values())).p_value
    if p_value is not None and p_value < thresholds().segment_p:
        yield _concern(
            "segments_differ",
            say("{metric}, {variant}: the effect differs between segments.", **_names(metric, treatment)),
            metric,
            treatment,
            severe=False,
        )


def _contradicts(
    experiment: Experiment, metric: ExperimentMetric, treatment: Variant, cells: Cells, parts: Parts
) -> bool:
    pooled = effects_by_part(experiment, metric, treatment, {"": cells})[""]
    strata: Sequence[Effect] = list(effects_by_part(experiment, metric, treatment, parts).values())
    found = simpson(pooled, strata)
    return found is not None and found.reversed_sign and found.every_stratum_opposes


def _names(metric: ExperimentMetric, treatment: Variant) -> dict[str, str]:
    return {"metric": metric.definition.title, "variant": treatment.name}


def _concern(
    code: str, text: str, metric: ExperimentMetric, treatment: Variant, *, severe: bool = True
) -> Concern:
    return Concern(
        code=code,
        severity="caution" if severe else "note",
        text=text,
        metric=metric.name,
        variant_id=treatment.id,
    )
