"""An import that is killed leaves whole batches; run again, it completes."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ag2_marketing_tools.observations import import_observations
from ag2_marketing_tools.observations.importing import FIGURES_OF_A_BATCH
from ag2_marketing_tools.workspace import Settings, Workspace
from ag2_marketing_tools.workspace.store import Store, upgrade
from ag2_marketing_tools.workspace.store.bulk import insert_new_rows
from ag2_marketing_tools.workspace.store.schema import observation

FIGURES = 10 * FIGURES_OF_A_BATCH
MAPPING = """
source = "carelog"
[subject]
kind = "caregiver"
id_column = "who"
[time]
column = "day"
[[figure]]
column = "value"
metric = "CaregiverQualityMetrics/visit_compliance/timeliness/on_time_arrival"
unit = "percent"
"""
IMPORT = """
import asyncio, sys
from ag2_marketing_tools.observations import import_observations
from ag2_marketing_tools.workspace import Settings, Workspace
async def main():
    async with Workspace.open(Settings(_env_file=None)) as ws:
        await import_observations.run({"file": sys.argv[1], "mapping": sys.argv[2]}, ws)
asyncio.run(main())
"""


async def stored(store: Store) -> int:
    async with store.read() as connection:
        return (await connection.execute(select(func.count()).select_from(observation))).scalar_one()


async def test_a_killed_import_leaves_whole_batches_and_completes_when_run_again(
    store_settings: Settings, tmp_path: Path
) -> None:
    file, mapping = tmp_path / "f.csv", tmp_path / "m.toml"
    with file.open("w") as out:
        out.write("who,day,value\n")
        out.writelines(f"c{n},{2020 + n % 5}-01-01,90\n" for n in range(FIGURES))
    mapping.write_text(MAPPING, "utf-8")
    await upgrade(store_settings)
    url = store_settings.database_url
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(part for part in sys.path if part),
        "AG2_MARKETING_HOME": str(store_settings.home),
        **({"AG2_MARKETING_DATABASE_URL": url.get_secret_value()} if url else {}),
    }
    async with Workspace.open(store_settings) as ws:
        process = subprocess.Popen([sys.executable, "-c", IMPORT, str(file), str(mapping)], env=environment)
        while await stored(ws.store) < 2 * FIGURES_OF_A_BATCH:
            assert process.poll() is None, "it ended before it could be killed"
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        left = await stored(ws.store)
        assert left % FIGURES_OF_A_BATCH == 0
        assert 0 < left < FIGURES
        report = await import_observations.run({"file": str(file), "mapping": str(mapping)}, ws)
        assert (report.taken, report.duplicates, report.rejected) == (FIGURES - left, left, 0)
        assert await stored(ws.store) == FIGURES


async def test_what_is_interrupted_within_a_batch_keeps_nothing_of_it(store: Store) -> None:
    now = store.clock.now()
    row = ("o1", "page", "p", "m", 1.0, None, "ms", now, "s", now)

    async def interrupted() -> None:
        async with store.begin() as connection:
            assert await insert_new_rows(store, connection, observation, [row]) == 1
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await interrupted()
    assert await stored(store) == 0
