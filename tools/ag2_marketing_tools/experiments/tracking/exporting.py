"""A test's events and exposures as files, for a warehouse."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.experiments import repository
from ag2_marketing_tools.experiments.configuration import TestId
from ag2_marketing_tools.experiments.suffstats.export import Format, export_log
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result, tool
from ag2_marketing_tools.workspace import Workspace

FOLDER = "exports"
"""Below the workspace's home, one folder per test: a model cannot choose where files are written."""


class ExportEvents(TestId):
    """Which test, and as what."""

    format: Format = Field(
        default="parquet", description="`parquet` (needs the extra `duckdb`) or `csv`, moments in UTC."
    )


class ExportedEvents(Result):
    """The files, which name the test's users and which only this program's user may read."""

    test_id: str
    events_file: str
    exposures_file: str
    events: Annotated[int, unit("row")] = Field(description="One per event and metric.")
    exposures: Annotated[int, unit("row")] = Field(description="One per assigned user.")


@tool(family="experiments", effect="writes")
async def export_events(params: ExportEvents, ws: Workspace) -> ExportedEvents:
    """Write a test's events and exposures as files below the workspace's home, as a warehouse reads them.

    An analysis by DuckDB or Spark gives the same figures from them as the store does. Files of an earlier export of
    the same test are overwritten. They name users, and a later erasure does not reach them: delete them then.
    """
    async with ws.store.read() as connection:
        test = await repository.load_experiment(connection, params.test_id)
    folder = ws.settings.home / FOLDER / re.sub(r"[^A-Za-z0-9_-]", "_", test.id)
    found = await export_log(test, ws, folder, params.format)
    return ExportedEvents(
        test_id=test.id,
        events_file=str(found.events),
        exposures_file=str(found.exposures),
        events=found.event_rows,
        exposures=found.exposure_rows,
    )
