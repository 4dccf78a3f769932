"""One round of a monitor: claimed, looked at subject by subject, and stored as one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from ag2_marketing.monitor.declared import Monitor, SubjectKey
from ag2_marketing.monitor.findings import Finding
from ag2_marketing_tools.errors import Conflict, MarketingError, StoreError
from ag2_marketing_tools.messages import say, speaking
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.monitoring import (
    Claimed,
    Finished,
    RoundState,
    Waiting,
    claim,
    finish,
    renew,
)
from ag2_marketing_tools.workspace.store.todos import Changes, Found

logger = logging.getLogger(__name__)

LEASE_S = 600.0
"""A round that gives no sign of life for so long is taken for dead; one is given between two subjects."""
_RENEW_AFTER_S = LEASE_S / 4
_TRIES_TO_STORE, _FIRST_WAIT_S, _LONGEST_WAIT_S = 5, 1.0, 30.0


@dataclass(frozen=True)
class Ran:
    """A round that was run.

    Attributes:
        monitor: Whose.
        round_id: Its id.
        finished: What came of it.
        changes: Which to-dos it opened, reopened and cleared.
    """

    monitor: str
    round_id: str
    finished: Finished
    changes: Changes


@dataclass
class _Looking:
    """What is known so far."""

    looked: list[SubjectKey] = field(default_factory=list)
    failures: dict[SubjectKey, str] = field(default_factory=dict)
    unreached: list[SubjectKey] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    def finished(self, state: RoundState, reason: str | None = None) -> Finished:
        return Finished(
            state=state,
            looked=self.looked,
            failures=self.failures,
            unreached=self.unreached,
            found=self.found,
            reason=reason,
        )


async def run_round(
    monitor: Monitor,
    ws: Workspace,
    *,
    every_s: float,
    stop: asyncio.Event | None = None,
    only_when_due: bool = False,
) -> Ran | Waiting:
    """Run one round, unless another process is at it or none is due.

    A subject that fails is recorded with its reason, and the others are looked at. Once `stop` is set, no further
    subject is begun; what was found by then is stored.

    Args:
        monitor: Which.
        ws: An open workspace.
        every_s: The next round is due so long after this one began.
        stop: Set to end the round before its last subject.
        only_when_due: Wait for the time that the round before it has set.

    Raises:
        Conflict: It took so long that another process runs the monitor now; nothing was stored.
        StoreError: The store failed.
    """
    claimed = await claim(ws.store, monitor.name, ids=ws.ids, lease_s=LEASE_S, only_when_due=only_when_due)
    if isinstance(claimed, Waiting):
        return claimed
    looking = _Looking()
    with speaking(ws.settings.language):
        try:
            finished = await _look_at_all(monitor, ws, claimed, looking, stop or asyncio.Event())
        except Conflict:
            raise
        except asyncio.CancelledError:
            interrupted = looking.finished("stopped", say("It was interrupted."))
            try:
                await _store(monitor, ws, claimed, interrupted, every_s)
            except MarketingError as error:  # whoever cancelled waits for the cancellation
                logger.warning("monitor %s was interrupted, its round not stored: %s", monitor.name, error)
            raise
        except Exception as error:  # noqa: BLE001 (whatever a round fails of, the monitor goes on)
            finished = looking.finished("failed", _reason(monitor, error))
    changes = await _store(monitor, ws, claimed, finished, every_s)
    return Ran(monitor.name, claimed.round_id, finished, changes)


async def _look_at_all(
    monitor: Monitor, ws: Workspace, claimed: Claimed, looking: _Looking, stop: asyncio.Event
) -> Finished:
    subjects = await monitor.subjects(ws)
    looking.unreached = list(subjects)
    renewed_s = ws.clock.monotonic_s()
    for subject in subjects:
        if stop.is_set():
            return looking.finished("stopped", say("It was told to stop."))
        if ws.clock.monotonic_s() - renewed_s >= _RENEW_AFTER_S:
            await renew(ws.store, monitor.name, claimed, lease_s=LEASE_S)
            renewed_s = ws.clock.monotonic_s()
        try:
            looking.found += _as_found(monitor, subject, await monitor.look(ws, *subject))
            looking.looked.append(subject)
        except StoreError:
            raise  # of no subject's making: the whole round fails
        except Exception as error:  # noqa: BLE001 (one subject never costs the others theirs)
            looking.failures[subject] = _reason(monitor, error)
        looking.unreached.remove(subject)
    if looking.failures and not looking.looked:
        return looking.finished("failed", say("No subject could be looked at."))
    return looking.finished("partial" if looking.failures else "completed")


def _as_found(monitor: Monitor, subject: SubjectKey, findings: Iterable[Finding]) -> list[Found]:
    kind, id = subject
    return [
        Found(
            subject_kind=kind,
            subject_id=id,
            kind=one.kind,
            topic=one.topic,
            text=one.text,
            finding=one.entry,
            sensitive=monitor.sensitive,
        )
        for one in findings
    ]


def _reason(monitor: Monitor, error: Exception) -> str:
    """What to store of an error; of a defect, the log has the details."""
    if isinstance(error, MarketingError):
        return str(error)
    logger.error("monitor %s failed unexpectedly", monitor.name, exc_info=error)
    return say("A defect of the program ({name}); its log has the details.", name=type(error).__name__)


async def _store(
    monitor: Monitor, ws: Workspace, claimed: Claimed, finished: Finished, every_s: float
) -> Changes:
    """Store a round; a store that is away for a moment is waited for, so that what was found is not lost."""
    done = finished.state in ("completed", "partial")
    due_at = claimed.started_at + timedelta(seconds=every_s) if done else None
    retrying = AsyncRetrying(
        sleep=ws.clock.sleep,
        wait=wait_exponential(multiplier=_FIRST_WAIT_S, max=_LONGEST_WAIT_S),
        stop=stop_after_attempt(_TRIES_TO_STORE),
        retry=retry_if_exception_type(StoreError),
        reraise=True,
    )
    changes: Changes = await retrying(
        finish, ws.store, monitor.name, claimed, finished, ids=ws.ids, due_at=due_at
    )
    return changes
