"""The tools on a real store: users assigned, events taken in, the test judged."""

from __future__ import annotations

from typing import Any

import pytest
from experiment_traffic import a_test, visit

from ag2_marketing_tools.errors import Conflict, NotFound
from ag2_marketing_tools.experiments import analyze_results, get_partial_results, get_test_status
from ag2_marketing_tools.workspace import FixedClock, Workspace

DAY_S = 86_400.0


@pytest.fixture
def stored(ws: Workspace, clock: FixedClock) -> tuple[Workspace, FixedClock]:
    """A workspace with its clock."""
    return ws, clock


async def test_a_test_is_judged_from_assignments_and_events(stored: tuple[Workspace, FixedClock]) -> None:
    ws, clock = stored
    test = await a_test(ws)
    await visit(ws, test, [600, 600], converted=[60, 120], unsubscribed=[12, 12])
    clock.advance(15 * DAY_S)

    found = await analyze_results.run({"test_id": test.test_id}, ws)

    assert found.status == "completed"
    assert found.total_users == 1_200
    assert list(found.sample_sizes.values()) == [600, 600]
    values = [one.value for one in found.metrics["conversion_rate"].variants]
    assert values == pytest.approx([0.1, 0.2])
    assert found.monitor.mode == "fixed"
    assert found.winning_variant is not None
    assert found.winning_variant.content == {"text": "Get started"}
    assert found.winning_variant.improvement == pytest.approx(1.0)
    guardrail = found.metrics["unsubscribe_rate"].comparisons[0].guardrail
    assert guardrail is not None
    assert guardrail.status == "no_harm_shown"
    assert found.series.cumulative[0].users == [1_200]


async def test_a_running_test_shows_what_may_be_looked_at_and_where_it_stands(
    stored: tuple[Workspace, FixedClock],
) -> None:
    ws, clock = stored
    test = await a_test(ws)
    await visit(ws, test, [300, 300], converted=[30, 40])
    clock.advance(2 * DAY_S)

    partial = await get_partial_results.run({"test_id": test.test_id}, ws)
    status = await get_test_status.run({"test_id": test.test_id}, ws)

    assert partial.status == "partial"
    assert partial.metrics["conversion_rate"].comparisons[0].verdict == "unclear"
    assert status.current_sample_size == 600
    assert status.required_sample_size == 1_000
    assert status.progress_percent == 60.0
    assert status.daily_traffic == 300.0
    assert status.days_run == 2


async def test_a_variant_that_nobody_was_assigned_is_the_documented_error(
    stored: tuple[Workspace, FixedClock],
) -> None:
    ws, _ = stored
    test = await a_test(ws)
    await visit(ws, test, [10, 0])

    with pytest.raises(Conflict) as raised:
        await analyze_results.run({"test_id": test.test_id}, ws)

    assert raised.value.message == f"Insufficient data for variant_id: {test.variants[1].id}"


@pytest.mark.parametrize("tool", [analyze_results, get_partial_results, get_test_status])
async def test_an_unknown_test_is_not_found(tool: Any, stored: tuple[Workspace, FixedClock]) -> None:
    ws, _ = stored
    with pytest.raises(NotFound, match="no_such_test"):
        await tool.run({"test_id": "no_such_test"}, ws)


def test_every_result_marks_its_units() -> None:
    assert analyze_results.units["/winning_variant/improvement"] == "ratio"
    assert analyze_results.units["/sample_sizes/*"] == "user"
    assert analyze_results.units["/metrics/*/comparisons/*/absolute/difference_points"] == "percentage point"
    assert get_test_status.units["/progress_percent"] == "percent"
    assert not [pointer for pointer in get_partial_results.units if "p_value" in pointer]
