"""From a comparison with benchmarks to what all three benchmark classes answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ag2_marketing.adapters.answers import as_dicts
from ag2_marketing.classes.base import ToolFace
from ag2_marketing_tools.benchmarks import compare_with_benchmarks
from ag2_marketing_tools.benchmarks.position import BenchmarkPosition
from ag2_marketing_tools.comparison import Position
from ag2_marketing_tools.standing import MetricStanding, MetricTrend
from ag2_marketing_tools.workspace import Settings, Workspace


class BenchmarkFace(ToolFace):
    """A table of benchmarks that a company, or one of its locations, is compared with."""

    system: ClassVar[str]
    table: ClassVar[str]

    def __init__(
        self,
        *,
        subject: str | None = None,
        subject_kind: str = "company",
        over: str | None = None,
        workspace: Workspace | None = None,
        settings: Settings | None = None,
    ) -> None:
        """Take whose stored observations are read.

        Args:
            subject: The company or location; the only one that was observed when not given.
            subject_kind: `company` or `location`.
            over: Compare the stored figures of this period up to now taken together, such as `3_months`, rather than
                the latest of each metric; not meant for figures whose times overlap.
            workspace: As in `ToolFace`.
            settings: As in `ToolFace`.
        """
        super().__init__(workspace=workspace, settings=settings)
        self.subject, self.subject_kind, self.over = subject, subject_kind, over

    def _nested(self) -> dict[str, Any]:
        return self._tables().nested(self.system, self.table)

    async def _position(self, metrics: Mapping[str, Any] | None) -> BenchmarkPosition:
        return await self._call(
            compare_with_benchmarks,
            {
                "system": self.system,
                "metrics": metrics,
                "subject": self.subject,
                "subject_kind": self.subject_kind,
                "over": self.over,
            },
        )


def standing_at(found: BenchmarkPosition, *positions: Position) -> list[dict[str, Any]]:
    """Return the metrics in these positions, in the table's order."""
    return as_dicts([metric for metric in found.metrics if metric.position in positions])


def measured_in(found: BenchmarkPosition, category: str) -> list[dict[str, Any]]:
    """Return the measured metrics of a category, each with its position."""
    return as_dicts(_measured(found, category))


def category_summary(found: BenchmarkPosition, category: str) -> dict[str, Any]:
    """Return how a category stands: counts, its metrics by position, and what was not measured."""
    measured = _measured(found, category)
    named: dict[str, list[dict[str, Any]]] = {
        position: as_dicts([metric for metric in measured if metric.position == position])
        for position in ("leading", "competitive", "lagging", "inconclusive")
    }
    return {
        "metrics": as_dicts(measured),
        "counts": {position: len(metrics) for position, metrics in named.items()},
        "strengths": named["leading"],
        "gaps": named["lagging"],
        "unmeasured": [
            metric.metric
            for metric in found.metrics
            if metric.category == category and metric.position == "unmeasured"
        ],
        "trends": trends_by_word(
            [trend for trend in found.trends if trend.metric.partition("/")[0] == category]
        ),
        "actions": as_dicts([item for item in found.actions if item.category == category]),
    }


def trends_by_word(trends: list[MetricTrend], reason: str | None = None) -> dict[str, Any]:
    """Return trends by where they head; `reason` says why there are none."""
    named = {
        word: as_dicts([each for each in trends if each.trend == word])
        for word in ("improving", "declining", "stable", "insufficient data")
    }
    return {
        "improving": named["improving"],
        "declining": named["declining"],
        "stable": named["stable"],
        "insufficient_data": named["insufficient data"],
        "status": "insufficient data" if len(named["insufficient data"]) == len(trends) else "measured",
        "reason": reason,
    }


def beside(found: BenchmarkPosition) -> dict[str, Any]:
    """Return what every answer has beside its documented keys: what could not be judged or used, and the status.

    `completed`; `partial` where some figures were refused; `error` where nothing was left to compare.
    """
    answer = {
        "inconclusive_metrics": standing_at(found, "inconclusive"),
        "unmeasured_metrics": standing_at(found, "unmeasured"),
        "unknown_metrics": as_dicts(found.unknown),
        "refused_metrics": as_dicts(found.refused),
        "other_systems": list(found.elsewhere),
        "subject": found.subject,
        "status": "completed",
    }
    if not found.refused:
        return answer
    whole = all(metric.position == "unmeasured" for metric in found.metrics)
    faults = [f"{one.metric}: {one.reason} {one.remedy or ''}".strip() for one in found.refused]
    return {**answer, "status": "error" if whole else "partial", "error": " ".join(faults)}


def status_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer's status, and its error where it has one."""
    return {name: answer[name] for name in ("status", "error", "remedy") if name in answer}


def _measured(found: BenchmarkPosition, category: str) -> list[MetricStanding]:
    return [
        metric for metric in found.metrics if metric.category == category and metric.position != "unmeasured"
    ]
