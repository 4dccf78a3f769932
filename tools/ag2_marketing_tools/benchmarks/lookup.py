"""Looking benchmarks up: which there are, and what one of them says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import Direction, Kind, TableMetric, Tables, load_tables
from ag2_marketing_tools.standing.facts import measurement_of, unit_of
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace

_MOST_CANDIDATES = 5


class ListBenchmarks(Params):
    """Which metrics."""

    system: str | None = Field(
        default=None, description="Only those of this system, such as `CareWellnessBenchmarks`."
    )
    search: str | None = Field(
        default=None, max_length=200, description="Only those whose path or title holds all these words."
    )
    kind: Kind | None = Field(default=None, description="Only those of this kind.")
    limit: int = Field(default=50, ge=1, le=1000, description="At most so many.")


class ShowBenchmark(Params):
    """Which metric."""

    metric: str = Field(
        min_length=1,
        max_length=300,
        description="Its key, its title, or words of them, such as `documentation time`.",
    )


class Benchmark(Result):
    """One metric and its levels, in the unit that it names."""

    key: str
    system: str
    title: str
    kind: Kind
    unit: str | None = Field(description="Null where the source gives none; `unit_text` says what it gives.")
    unit_text: str | None
    direction: Direction
    levels: Mapping[str, float]
    unset: list[str] = Field(description="Levels that the source leaves open.")
    section: str | None
    source: str | None
    note: str | None


class Benchmarks(Result):
    """Metrics by key, and how many there are in all."""

    benchmarks: list[Benchmark]
    total: Annotated[int, unit("count")]
    systems: list[str]


class BenchmarkFound(Result):
    """The metric that was meant, or those that may have been."""

    benchmark: Benchmark | None
    candidates: list[str] = Field(description="Keys that may have been meant where one alone was not found.")
    reason: str | None = None


@tool(family="benchmarks")
async def list_benchmarks(params: ListBenchmarks, ws: Workspace) -> Benchmarks:
    """List benchmark metrics with their levels: industry average, market leaders, our targets, thresholds."""
    tables = load_tables(ws.settings.benchmark_tables)
    if params.system is None:
        found = dict(tables.metrics)
    else:
        found = {f"{params.system}/{path}": metric for path, metric in tables.of(params.system).items()}
    if params.kind is not None:
        found = {key: metric for key, metric in found.items() if metric.kind == params.kind}
    if params.search is not None:
        holding = set(tables.nearest(params.search, most=len(tables)))
        found = {key: metric for key, metric in found.items() if key in holding}
    shown = [benchmark_view(key, metric) for key, metric in list(found.items())[: params.limit]]
    return Benchmarks(benchmarks=shown, total=len(found), systems=list(tables.systems))


@tool(family="benchmarks")
async def show_benchmark(params: ShowBenchmark, ws: Workspace) -> BenchmarkFound:
    """Show one benchmark metric by its key, its title or words of them; several that fit are named, none is guessed."""
    tables = load_tables(ws.settings.benchmark_tables)
    key, candidates = _meant(params.metric, tables)
    if key is None:
        reason = (
            say("Several metrics fit; name one of them.")
            if candidates
            else say("No metric is called anything like this.")
        )
        return BenchmarkFound(benchmark=None, candidates=candidates, reason=reason)
    return BenchmarkFound(benchmark=benchmark_view(key, tables.metric(key)), candidates=[])


def _meant(text: str, tables: Tables) -> tuple[str | None, list[str]]:
    """Return the one metric that a text means, or those that it may mean: by its name, its phrase, or all its words."""
    if text in tables.metrics:
        return text, []
    wanted, near = _words(text), tables.nearest(text, most=len(tables))
    spoken = {key: (_words(key), *_names(key, tables)) for key in near}
    holding = (
        [key for key in near if wanted in spoken[key]]
        or [key for key in near if any(wanted in name for name in spoken[key])]
        or [key for key in near if all(word in " ".join(spoken[key]) for word in wanted.split())]
    )
    return (holding[0], []) if len(holding) == 1 else (None, (holding or near)[:_MOST_CANDIDATES])


def _names(key: str, tables: Tables) -> tuple[str, ...]:
    metric = tables.metrics[key]
    return tuple(map(_words, (key.rpartition("/")[2], metric.title, metric.spoken_title)))


def _words(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("/", " ").casefold().split())


def benchmark_view(key: str, metric: TableMetric) -> Benchmark:
    """Return what readers see of a metric."""
    bound = measurement_of(key)
    spoken = {"title", "note", "unit", "unit_text"}
    shared: dict[str, Any] = metric.model_dump(
        include=set(Benchmark.model_fields) - spoken - {"unset", "levels"}
    )
    return Benchmark(
        key=key,
        system=key.partition("/")[0],
        title=metric.spoken_title,
        note=metric.spoken_note,
        unit=unit_of(key, metric),
        unit_text=bound.name if bound else metric.spoken_unit_text,
        levels=dict(metric.levels),
        unset=list(metric.unset),
        **shared,
    )
