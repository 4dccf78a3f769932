"""What may be done to a test after its set-up. Each step is written down with who did it and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import Conflict, InvalidInput
from ag2_marketing_tools.experiments.assignment.hashing import bounds_of
from ag2_marketing_tools.experiments.configuration import ChangeExperiment
from ag2_marketing_tools.experiments.model import Experiment, Phase, Variant
from ag2_marketing_tools.experiments.planning import end_of
from ag2_marketing_tools.experiments.repository import (
    Record,
    add_phase,
    load_experiment,
    note_change,
    set_phase,
    update_experiment,
)
from ag2_marketing_tools.workspace.localtime import at_moment

# Why these are fixed from the set-up on, in the words of the refusal.
FIXED = {
    "metrics": "choosing what to judge by after users were seen makes the error rates wrong",
    "variants": "users would have seen different things under one name",
    "min_sample_size": "moving the bar while results come in makes the error rates wrong",
    "confidence_level": "moving the bar while results come in makes the error rates wrong",
}


async def stop(connection: AsyncConnection, test_id: str, record: Record) -> None:
    """End a test: nobody is assigned any more; what was tracked stays and can be analysed.

    Raises:
        NotFound: There is no such test.
        Conflict: It does not run.
    """
    found = await load_experiment(connection, test_id)
    _require_running(found)
    await _end(connection, found, "stopped", record)


async def archive(connection: AsyncConnection, test_id: str, record: Record) -> None:
    """Put an ended test away: it is no longer listed, and its figures stay.

    Raises:
        NotFound: There is no such test.
        Conflict: It still runs, or is archived already.
    """
    found = await load_experiment(connection, test_id)
    if found.state == "running":
        raise Conflict(f"The test {test_id!r} still runs.", remedy="Stop it first.")
    if found.state == "archived":
        raise Conflict(f"The test {test_id!r} is archived already.")
    await _move(connection, found, "archived", record)


async def revert_to_control(connection: AsyncConnection, test_id: str, record: Record) -> Variant:
    """End a test so that everybody, also those with another variant, is shown the control from now on.

    Doing it again changes nothing, so that whoever recovers from a failure may repeat it.

    Returns:
        The control.

    Raises:
        NotFound: There is no such test.
        Conflict: It is archived.
    """
    found = await load_experiment(connection, test_id)
    if found.state == "archived":
        raise Conflict(f"The test {test_id!r} is archived; nobody is assigned by it any more.")
    if found.state != "reverted":
        await _end(connection, found, "reverted", record)
    return found.control


async def change(connection: AsyncConnection, wanted: ChangeExperiment, record: Record) -> None:
    """Change a running test's weights, coverage or duration; a new allocation begins a new phase.

    Raises:
        NotFound: There is no such test.
        Conflict: It does not run, what is asked for is fixed at set-up, or its planned end has passed, which a
            new duration cannot move.
        InvalidInput: Nothing is asked for, the weights do not fit, or the new end has passed.
    """
    found = await load_experiment(connection, wanted.test_id)
    _require_running(found)
    for name, why in FIXED.items():
        if name in wanted.model_fields_set:
            raise Conflict(
                f"`{name}` of the test {found.id!r} cannot be changed: {why}.",
                remedy="Stop it and set up another test.",
            )
    before, after = _differences(found, wanted, record.at)
    if not after:
        raise InvalidInput("Nothing would change.", remedy="Give `weights`, `coverage` or `duration_days`.")
    if "weights" in after or "coverage" in after:
        await _reallocate(connection, found, after, record)
    columns = {"end_at": after["end_at"]} if "end_at" in after else {}
    await update_experiment(connection, found, record, **columns)
    await note_change(
        connection,
        found.id,
        found.version + 1,
        "changed",
        record,
        before=_plain(before),
        after=_plain(after),
    )


def _differences(
    found: Experiment, wanted: ChangeExperiment, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what was and what is to be, where they differ."""
    phase = found.current_phase
    was: dict[str, Any] = {"weights": dict(phase.weights), "coverage": phase.coverage, "end_at": found.end_at}
    to_be = dict(was)
    if wanted.weights is not None:
        to_be["weights"] = _weights(found, wanted.weights)
    if wanted.coverage is not None:
        to_be["coverage"] = wanted.coverage
    if wanted.duration_days is not None:
        to_be["end_at"] = _end_at(found, wanted.duration_days, now)
    changed = [name for name in was if to_be[name] != was[name]]
    return {name: was[name] for name in changed}, {name: to_be[name] for name in changed}


def _weights(found: Experiment, given: Mapping[str, float]) -> dict[str, float]:
    """Return weights by variant id, in the variants' order, from weights by id or name."""
    left = dict(given)
    weights = {}
    for variant in found.variants:
        keys = [key for key in (variant.id, variant.name) if key in left]
        if len(keys) != 1:
            raise InvalidInput(
                f"weights: the variant {variant.name!r} ({variant.id}) needs one weight.",
                remedy="Give a weight for each variant, by its id or its name.",
            )
        weights[variant.id] = left.pop(keys[0])
    if left:
        raise InvalidInput(f"weights: the test {found.id!r} has no variant {', '.join(map(repr, left))}.")
    bounds_of(list(weights.values()))
    return weights


def _end_at(found: Experiment, days: float, now: datetime) -> datetime:
    """Return the end that a new duration gives.

    An end that has passed stays: the result may have been read as final, and what happened after it was stored
    as counting for nothing.
    """
    if found.end_at <= now:
        raise Conflict(
            f"`duration_days` of the test {found.id!r} cannot be changed: its planned end, "
            f"{found.end_at.isoformat()}, has passed, and going on until the result pleases makes the error rates "
            "wrong.",
            remedy="Analyse it, and set up another test if it was too short.",
        )
    zone = ZoneInfo(found.timezone)
    end = end_of(at_moment(found.start_at, zone), days, zone).utc
    if end <= now:
        raise InvalidInput(
            f"duration_days: the test would have ended at {end.isoformat()}.", remedy="Stop it instead."
        )
    return end


async def _reallocate(
    connection: AsyncConnection, found: Experiment, after: Mapping[str, Any], record: Record
) -> None:
    """Begin a new phase; one that has not begun is corrected instead, for nobody was assigned in it."""
    current = found.current_phase
    changed = replace(
        current,
        weights=after.get("weights", current.weights),
        coverage=after.get("coverage", current.coverage),
        reason=record.reason,
    )
    if record.at <= current.started_at:
        await set_phase(connection, found.id, changed)
        return
    await set_phase(connection, found.id, replace(current, ended_at=record.at))
    following: Phase = replace(changed, number=current.number + 1, started_at=record.at)
    await add_phase(connection, found.id, following)


async def _end(connection: AsyncConnection, found: Experiment, state: str, record: Record) -> None:
    at = found.stopped_at or record.at  # a stopped test that is reverted was stopped when it was stopped
    if found.current_phase.ended_at is None and at > found.current_phase.started_at:
        await set_phase(connection, found.id, replace(found.current_phase, ended_at=at))
    await _move(connection, found, state, record, stopped_at=at)


async def _move(
    connection: AsyncConnection, found: Experiment, state: str, record: Record, **values: Any
) -> None:
    await update_experiment(connection, found, record, state=state, **values)
    before, after = {"state": found.state}, {"state": state}
    await note_change(connection, found.id, found.version + 1, state, record, before=before, after=after)


def _require_running(found: Experiment) -> None:
    if found.state != "running":
        raise Conflict(
            f"The test {found.id!r} does not run; it is {found.state}.", remedy="Set up another test."
        )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }
