from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random  # noqa: TID251 (each with its seed)
from typing import Any

import pytest
from naive_sums import assert_close, joint_of, users_of
from running_tests import START, an_experiment, set_up

from ag2_marketing_tools.experiments.events import IncomingEvent, ingest
from ag2_marketing_tools.experiments.metrics import MetricDefinition
from ag2_marketing_tools.experiments.model import Experiment, Phase
from ag2_marketing_tools.experiments.suffstats import Cell, Split, Sums, sums_from_log, sums_from_store
from ag2_marketing_tools.statistics.moments import JointMoments
from ag2_marketing_tools.workspace import FixedClock, Workspace

RATIO = MetricDefinition(
    name="clicks_per_view", title="Clicks per view", channels=("website",), kind="ratio", unit="ratio",
    direction="higher", numerator="click_through_rate", denominator="page_views",
)  # fmt: skip
METRICS = [
    "conversion_rate",
    "page_views",
    "revenue_per_user",
    "avg_time_on_page",
    "click_through_rate",
    RATIO,
]


def summed(name: str, **fields: Any) -> MetricDefinition:
    """A metric whose values are added per user."""
    return MetricDefinition(
        name=name, title=name, channels=("website",), kind="continuous", unit="eur", direction="higher", **fields
    )  # fmt: skip


async def both(ws: Workspace, test: Experiment, split: Split = "none") -> Sums:
    """Sums from the roll-up, once they are the same as those from the log."""
    rolled, logged = [await read(test, ws, split=split) for read in (sums_from_store, sums_from_log)]
    assert rolled.exposures == logged.exposures
    assert [(c.variant_id, c.metric, c.split, c.users, c.active) for c in rolled.cells] == [
        (c.variant_id, c.metric, c.split, c.users, c.active) for c in logged.cells
    ]
    for a, b in zip(rolled.cells, logged.cells, strict=True):
        assert a.quantile == b.quantile
        if a.joint is not None:
            assert_close(a.joint, b.joint)
    return rolled


def cell_of(sums: Sums, metric: str, variant: str = "A", split: str | None = None) -> Cell:
    (found,) = (
        c for c in sums.cells if (c.variant_id, c.metric, c.split) == (f"test_1_{variant}", metric, split)
    )
    return found


def joint(cell: Cell) -> JointMoments:
    assert cell.joint is not None
    return cell.joint


def sent(event_id: str, user: str, hours: float = 1, **metrics: Any) -> IncomingEvent:
    at = START + timedelta(hours=hours)
    return IncomingEvent(
        event_id=event_id, experiment_id="test_1", user_id=user, metrics=metrics, occurred_at=at
    )


async def test_users_without_events_are_zeros_and_the_number_of_users_comes_from_the_assignments(
    ws: Workspace,
) -> None:
    test = await set_up(
        ws, an_experiment(metrics=["page_views"]), dict.fromkeys(("u1", "u2", "u3", "u4"), "A")
    )
    await ingest(
        [sent("e1", "u1", page_view=3), sent("e2", "u1", page_view=1), sent("e3", "u2", page_view=2)], ws
    )
    found = cell_of(await both(ws, test), "page_views")
    assert (found.users, found.active) == (4, 2)
    # 4, 2, 0, 0: mean 1.5, squared deviations 6.25 + 0.25 + 2.25 + 2.25
    assert joint(found) == JointMoments(4, (1.5,), ((11.0,),))
    other = cell_of(await both(ws, test), "page_views", "B")
    assert (other.users, joint(other).count) == (0, 0)


