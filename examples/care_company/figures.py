"""The synthetic company's figures: season, noise, sample sizes, and trends and outliers that were put in on purpose."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from people import CONDITIONS, Caregiver, Client, Company, Location, Plan

QUALITY = "CaregiverQualityMetrics"
ON_TIME = f"{QUALITY}/visit_compliance/timeliness/on_time_arrival"
DOCUMENTATION = f"{QUALITY}/visit_compliance/timeliness/documentation_time"
SATISFACTION = "HomeCareIndustryBenchmarks/care_quality/patient_satisfaction/overall_satisfaction"
INCIDENTS = "HomeCareIndustryBenchmarks/care_quality/care_outcomes/incident_rate"
MOBILITY = "ClientOutcomeTracker/baseline_assessment/physical_status/mobility_level"
CHANNELS = {"organic": 3.9, "email": 2.4, "social": 1.8, "paid": 3.1}
WEEKS_OF_A_MONTH = 52 / 12
Row = dict[str, Any]


@dataclass
class Table:
    """A file before it is written; `health` and `personal` name the columns that must not travel freely."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    personal: tuple[str, ...] = ()
    health: tuple[str, ...] = ()


@dataclass
class Planted:
    """What was put in on purpose, so that tests can look for it."""

    trends: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    outliers: list[Row] = field(default_factory=list)

    def trend_of(self, subject: str, metric: str) -> float:
        """Return the change by month of a subject's metric."""
        return next(
            (
                each["per_month"]
                for each in self.trends
                if (each["subject_id"], each["metric"]) == (subject, metric)
            ),
            0.0,
        )

    def step_of(self, subject: str, metric: str, day: date) -> float:
        """Return the shift of a subject's metric at a day."""
        return sum(
            each["shift"]
            for each in self.steps
            if (each["subject_id"], each["metric"]) == (subject, metric) and day.isoformat() >= each["from"]
        )


def planted(plan: Plan, people: Company) -> Planted:
    """Decide which subjects get a trend, a step or an outlier."""
    weeks, found = plan.weeks, Planted()
    for which, per_month in ((0, -0.9), (1, 0.7), (2, -0.7)):
        found.trends.append(
            _about("caregiver", people.caregivers[which].id, ON_TIME) | {"per_month": per_month}
        )
    for client, per_month in zip(people.clients[:3], (0.15, -0.15, 0.2), strict=True):
        found.trends.append(_about("client", client.id, MOBILITY) | {"per_month": per_month})
    middle = weeks[len(weeks) // 2].isoformat()
    found.steps.append(
        _about("location", people.locations[0].id, SATISFACTION) | {"shift": -8.0, "from": middle}
    )
    for which, caregiver in enumerate(people.caregivers[3:6]):
        week = weeks[len(weeks) - 5 - which * 9].isoformat()
        found.outliers.append(
            _about("caregiver", caregiver.id, DOCUMENTATION) | {"observed_on": week, "times": 8.0}
        )
    found.outliers.append(
        _about("location", people.locations[1].id, INCIDENTS)
        | {"observed_on": weeks[-8].isoformat(), "times": 6.0}
    )
    return found


def _about(kind: str, subject: str, metric: str) -> Row:
    return {"subject_kind": kind, "subject_id": subject, "metric": metric}


def season(day: date) -> float:
    """Return the season from -1 (the middle of July) to 1 (the middle of January)."""
    return math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365.25)


def _times(found: Planted, subject: str, metric: str, day: date) -> float:
    for each in found.outliers:
        if (each["subject_id"], each["metric"], each["observed_on"]) == (subject, metric, day.isoformat()):
            return float(each["times"])
    return 1.0


def _share(random: np.random.Generator, size: int, percent: float) -> float:
    """Return the share of so many cases, drawn at this percentage."""
    return float(random.binomial(size, min(max(percent, 1.0), 99.5) / 100)) / size


def caregiver_weeks(plan: Plan, people: Company, found: Planted, random: np.random.Generator) -> Table:
    """Weekly figures of caregivers."""
    columns = (
        "caregiver", "week", "visits", "on_time", "completed_percent", "tasks", "tasks_done", "documentation_min",
        "answers", "satisfaction_percent",
    )  # fmt: skip
    table = Table("caregiver_weeks.csv", columns, personal=("caregiver",))
    for caregiver in people.caregivers:
        for week, day in enumerate(plan.weeks):
            table.rows.append(_caregiver_week(caregiver, week, day, found, random))
    return table


def _caregiver_week(who: Caregiver, week: int, day: date, found: Planted, random: np.random.Generator) -> Row:
    visits = max(4, int(random.poisson(who.visits_per_week)))
    tasks, answers = visits * 6, int(random.poisson(3))
    on_time = 88 + who.level - 2.5 * season(day) + found.trend_of(who.id, ON_TIME) * week / WEEKS_OF_A_MONTH
    minutes = (
        700
        * math.exp(float(random.normal(0, 0.12)) - who.level / 40)
        * _times(found, who.id, DOCUMENTATION, day)
    )
    return {
        "caregiver": who.id,
        "week": day.isoformat(),
        "visits": visits,
        "on_time": f"{_share(random, visits, on_time):.4f}",
        "completed_percent": f"{100 * _share(random, visits, 94 + who.level / 2):.1f}",
        "tasks": tasks,
        "tasks_done": f"{_share(random, tasks, 89 + who.level):.4f}",
        "documentation_min": f"{minutes:.0f}",
        "answers": answers,
        "satisfaction_percent": f"{100 * _share(random, answers, 87 + who.level):.1f}" if answers else "",
    }


