"""Units: names, symbols, exact conversion."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.units import all_units, convert, require_unit, unit_named


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ms", "ms"),
        ("milliseconds", "ms"),
        ("Sekunden", "s"),
        ("seconds", "s"),
        ("%", "percent"),
        ("Percent", "percent"),
        ("pour cent", "percent"),
        ("percentage points", "percentage point"),
        ("percentage_point", "percentage point"),
        ("EUR", "EUR"),
        ("€", "EUR"),
        ("euros", "EUR"),
        ("$", "USD"),
        ("kB", "kB"),
        ("KB", "kB"),
        ("KiB", "KiB"),
        ("visits", "visit"),
        ("character", "character"),
        ("ratio", "ratio"),
    ],
)
def test_a_unit_is_found_by_name_or_symbol(written: str, name: str) -> None:
    unit = unit_named(written)
    assert unit is not None
    assert unit.name == name


@pytest.mark.parametrize("written", ["", "furlong", "eur€", "percentile"])
def test_what_is_no_unit_is_not_found(written: str) -> None:
    assert unit_named(written) is None
    with pytest.raises(InvalidInput, match="no unit"):
        require_unit(written)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("2137", "ms", "s", "2.137"),
        ("1.5", "h", "min", "90"),
        ("0.032", "ratio", "%", "3.2"),
        ("3.2", "%", "ratio", "0.032"),
        ("1840000", "byte", "MB", "1.84"),
        ("348160", "byte", "KiB", "340"),
        ("14", "day", "week", "2"),
        ("24", "month", "year", "2"),
    ],
)
def test_conversion_is_exact(value: str, source: str, target: str, expected: str) -> None:
    assert convert(Decimal(value), require_unit(source), require_unit(target)) == Decimal(expected)


@pytest.mark.parametrize(
    ("source", "target"),
    [("ms", "%"), ("EUR", "USD"), ("%", "percentage points"), ("month", "day"), ("visit", "user")],
)
def test_units_of_different_dimensions_do_not_convert(source: str, target: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be expressed"):
        convert(Decimal(1), require_unit(source), require_unit(target))


def test_no_symbol_stands_for_two_units() -> None:
    seen: dict[str, str] = {}
    for unit in all_units():
        for symbol in unit.symbols:
            assert seen.setdefault(symbol, unit.name) == unit.name


@given(
    st.decimals(-(10**9), 10**9, places=6), st.sampled_from(["ms", "min", "h", "day", "kB", "KiB", "%", "km"])
)
def test_there_and_back_again_is_the_same_value(value: Decimal, name: str) -> None:
    unit = require_unit(name)
    base = next(u for u in all_units() if u.dimension == unit.dimension and u.factor == 1)
    assert convert(convert(value, unit, base), base, unit) == value
