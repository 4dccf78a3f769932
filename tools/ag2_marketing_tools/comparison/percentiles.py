"""A figure's percentile among peers, read between the levels that tables publish.

Each level with a known percentile is one point. Between two points the normal score of the percentile is interpolated
linearly over the figure, so that two points (the 50th and the 90th, say) describe a normal distribution; beyond the
outermost points the nearest line goes on, kept within the bounds of the data file. The result never falls where the
figure gets better. Source of the scale: Blom (1958), Statistical Estimates and Transformed Beta-Variables (normal
scores).
"""

from __future__ import annotations

from dataclasses import dataclass

from ag2_marketing_tools.comparison.evidence import Array
from ag2_marketing_tools.comparison.facts import rules
from ag2_marketing_tools.comparison.scale import Scale
from ag2_marketing_tools.statistics.distributions import numpy, special


@dataclass(frozen=True, slots=True)
class PercentileCurve:
    """Points of the curve: figures turned so that more is better, and normal scores of their percentiles."""

    places: tuple[float, ...]
    scores: tuple[float, ...]
    note: str

    def at(self, turned: Array) -> Array:
        """Return the percentiles (0 to 100) of turned figures."""
        np, limits = numpy(), rules()
        places, scores = np.asarray(self.places), np.asarray(self.scores)
        segment = np.clip(np.searchsorted(places, turned) - 1, 0, len(places) - 2)
        slopes = np.diff(scores) / np.diff(places)
        score = scores[segment] + slopes[segment] * (turned - places[segment])
        return np.clip(100.0 * special().ndtr(score), limits.least_percentile, limits.most_percentile)


def percentile_curve(scale: Scale) -> PercentileCurve | None:
    """Return the curve of a scale, or None where fewer than two different figures have a percentile."""
    if scale.floor is None:
        return None
    points: dict[float, list[float]] = {}
    used = [level for level in scale.levels if level.value is not None and level.percentile is not None]
    for level in used:
        score = float(special().ndtri((level.percentile or 0.0) / 100.0))
        points.setdefault(scale.mark(level), []).append(score)
    if len(points) < 2:
        return None
    places = tuple(sorted(points))
    scores = tuple(sum(points[place]) / len(points[place]) for place in places)
    read = ", ".join(
        f"{level.name} as the {level.percentile:g}th{' (assumed)' if level.assumed else ''}" for level in used
    )
    return PercentileCurve(places, scores, f"Interpolated between the published levels, reading {read}.")
