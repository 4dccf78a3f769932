"""Commands on A/B tests: set up, assign, track, watch, judge, change, end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ag2_marketing.cli.experiment_input import equal_shares
from ag2_marketing.cli.outputs import once
from ag2_marketing.cli.terminal import command, print_json, show
from ag2_marketing.cli.tooling import JsonOption
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say

TestArgument = Annotated[str, typer.Argument(metavar="TEST", help="The test's id, as `list` shows it.")]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="Why; it is kept with the test.")]
PicturesOption = Annotated[
    Path | None, typer.Option("--out", help="Folder to write a page with pictures and a JSON file to, too.")
]
ByOption = Annotated[str | None, typer.Option("--by", help="Who does it; it is kept with the test.")]
Lines = Callable[[Mapping[str, Any]], Iterable[str]]


class State(StrEnum):
    """States of a test."""

    running = "running"
    stopped = "stopped"
    reverted = "reverted"
    archived = "archived"


class Monitoring(StrEnum):
    """How looks before the end are judged."""

    always_valid = "always_valid"
    group_sequential = "group_sequential"
    fixed = "fixed"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help="Set up A/B tests, watch them and judge them.", no_args_is_help=True)
    for name, function in (
        ("new", new),
        ("list", list_tests),
        ("show", show_test),
        ("assign", assign),
        ("track", track),
        ("status", status),
        ("analyze", analyze),
        ("partial", partial),
        ("power", power),
        ("change", change),
        ("stop", stop),
        ("archive", archive),
        ("export", export),
    ):
        group.command(name)(function)
    app.add_typer(group, name="experiment")


@command
async def new(
    name: Annotated[str | None, typer.Argument(help="The test's name.")] = None,
    *,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", help="The whole test as a JSON or TOML file (`-` reads JSON from standard input)."
        ),
    ] = None,
    variant: Annotated[
        list[str] | None,
        typer.Option("--variant", help="A variant as NAME or NAME=TEXT; repeat. The first is the control."),
    ] = None,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", help="A metric's name; repeat. The first decides.")
    ] = None,
    days: Annotated[int | None, typer.Option("--days", help="Days from start to end; 14 unless set.")] = None,
    min_sample: Annotated[
        int | None, typer.Option("--min-sample", help="Users per variant below which no winner is named.")
    ] = None,
    confidence: Annotated[float | None, typer.Option("--confidence", help="0.95 for 95 %.")] = None,
    monitoring: Annotated[
        Monitoring | None, typer.Option("--monitoring", help="How looks before the end are judged.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Set up a test: from a file, or of a few variants with equal shares of the traffic."""
    from ag2_marketing.cli.experiment_input import config_file, simple_config
    from ag2_marketing.cli.experiment_summary import configured_lines
    from ag2_marketing_tools.experiments import setup_experiment

    options = {
        "duration_days": days,
        "min_sample_size": min_sample,
        "confidence_level": confidence,
        "monitoring": monitoring and monitoring.value,
    }
    if config is None:
        wanted = simple_config(name, variant or (), metric or (), **options)
    elif name or variant or metric or any(value is not None for value in options.values()):
        raise InvalidInput("--config holds the whole test; leave the other arguments out.")
    else:
        wanted = config_file(config)
    await _told(setup_experiment, wanted, configured_lines, as_json=as_json)


