"""What every command shares: exit codes, one clear sentence for an error, progress, questions, and output."""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import logging
import os
import re
import signal
import sys
import warnings
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn, ParamSpec

import typer
from pydantic import ValidationError

from ag2_marketing_tools.errors import InvalidInput, MarketingError, NotFound, Unavailable

EXIT_CODES: Final = {
    0: "done",
    1: "the job failed, or finished only in part",
    2: "the command or its input cannot be used",
    3: "a key, a component or a setting is missing",
    4: "a report or a ledger does not hold what it says",
    5: "the audit has findings that --fail-on or --fail-on-new counts",
    130: "interrupted",
}
JOB_FAILED, BAD_INPUT, MISSING, NOT_GENUINE, FINDINGS, INTERRUPTED = 1, 2, 3, 4, 5, 130
DEBUG: Final = "AG2_MARKETING_DEBUG"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

YOUNG_OBJECTS: Final = 100_000
"""After how many new objects Python looks for cycles: a page or a batch of events makes thousands, and hardly one of
them, but each look goes over all that is loaded. With Python's own 700 it is up to an eighth of an audit's time."""

P = ParamSpec("P")


LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def command(
    function: Callable[P, Coroutine[Any, Any, None]], *, loop: Callable[[], LoopFactory | None] = lambda: None
) -> Callable[P, None]:
    """Run an async command; an error becomes one sentence on standard error and an exit code.

    `loop` is asked for another event loop than asyncio's own.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        _quieten()
        gc.set_threshold(YOUNG_OBJECTS)
        try:
            with _own_language(), asyncio.Runner(loop_factory=loop()) as runner:
                runner.run(_stoppable(function(*args, **kwargs)))
        except KeyboardInterrupt:
            fail(_INTERRUPTED, INTERRUPTED)
        except (typer.Exit, BrokenPipeError):
            raise  # typer's own business
        except Exception as error:
            if os.environ.get(DEBUG):
                raise
            fail(*_told(error))

    return run


@contextmanager
def _own_language() -> Iterator[None]:
    """Speak the language of the settings; where these cannot be read, the command itself says so."""
    from ag2_marketing_tools.messages import speaking
    from ag2_marketing_tools.workspace import Settings

    try:
        language = Settings().language
    except ValidationError:
        language = "en"
    with speaking(language):
        yield


_INTERRUPTED: Final = "Interrupted. What was finished is stored, nothing half-written was left."


async def _stoppable(work: Coroutine[Any, Any, None]) -> None:
    """Do the work; at Ctrl-C leave once it is cleaned up, without waiting for a model that still thinks.

    AG2 asks a model in a thread, which nothing can stop and which Python would wait for.
    """
    try:
        await work
    except asyncio.CancelledError:
        _print_error(_INTERRUPTED)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(INTERRUPTED)


def _quieten() -> None:
    """Keep libraries' warnings and log lines off the terminal, unless somebody looks for a defect."""
    if os.environ.get(DEBUG):
        logging.basicConfig(level=logging.INFO)
        return
    if not logging.getLogger().handlers:
        logging.getLogger().addHandler(logging.NullHandler())
        if logging.lastResort is not None:  # on standard error: a language that is not known is told of
            logging.getLogger("ag2_marketing_tools.messages").addHandler(logging.lastResort)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _told(error: Exception) -> tuple[str, int]:
    """Return the sentence and the exit code of an error."""
    if isinstance(error, MarketingError):
        return str(error), _exit_code(error)
    if isinstance(error, ValidationError) and error.title == "Settings":
        return f"A setting cannot be used: {_setting_faults(error)}.", BAD_INPUT
    return (
        f"This is a defect of the program ({type(error).__name__}: {error}). "
        f"Run again with {DEBUG}=1 for the details to report.",
        JOB_FAILED,
    )


def _setting_faults(error: ValidationError) -> str:
    from ag2_marketing_tools.tool import explain

    return re.sub(
        r"(^|; )(\w+)(?=[.:])", lambda found: f"{found[1]}AG2_MARKETING_{found[2].upper()}", explain(error)
    )


