"""Commands on settings, the database and stored reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ag2_marketing.cli.terminal import NOT_GENUINE, command, fail, print_json
from ag2_marketing.cli.tooling import JsonOption


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    config_app = typer.Typer(help="The settings.", no_args_is_help=True)
    config_app.command("show")(show_config)
    app.add_typer(config_app, name="config")
    db_app = typer.Typer(help="The database.", no_args_is_help=True)
    db_app.command("upgrade")(upgrade_database)
    db_app.command("backup")(back_up_database)
    db_app.command("restore")(restore_database)
    app.add_typer(db_app, name="db")
    app.command("verify")(verify)


@command
async def show_config(*, as_json: JsonOption = False) -> None:
    """Print every setting with its value and meaning; secrets are masked."""
    from ag2_marketing_tools.workspace import Settings

    settings = Settings()
    rows: dict[str, Any] = settings.model_dump(mode="json")
    if as_json:
        print_json(rows)
        return
    for name, field in Settings.model_fields.items():
        typer.secho(f"AG2_MARKETING_{name.upper()}={'' if rows[name] is None else rows[name]}", bold=True)
        typer.echo(f"    {field.description}")


@command
async def upgrade_database() -> None:
    """Bring the database to this version's schema (on SQLite this happens by itself)."""
    from ag2_marketing_tools.workspace import Settings
    from ag2_marketing_tools.workspace.store import upgrade

    await upgrade(Settings())
    typer.echo("The database is up to date.")


@command
async def back_up_database(target: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write a consistent backup, also while others write to the database."""
    from ag2_marketing_tools.workspace import Settings
    from ag2_marketing_tools.workspace.store import backup

    await backup(Settings(), target)
    typer.echo(f"Backed up to {target}.")


@command
async def restore_database(
    source: Annotated[Path, typer.Argument(help="A file that `db backup` wrote.")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Give up what the database holds now.")] = False,
) -> None:
    """Restore a backup; a database that holds something is only replaced on request."""
    from ag2_marketing_tools.workspace import Settings
    from ag2_marketing_tools.workspace.store import restore

    await restore(Settings(), source, replace=replace)
    typer.echo(f"Restored from {source}.")


@command
async def verify(
    report: Annotated[Path, typer.Argument(help="A report as HTML or JSON.")], *, as_json: JsonOption = False
) -> None:
    """Check a stored report again: its evidence is unbroken, and every figure in it stands there."""
    from ag2_marketing.report.verify import verify_report

    verdict = verify_report(report)
    if as_json:
        print_json(verdict.model_dump(mode="json"))
    else:
        for line in verdict.lines():
            typer.echo(line)
    if not verdict.genuine:
        fail(f"{report} does not hold what it says.", NOT_GENUINE)
