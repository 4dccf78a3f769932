"""Checks counted over all pages of a site: counts, and the first places, whatever the site's size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.crawl.model import CrawledPage
from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.outcome import Outcome
from ag2_marketing_tools.seo.site.limits import site_limits
from ag2_marketing_tools.seo.site.model import SiteFinding, SitePlace
from ag2_marketing_tools.seo.site.remark import Noted, noted, noted_excerpt

_GRAVITY = {"critical": 0, "warning": 1, "info": 2, "high": 0, "medium": 1, "low": 2}


@dataclass
class _Counted:
    judged: int = 0
    affected: int = 0
    failed: bool = False
    places: list[SitePlace] = field(default_factory=list)


class Tally:
    """Counts the checks of pages, one page after the other."""

    def __init__(self, judged_by: Sequence[Check]) -> None:
        self._judged_by = judged_by
        self._counted = {check.id: _Counted() for check in judged_by}

    def add(self, page: CrawledPage, signals: Mapping[str, Outcome]) -> None:
        """Count a page; what the whole site shows of it counts where the page alone has no fault."""
        if page.remark is None:
            return
        for one in noted(page.remark, self._judged_by):
            signal = signals.get(one.check.id) if one.verdict in {"pass", "not_applicable"} else None
            self._count(one if signal is None else _of_signal(one.check, signal), page.url)

    def _count(self, one: Noted, url: str) -> None:
        counted = self._counted[one.check.id]
        counted.judged += one.verdict in {"pass", "warn", "fail"}
        if one.verdict not in {"warn", "fail"}:
            return
        counted.affected += 1
        counted.failed = counted.failed or one.verdict == "fail"
        if len(counted.places) < site_limits().lists.places:
            counted.places.append(one.place(url))

    def findings(self) -> list[SiteFinding]:
        """Return what was found on at least one page."""
        return [
            finding(
                check,
                "fail" if counted.failed else "warn",
                affected=counted.affected,
                judged=counted.judged,
                places=counted.places,
            )
            for check in self._judged_by
            if (counted := self._counted[check.id]).affected
        ]


def _of_signal(check: Check, signal: Outcome) -> Noted:
    first = signal.evidence[0] if signal.evidence else None
    shown = (first.excerpt or first.url) if first else None
    return Noted(check, signal.verdict, noted_excerpt(shown) if shown else None)


def finding(
    check: Check,
    verdict: Literal["warn", "fail"],
    *,
    affected: int,
    judged: int,
    places: list[SitePlace],
) -> SiteFinding:
    """Return a finding of the whole site."""
    return SiteFinding(
        check=check.id,
        title=say(check.title),
        verdict=verdict,
        severity=check.severity,
        scope=check.scope,
        part=check.part,
        why=say(check.why),
        how_to_fix=say(check.how_to_fix),
        impact=check.impact,
        effort=check.effort,
        pages_affected=affected,
        pages_judged=judged,
        share=round(affected / judged, 3),
        places=places,
    )


def in_order(found: Iterable[SiteFinding]) -> list[SiteFinding]:
    """Return findings as they are best acted on: severity, share of pages affected, impact, least effort."""
    return sorted(
        found,
        key=lambda one: (
            _GRAVITY[one.severity],
            -one.share,
            _GRAVITY[one.impact],
            -_GRAVITY[one.effort],
            one.check,
        ),
    )
