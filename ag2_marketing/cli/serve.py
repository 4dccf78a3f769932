"""`serve`: the tracking server, and who may use it."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ag2_marketing.cli.terminal import LoopFactory, command, print_json, show
from ag2_marketing.cli.tooling import JsonOption
from ag2_marketing_tools.errors import InvalidInput

if TYPE_CHECKING:
    from ag2_marketing_tools.workspace import Workspace

RoleOption = Annotated[str, typer.Option("--role", help="viewer, analyst or admin.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    serve_app = typer.Typer(
        help="Run the tracking server (extra `server`), or say who may use it.",
        short_help="Run the tracking server (extra `server`).",
    )
    serve_app.callback(invoke_without_command=True)(serve)
    users = typer.Typer(help="People who may log in to its pages.", no_args_is_help=True)
    users.command("add")(add_user)
    users.command("list")(list_users)
    users.command("remove")(remove_user)
    keys = typer.Typer(help="Write keys, by which a project's pages send events.", no_args_is_help=True)
    keys.command("add")(add_write_key)
    keys.command("list")(list_write_keys)
    keys.command("remove")(remove_write_key)
    tokens = typer.Typer(help="Tokens, by which programs read.", no_args_is_help=True)
    tokens.command("add")(add_reading_token)
    tokens.command("list")(list_reading_tokens)
    tokens.command("remove")(remove_reading_token)
    for name, group in (("users", users), ("keys", keys), ("tokens", tokens)):
        serve_app.add_typer(group, name=name)
    app.add_typer(serve_app, name="serve")


def _fast_loop() -> LoopFactory | None:
    from ag2_marketing.server.run import fast_loop

    return fast_loop()


@partial(command, loop=_fast_loop)
async def serve(
    context: typer.Context,
    *,
    host: Annotated[
        str | None, typer.Option(help="Address to bind to; AG2_MARKETING_SERVER_HOST when not given.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port; AG2_MARKETING_SERVER_PORT when not given.")] = None,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help="Certificate with its chain (PEM), for https.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="The certificate's key (PEM).")] = None,
) -> None:
    """Run the tracking server until it is stopped (Ctrl-C)."""
    if context.invoked_subcommand is not None:
        return
    if (tls_cert is None) != (tls_key is None):
        raise InvalidInput("--tls-cert and --tls-key belong together.")
    from ag2_marketing.server.app import build_app
    from ag2_marketing.server.engine import EngineExperiments, EngineSink
    from ag2_marketing.server.run import Tls
    from ag2_marketing.server.run import serve as run_server
    from ag2_marketing.server.services import services_for

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", force=True)
    tls = Tls(tls_cert, tls_key) if tls_cert and tls_key else None
    given = {"server_host": host, "server_port": port}
    async with _workspace(**{name: value for name, value in given.items() if value is not None}) as ws:
        services = services_for(ws, EngineSink(ws), EngineExperiments(ws))
        await run_server(build_app(services), ws.settings, tls=tls, ready=_tell)
    show("Stopped; every event that was answered is stored.")


def _tell(url: str) -> None:
    show(f"The tracking server listens at {url}")
    sys.stdout.flush()


@asynccontextmanager
async def _workspace(**changes: Any) -> AsyncIterator[Workspace]:
    from ag2_marketing_tools.workspace import Settings, Workspace

    async with Workspace.open(Settings(**changes)) as ws:
        yield ws


@command
async def add_user(
    name: Annotated[str, typer.Argument(help="The name to log in with.")],
    *,
    role: RoleOption = "viewer",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")
    ] = False,
) -> None:
    """Let a person log in; the password is asked for."""
    from ag2_marketing.server.access.accounts import add_account
    from ag2_marketing.server.access.roles import role_named

    wanted = role_named(role)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _new_password()
    async with _workspace() as ws:
        await add_account(ws, name, password, wanted)
    show(f"{name} may log in as {wanted.word}.")


def _new_password() -> str:
    password = getpass("Password: ")
    if getpass("Again: ") != password:
        raise InvalidInput("The two passwords differ.")
    return password


@command
async def list_users(*, as_json: JsonOption = False) -> None:
    """List who may log in."""
    from ag2_marketing.server.access.accounts import list_accounts

    async with _workspace() as ws:
        found = await list_accounts(ws.store)
    rows = [{"name": one.name, "role": one.role.word, "since": one.created_at} for one in found]
    _listed(rows, as_json=as_json)


@command
async def remove_user(name: Annotated[str, typer.Argument(help="Whom.")]) -> None:
    """Let a person log in no more, and end their logins."""
    from ag2_marketing.server.access.accounts import remove_account

    async with _workspace() as ws:
        await remove_account(ws.store, name)
    show(f"{name} may not log in any more.")


@command
async def add_write_key(project: Annotated[str, typer.Argument(help="The site or app that sends.")]) -> None:
    """Make a write key and print it; it is shown this once."""
    from ag2_marketing.server.access.write_keys import add_key

    async with _workspace() as ws:
        show(await add_key(ws, project))


@command
async def list_write_keys(*, as_json: JsonOption = False) -> None:
    """List the write keys, without their secrets."""
    from ag2_marketing.server.access.write_keys import list_keys

    async with _workspace() as ws:
        found = await list_keys(ws.store)
    _listed(
        [{"id": one.id, "project": one.project, "since": one.created_at} for one in found], as_json=as_json
    )


@command
async def remove_write_key(key_id: Annotated[str, typer.Argument(help="Its id, as listed.")]) -> None:
    """Take a write key back; a running server heeds it within seconds."""
    from ag2_marketing.server.access.write_keys import remove_key

    async with _workspace() as ws:
        await remove_key(ws.store, key_id)
    show(f"{key_id} is good for nothing any more.")


@command
async def add_reading_token(
    label: Annotated[str, typer.Argument(help="What it is for.")],
    *,
    role: RoleOption = "viewer",
    days: Annotated[
        float | None, typer.Option(min=0.01, max=36_500, help="How long it is good; for good when not given.")
    ] = None,
) -> None:
    """Make a bearer token and print it; it is shown this once."""
    from ag2_marketing.server.access.roles import role_named
    from ag2_marketing.server.access.tokens import add_token

    wanted = role_named(role)
    async with _workspace() as ws:
        show(await add_token(ws, label, wanted, None if days is None else timedelta(days=days)))


@command
async def list_reading_tokens(*, as_json: JsonOption = False) -> None:
    """List the tokens, without their secrets."""
    from ag2_marketing.server.access.tokens import list_tokens

    async with _workspace() as ws:
        found = await list_tokens(ws.store)
    rows = [
        {
            "id": one.id,
            "label": one.label,
            "role": one.role.word,
            "since": one.created_at,
            "until": one.expires_at,
        }
        for one in found
    ]
    _listed(rows, as_json=as_json)


@command
async def remove_reading_token(token_id: Annotated[str, typer.Argument(help="Its id, as listed.")]) -> None:
    """Take a token back, at once."""
    from ag2_marketing.server.access.tokens import remove_token

    async with _workspace() as ws:
        await remove_token(ws.store, token_id)
    show(f"{token_id} is good for nothing any more.")


def _listed(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    for row in rows:
        show("  ".join("-" if value is None else str(value) for value in row.values()))
