"""Which program and which facts a result was made by."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

UNKNOWN = "unknown"


@cache
def product_version() -> str:
    """Return the version of the installed program, `unknown` where it runs without being installed."""
    try:
        return version("ag2-marketing")
    except PackageNotFoundError:
        return UNKNOWN


def digest_of(facts: Any) -> str:
    """Return 16 hexadecimal digits that name a state of facts (JSON values): equal facts, equal digits."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode("ascii"), digest_size=8).hexdigest()
