"""Experiments come out of the store as they went in, and two people cannot overwrite one another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from example_experiment import START, example_experiment

from ag2_marketing_tools.errors import Conflict, NotFound
from ag2_marketing_tools.experiments.metrics import MetricDefinition
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Phase
from ag2_marketing_tools.experiments.repository import (
    Record,
    add_experiment,
    changes_of,
    load_experiment,
    update_experiment,
)
from ag2_marketing_tools.workspace import SequentialIds
from ag2_marketing_tools.workspace.store import Store


async def stored(store: Store, added: Experiment) -> Experiment:
    async with store.begin() as connection:
        await add_experiment(connection, added, Record(SequentialIds(), START, "ana", "spring"))
    async with store.read() as connection:
        return await load_experiment(connection, added.id)


async def test_an_experiment_comes_back_as_it_was_stored(store: Store) -> None:
    added = example_experiment()
    assert await stored(store, added) == added


async def test_so_does_one_that_uses_everything(store: Store) -> None:
    own = MetricDefinition(
        name="demo_booked",
        title="Demos",
        channels=("website",),
        kind="binary",
        unit="ratio",
        direction="higher",
        events=("demo",),
    )
    added = example_experiment(
        hypothesis=None,
        metrics=(
            ExperimentMetric(definition=own, role="goal", baseline=0.05, minimum_detectable_effect=0.2),
        ),
        phases=(
            Phase(
                number=1,
                weights={"v_b": 0.1, "v_control": 0.9},
                coverage=0.2,
                started_at=START,
                ended_at=START + timedelta(days=2),
            ),
            Phase(
                number=2,
                weights={"v_b": 0.5, "v_control": 0.5},
                started_at=START + timedelta(days=2),
                reason="no harm was seen",
            ),
        ),
        layer="pricing",
        layer_range=(0.1, 1 / 3),
        targeting={"country": {"in": ["DE", "AT"]}},
        confidence_level=0.9,
        power=0.9,
        monitoring="group_sequential",
        planned_looks=3,
        attribution_window=timedelta(hours=36.5),
        pre_period=timedelta(days=14),
        segment="device",
        stopped_at=START + timedelta(days=3),
        state="stopped",
    )
    assert await stored(store, added) == added


async def test_a_later_definition_of_a_metric_changes_no_test(store: Store) -> None:
    first = example_experiment()
    definition = first.metrics[0].definition.model_copy(update={"title": "As it was at set-up"})
    added = replace(first, metrics=(replace(first.metrics[0], definition=definition),))
    assert (await stored(store, added)).metrics[0].definition.title == "As it was at set-up"


async def test_who_set_it_up_and_why_is_written_down(store: Store) -> None:
    await stored(store, example_experiment())
    async with store.read() as connection:
        (change,) = await changes_of(connection, "test_a")
    assert (change.action, change.actor, change.reason, change.at) == ("set_up", "ana", "spring", START)


async def test_an_unknown_test_is_named(store: Store) -> None:
    async with store.read() as connection:
        with pytest.raises(NotFound, match="There is no test 'test_z'"):
            await load_experiment(connection, "test_z")


async def test_of_two_people_who_change_what_they_both_read_one_is_told(store: Store) -> None:
    found = await stored(store, example_experiment())
    record = Record(SequentialIds(), START)
    async with store.begin() as connection:
        await update_experiment(connection, found, record, name="First")
    with pytest.raises(Conflict, match="changed by somebody else"):
        async with store.begin() as connection:
            await update_experiment(connection, found, record, name="Second")
    async with store.read() as connection:
        kept = await load_experiment(connection, "test_a")
    assert (kept.name, kept.version) == ("First", 2)
