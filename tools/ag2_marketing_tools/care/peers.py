"""A caregiver among peers: percentiles, the region's figures, those of the same experience."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from ag2_marketing_tools.care.figures import AboutCaregiver, Unusable, sheet_of
from ag2_marketing_tools.care.findings import CareFinding, by_urgency, care_finding, read_findings
from ag2_marketing_tools.care.insights import Insights, insights
from ag2_marketing_tools.care.names import Experience, experience_named, region_named
from ag2_marketing_tools.care.parts import part_of, together
from ag2_marketing_tools.care.peer_groups import PeerGroup, peer_group, peers_figures
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import personal
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import TableMetric, Tables
from ag2_marketing_tools.standing import Standing, stand, standing_view
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace

PEERS = "CaregiverPeerAnalytics"


class ComparePeers(AboutCaregiver):
    """Who is compared, and with which peers."""

    region_type: str = Field(max_length=200, description="Kind of market: urban, suburban or rural.")
    experience_level: str | float = Field(
        description="Years of experience, or a name such as `new`, `mid career`, `veteran`, `5plus_years`."
    )


class AdviseOnPeers(AboutCaregiver):
    """Whose comparison, and the comparison where it was made already."""

    region_type: str = ""
    experience_level: str | float = ""
    analysis: dict[str, Any] | None = Field(
        default=None,
        description="The result of analyze_peer_performance; without it the comparison is made first.",
    )


class PeerFinding(CareFinding):
    """One metric among the published levels, and among the stored figures of other caregivers."""

    peers: PeerGroup


class GroupComparison(Result):
    """A caregiver beside one region, or one group of experience."""

    group: str | None
    bands: list[str] = Field(description="The bands of experience that are compared with.")
    metrics: list[PeerFinding]
    error: str | None = Field(description="Why there is no comparison.")


class PeerComparison(Result):
    """Where a caregiver stands among peers."""

    caregiver_id: Annotated[str, personal()]
    overall_percentile: float | None = Field(
        description="Mean of the percentiles of the measured metrics, 0 to 100 from the worst."
    )
    overall_reason: str | None
    percentiles: list[PeerFinding]
    regional: GroupComparison
    experience: GroupComparison
    improvement_opportunities: list[CareFinding] = Field(
        description="What lags or could reach the next level, the most pressing first."
    )
    not_used: Unusable


@tool(family="care")
async def compare_peers(params: ComparePeers, ws: Workspace) -> PeerComparison:
    """Rank a caregiver among peers: percentiles, beside the region, and beside those of the same experience."""
    sheet = await sheet_of(params, ws)
    region, experience = _region(params.region_type), _experience(params.experience_level)
    branches = [_Branch("performance_percentiles")]
    branches += [one for one in (region, experience) if one.error is None]
    standings = {one: _standing(one, sheet.metrics, sheet.tables) for one in branches}
    metrics = {placed.key: placed.metric for standing in standings.values() for placed in standing.placed}
    figures = await peers_figures(metrics, without=params.caregiver_id, ws=ws)
    least = ws.settings.least_group_size
    found = {one: _findings(standing, figures, least) for one, standing in standings.items()}
    percentiles = found[branches[0]]
    ranked = [one.percentile for one in percentiles if one.percentile is not None]
    return PeerComparison(
        caregiver_id=params.caregiver_id,
        overall_percentile=sum(ranked) / len(ranked) if ranked else None,
        overall_reason=None
        if ranked
        else say("None of the metrics that percentiles are known of was measured."),
        percentiles=percentiles,
        regional=_comparison(region, found.get(region, [])),
        experience=_comparison(experience, found.get(experience, [])),
        improvement_opportunities=opportunities([one for each in found.values() for one in each]),
        not_used=together(standings.values(), sheet.tables),
    )


@tool(family="care")
async def advise_on_peers(params: AdviseOnPeers, ws: Workspace) -> Insights:
    """Say what follows from a caregiver's comparison with peers: trainings, what to do, and the trends."""
    if params.analysis is not None:
        findings, unused = read_findings(params.analysis, ("findings", "improvement_opportunities"))
    else:
        found = await compare_peers(ComparePeers(**params.model_dump(exclude={"analysis"})), ws)
        findings, unused = findings_of(found), []
    return await insights(params.caregiver_id, findings, unused, (f"{PEERS}/",), ws)


def findings_of(found: PeerComparison) -> list[CareFinding]:
    """Return all findings of a comparison that have a figure."""
    every = (*found.percentiles, *found.regional.metrics, *found.experience.metrics)
    return [one for one in every if one.value is not None]


def opportunities(findings: Sequence[CareFinding]) -> list[CareFinding]:
    """Return what lags, or is surely between two levels, and has a level left to reach."""
    fields = CareFinding.model_fields
    return by_urgency(
        CareFinding(**{name: getattr(one, name) for name in fields})
        for one in findings
        if one.position in ("lagging", "competitive") and one.gap is not None and one.gap < 0
    )


@dataclass(frozen=True, slots=True)
class _Branch:
    """A part of the table: its path, the bands that are kept of it, or why there is none."""

    path: str
    group: str | None = None
    bands: tuple[str, ...] = ()
    error: str | None = None


def _region(given: str) -> _Branch:
    try:
        region = region_named(given)
    except InvalidInput as error:
        return _Branch("", error=str(error))
    return _Branch(f"regional_benchmarks/{region}", region)


def _experience(given: str | float) -> _Branch:
    try:
        found: Experience = experience_named(given)
    except InvalidInput as error:
        return _Branch("", error=str(error))
    return _Branch(f"experience_based/{found.group}", found.group, found.bands)


def _standing(branch: _Branch, metrics: Mapping[str, Any], tables: Tables) -> Standing:
    def of_bands(metric: TableMetric) -> TableMetric:
        kept = {name: value for name, value in metric.levels.items() if name in branch.bands}
        return metric.model_copy(update={"levels": kept}) if branch.bands else metric

    return stand(metrics, PEERS, part_of(tables, PEERS, branch.path, of_bands))


def _findings(standing: Standing, figures: Mapping[str, Sequence[float]], least: int) -> list[PeerFinding]:
    found = []
    for placed in standing.placed:
        one = care_finding(standing_view(placed))
        group = peer_group(one.value, figures.get(one.key, ()), placed.metric, least=least)
        found.append(
            PeerFinding(**{name: getattr(one, name) for name in CareFinding.model_fields}, peers=group)
        )
    return found


def _comparison(branch: _Branch, metrics: list[PeerFinding]) -> GroupComparison:
    error = branch.error.strip() if branch.error else None
    return GroupComparison(group=branch.group, bands=list(branch.bands), metrics=metrics, error=error)
