"""Registers from files: who there is, where they belong and who is active, read as strictly as figures are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.observations.cells import figure, number_reader, subject_id
from ag2_marketing_tools.observations.faults import Fault
from ag2_marketing_tools.observations.identity import named_kind
from ag2_marketing_tools.observations.mapping import Attribute, RegisterMapping
from ag2_marketing_tools.observations.records import Record, records
from ag2_marketing_tools.observations.tally import RegisterTally, Tally
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.subjects import Saved, Subject, compare_subjects, save_subjects

ENTRIES_OF_A_BATCH = 5_000
_YES = frozenset({"1", "active", "aktiv", "ja", "true", "y", "yes"})
_NO = frozenset({"0", "false", "inactive", "inaktiv", "n", "nein", "no"})
_log = logging.getLogger("ag2_marketing_tools.progress")


class RegisterReader:
    """Reads the rows of one register's file.

    Attributes:
        columns: The columns that the mapping names, in the order in which rows have them.
    """

    def __init__(self, mapping: RegisterMapping) -> None:
        self._mapping = mapping
        self._written = number_reader(mapping.decimal, mapping.thousands)
        self._missing = frozenset(mapping.missing)
        self._places = {name: place for place, name in enumerate(dict.fromkeys(_columns_of(mapping)))}
        self._seen: dict[tuple[str, str], Subject] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that rows must have."""
        return tuple(self._places)

    def read(self, record: Record, tally: Tally, take: Callable[[Subject], None]) -> None:
        """Read one row; what cannot be used is counted, an entry is given to `take`."""
        tally.rows += 1
        try:
            if record.fault is not None:
                raise record.fault
            entry = self._entry(record.cells)
            first = self._seen.setdefault((entry.kind, entry.id), entry)
            if first != entry:
                raise Fault("entry_twice", column=self._mapping.subject.id_column)
        except Fault as fault:
            tally.rows_rejected += 1
            tally.refuse(record.line, record.last_line, fault)
            return
        if first is entry:
            take(entry)
        else:
            tally.register(entry.kind).unchanged += 1

    def _entry(self, cells: Sequence[Any]) -> Subject:
        subject = self._mapping.subject
        columns = self._mapping.columns
        kind = str(subject.kind or named_kind(self._cell(cells, subject.kind_column), subject.kind_column))
        id = self._read(cells, subject.id_column, subject_id)
        location = self._cell(cells, columns.location_column)
        return Subject(
            kind=kind,
            id=str(id),
            location=self._read(cells, columns.location_column, subject_id) if location is not None else None,
            attributes={
                each.name: value
                for each in columns.attribute
                if (value := self._attribute(cells, each)) is not None
            },
            active=self._active(cells),
        )

    def _cell(self, cells: Sequence[Any], column: str | None) -> Any:
        """Return what stands in a column, or None where it is empty or no column is named."""
        cell = None if column is None else cells[self._places[column]]
        if isinstance(cell, str):
            cell = cell.strip()
            return None if cell in self._missing else cell
        return cell

    def _read(self, cells: Sequence[Any], column: str | None, reader: Callable[[Any], Any]) -> Any:
        try:
            return reader(self._cell(cells, column))
        except Fault as fault:
            fault.column = column
            raise

    def _active(self, cells: Sequence[Any]) -> bool:
        column, words = self._mapping.columns.active_column, self._mapping.columns.active
        if column is None:
            return True
        cell = self._cell(cells, column)
        word = "" if cell is None else str(cell).casefold()
        if words:
            return word in {each.casefold() for each in words}
        if word in _YES or word in _NO:
            return word in _YES
        raise Fault("not_yes_or_no", column=column, text=cell, expected="yes, no, active, inactive, 1, 0")

    def _attribute(self, cells: Sequence[Any], wanted: Attribute) -> Any:
        cell = self._cell(cells, wanted.column)
        if cell is None:
            return None
        if wanted.type == "number":
            return self._read(cells, wanted.column, lambda found: figure(found, self._written, None))
        if wanted.type == "list":
            parts = cell if isinstance(cell, list) else str(cell).split(wanted.separator)
            return [text for part in parts if (text := str(part).strip())]
        return str(cell)


def _columns_of(mapping: RegisterMapping) -> Iterator[str]:
    subject, register = mapping.subject, mapping.columns
    named = [subject.kind_column, subject.id_column, register.location_column, register.active_column]
    yield from (name for name in (*named, *(each.column for each in register.attribute)) if name is not None)


async def import_register(
    path: Path, mapping: RegisterMapping, tally: Tally, ws: Workspace, *, dry_run: bool
) -> None:
    """Read a register's file and enter it in batches, each whole or not at all; what happens is counted."""
    reader = RegisterReader(mapping)
    for batch in _batches(records(path, mapping, reader.columns), reader, tally):
        _count(await _write(ws, batch, dry_run=dry_run), tally)
        tally.batches += 1
        _log.info(say("{rows} read", rows=count_of(tally.rows, "row")))


def _batches(rows: Iterator[Record], reader: RegisterReader, tally: Tally) -> Iterator[list[Subject]]:
    batch: list[Subject] = []
    for record in rows:
        reader.read(record, tally, batch.append)
        if len(batch) >= ENTRIES_OF_A_BATCH:
            yield batch
            batch = []
    yield batch


async def _write(ws: Workspace, batch: Sequence[Subject], *, dry_run: bool) -> Saved:
    if dry_run:
        async with ws.store.read() as connection:
            return await compare_subjects(connection, batch)
    async with ws.store.begin() as connection:
        return await save_subjects(connection, batch, ws.clock.now())


def _count(saved: Saved, tally: Tally) -> None:
    for name in RegisterTally.__dataclass_fields__:
        for kind, _ in getattr(saved, name):
            counts = tally.register(kind)
            setattr(counts, name, getattr(counts, name) + 1)
