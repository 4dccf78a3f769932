"""What the rules of the site look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ag2_marketing_tools.seo.outcome import Outcome
from ag2_marketing_tools.seo.site.model import SiteAudit
from ag2_marketing_tools.seo.site.sharing import Sharings


@dataclass(frozen=True)
class SiteFacts:
    """A crawled site.

    Attributes:
        audit: What is said of it.
        shared: What its pages share.
        signals: What the whole site shows of the audited page, by check.
        notes: What a reader must know of how it was crawled.
    """

    audit: SiteAudit
    shared: Sharings
    signals: Mapping[str, Outcome] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