async def test_a_metric_of_each_kind_by_hand(ws: Workspace) -> None:
    test = await set_up(ws, an_experiment(metrics=METRICS), dict.fromkeys(("u1", "u2"), "A"))
    await ingest(
        [
            sent("e1", "u1", conversion=True, page_view=2, time_on_page=10, click=True),
            sent("e2", "u1", conversion=True, page_view=4, time_on_page=20, click=True, revenue=5),
            sent("e3", "u2", conversion=False, page_view=1, time_on_page=6, revenue=-1),
        ],
        ws,
    )
    sums = await both(ws, test)
    expected = {
        "conversion_rate": JointMoments.of([1, 0]),
        "page_views": JointMoments.of([6, 1]),
        "revenue_per_user": JointMoments.of([5, -1]),
        "avg_time_on_page": JointMoments.of([30, 6], [2, 1]),
        "clicks_per_view": JointMoments.of([2, 0], [6, 1]),
    }
    for metric, moments in expected.items():
        assert_close(joint(cell_of(sums, metric)), moments)


async def test_excluded_users_are_counted_with_their_reason_and_left_out(ws: Workspace) -> None:
    users: dict[str, Any] = {"u1": "A", "u2": {"variant": "A", "excluded": "bot"}, "u3": "B"}
    test = await set_up(ws, an_experiment(metrics=["page_views"]), users)
    await ingest([sent(f"e{user}", user, page_view=100) for user in users], ws)
    sums = await both(ws, test)
    found = cell_of(sums, "page_views")
    assert (found.users, found.active, joint(found).means) == (1, 1, (100.0,))
    assert [(e.variant_id, e.users, dict(e.excluded)) for e in sums.exposures] == [
        ("test_1_A", 1, {"bot": 1}),
        ("test_1_B", 1, {}),
    ]


async def test_large_means_do_not_cancel_in_the_squares(ws: Workspace) -> None:
    cents = summed("cents")
    users = [f"u{i}" for i in range(200)]
    test = await set_up(ws, an_experiment(metrics=[cents]), dict.fromkeys(users, "A"))
    rnd = Random(5)
    values = {user: 1e12 + rnd.random() for user in users}
    await ingest([sent(f"e{user}", user, cents=value) for user, value in values.items()], ws)
    found = joint(cell_of(await both(ws, test), "cents"))
    exact = [Fraction(value) for value in values.values()]
    mean = sum(exact) / 200
    assert found.products[0][0] == pytest.approx(
        float(sum((value - mean) ** 2 for value in exact)), rel=1e-12
    )


async def test_values_are_capped_at_the_same_quantile_of_all_variants_together(ws: Workspace) -> None:
    capped = summed("orders", cap=0.75)
    users = {f"u{i}": "AB"[i % 2] for i in range(8)}
    test = await set_up(ws, an_experiment(metrics=[capped]), users)
    await ingest([sent(f"e{i}", f"u{i}", orders=10.0**i) for i in range(8)], ws)
    sums = await both(ws, test)
    # The 6th of the 8 values: 1e5 is the cap for both.
    assert_close(joint(cell_of(sums, "orders", "A")), JointMoments.of([1, 100, 1e4, 1e5]))
    assert_close(joint(cell_of(sums, "orders", "B")), JointMoments.of([10, 1e3, 1e5, 1e5]))


async def test_a_cap_that_would_be_zero_is_taken_among_those_who_did_something(ws: Workspace) -> None:
    capped = summed("orders", cap=0.75)
    test = await set_up(ws, an_experiment(metrics=[capped]), {f"u{i}": "A" for i in range(100)})
    await ingest([sent(f"e{i}", f"u{i}", orders=10.0**i) for i in range(4)], ws)
    assert_close(
        joint(cell_of(await both(ws, test), "orders")),
        JointMoments.of([1.0, 10.0, 100.0, 100.0] + [0.0] * 96),
    )


async def test_events_before_the_exposure_never_count_and_serve_as_covariate(ws: Workspace) -> None:
    test = await set_up(
        ws,
        an_experiment(metrics=["page_views"], pre_period=timedelta(hours=48)),
        dict.fromkeys(("u1", "u2"), "A"),
    )
    await ingest(
        [
            sent("old", "u1", -49, page_view=1000),
            sent("before", "u1", -1, page_view=5),
            sent("after", "u1", 1, page_view=2),
            sent("other", "u2", -2, page_view=7),
        ],
        ws,
    )
    found = cell_of(await both(ws, test), "page_views")
    assert (found.users, found.active) == (2, 1)
    assert_close(joint(found), JointMoments.of([2, 0], [5, 7]))


