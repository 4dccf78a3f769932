"""The commands by name. Each imports what it needs when it runs, so that help is quick."""

from __future__ import annotations

from typing import Annotated

import typer

from ag2_marketing import __version__
from ag2_marketing.cli import (
    benchmarks,
    chat,
    data,
    experiment,
    history,
    keys,
    monitor,
    review,
    serve,
    single,
    subjects,
    tooling,
    work,
)
from ag2_marketing.cli.terminal import EXIT_CODES

app = typer.Typer(
    name="ag2-marketing",
    help="A marketing team you can talk to, in which every number comes from a tool.",
    epilog="Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + ".",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:  # noqa: FBT001 (typer gives it so)
    if wanted:
        typer.echo(f"ag2-marketing {__version__}")
        raise typer.Exit


@app.callback()
def root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """A marketing team you can talk to, in which every number comes from a tool."""


work.register(app)
single.register(app)
history.register(app)
experiment.register(app)
review.register(app)
chat.register(app)
serve.register(app)
tooling.register(app)
data.register(app)
keys.register(app)
benchmarks.register(app)
subjects.register(app)
monitor.register(app)
