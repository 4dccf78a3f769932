"""Units: every name resolves to one unit, and conversions are those of the SI and the IEC."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.units import Unit, all_units, convert, require_unit, unit_named

UNITS = all_units()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_name_and_symbol_of_a_unit_resolves_to_it(unit: Unit) -> None:
    for alias in (unit.name, *unit.symbols, *unit.names):
        assert unit_named(alias) == unit, alias
    for name in unit.names:
        assert unit_named(name.upper()) == unit, name
        assert unit_named(f"  {name} ") == unit, name


def test_no_two_units_share_a_name_or_a_symbol() -> None:
    units_of_name = defaultdict(set)
    units_of_symbol = defaultdict(set)
    for unit in UNITS:
        for name in (unit.name, *unit.names):
            units_of_name[name.casefold()].add(unit.name)
        for symbol in unit.symbols:
            units_of_symbol[symbol].add(unit.name)
    assert not {name: owners for name, owners in units_of_name.items() if len(owners) > 1}
    assert not {symbol: owners for symbol, owners in units_of_symbol.items() if len(owners) > 1}
    # A symbol may look like a name only where both are of one unit.
    for symbol, owners in units_of_symbol.items():
        assert units_of_name.get(symbol, owners) == owners, symbol


def test_no_unit_is_listed_twice() -> None:
    assert len({unit.name for unit in UNITS}) == len(UNITS)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        # SI Brochure, 9th edition, 2019, tables 7 and 8.
        ("1", "s", "ms", "1000"),
        ("1", "ms", "microseconds", "1000"),
        ("1", "s", "ns", "1000000000"),
        ("1", "minute", "s", "60"),
        ("1", "hour", "minutes", "60"),
        ("1", "day", "hours", "24"),
        ("1", "week", "days", "7"),
        ("90", "min", "h", "1.5"),
        ("2137", "ms", "seconds", "2.137"),
        ("1", "km", "m", "1000"),
        ("1", "m", "cm", "100"),
        ("1", "cm", "mm", "10"),
        ("1", "mile", "km", "1.609344"),  # the international mile, 1959
        # IEC 80000-13, 2008, clause 4.
        ("1", "kB", "B", "1000"),
        ("1", "MB", "kB", "1000"),
        ("1", "GB", "MB", "1000"),
        ("1", "TB", "GB", "1000"),
        ("1", "KiB", "byte", "1024"),
        ("1", "MiB", "KiB", "1024"),
        ("1", "GiB", "MiB", "1024"),
        ("1", "MiB", "B", "1048576"),
        ("1", "byte", "bit", "8"),
        ("125", "MiB", "MB", "131.072"),
        # Shares.
        ("0.415", "ratio", "percent", "41.5"),
        ("100", "%", "ratio", "1"),
        ("1", "percent", "permille", "10"),
        ("1", "percentage point", "basis points", "100"),
        ("1", "year", "months", "12"),
        ("-2.5", "s", "ms", "-2500"),
        ("0", "GB", "B", "0"),
    ],
)
def test_a_conversion_is_the_published_one_and_exact(
    value: str, source: str, target: str, expected: str
) -> None:
    assert convert(Decimal(value), require_unit(source), require_unit(target)) == Decimal(expected)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("ms", "kB"),
        ("percent", "percentage point"),
        ("ratio", "s"),
        ("EUR", "USD"),
        ("USD", "CAD"),
        ("visit", "user"),
        ("visitor", "visit"),
        ("px", "mm"),
        ("month", "day"),
        ("byte", "character"),
        ("percent", "point"),
    ],
)
def test_units_of_two_dimensions_do_not_convert(source: str, target: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        convert(Decimal(1), require_unit(source), require_unit(target))
    assert require_unit(source).name in str(caught.value)
    assert require_unit(target).name in str(caught.value)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("ms", "ms"),
        ("seconds", "s"),
        ("Seconds", "s"),
        ("%", "percent"),
        ("percent", "percent"),
        ("EUR", "EUR"),
        ("€", "EUR"),
        ("$", "USD"),
        ("kB", "kB"),
        ("KB", "kB"),
        ("KiB", "KiB"),
        ("MB", "MB"),
        ("MiB", "MiB"),
        ("visits", "visit"),
        ("percentage_points", "percentage point"),
        ("Sek.", "s"),
        ("ms.", "ms"),
    ],
)
def test_a_unit_is_found_by_name_or_symbol(written: str, name: str) -> None:
    found = unit_named(written)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("written", ["", " ", ".", "furlong", "kbb", "1000", "\x00", "%%"])
def test_what_is_no_unit_is_none(written: str) -> None:
    assert unit_named(written) is None
    with pytest.raises(InvalidInput):
        require_unit(written)


def test_money_and_counts_know_what_they_are() -> None:
    assert require_unit("€").is_currency
    assert not require_unit("€").is_count
    assert require_unit("visits").is_count
    assert not require_unit("visits").is_currency
    assert not require_unit("ms").is_currency
    assert not require_unit("ms").is_count


def test_the_symbol_is_how_the_unit_is_written() -> None:
    assert require_unit("percent").symbol == "%"
    assert require_unit("euro").symbol == "€"
    assert require_unit("milliseconds").symbol == "ms"
    assert require_unit("visits").symbol == "visit"


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=4),
    st.sampled_from([unit for unit in UNITS if unit.dimension in {"time", "information", "share"}]),
    st.data(),
)
def test_a_conversion_there_and_back_again_is_the_same_figure(
    value: Decimal, source: Unit, data: st.DataObject
) -> None:
    target = data.draw(st.sampled_from([unit for unit in UNITS if unit.dimension == source.dimension]))
    back = convert(convert(value, source, target), target, source)
    assert abs(back - value) <= abs(value) * Decimal("1e-50")


@given(st.text(max_size=12))
def test_any_text_is_a_unit_or_none(text: str) -> None:
    found = unit_named(text)
    assert found is None or found in UNITS
