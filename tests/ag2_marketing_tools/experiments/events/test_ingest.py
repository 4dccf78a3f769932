from __future__ import annotations

import math
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from running_tests import START, an_experiment, set_up
from sqlalchemy import Connection, select

from ag2_marketing_tools.experiments import stop_experiment
from ag2_marketing_tools.experiments.events import EventOutcome, IncomingEvent, Intake, ingest
from ag2_marketing_tools.experiments.events.roll_up import cell_of
from ag2_marketing_tools.experiments.metrics import MetricDefinition
from ag2_marketing_tools.privacy import erase_subject
from ag2_marketing_tools.workspace import FixedClock, Workspace
from ag2_marketing_tools.workspace.store.schema import assignment, refused_event, tracked_event, user_metric


def event(event_id: str | None = "e1", user: Any = "u1", **fields: Any) -> IncomingEvent:
    """A conversion of u1, unless said otherwise."""
    standard = {"metrics": {"conversion": True}, "experiment_id": "test_1"}
    return IncomingEvent(event_id=event_id, user_id=user, **{**standard, **fields})


async def outcome_of(ws: Workspace, sent: IncomingEvent) -> EventOutcome:
    return (await ingest([sent], ws)).outcomes[0]


async def rows_of(ws: Workspace, table: Any, *columns: str) -> list[Any]:
    async with ws.store.read() as connection:
        found = await connection.execute(
            select(*(table.c[name] for name in columns)).order_by(*table.primary_key)
        )
        return [tuple(row) for row in found]


async def rolled_up(
    ws: Workspace, user: str, metric: str, variant: str = "test_1_A"
) -> tuple[Any, ...] | None:
    c = user_metric.c
    query = select(c.events, c.total, c.maximum, c.pre_events, c.pre_total).where(
        c.cell == cell_of(variant, metric), c.user_id == user
    )
    async with ws.store.read() as connection:
        row = (await connection.execute(query)).first()
    return None if row is None else tuple(row)


@pytest.fixture
async def ws(ws: Workspace) -> Workspace:
    await set_up(ws, an_experiment(pre_period=timedelta(days=7)), {"u1": "A", "u2": "B"})
    return ws


async def test_an_event_is_recorded_under_the_configured_metrics_name(ws: Workspace) -> None:
    assert await outcome_of(ws, event()) == EventOutcome("e1", recorded=("conversion_rate",))
    columns = ("event_id", "metric", "variant_id", "user_id", "channel", "value", "counts")
    assert await rows_of(ws, tracked_event, *columns) == [
        ("e1", "conversion_rate", "test_1_A", "u1", "website", 1.0, "outcome")
    ]
    assert await rolled_up(ws, "u1", "conversion_rate") == (1, 1.0, 1.0, 0, 0.0)


async def test_the_same_event_again_counts_once_in_one_batch_and_in_two(ws: Workspace) -> None:
    report = await ingest([event(), event(), event("e2")], ws)
    assert [outcome.kind for outcome in report.outcomes] == ["recorded", "duplicate", "recorded"]
    again = await ingest([event(), event("e3"), event("e2")], ws)
    assert (again.recorded, again.duplicates, again.refused) == (1, 2, {})
    assert await rolled_up(ws, "u1", "conversion_rate") == (3, 3.0, 1.0, 0, 0.0)


async def test_the_same_id_with_another_content_is_refused_and_counted(ws: Workspace) -> None:
    await ingest([event(metrics={"revenue": 10})], ws)
    report = await ingest([event(metrics={"revenue": 11}), event(user="u2", metrics={"revenue": 10})], ws)
    assert report.refused == {"conflict": 2}
    assert await rolled_up(ws, "u1", "revenue_per_user") == (1, 10.0, 10.0, 0, 0.0)
    within = await ingest([event("e2", metrics={"revenue": 1}), event("e2", metrics={"revenue": 2})], ws)
    assert (within.recorded, within.refused) == (1, {"conflict": 1})


