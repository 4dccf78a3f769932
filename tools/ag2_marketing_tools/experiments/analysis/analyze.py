"""The analysis: a pure function of an experiment and its sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.analysis.arms import Cells, Census, Splits, cells_by_part, cells_of
from ag2_marketing_tools.experiments.analysis.building import confidence_interval, metric_result
from ag2_marketing_tools.experiments.analysis.concerns import (
    comparison_concerns,
    data_concerns,
    days_run,
    split_concerns,
    time_concerns,
)
from ag2_marketing_tools.experiments.analysis.contests import Decided, contests_of, decide
from ag2_marketing_tools.experiments.analysis.decision import Outcome, outcome_of
from ag2_marketing_tools.experiments.analysis.integrity import check_sample_ratio, exclusions_of
from ag2_marketing_tools.experiments.analysis.model import Analysis, Concern, MetricResult, Monitor, Refused
from ag2_marketing_tools.experiments.analysis.model.analysis import Alternative
from ag2_marketing_tools.experiments.analysis.monitoring import Reading, reading_of
from ag2_marketing_tools.experiments.analysis.needs import Required, planned_users, required_of
from ag2_marketing_tools.experiments.analysis.series import series_of
from ag2_marketing_tools.experiments.analysis.stability import Parts
from ag2_marketing_tools.experiments.analysis.verdict_words import reason_of, reasons_of, summary_of
from ag2_marketing_tools.experiments.analysis.winning import winner_of
from ag2_marketing_tools.experiments.analysis.words import explanation
from ag2_marketing_tools.experiments.model import Experiment, Look, Monitoring
from ag2_marketing_tools.experiments.suffstats.model import Sums

NO_SPLITS = Splits()


@dataclass(frozen=True)
class Material:
    """What an analysis reads, looked at from all sides."""

    experiment: Experiment
    sums: Sums
    census: Census
    cells: Cells
    phases: Parts | None
    days: Parts | None
    segments: Parts | None
    required: Required


def material_of(experiment: Experiment, sums: Sums, splits: Splits) -> Material:
    """Check the sums against the test and against each other.

    Raises:
        InvalidInput: They name variants or phases that the test does not have, or contradict themselves.
    """
    if not experiment.metrics:
        raise InvalidInput("The test has no metric, so there is nothing to analyse.")
    cells = cells_of(sums)
    return Material(
        experiment,
        sums,
        Census(experiment, sums),
        cells,
        cells_by_part(splits.phase) if splits.phase else None,
        cells_by_part(splits.day) if splits.day else None,
        cells_by_part(splits.segment) if splits.segment else None,
        required_of(experiment, cells),
    )


def analyze(
    experiment: Experiment,
    sums: Sums,
    *,
    now: datetime,
    mode: Monitoring | None = None,
    alternative: Alternative = "two-sided",
    splits: Splits = NO_SPLITS,
    taken: Sequence[Look] | None = None,
) -> Analysis:
    """Return what a test shows, who won or why nobody did, and what to do.

    Args:
        experiment: The test.
        sums: Its sums over all users.
        now: The moment of reading, which decides between the procedures that may be used.
        mode: Overrides the procedure; a fixed horizon before the planned end is warned of.
        alternative: `better` asks of the goals only whether a treatment is better (one-sided).
        splits: The same sums by phase, day and segment, where wanted.
        taken: Looks of a group-sequential plan that were taken, the last one now where this reading is one.

    Raises:
        Conflict: A variant has no users: "Insufficient data for variant_id: …".
        InvalidInput: The sums contradict the test or themselves.
    """
    material = material_of(experiment, sums, splits)
    material.census.require_users()
    reading = reading_of(
        experiment,
        users=material.census.total,
        planned_users=planned_users(experiment, material.required, material.census.total, now),
        now=now,
        mode=mode,
        sides=2 if alternative == "two-sided" else 1,
        taken=taken,
    )
    decided = decide(list(contests_of(experiment, material.cells, material.phases)), reading, alternative)
    return _assembled(material, decided, reading, now, alternative)


def _assembled(
    material: Material, decided: Sequence[Decided], reading: Reading, now: datetime, alternative: Alternative
) -> Analysis:
    experiment, census = material.experiment, material.census
    check = check_sample_ratio(census)
    concerns = [
        *data_concerns(census, material.cells, material.sums, check),
        *time_concerns(experiment, census, reading, now),
        *comparison_concerns(experiment, decided),
        *split_concerns(
            experiment, material.cells, phases=material.phases, days=material.days, segments=material.segments
        ),
    ]
    outcome = outcome_of(experiment, decided, concerns, ended=experiment.has_ended(now))
    metrics = metric_results(material, decided, reading)
    return Analysis(
        test_id=experiment.id,
        name=experiment.name,
        state=experiment.state,
        as_of=material.sums.as_of,
        analyzed_at=now,
        **_verdict(experiment, outcome, decided, concerns, metrics),
        confidence_level=experiment.confidence_level,
        alternative=alternative,
        min_sample_size=experiment.min_sample_size,
        min_sample_size_reached=census.smallest >= experiment.min_sample_size,
        days_run=days_run(experiment, now),
        monitor=monitor_of(reading),
        metrics=metrics,
        confidence_intervals={
            name: {one.variant_id: confidence_interval(one, metric.unit) for one in metric.comparisons}
            for name, metric in metrics.items()
        },
        sample_sizes=census.users,
        total_users=census.total,
        sample_ratio=check,
        exclusions=exclusions_of(census),
        events=refused_of(material.sums),
        concerns=concerns,
        warnings=[concern.text for concern in concerns if concern.severity != "note"],
        series=series_of(
            experiment, census, material.cells, reading, days=material.days, segments=material.segments
        ),
        source=material.sums.source,
    )


def _verdict(
    experiment: Experiment,
    outcome: Outcome,
    decided: Sequence[Decided],
    concerns: Sequence[Concern],
    metrics: dict[str, MetricResult],
) -> dict[str, object]:
    winner = winner_of(experiment, outcome, metrics)
    return {
        "recommendation": outcome.action,
        "summary": summary_of(experiment, outcome),
        "reasons": list(reasons_of(outcome, decided, concerns)),
        "winning_variant": winner,
        "reason": reason_of(experiment, outcome, concerns),
        "statistical_significance": winner is not None,
        "decided_by": outcome.goal.name,
    }


def metric_results(
    material: Material, decided: Sequence[Decided], reading: Reading
) -> dict[str, MetricResult]:
    """Return every metric's result by name."""
    return {
        metric.name: metric_result(
            material.experiment,
            metric,
            material.cells,
            [answer for answer in decided if answer.contest.metric is metric],
            reading,
        )
        for metric in material.experiment.metrics
    }


def monitor_of(reading: Reading) -> Monitor:
    """Return how the figures may be read."""
    looks = reading.looks
    return Monitor(
        mode=reading.mode,
        configured=reading.configured,
        explanation=explanation(reading),
        fixed_horizon_valid_from=reading.fixed_valid_from,
        fixed_horizon_valid=reading.fixed_valid,
        look=looks.look if looks else None,
        looks=looks.looks if looks else None,
        next_look_users=looks.next_at if looks else None,
        information=reading.information,
    )


def refused_of(sums: Sums) -> Refused:
    """Return the events that were not taken."""
    return Refused(
        refused_events=sum(sums.refused.values()),
        by_reason=dict(sorted(sums.refused.items())),
        late_events=sums.late,
    )
