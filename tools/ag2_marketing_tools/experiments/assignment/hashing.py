"""The hash of the assignment, version 1 (see the package's description), and its bounds.

Cuts are bounds as bytes: a digest lies below a cut exactly where its bucket lies below the bound. Comparing
bytes spares the hot path the way from digest to number.
"""

from __future__ import annotations

import hashlib
import importlib
import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from ag2_marketing_tools.errors import InvalidInput

if TYPE_CHECKING:
    from hashlib import _Hash

HASH_VERSION = 1
SUM_TOLERANCE = 1e-9
ALLOCATION_FAULT = "Total traffic allocation must equal 1.0"
Purpose = Literal["holdout", "layer", "coverage", "variant"]
_SCALE = 2**53
_ABOVE_ALL = b"\xff" * 17  # one byte longer than any digest


def _md5(start: bytes) -> _Hash:
    """Return MD5 of these first bytes, from Python's own implementation where it is there.

    For keys as short as these it takes half the time of OpenSSL's, whose copies are dear.
    """
    try:
        made: _Hash = importlib.import_module("_md5").md5(start)
    except ImportError:
        return hashlib.md5(start, usedforsecurity=False)
    return made


def started(purpose: Purpose, salt: str) -> Callable[[], _Hash]:
    """Return what makes a hash that has read purpose and salt and waits for the user's id."""
    if not salt or ":" in salt:
        raise InvalidInput(f"{salt!r} cannot be a salt.", remedy="It must not be empty or hold a colon.")
    return _md5(f"{purpose}:{salt}:".encode()).copy


def bucket(purpose: Purpose, salt: str, user_id: str) -> float:
    """Return a user's place in [0, 1) for a purpose, of 53 bits."""
    hashed = started(purpose, salt)()
    hashed.update(user_id.encode())
    return (int.from_bytes(hashed.digest()[:7], "big") >> 3) / _SCALE


def cut(bound: float) -> bytes:
    """Turn a bound in [0, 1] into bytes: a digest lies below them exactly where its bucket lies below it."""
    place = math.ceil(bound * _SCALE)  # exact: scaling by a power of two does not round
    return _ABOVE_ALL if place >= _SCALE else (place << 3).to_bytes(7, "big")


def bounds_of(weights: Sequence[float]) -> list[float]:
    """Return the cumulative bounds of weights; from the last variant with traffic on they are 1 exactly.

    Raises:
        InvalidInput: A weight is negative or no number, or they do not sum to 1 within 1e-9.
    """
    if any(not 0.0 <= weight <= 1.0 for weight in weights):
        raise InvalidInput(f"Weights must lie between 0 and 1, not {list(weights)!r}.")
    total = math.fsum(weights)
    if abs(total - 1.0) > SUM_TOLERANCE:
        raise InvalidInput(ALLOCATION_FAULT, remedy=f"The allocations sum to {total:.10g}.")
    last = max(place for place, weight in enumerate(weights) if weight > 0.0)
    return [1.0 if place >= last else math.fsum(weights[: place + 1]) for place in range(len(weights))]


def place_of(bucket_value: float, bounds: Sequence[float]) -> int:
    """Return the place of the variant that a bucket belongs to."""
    return bisect_right(bounds, bucket_value)