async def test_an_event_without_a_time_that_is_sent_again_later_is_the_same_event(ws: Workspace) -> None:
    assert isinstance(ws.clock, FixedClock)
    await ingest([event()], ws)
    ws.clock.advance(60)
    assert (await outcome_of(ws, event())).kind == "duplicate"


async def test_an_event_that_is_sent_again_with_a_clock_put_right_anew_is_the_same_event(
    ws: Workspace,
) -> None:
    at = START + timedelta(hours=1)
    apart = {"first": 0, "before": -60, "after": 60, "too early": -60.000001, "too late": 60.000001}
    sent = [event(occurred_at=at + timedelta(seconds=seconds)) for seconds in apart.values()]
    kinds = ["recorded", "duplicate", "duplicate", "quarantined", "quarantined"]
    assert [outcome.kind for outcome in (await ingest(sent, ws)).outcomes] == kinds
    again = await ingest(sent, ws)
    assert [outcome.kind for outcome in again.outcomes] == ["duplicate", *kinds[1:]]
    assert await rolled_up(ws, "u1", "conversion_rate") == (1, 1.0, 1.0, 0, 0.0)
    other = await outcome_of(ws, event(metrics={"conversion": 0}, occurred_at=at))
    assert [refusal.reason for refusal in other.refused] == ["conflict"]


async def test_events_count_by_when_they_happened_however_late_they_come(ws: Workspace) -> None:
    moments = {
        "before the pre-period": START - timedelta(days=7, microseconds=1),
        "pre-period": START - timedelta(days=7),
        "pre-period's end": START - timedelta(microseconds=1),
        "exposure": START,
        "now": START + timedelta(days=1),
    }
    sent = [
        event(name, metrics={"page_view": 1}, occurred_at=moment)
        for name, moment in reversed(moments.items())
    ]
    await ingest(sent, ws)
    assert dict(await rows_of(ws, tracked_event, "event_id", "counts")) == {
        "before the pre-period": "nothing",
        "pre-period": "pre_period",
        "pre-period's end": "pre_period",
        "exposure": "outcome",
        "now": "outcome",
    }
    assert await rolled_up(ws, "u1", "page_views") == (2, 2.0, 1.0, 2, 2.0)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"experiment_id": "nowhere"}, "unknown_test"),
        ({"experiment_id": ""}, "unknown_test"),
        ({"experiment_id": "a\x00b"}, "unknown_test"),
        ({"variant_id": "test_1_C"}, "unknown_variant"),
        ({"variant_id": "test_1_B"}, "wrong_variant"),
        ({"user": None}, "no_user"),
        ({"user": ""}, "no_user"),
        ({"user": "stranger"}, "not_assigned"),
        ({"user": "u\x00"}, "malformed"),
        ({"user": "u\ud800"}, "malformed"),
        ({"user": 7}, "malformed"),
        ({"user": "u" * 257}, "malformed"),
        ({"event_id": "e\n"}, "malformed"),
        ({"event_id": ""}, "malformed"),
        ({"metrics": {}}, "malformed"),
        ({"metrics": "conversion"}, "malformed"),
        ({"channel": "fax"}, "unknown_channel"),
        ({"channel": "social", "metrics": {"page_view": 1}}, "wrong_channel"),
        ({"metrics": {"fame": 1}}, "unknown_metric"),
        ({"metrics": {"bounce_rate": True}}, "unknown_metric"),
        ({"metrics": {"'; DROP TABLE tracked_event; --": 1}}, "unknown_metric"),
        ({"metrics": {"revenue": "12"}}, "wrong_type"),
        ({"metrics": {"revenue": True}}, "wrong_type"),
        ({"metrics": {"revenue": None}}, "wrong_type"),
        ({"metrics": {"revenue": [1]}}, "wrong_type"),
        ({"metrics": {"revenue": 1j}}, "wrong_type"),
        ({"metrics": {"conversion": "yes"}}, "wrong_type"),
        ({"metrics": {"revenue": math.nan}}, "not_finite"),
        ({"metrics": {"revenue": -math.inf}}, "not_finite"),
        ({"metrics": {"revenue": Decimal("NaN")}}, "not_finite"),
        ({"metrics": {"revenue": 10**400}}, "out_of_bounds"),
        ({"metrics": {"revenue": 1.1e15}}, "out_of_bounds"),
        ({"metrics": {"page_view": -1}}, "out_of_bounds"),
        ({"metrics": {"conversion": -1}}, "out_of_bounds"),
        ({"metrics": {"time_on_page": 86_401}}, "out_of_bounds"),
        ({"occurred_at": datetime(2026, 3, 2, 9, 5, 1, tzinfo=UTC)}, "in_the_future"),
        ({"occurred_at": datetime(2026, 3, 2, 9)}, "malformed"),  # noqa: DTZ001 (it is what is refused)
        ({"occurred_at": "2026-03-02T09:00:00Z"}, "malformed"),
        ({"occurred_at": datetime.max.replace(tzinfo=UTC)}, "in_the_future"),
    ],
)  # fmt: skip
async def test_what_cannot_be_taken_is_quarantined_with_its_reason(
    ws: Workspace, fields: dict[str, Any], reason: str
) -> None:
    found = await outcome_of(ws, event(**fields))
    assert [refusal.reason for refusal in found.refused] == [reason]
    assert found.kind == "quarantined"
    assert await rows_of(ws, tracked_event, "event_id") == []
    ((kept, detail),) = await rows_of(ws, refused_event, "reason", "detail")
    assert kept == reason
    assert detail == found.refused[0].detail != ""


