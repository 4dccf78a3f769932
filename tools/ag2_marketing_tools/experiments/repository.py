"""Experiments in the store. Every function works within the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import Conflict, NotFound
from ag2_marketing_tools.experiments.metrics import MetricDefinition
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Look, Phase, State, Variant
from ag2_marketing_tools.workspace.ids import IdSource
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import (
    experiment,
    experiment_change,
    experiment_look,
    experiment_phase,
    experiment_variant,
)
from ag2_marketing_tools.workspace.store.turns import wait_in_line


@dataclass(frozen=True)
class Record:
    """What writing needs: whence new ids come, when it happens, who does it and why."""

    ids: IdSource
    at: datetime
    actor: str | None = None
    reason: str | None = None


async def add_experiment(connection: AsyncConnection, added: Experiment, record: Record) -> None:
    """Store an experiment with its variants and phases, and note that it was set up."""
    await connection.execute(insert(experiment).values(_experiment_row(added, record.at)))
    variants = [
        {
            "id": variant.id,
            "experiment_id": added.id,
            "position": variant.position,
            "name": variant.name,
            "content": variant.content,
            "is_control": variant.is_control,
        }
        for variant in added.variants
    ]
    await connection.execute(insert(experiment_variant), variants)
    for phase in added.phases:
        await add_phase(connection, added.id, phase)
    await note_change(
        connection, added.id, added.version, "set_up", record, after={"weights": added.current_phase.weights}
    )


async def load_experiment(connection: AsyncConnection, test_id: str) -> Experiment:
    """Return an experiment.

    Raises:
        NotFound: There is none of this id.
    """
    row = (await connection.execute(select(experiment).where(experiment.c.id == test_id))).first()
    if row is None:
        raise NotFound(f"There is no test {test_id!r}.", remedy="`list_experiments` lists them.")
    variants = await connection.execute(
        select(experiment_variant)
        .where(experiment_variant.c.experiment_id == test_id)
        .order_by(experiment_variant.c.position)
    )
    phases = await connection.execute(
        select(experiment_phase)
        .where(experiment_phase.c.experiment_id == test_id)
        .order_by(experiment_phase.c.number)
    )
    return _experiment_of(row, variants.all(), phases.all())


async def list_rows(
    connection: AsyncConnection, states: Sequence[State], limit: int
) -> tuple[Sequence[Row[Any]], int]:
    """Return the newest experiments in one of these states, and how many such there are in all."""

    def of_state(query: Select[Any]) -> Select[Any]:
        return query.where(experiment.c.state.in_(states))

    newest = (experiment.c.created_at.desc(), experiment.c.id.desc())
    rows = await connection.execute(of_state(select(experiment)).order_by(*newest).limit(limit))
    total = await connection.scalar(of_state(select(func.count()).select_from(experiment)))
    return rows.all(), int(total or 0)


async def changes_of(connection: AsyncConnection, test_id: str) -> Sequence[Row[Any]]:
    """Return what was done to an experiment, in order."""
    query = (
        select(experiment_change)
        .where(experiment_change.c.experiment_id == test_id)
        .order_by(experiment_change.c.id)
    )
    return (await connection.execute(query)).all()


async def update_experiment(
    connection: AsyncConnection, found: Experiment, record: Record, **values: Any
) -> None:
    """Change columns of an experiment, if nobody else has changed it since it was loaded.

    Raises:
        Conflict: Somebody else has.
    """
    await wait_in_line(connection, experiment)  # those who are storing events by what it was hold it
    changed = await connection.execute(
        update(experiment)
        .where(experiment.c.id == found.id, experiment.c.version == found.version)
        .values(version=found.version + 1, updated_at=record.at, **values)
        .returning(experiment.c.id)
    )
    if changed.first() is None:
        raise Conflict(
            f"The test {found.id!r} was changed by somebody else meanwhile.",
            remedy="Look again, then repeat.",
        )


async def add_phase(connection: AsyncConnection, test_id: str, phase: Phase) -> None:
    """Store a phase."""
    await connection.execute(
        insert(experiment_phase).values(experiment_id=test_id, number=phase.number, **_phase_values(phase))
    )


async def set_phase(connection: AsyncConnection, test_id: str, phase: Phase) -> None:
    """Overwrite a phase: to end it, or to correct one that has not begun."""
    await connection.execute(
        update(experiment_phase)
        .where(experiment_phase.c.experiment_id == test_id, experiment_phase.c.number == phase.number)
        .values(**_phase_values(phase))
    )


async def looks_of(connection: AsyncConnection, test_id: str) -> tuple[Look, ...]:
    """Return the looks of a group-sequential plan that were taken, in order."""
    c = experiment_look.c
    query = select(c.look, c.taken_at, c.users).where(c.experiment_id == test_id).order_by(c.look)
    return tuple(Look(row.look, row.taken_at, row.users) for row in await connection.execute(query))


async def take_look(
    store: Store, connection: AsyncConnection, test_id: str, look: Look, material: Any
) -> None:
    """Keep a look with what it saw; where another process has taken it already, that one stays."""
    await connection.execute(
        store.insert_new(experiment_look).values(
            experiment_id=test_id,
            look=look.number,
            taken_at=look.taken_at,
            users=look.users,
            material=material,
        )
    )


async def seen_at(connection: AsyncConnection, test_id: str, look: Look) -> Any:
    """Return what a look saw."""
    c = experiment_look.c
    query = select(c.material).where(c.experiment_id == test_id, c.look == look.number)
    return (await connection.execute(query)).scalar_one()


async def note_change(
    connection: AsyncConnection,
    test_id: str,
    version: int,
    action: str,
    record: Record,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down what was done to an experiment, and which version of it that made; ids sort by it."""
    await connection.execute(
        insert(experiment_change).values(
            id=f"{test_id}/{version:06d}",
            experiment_id=test_id,
            at=record.at,
            actor=record.actor,
            action=action,
            before=None if before is None else dict(before),
            after=None if after is None else dict(after),
            reason=record.reason,
        )
    )


