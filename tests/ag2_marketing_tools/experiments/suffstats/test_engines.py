from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random  # noqa: TID251 (each with its seed)
from typing import TYPE_CHECKING, Any

import pytest
from naive_sums import assert_close
from running_tests import START, an_experiment, set_up

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.events import IncomingEvent, ingest
from ag2_marketing_tools.experiments.metrics import MetricDefinition
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats import (
    Split,
    Sums,
    sums_from_duckdb,
    sums_from_log,
    sums_from_store,
)
from ag2_marketing_tools.experiments.suffstats.export import Exported, export_log
from ag2_marketing_tools.experiments.suffstats.spark import sums_from_spark
from ag2_marketing_tools.experiments.suffstats.text import part_of_the_text
from ag2_marketing_tools.privacy import erase_subject
from ag2_marketing_tools.workspace import Workspace

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_DIALECT = r"::|\b(FILTER|QUALIFY|LIMIT|INTERVAL|EXTRACT|FLOOR)\b|\$|\?|`|:\w"
SPLITS: tuple[Split, ...] = ("none", "phase", "segment", "day")
RATIO = MetricDefinition(
    name="clicks_per_view", title="Clicks per view", channels=("website",), kind="ratio", unit="ratio",
    direction="higher", numerator="click_through_rate", denominator="page_views",
)  # fmt: skip
BIG = MetricDefinition(
    name="cents", title="Cents", channels=("website",), kind="continuous", unit="ct", direction="higher"
)
METRICS = [
    "conversion_rate",
    "page_views",
    "revenue_per_user",
    "avg_time_on_page",
    "page_load_time_p75",
    RATIO,
    BIG,
]


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("spark")))
        .config("spark.sql.session.timeZone", "America/New_York")  # whatever it is, days are the test's
        .config("spark.log.level", "OFF")
        .getOrCreate()
    )
    yield session
    session.stop()


async def traffic(ws: Workspace) -> Experiment:
    """A test with every kind of metric, users of every kind, and events before, within and after their windows."""
    rnd = Random(17)
    test = an_experiment(
        metrics=METRICS, variants="ABC", pre_period=timedelta(hours=30), attribution_window=timedelta(hours=15),
        segment="country",
    )  # fmt: skip
    seats = {
        f"u{i}": {
            "variant": "ABC"[i % 3],
            "segment": ("de", "us", None, "x'y")[i % 4],
            "assigned_at": START + timedelta(seconds=rnd.random() * 80_000),
            "excluded": "bot" if i % 17 == 0 else None,
        }
        for i in range(300)
    }
    await set_up(ws, test, seats)
    names = [
        "conversion",
        "page_view",
        "revenue",
        "time_on_page",
        "page_load_time",
        "click_through_rate",
        "cents",
    ]
    events = []
    for i in range(2_500):
        name = rnd.choice(names)
        value: Any = round(rnd.lognormvariate(3, 1.5), 2) if name != "cents" else 1e9 + rnd.random()
        events.append(
            IncomingEvent(
                event_id=f"e{i}", experiment_id=test.id, user_id=f"u{rnd.randrange(300)}",
                metrics={name: rnd.random() < 0.5 if name in {"conversion", "click_through_rate"} else value},
                occurred_at=START + timedelta(seconds=rnd.uniform(-120_000, 80_000)),
            )
        )  # fmt: skip
    assert (await ingest(events, ws)).recorded == 2_500
    return test


def assert_same(found: Sums, expected: Sums) -> None:
    assert found.exposures == expected.exposures
    assert [(c.variant_id, c.metric, c.split, c.users, c.active) for c in found.cells] == [
        (c.variant_id, c.metric, c.split, c.users, c.active) for c in expected.cells
    ]
    for cell, other in zip(found.cells, expected.cells, strict=True):
        assert cell.quantile == other.quantile
        if other.joint is not None:
            assert_close(cell.joint, other.joint)


async def test_the_same_experiment_gives_the_same_figures_in_the_store_and_in_duckdb(
    ws: Workspace, tmp_path: Path
) -> None:
    test = await traffic(ws)
    files = await export_log(test, ws, tmp_path)
    for split in SPLITS:
        rolled_up = await sums_from_store(test, ws, split=split)
        assert len(rolled_up.cells) >= 3 * (len(METRICS) - 1)
        assert_same(await sums_from_log(test, ws, split=split), rolled_up)
        elsewhere = await sums_from_duckdb(
            test, events=files.events, exposures=files.exposures, as_of=NOW, split=split
        )
        assert_same(elsewhere, rolled_up)
        assert (rolled_up.source, elsewhere.source) == (ws.store.dialect, "duckdb")


@pytest.mark.needs("spark")
@pytest.mark.parametrize("split", ["none", "segment", "day"])
async def test_and_the_same_in_spark(
    workspace: Workspace, spark: SparkSession, tmp_path: Path, split: Split
) -> None:
    test = await traffic(workspace)
    files = await export_log(test, workspace, tmp_path)
    events, exposures = (spark.read.parquet(str(path)) for path in (files.events, files.exposures))
    found = await sums_from_spark(spark, test, events=events, exposures=exposures, as_of=NOW, split=split)
    assert_same(found, await sums_from_store(test, workspace, split=split))
    assert found.source == "spark"
    assert spark.conf.get("spark.sql.session.timeZone") == "America/New_York"


