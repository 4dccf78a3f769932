"""The tool that imports a file of observations."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.metrics.tables import load_tables
from ag2_marketing_tools.observations.faults import Fault
from ag2_marketing_tools.observations.mapping import Mapping, RegisterMapping, read_mapping
from ag2_marketing_tools.observations.records import Record, records
from ag2_marketing_tools.observations.registers import import_register
from ag2_marketing_tools.observations.report import ImportReport, report_of
from ag2_marketing_tools.observations.rows import RowReader
from ag2_marketing_tools.observations.tally import Measured, Tally
from ag2_marketing_tools.observations.writing import Written, write
from ag2_marketing_tools.tool import Params, tool
from ag2_marketing_tools.workspace import Workspace

FIGURES_OF_A_BATCH = 10_000
_log = logging.getLogger("ag2_marketing_tools.progress")


class ImportObservations(Params):
    """Which file, and how to read it."""

    file: str = Field(min_length=1, description="Path of a CSV, JSON, JSON lines or Parquet file.")
    mapping: str = Field(min_length=1, description="Path of the TOML file that says which column is what.")
    dry_run: bool = Field(default=False, description="Read and check everything, and store nothing.")
    keep: Annotated[int, Field(ge=0, le=10_000)] = Field(
        default=20, description="How many refused rows are told one by one; all are counted."
    )


@tool(family="observations", effect="writes")
async def import_observations(params: ImportObservations, ws: Workspace) -> ImportReport:
    """Import figures, or a register, of caregivers, clients, locations, channels or pages from a file with a mapping.

    Rows that cannot be used are counted with their reason and line, the others are stored in batches, each whole
    or not at all. Importing a file again stores nothing twice, so an import that was interrupted is run again.
    A register's entries take the place of those that stood there.
    """
    path, mapping = Path(params.file), read_mapping(Path(params.mapping))
    tally = Tally(params.keep)
    broken = None
    try:
        if isinstance(mapping, RegisterMapping):
            await import_register(path, mapping, tally, ws, dry_run=params.dry_run)
        else:
            await _import_figures(path, mapping, tally, ws, dry_run=params.dry_run)
    except InvalidInput as error:
        if not tally.batches:
            raise
        broken = str(error)
    return report_of(tally, source=mapping.source, dry_run=params.dry_run, broken=broken)


async def _import_figures(
    path: Path, mapping: Mapping, tally: Tally, ws: Workspace, *, dry_run: bool
) -> None:
    tables = load_tables(ws.settings.benchmark_tables)
    reader = RowReader(mapping, tables, zone=ws.settings.timezone, now=ws.clock.now())
    tally.refused = reader.refused
    if reader.must_look_ahead:
        reader.look_ahead(records(path, mapping, reader.columns), tally)
    for batch in _batches(records(path, mapping, reader.columns), reader, tally):
        _count(await write(ws, batch, mapping.source, dry_run=dry_run), tally)
        tally.batches += 1
        _log.info(say("{rows} read", rows=count_of(tally.rows, "row")))


def _batches(rows: Iterator[Record], reader: RowReader, tally: Tally) -> Iterator[list[Measured]]:
    batch: list[Measured] = []
    for record in rows:
        reader.read(record, tally, batch.append)
        if len(batch) >= FIGURES_OF_A_BATCH:
            yield batch
            batch = []
    yield batch


def _count(written: Written, tally: Tally) -> None:
    for each in written.new:
        tally.metric(each.metric).taken += 1
    for each in written.duplicates:
        tally.metric(each.metric).duplicates += 1
    for each in written.conflicts:
        fault = Fault("other_value", column=each.column, text=f"{each.value:g}")
        tally.refuse(each.line, each.line, fault, each.metric)
