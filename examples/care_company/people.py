"""Who works for the synthetic company, and whom it cares for. Nobody here exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

REGIONS = ("urban", "suburban", "rural")
SPECIALTIES = ("dementia_care", "wound_care", "fall_prevention", "chronic_disease_management")
CONDITIONS = {"dementia_care": "dementia", "wound_care": "chronic wound"}
SMALLEST = {"locations": 2, "caregivers": 6, "clients": 3, "months": 6}
"""Fewer would leave no room for what is planted."""


@dataclass(frozen=True)
class Plan:
    """How large the company is, and which months its figures cover."""

    locations: int = 12
    caregivers: int = 150
    clients: int = 600
    months: int = 18
    end: date = date(2026, 10, 31)
    seed: int = 20261031

    @property
    def weeks(self) -> list[date]:
        """Mondays, oldest first: 78 in 18 months."""
        last = self.end - timedelta(days=self.end.weekday() + 7)
        count = round(self.months * 52 / 12)
        return [last - timedelta(weeks=back) for back in reversed(range(count))]

    @property
    def month_ends(self) -> list[date]:
        """Last days of months, oldest first."""
        last = (self.end.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        if last > self.end:
            last = self.end.replace(day=1) - timedelta(days=1)
        ends = []
        for _ in range(self.months):
            ends.append(last)
            last = last.replace(day=1) - timedelta(days=1)
        return ends[::-1]


@dataclass(frozen=True)
class Location:
    """A branch; `level` is how good it is beside the others, in percentage points."""

    id: str
    region: str
    level: float


@dataclass(frozen=True)
class Caregiver:
    """A caregiver; `level` is how good they are beside the others, in percentage points."""

    id: str
    location: Location
    experience_years: float
    specialties: tuple[str, ...]
    visits_per_week: int
    level: float


@dataclass(frozen=True)
class Client:
    """A client; `condition` is health data."""

    id: str
    location: Location
    caregiver: Caregiver
    condition: str
    level: float


@dataclass(frozen=True)
class Company:
    """Everybody."""

    locations: list[Location]
    caregivers: list[Caregiver]
    clients: list[Client]


def company(plan: Plan, random: np.random.Generator) -> Company:
    """Return the people of a plan; the same seed gives the same."""
    locations = [
        Location(f"loc-{n + 1:02}", REGIONS[n % 3], float(random.normal(0, 2))) for n in range(plan.locations)
    ]
    caregivers = [_caregiver(n, locations[n % len(locations)], random) for n in range(plan.caregivers)]
    clients = [_client(n, caregivers[n % len(caregivers)], random) for n in range(plan.clients)]
    return Company(locations, caregivers, clients)


def _caregiver(number: int, location: Location, random: np.random.Generator) -> Caregiver:
    years = round(float(random.gamma(1.6, 2.4)), 1)
    known = random.random(len(SPECIALTIES)) < 0.3
    return Caregiver(
        id=f"cg-{number + 1:03}",
        location=location,
        experience_years=years,
        specialties=tuple(name for name, has in zip(SPECIALTIES, known, strict=True) if has),
        visits_per_week=int(random.integers(12, 36)),
        level=location.level + min(years, 8) * 0.5 - 2 + float(random.normal(0, 2)),
    )


def _client(number: int, caregiver: Caregiver, random: np.random.Generator) -> Client:
    possible = [CONDITIONS[name] for name in caregiver.specialties if name in CONDITIONS] or ["frailty"]
    return Client(
        id=f"cl-{number + 1:04}",
        location=caregiver.location,
        caregiver=caregiver,
        condition=str(random.choice([*possible, "frailty"])),
        level=float(random.normal(0, 1)),
    )
