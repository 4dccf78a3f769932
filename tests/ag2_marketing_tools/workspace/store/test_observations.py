from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace import FixedClock, SequentialIds
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.observations import Observation, Recorded, find, latest, record

EARLY = datetime(2026, 1, 5, tzinfo=UTC)
PAGE = {"subject_kind": "page", "subject_id": "https://a.example/", "metric": "largest_contentful_paint"}


async def test_an_observation_comes_back_as_it_was_recorded(store: Store, an_observation) -> None:
    each = an_observation(value=0.1, sample_size=5_000_000_000)
    assert await record(store, [each], ids=SequentialIds()) == Recorded(inserted=1, duplicate=0)
    assert await find(store) == [each]


async def test_recording_again_changes_nothing_and_counts_the_duplicates(
    store: Store, an_observation
) -> None:
    ids = SequentialIds()
    days = [an_observation(day) for day in range(3)]
    assert await record(store, days, ids=ids) == Recorded(3, 0)
    repeated = [an_observation(2, value=1.0), an_observation(3), an_observation(3, value=2.0)]
    assert await record(store, repeated, ids=ids) == Recorded(inserted=1, duplicate=2)
    assert await find(store) == [*days, an_observation(3)]


@pytest.mark.parametrize(
    "other",
    [
        {"subject_kind": "campaign"},
        {"subject_id": "https://b.example/"},
        {"metric": "visits"},
        {"observed_at": EARLY + timedelta(microseconds=1)},
        {"source": "pagespeed"},
    ],
)
async def test_each_part_of_the_key_makes_another_observation(store: Store, an_observation, other) -> None:
    both = [an_observation(), an_observation(**other)]
    assert await record(store, both, ids=SequentialIds()) == Recorded(2, 0)


async def test_the_same_moment_in_another_zone_is_the_same_observation(store: Store, an_observation) -> None:
    from zoneinfo import ZoneInfo

    there = an_observation(observed_at=EARLY.astimezone(ZoneInfo("Asia/Tokyo")))
    assert await record(store, [an_observation(), there], ids=SequentialIds()) == Recorded(1, 1)


async def test_many_are_recorded_at_once(store: Store, an_observation) -> None:
    many = [an_observation(day) for day in range(5000)]
    assert await record(store, many, ids=SequentialIds()) == Recorded(5000, 0)
    assert await record(store, many, ids=SequentialIds()) == Recorded(0, 5000)


async def test_recording_nothing_is_no_fault(store: Store) -> None:
    assert await record(store, [], ids=SequentialIds()) == Recorded(0, 0)


async def test_observations_are_found_by_subject_metric_and_time(store: Store, an_observation) -> None:
    days = [an_observation(day, value=float(day)) for day in range(5)]
    others = [an_observation(metric="visits"), an_observation(subject_id="https://b.example/")]
    await record(store, [*reversed(days), *others], ids=SequentialIds())
    assert await find(store, **PAGE) == days
    since, until = EARLY + timedelta(days=1), EARLY + timedelta(days=3)
    assert await find(store, **PAGE, since=since, until=until) == days[1:3]
    assert await find(store, **PAGE, limit=2) == days[:2]
    assert await find(store, metric="visits") == [others[0]]
    assert await find(store, subject_kind="caregiver") == []


async def test_the_latest_at_a_moment_is_the_one_that_stood_then(store: Store, an_observation) -> None:
    days = [an_observation(day, value=float(day)) for day in range(3)]
    await record(store, days, ids=SequentialIds())
    assert await latest(store, **PAGE) == days[2]
    assert await latest(store, **PAGE, at=EARLY + timedelta(days=1)) == days[1]
    assert await latest(store, **PAGE, at=EARLY + timedelta(days=2, seconds=-1)) == days[1]
    assert await latest(store, **PAGE, at=EARLY - timedelta(seconds=1)) is None


async def test_what_was_recorded_later_was_not_known_before(store: Store, an_observation) -> None:
    clock = store.clock
    assert isinstance(clock, FixedClock)
    ids = SequentialIds()
    await record(store, [an_observation(0)], ids=ids)
    then = clock.now()
    clock.advance(3600)
    await record(store, [an_observation(1)], ids=ids)
    assert await find(store, known_at=then) == [an_observation(0)]
    assert await latest(store, **PAGE, known_at=then) == an_observation(0)
    assert await latest(store, **PAGE, known_at=clock.now()) == an_observation(1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"value": math.nan}, "expected a finite number"),
        ({"value": math.inf}, "expected a finite number"),
        ({"observed_at": EARLY.replace(tzinfo=None)}, "no time zone"),
        ({"sample_size": -1}, "sample size -1"),
        ({"sample_size": 2**63}, "sample size"),
        ({"metric": " "}, "metric is empty"),
        ({"subject_id": ""}, "subject_id is empty"),
    ],
)
def test_what_is_no_measurement_is_refused(an_observation, wrong, words) -> None:
    with pytest.raises(InvalidInput, match=words):
        an_observation(**wrong)


async def test_hostile_text_is_only_text(store: Store, an_observation) -> None:
    hostile = an_observation(subject_id="'; DROP TABLE observation; --", source="%s {x} \u202e\U0001f600")
    await record(store, [hostile], ids=SequentialIds())
    assert await find(store, subject_id=hostile.subject_id) == [hostile]
    assert isinstance(hostile, Observation)
