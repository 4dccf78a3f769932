"""What is known of a figure's error: its interval, and how sure it is to lie above or below a level.

All of it works on arrays, one figure per place, so that one caregiver and ten thousand are judged by the same
arithmetic. Probabilities are one-sided, as arrays; a verdict takes twice the smaller.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from ag2_marketing_tools.comparison.facts import rules
from ag2_marketing_tools.statistics.distributions import normal_upper_quantile, numpy, special

Array = Any
"""A numpy array of doubles; numpy is loaded when first used, so its types are not named here."""


class Evidence(Protocol):
    """Figures and their errors."""

    @property
    def method(self) -> str:
        """How the errors are reckoned."""
        ...

    def bounds(self, error_rate: float) -> tuple[Array, Array]:
        """Return the ends of the two-sided intervals at confidence 1 - `error_rate`."""
        ...

    def above(self, level: float) -> Array:
        """Return the p-values for "the true figure is above the level"."""
        ...

    def below(self, level: float) -> Array:
        """Return the p-values for "the true figure is below the level"."""
        ...

    def take(self, chosen: Array) -> Evidence:
        """Return the evidence of the chosen places."""
        ...


@dataclass(frozen=True)
class ShareEvidence:
    """Shares of `trials` units of which something is true, in a unit of which `whole` is all of them.

    Interval: Wilson (1927), J. Am. Stat. Assoc. 22. The p-value is the larger of the score test's, which that interval
    inverts, and the exact binomial's (Clopper and Pearson 1934, Biometrika 26): near 0 and 1 the former errs more often
    than it says (9.6 % instead of 2.5 % with 10 units at a true share of 0.99), the latter never.

    A share of hours or points (82.4 % of 7 ratings) is no whole number of successes. Wilson's interval is then wider
    than needed, since nothing between 0 and 1 varies more than a yes or no; the exact test takes the next whole number
    on the cautious side.
    """

    shares: Array
    trials: Array
    whole: float = 1.0
    method: str = "Wilson's interval, score and exact binomial test"

    def bounds(self, error_rate: float) -> tuple[Array, Array]:
        """Return Wilson's bounds; exactly none and all where no or every unit counts."""
        np, z = numpy(), normal_upper_quantile(0.5 * error_rate)
        n, p = self.trials, self.shares / self.whole
        centre = p + z * z / (2.0 * n)
        half = z * np.sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n))
        stretch = self.whole / (1.0 + z * z / n)
        lower = np.where(p <= 0.0, 0.0, (centre - half) * stretch)
        return lower, np.where(p >= 1.0, self.whole, (centre + half) * stretch)

    def above(self, level: float) -> Array:
        """Return P of as many successes or more at the level."""
        np, rate = numpy(), level / self.whole
        if rate < 0.0 or rate >= 1.0:
            return np.full(self.shares.shape, 0.0 if rate < 0.0 else 1.0)
        x = np.floor(self._successes())
        exact = np.where(x <= 0.0, 1.0, special().betainc(np.maximum(x, 1.0), self.trials - x + 1.0, rate))
        return np.maximum(exact, special().ndtr(-self._score(rate)))

    def below(self, level: float) -> Array:
        """Return P of as few successes or fewer at the level."""
        np, rate = numpy(), level / self.whole
        if rate <= 0.0 or rate > 1.0:
            return np.full(self.shares.shape, 1.0 if rate <= 0.0 else 0.0)
        failures = np.floor(self.trials - self._successes())
        x = self.trials - failures
        exact = np.where(
            failures <= 0.0, 1.0, special().betainc(np.maximum(failures, 1.0), x + 1.0, 1.0 - rate)
        )
        return np.maximum(exact, special().ndtr(self._score(rate)))

    def take(self, chosen: Array) -> ShareEvidence:
        """Return the evidence of the chosen places."""
        return ShareEvidence(self.shares[chosen], self.trials[chosen], self.whole)

    def _successes(self) -> Array:
        """Successes; a whole number where the share's rounding allows one."""
        np = numpy()
        x = self.shares / self.whole * self.trials
        whole = np.round(x)
        return np.where(abs(x - whole) <= rules().rounding_of_shares * self.trials, whole, x)

    def _score(self, rate: float) -> Array:
        np = numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            score = (self.shares / self.whole - rate) / np.sqrt(rate * (1.0 - rate) / self.trials)
        return np.nan_to_num(score, nan=0.0, posinf=np.inf, neginf=-np.inf)


@dataclass(frozen=True)
class MeanEvidence:
    """Means with their standard errors and degrees of freedom: Student (1908), Biometrika 6."""

    means: Array
    errors: Array
    degrees: Array
    method: str = "Student's t"

    def bounds(self, error_rate: float) -> tuple[Array, Array]:
        """Return mean -/+ the quantile times the standard error."""
        half = -special().stdtrit(self.degrees, 0.5 * error_rate) * self.errors
        return self.means - half, self.means + half

    def above(self, level: float) -> Array:
        """Return P of a mean as high or higher at the level."""
        return special().stdtr(self.degrees, (level - self.means) / self.errors)

    def below(self, level: float) -> Array:
        """Return P of a mean as low or lower at the level."""
        return special().stdtr(self.degrees, (self.means - level) / self.errors)

    def take(self, chosen: Array) -> MeanEvidence:
        """Return the evidence of the chosen places."""
        return MeanEvidence(self.means[chosen], self.errors[chosen], self.degrees[chosen], self.method)
