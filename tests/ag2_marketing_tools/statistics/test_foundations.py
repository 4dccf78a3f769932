"""Below the procedures: roots, tails, GrowthBook's buckets; scipy is loaded when first used and no sooner."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from scipy import stats

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics import distributions
from ag2_marketing_tools.statistics.buckets import bucket_ranges, fnv1a_32, growthbook_bucket
from ag2_marketing_tools.statistics.inference import Interval
from ag2_marketing_tools.statistics.roots import root

MODULES = sorted(
    path.stem for path in Path(distributions.__file__).parent.glob("*.py") if path.stem != "__init__"
)


def test_no_module_loads_scipy_or_numpy_when_imported() -> None:
    imports = "\n".join(f"import ag2_marketing_tools.statistics.{name}" for name in MODULES)
    finished = subprocess.run(
        [sys.executable, "-c", f"{imports}\nimport sys; print({{'scipy', 'numpy'}} & set(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert finished.stdout.strip() == "set()"
    assert len(MODULES) > 20


@pytest.mark.parametrize(
    ("function", "low", "high", "expected"),
    [
        (lambda x: x**3 - 2.0, 0.0, 2.0, 2.0 ** (1.0 / 3.0)),
        (lambda x: math.exp(x) - 1e300, 0.0, 700.0, 300.0 * math.log(10.0)),
        (lambda x: x, 0.0, 1.0, 0.0),
        (lambda x: 1.0 if x > 0.25 else -1.0, 0.0, 1.0, 0.25),
        (lambda x: x**9, -1.0, 1.5, 0.0),
    ],
)
def test_roots_are_found_between_their_bounds(
    function: object, low: float, high: float, expected: float
) -> None:
    assert root(function, low, high) == pytest.approx(expected, abs=1e-2 if expected == 0.0 else 1e-12)  # type: ignore[arg-type]


def test_without_a_sign_change_there_is_no_root() -> None:
    with pytest.raises(InvalidInput, match="sign change"):
        root(lambda x: x * x + 1.0, -1.0, 1.0)


@pytest.mark.parametrize("z", [-3.0, 0.0, 8.3, 20.0, 37.0])
def test_normal_tails_keep_their_digits(z: float) -> None:
    assert distributions.normal_tail(z) == pytest.approx(stats.norm.sf(z), rel=1e-12)


def test_a_t_tail_of_two_degrees_is_its_closed_form_far_out() -> None:
    """P(T > t) = 1 / (2 + t^2 + t sqrt(2 + t^2)) with two degrees of freedom."""
    for t in (1.0, 1e3, 1e6):
        closed = 1.0 / (2.0 + t * t + t * math.sqrt(2.0 + t * t))
        assert distributions.t_tail(t, 2.0) == pytest.approx(closed, rel=1e-9)


def test_a_t_tail_of_very_many_degrees_is_the_normal_one_far_out() -> None:
    for t in (8.3, 20.0, 30.0):
        assert distributions.t_tail(t, 1e13) == pytest.approx(distributions.normal_tail(t), rel=1e-6)


@pytest.mark.parametrize("tail", [0.4, 0.025, 1e-6])
@pytest.mark.parametrize("degrees", [1.5, 30.0, 1e6, None])
def test_quantiles_invert_tails(tail: float, degrees: float | None) -> None:
    t = distributions.t_upper_quantile(tail, degrees)
    assert distributions.t_tail(t, degrees) == pytest.approx(tail, rel=1e-8)


def test_binomial_tails_add_up() -> None:
    assert distributions.binomial_tail(3, 10, 0.2) == pytest.approx(stats.binom.sf(2, 10, 0.2))
    assert distributions.binomial_cdf(2, 10, 0.2) == pytest.approx(stats.binom.cdf(2, 10, 0.2))
    assert (distributions.binomial_cdf(-1, 5, 0.5), distributions.binomial_cdf(5, 5, 0.5)) == (0.0, 1.0)
    assert (distributions.binomial_tail(0, 5, 0.5), distributions.binomial_tail(6, 5, 0.5)) == (1.0, 0.0)


def test_an_interval_leaves_or_reaches_a_value() -> None:
    inside = Interval(-0.1, 0.5, 0.95)
    assert inside.leaving(0.0) == Interval(math.ulp(0.0), 0.5, 0.95)
    assert Interval(-0.5, 0.1, 0.95).leaving(0.0).upper == -math.ulp(0.0)
    assert Interval(0.2, 0.5, 0.95).leaving(0.0) == Interval(0.2, 0.5, 0.95)
    assert Interval(0.2, None, 0.95).reaching(0.0) == Interval(0.0, None, 0.95)
    assert Interval(None, 0.3, 0.95).leaving(0.0).upper == -math.ulp(0.0)
    assert Interval(None, 0.3, 0.95).mirrored() == Interval(-0.3, None, 0.95)


def test_fnv1a_is_the_published_hash() -> None:
    """Test vectors of Fowler, Noll and Vo."""
    assert fnv1a_32("") == 0x811C9DC5
    assert fnv1a_32("a") == 0xE40C292C
    assert fnv1a_32("foobar") == 0xBF9CF968


def test_weights_that_do_not_sum_to_one_are_refused_where_growthbook_takes_equal_ones() -> None:
    with pytest.raises(InvalidInput, match="sum to 1"):
        bucket_ranges(2, weights=[0.4, 0.1])
    with pytest.raises(InvalidInput):
        bucket_ranges(2, weights=[1.0])
    with pytest.raises(InvalidInput):
        bucket_ranges(2, coverage=1.5)
    with pytest.raises(InvalidInput, match="not 1 or 2"):
        growthbook_bucket("a", "b", 3)
