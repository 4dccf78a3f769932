"""Buckets as GrowthBook's SDKs assign them, to recompute and audit assignments that were made there.

Not for new experiments: one pass of FNV-1a (version 1) is neither uniform on sequential ids nor independent
between experiments; version 2 hashes twice and is.

Source: GrowthBook SDK specification, cross-language test cases 0.7.1; FNV-1a after Fowler, Noll and Vo.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ag2_marketing_tools.errors import InvalidInput

_OFFSET, _PRIME, _MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF


def fnv1a_32(text: str) -> int:
    """Return the 32-bit FNV-1a hash of a text's UTF-8 bytes."""
    value = _OFFSET
    for byte in text.encode():
        value = (value ^ byte) * _PRIME & _MASK
    return value


def growthbook_bucket(seed: str, value: str, version: int) -> float:
    """Return a user's place between 0 and 1 as GrowthBook's hash version 1 or 2 computes it.

    Raises:
        InvalidInput: Another version.
    """
    if version == 1:
        return fnv1a_32(value + seed) % 1000 / 1000
    if version == 2:
        return fnv1a_32(str(fnv1a_32(seed + value))) % 10000 / 10000
    raise InvalidInput(f"GrowthBook's hash version {version!r} is not 1 or 2.")


def bucket_ranges(
    variants: int, *, coverage: float = 1.0, weights: Sequence[float] | None = None
) -> list[tuple[float, float]]:
    """Return each variant's half-open range of buckets.

    A coverage below 1 shortens each range where it starts, so that raising it moves nobody.

    Args:
        variants: How many.
        coverage: Share of users in the experiment.
        weights: Shares of the variants; equal if left out.

    Raises:
        InvalidInput: Weights that do not fit the variants or do not sum to 1 within 1e-9 (where GrowthBook falls
            back to equal ones in silence), or a coverage outside 0 to 1.
    """
    if variants < 1 or not 0.0 <= coverage <= 1.0:
        raise InvalidInput(f"{variants} variants at a coverage of {coverage!r} cannot be laid out.")
    shares = list(weights) if weights is not None else [1.0 / variants] * variants
    if len(shares) != variants or any(not share >= 0.0 for share in shares):
        raise InvalidInput("Each variant needs a weight that is not negative.")
    if abs(math.fsum(shares) - 1.0) > 1e-9:
        raise InvalidInput(f"Weights sum to {math.fsum(shares)!r}.", remedy="They must sum to 1.")
    starts = [math.fsum(shares[:i]) for i in range(variants)]
    return [(start, start + coverage * share) for start, share in zip(starts, shares, strict=True)]
