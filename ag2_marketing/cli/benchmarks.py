"""Commands on benchmark tables: look them up, and check one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ag2_marketing.cli.outputs import once
from ag2_marketing.cli.terminal import BAD_INPUT, command, fail, print_json, show
from ag2_marketing.cli.tooling import JsonOption
from ag2_marketing_tools.messages import count_of, say

if TYPE_CHECKING:
    from ag2_marketing_tools.benchmarks.lookup import Benchmark


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="Benchmark tables: list, show, or check your own.", no_args_is_help=True)
    group.command("list")(list_metrics)
    group.command("show")(show_metric)
    group.command("validate")(validate)
    app.add_typer(group, name="benchmarks")


@command
async def list_metrics(
    search: Annotated[str | None, typer.Argument(help="Words of the metric's path or title.")] = None,
    *,
    system: Annotated[str | None, typer.Option(help="Only this system's, as in BusinessMetrics.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List the metrics of the benchmark tables with their levels."""
    from ag2_marketing_tools.benchmarks import list_benchmarks

    found = await once(
        list_benchmarks, {"system": system, "search": search, "limit": limit}, say("Reading the tables …")
    )
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    for benchmark in found.benchmarks:
        for line in _lines(benchmark):
            show(line)
    left = found.total - len(found.benchmarks)
    if left > 0:
        show(say("And {more}; --limit shows more of them.", more=count_of(left, "further metric")), dim=True)


@command
async def show_metric(
    metric: Annotated[str, typer.Argument(help="Its key, or words of it, as in `documentation time`.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Show one metric: its levels, unit, direction and source."""
    from ag2_marketing_tools.benchmarks import show_benchmark

    found = await once(show_benchmark, {"metric": metric}, say("Reading the tables …"))
    if as_json:
        print_json(found.model_dump(mode="json"))
    elif found.benchmark is not None:
        for line in _lines(found.benchmark, whole=True):
            show(line)
    if found.benchmark is None:
        fail(" ".join([found.reason or "", *(f"\n  {key}" for key in found.candidates)]), BAD_INPUT)


@command
async def validate(
    folder: Annotated[Path, typer.Argument(help="Folder of your own tables, `*.toml`.")],
) -> None:
    """Check your own tables; the first fault is told with its file, line and key."""
    from ag2_marketing_tools.metrics.tables import built_in_tables, load_tables

    tables, known = load_tables(folder), built_in_tables()
    own = [key for key in tables if tables.metrics[key] != known.metrics.get(key)]
    replaced = sum(key in known.metrics for key in own)
    show(
        say(
            "{metrics} can be used; {replaced} of them replace the product's.",
            metrics=count_of(len(own), "metric"),
            replaced=replaced,
        )
    )


def _lines(benchmark: Benchmark, *, whole: bool = False) -> Iterator[str]:
    from ag2_marketing.report.standings.levels import level_name

    yield benchmark.key
    yield f"   {benchmark.title}"
    levels = ", ".join(
        f"{level_name(name)} {say('{value:,.10g}', value=value)}" for name, value in benchmark.levels.items()
    )
    ways = {
        "higher": say("higher is better"),
        "lower": say("lower is better"),
        "target_band": say("a band is the target"),
        "none": say("neither way is better"),
    }
    yield f"   {levels or say('no levels')} ({_unit(benchmark)}; {ways[benchmark.direction]})"
    if whole:
        for text in (benchmark.note, benchmark.source, benchmark.section):
            if text:
                yield f"   {text}"


def _unit(benchmark: Benchmark) -> str:
    from ag2_marketing_tools.metrics.units import unit_named

    known = unit_named(benchmark.unit) if benchmark.unit else None
    return benchmark.unit_text or (known.symbol if known else say("unit not given"))