@pytest.fixture
def two_phases() -> Experiment:
    """A test whose weights were changed after a day, in Auckland, where the clocks changed on 5 April 2026."""
    weights = {"test_1_A": 0.5, "test_1_B": 0.5}
    change = START + timedelta(days=1)
    phases = (
        Phase(number=1, weights=weights, started_at=START, ended_at=change),
        Phase(number=2, weights={"test_1_A": 0.1, "test_1_B": 0.9}, started_at=change),
    )
    return an_experiment(
        metrics=["page_views"], phases=phases, timezone="Pacific/Auckland", segment="country",
        start_at=datetime(2026, 4, 1, tzinfo=UTC), end_at=datetime(2026, 4, 20, tzinfo=UTC),
    )  # fmt: skip


async def test_sums_split_by_phase_segment_and_day_in_the_tests_zone(
    ws: Workspace, two_phases: Experiment
) -> None:
    assert isinstance(ws.clock, FixedClock)
    ws.clock.advance(86_400 * 60)
    midnight = datetime(2026, 4, 3, 11, 0, tzinfo=UTC)  # 4 April in Auckland, still at UTC+13
    after = datetime(2026, 4, 5, 12, 0, tzinfo=UTC)  # 6 April, now at UTC+12
    second = timedelta(microseconds=1)
    seats: Mapping[str, Mapping[str, Any]] = {
        "u1": {"variant": "A", "assigned_at": midnight - second, "segment": "de", "phase": 1},
        "u2": {"variant": "A", "assigned_at": midnight, "segment": "us", "phase": 1},
        "u3": {"variant": "A", "assigned_at": after - second, "segment": None, "phase": 2},
        "u4": {"variant": "A", "assigned_at": after, "segment": "de", "phase": 2},
    }
    test = await set_up(ws, two_phases, seats)
    events = [
        IncomingEvent(
            event_id=user, experiment_id="test_1", user_id=user, metrics={"page_view": 10**place},
            occurred_at=datetime(2026, 4, 10, tzinfo=UTC),
        )
        for place, user in enumerate(seats)
    ]  # fmt: skip
    assert (await ingest(events, ws)).recorded == 4

    def views(sums: Sums) -> dict[str | None, float]:
        return {c.split: joint(c).count * joint(c).means[0] for c in sums.cells if c.variant_id == "test_1_A"}

    assert views(await both(ws, test, "phase")) == {"1": 11.0, "2": pytest.approx(1100)}
    assert views(await both(ws, test, "segment")) == {"": 100.0, "de": 1001.0, "us": 10.0}
    assert views(await both(ws, test, "day")) == {
        "2026-04-03": 1.0, "2026-04-04": 10.0, "2026-04-05": 100.0, "2026-04-06": 1000.0,
    }  # fmt: skip
    exposures = (await both(ws, test)).exposures
    assert [(e.phase, e.day, e.users) for e in exposures] == [
        (1, date(2026, 4, 3), 1), (1, date(2026, 4, 4), 1), (2, date(2026, 4, 5), 1), (2, date(2026, 4, 6), 1),
    ]  # fmt: skip


