"""Commands on settings, the database and stored reports."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from ag2_marketing.cli.terminal import NOT_GENUINE, command, fail, print_json, progress, show
from ag2_marketing.cli.tooling import JsonOption


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    config_app = typer.Typer(help="Show the settings.", no_args_is_help=True)
    config_app.command("show")(show_config)
    app.add_typer(config_app, name="config")
    db_app = typer.Typer(help="Upgrade, back up or restore the database.", no_args_is_help=True)
    db_app.command("upgrade")(upgrade_database)
    db_app.command("backup")(back_up_database)
    db_app.command("restore")(restore_database)
    app.add_typer(db_app, name="db")
    app.command("verify", short_help="Check a stored report again.")(verify)


@command
async def show_config(*, as_json: JsonOption = False) -> None:
    """Print every setting with its value and meaning; secrets are masked."""
    from ag2_marketing_tools.workspace import Settings

    rows = {name: _masked(value) for name, value in Settings().model_dump(mode="json").items()}
    if as_json:
        print_json(rows)
        return
    for name, field in Settings.model_fields.items():
        show(f"AG2_MARKETING_{name.upper()}={_as_written(rows[name])}", bold=True)
        show(f"    {field.description}")


def _masked(value: Any) -> Any:
    """Mask a user and password in a URL; pydantic has masked the settings that are secret as a whole."""
    if isinstance(value, list):
        return [_masked(part) for part in value]
    return re.sub(r"(?<=//)[^/@\s]+@", "**********@", value) if isinstance(value, str) else value


def _as_written(value: Any) -> str:
    """Return a value as one would write it into the environment."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


@command
async def upgrade_database() -> None:
    """Bring the database to this version's schema (on SQLite this happens by itself)."""
    from ag2_marketing_tools.workspace import Settings
    from ag2_marketing_tools.workspace.store import upgrade

    with progress("Upgrading the database …"):
        await upgrade(Settings())
    show("The database is up to date.")


@command
async def back_up_database(target: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write a consistent backup, also while others write to the database."""
    from ag2_marketing_tools.workspace import Settings
    from ag2_marketing_tools.workspace.store import backup

    with progress("Writing the backup …"):
        await backup(Settings(), target)
    show(f"Backed up to {target}.")


@command
async def restore_database(
    source: Annotated[Path, typer.Argument(help="A file that `db backup` wrote.")],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Give up what the database holds now.")] = False,
) -> None:
    """Restore a backup; a database that holds something is only replaced on request."""
    from ag2_marketing_tools.workspace import Settings
    from ag2_marketing_tools.workspace.store import restore

    with progress("Restoring the backup …"):
        await restore(Settings(), source, replace=replace)
    show(f"Restored from {source}.")


@command
async def verify(
    report: Annotated[Path, typer.Argument(help="A report as HTML or JSON.")], *, as_json: JsonOption = False
) -> None:
    """Check a stored report again: its evidence is unbroken, and every figure in it stands there."""
    from ag2_marketing.report.verify import verify_report

    with progress("Checking the report …"):
        verdict = verify_report(report)
    if as_json:
        print_json(verdict.model_dump(mode="json"))
    else:
        for line in verdict.lines():
            show(line)
    if not verdict.genuine:
        fail(f"{report} does not hold what it says.", NOT_GENUINE)
