"""Analyses with something to draw: two weeks of an experiment, in numbers that are made by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from experiment_sums import AFTER, START, experiment, exposures, mean, metric, share, sums

from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.analysis.arms import Splits
from ag2_marketing_tools.experiments.analysis.model import Analysis, ExperimentStatus
from ag2_marketing_tools.experiments.analysis.status import status_of
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.model import Sums

METRICS = (
    metric("conversion_rate", baseline=0.1, minimum_detectable_effect=0.1),
    metric("revenue_per_user"),
    metric("bounce_rate", role="guardrail", margin=0.05),
)
A_DAY = 1_000


def _sums(days: int, *, split: bool) -> Sums:
    cells, shown = [], []
    for place in range(days) if split else range(1):
        times = 1 if split else days
        day = (START + timedelta(days=place)).date().isoformat() if split else None
        for name, converted, revenue, bounced in (
            ("control", 100, 3.0, 400),
            ("b", 120, 3.6, 410),
            ("c", 98, 3.0, 460),
        ):
            users = A_DAY * times
            cells += [
                share(name, converted * times, users, split=day),
                mean(name, users, revenue, 9.0, split=day),
                share(name, bounced * times, users, name="bounce_rate", split=day),
            ]
    for place in range(days):
        users = dict.fromkeys(("control", "b", "c"), A_DAY)
        shown += exposures(users, day=(START + timedelta(days=place)).date(), b={"bot": 3})
    return sums(cells, shown=shown, refused={"unknown_metric": 2}, late=0)


def a_test(**changes: Any) -> Experiment:
    """A control and two variants with equal shares, as users come."""
    thirds = {"weights": (1 / 3, 1 / 3, 1 / 3), "monitoring": "always_valid"}
    return experiment(*METRICS, **(thirds | changes))


def an_analysis(days: int = 14, *, now: datetime = AFTER, **changes: Any) -> Analysis:
    """`b` converts a fifth better, `c` bounces 15 % more."""
    parts = Splits(day=_sums(days, split=True))
    return analyze(a_test(**changes), _sums(days, split=False), now=now, splits=parts)


def its_status(days: int = 14, *, now: datetime = AFTER, **changes: Any) -> ExperimentStatus:
    return status_of(a_test(**changes), _sums(days, split=False), now=now)


def a_mismatch() -> Analysis:
    """Users came in equal numbers where 40, 30 and 30 % were planned."""
    parts = Splits(day=_sums(14, split=True))
    return analyze(a_test(weights=(0.4, 0.3, 0.3)), _sums(14, split=False), now=AFTER, splits=parts)
