"""JSON as evidence holds it: plain values, and one byte string for each."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping, Set
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel

from ag2_marketing.grounding.errors import NotEvidence

GENESIS = "0" * 64


def plain(value: Any) -> Any:
    """Return a deep copy of a value as plain JSON: pydantic models, dates, decimals and tuples resolved.

    Raises:
        NotEvidence: A number is not finite, or a value has no JSON form.
    """
    if value is None or (isinstance(value, bool | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, Set):
        return sorted((plain(item) for item in value), key=canonical)
    return _scalar(value)


def _key(key: Any) -> str:
    if isinstance(key, Enum):
        key = key.value
    return key if isinstance(key, str) else str(key)


def _scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise NotEvidence(f"{value} is not a finite number; what was not measured is null with a reason.")
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return plain(value.model_dump(mode="json"))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain(dataclasses.asdict(value))
    raise NotEvidence(f"{type(value).__name__} has no JSON form: {value!r:.80}")


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def digest(value: Any) -> str:
    """Return the SHA-256 of a value's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()


def strict_loads(line: str) -> Any:
    """Parse JSON that holds neither NaN nor Infinity.

    Raises:
        NotEvidence: It does.
    """

    def refuse(constant: str) -> Any:
        raise NotEvidence(f"{constant} is not a finite number.")

    return json.loads(line, parse_constant=refuse)
