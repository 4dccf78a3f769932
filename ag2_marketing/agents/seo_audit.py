"""The SEO auditor: what stands in the way of a page being found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ag2_marketing.adapters.answers import as_dict, failed_in_one_text
from ag2_marketing.adapters.direct import AnyTool
from ag2_marketing.agents.base import MarketingAgent, as_list
from ag2_marketing_tools.errors import MarketingError
from ag2_marketing_tools.figures import calculate, resolve_time
from ag2_marketing_tools.history import list_history
from ag2_marketing_tools.seo import compare_audits, public_audit, run_audit, test_connection
from ag2_marketing_tools.web import fetch_page


class SEOAuditAgent(MarketingAgent):
    """Audits a site's technical SEO."""

    role: ClassVar[str] = "seo_audit"
    default_name: ClassVar[str] = "seo_auditor"
    toolset: ClassVar[Sequence[AnyTool]] = (
        run_audit,
        compare_audits,
        list_history,
        test_connection,
        fetch_page,
        calculate,
        resolve_time,
    )

    async def run_audit(
        self,
        url: str,
        api_keys: Mapping[str, str] | None = None,
        specific_metrics: Sequence[str] | None = None,
        *,
        max_pages: int = 25,
        lab: bool = False,
    ) -> dict[str, Any]:
        """Audit a page and the site around it.

        Args:
            url: The page; a bare host means `https://` with `http://` as the fallback.
            api_keys: Vendors' keys (`pagespeed`, `google`, `security`, …); those of the settings are used
                besides. An audit without a key still runs every check that needs none.
            specific_metrics: Only these parts, such as `core_web_vitals`, `security`, `mobile`,
                `performance`.
            max_pages: How many pages of the site are read and judged; 1 for this page alone, 10,000 at most.
            lab: Whether the page is visited in Chromium, too (extra `browser`).

        Returns:
            The audit: `url`, `timestamp`, `core_web_vitals`, `security`, `mobile`, `performance`, `meta`,
            `headings`, `recommended_keywords`, `findings`, `site` and more, with `status` `success`; or `status`
            `error` and `error` where nothing could be measured. What was not measured is null with a
            `reason`.
        """
        try:
            audit = await self._call(
                run_audit,
                {
                    "url": url,
                    "specific_metrics": as_list(specific_metrics) or None,
                    "max_pages": max_pages,
                    "lab": lab,
                },
                api_keys=api_keys,
            )
        except MarketingError as error:
            return failed_in_one_text(
                error,
                url=url,
                timestamp=None,
                core_web_vitals=None,
                security=None,
                mobile=None,
                performance=None,
                meta={"description": ""},
                headings={"h1": [""]},
                recommended_keywords=[],
            )
        return public_audit(audit)

    async def test_connection(self, api_keys: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Tell for each key whether it works.

        Returns:
            `status` (`success` or `error`) and, by service, what was found out.
        """
        try:
            return as_dict(await self._call(test_connection, {}, api_keys=api_keys))
        except MarketingError as error:
            return failed_in_one_text(error)
