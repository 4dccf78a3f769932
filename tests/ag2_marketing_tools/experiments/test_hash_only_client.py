"""The client without a store gives what the store gives, and moves nobody in silence."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from ag2_marketing_tools.errors import Conflict, InvalidInput, NotFound
from ag2_marketing_tools.experiments import (
    HashOnlyClient,
    StickyClient,
    archive_experiment,
    assign_variant,
    change_experiment,
    create_holdout,
    export_experiments,
    setup_experiment,
    stop_experiment,
)
from ag2_marketing_tools.experiments.results import ConfiguredExperiment
from ag2_marketing_tools.workspace import FixedClock, Workspace

VARIANTS = [
    {"name": "Control", "content": {"h1": "Old"}, "traffic_allocation": 0.3},
    {"name": "B", "content": {"h1": "New"}, "traffic_allocation": 0.3},
    {"name": "C", "content": {"h1": "Newest"}, "traffic_allocation": 0.4},
]


async def set_up(ws: Workspace, **config: Any) -> ConfiguredExperiment:
    return await setup_experiment.run({"variants": VARIANTS, **config}, ws)


async def export(ws: Workspace, *test_ids: str) -> dict[str, Any]:
    found = await export_experiments.run({"test_ids": list(test_ids)}, ws)
    return json.loads(found.model_dump_json())  # type: ignore[no-any-return]


async def reallocate(ws: Workspace, test: ConfiguredExperiment) -> None:
    assert isinstance(ws.clock, FixedClock)
    ws.clock.advance(60)
    weights = {"Control": 0.0, "B": 0.0, "C": 1.0}
    changed = {"test_id": test.test_id, "weights": weights, "actor": "ana", "reason": "ramp"}
    await change_experiment.run(changed, ws)


async def test_it_gives_what_the_store_gives(workspace: Workspace) -> None:
    await create_holdout.run({"name": "q1", "share": 0.1}, workspace)
    everything = {
        "layer": "pricing",
        "layer_share": 0.7,
        "holdout": "q1",
        "coverage": 0.8,
        "targeting": {"country": {"in": ["DE", "AT"]}},
    }
    plain, gated = await set_up(workspace), await set_up(workspace, **everything)
    client = HashOnlyClient(await export(workspace))
    answers = set()
    for number in range(60):
        for test in (plain, gated):
            user, context = f"user_{number}", {"country": ("DE", "AT", "FR")[number % 3]}
            arguments = {"test_id": test.test_id, "user_id": user, "context": context}
            stored = await assign_variant.run(arguments, workspace)
            answers.add(stored.reason)
            expected = stored.variant_id if stored.status == "assigned" else None
            given = client.assign(test.test_id, user, context)
            assert given == expected
            assert client.content(test.test_id, given) == stored.content
    assert answers == {None, "layer", "holdout", "coverage", "targeting"}


async def test_it_needs_neither_store_nor_pydantic_nor_scipy(workspace: Workspace) -> None:
    """The client's own modules import nothing heavy; what the family's package brings is not used by it."""
    test = await set_up(workspace)
    text = json.dumps(await export(workspace))
    client = HashOnlyClient.from_json(text)
    code = (
        "import sys; from ag2_marketing_tools.experiments import HashOnlyClient\n"
        "client = HashOnlyClient.from_json(sys.stdin.read())\n"
        f"print(client.assign({test.test_id!r}, 'user_1')); assert 'scipy' not in sys.modules"
    )
    ran = subprocess.run([sys.executable, "-c", code], input=text, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == client.assign(test.test_id, "user_1")


async def test_a_test_that_takes_nobody_gives_none_and_the_controls_content(workspace: Workspace) -> None:
    assert isinstance(workspace.clock, FixedClock)
    stopped = await set_up(workspace)
    await stop_experiment.run({"test_id": stopped.test_id}, workspace)
    future = await set_up(workspace, start_time="2026-04-01T00:00:00Z")
    over = await set_up(workspace, duration_days=1)
    workspace.clock.advance(timedelta(days=1).total_seconds())
    client = HashOnlyClient(await export(workspace))
    for test in (stopped, future, over):
        assert client.assign(test.test_id, "user_1") is None
        assert client.content(test.test_id, None) == {"h1": "Old"}


async def test_pitfall_12_changed_weights_are_refused_without_a_memory(workspace: Workspace) -> None:
    test = await set_up(workspace)
    before = StickyClient(await export(workspace), memory := {})
    users = [f"user_{number}" for number in range(50)]
    first = [before.assign(test.test_id, user) for user in users]
    await reallocate(workspace, test)
    export_after = await export(workspace)
    with pytest.raises(Conflict, match="hashing alone would move users"):
        HashOnlyClient(export_after).assign(test.test_id, "user_1")
    after = StickyClient(export_after, memory)
    assert [after.assign(test.test_id, user) for user in users] == first
    assert {after.assign(test.test_id, f"new_{number}") for number in range(20)} == {test.variants[2].id}


async def test_a_change_of_coverage_needs_no_memory(workspace: Workspace) -> None:
    test = await set_up(workspace, coverage=0.5)
    users = [f"user_{number}" for number in range(100)]
    before = HashOnlyClient(await export(workspace))
    change = {"test_id": test.test_id, "coverage": 1.0, "actor": "ana", "reason": "ramp"}
    await change_experiment.run(change, workspace)
    after = HashOnlyClient(await export(workspace))
    kept = [user for user in users if before.assign(test.test_id, user) is not None]
    assert 30 < len(kept) < 70
    assert all(before.assign(test.test_id, user) == after.assign(test.test_id, user) for user in kept)
    assert None not in {after.assign(test.test_id, user) for user in users}


async def test_only_named_tests_are_exported_and_archived_ones_never_unasked(workspace: Workspace) -> None:
    one, other = await set_up(workspace), await set_up(workspace)
    assert [test["test_id"] for test in (await export(workspace, one.test_id))["tests"]] == [one.test_id]
    await stop_experiment.run({"test_id": one.test_id}, workspace)
    await archive_experiment.run({"test_id": one.test_id}, workspace)
    assert [test["test_id"] for test in (await export(workspace))["tests"]] == [other.test_id]
    with pytest.raises(NotFound, match="test_x"):
        await export(workspace, "test_x")


async def test_what_it_cannot_answer_is_an_error(workspace: Workspace) -> None:
    test = await set_up(workspace)
    exported = await export(workspace)
    client = HashOnlyClient(exported)
    with pytest.raises(NotFound, match="no test 'test_x' in this export"):
        client.assign("test_x", "user_1")
    with pytest.raises(InvalidInput, match="id is empty"):
        client.assign(test.test_id, "")
    with pytest.raises(InvalidInput, match="no export of the format"):
        HashOnlyClient({**exported, "format": "else/1"})
    newer = {**exported, "tests": [{**exported["tests"][0], "hash_version": 2}]}
    with pytest.raises(InvalidInput, match="knows version 1"):
        HashOnlyClient(newer)
