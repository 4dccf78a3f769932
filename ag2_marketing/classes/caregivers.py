"""The specification's classes on caregivers: their quality, and where they stand among peers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ag2_marketing.adapters.answers import as_dict, as_dicts, failed
from ag2_marketing.classes.base import ToolFace
from ag2_marketing.classes.care_lists import analysis_of, beside, measured, nested, trends_of
from ag2_marketing_tools.care import advise_on_peers, compare_caregiver, compare_peers, plan_development
from ag2_marketing_tools.care.caregivers import QUALITY
from ag2_marketing_tools.care.peers import PEERS, GroupComparison, PeerComparison, findings_of
from ag2_marketing_tools.errors import MarketingError

Metrics = Mapping[str, Any]


class CaregiverQualityMetrics(ToolFace):
    """What a caregiver does well, what falls short, and a plan for it.

    `caregiver_metrics` holds the levels, nested as the specification has them. A method that fails answers `status`
    `error` with `error`; where single figures could not be used, `status` is `partial` and `refused_metrics` names
    them. What was not measured is never guessed: it is in `unmeasured_metrics`.
    """

    def __init__(self, **options: Any) -> None:
        """Load the levels; for `options` see `ToolFace`."""
        super().__init__(**options)
        self.caregiver_metrics = self._tables().nested(QUALITY, "caregiver_metrics")

    async def analyze_caregiver_performance(
        self, caregiver_id: str, metrics: Metrics | None = None
    ) -> dict[str, Any]:
        """Say where a caregiver's figures stand.

        Args:
            caregiver_id: Whose.
            metrics: Figures, nested as `caregiver_metrics` is or by path `a/b/c`; each a number, or a mapping of
                `value` with `n`, `sd`, `unit`. Without them the latest stored observations are taken.

        Returns:
            `strengths` (at the leaders' level or beyond), `improvement_areas` (below the industry's average),
            `training_needs`, `risk_factors` (what endangers clients), each the most pressing first, with its figure,
            its gaps and a sentence in `finding`; beside them `below_target`.
        """
        lists = ("strengths", "improvement_areas", "training_needs", "risk_factors")
        try:
            found = await self._call(compare_caregiver, {"caregiver_id": caregiver_id, "metrics": metrics})
        except MarketingError as error:
            return failed(error, **{name: [] for name in lists})
        return {
            **{name: as_dicts(getattr(found, name)) for name in (*lists, "below_target")},
            "undecided_metrics": list(found.undecided),
            **beside(found.not_used),
        }

    async def generate_development_plan(
        self, caregiver_id: str, performance_analysis: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Make a plan of whatever falls short.

        Args:
            caregiver_id: Whose.
            performance_analysis: What `analyze_caregiver_performance` returned; without it the stored figures are
                analysed first.

        Returns:
            `timestamp`, `caregiver_id`, `training_recommendations`, `skill_development`, `support_needs`, `goals`,
            `timeline`; parts of the analysis that could not be used are in `not_used`.
        """
        lists = ("training_recommendations", "skill_development", "support_needs", "goals", "timeline")
        analysis = None if performance_analysis is None else analysis_of(performance_analysis)
        try:
            found = await self._call(plan_development, {"caregiver_id": caregiver_id, "analysis": analysis})
        except MarketingError as error:
            return failed(error, timestamp=None, caregiver_id=caregiver_id, **{name: [] for name in lists})
        return {
            "timestamp": found.planned_at.isoformat(),
            "caregiver_id": caregiver_id,
            **{name: as_dicts(getattr(found, name)) for name in lists},
            "without_action": list(found.without_action),
            "not_used": as_dicts(found.not_used),
            "status": "completed",
        }


