"""One value of one metric: what it must be, and what it is as a number."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Any, TypeGuard

from ag2_marketing_tools.experiments.events.model import Reason
from ag2_marketing_tools.experiments.metrics import Channel, MetricDefinition

LARGEST_VALUE = 1e15
"""Magnitudes up to which sums of many values and their squares are still held; no metric has larger ones."""

LONGEST_ID = 256
"""Characters of an id; longer ones are no ids but attempts to fill the store."""

_METRIC_NAME = re.compile(r"[A-Za-z][\w.:-]{0,63}\Z", re.ASCII)
_TAKES_BOOLEANS = {"binary", "count"}


class Refused(Exception):
    """Something is not taken: the reason, and a detail that quotes no value, for values may be personal."""

    def __init__(self, reason: Reason, detail: str, metric: str | None = None) -> None:
        super().__init__(detail)
        self.reason: Reason = reason
        self.detail = detail
        self.metric = metric


@dataclass(frozen=True, slots=True)
class Tracked:
    """A metric as far as taking its values needs it."""

    name: str
    channels: tuple[Channel, ...]
    takes_booleans: bool
    lowest: float
    highest: float

    @classmethod
    def of(cls, definition: MetricDefinition) -> Tracked:
        """Return what tracking needs of a definition."""
        lowest = -LARGEST_VALUE if definition.lowest is None else definition.lowest
        highest = LARGEST_VALUE if definition.highest is None else definition.highest
        return cls(
            definition.name,
            definition.channels,
            definition.kind in _TAKES_BOOLEANS,
            max(lowest, 0.0) if definition.kind == "binary" else max(lowest, -LARGEST_VALUE),
            min(highest, LARGEST_VALUE),
        )

    def number(self, raw: Any) -> float:
        """Return a value as a number.

        Raises:
            Refused: It is of another type, not finite, or out of the metric's bounds.
        """
        kind = type(raw)
        if kind is bool:
            if not self.takes_booleans:
                raise Refused("wrong_type", f"{self.name} takes a number, not true or false.")
            return 1.0 if raw else 0.0
        value = raw if kind is float else self._converted(raw)
        if not self.lowest <= value <= self.highest:
            if not math.isfinite(value):
                raise Refused("not_finite", f"{self.name} takes a finite number.")
            raise Refused("out_of_bounds", f"{self.name} lies between {self.lowest:g} and {self.highest:g}.")
        return float(value)

    def _converted(self, raw: Any) -> float:
        """Return any real number as a float; what looks like a number but is text is none."""
        if not isinstance(raw, Real | Decimal):
            wanted = "true, false or a number" if self.takes_booleans else "a number"
            raise Refused("wrong_type", f"{self.name} takes {wanted}, not {type(raw).__name__}.")
        try:
            return float(raw)
        except (OverflowError, ValueError):
            raise Refused("out_of_bounds", f"{self.name} lies below {LARGEST_VALUE:g}.") from None


def named(metric: object) -> str:
    """Return a metric's name for a message, unless it is none and might say anything."""
    return repr(metric) if isinstance(metric, str) and _METRIC_NAME.match(metric) else "what was sent"


def is_id(text: object) -> TypeGuard[str]:
    """Tell whether this can be an id: printable text (no control characters, no lone surrogates), not too long."""
    return isinstance(text, str) and 0 < len(text) <= LONGEST_ID and text.isprintable() and not text.isspace()