async def test_numbers_of_every_kind_are_taken(ws: Workspace) -> None:
    values = [5, 0.25, Decimal("0.25"), Fraction(1, 2)]
    report = await ingest([event(f"e{i}", metrics={"revenue": each}) for i, each in enumerate(values)], ws)
    assert report.recorded == 4
    assert await rolled_up(ws, "u1", "revenue_per_user") == (4, 6.0, 5.0, 0, 0.0)


async def test_of_an_event_that_is_wrong_in_part_the_rest_is_recorded(ws: Workspace) -> None:
    found = await outcome_of(ws, event(metrics={"conversion": True, "fame": 1, "revenue": "x"}))
    assert found.recorded == ("conversion_rate",)
    assert {refusal.metric: refusal.reason for refusal in found.refused} == {
        "fame": "unknown_metric",
        "revenue": "wrong_type",
    }


async def test_a_refused_event_that_is_sent_again_is_kept_once(ws: Workspace) -> None:
    for _ in range(3):
        await ingest([event(metrics={"revenue": "x"}), event("e2", user="stranger")], ws)
    assert await rows_of(ws, refused_event, "event_id", "metric", "reason") in (
        [("e1", "revenue", "wrong_type"), ("e2", None, "not_assigned")],
        [("e2", None, "not_assigned"), ("e1", "revenue", "wrong_type")],
    )


async def test_what_a_refused_event_said_is_kept_whatever_it_was(ws: Workspace) -> None:
    loop: dict[str, Any] = {}
    loop["again"] = loop
    contexts = [{"n": math.nan, "s": "\ud800\x00", 3: {1, 2}}, loop, {"long": "x" * 100_000}]
    await ingest([event(f"e{i}", "stranger", context=context) for i, context in enumerate(contexts)], ws)
    payloads = sorted(str(payload) for (payload,) in await rows_of(ws, refused_event, "payload"))
    assert len(payloads) == 3
    assert max(map(len, payloads)) < 5_000


