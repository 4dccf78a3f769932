"""One caregiver's quality beside the industry, its leaders and our targets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.care.facts import is_skill
from ag2_marketing_tools.care.figures import AboutCaregiver, Unusable, sheet_of, unusable
from ag2_marketing_tools.care.findings import CareFinding, by_strength, by_urgency, care_finding
from ag2_marketing_tools.care.names import quality_metric_named
from ag2_marketing_tools.care.parts import renamed
from ag2_marketing_tools.marks import personal, unit
from ag2_marketing_tools.standing import stand, standing_view
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace

QUALITY = "CaregiverQualityMetrics"
OUR_TARGETS = "our_targets"
"""The level that skills are to reach."""


class CompareCaregiver(AboutCaregiver):
    """Whose quality is looked at."""


class CaregiverPerformance(Result):
    """What a caregiver does well and what falls short; each list is in order, the most pressing first."""

    caregiver_id: Annotated[str, personal()]
    strengths: list[CareFinding] = Field(description="At or beyond the leaders' level, and not by chance.")
    improvement_areas: list[CareFinding] = Field(
        description="Below the industry's average, and not by chance."
    )
    training_needs: list[CareFinding] = Field(
        description="Skills and schooling that lag, or that surely fall short of our target."
    )
    risk_factors: list[CareFinding] = Field(description="What endangers clients among the areas that lag.")
    below_target: list[CareFinding] = Field(description="Short of our target without lagging.")
    undecided: list[str] = Field(description="Metrics whose figure is too uncertain to say where it stands.")
    measured: Annotated[int, unit("count")]
    findings: list[CareFinding] = Field(description="Every metric that has a figure, in the table's order.")
    not_used: Unusable


@tool(family="care")
async def compare_caregiver(params: CompareCaregiver, ws: Workspace) -> CaregiverPerformance:
    """Say what a caregiver does well, what lags, which skills are missing and what is a risk for clients."""
    sheet = await sheet_of(params, ws)
    given = renamed(sheet.metrics, quality_metric_named, figures_only=True)
    standing = stand(given, QUALITY, sheet.tables)
    findings = [care_finding(standing_view(one)) for one in standing.placed]
    lagging = by_urgency(one for one in findings if one.position == "lagging")
    short = by_urgency(one for one in findings if one.position != "lagging" and is_short_of_target(one))
    return CaregiverPerformance(
        caregiver_id=params.caregiver_id,
        strengths=by_strength(one for one in findings if one.position == "leading"),
        improvement_areas=lagging,
        training_needs=needs_of(lagging, short),
        risk_factors=[one for one in lagging if one.risk],
        below_target=short,
        undecided=[one.metric for one in findings if one.position == "inconclusive"],
        measured=sum(one.value is not None for one in findings),
        findings=[one for one in findings if one.value is not None],
        not_used=unusable(standing),
    )


def is_short_of_target(one: CareFinding) -> bool:
    """Return whether a figure falls short of our target: surely where its error is known, else as it stands."""
    gap = one.gap_to(OUR_TARGETS)
    if gap is None or gap.gap >= 0:
        return False
    return gap.reached is False or one.p_value is None


def needs_of(lagging: Sequence[CareFinding], short: Sequence[CareFinding]) -> list[CareFinding]:
    """Return what is a lack of skill or schooling among what lags and what is short of our target."""
    return [one for one in (*lagging, *short) if is_skill(one.key)]