async def test_what_was_sent_several_times_counts_once_in_parquet_too(
    workspace: Workspace, tmp_path: Path
) -> None:
    duckdb = pytest.importorskip("duckdb")
    test = await traffic(workspace)
    files = await export_log(test, workspace, tmp_path)
    twice = tmp_path / "twice.parquet"
    # Sent again a minute later, as a client does that got no answer.
    duckdb.sql(
        f"COPY (SELECT * FROM '{files.events}' UNION ALL"
        f" SELECT * REPLACE (occurred_at + INTERVAL 1 SECOND AS occurred_at) FROM '{files.events}'"
        f" USING SAMPLE 20 PERCENT (bernoulli, 7)) TO '{twice}' (FORMAT parquet)"
    )
    again = await sums_from_duckdb(test, events=twice, exposures=files.exposures, as_of=NOW)
    assert_same(again, await sums_from_store(test, workspace))


async def test_a_user_seen_in_two_variants_is_counted_and_excluded(
    workspace: Workspace, tmp_path: Path
) -> None:
    duckdb = pytest.importorskip("duckdb")
    test = an_experiment(metrics=["page_views"])
    rows = [
        ("u1", "test_1_A", 1),
        ("u1", "test_1_A", 3),
        ("u2", "test_1_B", 2),
        ("u2", "test_1_A", 1),
        ("u3", "test_1_B", 1),
    ]
    seats = " UNION ALL ".join(
        f"SELECT '{user}' AS user_id, '{variant}' AS variant_id,"
        f" TIMESTAMP '2026-03-01 09:00:00' + INTERVAL {hour} HOUR AS assigned_at"
        for user, variant, hour in rows
    )
    events = " UNION ALL ".join(
        f"SELECT 'e{user}' AS event_id, 'page_views' AS metric, '{user}' AS user_id, 5.0::DOUBLE AS value,"
        " TIMESTAMP '2026-03-01 12:30:00' AS occurred_at"
        for user in ("u1", "u2", "u3", "stranger")
    )
    for name, text in (("seats", seats), ("events", events)):
        duckdb.sql(f"COPY ({text}) TO '{tmp_path / name}.parquet' (FORMAT parquet)")
    sums = await sums_from_duckdb(
        test, events=[tmp_path / "events.parquet"], exposures=str(tmp_path / "seats.parquet"), as_of=NOW
    )
    # u2 saw A first, so it is counted there, as excluded; nothing that it did counts anywhere.
    assert [(e.variant_id, e.users, dict(e.excluded)) for e in sums.exposures] == [
        ("test_1_A", 1, {"several_variants": 1}),
        ("test_1_B", 1, {}),
    ]
    assert [(c.users, c.active) for c in sums.cells] == [(1, 1), (1, 1)]


async def test_files_that_lack_a_column_or_are_none_are_refused(workspace: Workspace, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    duckdb.sql(
        f"COPY (SELECT 'e' AS event_id, 'u' AS user_id) TO '{tmp_path}/short.parquet' (FORMAT parquet)"
    )
    (tmp_path / "text.parquet").write_text("no Parquet")
    faults = {
        "short": "lack the column metric and value and occurred_at",
        "text": "cannot be read",
        "none": "cannot be read",
    }
    for name, words in faults.items():
        file = tmp_path / f"{name}.parquet"
        with pytest.raises(InvalidInput, match=words):
            await sums_from_duckdb(an_experiment(), events=file, exposures=file, as_of=NOW)


async def test_an_id_that_engines_would_read_differently_is_refused(workspace: Workspace) -> None:
    odd = await set_up(workspace, an_experiment(variants=["A\\", "B"]), {})
    with pytest.raises(InvalidInput, match="backslash"):
        await sums_from_log(odd, workspace)


async def test_erasing_a_user_leaves_the_sums_as_they_were(ws: Workspace) -> None:
    test = await traffic(ws)
    before = await sums_from_store(test, ws)
    await erase_subject(ws.store, "user", "u5", ids=ws.ids)
    assert_same(await sums_from_store(test, ws), before)
    assert_same(await sums_from_log(test, ws), before)


async def test_files_are_for_their_owner_alone_and_csv_needs_no_extra(
    workspace: Workspace, tmp_path: Path
) -> None:
    test = await traffic(workspace)
    found: Exported = await export_log(test, workspace, tmp_path / "out", "csv")
    assert (found.event_rows, found.exposure_rows) == (2_500, 300)
    for path in (found.events, found.exposures):
        assert os.stat(path).st_mode & 0o077 == 0
    assert len(found.events.read_text().splitlines()) == 2_501


def test_the_text_holds_only_what_every_engine_knows() -> None:
    for name in ("seats", "exposures", "counted", "per_user", "sums", "caps", "quantiles"):
        text = part_of_the_text(name)
        assert not re.search(_DIALECT, text, re.I)


def test_the_sums_of_the_store_load_neither_duckdb_nor_spark() -> None:
    code = (
        "import sys, ag2_marketing_tools.experiments.suffstats, ag2_marketing_tools.experiments.suffstats.spark;"
        "sys.exit(any(name in sys.modules for name in ('duckdb', 'pyspark')))"
    )
    path = os.pathsep.join(p for p in sys.path if p)
    ran = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, check=False)
    assert ran.returncode == 0
