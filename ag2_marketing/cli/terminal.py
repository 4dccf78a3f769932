"""What every command shares: exit codes, one clear sentence for an error, progress, and output for machines."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import typer
from pydantic import ValidationError

from ag2_marketing_tools.errors import InvalidInput, MarketingError, NotFound, Unavailable

EXIT_CODES = {
    0: "done",
    1: "the job failed, or finished only in part",
    2: "the command or its input cannot be used",
    3: "a key, a component or a setting is missing",
    4: "a report or a ledger does not hold what it says",
    130: "interrupted",
}
JOB_FAILED, BAD_INPUT, MISSING, NOT_GENUINE, INTERRUPTED = 1, 2, 3, 4, 130

P = ParamSpec("P")
T = TypeVar("T")


def command(function: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run an async command; an error becomes one sentence on standard error and an exit code."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            asyncio.run(function(*args, **kwargs))
        except KeyboardInterrupt:
            fail("Interrupted. What was finished is stored, nothing half-written was left.", INTERRUPTED)
        except ValidationError as error:
            from ag2_marketing_tools.tool import explain

            fail(f"A setting cannot be used: {explain(error)}. `ag2-marketing config show` lists them.", BAD_INPUT)
        except MarketingError as error:
            fail(str(error), _exit_code(error))
        except typer.Exit:
            raise
        except Exception as defect:  # noqa: BLE001 (a user sees a sentence, never a traceback)
            if os.environ.get("AG2_MARKETING_DEBUG"):
                raise
            fail(
                f"This is a defect of the program ({type(defect).__name__}: {defect}). "
                "Run again with AG2_MARKETING_DEBUG=1 for the details to report.",
                JOB_FAILED,
            )

    return run


def fail(sentence: str, code: int) -> None:
    """Print one sentence on standard error and leave with an exit code."""
    typer.secho(f"error: {sentence}", err=True, fg="red")
    raise typer.Exit(code)


def _exit_code(error: MarketingError) -> int:
    if isinstance(error, InvalidInput | NotFound):
        return BAD_INPUT
    if isinstance(error, Unavailable):
        return MISSING
    return JOB_FAILED


def print_json(value: Any) -> None:
    """Print a value for machines, and nothing else, on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


@contextmanager
def progress(message: str, *, shown: bool = True) -> Iterator[Callable[[str], None]]:
    """Show on standard error that something goes on; the yielded function says what is being done now."""
    if not shown or not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status(message) as status:
        yield lambda text: status.update(text)
