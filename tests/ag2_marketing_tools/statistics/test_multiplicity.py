"""Several comparisons: adjusted p-values as published, levels whose intervals agree with Holm's decisions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.multiplicity import (
    benjamini_hochberg,
    bonferroni,
    holm,
    holm_levels,
    two_stage_false_discovery,
)

P_VALUES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12)
quick = settings(deadline=None, max_examples=100)


@given(P_VALUES)
@quick
def test_benjamini_and_hochberg_agree_with_scipy(p: list[float]) -> None:
    assert benjamini_hochberg(p) == pytest.approx(list(stats.false_discovery_control(p)), abs=1e-12)


@given(P_VALUES)
@quick
def test_holm_lies_between_the_raw_p_values_and_bonferronis_and_keeps_their_order(p: list[float]) -> None:
    adjusted, most = holm(p), bonferroni(p)
    for raw, ours, limit in zip(p, adjusted, most, strict=True):
        assert raw <= (ours or 0.0) + 1e-12
        assert (ours or 0.0) <= (limit or 0.0) + 1e-12
    assert [a for _, a in sorted(zip(p, adjusted, strict=True))] == sorted(a or 0.0 for a in adjusted)


@given(P_VALUES, st.sampled_from([0.01, 0.05, 0.1]))
@quick
def test_each_comparisons_own_level_decides_as_holm_does(p: list[float], alpha: float) -> None:
    for raw, adjusted, level in zip(p, holm(p), holm_levels(p, alpha=alpha), strict=True):
        assert adjusted is not None
        assert level is not None
        if not math.isclose(adjusted, alpha, rel_tol=1e-9):
            assert (raw <= level) == (adjusted <= alpha)


def test_a_comparison_that_was_not_tested_stays_untested_and_does_not_count() -> None:
    p = [0.01, None, 0.04]
    assert holm(p) == pytest.approx([0.02, None, 0.04])
    assert bonferroni(p) == pytest.approx([0.02, None, 0.08])
    assert benjamini_hochberg(p) == pytest.approx([0.02, None, 0.04])
    assert holm_levels(p) == pytest.approx([0.025, None, 0.05])
    assert two_stage_false_discovery(p) == [True, None, True]
    assert holm([None, None]) == [None, None]


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(p: float) -> None:
    with pytest.raises(InvalidInput, match="not a p-value"):
        holm([0.5, p])
