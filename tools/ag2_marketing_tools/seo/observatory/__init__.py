"""A site's headers, cookies, redirects and scripts, graded exactly as the MDN HTTP Observatory grades them.

    site = ObservedSite(http=Visit(…), https=Visit(…), document=Document.of_html(html))
    grade(site).grade

observed         what was seen of a site, and how to fill it from the Gateway
checks           the twelve tests: from what was seen to the id of a result
policy           content security policies, parsed and put together
rules            what a result is worth, the extra credit and the grades (`data/scoring.toml`); what it
                 means (`data/meanings.toml`)
preload          the HSTS preload list (`data/hsts_preload.json`, a seed), made anew by `refresh_preload`
grading          `grade`, which joins them

There is no network in here. The behaviour is that of mdn/mdn-http-observatory at 94042bb (2026-08-20):
algorithm 6.
"""

from ag2_marketing_tools.seo.observatory.grading import grade
from ag2_marketing_tools.seo.observatory.observed import (
    PREFLIGHT_ORIGIN,
    Document,
    Exchange,
    ObservedSite,
    Script,
    Visit,
)
from ag2_marketing_tools.seo.observatory.preload import PreloadList
from ag2_marketing_tools.seo.observatory.result import GradedTest, ObservatoryResult, PreloadUse

__all__ = [
    "PREFLIGHT_ORIGIN",
    "Document",
    "Exchange",
    "GradedTest",
    "ObservatoryResult",
    "ObservedSite",
    "PreloadList",
    "PreloadUse",
    "Script",
    "Visit",
    "grade",
]
