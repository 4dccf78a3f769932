"""Event rates (events per unit of exposure) whose counts are Poisson.

Events of the same user cluster, so most metrics of an experiment are *not* Poisson: use the mean per user.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.statistics.distributions import log_choose
from ag2_marketing_tools.statistics.inference import Inference, Interval, undefined
from ag2_marketing_tools.statistics.proportions import Proportion, clopper_pearson

METHOD = "exact conditional test of two Poisson rates"
_TIES = 1.0 + 1e-7


@dataclass(frozen=True, slots=True)
class EventRate:
    """Events, and the exposure (days, sessions) in which they happened."""

    events: int
    exposure: float

    def __post_init__(self) -> None:
        if self.events < 0 or not 0.0 < self.exposure < math.inf:
            raise InvalidInput(f"{self.events} events in an exposure of {self.exposure!r} are impossible.")


def compare_event_rates(treatment: EventRate, control: EventRate, *, confidence: float = 0.95) -> Inference:
    """Compare two Poisson rates: estimate and interval of the ratio treatment / control.

    Given their sum, the treatment's events are binomial; the two-sided p-value adds all outcomes that are no
    likelier than the observed one. Without events there is no answer, without control events no ratio.

    Source: Przyborowski and Wilenski (1940), Homogeneity of results in testing samples from Poisson series,
    Biometrika 31.
    """
    total = treatment.events + control.events
    if not total:
        return undefined(METHOD, "There are no events in either arm.")
    share = clopper_pearson(Proportion(treatment.events, total), confidence=confidence)
    scale = control.exposure / treatment.exposure
    rate = treatment.exposure / (treatment.exposure + control.exposure)
    return Inference(
        METHOD,
        treatment.events / control.events * scale if control.events else None,
        interval=None
        if share is None
        else Interval(_odds(share.lower, scale), _odds(share.upper, scale), confidence),
        p_value=_binomial_two_sided(treatment.events, total, rate),
        reason=None if control.events else "The control has no events, so the ratio has no value.",
    )


def _odds(share: float | None, scale: float) -> float | None:
    return None if share is None or share >= 1.0 else share / (1.0 - share) * scale


def _binomial_two_sided(events: int, total: int, rate: float) -> float:
    def chance(k: int) -> float:
        return math.exp(log_choose(total, k) + k * math.log(rate) + (total - k) * math.log1p(-rate))

    limit = chance(events) * _TIES
    return min(1.0, math.fsum(p for p in map(chance, range(total + 1)) if p <= limit))
