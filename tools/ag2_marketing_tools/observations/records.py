"""Rows of a file, one after the other: CSV, JSON, JSON lines and Parquet, never the whole file in memory."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.observations.faults import Fault
from ag2_marketing_tools.observations.mapping import FileFormat, FileMapping
from ag2_marketing_tools.observations.parquet import parquet_rows
from ag2_marketing_tools.observations.text_files import check_text

_DELIMITERS = (",", ";", "\t", "|")
_MOST_OBJECT_CHARACTERS = 1_000_000
_CHUNK_CHARACTERS = 1 << 16


class Record(NamedTuple):
    """A row: its place in the file, and the cells that the mapping names, or why it cannot be read."""

    line: int
    last_line: int
    cells: Sequence[Any]
    fault: Fault | None = None


def records(path: Path, mapping: FileMapping, columns: Sequence[str]) -> Iterator[Record]:
    """Return the rows of a file with the cells of these columns.

    Raises:
        InvalidInput: The file cannot be read as its format says, or lacks a column.
        Unavailable: It is Parquet and nothing here reads that.
    """
    if not path.is_file():
        raise InvalidInput(f"There is no file {str(path)!r}.")
    form: FileFormat = mapping.format_of(path)
    if form == "parquet":
        return _numbered(parquet_rows(path, lambda names: places(columns, names)))
    check_text(path, mapping.encoding)
    readers: dict[str, Callable[[Path, FileMapping, Sequence[str]], Iterator[Record]]] = {
        "csv": _csv_records,
        "json_lines": _line_records,
        "json": _array_records,
    }
    return readers[form](path, mapping, columns)


def places(columns: Sequence[str], names: Sequence[str]) -> list[int]:
    """Return where the columns stand among the file's names.

    Raises:
        InvalidInput: One is missing, or stands there twice.
    """
    for column in columns:
        if names.count(column) == 1:
            continue
        if column in names:
            raise InvalidInput(f"The file has the column {column!r} {names.count(column)} times.")
        near = get_close_matches(column, names, n=3, cutoff=0.5)
        raise InvalidInput(
            f"The file has no column {column!r}.",
            remedy=f"Did you mean {', '.join(map(repr, near))}?" if near else _names_of(names),
        )
    return [names.index(column) for column in columns]


def _names_of(names: Sequence[str]) -> str:
    return f"It has: {', '.join(repr(name[:40]) for name in names[:12])}{' …' if len(names) > 12 else ''}."


def _numbered(rows: Iterator[Sequence[Any]]) -> Iterator[Record]:
    for number, cells in enumerate(rows, 1):
        yield Record(number, number, cells)


def _encoding(mapping: FileMapping) -> str:
    return "utf-8-sig" if mapping.encoding == "utf-8" else mapping.encoding


def _csv_records(path: Path, mapping: FileMapping, columns: Sequence[str]) -> Iterator[Record]:
    with path.open(encoding=_encoding(mapping), newline="") as file:
        delimiter = mapping.delimiter or _delimiter(file.readline())
        file.seek(0)
        rows = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            header = [name.strip() for name in next(rows, [])]
        except csv.Error as error:
            raise InvalidInput(f"The header of {path.name!r} cannot be read ({error}).") from error
        if not any(header):
            raise InvalidInput(f"The file {path.name!r} has no header.")
        wanted = places(columns, header)
        pick = itemgetter(*wanted) if len(wanted) > 1 else (lambda row: (row[wanted[0]],))
        yield from _csv_rows(rows, len(header), pick)


def _csv_rows(rows: Any, width: int, pick: Callable[[list[str]], Sequence[str]]) -> Iterator[Record]:
    last = rows.line_num
    while True:
        first = last + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            last = rows.line_num
            yield Record(first, last, (), Fault("broken_row"))
            continue
        last = rows.line_num
        if len(row) == width:
            yield Record(first, last, pick(row))
        elif row:  # an empty line is no row
            if len(row) > width and not any(row[width:]):
                yield Record(first, last, pick(row))
            else:
                yield Record(first, last, (), Fault("wrong_length", text=len(row), expected=str(width)))


def _delimiter(header: str) -> str:
    return max(_DELIMITERS, key=header.count)


def _not_finite(_text: str) -> str:
    return "NaN"  # read as text, which is refused as no number


_DECODER = json.JSONDecoder(parse_constant=_not_finite)


def _line_records(path: Path, mapping: FileMapping, columns: Sequence[str]) -> Iterator[Record]:
    with path.open(encoding=_encoding(mapping)) as file:
        for number, line in enumerate(iter(lambda: file.readline(_MOST_OBJECT_CHARACTERS), ""), 1):
            text = line.strip()
            if not text:
                continue
            try:
                yield _from_object(number, _DECODER.decode(text), columns)
            except (ValueError, RecursionError):
                yield Record(number, number, (), Fault("broken_row"))


def _from_object(number: int, found: Any, columns: Sequence[str]) -> Record:
    if not isinstance(found, dict):
        return Record(number, number, (), Fault("broken_row"))
    return Record(number, number, [found.get(column) for column in columns])


def _array_records(path: Path, mapping: FileMapping, columns: Sequence[str]) -> Iterator[Record]:
    for number, found in enumerate(_objects(path, _encoding(mapping)), 1):
        yield _from_object(number, found, columns)


def _objects(path: Path, encoding: str) -> Iterator[Any]:
    """Yield the objects of a JSON array as they are read; a fault in the syntax ends it, told by its place."""
    with path.open(encoding=encoding) as file:
        buffer, number, opened = "", 0, False
        while True:
            chunk = file.read(_CHUNK_CHARACTERS)
            buffer += chunk
            if not opened:
                buffer, opened = _opened(path, buffer), True
            found, buffer, closed = _complete(buffer)
            yield from found
            number += len(found)
            if closed:
                if buffer.strip() or file.read(_CHUNK_CHARACTERS).strip():
                    raise InvalidInput(f"{path.name!r} goes on after the end of its array.")
                return
            if not chunk or len(buffer) > _MOST_OBJECT_CHARACTERS + _CHUNK_CHARACTERS:
                raise InvalidInput(
                    f"{path.name!r} is no JSON from object {number + 1} on.",
                    remedy="What stands before it was read; mend it and import again.",
                )


def _opened(path: Path, buffer: str) -> str:
    text = buffer.lstrip()
    if not text.startswith("["):
        raise InvalidInput(
            f"{path.name!r} is no JSON array of objects.",
            remedy='One object in a line is format = "json_lines".',
        )
    return text[1:]


def _complete(buffer: str) -> tuple[list[Any], str, bool]:
    """Return the whole objects of a buffer, what is left of it, and whether the array ended."""
    found: list[Any] = []
    place, size = 0, len(buffer)
    while True:
        while place < size and buffer[place] in " \t\r\n,":
            place += 1
        if place < size and buffer[place] == "]":
            return found, buffer[place + 1 :], True
        try:
            value, end = _DECODER.raw_decode(buffer, place)
        except (ValueError, RecursionError):
            return found, buffer[place:], False
        if end == size:  # a number may go on in the next chunk
            return found, buffer[place:], False
        found.append(value)
        place = end