@command
async def list_tests(
    *,
    state: Annotated[
        State | None, typer.Option("--state", help="Only these; all but the archived ones when not given.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many, the newest.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List the tests, newest first."""
    from ag2_marketing.cli.experiment_summary import list_lines
    from ag2_marketing_tools.experiments import list_experiments

    arguments = {"state": state and state.value, "limit": limit}
    await _told(list_experiments, arguments, list_lines, as_json=as_json)


@command
async def show_test(test_id: TestArgument, *, as_json: JsonOption = False) -> None:
    """Show a test: variants, metrics, phases of its allocation, and everything done to it."""
    from ag2_marketing.cli.experiment_summary import stored_lines
    from ag2_marketing_tools.experiments import show_experiment

    await _told(show_experiment, {"test_id": test_id}, stored_lines, as_json=as_json)


@command
async def assign(
    test_id: TestArgument,
    user: Annotated[str, typer.Argument(help="The user's own id, always the same; best a pseudonym.")],
    *,
    context: Annotated[
        str | None, typer.Option("--context", help="Attributes of the user as a JSON object.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Tell which variant a user is shown; the first time it is stored."""
    from ag2_marketing.cli.experiment_input import json_object
    from ag2_marketing.cli.experiment_summary import assigned_lines
    from ag2_marketing_tools.experiments import assign_variant

    arguments = {"test_id": test_id, "user_id": user, "context": json_object(context, "--context")}
    await _told(assign_variant, arguments, assigned_lines, as_json=as_json)


@command
async def track(
    test_id: TestArgument,
    user: Annotated[str, typer.Argument(help="The user's id.")],
    metrics: Annotated[
        list[str], typer.Argument(help="What happened, as metric=value: conversion=true revenue=19.90")
    ],
    *,
    variant: Annotated[str, typer.Option("--variant", help="Id of the variant that the user was shown.")],
    as_json: JsonOption = False,
) -> None:
    """Record what a user did."""
    from ag2_marketing.cli.experiment_input import pairs
    from ag2_marketing.cli.experiment_summary import tracked_lines
    from ag2_marketing_tools.experiments import track_metrics

    arguments = {
        "test_id": test_id,
        "variant_id": variant,
        "user_id": user,
        "metrics": pairs(metrics, "The metric"),
    }
    await _told(track_metrics, arguments, tracked_lines, as_json=as_json)


@command
async def status(test_id: TestArgument, *, as_json: JsonOption = False) -> None:
    """Tell how far a test has come: users, traffic, days left."""
    from ag2_marketing.cli.experiment_results import status_lines
    from ag2_marketing_tools.experiments import get_test_status

    await _told(get_test_status, {"test_id": test_id}, status_lines, as_json=as_json)


@command
async def analyze(test_id: TestArgument, *, out: PicturesOption = None, as_json: JsonOption = False) -> None:
    """Say whether a variant wins, why or why not, and what to do; with `--out` in pictures, too."""
    from ag2_marketing.cli.experiment_pictures import write_results
    from ag2_marketing.cli.experiment_results import analysis_lines
    from ag2_marketing_tools.experiments import analyze_results

    analysis = await _told(analyze_results, {"test_id": test_id}, analysis_lines, as_json=as_json)
    if out is not None:
        await write_results(analysis, out, told=not as_json)


@command
async def partial(test_id: TestArgument, *, as_json: JsonOption = False) -> None:
    """Show where a test stands before its end, with intervals that hold however often one looks."""
    from ag2_marketing.cli.experiment_results import partial_lines
    from ag2_marketing_tools.experiments import get_partial_results

    await _told(get_partial_results, {"test_id": test_id}, partial_lines, as_json=as_json)


@command
async def power(
    baseline: Annotated[
        float, typer.Argument(help="The value today: 0.05 for a rate of 5 %, or a mean per user.")
    ],
    effect: Annotated[
        float, typer.Argument(help="The smallest change worth finding, relative: 0.1 for a tenth more.")
    ],
    *,
    absolute: Annotated[
        bool, typer.Option("--absolute", help="The change is absolute: 0.01 for one percentage point.")
    ] = False,
    spread: Annotated[
        float | None,
        typer.Option("--standard-deviation", help="Of a mean: the spread between users; makes it a mean."),
    ] = None,
    variants: Annotated[
        int, typer.Option("--variants", min=2, max=20, help="Variants of equal size, control included.")
    ] = 2,
    confidence: Annotated[float, typer.Option("--confidence", help="0.95 for 95 %.")] = 0.95,
    wanted: Annotated[float, typer.Option("--power", help="Probability of finding the change.")] = 0.8,
    monitoring: Annotated[
        Monitoring, typer.Option("--monitoring", help="Looking early costs users; `fixed` looks once.")
    ] = Monitoring.fixed,
    daily_users: Annotated[
        float | None, typer.Option("--daily-users", help="Users a day, in all variants: tells the days.")
    ] = None,
    out: PicturesOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell how many users a test needs, and for how long it runs."""
    from ag2_marketing.cli.experiment_pictures import write_curves
    from ag2_marketing.cli.experiment_results import plan_lines
    from ag2_marketing_tools.experiments import plan_experiment

    arguments = {
        "kind": "binary" if spread is None else "mean",
        "baseline": baseline,
        "minimum_detectable_effect": effect,
        "effect": "absolute" if absolute else "relative",
        "standard_deviation": spread,
        "weights": equal_shares(variants),
        "confidence_level": confidence,
        "power": wanted,
        "monitoring": monitoring.value,
        "daily_users": daily_users,
    }
    plan = await _told(plan_experiment, arguments, plan_lines, as_json=as_json)
    if out is not None:
        write_curves(plan, out, told=not as_json)


@command
async def change(
    test_id: TestArgument,
    *,
    by: Annotated[str, typer.Option("--by", help="Who changes it; it is kept with the test.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept with the test.")],
    weight: Annotated[
        list[str] | None,
        typer.Option("--weight", help="A variant's new share as NAME=SHARE; give all of them."),
    ] = None,
    coverage: Annotated[
        float | None, typer.Option("--coverage", help="Share of the users that takes part.")
    ] = None,
    days: Annotated[float | None, typer.Option("--days", help="New duration from the start.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Change a running test's shares, coverage or duration; who was assigned keeps the variant."""
    from ag2_marketing.cli.experiment_input import pairs
    from ag2_marketing.cli.experiment_summary import stored_lines
    from ag2_marketing_tools.experiments import change_experiment

    wanted = {
        "weights": pairs(weight, "The weight") if weight else None,
        "coverage": coverage,
        "duration_days": days,
    }
    given = {name: value for name, value in wanted.items() if value is not None}
    arguments = {"test_id": test_id, "actor": by, "reason": reason, **given}
    await _told(change_experiment, arguments, stored_lines, as_json=as_json)


@command
async def stop(
    test_id: TestArgument, *, by: ByOption = None, reason: ReasonOption = None, as_json: JsonOption = False
) -> None:
    """Stop a test; what was tracked stays and can be analysed."""
    from ag2_marketing_tools.experiments import stop_experiment

    await _end(stop_experiment, test_id, by, reason, as_json=as_json)


@command
async def archive(
    test_id: TestArgument, *, by: ByOption = None, reason: ReasonOption = None, as_json: JsonOption = False
) -> None:
    """Put an ended test away; its figures stay."""
    from ag2_marketing_tools.experiments import archive_experiment

    await _end(archive_experiment, test_id, by, reason, as_json=as_json)


async def _end(tool: Any, test_id: str, by: str | None, reason: str | None, *, as_json: bool) -> None:
    from ag2_marketing.cli.experiment_summary import stored_lines

    await _told(tool, {"test_id": test_id, "actor": by, "reason": reason}, stored_lines, as_json=as_json)


@command
async def export(
    test_ids: Annotated[
        list[str] | None, typer.Argument(metavar="TESTS", help="Ids of tests; all that run when not given.")
    ] = None,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; standard output if not given.")
    ] = None,
) -> None:
    """Export running tests as JSON for a client that assigns by hashing alone, without a store."""
    import json

    from ag2_marketing_tools.experiments import export_experiments

    result = await once(export_experiments, {"test_ids": test_ids or []}, say("Exporting …"))
    exported = result.model_dump(mode="json")
    if out is None:
        print_json(exported)
        return
    try:
        out.write_text(json.dumps(exported, ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written: {error.strerror or error}.") from error
    show(say("Written: {file}", file=out))


async def _told(tool: Any, arguments: dict[str, Any], lines: Lines, *, as_json: bool) -> Any:
    """Run a tool, print its result for a person or for a machine, and return it."""
    found = await once(tool, arguments, say("Looking into the tests …"))
    result = found.model_dump(mode="json")
    if as_json:
        print_json(result)
        return found
    for line in lines(result):
        show(line)
    return found