async def test_a_quantile_counts_users_as_clusters(ws: Workspace) -> None:
    test = await set_up(
        ws, an_experiment(metrics=["page_load_time_p75"]), {f"u{i}": "A" for i in range(50)} | {"w": "B"}
    )
    values = {f"u{i}": [10.0 * i + k for k in range(1 + i % 3)] for i in range(50)}
    await ingest(
        [
            sent(f"{user}_{k}", user, page_load_time=v)
            for user, own in values.items()
            for k, v in enumerate(own)
        ],
        ws,
    )
    sums = await both(ws, test)
    found = cell_of(sums, "page_load_time_p75").quantile
    ascending = sorted(v for own in values.values() for v in own)
    expected = ascending[-(-len(ascending) * 3 // 4) - 1]  # nearest rank
    assert found is not None
    assert (found.value, found.values) == (expected, len(ascending))
    below = [sum(v <= expected for v in own) for own in values.values()]
    assert_close(found.below, JointMoments.of(below, [len(own) for own in values.values()]))
    assert found.rank_low is not None
    assert found.rank_high is not None
    assert found.rank_low < 0.75 < found.rank_high
    assert found.density_low == ascending[round(found.rank_low * len(ascending)) - 1]
    assert found.density_high == ascending[round(found.rank_high * len(ascending)) - 1]
    nobody = cell_of(sums, "page_load_time_p75", "B").quantile
    assert nobody is not None
    assert (nobody.value, nobody.values, nobody.density_low) == (None, 0, None)


async def test_the_same_moment_gives_the_same_sums_again(ws: Workspace) -> None:
    assert isinstance(ws.clock, FixedClock)
    test = await set_up(ws, an_experiment(metrics=["page_views"]), {"u1": "A"})
    await ingest([sent("e1", "u1", page_view=1)], ws)
    then = ws.clock.now()
    first = await sums_from_store(test, ws)
    ws.clock.advance(3600)
    await ingest([sent("e2", "u1", page_view=5), sent("x", "u1", fame=1)], ws)
    again = await sums_from_store(test, ws, as_of=then)
    assert again.cells == first.cells
    assert (again.late, again.refused) == (1, {})
    now = await sums_from_store(test, ws)
    assert (joint(cell_of(now, "page_views")).means, now.refused) == ((6.0,), {"unknown_metric": 1})


async def test_ids_that_look_like_sql_are_only_ids(ws: Workspace) -> None:
    test = await set_up(
        ws, an_experiment("o'neil--", metrics=["page_views"], variants=["it's", "B"]), {"x'; --": "it's"}
    )
    event = IncomingEvent(event_id="'", experiment_id=test.id, user_id="x'; --", metrics={"page_view": 4})
    assert (await ingest([event], ws)).recorded == 1
    sums = await both(ws, test)
    assert next(c for c in sums.cells if c.variant_id == "o'neil--_it's").active == 1


@pytest.mark.parametrize("pre_period", [timedelta(0), timedelta(days=2)])
async def test_random_traffic_gives_what_looking_at_every_event_gives(
    ws: Workspace, pre_period: timedelta
) -> None:
    rnd = Random(11)
    assigned = {f"u{i}": START + timedelta(hours=rnd.uniform(0, 20)) for i in range(120)}
    seats = {
        user: {"variant": "ABC"[i % 3], "assigned_at": at} for i, (user, at) in enumerate(assigned.items())
    }
    test = await set_up(
        ws,
        an_experiment(
            metrics=METRICS, variants="ABC", pre_period=pre_period, attribution_window=timedelta(hours=12)
        ),
        seats,
    )
    names = ["conversion", "page_view", "revenue", "time_on_page", "click"]
    events = [
        sent(
            f"e{i}", f"u{rnd.randrange(120)}", rnd.uniform(-50, 24),
            **{name: rnd.random() < 0.5 if name in {"conversion", "click"} else round(rnd.lognormvariate(2, 1.5), 2)},
        )
        for i in range(900)
        for name in [rnd.choice(names)]
    ]  # fmt: skip
    for start in range(0, 900, 200):
        await ingest(events[start : start + 250], ws)  # the batches overlap
    sums = await both(ws, test)
    everybody = list(assigned)
    for metric in test.metrics:
        users = users_of(test, events, assigned, metric.name)
        for variant in "ABC":
            members = [user for user in everybody if seats[user]["variant"] == variant]
            found = joint(cell_of(sums, metric.name, variant))
            assert_close(found, joint_of(test, users, metric.name, members, everybody))
