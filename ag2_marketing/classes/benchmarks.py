"""The three benchmark classes of the specification: one comparison, three vocabularies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ag2_marketing.adapters.answers import as_dicts, failed
from ag2_marketing.classes.standings import (
    BenchmarkFace,
    beside,
    category_summary,
    measured_in,
    standing_at,
    status_of,
    trends_by_word,
)
from ag2_marketing_tools.benchmarks.position import BenchmarkPosition
from ag2_marketing_tools.errors import MarketingError

Metrics = Mapping[str, Any]


class CompetitiveBenchmarks(BenchmarkFace):
    """Compares marketing, technical and business figures with the industry's average and its leaders.

    `benchmarks` holds the levels, nested as the specification has them. A method that fails answers `status`
    `error` with `error`; where only some figures could not be used, `status` is `partial` and `refused_metrics` names
    them. What was not measured is in `unmeasured_metrics`, what may be chance in `inconclusive_metrics`.
    """

    system: ClassVar[str] = "CompetitiveBenchmarks"
    table: ClassVar[str] = "benchmarks"

    def __init__(self, **options: Any) -> None:
        """Load the levels; for `options` see `BenchmarkFace`."""
        super().__init__(**options)
        self.benchmarks = self._nested()

    async def analyze_competitive_position(self, metrics: Metrics | None = None) -> dict[str, Any]:
        """Say where each metric stands.

        Args:
            metrics: Current figures, nested as `benchmarks` is or by path `a/b/c`; each a number, or a mapping of
                `value` with `n`, `sd`, `unit`. Without it the stored observations are compared.

        Returns:
            `leading_metrics`, `competitive_metrics`, `lagging_metrics`, `recommendations`.
        """
        try:
            return self._analysis(await self._position(metrics))
        except MarketingError as error:
            return failed(
                error, leading_metrics=[], competitive_metrics=[], lagging_metrics=[], recommendations=[]
            )

    async def generate_competitive_report(self, current_metrics: Metrics | None = None) -> dict[str, Any]:
        """Report the position with trends of our own stored figures, opportunities, risks and action items.

        Args:
            current_metrics: As in `analyze_competitive_position`.

        Returns:
            `timestamp`, `competitive_position`, `market_trends`, `opportunity_gaps`, `risk_areas`, `action_items`.
        """
        try:
            found = await self._position(current_metrics)
        except MarketingError as error:
            return failed(
                error,
                timestamp=None,
                competitive_position={},
                market_trends={},
                opportunity_gaps=[],
                risk_areas=[],
                action_items=[],
            )
        position = self._analysis(found)
        return {
            "timestamp": found.compared_at.isoformat(),
            "competitive_position": position,
            "market_trends": trends_by_word(found.trends, found.trends_reason),
            "opportunity_gaps": as_dicts(found.opportunities),
            "risk_areas": as_dicts(found.risks),
            "action_items": as_dicts(found.actions),
            **status_of(position),
        }

    def _analysis(self, found: BenchmarkPosition) -> dict[str, Any]:
        return {
            "leading_metrics": standing_at(found, "leading"),
            "competitive_metrics": standing_at(found, "competitive"),
            "lagging_metrics": standing_at(found, "lagging"),
            "recommendations": as_dicts(found.actions),
            **beside(found),
        }


class CareWellnessBenchmarks(BenchmarkFace):
    """Compares figures of care and wellness with the sector's average and its leaders.

    `industry_benchmarks` holds the levels; for `status` see `CompetitiveBenchmarks`.
    """

    system: ClassVar[str] = "CareWellnessBenchmarks"
    table: ClassVar[str] = "industry_benchmarks"

    def __init__(self, **options: Any) -> None:
        """Load the levels; for `options` see `BenchmarkFace`."""
        super().__init__(**options)
        self.industry_benchmarks = self._nested()

    async def analyze_industry_position(self, metrics: Metrics | None = None) -> dict[str, Any]:
        """Say where each metric stands within the sector.

        Args:
            metrics: As in `CompetitiveBenchmarks.analyze_competitive_position`.

        Returns:
            `sector_leadership` (what leads), `competitive_advantages` (at the average or better),
            `improvement_areas` (what lags), `market_opportunities` (what to do about that).
        """
        try:
            return self._analysis(await self._position(metrics))
        except MarketingError as error:
            return failed(
                error,
                sector_leadership=[],
                competitive_advantages=[],
                improvement_areas=[],
                market_opportunities=[],
            )

    async def generate_sector_insights(self, current_metrics: Metrics | None = None) -> dict[str, Any]:
        """Report the position with trends, where growth is near, risks, and recommendations.

        Args:
            current_metrics: As in `analyze_industry_position`.

        Returns:
            `timestamp`, `sector_position`, `industry_trends`, `growth_opportunities`, `risk_factors`,
            `strategic_recommendations` (for what lags first, then for what could lead).
        """
        try:
            found = await self._position(current_metrics)
        except MarketingError as error:
            return failed(
                error,
                timestamp=None,
                sector_position={},
                industry_trends={},
                growth_opportunities=[],
                risk_factors=[],
                strategic_recommendations=[],
            )
        position = self._analysis(found)
        strategies = as_dicts([*found.actions, *found.opportunities])
        return {
            "timestamp": found.compared_at.isoformat(),
            "sector_position": position,
            "industry_trends": trends_by_word(found.trends, found.trends_reason),
            "growth_opportunities": as_dicts(found.opportunities),
            "risk_factors": as_dicts(found.risks),
            "strategic_recommendations": [
                {**item, "priority": number} for number, item in enumerate(strategies, 1)
            ],
            **status_of(position),
        }

    def _analysis(self, found: BenchmarkPosition) -> dict[str, Any]:
        return {
            "sector_leadership": standing_at(found, "leading"),
            "competitive_advantages": standing_at(found, "competitive"),
            "improvement_areas": standing_at(found, "lagging"),
            "market_opportunities": as_dicts(found.actions),
            **beside(found),
        }


class HomeCareIndustryBenchmarks(BenchmarkFace):
    """Compares a home-care company's quality, caregivers and local market with its industry.

    `industry_benchmarks` holds the levels; for `status` see `CompetitiveBenchmarks`.
    """

    system: ClassVar[str] = "HomeCareIndustryBenchmarks"
    table: ClassVar[str] = "industry_benchmarks"

    def __init__(self, **options: Any) -> None:
        """Load the levels; for `options` see `BenchmarkFace`."""
        super().__init__(**options)
        self.industry_benchmarks = self._nested()

    async def analyze_market_position(self, metrics: Metrics | None = None) -> dict[str, Any]:
        """Say where each metric stands, each in its own category once.

        Args:
            metrics: As in `CompetitiveBenchmarks.analyze_competitive_position`.

        Returns:
            `quality_indicators`, `caregiver_excellence`, `market_presence` (every measured metric of the category
            with its `position`), and `improvement_priorities` (what to do about what lags).
        """
        try:
            return self._analysis(await self._position(metrics))
        except MarketingError as error:
            return failed(
                error,
                quality_indicators=[],
                caregiver_excellence=[],
                market_presence=[],
                improvement_priorities=[],
            )

    async def generate_performance_insights(self, current_metrics: Metrics | None = None) -> dict[str, Any]:
        """Report the position with quality trends, caregivers, the local market, and an action plan.

        Args:
            current_metrics: As in `analyze_market_position`.

        Returns:
            `timestamp`, `market_position`, `quality_trends`, `caregiver_insights`, `local_market_analysis`,
            `action_plan`.
        """
        try:
            found = await self._position(current_metrics)
        except MarketingError as error:
            return failed(
                error,
                timestamp=None,
                market_position={},
                quality_trends={},
                caregiver_insights={},
                local_market_analysis={},
                action_plan=[],
            )
        position = self._analysis(found)
        quality = [trend for trend in found.trends if trend.metric.startswith("care_quality/")]
        return {
            "timestamp": found.compared_at.isoformat(),
            "market_position": position,
            "quality_trends": trends_by_word(quality, found.trends_reason),
            "caregiver_insights": category_summary(found, "caregiver_excellence"),
            "local_market_analysis": category_summary(found, "local_market"),
            "action_plan": as_dicts(found.actions),
            **status_of(position),
        }

    def _analysis(self, found: BenchmarkPosition) -> dict[str, Any]:
        return {
            "quality_indicators": measured_in(found, "care_quality"),
            "caregiver_excellence": measured_in(found, "caregiver_excellence"),
            "market_presence": measured_in(found, "local_market"),
            "improvement_priorities": as_dicts(found.actions),
            **beside(found),
        }
