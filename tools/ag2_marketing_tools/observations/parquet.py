"""Rows of a Parquet file, by DuckDB or by PyArrow, whichever is there."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ag2_marketing_tools.errors import InvalidInput, Unavailable

_ROWS_AT_ONCE = 5_000
Places = Callable[[Sequence[str]], list[int]]


def parquet_rows(path: Path, wanted: Places) -> Iterator[Sequence[Any]]:
    """Return the rows with the wanted columns.

    Raises:
        InvalidInput: The file is no Parquet.
        Unavailable: Neither DuckDB nor PyArrow is installed.
    """
    if importlib.util.find_spec("duckdb") is not None:
        return _by_duckdb(path, wanted)
    if importlib.util.find_spec("pyarrow") is not None:
        return _by_pyarrow(path, wanted)
    raise Unavailable(
        "Nothing that reads Parquet is installed.", remedy="Run: pip install 'ag2-marketing[duckdb]'"
    )


def _by_duckdb(path: Path, wanted: Places) -> Iterator[Sequence[Any]]:
    duckdb = importlib.import_module("duckdb")
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("SET TimeZone = 'UTC'")
    try:
        # A file's name may hold the signs of a pattern; given as a list with brackets escaped it is one file.
        found = connection.execute("SELECT * FROM read_parquet(?)", [_literally(path)])
        indices = wanted([column[0] for column in found.description])
        while rows := found.fetchmany(_ROWS_AT_ONCE):
            for row in rows:
                yield [row[index] for index in indices]
    except duckdb.Error as error:
        raise InvalidInput(f"{path.name!r} cannot be read as Parquet ({_first_line(error)}).") from error
    finally:
        connection.close()


def _literally(path: Path) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def _by_pyarrow(path: Path, wanted: Places) -> Iterator[Sequence[Any]]:
    arrow = importlib.import_module("pyarrow")
    parquet = importlib.import_module("pyarrow.parquet")
    try:
        with parquet.ParquetFile(path) as file:
            names = list(file.schema_arrow.names)
            columns = [names[index] for index in wanted(names)]
            for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=columns):
                taken = [batch.column(name).to_pylist() for name in columns]
                yield from zip(*taken, strict=True)
    except arrow.ArrowException as error:
        raise InvalidInput(f"{path.name!r} cannot be read as Parquet ({_first_line(error)}).") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
