"""From rows to figures, as the mapping says: what cannot be used is counted with its reason, and nothing is guessed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.tables import Tables
from ag2_marketing_tools.observations.cells import (
    TimeReader,
    figure,
    number_reader,
    sample_size,
    subject_id,
)
from ag2_marketing_tools.observations.faults import Fault, told
from ag2_marketing_tools.observations.identity import named_kind
from ag2_marketing_tools.observations.mapping import Figure, Long, Mapping
from ag2_marketing_tools.observations.records import Record
from ag2_marketing_tools.observations.tally import Measured, Tally
from ag2_marketing_tools.observations.targets import Target, Targets

_SHARE_LIMIT = 1.0


class _Cell(NamedTuple):
    """A figure before it is read."""

    target: Target
    column: str
    name: str
    value: Any
    sample_size: Any
    limits: tuple[float, float] | None = None


class RowReader:
    """Reads the rows of one file.

    Attributes:
        columns: The columns that the mapping names, in the order in which rows have them.
    """

    def __init__(self, mapping: Mapping, tables: Tables, *, zone: str, now: datetime) -> None:
        self._mapping = mapping
        self._targets = Targets(tables, mapping.long.names if mapping.long else {})
        self._written = number_reader(mapping.decimal, mapping.thousands)
        self._time = TimeReader(mapping.time.format, mapping.zone(zone), now)
        self._missing = frozenset(mapping.missing)
        self._refused: dict[str, Fault] = {}
        self._columns: dict[str, int] = {}
        for name in _columns_of(mapping):
            self._columns.setdefault(name, len(self._columns))
        self._wide = [
            (
                self._wide_target(each.metric, each.unit, each.column),
                each.column,
                self._place(each.n_column),
                _limits(each),
            )
            for each in mapping.figure
        ]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that rows must have."""
        return tuple(self._columns)

    @property
    def refused(self) -> dict[str, Fault]:
        """Columns, or a long file's names of metrics, of which no figure is taken, and why."""
        return self._refused

    def _place(self, column: str | None) -> int | None:
        return None if column is None else self._columns[column]

    def _wide_target(self, metric: str, unit: str | None, column: str) -> Target | None:
        try:
            return self._targets.of(metric, unit)
        except Fault as fault:
            if fault.code == "unit_not_given":
                self._refused[column] = fault
                return None
            text = f" ({fault.text})" if fault.text else ""
            raise InvalidInput(f"The mapping's column {column!r}{text}: {told(fault)}") from fault

    def look_ahead(self, rows: Iterator[Record], tally: Tally) -> None:
        """Refuse shares whose unit nobody gave and whose figures can be read in two ways.

        Percentages are only taken for such where no figure lies in (0, 1], ratios where none lies above 1.
        """
        for record in rows:
            if record.fault is None:
                for cell in self._cells(record, tally, count=False):
                    if cell.target.asked:
                        self._doubt(cell)

    def _doubt(self, cell: _Cell) -> None:
        if self._is_missing(cell.value):
            return
        try:
            value = figure(_stripped(cell.value), self._written, None)
        except Fault:
            return
        small = 0 < abs(value) <= _SHARE_LIMIT
        if small if cell.target.unit == "percent" else abs(value) > _SHARE_LIMIT:
            self._refused[cell.name] = Fault(
                "share_or_percent", text=cell.name, expected=f"{value:g} % / {value:g} = {value * 100:g} %"
            )

    @property
    def must_look_ahead(self) -> bool:
        """Whether a share's unit was not given, so that all its figures must be seen first."""
        long = self._mapping.long
        if long is not None:
            return long.unit is None and long.unit_column is None
        return any(target is not None and target.asked for target, _, _, _ in self._wide)

    def read(self, record: Record, tally: Tally, take: Callable[[Measured], None]) -> None:
        """Read one row; what cannot be used is counted, what can is given to `take`."""
        tally.rows += 1
        cells = record.cells
        try:
            if record.fault is not None:
                raise record.fault
            kind, subject = self._subject(cells)
            moment = self._moment(cells)
        except Fault as fault:
            tally.rows_rejected += 1
            tally.refuse(record.line, record.last_line, fault)
            return
        for cell in self._cells(record, tally):
            metric = cell.target.metric
            if self._is_missing(cell.value):
                tally.metric(metric).missing += 1
                continue
            try:
                value, size = self._figure(cell)
            except Fault as fault:
                fault.column = fault.column or cell.column
                tally.refuse(record.line, record.last_line, fault, metric)
                continue
            target = cell.target
            taken = Measured(
                kind, subject, metric, value, size, target.unit, moment, record.line, cell.column
            )
            if target.factor is not None:
                tally.metric(metric).converted += 1
            if target.suspect_below is not None and 0 < value <= target.suspect_below:
                tally.suspect(taken)
            take(taken)

    def _subject(self, cells: Sequence[Any]) -> tuple[str, str]:
        subject = self._mapping.subject
        kind: str | None = subject.kind
        if kind is None:
            kind = named_kind(cells[self._columns[str(subject.kind_column)]], subject.kind_column)
        if subject.id_column is None:
            return kind, str(subject.id)
        try:
            return kind, subject_id(cells[self._columns[subject.id_column]])
        except Fault as fault:
            fault.column = subject.id_column
            raise

    def _moment(self, cells: Sequence[Any]) -> datetime:
        column = self._mapping.time.column
        try:
            return self._time(cells[self._columns[column]])
        except Fault as fault:
            fault.column = column
            raise

    def _cells(self, record: Record, tally: Tally, *, count: bool = True) -> Iterator[_Cell]:
        """Yield the figures of a row, those of refused columns left out and counted."""
        cells = record.cells
        if self._mapping.long is not None:
            yield from self._long_cell(self._mapping.long, record, tally, count=count)
            return
        for target, column, n_place, limits in self._wide:
            value = cells[self._columns[column]]
            if target is None or column in self._refused:
                tally.refused_figures[column] += count and not self._is_missing(value)
            else:
                size = None if n_place is None else cells[n_place]
                yield _Cell(target, column, column, value, size, limits)

    def _long_cell(self, long: Long, record: Record, tally: Tally, *, count: bool) -> Iterator[_Cell]:
        cells, place = record.cells, self._columns
        name, unit = _text(cells[place[long.metric_column]]), long.unit
        if long.unit_column is not None:
            unit = _text(cells[place[long.unit_column]]) or None
        try:
            target = self._targets.of(name, unit)
            if target.asked and long.unit_column is not None:
                raise Fault("unit_not_given", expected=target.unit)
        except Fault as fault:
            if count:
                fault.column = long.unit_column if "unit" in fault.code else long.metric_column
                tally.rows_rejected += 1
                tally.refuse(record.line, record.last_line, fault)
            return
        if name in self._refused:
            tally.refused_figures[name] += count
            return
        size = None if long.n_column is None else cells[place[long.n_column]]
        yield _Cell(target, long.value_column, name, cells[place[long.value_column]], size)

    def _is_missing(self, cell: Any) -> bool:
        return cell is None or (isinstance(cell, str) and cell.strip() in self._missing)

    def _figure(self, cell: _Cell) -> tuple[float, int | None]:
        value = figure(_stripped(cell.value), self._written, cell.target.factor)
        if value < 0 and cell.target.never_negative:
            raise Fault("negative", text=cell.value)
        if cell.limits is not None:
            low, high = cell.limits
            if not low <= figure(_stripped(cell.value), self._written, None) <= high:
                raise Fault("out_of_range", text=cell.value, expected=f"{low:g} … {high:g}")
        return value, sample_size(_stripped(cell.sample_size), self._written)


def _limits(each: Figure) -> tuple[float, float] | None:
    if each.least is None and each.most is None:
        return None
    return (-math.inf if each.least is None else each.least, math.inf if each.most is None else each.most)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _stripped(cell: Any) -> Any:
    return cell.strip() if isinstance(cell, str) else cell


def _columns_of(mapping: Mapping) -> Iterator[str]:
    long = mapping.long
    named: list[str | None] = [mapping.subject.kind_column, mapping.subject.id_column, mapping.time.column]
    if long is not None:
        named += [long.metric_column, long.value_column, long.unit_column, long.n_column]
    for each in mapping.figure:
        named += [each.column, each.n_column]
    yield from (name for name in named if name is not None)
