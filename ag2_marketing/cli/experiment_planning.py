"""Commands that plan an A/B test, set it up, and export it for clients."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ag2_marketing.cli.experiment_input import equal_shares
from ag2_marketing.cli.experiment_telling import Monitoring, PicturesOption, told
from ag2_marketing.cli.outputs import once
from ag2_marketing.cli.terminal import command, print_json, show
from ag2_marketing.cli.tooling import JsonOption
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say


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
    await told(setup_experiment, wanted, configured_lines, as_json=as_json)


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
    plan = await told(plan_experiment, arguments, plan_lines, as_json=as_json)
    if out is not None:
        write_curves(plan, out, told=not as_json)


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
