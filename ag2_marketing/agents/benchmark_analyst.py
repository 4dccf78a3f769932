"""The benchmark analyst: where the company and its locations stand beside the industry, its leaders and our targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from ag2_marketing.adapters.direct import AnyTool
from ag2_marketing.agents.base import MarketingAgent
from ag2_marketing_tools.benchmarks import compare_with_benchmarks, list_benchmarks, show_benchmark
from ag2_marketing_tools.care import compare_locations
from ag2_marketing_tools.figures import calculate, resolve_time
from ag2_marketing_tools.observations import observation_summary, show_course


class BenchmarkAnalyst(MarketingAgent):
    """Says where the company and its locations stand against benchmarks, how sure that is, and where it is heading."""

    role: ClassVar[str] = "benchmark_analyst"
    default_name: ClassVar[str] = "benchmark_analyst"
    toolset: ClassVar[tuple[AnyTool, ...]] = (
        compare_with_benchmarks,
        compare_locations,
        list_benchmarks,
        show_benchmark,
        observation_summary,
        show_course,
        calculate,
        resolve_time,
    )

    async def compare_with_benchmarks(
        self,
        system: str,
        *,
        subject: str | None = None,
        subject_kind: Literal["company", "location"] = "company",
        metrics: Mapping[str, Any] | None = None,
        over: str | None = None,
    ) -> dict[str, Any]:
        """Compare a company's or location's figures with a table of benchmarks.

        Args:
            system: The table, such as `HomeCareIndustryBenchmarks`.
            subject: The company or location; the only one when not given.
            subject_kind: What the subject is.
            metrics: Current figures; without them the stored ones are compared.
            over: Period up to now whose stored figures are taken together, such as `3_months`; the latest figure of
                each metric when not given.

        Returns:
            `metrics` (each with its `position`, `gaps` and interval), `counts`, `actions`, `opportunities`, `risks`,
            `trends` and more; or `status` `error`, `error` and `remedy`.
        """
        arguments = {
            "system": system,
            "subject": subject,
            "subject_kind": subject_kind,
            "metrics": metrics,
            "over": over,
        }
        return await self._answer(
            compare_with_benchmarks, arguments, metrics=[], actions=[], opportunities=[], risks=[], trends=[]
        )

    async def compare_locations(self, *, over: str | None = None) -> dict[str, Any]:
        """Set all locations against the benchmarks, as one table whose verdicts are corrected together.

        Args:
            over: As in `compare_with_benchmarks`.

        Returns:
            `columns` (the metrics), `rows` (the locations, with their cells in the columns' order) and `counts`.
        """
        return await self._answer(compare_locations, {"over": over}, columns=[], rows=[], counts=None)
