"""How alike two texts are, from a sketch of 128 small numbers instead of the texts.

One permutation hashing: P. Li, A. Owen, C.-H. Zhang, "One Permutation Hashing", NIPS 2012. The hash of every
run of three words falls into one of 128 bins; each bin keeps the smallest. The share of bins that agree,
bins empty in both left out, estimates the Jaccard similarity J of the two sets of runs without bias; its
standard error is about sqrt(J(1-J)/128): 0.027 at J = 0.9. Each kept hash is cut to 16 bits ("b-bit minwise
hashing", P. Li, C. König, WWW 2010), which adds 1 in 65,536 to the estimate.

Runs are hashed by M. Dietzfelbinger's multiply-shift for vectors (1996; as in M. Thorup, "High Speed Hashing
for Integers and Strings", 2015) over the words' CRC-32: strongly universal, and the same on every machine.
"""

from __future__ import annotations

import base64
import struct
from zlib import crc32

BINS = 128
_RUN_WORDS = 3
_MOST_WORDS = 20_000  # of one text; what follows adds little and costs time
_MASK = (1 << 64) - 1
_ODD = (
    0x9E3779B97F4A7C15,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
)  # fixed odd multipliers, from xxHash's primes
_ADDED = 0x27D4EB2F165667C5
_EMPTY = 0xFFFF
_LAYOUT = struct.Struct(f"<{BINS}H")

Sketch = tuple[int, ...]


def sketch_of(words: list[str]) -> Sketch:
    """Return the sketch of a text's words, in their order."""
    hashes = [crc32(word.encode(errors="surrogatepass")) for word in words[:_MOST_WORDS]]
    first, second, third = _ODD
    smallest = [1 << 25] * BINS
    for one, two, three in zip(hashes, hashes[1:], hashes[2:], strict=False):
        run = ((first * one + second * two + third * three + _ADDED) & _MASK) >> 32
        place, value = run & (BINS - 1), run >> 7
        if value < smallest[place]:  # noqa: PLR1730 (a call of min would take twice as long)
            smallest[place] = value
    return tuple(_EMPTY if value == 1 << 25 else value % _EMPTY for value in smallest)


def similarity(one: Sketch, other: Sketch) -> float:
    """Return the estimated Jaccard similarity of two texts' runs of words, from 0 to 1."""
    both_empty = sum(a == b == _EMPTY for a, b in zip(one, other, strict=True)) if _EMPTY in one else 0
    if both_empty == BINS:
        return 0.0  # neither has a run of three words: nothing is known of them
    agreeing = sum(a == b for a, b in zip(one, other, strict=True))
    return (agreeing - both_empty) / (BINS - both_empty)


def packed(sketch: Sketch) -> str:
    """Return a sketch as 344 characters."""
    return base64.b64encode(_LAYOUT.pack(*sketch)).decode()


def unpacked(text: str) -> Sketch:
    """Return the sketch that `packed` wrote."""
    return _LAYOUT.unpack(base64.b64decode(text))
