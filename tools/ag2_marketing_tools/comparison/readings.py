"""Bringing a measured figure into the unit of its levels, and asking where its unit is in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.units import Unit, convert, require_unit, unit_named


def conversion_factor(source: str | None, target: str | None) -> float:
    """Return what a figure in one unit is multiplied by to be in another.

    Units that the catalogue does not know (a rating, say) only fit themselves.

    Raises:
        InvalidInput: The units measure different things, or a figure's unit is given and the levels have none.
    """
    if source is None or source == target:
        return 1.0
    if target is None:
        raise InvalidInput(
            say("The figure is in {unit}, but its levels have no unit.", unit=_written(source)),
            remedy=say("Give the unit of the levels."),
        )
    if unit_named(target) is None:
        raise InvalidInput(
            say(
                "A figure in {unit} cannot be compared with levels in {levels}.",
                unit=_written(source),
                levels=target,
            ),
            remedy=say("Give the figure in {unit}.", unit=target),
        )
    return float(convert(Decimal(1), require_unit(source), require_unit(target)))


def times(value: float, factor: float) -> float:
    """Return the product as by hand: 0.29 times 100 is 29, not 28.999999999999996."""
    return value if factor == 1.0 else float(Decimal(repr(float(value))) * Decimal(repr(factor)))


def share_unit(unit: str | None) -> Unit | None:
    """Return the unit if it measures shares (ratio, percent, permille), else None."""
    found = None if unit is None else unit_named(unit)
    return found if found is not None and found.dimension == "share" else None


def doubtful(ratio: float, levels: Sequence[float]) -> float | None:
    """Return the other reading of a share that may have been given a hundredfold too small or too large.

    It is doubtful when a percentage of at most 1 would be nearer (as a multiple) to every level if it were a ratio
    (0.87 percent among levels of 82 and 88 percent), or a ratio above 1 if it were a percentage. All are ratios.
    """
    places = [abs(level) for level in levels if level]
    size = abs(ratio)
    if not size or not places:
        return None
    if size <= 0.01 and size * 10.0 < min(places):
        return ratio * 100.0
    return ratio / 100.0 if size > 1.0 and size > 10.0 * max(places) else None


def refuse_doubtful(figure: float, source: str, levels: Sequence[float], unit: str) -> None:
    """Ask for a share of which two readings are possible, by naming both.

    Args:
        figure: As it was given, in `source`.
        source: The unit that was said with it.
        levels: Figures of the levels, in `unit`.
        unit: Unit of the levels.

    Raises:
        InvalidInput: The share is doubtful; `remedy` says how to give each of the two readings.
    """
    from_ratio, level_ratio = conversion_factor("ratio", unit), conversion_factor(unit, "ratio")
    ratio = figure * conversion_factor(source, "ratio")
    other = doubtful(ratio, [level * level_ratio for level in levels])
    if other is None:
        return
    raise InvalidInput(
        say(
            "{figure:g} {source} is either {said:g} {unit} as it says, or meant as {other:g} {unit}, "
            "which lies nearer to the levels ({least:g} to {most:g} {unit}).",
            figure=figure,
            source=_written(source),
            said=ratio * from_ratio,
            other=other * from_ratio,
            unit=_written(unit),
            least=min(levels),
            most=max(levels),
        ),
        remedy=say(
            "Give {other:g} with the unit {unit} if that is meant, "
            "or say that the unit is certain (unit_certain=True).",
            other=other * from_ratio,
            unit=_written(unit),
        ),
    )


def _written(unit: str) -> str:
    known = unit_named(unit)
    return known.symbol if known else unit
