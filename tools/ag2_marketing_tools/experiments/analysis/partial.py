"""Results of a running test: intervals that hold at every look, no p-value, no winner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from ag2_marketing_tools.experiments.analysis.analyze import (
    NO_SPLITS,
    Material,
    material_of,
    refused_of,
)
from ag2_marketing_tools.experiments.analysis.arms import Splits
from ag2_marketing_tools.experiments.analysis.building import (
    difference_of,
    improvement_of,
    lift_of,
    variant_values,
    verdict_of,
)
from ag2_marketing_tools.experiments.analysis.concerns import (
    comparison_concerns,
    data_concerns,
    days_run,
    time_concerns,
)
from ag2_marketing_tools.experiments.analysis.contests import Decided, contests_of, decide
from ag2_marketing_tools.experiments.analysis.integrity import check_sample_ratio
from ag2_marketing_tools.experiments.analysis.model import PartialComparison, PartialMetric, PartialResults
from ag2_marketing_tools.experiments.analysis.monitoring import Reading, reading_of
from ag2_marketing_tools.experiments.analysis.needs import planned_users
from ag2_marketing_tools.experiments.analysis.words import explanation, told
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Look
from ag2_marketing_tools.experiments.suffstats.model import Sums


def partial_results(
    experiment: Experiment,
    sums: Sums,
    *,
    now: datetime,
    splits: Splits = NO_SPLITS,
    taken: Sequence[Look] | None = None,
) -> PartialResults:
    """Return what may be looked at now, at any time and as often as wanted.

    A fixed-horizon reading has no place here, not even after the planned end: that is what `analyze` is for. Variants
    without users are shown with their reasons.

    Raises:
        InvalidInput: The sums contradict the test or themselves.
    """
    mode: Literal["always_valid", "group_sequential"] = (
        "group_sequential" if experiment.monitoring == "group_sequential" else "always_valid"
    )
    material = material_of(experiment, sums, splits)
    census = material.census
    planned = planned_users(experiment, material.required, census.total, now)
    reading = reading_of(
        experiment, users=census.total, planned_users=planned, now=now, mode=mode, taken=taken
    )
    decided = decide(list(contests_of(experiment, material.cells, material.phases)), reading, "two-sided")
    check = check_sample_ratio(census)
    concerns = [
        *data_concerns(census, material.cells, sums, check),
        *time_concerns(experiment, census, reading, now),
        *comparison_concerns(experiment, decided),
    ]
    return PartialResults(
        test_id=experiment.id,
        name=experiment.name,
        state=experiment.state,
        as_of=sums.as_of,
        mode=mode,
        explanation=explanation(reading),
        fixed_horizon_valid_from=reading.fixed_valid_from,
        confidence_level=experiment.confidence_level,
        days_run=days_run(experiment, now),
        metrics={metric.name: _metric(material, metric, decided, reading) for metric in experiment.metrics},
        sample_sizes=census.users,
        total_users=census.total,
        sample_ratio_mismatch=check.mismatch,
        events=refused_of(sums),
        concerns=concerns,
        warnings=[concern.text for concern in concerns if concern.severity != "note"],
        source=sums.source,
    )


def _metric(
    material: Material, metric: ExperimentMetric, decided: list[Decided], reading: Reading
) -> PartialMetric:
    definition = metric.definition
    return PartialMetric(
        metric=metric.name,
        title=definition.title,
        kind=definition.kind,
        unit=definition.unit,
        direction=definition.direction,
        role=metric.role,
        variants=variant_values(material.experiment, metric, material.cells, reading),
        comparisons=[_comparison(answer) for answer in decided if answer.contest.metric is metric],
    )


def _comparison(decided: Decided) -> PartialComparison:
    contest, judged = decided.contest, decided.judged
    is_share = contest.metric.definition.unit == "ratio"
    return PartialComparison(
        variant_id=contest.treatment.id,
        variant_name=contest.treatment.name,
        absolute=difference_of(judged.absolute, 1.0 - decided.level, is_share=is_share),
        relative=lift_of(judged.relative),
        improvement=improvement_of(decided),
        verdict=verdict_of(decided),
        reason=told(judged.absolute.reason),
    )
