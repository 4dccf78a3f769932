"""The circuit breaker: a service that keeps failing is left in peace for a while."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Final, ParamSpec, TypeVar

from ag2_marketing_tools.errors import CircuitOpen, InvalidInput
from ag2_marketing_tools.workspace.clock import Clock, SystemClock

DEFAULT_MAX_FAILURES: Final = 3
DEFAULT_RESET_TIMEOUT_S: Final = 60.0

_P = ParamSpec("_P")
_T = TypeVar("_T")


class CircuitBreaker:
    """Closed until `max_failures` failures in a row, then open for `reset_timeout` seconds, then half-open.

    Half-open lets one call through at a time (the probe): its success closes the breaker, its failure opens
    it again for the full time. Time is monotonic: setting the machine's clock neither opens nor closes it.

    Two ways of naming things are understood, `max_failures`/`reset_timeout` with
    `record_failure()`/`reset()`, and `failure_threshold`/`recovery_timeout` with `failure()`/`success()`.
    """

    def __init__(
        self,
        max_failures: int | None = None,
        reset_timeout: float | None = None,
        *,
        failure_threshold: int | None = None,
        recovery_timeout: float | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Set when to open and for how long.

        Args:
            max_failures: Failures in a row that open it; 3 when not given.
            reset_timeout: Seconds until it is tried again; 60 when not given.
            failure_threshold: Another name of `max_failures`.
            recovery_timeout: Another name of `reset_timeout`.
            clock: The machine's clock when not given.

        Raises:
            InvalidInput: Both names of one value are given, or a value is out of range.
        """
        failures = _one_of("max_failures", max_failures, "failure_threshold", failure_threshold)
        timeout_s = _one_of("reset_timeout", reset_timeout, "recovery_timeout", recovery_timeout)
        self.max_failures = DEFAULT_MAX_FAILURES if failures is None else failures
        self.reset_timeout = DEFAULT_RESET_TIMEOUT_S if timeout_s is None else timeout_s
        if (
            isinstance(self.max_failures, bool)
            or not isinstance(self.max_failures, int)
            or self.max_failures < 1
        ):
            raise InvalidInput(
                f"max_failures is {self.max_failures!r}.", remedy="Give a whole number above zero."
            )
        if not isinstance(self.reset_timeout, int | float) or not 0 <= self.reset_timeout < math.inf:
            raise InvalidInput(
                f"reset_timeout is {self.reset_timeout!r}.", remedy="Give seconds, zero or more."
            )
        self.failures = 0
        self.last_failure: float | None = None
        """When the last failure was, in the clock's monotonic seconds."""
        self._clock = clock or SystemClock()
        self._probing = False

    async def execute(self, func: Callable[_P, Awaitable[_T]], /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Call `func`, unless the breaker is open, and record how it went.

        Raises:
            CircuitOpen: The breaker is open; `func` was not called.
        """
        self.enter()
        try:
            result = await func(*args, **kwargs)
        except Exception:
            self.record_failure()
            raise
        except BaseException:
            self.leave()  # a cancelled call says nothing about the service
            raise
        self.reset()
        return result

    def is_open(self) -> bool:
        """Whether a call made now would be refused. Asking changes nothing."""
        return self._probing or self.retry_after_s() > 0

    def is_closed(self) -> bool:
        """Whether a call made now would be let through. Asking changes nothing."""
        return not self.is_open()

    def retry_after_s(self) -> float:
        """Seconds until the next call may be tried; 0 when it may be tried now."""
        if self.failures < self.max_failures or self.last_failure is None:
            return 0.0
        return max(0.0, self.last_failure + self.reset_timeout - self._clock.monotonic_s())

    def enter(self) -> None:
        """Begin a call; end it by `success`, `failure` or `leave`. When half-open, this call is the probe.

        Raises:
            CircuitOpen: The breaker is open, or its probe is under way.
        """
        if self.is_open():
            raise CircuitOpen(retry_after_s=self.retry_after_s())
        self._probing = self.failures >= self.max_failures

    def leave(self) -> None:
        """End a call that said nothing about the service."""
        self._probing = False

    def record_failure(self) -> None:
        """Count a failure."""
        self.failures += 1
        self.last_failure = self._clock.monotonic_s()
        self._probing = False

    def reset(self) -> None:
        """Close the breaker."""
        self.failures = 0
        self.last_failure = None
        self._probing = False

    def success(self) -> None:
        """Record a success: `reset` by its other name."""
        self.reset()

    def failure(self) -> None:
        """Record a failure: `record_failure` by its other name."""
        self.record_failure()


def _one_of(name: str, value: _T | None, other_name: str, other: _T | None) -> _T | None:
    if value is not None and other is not None:
        raise InvalidInput(f"{name} and {other_name} are two names of one value.", remedy="Give one of them.")
    return other if value is None else value
