"""Everything that a reader must know before acting, besides the comparison itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from ag2_marketing_tools.experiments.analysis.arms import Cells, Census, allocation_changed
from ag2_marketing_tools.experiments.analysis.contests import Decided
from ag2_marketing_tools.experiments.analysis.guardrails import guardrail_of
from ag2_marketing_tools.experiments.analysis.integrity import excluded_share, uneven_exclusion_p
from ag2_marketing_tools.experiments.analysis.model import Concern, SampleRatioCheck, Severity
from ag2_marketing_tools.experiments.analysis.monitoring import Reading
from ag2_marketing_tools.experiments.analysis.stability import (
    Parts,
    day_concerns,
    phase_concern,
    segment_concerns,
)
from ag2_marketing_tools.experiments.analysis.thresholds import thresholds
from ag2_marketing_tools.experiments.analysis.words import percent
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.model import Sums
from ag2_marketing_tools.messages import count_of, say


def days_run(experiment: Experiment, now: datetime) -> int:
    """Return the whole days from the start to now, or to the test's end."""
    ends = [now, experiment.end_at, *([experiment.stopped_at] if experiment.stopped_at else [])]
    return max(0, (min(ends) - experiment.start_at).days)


def data_concerns(census: Census, cells: Cells, sums: Sums, check: SampleRatioCheck) -> Iterator[Concern]:
    """Yield what is wrong with the users and events themselves."""
    yield from _ratio_concerns(check)
    p_value = uneven_exclusion_p(census)
    if p_value is not None and p_value < thresholds().uneven_exclusion_p:
        yield _of(
            "uneven_exclusion",
            "caution",
            say("The variants lost unequal shares of their users to exclusion, which biases the comparison."),
        )
    share = excluded_share(census, "several_variants")
    if share:
        severe = share > thresholds().several_variants_share
        text = say(
            "{share:,} % of the users were seen in several variants and are left out.", share=percent(share)
        )
        yield _of("several_variants", "caution" if severe else "note", text)
    if any(
        cell.users != census.users[variant] for (variant, _), cell in cells.items() if variant in census.users
    ):
        yield _of(
            "users_disagree",
            "caution",
            say("A metric's sums hold another number of users than were assigned."),
        )
    refused = sum(sums.refused.values())
    if refused:
        text = say("{events} were refused; the reasons are counted.", events=count_of(refused, "event"))
        yield _of("refused_events", "note", text)
    if sums.late:
        text = say(
            "{events} came in late: earlier readings did not have them.", events=count_of(sums.late, "event")
        )
        yield _of("late_events", "note", text)


def _ratio_concerns(check: SampleRatioCheck) -> Iterator[Concern]:
    if not check.mismatch:
        return
    yield _of(
        "sample_ratio_mismatch",
        "blocks",
        say(
            "The variants do not hold the users that the allocation promised (sample ratio mismatch): assignment, "
            "tracking or filtering is at fault, and no figure here can be trusted until that is found."
        ),
    )
    if check.mismatch_before_exclusion is False:
        yield _of(
            "mismatch_by_exclusion",
            "caution",
            say(
                "Before the exclusion of users the ratio was right: the exclusion itself is what disturbs it."
            ),
        )


def time_concerns(
    experiment: Experiment, census: Census, reading: Reading, now: datetime
) -> Iterator[Concern]:
    """Yield what is wrong with the moment of reading."""
    ran, week = days_run(experiment, now), thresholds().week_days
    if ran < week:
        yield _of(
            "less_than_a_week",
            "caution",
            say("The test has not run a full week, so not every weekday is in it."),
        )
    elif reading.fixed_valid and ran % week:
        yield _of(
            "not_whole_weeks",
            "note",
            say("The test did not run whole weeks, so some weekdays count more than others."),
        )
    least = census.smallest
    if least < experiment.min_sample_size:
        yield _of(
            "below_min_sample_size",
            "caution",
            say(
                "The smallest variant has {users}; the minimum sample size of the test is {wanted:,}.",
                users=count_of(least, "user"),
                wanted=experiment.min_sample_size,
            ),
        )
    if reading.mode == "fixed" and not reading.fixed_valid:
        yield _of(
            "peeking",
            "caution",
            say(
                "This is a fixed-horizon reading before the planned end: its p-values and intervals do not keep "
                "their promise."
            ),
        )
    stopped = experiment.stopped_at
    if stopped is not None and stopped < experiment.end_at:
        yield _of(
            "stopped_early",
            "note",
            say(
                "The test was stopped before its planned end, so it is read by the procedure that allows this."
            ),
        )


def comparison_concerns(experiment: Experiment, decided: Sequence[Decided]) -> Iterator[Concern]:
    """Yield what the comparisons themselves give to think about."""
    for answer in decided:
        contest = answer.contest
        names = {"metric": contest.metric.definition.title, "variant": contest.treatment.name}
        if contest.past is not None and contest.past.balanced is False:
            text = say("{metric}, {variant}: the variants differed before the test already.", **names)
            yield _of("past_imbalance", "caution", text, answer)
        if contest.metric.role != "guardrail":
            continue
        status = guardrail_of(answer).status
        if status == "harmed":
            yield _of(
                "guardrail_harmed",
                "caution",
                say("{metric} gets worse with {variant}: a guardrail is harmed.", **names),
                answer,
            )
        if status == "undecided":
            yield _of(
                "guardrail_undecided",
                "note",
                say("{metric}, {variant}: harm to this guardrail is not ruled out yet.", **names),
                answer,
            )
    if any(metric.definition.kind in {"ratio", "quantile"} for metric in experiment.metrics):
        yield _of(
            "unit_of_analysis",
            "note",
            say(
                "Users were assigned, so users are the units of every comparison, also where events are counted."
            ),
        )


def split_concerns(
    experiment: Experiment, cells: Cells, *, phases: Parts | None, days: Parts | None, segments: Parts | None
) -> Iterator[Concern]:
    """Yield what the parts say against the whole, for the goals."""
    changed = allocation_changed(experiment)
    if changed and phases:
        yield _of(
            "allocation_changed",
            "note",
            say("The allocation changed, so users are compared within each of its phases."),
        )
    elif changed:
        yield _of(
            "phases_pooled",
            "caution",
            say(
                "The allocation changed, and these sums are not split by its phases: the time of exposure may be "
                "mixed into the effect."
            ),
        )
    for metric in experiment.metrics:
        if metric.role != "goal":
            continue
        for treatment in experiment.treatments:
            if days:
                yield from day_concerns(experiment, metric, treatment, days)
            if changed and phases:
                yield from phase_concern(experiment, metric, treatment, cells, phases)
            if segments:
                yield from segment_concerns(experiment, metric, treatment, cells, segments)


def _of(code: str, severity: Severity, text: str, answer: Decided | None = None) -> Concern:
    return Concern(
        code=code,
        severity=severity,
        text=text,
        metric=answer.contest.metric.name if answer else None,
        variant_id=answer.contest.treatment.id if answer else None,
    )
