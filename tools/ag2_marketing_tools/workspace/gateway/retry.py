"""When a request is tried again, and after how long."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from tenacity import AsyncRetrying, RetryCallState

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.workspace.clock import Clock
from ag2_marketing_tools.workspace.gateway.response import Answer

IDEMPOTENT_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})
"""RFC 9110, section 9.2.2 (2022). A POST that timed out may have been carried out: it is never sent twice."""
RETRIED_STATUSES: Final = frozenset({429, 502, 503, 504})
RETRIED_FAILURES: Final = frozenset({"connect", "timeout", "protocol"})


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that `Retry-After` asks for, as a number or a date (RFC 9110, 10.2.3, 2022)."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    try:
        until = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


def backoff_s(attempt: int, *, base_s: float, longest_s: float, seed: str) -> float:
    """Return exponential back-off with "equal jitter": half of it fixed, half spread by `seed`.

    Source: M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015. The spread comes from a
    hash and not from a random generator, so that a run with a fixed clock repeats to the byte.
    """
    whole_s = min(longest_s, base_s * 2.0 ** (attempt - 1))
    spread = int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=8).digest()) / 2.0**64
    return whole_s * (0.5 + 0.5 * spread)


def retrying(
    *,
    clock: Clock,
    attempts: int,
    base_s: float,
    longest_s: float,
    remaining_s: Callable[[], float],
    seed: str,
) -> AsyncRetrying:
    """Return tenacity's retrying with our rules; call it with the coroutine function of one attempt.

    The last answer or error is the outcome when no try is left, or when the next one would begin after the
    deadline.

    Args:
        clock: What sleeps.
        attempts: Tries in all.
        base_s: The first back-off.
        longest_s: The longest back-off of our own making; a server may ask for more.
        remaining_s: What is left until the deadline.
        seed: Spreads the back-off of different requests.
    """

    def wait_s(state: RetryCallState) -> float:
        own_s = backoff_s(
            state.attempt_number,
            base_s=base_s,
            longest_s=longest_s,
            seed=f"{seed} {state.attempt_number} {clock.monotonic_s()}",
        )
        answer = None if _failure(state) else _result(state)
        asked_s = retry_after_s(answer.headers, clock.now()) if answer else None
        return own_s if asked_s is None else asked_s

    def stop(state: RetryCallState) -> bool:
        return state.attempt_number >= attempts or state.upcoming_sleep >= remaining_s()

    return AsyncRetrying(
        sleep=clock.sleep, wait=wait_s, stop=stop, retry=_retry_wanted, retry_error_callback=_result
    )


def _retry_wanted(state: RetryCallState) -> bool:
    failure = _failure(state)
    if failure is not None:
        return isinstance(failure, FetchFailed) and failure.kind in RETRIED_FAILURES
    answer = _result(state)
    return answer is not None and answer.status in RETRIED_STATUSES


def _failure(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _result(state: RetryCallState) -> Answer | None:
    answer: Answer | None = state.outcome.result() if state.outcome else None
    return answer