def location_weeks(plan: Plan, people: Company, found: Planted, random: np.random.Generator) -> Table:
    """Weekly figures of locations."""
    columns = (
        "location", "region", "week", "answers", "satisfaction", "care_request_min", "visits", "incident_rate",
        "doses", "medication_adherence",
    )  # fmt: skip
    table = Table("location_weeks.csv", columns)
    for where in people.locations:
        for day in plan.weeks:
            table.rows.append(_location_week(where, day, found, random))
    return table


def _location_week(where: Location, day: date, found: Planted, random: np.random.Generator) -> Row:
    answers, visits = int(random.poisson(45)) + 5, int(random.poisson(320)) + 20
    doses = visits * 3
    satisfied = 86 + where.level - 1.5 * season(day) + found.step_of(where.id, SATISFACTION, day)
    incidents = (3.2 - where.level / 5 + 0.5 * season(day)) * _times(found, where.id, INCIDENTS, day)
    return {
        "location": where.id,
        "region": where.region,
        "week": day.strftime("%d.%m.%Y"),
        "answers": answers,
        "satisfaction": _german(100 * _share(random, answers, satisfied), 1),
        "care_request_min": _german(480 * math.exp(float(random.normal(0, 0.2))), 0),
        "visits": visits,
        "incident_rate": _german(100 * _share(random, visits, incidents), 2),
        "doses": doses,
        "medication_adherence": _german(100 * _share(random, doses, 82 + where.level), 1),
    }


def _german(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


Measured = tuple[float, str, int]
"""A figure, its unit, and of how many cases."""


def _long(table: Table, first: Row, metric: str, measured: Measured, key: str = "metric") -> None:
    value, unit, n = measured
    table.rows.append({**first, key: metric, "value": f"{value:.2f}", "unit": unit, "n": n})


def caregiver_months(plan: Plan, people: Company, random: np.random.Generator) -> Table:
    """Monthly figures of caregivers, in the tables of their region, their experience and their specialties."""
    table = Table(
        "caregiver_months.csv",
        ("caregiver", "month_end", "metric", "value", "unit", "n"),
        personal=("caregiver",),
    )
    peers, special = "CaregiverPeerAnalytics", "SpecialtyCareAnalytics"
    specialty_metric = {
        "dementia_care": "clinical_outcomes/behavior_management",
        "wound_care": "healing_metrics/healing_rate",
    }
    for who in people.caregivers:
        group = next(name for years, name in _BANDS if who.experience_years >= years)
        for day in plan.month_ends:
            first, clients = {"caregiver": who.id, "month_end": day.isoformat()}, int(random.poisson(14)) + 4
            kept = _share(random, clients, 88 + who.level)
            region = f"{peers}/regional_benchmarks/{who.location.region}_markets/client_retention"
            _long(table, first, region, (100 * kept, "percent", clients))
            satisfied = _share(random, clients, 87 + who.level)
            _long(
                table,
                first,
                f"{peers}/experience_based/{group}/client_satisfaction",
                (satisfied, "ratio", clients),
            )
            for name in who.specialties:
                if name in specialty_metric:
                    reached = 100 * _share(random, clients, 86 + who.level)
                    _long(
                        table,
                        first,
                        f"{special}/{name}/{specialty_metric[name]}",
                        (reached, "percent", clients),
                    )
    return table


_BANDS = ((3, "veteran_caregivers"), (1, "mid_career"), (0, "new_caregivers"))


def client_months(plan: Plan, people: Company, found: Planted, random: np.random.Generator) -> Table:
    """Monthly outcomes of clients: health data."""
    table = Table(
        "client_months.jsonl",
        ("client", "assessed_at", "what", "value", "unit", "n"),
        personal=("client",),
        health=("what", "value"),
    )
    for who in people.clients:
        for month, day in enumerate(plan.month_ends):
            first = {"client": who.id, "assessed_at": f"{day.isoformat()}T10:00:00-05:00"}
            for what, value, unit, n in _outcomes(who, month, found, random):
                _long(table, first, what, (value, unit, n), key="what")
    return table


def _outcomes(
    who: Client, month: int, found: Planted, random: np.random.Generator
) -> Iterator[tuple[str, float, str, int]]:
    noise = random.normal(0, 0.35, 4)
    mobility = 5.5 + who.level + found.trend_of(who.id, MOBILITY) * month
    for what, middle, spread in (
        ("mobility", mobility, noise[0]),
        ("pain", 3.5 - who.level / 2, noise[1]),
        ("mood", 6.0 + who.level / 2, noise[2]),
    ):
        yield what, min(max(middle + float(spread), 0.0), 10.0), "point", 1
    if who.condition == CONDITIONS["dementia_care"]:
        yield "less agitation", 100 * _share(random, 12, 80 + 3 * who.level), "percent", 12
    if who.condition == CONDITIONS["wound_care"]:
        yield "healing", 100 * _share(random, 10, 86 + 3 * who.level), "percent", 10


def channel_months(plan: Plan, random: np.random.Generator) -> Table:
    """Monthly figures of marketing channels."""
    table = Table("channel_months.csv", ("channel", "month_end", "metric", "value", "unit", "n"))
    for day in plan.month_ends:
        for channel, percent in CHANNELS.items():
            first, visits = {"channel": channel, "month_end": day.isoformat()}, int(random.poisson(4_000))
            rate = 100 * _share(random, visits, percent * (1 + 0.1 * season(day)))
            _long(
                table,
                first,
                f"MarketingMetrics/conversion_rates/by_channel/{channel}",
                (rate, "percent", visits),
            )
        first, sent = {"channel": "email", "month_end": day.isoformat()}, int(random.poisson(3_000))
        opened = 100 * _share(random, sent, 23)
        _long(table, first, "MarketingMetrics/email_performance/open_rate", (opened, "percent", sent))
    return table
