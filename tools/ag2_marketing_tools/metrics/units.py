"""Units: what a figure is measured in, and exact conversion between units of one dimension.

>>> from decimal import Decimal
>>> convert(Decimal("2137"), require_unit("ms"), require_unit("seconds"))
Decimal('2.137')
"""

from __future__ import annotations

import tomllib
from decimal import Context, Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ag2_marketing_tools.errors import InvalidInput

# Every factor is a finite decimal; 60 digits keep byte counts and nanoseconds exact.
_EXACT = Context(prec=60)


class Unit(BaseModel):
    """A unit of measurement, a currency, or something counted.

    Attributes:
        name: Canonical name, such as `ms`, `percent`, `EUR`, `visit`.
        dimension: What it measures; only units of one dimension convert into each other.
        factor: Figure in this unit times `factor` = figure in the dimension's base unit.
        symbols: How it is written, in this case.
        names: How it is written out, in any case and in the project's languages.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    dimension: str
    factor: Annotated[Decimal, Field(gt=0)] = Decimal(1)
    symbols: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash((self.name, self.dimension))

    @property
    def is_currency(self) -> bool:
        """Whether it is money."""
        return self.dimension.startswith("currency ")

    @property
    def is_count(self) -> bool:
        """Whether it only says what is counted (`visit`, `character`)."""
        return self.dimension.startswith("count ")

    @property
    def symbol(self) -> str:
        """How it is written after (or, for some currencies, before) a figure."""
        return self.symbols[0] if self.symbols else self.name


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    symbols: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class _Currency(_Entry):
    code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class _Count(_Entry):
    name: str


class _Catalogue(BaseModel):
    model_config = ConfigDict(extra="forbid")
    unit: list[Unit]
    count: list[_Count]
    currency: list[_Currency]


@lru_cache(maxsize=1)
def all_units() -> tuple[Unit, ...]:
    """Return every unit of the data file beside this module."""
    text = files("ag2_marketing_tools.metrics").joinpath("units.toml").read_text(encoding="utf-8")
    catalogue = _Catalogue.model_validate(tomllib.loads(text))
    counts = [Unit(name=c.name, dimension=f"count {c.name}", names=c.names) for c in catalogue.count]
    money = [
        Unit(name=c.code, dimension=f"currency {c.code}", symbols=(*c.symbols, c.code), names=c.names)
        for c in catalogue.currency
    ]
    return (*catalogue.unit, *counts, *money)


@lru_cache(maxsize=1)
def _by_symbol() -> dict[str, Unit]:
    return {symbol: unit for unit in all_units() for symbol in (unit.name, *unit.symbols)}


@lru_cache(maxsize=1)
def _by_name() -> dict[str, Unit]:
    return {name.casefold(): unit for unit in all_units() for name in (unit.name, *unit.names)}


@lru_cache(maxsize=4096)
def unit_named(text: str) -> Unit | None:
    """Return the unit of a name or symbol (`ms`, `seconds`, `%`, `EUR`, `€`, `kB`, `visits`), or None.

    Symbols are looked up with their case first (`MB` and `Mb` differ), names without.
    """
    text = " ".join(text.split())
    folded = text.casefold()
    return (
        _by_symbol().get(text)
        or _by_name().get(folded)
        or _by_symbol().get(text.rstrip("."))
        or _by_name().get(folded.replace("_", " "))
    )


def require_unit(text: str) -> Unit:
    """Return the unit of a name or symbol.

    Raises:
        InvalidInput: No unit is called so.
    """
    found = unit_named(text)
    if found is None:
        raise InvalidInput(f"There is no unit called {text!r}.")
    return found


def convert(value: Decimal, source: Unit, target: Unit) -> Decimal:
    """Express a figure in another unit of its dimension, exactly where the quotient is a finite decimal.

    Raises:
        InvalidInput: The dimensions differ (ratio and ms, say, or two currencies).
    """
    if source.dimension != target.dimension:
        raise InvalidInput(
            f"{source.name} ({source.dimension}) cannot be expressed in {target.name} ({target.dimension})."
        )
    if source.factor == target.factor:
        return value
    return _EXACT.divide(_EXACT.multiply(value, source.factor), target.factor).normalize(_EXACT)