def _exit_code(error: BaseException | None) -> int:
    """Judge an error by its kind; one that a tool raised is the cause of the one that reaches the command."""
    while isinstance(error, MarketingError):
        if isinstance(error, InvalidInput | NotFound):
            return BAD_INPUT
        if isinstance(error, Unavailable):
            return MISSING
        error = error.__cause__
    return JOB_FAILED


def fail(sentence: str, code: int) -> NoReturn:
    """Print one sentence on standard error and leave with an exit code."""
    _print_error(sentence)
    raise typer.Exit(code)


def _print_error(sentence: str) -> None:
    typer.secho(f"error: {printable(sentence)}", err=True, fg="red")


def show(text: str, **style: Any) -> None:
    """Print text on standard output; what a page or a model put into it cannot steer the terminal."""
    typer.secho(printable(text), **style)


def printable(text: str) -> str:
    """Return text without control characters, line breaks and tabs excepted."""
    return _CONTROLS.sub("", text)


def print_json(value: Any) -> None:
    """Print a value for machines, and nothing else, on standard output."""
    plain_ascii = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    json.dump(value, sys.stdout, ensure_ascii=plain_ascii, indent=2, default=str)
    sys.stdout.write("\n")


def printed(text: str) -> None:
    """Print a file's text for machines on standard output, byte for byte as the file has it."""
    typer.echo(text.encode("utf-8", "backslashreplace"), nl=False)


async def ask(question: str) -> str | None:
    """Put a question to the person at the terminal and return the answer, or None at the end of input.

    It waits in the main thread, where Ctrl-C ends it at once; a thread that reads could not be stopped.
    Where standard output is a file or a pipe, the question goes to standard error.
    """
    if not sys.stdout.isatty():
        typer.echo(question, nl=False, err=True)
        question = ""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        await asyncio.sleep(0)  # a Ctrl-C of a moment ago ends it here
        return input(question).strip()
    except EOFError:
        return None
    finally:
        signal.signal(signal.SIGINT, before)


class Progress:
    """What a person sees on standard error while something goes on."""

    def __init__(self, status: Any = None) -> None:
        self._status = status

    def now(self, text: str) -> None:
        """Say what is being done."""
        if self._status is not None:
            self._status.update(_plain(text))

    def say(self, text: str) -> None:
        """Print something that stays, above the moving line."""
        with self._out_of_the_way():
            typer.echo(printable(text), err=True)

    async def ask(self, question: str) -> str:
        """Put a question to the person, out of the way of the moving line; no answer is an empty one."""
        with self._out_of_the_way():
            return await ask(question) or ""

    @contextmanager
    def _out_of_the_way(self) -> Iterator[None]:
        if self._status is None:
            yield
            return
        self._status.stop()
        try:
            yield
        finally:
            self._status.start()


@contextmanager
def progress(message: str, *, shown: bool = True) -> Iterator[Progress]:
    """Show on standard error that something goes on, where a person sees it."""
    if not shown or not sys.stderr.isatty():
        yield Progress()
        return
    from rich.console import Console

    with Console(stderr=True).status(_plain(message)) as status, _told_by_tools(status):
        yield Progress(status)


@contextmanager
def _told_by_tools(status: Any) -> Iterator[None]:
    """Show how far long work has come, as the engine logs it."""
    logger, shown = logging.getLogger("ag2_marketing_tools.progress"), _Shown(status)
    level = logger.level
    logger.addHandler(shown)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(level)
        logger.removeHandler(shown)


class _Shown(logging.Handler):
    """Puts log lines into the moving line."""

    def __init__(self, status: Any) -> None:
        super().__init__()
        self._status = status

    def emit(self, record: logging.LogRecord) -> None:
        self._status.update(_plain(f"{record.getMessage()} …"))


def _plain(text: str) -> Any:
    from rich.text import Text

    return Text(printable(text))
