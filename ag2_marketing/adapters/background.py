"""Blocking work that nobody has to wait for: a model that thinks, a terminal that is read."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_background(work: Callable[[], T]) -> T:
    """Run blocking work in a thread of its own and return its result.

    A caller that is cancelled leaves at once, and neither the event loop's end nor the interpreter's waits
    for the thread (`asyncio.to_thread` has them wait); what the work returns then is dropped.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    context = contextvars.copy_context()

    def tell(result: T | None, failure: Exception | None) -> None:
        if future.done():
            return
        if failure is not None:
            future.set_exception(failure)
        else:
            future.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, failure = None, None
        try:
            result = context.run(work)
        except Exception as error:  # noqa: BLE001 (it goes to the caller, whatever it is)
            failure = error
        try:
            loop.call_soon_threadsafe(tell, result, failure)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    threading.Thread(target=run, name="ag2-marketing-background", daemon=True).start()
    return await future
