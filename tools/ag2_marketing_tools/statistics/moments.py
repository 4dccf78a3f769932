"""Counts, means, variances and covariances from sums: all that an analysis needs of its users.

Sums come shifted: `sum(x - shift)` and `sum((x - shift)**2)`, with one shift per metric near its mean, so that
large means (revenue in cents, times) do not cancel. What is kept is the mean and the sum of squared
deviations; merging follows Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance, The
American Statistician 37(3). Sums handed over as `int` are reckoned exactly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ag2_marketing_tools.errors import InvalidInput

_LEAST_SHARE_LEFT = 1e-10
_RESOLUTION = 1e-14
_ROUNDING = 2e-15
_MOST_ROUNDED = 1_000


@dataclass(frozen=True, slots=True)
class Moments:
    """One variable: how many units, their mean, and the sum of squared deviations from it."""

    count: int
    mean: float
    squares: float

    @classmethod
    def from_sums(cls, count: int, total: float, squares: float, *, shift: float = 0.0) -> Moments:
        """Return the moments of `count` values from the sums of (value - shift) and of its square.

        Raises:
            InvalidInput: A negative count, sums that no values can have, or a spread that the sums have lost
                because the shift lies far from the mean.
        """
        return JointMoments.from_sums(count, (total,), ((squares,),), shifts=(shift,)).variable(0)

    @classmethod
    def of(cls, values: Sequence[float]) -> Moments:
        """Return the moments of single values, in two passes."""
        _finite(values)
        if not values:
            return cls(0, 0.0, 0.0)
        mean = math.fsum(values) / len(values)
        return cls(len(values), mean, math.fsum((value - mean) ** 2 for value in values))

    @property
    def variance(self) -> float | None:
        """Sample variance (divisor count - 1); `None` below two units."""
        return self.squares / (self.count - 1) if self.count > 1 else None

    @property
    def variance_of_mean(self) -> float | None:
        """Squared standard error of the mean; `None` below two units."""
        variance = self.variance
        return None if variance is None else variance / self.count

    def merge(self, other: Moments) -> Moments:
        """Return the moments of both groups together."""
        return JointMoments.single(self).merge(JointMoments.single(other)).variable(0)

    def scaled(self, factor: float) -> Moments:
        """Return the moments of the values times `factor`."""
        return Moments(self.count, self.mean * factor, self.squares * factor * factor)


@dataclass(frozen=True, slots=True)
class JointMoments:
    """Several variables of the same units: means, and sums of products of deviations (a full matrix)."""

    count: int
    means: tuple[float, ...]
    products: tuple[tuple[float, ...], ...]

    @classmethod
    def from_sums(
        cls,
        count: int,
        totals: Sequence[float],
        products: Sequence[Sequence[float]],
        *,
        shifts: Sequence[float] | None = None,
    ) -> JointMoments:
        """Return the joint moments from sums of (x - shift) and of products of two such.

        Args:
            count: Number of units.
            totals: Per variable, the sum of (x_i - shift_i).
            products: Row i, column j: the sum of (x_i - shift_i) * (x_j - shift_j); the lower triangle is enough.
            shifts: Per variable; zeros if left out.

        Raises:
            InvalidInput: As `Moments.from_sums`, or covariances greater than the variances allow.
        """
        shifts = shifts or (0.0,) * len(totals)
        _check_sums(count, totals, [value for row in products for value in row])
        if count == 0:
            zeros = (0.0,) * len(totals)
            return cls(0, zeros, (zeros,) * len(totals))
        size = range(len(totals))
        lower = [
            [_deviation(count, totals[i], totals[j], products[i][j]) for j in range(i + 1)] for i in size
        ]
        for i in size:
            lower[i][i] = _spread(count, lower[i][i], products[i][i], shifts[i])
        for i in size:
            for j in range(i):
                lower[i][j] = _bounded(lower[i][j], lower[i][i], lower[j][j])
        return cls(
            count,
            tuple(shift + total / count for shift, total in zip(shifts, totals, strict=True)),
            tuple(tuple(lower[max(i, j)][min(i, j)] for j in size) for i in size),
        )

    @classmethod
    def single(cls, moments: Moments) -> JointMoments:
        """Return one variable as a joint of one."""
        return cls(moments.count, (moments.mean,), ((moments.squares,),))

    @classmethod
    def of(cls, *variables: Sequence[float]) -> JointMoments:
        """Return the joint moments of single values, one sequence per variable, in two passes."""
        parts = [Moments.of(values) for values in variables]
        if len({part.count for part in parts}) != 1:
            raise InvalidInput("The variables do not have the same number of units.")
        gaps = [[x - part.mean for x in values] for values, part in zip(variables, parts, strict=True)]
        rows = tuple(tuple(math.fsum(map(_product, a, b)) for b in gaps) for a in gaps)
        return cls(parts[0].count, tuple(part.mean for part in parts), rows)

    def variable(self, index: int) -> Moments:
        """Return one variable's own moments."""
        return Moments(self.count, self.means[index], self.products[index][index])

    def linear(self, weights: Sequence[float]) -> Moments:
        """Return the moments of the weighted sum of the variables, unit by unit."""
        mean = sum(w * m for w, m in zip(weights, self.means, strict=True))
        return Moments(self.count, mean, max(0.0, self._form(weights, weights)))

    def covariance(self, left: Sequence[float], right: Sequence[float]) -> float | None:
        """Sample covariance of two weighted sums of the variables; `None` below two units."""
        return self._form(left, right) / (self.count - 1) if self.count > 1 else None

    def merge(self, other: JointMoments) -> JointMoments:
        """Return the joint moments of both groups together."""
        count = self.count + other.count
        if count == 0:
            return self
        gaps = [b - a for a, b in zip(self.means, other.means, strict=True)]
        weight = self.count * other.count / count
        means = tuple(a + gap * (other.count / count) for a, gap in zip(self.means, gaps, strict=True))
        size = range(len(gaps))
        products = tuple(
            tuple(self.products[i][j] + other.products[i][j] + gaps[i] * gaps[j] * weight for j in size)
            for i in size
        )
        return JointMoments(count, means, products)

    def _form(self, left: Sequence[float], right: Sequence[float]) -> float:
        return sum(
            a * b * value
            for a, row in zip(left, self.products, strict=True)
            for b, value in zip(right, row, strict=True)
        )