async def test_after_the_stop_only_what_happened_before_it_is_taken(ws: Workspace) -> None:
    stopped_at = START + timedelta(hours=3)
    await set_up(ws, an_experiment("other", state="stopped", stopped_at=stopped_at), {"u1": "A"})
    late = event("late", experiment_id="other", occurred_at=stopped_at - timedelta(seconds=1))
    after = event("after", experiment_id="other", occurred_at=stopped_at)
    report = await ingest([late, after], ws)
    assert [outcome.kind for outcome in report.outcomes] == ["recorded", "quarantined"]
    assert report.refused == {"test_stopped": 1}


async def test_the_attribution_window_is_half_open(ws: Workspace) -> None:
    await set_up(ws, an_experiment("other", attribution_window=timedelta(hours=2)), {"u1": "A"})
    until = START + timedelta(hours=2)
    just_before = event("in", experiment_id="other", occurred_at=until - timedelta(microseconds=1))
    await ingest([just_before, event("out", experiment_id="other", occurred_at=until)], ws)
    assert dict(await rows_of(ws, tracked_event, "event_id", "counts")) == {
        "in": "outcome",
        "out": "nothing",
    }


async def test_the_parts_of_a_ratio_are_tracked_and_the_ratio_is_not(ws: Workspace) -> None:
    ratio = MetricDefinition(
        name="clicks_per_view", title="Clicks per view", channels=("website",), kind="ratio", unit="ratio",
        direction="higher", numerator="click_through_rate", denominator="page_views",
    )  # fmt: skip
    await set_up(ws, an_experiment("other", metrics=[ratio]), {"u1": "A"})
    sent = {"click": True, "pageview": 3, "clicks_per_view": 0.3}
    report = await ingest([event(experiment_id="other", metrics=sent)], ws)
    assert report.outcomes[0].recorded == ("click_through_rate", "page_views")
    assert "click_through_rate and page_views" in report.outcomes[0].refused[0].detail


async def test_an_event_without_a_test_is_kept_as_an_event_of_its_channel(ws: Workspace) -> None:
    sent = event(
        None, None, experiment_id=None, channel="email", metrics={"open": True}, context={"campaign_id": "7"}
    )
    found = await outcome_of(ws, sent)
    assert found == EventOutcome("event_1", recorded=("open_rate",))
    columns = ("event_id", "experiment_id", "channel", "metric", "counts", "context")
    assert await rows_of(ws, tracked_event, *columns) == [
        ("event_1", None, "email", "open_rate", "nothing", {"campaign_id": "7"})
    ]
    assert await rows_of(ws, user_metric, "cell") == []


async def test_a_large_batch_is_one_transaction_and_its_report_keeps_the_order(ws: Workspace) -> None:
    sent = [event(f"e{i}", f"u{i % 3}", metrics={"page_view": 1, "revenue": i}) for i in range(1_000)]
    report = await ingest(sent, ws)
    assert [outcome.event_id for outcome in report.outcomes] == [one.event_id for one in sent]
    assert report.refused == {"not_assigned": 334}
    assert report.recorded == 2 * 666
    assert await rolled_up(ws, "u1", "page_views") == (333, 333.0, 1.0, 0, 0.0)


async def test_a_batch_of_nothing_is_nothing(ws: Workspace) -> None:
    assert (await ingest([], ws)).outcomes == ()


