"""However events are cut into batches, ordered and repeated, the sums are those of a naive computation."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naive_sums import assert_close, joint_of, users_of
from running_tests import START, an_experiment, set_up

from ag2_marketing_tools.experiments.events import IncomingEvent, ingest
from ag2_marketing_tools.experiments.suffstats import sums_from_log, sums_from_store
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace

USERS = {f"u{i}": "AB"[i % 2] for i in range(5)}
METRICS = ("conversion_rate", "page_views", "revenue_per_user", "avg_time_on_page")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "conversion": st.booleans(),
    "page_view": st.integers(0, 50),
    "revenue": st.floats(-1e6, 1e6, allow_subnormal=False),
    "time_on_page": st.floats(0, 86_400, allow_subnormal=False),
}
CONTENTS = st.lists(
    st.tuples(
        st.sampled_from(list(USERS)),
        st.fixed_dictionaries({}, optional=VALUES).filter(bool),
        st.integers(-100 * 3600, 23 * 3600),
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(contents=CONTENTS, data=st.data())
def test_any_split_of_events_in_batches_gives_the_same_sums(contents: list[Any], data: st.DataObject) -> None:
    events = [
        IncomingEvent(
            event_id=f"e{number}", experiment_id="test_1", user_id=user, metrics=metrics,
            occurred_at=START + timedelta(seconds=seconds),
        )
        for number, (user, metrics, seconds) in enumerate(contents)
    ]  # fmt: skip
    repeated = data.draw(
        st.permutations([*events, *data.draw(st.lists(st.sampled_from(events), max_size=10))])
    )
    cuts = sorted(data.draw(st.sets(st.integers(1, len(repeated)), max_size=4)))
    batches = [
        repeated[start:end]
        for start, end in zip([0, *cuts], [*cuts, len(repeated)], strict=True)
        if start < end
    ]
    with TemporaryDirectory() as folder:
        asyncio.run(_check(Path(folder), events, batches))


async def _check(folder: Path, events: list[IncomingEvent], batches: list[list[IncomingEvent]]) -> None:
    test = an_experiment(metrics=METRICS, pre_period=timedelta(days=3))
    clock = FixedClock(START + timedelta(days=1))
    async with Workspace.open(Settings(_env_file=None, home=folder), clock=clock, ids=SequentialIds()) as ws:
        await set_up(ws, test, USERS)
        recorded = [(await ingest(batch, ws)).recorded for batch in batches]
        assert sum(recorded) == sum(len(event.metrics) for event in events)
        for sums in (await sums_from_store(test, ws), await sums_from_log(test, ws)):
            for cell in sums.cells:
                users = users_of(test, events, dict.fromkeys(USERS, START), cell.metric)
                members = [user for user, name in USERS.items() if cell.variant_id == f"test_1_{name}"]
                assert_close(
                    cell.joint, joint_of(test, users, cell.metric, members, list(USERS)), within=1e-11
                )
