"""A caregiver's work in one specialty beside the industry and its top performers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from ag2_marketing_tools.care.figures import AboutCaregiver, Unusable, sheet_of
from ag2_marketing_tools.care.findings import CareFinding, by_urgency, care_finding, read_findings
from ag2_marketing_tools.care.insights import Insights, insights
from ag2_marketing_tools.care.names import names_of, specialty_named
from ag2_marketing_tools.care.parts import lifted, part_of, renamed, together
from ag2_marketing_tools.care.practices import BestPractice, best_practices
from ag2_marketing_tools.marks import personal
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.standing import stand, standing_view
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace

SPECIALTIES = "SpecialtyCareAnalytics"


class CompareSpecialty(AboutCaregiver):
    """Who, and in which specialty."""

    specialty_type: str = Field(
        max_length=200,
        description="dementia_care, wound_care, fall_prevention or chronic_disease_management.",
    )


class AdviseOnSpecialty(AboutCaregiver):
    """Whose comparison, and the comparison where it was made already."""

    specialty_type: str = Field(default="", max_length=200, description="As in compare_specialty.")
    analysis: dict[str, Any] | None = Field(
        default=None,
        description="The result of analyze_specialty_performance; without it the comparison is made first.",
    )


class SpecialtyPerformance(Result):
    """Where a caregiver stands in a specialty."""

    caregiver_id: Annotated[str, personal()]
    specialty: str | None
    reason: str | None = Field(description="Why there is nothing to compare with.")
    metrics: list[CareFinding]
    improvement_areas: list[CareFinding] = Field(
        description="What lags or has a level left to reach, the most pressing first."
    )
    best_practices: list[BestPractice]
    not_used: Unusable


@tool(family="care")
async def compare_specialty(params: CompareSpecialty, ws: Workspace) -> SpecialtyPerformance:
    """Say where a caregiver stands in a specialty, what to improve, and which practices the figures speak for."""
    specialty = specialty_named(params.specialty_type)
    if specialty is None:
        return _unknown(params)
    sheet = await sheet_of(params, ws)
    part = part_of(sheet.tables, SPECIALTIES, specialty)
    standing = stand(lifted(renamed(sheet.metrics, specialty_named), specialty), SPECIALTIES, part)
    findings = [care_finding(standing_view(one)) for one in standing.placed]
    return SpecialtyPerformance(
        caregiver_id=params.caregiver_id,
        specialty=specialty,
        reason=None,
        metrics=findings,
        improvement_areas=by_urgency(
            one
            for one in findings
            if one.position in ("lagging", "competitive") and one.gap is not None and one.gap < 0
        ),
        best_practices=best_practices(findings),
        not_used=together([standing], sheet.tables),
    )


@tool(family="care")
async def advise_on_specialty(params: AdviseOnSpecialty, ws: Workspace) -> Insights:
    """Say what follows from a caregiver's comparison in a specialty: trainings, improvements, and the trends."""
    specialty = specialty_named(params.specialty_type)
    if params.analysis is not None:
        findings, unused = read_findings(params.analysis, ("findings", "improvement_areas"))
    else:
        found = await compare_specialty(CompareSpecialty(**params.model_dump(exclude={"analysis"})), ws)
        findings, unused = [one for one in found.metrics if one.value is not None], []
    branches = [specialty] if specialty else sorted({one.category for one in findings})
    return await insights(
        params.caregiver_id, findings, unused, [f"{SPECIALTIES}/{branch}/" for branch in branches], ws
    )


def _unknown(params: CompareSpecialty) -> SpecialtyPerformance:
    return SpecialtyPerformance(
        caregiver_id=params.caregiver_id,
        specialty=None,
        reason=say(
            "There is no specialty {given}. There are {known}.",
            given=params.specialty_type,
            known=", ".join(names_of("specialty")),
        ),
        metrics=[],
        improvement_areas=[],
        best_practices=[],
        not_used=Unusable(unmeasured=[], unknown=[], refused=[], elsewhere=[]),
    )
