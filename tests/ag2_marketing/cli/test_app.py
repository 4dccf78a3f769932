"""Help, version, exit codes, and what every command has in common."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from command_line import CONSOLE_SCRIPT, Invoke, is_one_sentence

import ag2_marketing
from ag2_marketing.cli.app import app
from ag2_marketing.cli.terminal import EXIT_CODES, command, printable
from ag2_marketing_tools.errors import Conflict, InvalidInput, MarketingError, NotFound, Unavailable


def _commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, child in getattr(group, "commands", {}).items():
        yield from _commands(child, (*path, name))


COMMANDS = list(_commands(typer.main.get_command(app)))


def test_the_commands_are_those_that_were_asked_for() -> None:
    assert {path[0] for path in COMMANDS if path} == set(
        [
            "run",
            "demo",
            "audit",
            "benchmarks",
            "monitor",
            "review",
            "experiment",
            "import",
            "subject",
            "content",
            "schedule",
            "serve",
            "history",
            "schema",
            "keys",
            "chat",
            "tools",
            "call",
            "mcp",
            "config",
            "db",
            "verify",
        ]
    )
    assert {path[1] for path in COMMANDS if path[:1] == ("db",) and len(path) > 1} == {
        "upgrade",
        "backup",
        "restore",
    }


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "(none)")
def test_every_command_and_option_has_help(path: tuple[str, ...], invoke: Invoke) -> None:
    finished = invoke(*path, "--help")
    assert finished.exit_code == 0
    assert finished.stdout.startswith("Usage: ")
    found = typer.main.get_command(app)
    for name in path:
        found = found.commands[name]  # type: ignore[attr-defined]
    assert found.help
    for parameter in found.params:
        assert getattr(parameter, "help", "text"), f"{' '.join(path)} {parameter.name} has no help"


def test_the_help_lists_every_exit_code(invoke: Invoke) -> None:
    told = " ".join(invoke("--help").stdout.split())
    for code, meaning in EXIT_CODES.items():
        assert f"{code} {meaning}" in told


@pytest.mark.parametrize("group", [[], ["config"], ["db"]])
def test_a_group_alone_shows_its_help(group: list[str], invoke: Invoke) -> None:
    finished = invoke(*group)
    assert "Usage: " in finished.output
    assert finished.exit_code in {0, 2}


def test_the_version_is_the_packages() -> None:
    finished = subprocess.run([CONSOLE_SCRIPT, "--version"], capture_output=True, text=True, check=True)
    assert finished.stdout == f"ag2-marketing {ag2_marketing.__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["publish"], ["run"], ["audit"], ["run", "--competitor"], ["demo", "--nope"]]
)
def test_a_command_line_that_cannot_be_read_ends_with_2(arguments: list[str], invoke: Invoke) -> None:
    finished = invoke(*arguments)
    assert finished.exit_code == 2
    assert "Error: " in finished.stderr
    assert finished.stdout == ""


def test_a_pipe_that_closes_early_is_no_defect(home: Path) -> None:
    finished = subprocess.run(
        ["bash", "-c", f"set -o pipefail; '{CONSOLE_SCRIPT}' tools show schedule_campaign | head -c 1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "defect" not in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.fixture
def ending(capsys: pytest.CaptureFixture[str]) -> Callable[[BaseException], tuple[int, str]]:
    """Runs a command that raises, and returns its exit code and what it told."""

    def run(error: BaseException) -> tuple[int, str]:
        @command
        async def broken() -> None:
            raise error

        with pytest.raises(typer.Exit) as left:
            broken()
        return left.value.exit_code, capsys.readouterr().err

    return run


def _caused(cause: Exception) -> MarketingError:
    error = MarketingError(str(cause))
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidInput("The URL is empty.", remedy="Give one."), 2),
        (NotFound("There is no campaign 'x'."), 2),
        (Unavailable("No key is set.", remedy="Set one."), 3),
        (Conflict("It is cancelled."), 1),
        (_caused(Unavailable("No key is set.")), 3),
        (_caused(NotFound("There is no campaign 'x'.")), 2),
        (_caused(ZeroDivisionError("division by zero")), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_error_is_one_sentence_and_an_exit_code(
    error: BaseException, code: int, ending: Callable[[BaseException], tuple[int, str]]
) -> None:
    left, told = ending(error)
    assert left == code
    assert is_one_sentence(told)
    assert str(error) in told


def test_a_defect_is_told_as_one_and_says_how_to_see_more(
    ending: Callable[[BaseException], tuple[int, str]],
) -> None:
    left, told = ending(ZeroDivisionError("division by zero"))
    assert left == 1
    assert is_one_sentence(told)
    assert "defect of the program (ZeroDivisionError: division by zero)" in told
    assert "AG2_MARKETING_DEBUG=1" in told


def test_a_defect_shows_its_traceback_to_who_looks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AG2_MARKETING_DEBUG", "1")

    @command
    async def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TIMEZONE", "Mars/Olympus", "AG2_MARKETING_TIMEZONE: 'Mars/Olympus' is not an IANA time zone"),
        ("FETCH_MAX_BYTES", "lots", "AG2_MARKETING_FETCH_MAX_BYTES: "),
        ("FETCH_DEADLINE_S", "nan", "AG2_MARKETING_FETCH_DEADLINE_S: "),
        ("ALLOWED_PORTS", "80,http", "AG2_MARKETING_ALLOWED_PORTS.1: "),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    name: str, value: str, told: str, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"AG2_MARKETING_{name}", value)
    finished = invoke("config", "show")
    assert finished.exit_code == 2
    assert is_one_sentence(finished.stderr)
    assert told in finished.stderr


def test_a_secret_setting_that_cannot_be_used_is_not_quoted(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AG2_MARKETING_DATABASE_URL", "mysql://root:hunter2@db/x")
    finished = invoke("db", "upgrade")
    assert finished.exit_code != 0
    assert is_one_sentence(finished.stderr)
    assert "hunter2" not in finished.output


def test_a_home_that_cannot_be_written_is_a_sentence(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AG2_MARKETING_HOME", "/dev/null/nowhere")
    finished = invoke("db", "upgrade")
    assert finished.exit_code == 1
    assert is_one_sentence(finished.stderr)
    assert "AG2_MARKETING_HOME" in finished.stderr


def test_what_a_page_says_cannot_steer_the_terminal() -> None:
    assert printable("a\x1b]0;owned\x07b\x9b2Jc\rd\te\nf\u00e9") == "a]0;ownedb2Jcd\te\nf\u00e9"


def test_the_module_runs_like_the_script() -> None:
    code = "import sys; sys.argv = ['ag2-marketing', '--version']; from ag2_marketing.cli import main; main()"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ag2_marketing.__version__ in finished.stdout
