"""Benchmarks, trends and courses of a review: pictures beside figures that each show their source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from ag2_marketing.report import wording
from ag2_marketing.report.cited import Cited, raw
from ag2_marketing.report.figures import Figures
from ag2_marketing.report.reaching import listed, part
from ag2_marketing.report.standings.bullets import Bullet, bullet_of
from ag2_marketing.report.standings.courses import trend_word
from ag2_marketing.report.standings.positions import ORDER, Mark, mark_of
from ag2_marketing_tools.messages import say

_BY_URGENCY = ("lagging", "inconclusive", "competitive", "leading")


@dataclass(frozen=True)
class ShownBullet:
    """A bullet whose figures are references."""

    drawn: Bullet
    title: Cited
    figure: Markup
    interval: Markup | str
    levels: list[Markup]


@dataclass(frozen=True)
class ShownPosition:
    """Where the location stands in one table."""

    system: str
    counts: list[tuple[Mark, Cited]]
    bullets: list[ShownBullet]


@dataclass(frozen=True)
class ShownTrend:
    """One metric's trend."""

    title: Cited
    word: str
    slope: Markup | str
    values: Cited
    reason: Cited | None


def positions_of(position: Cited, figures: Figures) -> ShownPosition:
    """Return one table's standing, what lags first."""
    found = [one for metric in listed(position, "metrics") if (one := _bullet(metric, figures)) is not None]
    found.sort(
        key=lambda one: _BY_URGENCY.index(one.drawn.position) if one.drawn.position in _BY_URGENCY else 9
    )
    return ShownPosition(
        system=system_name(str(raw(position.system))),
        counts=counts_of(part(position, "counts")),
        bullets=found,
    )


def counts_of(counts: Cited | None) -> list[tuple[Mark, Cited]]:
    """Return how many metrics stand where; only positions that occur."""
    if counts is None:
        return []
    return [(mark_of(name), counts[name]) for name in ORDER[:4] if raw(counts).get(name)]


def _bullet(metric: Cited, figures: Figures) -> ShownBullet | None:
    drawn = bullet_of(raw(metric))
    if drawn is None:
        return None
    return ShownBullet(
        drawn=drawn,
        title=metric.title,
        figure=figures.rounded(metric.value, drawn.unit),
        interval=interval_of(metric, figures),
        levels=[figures.rounded(gap.level_value, drawn.unit) for gap in metric.gaps],
    )


def interval_of(found: Cited, figures: Figures) -> Markup | str:
    """Return an interval with its number of cases; empty where the error is not known."""
    lower, upper, n = (part(found, name) for name in ("lower", "upper", "n"))
    if lower is None and upper is None:
        return ""
    ends = [None if end is None else str(figures.rounded(end, None)) for end in (lower, upper)]
    told = wording.interval(*ends)
    # What is joined here was escaped where it was made.
    return Markup(told if n is None else f"{told}, n = {figures.rounded(n, None)}")  # noqa: S704


def trends_of(position: Cited, figures: Figures) -> Iterator[ShownTrend]:
    """Yield the trends of a table's metrics."""
    for one in listed(position, "trends"):
        slope = part(one, "slope_per_day")
        yield ShownTrend(
            title=one.title,
            word=trend_word(str(raw(one.trend))),
            slope=figures.rounded(slope, raw(one.unit), signed=True) if slope is not None else "",
            values=one.n,
            reason=part(one, "reason"),
        )


def system_name(name: str) -> str:
    """Return a table's name among people."""
    names = {
        "HomeCareIndustryBenchmarks": say("Home care, the industry"),
        "CareWellnessBenchmarks": say("Care and wellness"),
        "CompetitiveBenchmarks": say("Marketing among competitors"),
        "CaregiverQualityMetrics": say("Quality of caregivers"),
    }
    return names.get(name, name)