async def test_ids_are_drawn_where_others_draw_them_and_never_beside_them(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn_in = set()
    draw = ws.ids.new

    def new(kind: str) -> str:
        drawn_in.add(threading.current_thread())
        return draw(kind)

    monkeypatch.setattr(ws.ids, "new", new)
    sent = [
        event(None, metrics={"no_such": 1, "revenue": "x"}),
        event("\x00", user="nobody"),
        event(None, user="nobody"),
        event(None, metrics={"conversion": True, "conversion_rate": False}),  # one metric, said twice
    ]
    report = await ingest([*sent, *sent], ws)
    assert drawn_in == {threading.current_thread()}
    refused = [(one.event_id, why.reason) for one in report.outcomes for why in one.refused]
    assert sorted(refused) == sorted(await rows_of(ws, refused_event, "event_id", "reason"))
    assert len(refused) == 2 * (2 + 1 + 1 + 1)


# What an intake remembers between batches


async def kinds_of(intake: Intake, *sent: IncomingEvent) -> list[str]:
    return [outcome.kind for outcome in (await intake.ingest(sent)).outcomes]


async def test_a_user_who_is_assigned_after_an_event_was_refused_is_known_at_once(ws: Workspace) -> None:
    intake = Intake(ws)
    assert await kinds_of(intake, event("e1", "u1"), event("e2", "u3")) == ["recorded", "quarantined"]
    seat = {"experiment_id": "test_1", "user_id": "u3", "variant_id": "test_1_B", "phase": 1}
    async with ws.store.begin() as connection:
        await connection.execute(assignment.insert(), {**seat, "assigned_at": START})
    assert await kinds_of(intake, event("e3", "u1"), event("e4", "u3")) == ["recorded", "recorded"]
    assert await rolled_up(ws, "u3", "conversion_rate", "test_1_B") == (1, 1.0, 1.0, 0, 0.0)


async def test_a_test_that_is_stopped_elsewhere_takes_nothing_more(ws: Workspace) -> None:
    intake = Intake(ws)
    assert await kinds_of(intake, event("e1")) == ["recorded"]
    await stop_experiment.run({"test_id": "test_1"}, ws)
    late = event("e2", occurred_at=START + timedelta(hours=1))
    assert await kinds_of(intake, late, event("e3")) == ["recorded", "quarantined"]


async def test_what_changes_between_judgement_and_transaction_is_judged_anew(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    intake, transact = Intake(ws), ws.store.transact
    changes = [stop_experiment.run({"test_id": "test_1"}, ws), erase_subject(ws.store, "user", "u2")]

    async def transact_after_a_change(work: Callable[[Connection], Any]) -> Any:
        if changes:
            await changes.pop()
        return await transact(work)

    monkeypatch.setattr(ws.store, "transact", transact_after_a_change)
    assert await kinds_of(intake, event("e1", "u1"), event("e2", "u2")) == ["quarantined", "quarantined"]
    reasons = {user: reason for user, reason in await rows_of(ws, refused_event, "user_id", "reason")}
    assert reasons == {"u1": "test_stopped", "u2": "not_assigned"}
    assert await rows_of(ws, tracked_event, "event_id") == []


async def test_a_user_who_was_erased_has_no_seat_any_more(ws: Workspace) -> None:
    intake = Intake(ws)
    for number in range(2):
        assert await kinds_of(intake, event(f"e{number}", f"u{number + 1}")) == ["recorded"]
        await erase_subject(ws.store, "user", f"u{number + 1}")
        found = (await intake.ingest([event("late", f"u{number + 1}")])).outcomes[0]
        assert [refusal.reason for refusal in found.refused] == ["not_assigned"]


async def test_more_seats_than_are_remembered_are_looked_up_again(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ag2_marketing_tools.experiments.events.known.MOST_SEATS", 1)
    intake = Intake(ws)
    for number in range(3):
        sent = [event(f"{number}-{user}", user) for user in ("u1", "u2")]
        assert await kinds_of(intake, *sent) == ["recorded", "recorded"]


@pytest.mark.parametrize("size", [1, 7, 1_626])
async def test_of_a_batch_of_any_size_in_which_some_are_known_each_is_told_apart(
    ws: Workspace, size: int
) -> None:
    sent = [event(f"e{number}") for number in range(size)]
    await ingest(sent[::3], ws)
    report = await ingest(sent, ws)
    known = len(sent[::3])
    assert (report.duplicates, report.recorded) == (known, size - known)
    assert [outcome.kind == "duplicate" for outcome in report.outcomes] == [n % 3 == 0 for n in range(size)]
    assert await rolled_up(ws, "u1", "conversion_rate") == (size, float(size), 1.0, 0, 0.0)
