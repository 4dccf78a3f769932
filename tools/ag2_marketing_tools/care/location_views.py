"""What is told of a location's caregivers, and of the company's locations, side by side.

A row stands for one caregiver or location, a column for one metric; a row's cells are in the order of the columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.care.facts import Kind
from ag2_marketing_tools.care.findings import CareFinding
from ag2_marketing_tools.care.plan import PlannedAction
from ag2_marketing_tools.comparison import Position
from ag2_marketing_tools.marks import personal, unit
from ag2_marketing_tools.metrics.tables import Direction
from ag2_marketing_tools.standing import MetricTrend, Over, PositionCounts
from ag2_marketing_tools.tool import Result

Count = Annotated[int, unit("count")]
PersonId = Annotated[str, personal()]
Why = Literal["lags", "declines", "within_reach"]
"""Why an action is called for: the figure lags, it gets worse, or the next level is within reach."""


class GroupFigures(Result):
    """Where the group as a whole stands on one metric, in the column's unit; null where it is too small to be told."""

    measured: Annotated[int | None, unit("count")] = Field(description="How many of the group have a figure.")
    unit: str | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    positions: PositionCounts | None
    reason: str | None = Field(description="Why nothing is told.")


class MetricColumn(Result):
    """One metric; the figures of its levels are in `unit`."""

    key: str
    metric: str
    title: str
    category: str
    unit: str | None
    unit_text: str | None
    direction: Direction
    levels: Mapping[str, float]
    group: GroupFigures


class Cell(Result):
    """One figure and where it stands; `unmeasured` where there is none."""

    position: Position
    value: float | None
    unit: str | None
    n: Annotated[int | None, unit("count")]
    lower: float | None = Field(description="Lower end of the figure's confidence interval.")
    upper: float | None
    p_adjusted: float | None = Field(description="Adjusted for all figures of the table, judged together.")
    percentile: float | None = Field(
        description="Among the company's others, 0 to 100 from the worst; null where they are too few."
    )
    observed_at: datetime | None


class CaregiverRow(Result):
    """One caregiver's figures, and how many of them stand where."""

    caregiver_id: PersonId
    experience: str | None = Field(description="Band of experience that the register's years fall in.")
    counts: PositionCounts
    overall_percentile: float | None = Field(
        description="Mean of the percentiles among the company's caregivers; null where none is known."
    )
    cells: list[Cell]


class LocationRow(Result):
    """One location's figures, and how many of them stand where."""

    location: str
    counts: PositionCounts
    cells: list[Cell]


class CaregiverFinding(CareFinding):
    """One metric of one caregiver, and the sentence that says where it stands."""

    caregiver_id: PersonId


class CaregiverTrend(MetricTrend):
    """Where one metric of one caregiver is heading, and the sentence that says so."""

    caregiver_id: PersonId
    finding: str
    risk: bool = Field(description="Whether clients are endangered where this metric lags.")


class Leader(Result):
    """A caregiver who leads on something, and not by chance."""

    caregiver_id: PersonId
    leading: Count
    lagging: Count
    overall_percentile: float | None
    findings: list[str] = Field(description="What they lead on, the farthest first.")


class CaregiverPlan(Result):
    """What a caregiver needs: trainings, support and changed practice, in order of urgency."""

    caregiver_id: PersonId
    actions: list[PlannedAction]


class SchoolingNeed(Result):
    """One action that caregivers of the location need, and who they are."""

    priority: Annotated[int, unit("count")] = Field(description="1 is the most pressing.")
    kind: Kind
    action: str
    caregivers: Count
    caregiver_ids: list[PersonId]
    needed_by: str = Field(description="By how many of those measured, as a sentence.")
    why: Why
    risk: bool = Field(description="Whether clients are endangered where it is not done.")
    metrics: list[str] = Field(description="Keys of the metrics that fall short.")
    because: list[str] = Field(description="The findings that call for it, the most pressing first.")
    impact: float = Field(
        description="Distance to leading, in steps from the lagging to the leading level: a mean over the measured "
        "caregivers, 0 for those whom it is not for."
    )
    evidence: Literal["beyond_chance", "figure_alone"]
    weeks: Annotated[int, unit("week")]
    due: date = Field(description="When to look whether it worked.")
    rule: str
    source: str


class RefusedOfCaregiver(Result):
    """A stored figure of a caregiver that cannot be compared."""

    caregiver_id: PersonId
    metric: str
    reason: str


class RefusedOfLocation(Result):
    """A stored figure of a location that cannot be compared, or rests on too few cases to be told."""

    location: str
    metric: str
    reason: str


class LocationCaregivers(Result):
    """Every active caregiver of a location beside quality levels and peers, all figures judged together."""

    location: str
    compared_at: datetime
    over: Over
    caregivers: Count = Field(description="Active ones in the register.")
    measured: Count = Field(description="Those of them with a figure that is not out of date.")
    summary: str
    counts: PositionCounts | None = Field(
        description="Of all their figures; null where too few were measured."
    )
    counts_reason: str | None
    leaders: list[Leader] = Field(description="Who leads on most, first.")
    risks: list[CaregiverFinding] = Field(
        description="What lags, not by chance, and endangers clients; the most pressing first."
    )
    declining: list[CaregiverTrend] = Field(
        description="What gets worse and does not lead, all trends of the location judged together; risks first."
    )
    schooling: list[SchoolingNeed] = Field(description="What caregivers need, the most pressing first.")
    plans: list[CaregiverPlan] = Field(description="The same by caregiver, with dates.")
    strengths: list[CaregiverFinding]
    lagging: list[CaregiverFinding]
    without_figures: list[PersonId]
    least_group_size: Count = Field(description="Of smaller groups no figure is told.")
    judged: Count = Field(description="Verdicts that the correction for their number counts.")
    correction: str
    columns: list[MetricColumn]
    rows: list[CaregiverRow]
    unmeasured: list[str] = Field(description="Keys of the quality metrics that no caregiver here has.")
    refused: list[RefusedOfCaregiver]
    reason: str | None = Field(description="Why there is nothing to compare.")


class TeamNeed(Result):
    """One action that at least `least_group_size` caregivers of the location need; not who they are."""

    priority: Annotated[int, unit("count")] = Field(description="1 is the most pressing.")
    kind: Kind
    action: str
    caregivers: Count
    risk: bool = Field(description="Whether clients are endangered where it is not done.")
    weeks: Annotated[int, unit("week")]
    due: date = Field(description="When to look whether it worked.")
    rule: str
    source: str


class LocationTeam(Result):
    """A location's active caregivers as a group: nobody is named, and nothing is told of fewer than the least."""

    location: str
    compared_at: datetime
    over: Over
    caregivers: Count | None = Field(description="Active ones in the register; null where they are too few.")
    measured: Count | None = Field(
        description="Those with a figure that is not out of date; null where they are too few."
    )
    summary: str
    counts: PositionCounts | None = Field(
        description="Of all their figures; null where too few were measured."
    )
    reason: str | None = Field(description="Why nothing is told of the group.")
    schooling: list[TeamNeed] = Field(description="What enough of them need, the most pressing first.")
    least_group_size: Count = Field(description="Of smaller groups nothing is told.")
    columns: list[MetricColumn]


class CompanyLocations(Result):
    """Every location beside the benchmarks, all figures judged together."""

    compared_at: datetime
    over: Over
    locations: Count
    counts: PositionCounts
    judged: Count
    correction: str
    columns: list[MetricColumn]
    rows: list[LocationRow]
    without_figures: list[str]
    refused: list[RefusedOfLocation]
    reason: str | None
