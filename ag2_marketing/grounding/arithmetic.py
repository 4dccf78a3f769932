"""Whether a number is a sum, difference, ratio or change of an entry's values: right, but not a tool's."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import permutations

from ag2_marketing.grounding.index import EvidenceIndex
from ag2_marketing.grounding.number import Number
from ag2_marketing_tools.metrics.units import Unit

# Beyond this many values every small number is some combination of two of them.
_MOST_VALUES = 80


def is_worked_out(number: Number, unit: Unit | None, index: EvidenceIndex) -> bool:
    """Tell whether simple arithmetic over an entry's values gives a number at the precision shown."""
    share = unit is not None and unit.dimension in {"share", "percentage point"}
    for group in index.groups:
        if not share and not _alike(unit, group.unit):
            continue
        factor = float(group.unit.factor / unit.factor) if group.unit and unit and not share else 1.0
        values = [float(value) * factor for value in group.values if value][:_MOST_VALUES]
        for result in _results(values, share=share):
            if _is_shown(result, number):
                return True
    return any(_is_shown(total, number) for total in _totals(index))


def _alike(shown: Unit | None, held: Unit | None) -> bool:
    if shown is None or shown.is_count:
        return held is None or held.is_count
    return held is not None and held.dimension == shown.dimension


def _results(values: list[float], *, share: bool) -> Iterator[float]:
    for a, b in permutations(values, 2):
        if share:
            yield from (100 * a / b, 100 * (a - b) / b, a - b, 100 * (a - b))
        else:
            yield from (a + b, a - b, a / b)


def _totals(index: EvidenceIndex) -> Iterator[float]:
    """Yield the sums of like values: those whose paths differ only in the place in a list."""
    series: dict[str, float] = {}
    for leaf, figure in zip(index.leaves, index.figures, strict=True):
        if isinstance(figure, Decimal) and not leaf.length:
            key = "/".join("*" if part.isdigit() else part for part in leaf.path.split("/"))
            parent = key.rpartition("/")[0] + "/"
            for name in (key, parent):
                series[name] = series.get(name, 0.0) + float(figure)
    yield from series.values()


def _is_shown(result: float, number: Number) -> bool:
    margin = 1e-9 if number.exact else float(number.quantum) / 2
    return any(abs(abs(result) - abs(float(value))) <= margin * (1 + 1e-9) + 1e-9 for value in number.values)
