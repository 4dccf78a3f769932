"""Backup and restoration: one portable file for both databases.

The file is a zip with one JSON-lines member per table and, last, a `manifest.json` that names the format, the
schema's revision, and each table's number of rows and SHA-256. All of it is read in one transaction, so it
shows one moment however much is written meanwhile. What was saved from SQLite can be restored into
PostgreSQL, and back. It holds everything, personal data and the key of the pseudonyms too: keep it as safe as
the database.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError
from sqlalchemy import Table, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ag2_marketing_tools.errors import Conflict, InvalidInput, StoreError
from ag2_marketing_tools.workspace.clock import Clock, SystemClock
from ag2_marketing_tools.workspace.settings import Settings
from ag2_marketing_tools.workspace.store.revision import HEAD, upgrade
from ag2_marketing_tools.workspace.store.rows import from_json, to_json
from ag2_marketing_tools.workspace.store.schema import meta, metadata
from ag2_marketing_tools.workspace.store.store import Store

FORMAT = "ag2-marketing-backup"
FORMAT_VERSION = 1
_MANIFEST = "manifest.json"
_BATCH_ROWS = 500
_RESTORING = "restoring"
_TABLES: dict[str, Table] = {table.name: table for table in metadata.sorted_tables}


class TableSummary(BaseModel):
    """How a table's member can be checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rows: int
    sha256: str


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    format: str
    format_version: int
    revision: str
    created_at: AwareDatetime
    tables: Mapping[str, TableSummary]


async def backup(settings: Settings, target: Path, *, clock: Clock | None = None) -> Manifest:
    """Write the whole database into one file, readable by its owner only.

    The file appears whole or not at all; one that stands there already is replaced at the end.

    Raises:
        StoreError: The database cannot be read, or the file cannot be written.
    """
    clock = clock or SystemClock()
    store = await Store.open(settings, clock=clock)
    try:
        with _new_file(target) as path, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            async with store.read() as connection:
                tables = {
                    name: await _write_table(archive, connection, table) for name, table in _TABLES.items()
                }
            manifest = Manifest(
                format=FORMAT,
                format_version=FORMAT_VERSION,
                revision=HEAD,
                created_at=clock.now(),
                tables=tables,
            )
            archive.writestr(_MANIFEST, manifest.model_dump_json(indent=2))
    finally:
        await store.aclose()
    return manifest


@contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """Give a file beside the target that takes its name at the end, and vanishes if the block raises."""
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{target.name}.", suffix=".part", dir=target.absolute().parent
        )
        os.close(handle)
        path = Path(name)
        try:
            yield path
            with path.open("rb+") as written:
                os.fsync(written.fileno())
            path.replace(target)
        finally:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"The backup {target} cannot be written ({error.strerror or error}).") from error


async def _write_table(archive: zipfile.ZipFile, connection: AsyncConnection, table: Table) -> TableSummary:
    member = zipfile.ZipInfo(_member(table.name))
    member.compress_type = zipfile.ZIP_DEFLATED
    digest = hashlib.sha256()
    rows = 0
    found = await connection.stream(select(table).order_by(*table.primary_key.columns))
    with archive.open(member, "w", force_zip64=True) as lines:
        async for row in found.mappings():
            line = json.dumps(to_json(table, dict(row)), separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            lines.write(line)
            rows += 1
    return TableSummary(rows=rows, sha256=digest.hexdigest())


def _member(table: str) -> str:
    return f"{table}.jsonl"


async def restore(settings: Settings, source: Path, *, replace: bool = False) -> Manifest:
    """Fill the database from a backup, all of it or nothing; its tables are created where needed.

    The file is verified whole before the database is touched.

    Args:
        settings: Names the database to fill.
        source: A file that `backup` wrote, from either kind of database.
        replace: Whether everything that the database holds may be deleted first.

    Raises:
        StoreError: The file is no backup, is damaged or of another version; or the database refused it.
        Conflict: The database is not empty, and `replace` was not given.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = _verify(archive, source)
            await _fill(settings, archive, replace=replace)
            return manifest
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, ValidationError) as error:
        raise StoreError(f"The file {source} is no backup of this program, or is damaged.") from error
    except OSError as error:
        raise StoreError(f"The backup {source} cannot be read ({error.strerror or error}).") from error


def _verify(archive: zipfile.ZipFile, source: Path) -> Manifest:
    manifest = Manifest.model_validate_json(archive.read(_MANIFEST))
    if (manifest.format, manifest.format_version) != (FORMAT, FORMAT_VERSION):
        raise StoreError(
            f"The backup {source} is of the format {manifest.format} {manifest.format_version}; "
            f"this program reads {FORMAT} {FORMAT_VERSION}."
        )
    if manifest.revision != HEAD or set(manifest.tables) != set(_TABLES):
        raise StoreError(
            f"The backup {source} is of the schema {manifest.revision}; this program's is {HEAD}.",
            remedy="Restore it with the version of ag2-marketing that wrote it, then upgrade.",
        )
    for name, summary in manifest.tables.items():
        digest = hashlib.sha256()
        with archive.open(_member(name)) as lines:
            while chunk := lines.read(1 << 20):
                digest.update(chunk)
        if digest.hexdigest() != summary.sha256:
            raise StoreError(f"The backup {source} is damaged: {_member(name)} is not what was written.")
    return manifest


async def _fill(settings: Settings, archive: zipfile.ZipFile, *, replace: bool) -> None:
    await upgrade(settings)
    store = await Store.open(settings, clock=SystemClock())
    try:
        async with store.begin() as connection:
            if store.dialect == "postgresql":  # SQLite's transaction holds the only write lock already
                await connection.execute(text(f"LOCK TABLE {', '.join(_TABLES)}"))
            await _make_empty(connection, replace=replace)
            for name, table in _TABLES.items():
                for rows in _batches(archive, name):
                    await connection.execute(table.insert(), rows)
        if replace:
            await store.forget_overwritten()
    finally:
        await store.aclose()


async def _make_empty(connection: AsyncConnection, *, replace: bool) -> None:
    if replace:  # the log of accesses lets its rows go for this alone; see its migration
        await connection.execute(meta.insert(), {"key": _RESTORING, "value": "yes"})
    for table in sorted(reversed(_TABLES.values()), key=lambda table: table is meta):
        used = (await connection.execute(select(table).limit(1))).first() is not None
        if used and table is not meta and not replace:
            raise Conflict(
                f"The database is not empty: there are rows in {table.name}.",
                remedy="Give `--replace` to delete everything in it first.",
            )
        await connection.execute(table.delete())


def _batches(archive: zipfile.ZipFile, name: str) -> Iterator[list[dict[str, Any]]]:
    table = _TABLES[name]
    with archive.open(_member(name)) as lines:
        while batch := [from_json(table, _parse(line)) for line in islice(lines, _BATCH_ROWS)]:
            yield batch


def _parse(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError as error:
        raise InvalidInput(f"A line of the backup is not JSON: {error}.") from error
