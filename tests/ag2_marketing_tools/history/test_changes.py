"""Differences of figures."""

from __future__ import annotations

import pytest

from ag2_marketing_tools.history.changes import change


@pytest.mark.parametrize(
    ("earlier", "latest", "unit", "value", "unit_of_difference"),
    [
        (0.1, 0.3, "score", 0.2, "score"), (72.3, 78.1, "point", 5.8, "point"), (5, 3, "image", -2, "image"),
        (5, 7.5, "percent", 2.5, "percentage point"), (5, 7, "%", 2, "percentage point"),
        (1e-7, 3e-7, "ratio", 2e-7, "ratio"), (2**53, 2**53 + 1, "byte", 1, "byte"), (4, 4, "x", 0, "x"),
    ],
)  # fmt: skip
def test_a_difference_is_exact_and_has_its_unit(
    earlier: float, latest: float, unit: str, value: float, unit_of_difference: str
) -> None:
    found = change("f", earlier, latest, unit).difference
    assert found is not None
    assert (found.value, found.unit) == (value, unit_of_difference)


@pytest.mark.parametrize(("earlier", "latest"), [(None, 1), (1, None), (None, None)])
def test_without_both_figures_there_is_a_reason_and_no_difference(
    earlier: float | None, latest: float | None
) -> None:
    found = change("f", earlier, latest, "point")
    assert found.difference is None
    assert found.reason
    assert (
        change("f", earlier, latest, "point", reason="The text is too short.").reason
        == "The text is too short."
    )
