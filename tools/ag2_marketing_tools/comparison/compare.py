"""One figure against its levels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from ag2_marketing_tools.comparison.bootstrap import resampled
from ag2_marketing_tools.comparison.evidence import Array, Evidence, MeanEvidence, ShareEvidence
from ag2_marketing_tools.comparison.facts import rules
from ag2_marketing_tools.comparison.model import Comparison, Direction, Gap, Level, Levels, Measured, Position
from ag2_marketing_tools.comparison.percentiles import percentile_curve
from ag2_marketing_tools.comparison.readings import (
    conversion_factor,
    refuse_doubtful,
    share_unit,
    times,
)
from ag2_marketing_tools.comparison.scale import Scale, scale_of
from ag2_marketing_tools.comparison.verdicts import (
    POSITIONS,
    at_least,
    better,
    claims,
    decided,
    p_values,
    possible,
    turned_ends,
    worse,
)
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import numpy
from ag2_marketing_tools.statistics.inference import Interval, checked_share
from ag2_marketing_tools.statistics.moments import Moments
from ag2_marketing_tools.statistics.multiplicity import benjamini_hochberg, holm

NO_SAMPLE_SIZE = "There is no sample size known, so the figure alone decides."
NO_SPREAD_KNOWN = "The spread of the single units is not known, so the figure alone decides."
ONE_UNIT = "One unit tells nothing of the spread, so the figure alone decides."
NO_VARIATION = "The single units do not vary, so the error is unknown and the figure alone decides."
NOT_A_SHARE = "A figure outside of 0 to 100 % is no share of its units, so the figure alone decides."
NO_DIRECTION = "Neither higher nor lower figures of this metric are better, so it is not judged."
NO_LEVEL = "No level of this metric has a figure."
UNMEASURED = "There is no measured figure."
STRADDLES = "The figure's error reaches over a level."
NOT_BEYOND_CHANCE = "Not beyond chance among the comparisons made together."
REASONS = (
    NO_SAMPLE_SIZE,
    NO_SPREAD_KNOWN,
    ONE_UNIT,
    NO_VARIATION,
    NOT_A_SHARE,
    NO_DIRECTION,
    NO_LEVEL,
    UNMEASURED,
    STRADDLES,
    NOT_BEYOND_CHANCE,
)
"""Every reason that a comparison gives: what shows it says it in the reader's language."""
POINT_ONLY = "none: the figure alone"

CORRECTIONS: dict[str, Callable[[Sequence[float | None]], list[float | None]]] = {
    "benjamini-hochberg": benjamini_hochberg,
    "holm": holm,
}


def compare(
    measured: Measured,
    levels: Levels,
    direction: Direction,
    unit: str | None,
    *,
    tolerance: float = 0.0,
    error_rate: float | None = None,
    seed: int = 0,
    unit_certain: bool = False,
) -> Comparison:
    """Say where a figure stands among its levels, and how sure that is.

    Args:
        measured: The figure and what is known of its error.
        levels: By name, or with their reading spelt out; a level without a figure is left out.
        direction: Which figures are better.
        unit: Unit of the levels, and of all figures of the result.
        tolerance: Of a `target` metric: how far from its target is still on target, in `unit`.
        error_rate: Share of cases in which leading or lagging may be said falsely (default: the data file's).
        seed: Of the resamples, where there are observations.
        unit_certain: Take a share as its unit says, also where it looks a hundredfold too small or large.

    Raises:
        InvalidInput: Levels in the wrong order, units that do not convert, a share of which two readings are
            possible (the message names both), an error rate that is no share.
    """
    rate = checked_share("Error rate", rules().error_rate if error_rate is None else error_rate)
    scale = scale_of(levels, direction, tolerance=tolerance)
    base = Comparison("unmeasured", None, unit, direction, n=_units(measured), error_rate=rate)
    factor = conversion_factor(measured.unit, unit)
    given = _given_value(measured)
    if given is None:
        return replace(base, reason=measured.reason or UNMEASURED)
    _ask_if_doubtful(given, measured, scale, unit, certain=unit_certain)
    value = times(given, factor)
    evidence, why = _evidence(measured, value, factor, unit, seed)
    base = replace(base, value=value, method=evidence.method if evidence else POINT_ONLY)
    if evidence is not None:
        lower, upper = (float(end[0]) for end in evidence.bounds(rate))
        base = replace(base, interval=Interval(lower, upper, 1.0 - rate))
    usable = [level for level in scale.levels if level.value is not None]
    if not usable:
        return replace(base, reason=NO_LEVEL)
    base = replace(base, gaps=tuple(_gap(value, level, scale, evidence, rate) for level in usable))
    if direction == "none":
        return replace(base, position="inconclusive", reason=NO_DIRECTION)
    return _placed(base, scale, evidence, why)


def _placed(base: Comparison, scale: Scale, evidence: Evidence | None, why: str | None) -> Comparison:
    """Add the position, what it rests on, and the percentile."""
    turned = numpy().array([scale.turned(base.value)])
    claim = claims(turned, scale)
    p = p_values(evidence, claim, scale) if evidence is not None else numpy().array([numpy().nan])
    position = POSITIONS[int(decided(claim, p, base.error_rate)[0])]
    ends = None
    if base.interval is not None and base.interval.lower is not None and base.interval.upper is not None:
        ends = turned_ends(base.interval.lower, base.interval.upper, scale)
    curve = percentile_curve(scale)
    claimed = POSITIONS[int(claim[0])]
    allowed: tuple[Position, ...] = (claimed,) if ends is None else possible(*ends, scale)
    return replace(
        base,
        position=position,
        claim=claimed,
        possible=allowed,
        floor=scale.floor.name if scale.floor else None,
        ceiling=scale.ceiling.name if scale.ceiling else None,
        percentile=None if curve is None else float(curve.at(turned)[0]),
        percentile_interval=None if curve is None or ends is None else _percentiles(curve.at, ends),
        percentile_note=None if curve is None else curve.note,
        p_value=None if evidence is None else float(p[0]),
        reason=why or (STRADDLES if position == "inconclusive" else None),
    )