class CaregiverPeerAnalytics(ToolFace):
    """Where a caregiver stands among peers, those of the region, and those of the same experience.

    `peer_metrics` holds the published levels. Where other caregivers' figures are stored, each metric's `peers` says
    where the figure stands among them; of fewer than five nothing is told. For `status` see
    `CaregiverQualityMetrics`.
    """

    def __init__(self, **options: Any) -> None:
        """Load the levels; for `options` see `ToolFace`."""
        super().__init__(**options)
        self.peer_metrics = self._tables().nested(PEERS, "peer_metrics")

    async def analyze_peer_performance(
        self,
        caregiver_id: str,
        metrics: Metrics | None = None,
        region_type: str = "",
        experience_level: str | float = "",
    ) -> dict[str, Any]:
        """Compare a caregiver with peers.

        Args:
            caregiver_id: Who.
            metrics: As in `CaregiverQualityMetrics.analyze_caregiver_performance`.
            region_type: `urban_markets`, `urban`, `Suburban`, …
            experience_level: `5plus_years`, `veteran`, `new`, … or a number of years.

        Returns:
            `percentile_rankings` (nested; `overall` is the mean of the measured ones, and 0.0 with
            `overall_measured` False where none was measured), `regional_comparison`, `experience_comparison` (each
            with `error` where the name is unknown), `improvement_opportunities`.
        """
        arguments = {
            "caregiver_id": caregiver_id,
            "metrics": metrics,
            "region_type": region_type,
            "experience_level": experience_level,
        }
        try:
            found = await self._call(compare_peers, arguments)
        except MarketingError as error:
            return failed(
                error,
                percentile_rankings={"overall": 0.0},
                overall_measured=False,
                regional_comparison={},
                experience_comparison={},
                improvement_opportunities=[],
            )
        return {
            "percentile_rankings": _rankings(found),
            "overall_measured": found.overall_percentile is not None,
            "overall_reason": found.overall_reason,
            "regional_comparison": _group(found.regional),
            "experience_comparison": _group(found.experience),
            "improvement_opportunities": as_dicts(found.improvement_opportunities),
            "findings": as_dicts(findings_of(found)),
            **beside(found.not_used),
        }

    async def generate_peer_insights(
        self, caregiver_id: str, peer_analysis: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Say what follows from a comparison.

        Args:
            caregiver_id: Who.
            peer_analysis: What `analyze_peer_performance` returned.

        Returns:
            `timestamp`, `caregiver_id`, `performance_summary`, `training_recommendations`, `development_areas`,
            `recommendations`, `benchmarking_trends` (of the stored observations).
        """
        try:
            found = await self._call(
                advise_on_peers, {"caregiver_id": caregiver_id, "analysis": analysis_of(peer_analysis)}
            )
        except MarketingError as error:
            return failed(
                error,
                timestamp=None,
                caregiver_id=caregiver_id,
                performance_summary={},
                training_recommendations=[],
                development_areas=[],
                recommendations=[],
                benchmarking_trends={},
            )
        return {
            "timestamp": found.advised_at.isoformat(),
            "caregiver_id": caregiver_id,
            "performance_summary": as_dict(found.summary),
            "training_recommendations": as_dicts(found.training),
            "development_areas": as_dicts(found.development_areas),
            "recommendations": as_dicts(found.recommendations),
            "benchmarking_trends": trends_of(found),
            "not_used": as_dicts(found.not_used),
            "status": "completed",
        }


def _rankings(found: PeerComparison) -> dict[str, Any]:
    """The percentiles by group and metric; a metric without one is left out, never ranked."""
    rankings: dict[str, Any] = {"overall": found.overall_percentile or 0.0}
    for one in found.percentiles:
        if one.percentile is not None:
            _, group, name = one.metric.split("/", 2)
            rankings.setdefault(group, {})[name] = one.percentile
    return rankings


def _group(found: GroupComparison) -> dict[str, Any]:
    """A region or group of experience with its measured metrics, or the reason why there is none."""
    return {
        "group": found.group,
        "bands": list(found.bands),
        "metrics": nested(measured(found.metrics), below=2),
        "error": found.error,
    }
