from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.observations import list_observations, observation_summary, prune_observations
from ag2_marketing_tools.privacy import for_audience
from ag2_marketing_tools.workspace import FixedClock, RandomIds, Workspace
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.observations import Observation, find, record

START = datetime(2026, 1, 5, tzinfo=UTC)
PAIN = "ClientOutcomeTracker/baseline_assessment/physical_status/pain_levels"


def observed(day: int = 0, **other: Any) -> Observation:
    given = {
        "subject_kind": "location",
        "subject_id": "l1",
        "metric": "m/a",
        "value": 1.0 + day,
        "unit": "percent",
    }
    return Observation(**{**given, "observed_at": START + timedelta(days=day), "source": "s", **other})


async def put(ws: Workspace, *observations: Observation) -> None:
    await record(ws.store, observations, ids=RandomIds())


async def test_observations_are_listed_in_order_and_the_rest_is_said(ws: Workspace) -> None:
    await put(ws, *(observed(day) for day in range(5)), observed(9, subject_kind="page"))
    found = await list_observations.run({"subject_kind": "location", "limit": 3}, ws)
    assert [each.value for each in found.observations] == [1.0, 2.0, 3.0]
    assert found.more
    assert (found.caregiver_figures, found.client_figures) == ([], [])
    since = {"subject_kind": "location", "since": "2026-01-06T00:00:00Z", "until": "2026-01-08T00:00:00Z"}
    within = await list_observations.run(since, ws)
    assert [each.value for each in within.observations] == [2.0, 3.0]
    assert not within.more
    with pytest.raises(InvalidInput, match="not before"):
        await list_observations.run({**since, "until": "2026-01-01T00:00:00Z"}, ws)


async def test_a_locations_figure_of_few_cases_is_listed_without_it(ws: Workspace) -> None:
    await put(ws, observed(0, sample_size=4), observed(1, sample_size=5))
    few, enough = (await list_observations.run({"subject_kind": "location"}, ws)).observations
    assert (few.value, few.sample_size) == (None, None)
    assert few.reason == "It rests on fewer than 5 cases, so it is not told."
    assert (enough.value, enough.sample_size, enough.reason) == (2.0, 5, None)


async def test_what_was_known_earlier_is_what_was_recorded_by_then(ws: Workspace) -> None:
    await put(ws, observed(0))
    clock = ws.store.clock
    assert isinstance(clock, FixedClock)
    known = clock.now()
    later = Store(
        ws.store._engine, ws.store._location, clock=FixedClock(known + timedelta(days=3)), pseudonym_key=b""
    )
    await record(later, [observed(1), observed(2, subject_id="l2")], ids=RandomIds())
    wanted = {"subject_kind": "location", "known_at": (known + timedelta(days=1)).isoformat()}
    assert [each.value for each in (await list_observations.run(wanted, ws)).observations] == [1.0]
    (line,) = (await observation_summary.run(wanted, ws)).lines
    assert (line.observations, line.subjects) == (1, 1)
    (now,) = (await observation_summary.run({"subject_kind": "location"}, ws)).lines
    assert (now.observations, now.subjects, now.first, now.last) == (3, 2, START, START + timedelta(days=2))


async def test_people_are_pseudonyms_and_clients_figures_stay_home(ws: Workspace) -> None:
    await put(
        ws,
        observed(subject_kind="caregiver", subject_id="Ann"),
        observed(subject_kind="client", subject_id="Bob", metric=PAIN, value=7.25),
    )
    for kind, place in (("caregiver", "caregiver_figures"), ("client", "client_figures")):
        found = await list_observations.run({"subject_kind": kind}, ws)
        shown = for_audience(found, audience="model", settings=ws.settings, key=ws.store.pseudonym_key)
        assert shown[place][0]["subject"].startswith("person-")
        assert "Ann" not in str(shown)
        assert "Bob" not in str(shown)
        assert shown[place][0]["value"] == (1.0 if kind == "caregiver" else None)
        assert getattr(found, place)[0].subject in {"Ann", "Bob"}


async def test_of_fewer_people_than_the_least_group_not_even_the_number_is_told(ws: Workspace) -> None:
    await put(ws, *(observed(subject_kind="client", subject_id=f"b{n}", metric=PAIN) for n in range(4)))
    await put(ws, *(observed(subject_kind="caregiver", subject_id=f"a{n}") for n in range(5)))
    summary = await observation_summary.run({}, ws)
    assert [(line.subject_kind, line.subjects) for line in summary.lines] == [("caregiver", 5)]
    assert (summary.too_small, summary.observations) == (1, 5)


async def test_nothing_observed_is_an_empty_list(ws: Workspace) -> None:
    assert not (
        await list_observations.run({"subject_kind": "client", "subject_id": "nobody"}, ws)
    ).client_figures
    summary = await observation_summary.run({}, ws)
    assert (summary.lines, summary.observations) == ([], 0)


async def test_old_observations_are_counted_first_and_removed_on_request(ws: Workspace) -> None:
    await put(
        ws, *(observed(day) for day in range(4)), observed(0, subject_kind="client"), observed(0, source="t")
    )
    old = {"before": "2026-01-07T00:00:00Z"}
    counted = await prune_observations.run(old, ws)
    assert (counted.removed, counted.by_kind, counted.dry_run) == (4, {"client": 1, "location": 3}, True)
    assert len(await find(ws.store)) == 6
    some = await prune_observations.run({**old, "source": "t", "dry_run": False}, ws)
    assert some.removed == 1
    more = await prune_observations.run({**old, "subject_kind": "location", "dry_run": False}, ws)
    assert more.by_kind == {"location": 2}
    assert {(each.subject_kind, each.value) for each in await find(ws.store)} == {
        ("client", 1.0), ("location", 3.0), ("location", 4.0),
    }  # fmt: skip


async def test_a_moment_in_the_future_or_without_zone_prunes_nothing(ws: Workspace) -> None:
    await put(ws, observed())
    for before in ("2030-01-01T00:00:00Z", "2026-01-07T00:00:00", "soon"):
        with pytest.raises(InvalidInput, match="before"):
            await prune_observations.run({"before": before, "dry_run": False}, ws)
    assert len(await find(ws.store)) == 1
