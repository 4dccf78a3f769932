"""The charts of a report, from its evidence: words are formatted as everywhere, numbers only place and size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from ag2_marketing.report.actions import LEVELS, Action
from ag2_marketing.report.charts import Bar, Dot, Point, bars, dot_grid, line, plane
from ag2_marketing.report.cited import Cited, entries, raw
from ag2_marketing.report.labels import Labels
from ag2_marketing.report.reaching import listed, number, part
from ag2_marketing.report.sites import Site

Words = Callable[[Cited], str]
MOST_IN_FIELD = 12
_PER_ROW = 4
_ACROSS = 0.235
_DOWN = 0.28
_RATINGS = {"good": "good", "needs improvement": "fair", "poor": "poor"}


class Pictures:
    """Draws what a report shows beside its tables; a chart without data is None.

    Args:
        labels: The report's own words.
        words: Formats a value of evidence.
    """

    def __init__(self, labels: Labels, words: Words) -> None:
        self._labels = labels
        self._words = words

    def matrix(self, actions: Sequence[Action]) -> Markup | None:
        """Draw the actions by effort and impact, each as its rank."""
        points = list(_placed(actions))
        if not points:
            return None
        levels = [self._labels.word("level", level) for level in LEVELS]
        return plane(
            points,
            levels,
            levels,
            name=str(self._labels.actions.matrix),
            description=str(self._labels.actions.matrix_how),
        )

    def severities(self, summary: Cited) -> Markup | None:
        """Draw how many findings are how grave."""
        rows = [
            self._bar(self._labels.word("severity", name), value, name)
            for name in ("critical", "warning", "info")
            if (value := part(summary, name)) is not None
        ]
        return bars(rows, name=str(self._labels.findings.by_severity), description="") if rows else None

    def vital(self, name: str, devices: Iterable[tuple[str, Cited]]) -> Markup | None:
        """Draw one Core Web Vital of each device against its thresholds."""
        measured = [(device, vital) for device, vital in devices if part(vital, "value") is not None]
        if not measured:
            return None
        rows = [
            self._bar(
                self._labels.word("device", device),
                vital.value,
                _RATINGS.get(str(raw(vital.rating)), "plain"),
            )
            for device, vital in measured
        ]
        limits = [
            found
            for vital in (measured[0][1].threshold_good, measured[0][1].threshold_poor)
            if (found := number(vital)) is not None
        ]
        return bars(
            rows,
            limits,
            name=str(getattr(self._labels.vitals, name)),
            description=str(self._labels.vitals.bars_how),
        )

    def depths(self, depths: Cited) -> Markup | None:
        """Draw how many pages lie how many clicks from the start."""
        found = sorted(
            entries(depths),
            key=lambda entry: (not entry[0].isdigit(), int(entry[0]) if entry[0].isdigit() else 0),
        )
        rows = [self._bar(self._depth(name), value) for name, value in found]
        return bars(rows, name=str(self._labels.site.depths), description="") if rows else None

    def _depth(self, name: str) -> str:
        return str(self._labels.site.unreached) if name == "none" else f"{self._labels.site.clicks} {name}:"

    def _bar(self, label: str, value: Cited, kind: str = "plain") -> Bar:
        return Bar(f"{label} {self._words(value)}", number(value) or 0.0, kind)

    def coverage(self, gaps: Sequence[Cited], sites: Sequence[Site]) -> Markup | None:
        """Draw which competitor has which term: big in a title or heading, small in the text alone."""
        if not gaps or not sites:
            return None
        rows = [(self._words(gap.term), [_coverage_dot(gap, site.url) for site in sites]) for gap in gaps]
        return dot_grid(
            rows, [site.name for site in sites], name=str(self._labels.competitors.coverage),
            description=str(self._labels.competitors.coverage_how),
        )  # fmt: skip

    def topics(self, topics: Sequence[Cited], sites: Sequence[Site]) -> Markup | None:
        """Draw how much of each site's topics falls to each topic."""
        shares = [[_share(topic, site.url) for site in sites] for topic in topics]
        most = max((share for row in shares for share in row), default=0.0)
        if not most:
            return None
        rows = [
            (self._words(topic.label), [Dot((share / most) ** 0.5) for share in row])
            for topic, row in zip(topics, shares, strict=True)
        ]
        return dot_grid(
            rows, [site.name for site in sites], name=str(self._labels.competitors.topics),
            description=str(self._labels.competitors.topics_how),
        )  # fmt: skip

    def trend(self, runs: Sequence[Cited]) -> Markup | None:
        """Draw the score of each audit, the oldest first."""
        scored = [(run, score) for run in runs if (score := number(run.score)) is not None]
        if len(scored) < 2:
            return None
        points = [(self._words(run.at).split(",")[0], self._words(run.score), score) for run, score in scored]
        return line(
            points,
            span=(0, 100),
            name=str(self._labels.history.trend),
            description=str(self._labels.history.trend_how),
        )


def _placed(actions: Sequence[Action]) -> Iterable[Point]:
    """Yield the actions as points, those of one field beside each other."""
    taken: dict[tuple[int, int], int] = {}
    for rank, action in enumerate(actions, start=1):
        field = LEVELS.index(action.effort) + 1, LEVELS.index(action.impact) + 1
        at = taken.get(field, 0)
        taken[field] = at + 1
        if at >= MOST_IN_FIELD:
            continue
        x = field[0] + (at % _PER_ROW - (_PER_ROW - 1) / 2) * _ACROSS
        yield Point(str(rank), x, field[1] + (1 - at // _PER_ROW) * _DOWN, action.group)


def _coverage_dot(gap: Cited, url: str) -> Dot:
    for covered in listed(gap, "covered_by"):
        if raw(covered.url) == url:
            prominent = any(raw(covered.uses[place]) for place in ("title", "h1", "headings"))
            return Dot(1.0 if prominent else 0.5)
    return Dot(0.0)


def _share(topic: Cited, url: str) -> float:
    found = (number(part(one, "share_percent")) for one in listed(topic, "coverage") if raw(one.url) == url)
    return next((share for share in found if share is not None), 0.0)