def adjusted(comparisons: Sequence[Comparison], *, method: str = "benjamini-hochberg") -> list[Comparison]:
    """Judge comparisons that were made together: their p-values are adjusted for their number.

    What was leading, lagging or competitive becomes inconclusive where the adjusted p-value is above the error rate.
    Figures that decide alone have no p-value, stay as they are and do not count. Intervals are not widened.

    Args:
        comparisons: In any order; the result keeps it.
        method: `benjamini-hochberg` (share of false ones among the verdicts) or `holm` (any false verdict at all).

    Raises:
        InvalidInput: An unknown method.
    """
    p = checked_correction(method)([comparison.p_value for comparison in comparisons])
    return [
        comparison if value is None else readjusted(comparison, value)
        for comparison, value in zip(comparisons, p, strict=True)
    ]


def readjusted(comparison: Comparison, p: float) -> Comparison:
    """Return a comparison as it stands by its adjusted p-value."""
    stands = p <= comparison.error_rate and comparison.claim is not None
    position = comparison.claim if stands and comparison.claim is not None else "inconclusive"
    reason = None if stands else (comparison.reason or NOT_BEYOND_CHANCE)
    return replace(comparison, position=position, p_adjusted=p, reason=reason)


def checked_correction(method: str) -> Callable[[Sequence[float | None]], list[float | None]]:
    """Return the correction of that name, else raise `InvalidInput`."""
    if method not in CORRECTIONS:
        raise InvalidInput(
            f"Correction {method!r} is unknown.", remedy=f"Give one of {', '.join(CORRECTIONS)}."
        )
    return CORRECTIONS[method]


def _gap(value: float, level: Level, scale: Scale, evidence: Evidence | None, error_rate: float) -> Gap:
    figure = float(level.value or 0.0)
    if scale.direction == "none":
        gap, reached, p = _minus(value, figure), None, None
    else:
        mark, turned = scale.mark(level), float(scale.turned(value))
        gap, p = _minus(turned, mark), None
        reached = bool(at_least(turned, mark))
        if evidence is not None:
            one_sided = better(evidence, scale, mark) if reached else worse(evidence, scale, mark)
            p = min(1.0, 2.0 * float(one_sided[0]))
            reached = reached if p <= error_rate else None
    return Gap(level.name, figure, gap, 100.0 * gap / abs(figure) if figure else None, reached, p)


def _units(measured: Measured) -> int | None:
    return measured.n if measured.n is not None else (len(measured.observations) or None)


def _given_value(measured: Measured) -> float | None:
    if measured.observations:
        return Moments.of(measured.observations).mean
    return None if measured.value is None else float(measured.value)


def _minus(value: float, other: float) -> float:
    """The difference as by hand: 86.8 minus 82 is 4.8, not 4.799999999999997."""
    return float(Decimal(repr(value)) - Decimal(repr(other)))


def _ask_if_doubtful(
    value: float, measured: Measured, scale: Scale, unit: str | None, *, certain: bool
) -> None:
    source = measured.unit or unit
    figures = [level.value for level in scale.levels if level.value is not None]
    if certain or not figures or unit is None or source is None or share_unit(unit) is None:
        return
    refuse_doubtful(value, source, figures, unit)


def _evidence(
    measured: Measured, value: float, factor: float, unit: str | None, seed: int
) -> tuple[Evidence | None, str | None]:
    """What is known of the error, or why the figure has to decide alone."""
    np = numpy()
    share = share_unit(unit)
    is_share = measured.share if measured.share is not None else share is not None
    n = _units(measured)
    if n is None:
        return None, NO_SAMPLE_SIZE
    if measured.observations:
        return _observed([times(x, factor) for x in measured.observations], seed)
    if measured.sd is not None:
        moments = Moments(n, value, (measured.sd * factor) ** 2 * (n - 1))
        return _mean(moments)
    if not is_share or share is None:
        return None, NO_SPREAD_KNOWN
    whole = 1.0 / float(share.factor)
    if not 0.0 <= value <= whole:
        return None, NOT_A_SHARE
    trials: Array = np.array([float(n)])
    return ShareEvidence(np.array([value]), trials, whole), None


def _observed(observations: Sequence[float], seed: int) -> tuple[Evidence | None, str | None]:
    moments = Moments.of(observations)
    if len(observations) < rules().least_observations_resampled or not moments.squares:
        return _mean(moments)
    return resampled(observations, seed=seed), None


def _mean(moments: Moments) -> tuple[Evidence | None, str | None]:
    np = numpy()
    variance = moments.variance_of_mean
    if variance is None:
        return None, ONE_UNIT
    if variance <= 0.0:
        return None, NO_VARIATION
    error: Array = np.array([variance**0.5])
    return MeanEvidence(np.array([moments.mean]), error, np.array([float(moments.count - 1)])), None


def _percentiles(at: Callable[[Array], Array], ends: tuple[float, float]) -> tuple[float, float]:
    low, high = at(numpy().array(ends))
    return float(low), float(high)
