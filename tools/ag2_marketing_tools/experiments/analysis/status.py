"""How far a test has come: users against need, traffic, days left."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ag2_marketing_tools.experiments.analysis.analyze import NO_SPLITS, material_of, refused_of
from ag2_marketing_tools.experiments.analysis.arms import Census
from ag2_marketing_tools.experiments.analysis.concerns import data_concerns, days_run
from ag2_marketing_tools.experiments.analysis.integrity import check_sample_ratio
from ag2_marketing_tools.experiments.analysis.model import ExperimentStatus, MetricNeed, VariantStatus
from ag2_marketing_tools.experiments.analysis.needs import MIN_SAMPLE_SIZE, Need, Required
from ag2_marketing_tools.experiments.analysis.words import told
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.model import Sums
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.statistics.duration import DAYS_OF_A_WEEK, progress


@dataclass(frozen=True, slots=True)
class Traffic:
    """First exposures a day, over so many days; `None` with a reason where there were none."""

    daily: float | None
    days: int
    reason: str | None = None


def status_of(experiment: Experiment, sums: Sums, *, now: datetime) -> ExperimentStatus:
    """Return where a test stands.

    Raises:
        InvalidInput: The sums contradict the test or themselves.
    """
    material = material_of(experiment, sums, NO_SPLITS)
    census, required = material.census, material.required
    traffic = traffic_of(experiment, census, now)
    check = check_sample_ratio(census)
    concerns = list(data_concerns(census, material.cells, sums, check))
    left, left_reason = _days_left(experiment, census, required, traffic, now)
    return ExperimentStatus(
        test_id=experiment.id,
        name=experiment.name,
        state=experiment.state,
        as_of=sums.as_of,
        start_time=experiment.start_at,
        end_time=experiment.end_at,
        days_run=days_run(experiment, now),
        current_sample_size=census.total,
        required_sample_size=required.total,
        required_by=required.by,
        required_reason=_why_required(required),
        needs=[_need(need) for need in required.needs],
        progress_percent=100.0 * census.total / required.total,
        daily_traffic=traffic.daily,
        daily_traffic_days=traffic.days,
        daily_traffic_reason=traffic.reason,
        days_left=left,
        days_left_reason=left_reason,
        days_until_end=max(0, math.ceil((experiment.end_at - now) / timedelta(days=1))),
        variants=_variants(experiment, census, required),
        sample_ratio_mismatch=check.mismatch,
        sample_ratio_reason=told(check.reason),
        events=refused_of(sums),
        concerns=concerns,
        warnings=[concern.text for concern in concerns if concern.severity != "note"],
    )


def traffic_of(experiment: Experiment, census: Census, now: datetime) -> Traffic:
    """Return the daily traffic: the mean of the last whole days, at most a week of them, in the test's zone.

    Before the first day is over, what has come today counts as one day's.
    """
    users: dict[date, int] = {}
    for exposure in census.exposures:
        users[exposure.day] = users.get(exposure.day, 0) + exposure.users
    if not sum(users.values()):
        return Traffic(None, 0, say("Nobody has been assigned a variant yet."))
    last = min([now, experiment.end_at, *([experiment.stopped_at] if experiment.stopped_at else [])])
    today = last.astimezone(ZoneInfo(experiment.timezone)).date()
    first = min(users)
    whole = [today - timedelta(days=back) for back in range(1, DAYS_OF_A_WEEK + 1)]
    days = [day for day in whole if day >= first]
    counted = sum(users.get(day, 0) for day in days)
    if not days or not counted:
        day = max(users)
        return Traffic(float(users[day]), 1)
    return Traffic(counted / len(days), len(days))


def _days_left(
    experiment: Experiment, census: Census, required: Required, traffic: Traffic, now: datetime
) -> tuple[int | None, str | None]:
    if experiment.has_ended(now):
        return 0, say("The test has ended.")
    names = list(required.users)
    found = progress(
        [census.users[name] for name in names],
        [required.users[name] for name in names],
        days_run=days_run(experiment, now),
        daily_users=traffic.daily or 0.0,
    )
    return found.days_left, traffic.reason if found.days_left is None else None


def _why_required(required: Required) -> str:
    if required.by == MIN_SAMPLE_SIZE:
        return say("The minimum that the test asks for, in each variant.")
    return say("{metric} needs the most users.", metric=required.by)


def _need(need: Need) -> MetricNeed:
    return MetricNeed(
        metric=need.metric,
        users_per_variant=max(need.users.values()) if need.users else None,
        baseline=need.baseline,
        minimum_detectable_effect=need.effect,
        reason=need.reason,
    )


def _variants(experiment: Experiment, census: Census, required: Required) -> list[VariantStatus]:
    weights = experiment.current_phase.weights
    found = []
    for variant in experiment.variants:
        users, wanted = census.users[variant.id], required.users.get(variant.id, 0)
        found.append(
            VariantStatus(
                variant_id=variant.id,
                variant_name=variant.name,
                users=users,
                excluded_users=sum(census.excluded[variant.id].values()),
                required_users=wanted,
                progress_percent=100.0 * users / wanted if wanted else 100.0,
                weight=weights.get(variant.id, 0.0),
            )
        )
    return found
