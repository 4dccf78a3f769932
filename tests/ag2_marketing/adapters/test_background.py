"""Blocking work that nobody has to wait for."""

from __future__ import annotations

import asyncio
import contextvars
import subprocess
import sys
import threading
import time

import pytest

from ag2_marketing.adapters.background import in_background

WHO: contextvars.ContextVar[str] = contextvars.ContextVar("WHO", default="nobody")


async def test_its_result_and_its_error_come_back() -> None:
    def fail() -> None:
        raise ValueError("no")

    assert await in_background(lambda: 3) == 3
    with pytest.raises(ValueError, match="no"):
        await in_background(fail)


async def test_it_sees_the_callers_context() -> None:
    WHO.set("me")

    assert await in_background(WHO.get) == "me"


async def test_a_caller_that_is_cancelled_leaves_at_once() -> None:
    release = threading.Event()
    begun = time.monotonic()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await in_background(lambda: release.wait(30))

    assert time.monotonic() - begun < 5
    release.set()


def test_neither_the_loop_nor_the_interpreter_waits_for_it() -> None:
    program = """
import asyncio, time
from ag2_marketing.adapters.background import in_background
async def main():
    try:
        async with asyncio.timeout(0.05):
            await in_background(lambda: time.sleep(60))
    except TimeoutError:
        print("left")
asyncio.run(main())
"""
    finished = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert finished.stdout == "left\n"
    assert finished.returncode == 0