def _phase_values(phase: Phase) -> dict[str, Any]:
    return {
        "weights": dict(phase.weights),
        "coverage": phase.coverage,
        "started_at": phase.started_at,
        "ended_at": phase.ended_at,
        "reason": phase.reason,
    }


def _experiment_row(added: Experiment, at: datetime) -> dict[str, Any]:
    low, high = added.layer_range or (None, None)
    return {
        "id": added.id,
        "name": added.name,
        "state": added.state,
        "config": _config_of(added),
        "salt": added.salt,
        "hash_version": added.hash_version,
        "layer": added.layer,
        "layer_low": low,
        "layer_high": high,
        "holdout": added.holdout,
        "timezone": added.timezone,
        "start_at": added.start_at,
        "end_at": added.end_at,
        "stopped_at": added.stopped_at,
        "version": added.version,
        "created_at": at,
        "updated_at": at,
    }


def _config_of(added: Experiment) -> dict[str, Any]:
    """Return what is held as JSON: definitions as they were at set-up, so that later ones change no test."""
    window = added.attribution_window
    return {
        "hypothesis": added.hypothesis,
        "metrics": [
            {
                "definition": metric.definition.model_dump(mode="json", exclude_unset=True),
                "role": metric.role,
                "margin": metric.margin,
                "baseline": metric.baseline,
                "minimum_detectable_effect": metric.minimum_detectable_effect,
            }
            for metric in added.metrics
        ],
        "targeting": dict(added.targeting),
        "min_sample_size": added.min_sample_size,
        "confidence_level": added.confidence_level,
        "power": added.power,
        "monitoring": added.monitoring,
        "planned_looks": added.planned_looks,
        "attribution_window_s": None if window is None else window.total_seconds(),
        "pre_period_s": added.pre_period.total_seconds(),
        "segment": added.segment,
    }


def _experiment_of(row: Row[Any], variants: Sequence[Row[Any]], phases: Sequence[Row[Any]]) -> Experiment:
    config = dict(row.config)
    window_s = config.pop("attribution_window_s")
    pre_period_s = config.pop("pre_period_s")
    metrics = tuple(
        ExperimentMetric(definition=MetricDefinition.model_validate(metric.pop("definition")), **metric)
        for metric in map(dict, config.pop("metrics"))
    )
    return Experiment(
        id=row.id,
        name=row.name,
        state=row.state,
        salt=row.salt,
        hash_version=row.hash_version,
        variants=tuple(_variant_of(variant) for variant in variants),
        phases=tuple(_phase_of(phase) for phase in phases),
        metrics=metrics,
        layer=row.layer,
        layer_range=None if row.layer_low is None else (row.layer_low, row.layer_high),
        holdout=row.holdout,
        attribution_window=None if window_s is None else timedelta(seconds=window_s),
        pre_period=timedelta(seconds=pre_period_s),
        timezone=row.timezone,
        start_at=row.start_at,
        end_at=row.end_at,
        stopped_at=row.stopped_at,
        version=row.version,
        **config,
    )


def _variant_of(row: Row[Any]) -> Variant:
    return Variant(
        id=row.id, name=row.name, content=row.content, is_control=row.is_control, position=row.position
    )


def _phase_of(row: Row[Any]) -> Phase:
    return Phase(
        number=row.number,
        weights=row.weights,
        coverage=row.coverage,
        started_at=row.started_at,
        ended_at=row.ended_at,
        reason=row.reason,
    )
