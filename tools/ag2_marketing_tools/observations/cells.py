"""Single cells: figures, sample sizes, times and ids, each read strictly."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ag2_marketing_tools.observations.faults import Fault

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
MOST_ID_CHARACTERS = 300
_MOST_COUNTED = 2**63 - 1
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_ISO = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_SEVERAL_WAYS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})\b.*", re.ASCII | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MOST_REMEMBERED = 50_000


def number_reader(decimal: str, thousands: str | None) -> Callable[[str], str]:
    """Return what turns a written figure into one that Python reads; it raises `Fault` for any other text."""
    if decimal == "." and thousands is None:
        return _plain
    group = re.escape(thousands) if thousands else None
    whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)" if group else r"\d+"
    written = re.compile(rf"[+-]?{whole}(?:{re.escape(decimal)}\d+)?", re.ASCII)

    def read(text: str) -> str:
        if not written.fullmatch(text):
            raise _no_number(text, decimal)
        return text.replace(thousands or " ", "").replace(decimal, ".")

    return read


def _plain(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    raise _no_number(text, ".")


def _no_number(text: str, decimal: str) -> Fault:
    only_signs = re.fullmatch(r"[+-]?\d[\d., ']*", text, re.ASCII)
    return (
        Fault("decimal_sign", text=text, expected=repr(decimal))
        if only_signs
        else Fault("not_a_number", text=text)
    )


def figure(cell: Any, written: Callable[[str], str], factor: Decimal | None) -> float:
    """Return a figure times the factor of its unit, exactly where it is a decimal.

    Raises:
        Fault: It is no finite number.
    """
    if isinstance(cell, str):
        text = written(cell)
        value = float(text) if factor is None else float(Decimal(text) * factor)
    elif isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        try:
            value = float(cell)
            if factor is not None and math.isfinite(value):
                value = float(Decimal(str(cell)) * factor)
        except OverflowError:
            value = math.inf
    else:
        raise Fault("not_a_number", text=cell)
    if not math.isfinite(value):
        raise Fault("not_a_number", text=cell)
    return value


def sample_size(cell: Any, written: Callable[[str], str]) -> int | None:
    """Return a sample size, None where none is given.

    Raises:
        Fault: It is no whole number from 0 on.
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, str) and len(cell) < 16 and cell.isascii() and cell.isdigit():
        return int(cell)
    try:
        value = figure(cell, written, None)
    except Fault:
        raise Fault("bad_sample_size", text=cell) from None
    if not value.is_integer() or not 0 <= value < _MOST_COUNTED:
        raise Fault("bad_sample_size", text=cell)
    return int(value)


def subject_id(cell: Any) -> str:
    """Return a subject's id.

    Raises:
        Fault: It is missing, or nothing that a table may show as it is.
    """
    text = str(cell).strip() if isinstance(cell, str | int) and not isinstance(cell, bool) else ""
    if not text:
        raise Fault("no_subject")
    if len(text) > MOST_ID_CHARACTERS or text.startswith("=") or _CONTROL.search(text):
        raise Fault("bad_subject")
    return text


class TimeReader:
    """Reads times of one form; what was read lately is remembered, because times repeat."""

    def __init__(self, form: str | None, zone: ZoneInfo, now: datetime) -> None:
        self._form, self._zone, self._now = form, zone, now
        self._known: dict[Any, datetime] = {}

    def __call__(self, cell: Any) -> datetime:
        """Return the moment in UTC.

        Raises:
            Fault: It is no time, could be several, or lies in the future.
        """
        known = self._known.get(cell) if isinstance(cell, str) else None
        if known is not None:
            return known
        if cell is None or cell == "":
            raise Fault("no_time")
        try:
            moment = self._moment(self._read(cell))
        except OverflowError:
            raise Fault("bad_time", text=cell, expected=self._expected) from None
        if moment > self._now:
            raise Fault("future", text=cell)
        if moment < EARLIEST:
            raise Fault("long_ago", text=cell)
        if isinstance(cell, str):
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[cell] = moment
        return moment

    @property
    def _expected(self) -> str:
        return self._form or "2026-01-31, 2026-01-31T08:30:00-05:00"

    def _read(self, cell: Any) -> datetime:
        if isinstance(cell, datetime):
            return cell
        if isinstance(cell, date):
            return datetime.combine(cell, time())
        text = str(cell).strip()
        try:
            if self._form in {"unix_s", "unix_ms"}:
                amount = float(_plain(text))
                return datetime.fromtimestamp(amount / (1000 if self._form == "unix_ms" else 1), UTC)
            if self._form is not None:
                return datetime.strptime(text, self._form)  # noqa: DTZ007 (the mapping's zone is put in below)
            if _ISO.fullmatch(text):
                return datetime.fromisoformat(text.replace(",", "."))
        except (ValueError, OSError, Fault):
            raise Fault("bad_time", text=cell, expected=self._expected) from None
        parts = _SEVERAL_WAYS.fullmatch(text) if self._form is None else None
        if parts:
            raise Fault("ambiguous_date", text=cell, expected=_formats(parts[1], parts[2]))
        raise Fault("bad_time", text=cell, expected=self._expected)

    def _moment(self, read: datetime) -> datetime:
        if read.utcoffset() is not None:
            return read.astimezone(UTC)
        local = read.replace(tzinfo=self._zone, fold=0)
        moment = local.astimezone(UTC)
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            back = moment.astimezone(self._zone).replace(tzinfo=None)
            raise Fault(
                "local_time_twice" if back == read else "no_such_local_time", text=read.isoformat(" ")
            )
        return moment


def _formats(first: str, sign: str) -> str:
    if len(first) == 4:
        return f'"%Y{sign}%m{sign}%d"'
    return f'"%d{sign}%m{sign}%Y", "%m{sign}%d{sign}%Y"'