def _product(a: float, b: float) -> float:
    return a * b


def _finite(values: Sequence[float]) -> None:
    for value in values:
        if not math.isfinite(value):
            raise InvalidInput(f"{value!r} is not a finite number.")


def _check_sums(count: int, totals: Sequence[float], products: Sequence[float]) -> None:
    if count < 0:
        raise InvalidInput(f"A count of {count} units is negative.")
    _finite((*totals, *products))
    if count == 0 and (any(totals) or any(products)):
        raise InvalidInput("No units, yet their sums are not zero.")


def _deviation(count: int, total_x: float, total_y: float, product: float) -> float:
    """Sum of products of deviations; exact for whole numbers, whose quotient Python rounds once."""
    x, y, xy = _whole(total_x), _whole(total_y), _whole(product)
    if x is not None and y is not None and xy is not None:
        return (count * xy - x * y) / count
    return product - total_x * (total_y / count)


def _whole(value: float) -> int | None:
    """The value as an integer if it surely is one: beyond 2**53 a float may stand for its neighbours."""
    if isinstance(value, int):
        return value
    return int(value) if value.is_integer() and abs(value) < 2.0**53 else None


def _spread(count: int, spread: float, squares: float, shift: float) -> float:
    """The sum of squared deviations, 0 where the values do not vary, or an error where it is lost in rounding."""
    if squares < 0.0 or spread < -_LEAST_SHARE_LEFT * squares:
        raise InvalidInput(f"No {count} values have a sum of squares of {squares!r} beside this sum.")
    if squares <= count * (_RESOLUTION * shift) ** 2:
        return 0.0
    if _whole(squares) is None and spread < _LEAST_SHARE_LEFT * squares:
        if spread <= _ROUNDING * min(count, _MOST_ROUNDED) * squares:
            return 0.0
        raise InvalidInput(
            "The spread of the values is lost in the rounding of their sums.",
            remedy="Sum (value - shift) and its square, with a shift near the mean.",
        )
    return max(0.0, float(spread))


def _bounded(product: float, square_x: float, square_y: float) -> float:
    """The co-moment, held within Cauchy and Schwarz's bound against rounding, refused far beyond it."""
    bound = math.sqrt(square_x) * math.sqrt(square_y)
    if abs(product) > bound * (1.0 + 1e-6) and bound > 0.0:
        raise InvalidInput("The sum of products is larger than the sums of squares allow.")
    return min(max(float(product), -bound), bound)
