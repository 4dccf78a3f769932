"""How often a monitor runs, as a person writes it: `30m`, `1h`, `1d`, `2w`."""

from __future__ import annotations

import re

from ag2_marketing_tools.errors import InvalidInput

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_WORDS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800}
_FORM = re.compile(r"([0-9]{1,6})\s*([smhdw])")
_LONGEST_S = 366 * 86_400


def seconds_of(text: str) -> int:
    """Return the seconds of an interval.

    Raises:
        InvalidInput: It is none, or not between a second and a year.
    """
    wanted = text.strip().casefold()
    found = _FORM.fullmatch(wanted)
    seconds = int(found[1]) * _SECONDS[found[2]] if found else _WORDS.get(wanted, 0)
    if not 1 <= seconds <= _LONGEST_S:
        raise InvalidInput(
            f"{text!r} is no interval between a second and a year.",
            remedy=f"Give a count as in 30m, 1h, 1d or 2w, or {', '.join(_WORDS)}.",
        )
    return seconds


def written(seconds: int) -> str:
    """Return an interval in its largest whole unit."""
    for unit in reversed(_SECONDS):
        if seconds % _SECONDS[unit] == 0:
            return f"{seconds // _SECONDS[unit]}{unit}"
    raise AssertionError(seconds)
