"""The content strategist: what a page should say, and what its competitors say that it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ag2_marketing.adapters.answers import as_dict, failed_in_one_text
from ag2_marketing.adapters.direct import AnyTool
from ag2_marketing.agents.base import MarketingAgent, as_list
from ag2_marketing_tools.content import analyze_content, compare_content
from ag2_marketing_tools.errors import MarketingError
from ag2_marketing_tools.figures import calculate, resolve_time
from ag2_marketing_tools.history import list_history
from ag2_marketing_tools.web import fetch_page


class ContentStrategyAgent(MarketingAgent):
    """Analyses content and says what to change."""

    role: ClassVar[str] = "content_strategy"
    default_name: ClassVar[str] = "content_strategist"
    toolset: ClassVar[Sequence[AnyTool]] = (
        analyze_content,
        compare_content,
        list_history,
        fetch_page,
        calculate,
        resolve_time,
    )

    async def analyze_content(
        self,
        target_url: str,
        competitors: Sequence[str] | None = None,
        api_keys: Mapping[str, str] | None = None,
        focus_keywords: Sequence[str] | None = None,
        content_type: str | None = None,
        *,
        country: str | None = None,
        max_pages: int = 25,
        demand_terms: int = 20,
    ) -> dict[str, Any]:
        """Analyse a page's content beside its competitors'.

        Args:
            target_url: The page.
            competitors: Pages or bare hosts; one that cannot be read is reported, and the rest goes on.
            api_keys: Vendors' keys (`ahrefs`, `semrush`, `semrush_v4`, `moz`); without one, search volume stays
                null. `google` is an access token of Search Console: the queries that nearly find the page.
            focus_keywords: Terms to look at; none, or an empty list, takes the page's own primary keywords.
            content_type: Shapes the outline, such as `technical` or `business`.
            country: Country of search demand, such as `us` or `de`; the setting's when not given.
            max_pages: Most pages of the own site to read for internal links and duplicates; 1 reads none.
            demand_terms: Most terms to ask a vendor about, each of which costs units; 0 asks none.

        Returns:
            `target_url`, `timestamp`, `keyword_opportunities`, `content_gaps`, `competitor_analysis`,
            `recommendations`, the recommended title, description, h1 and outline, `primary_keywords`,
            `focus_keywords` and `status` `success`; or `status` `error` and `error` where the page cannot
            be read.
        """
        try:
            analysis = await self._call(
                analyze_content,
                {
                    "target_url": target_url,
                    "competitors": as_list(competitors),
                    "focus_keywords": as_list(focus_keywords),
                    "content_type": content_type,
                    "country": country,
                    "max_pages": max_pages,
                    "demand_terms": demand_terms,
                },
                api_keys=api_keys,
            )
        except MarketingError as error:
            return failed_in_one_text(
                error,
                target_url=target_url,
                timestamp=None,
                keyword_opportunities=[],
                content_gaps=[],
                competitor_analysis=[],
                recommendations=[],
                recommended_title=None,
                recommended_meta_description=None,
                recommended_h1=None,
                content_outline=[],
                primary_keywords=[],
                focus_keywords=as_list(focus_keywords),
            )
        return as_dict(analysis)
