"""Figures with units: which may be added, compared or multiplied, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.units import Unit, convert, unit_named

RATIO = "ratio"
PERCENT = "percent"
PERCENTAGE_POINT = "percentage point"


@dataclass(frozen=True)
class Quantity:
    """A figure and its unit; None is a bare number."""

    value: Decimal
    unit: Unit | None

    @property
    def unit_name(self) -> str | None:
        """The unit's name, if it has one."""
        return self.unit.name if self.unit else None

    @property
    def told(self) -> str:
        """The figure as an error message says it."""
        return f"{self.value} {self.unit_name or '(no unit)'}"

    @property
    def is_share(self) -> bool:
        """Whether it is a ratio or a percentage."""
        return self.unit is not None and self.unit.dimension == _unit(RATIO).dimension

    @property
    def is_percentage(self) -> bool:
        """Whether it is a share that is written in percent or the like."""
        return self.is_share and self.unit_name != RATIO

    @property
    def is_count(self) -> bool:
        """Whether it counts something, or nothing in particular."""
        return self.unit is None or self.unit.is_count

    @property
    def as_factor(self) -> Decimal:
        """The figure as a factor: 20 % is 0.2."""
        if self.unit is None or not self.is_share:
            return self.value
        return convert(self.value, self.unit, _unit(RATIO))


def quantity_of(value: float, unit: str | None) -> Quantity:
    """Return a figure with its unit; a float means the decimal that it is written as.

    Raises:
        InvalidInput: No unit is called so.
    """
    found = unit_named(unit) if unit else None
    if unit and found is None:
        raise InvalidInput(
            f"The unit {unit!r} is unknown.", remedy="Expected one such as ms, percent, EUR or visit."
        )
    return Quantity(Decimal(str(value)), found)


def comparable(first: Quantity, second: Quantity) -> bool:
    """Tell whether two figures measure the same; counts of different things are both plain numbers."""
    if first.is_count and second.is_count:
        return True
    return (
        first.unit is not None and second.unit is not None and first.unit.dimension == second.unit.dimension
    )


def in_one_unit(
    quantities: Sequence[Quantity], target: str | None = None
) -> tuple[list[Decimal], str | None]:
    """Express figures in the unit of the first one (or in `target`).

    Raises:
        InvalidInput: They do not measure the same.
    """
    first = quantities[0]
    odd = next((quantity for quantity in quantities if _dimension(quantity) != _dimension(first)), None)
    if odd is not None:
        raise InvalidInput(
            f"{first.told} and {odd.told} cannot be put together: their units differ.",
            remedy="Give figures that measure the same.",
        )
    if first.unit is None:
        return [quantity.value for quantity in quantities], None
    common = _unit(target) if target else first.unit
    figures = [convert(quantity.value, quantity.unit or common, common) for quantity in quantities]
    return figures, common.name


def product_unit(quantities: Sequence[Quantity]) -> str | None:
    """Return the unit of a product: shares and bare numbers are factors, as are counts beside another unit.

    Raises:
        InvalidInput: More than one factor has a dimension.
    """
    sized = [quantity for quantity in quantities if quantity.unit is not None and not quantity.is_share]
    measured = [quantity for quantity in sized if not quantity.is_count]
    carriers = measured or sized
    if len(carriers) > 1:
        told = " and ".join(quantity.told for quantity in carriers[:2])
        raise InvalidInput(
            f"The product of {told} has no unit here.", remedy="Multiply by a share or a plain number."
        )
    if carriers:
        return carriers[0].unit_name
    return RATIO if any(quantity.is_share for quantity in quantities) else None


def _dimension(quantity: Quantity) -> str | None:
    return quantity.unit.dimension if quantity.unit else None


def _unit(name: str) -> Unit:
    found = unit_named(name)
    if found is None:
        raise LookupError(f"the catalogue of units lacks {name!r}")
    return found
