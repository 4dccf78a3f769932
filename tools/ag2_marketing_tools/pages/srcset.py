"""The candidates of a `srcset` attribute, as the HTML standard reads them (4.8.4.3.10, 2026)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SPACE = "\t\n\f\r "
_TO_SKIP = re.compile(rf"[{_SPACE},]*")
_ADDRESS = re.compile(rf"[^{_SPACE}]+")
# One descriptor, in which a comma between brackets ends nothing.
_DESCRIPTOR = re.compile(rf"[{_SPACE}]*((?:\([^)]*\)?|[^{_SPACE},()])+)")
_WIDTH = re.compile(r"(\d+)w")
_HEIGHT = re.compile(r"(\d+)h")
_DENSITY = re.compile(r"(-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)x")


def candidates(srcset: str) -> Iterator[str]:
    """Yield the address of each candidate that a browser would take, as it is written there.

    A comma belongs to an address unless it ends it, so `data:` addresses stay whole; a candidate whose
    descriptors make no sense is left out, and the others count.
    """
    at = 0
    while True:
        at = _end(_TO_SKIP.match(srcset, at), at)
        address = _ADDRESS.match(srcset, at)
        if address is None:
            return
        url, at = address[0], address.end()
        descriptors: list[str] = []
        if not url.endswith(","):
            descriptors, at = _descriptors(srcset, at)
        if _make_sense(descriptors):
            yield url.rstrip(",")


def _descriptors(srcset: str, at: int) -> tuple[list[str], int]:
    """Return the descriptors from a place on, and where they end."""
    found: list[str] = []
    while descriptor := _DESCRIPTOR.match(srcset, at):
        found.append(descriptor[1])
        at = descriptor.end()
    comma = srcset.find(",", at)
    return found, len(srcset) if comma < 0 else comma


def _make_sense(descriptors: list[str]) -> bool:
    """Tell whether a candidate has no descriptor, one density, or one width and at most one height."""
    kinds = [_kind(one) for one in descriptors]
    if None in kinds or len(set(kinds)) < len(kinds):
        return False
    return set(kinds) in ({"w"}, {"w", "h"}, {"x"}, set())


def _kind(descriptor: str) -> str | None:
    """Return what a descriptor tells, or None where it tells nothing."""
    for name, pattern in (("w", _WIDTH), ("h", _HEIGHT)):
        if (number := pattern.fullmatch(descriptor)) is not None:
            return name if int(number[1][:9]) > 0 or len(number[1]) > 9 else None
    density = _DENSITY.fullmatch(descriptor)
    return "x" if density is not None and not density[1].startswith("-") else None


def _end(match: re.Match[str] | None, otherwise: int) -> int:
    return match.end() if match is not None else otherwise
