"""A real PostgreSQL server for the tests: a temporary cluster on a free port of loopback."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from importlib.util import find_spec
from pathlib import Path

OWNER = "postgres"
"""Whom the server runs as when the tests run as root, whom PostgreSQL refuses to serve."""


def _binary(name: str) -> str | None:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return shutil.which(name) or (str(installed[0]) if installed else None)


def missing() -> str | None:
    """Say why no server can be started here, or None if one can."""
    if _binary("initdb") is None or _binary("pg_ctl") is None:
        return "PostgreSQL's initdb and pg_ctl are not installed"
    if find_spec("asyncpg") is None:
        return "the driver asyncpg (extra `postgres`) is not installed"
    if os.geteuid() == 0 and (shutil.which("runuser") is None or not _is_user(OWNER)):
        return "PostgreSQL does not run as root, and there is no user postgres to run it"
    return None


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@contextmanager
def running_server() -> Iterator[str]:
    """Start a server and give the URL of its administrator's database; stop it and delete it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="ag2-marketing-postgresql-"))
    password = secrets.token_hex(8)
    password_file = folder / "password"
    password_file.write_text(password)
    if os.geteuid() == 0:
        for path in (folder, password_file):
            shutil.chown(path, OWNER, OWNER)
    data = folder / "data"
    try:
        _run(
            "initdb", "-D", data, "-U", OWNER, "-A", "scram-sha-256", f"--pwfile={password_file}", "--no-sync"
        )
        port = _start(data, folder)
        try:
            yield f"postgresql://{OWNER}:{password}@127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(data: Path, folder: Path) -> int:
    for attempt in range(3):
        with socket.socket() as probe:  # another program may take the port between here and the start
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
            " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        )
        try:
            _run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        except subprocess.CalledProcessError:
            if attempt == 2:
                raise
        else:
            return port
    raise AssertionError("unreachable")


def _run(program: str, *arguments: object) -> None:
    binary = _binary(program)
    assert binary is not None
    command = [binary, *map(str, arguments)]
    if os.geteuid() == 0:
        command = ["runuser", "-u", OWNER, "--", *command]
    # pg_ctl hands its outputs on to the server: a pipe would stay open for as long as that runs.
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@asynccontextmanager
async def empty_database(server_url: str) -> AsyncIterator[str]:
    """Create a database of its own for one test and give its URL; drop it at the end."""
    import asyncpg

    name = f"test_{secrets.token_hex(6)}"
    administrator = await asyncpg.connect(server_url)
    try:
        await administrator.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server_url.rpartition('/')[0]}/{name}"
        finally:
            await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await administrator.close()
