"""Commands on A/B tests that are set up: assign, track, watch, judge, change, end."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from ag2_marketing.cli.experiment_planning import export, new, power
from ag2_marketing.cli.experiment_telling import PicturesOption, TestArgument, told
from ag2_marketing.cli.terminal import command
from ag2_marketing.cli.tooling import JsonOption

ReasonOption = Annotated[str | None, typer.Option("--reason", help="Why; it is kept with the test.")]
ByOption = Annotated[str | None, typer.Option("--by", help="Who does it; it is kept with the test.")]


class State(StrEnum):
    """States of a test."""

    running = "running"
    stopped = "stopped"
    reverted = "reverted"
    archived = "archived"


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
    await told(list_experiments, arguments, list_lines, as_json=as_json)


@command
async def show_test(test_id: TestArgument, *, as_json: JsonOption = False) -> None:
    """Show a test: variants, metrics, phases of its allocation, and everything done to it."""
    from ag2_marketing.cli.experiment_summary import stored_lines
    from ag2_marketing_tools.experiments import show_experiment

    await told(show_experiment, {"test_id": test_id}, stored_lines, as_json=as_json)


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
    await told(assign_variant, arguments, assigned_lines, as_json=as_json)


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
    await told(track_metrics, arguments, tracked_lines, as_json=as_json)


@command
async def status(test_id: TestArgument, *, as_json: JsonOption = False) -> None:
    """Tell how far a test has come: users, traffic, days left."""
    from ag2_marketing.cli.experiment_results import status_lines
    from ag2_marketing_tools.experiments import get_test_status

    await told(get_test_status, {"test_id": test_id}, status_lines, as_json=as_json)


@command
async def analyze(test_id: TestArgument, *, out: PicturesOption = None, as_json: JsonOption = False) -> None:
    """Say whether a variant wins, why or why not, and what to do; with `--out` in pictures, too."""
    from ag2_marketing.cli.experiment_pictures import write_results
    from ag2_marketing.cli.experiment_results import analysis_lines
    from ag2_marketing_tools.experiments import analyze_results

    analysis = await told(analyze_results, {"test_id": test_id}, analysis_lines, as_json=as_json)
    if out is not None:
        await write_results(analysis, out, told=not as_json)


@command
async def partial(test_id: TestArgument, *, as_json: JsonOption = False) -> None:
    """Show where a test stands before its end, with intervals that hold however often one looks."""
    from ag2_marketing.cli.experiment_results import partial_lines
    from ag2_marketing_tools.experiments import get_partial_results

    await told(get_partial_results, {"test_id": test_id}, partial_lines, as_json=as_json)


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
    await told(change_experiment, arguments, stored_lines, as_json=as_json)


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

    await told(tool, {"test_id": test_id, "actor": by, "reason": reason}, stored_lines, as_json=as_json)
