"""The sums of an experiment as arms: one cell per variant, metric and stratum, checked against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce

from ag2_marketing_tools.errors import Conflict, InvalidInput
from ag2_marketing_tools.experiments.metrics import Kind
from ag2_marketing_tools.experiments.model import Experiment, Phase
from ag2_marketing_tools.experiments.suffstats.model import Cell, Sums
from ag2_marketing_tools.statistics.moments import JointMoments, Moments
from ag2_marketing_tools.statistics.proportions import Proportion
from ag2_marketing_tools.statistics.ratios import linearised_ratio

Cells = Mapping[tuple[str, str], Cell]
"""By variant and metric."""


@dataclass(frozen=True, kw_only=True)
class Splits:
    """The same sums in parts: by phase where the allocation changed, by day and segment for checks and pictures.

    What is missing is said to be missing by the analysis.
    """

    phase: Sums | None = None
    day: Sums | None = None
    segment: Sums | None = None


class Census:
    """Who was assigned what: users by variant, phase and day."""

    def __init__(self, experiment: Experiment, sums: Sums) -> None:
        known, phases = {variant.id for variant in experiment.variants}, {p.number for p in experiment.phases}
        for exposure in sums.exposures:
            if exposure.variant_id not in known:
                raise InvalidInput(
                    f"The sums name a variant {exposure.variant_id!r} that the test does not have."
                )
            if exposure.phase not in phases:
                raise InvalidInput(f"The sums name a phase {exposure.phase} that the test does not have.")
        self.experiment = experiment
        self.exposures = sums.exposures

    @cached_property
    def users(self) -> dict[str, int]:
        """Users by variant: assigned, not excluded."""
        found = dict.fromkeys((variant.id for variant in self.experiment.variants), 0)
        for exposure in self.exposures:
            found[exposure.variant_id] += exposure.users
        return found

    @cached_property
    def excluded(self) -> dict[str, dict[str, int]]:
        """Excluded users by variant and reason."""
        found: dict[str, dict[str, int]] = {variant.id: {} for variant in self.experiment.variants}
        for exposure in self.exposures:
            reasons = found[exposure.variant_id]
            for reason, number in exposure.excluded.items():
                reasons[reason] = reasons.get(reason, 0) + number
        return found

    @cached_property
    def total(self) -> int:
        """Users in all variants."""
        return sum(self.users.values())

    @cached_property
    def smallest(self) -> int:
        """Users of the smallest variant that gets any by its weights."""
        return min(
            self.users[variant.id] for variant in self.experiment.variants if self._is_open(variant.id)
        )

    def _is_open(self, variant_id: str) -> bool:
        return any(phase.weights.get(variant_id, 0.0) > 0.0 for phase in self.experiment.phases)

    def of_phase(self, phase: Phase, *, excluded: bool = False) -> dict[str, int]:
        """Return the users of one phase by variant, on request with the excluded ones."""
        found = dict.fromkeys((variant.id for variant in self.experiment.variants), 0)
        for exposure in self.exposures:
            if exposure.phase == phase.number:
                found[exposure.variant_id] += exposure.users
                found[exposure.variant_id] += sum(exposure.excluded.values()) if excluded else 0
        return found

    def require_users(self) -> None:
        """Raise the specification's error for a variant that should have users and has none.

        Raises:
            Conflict: Naming the variant.
        """
        for variant in self.experiment.variants:
            if self._is_open(variant.id) and not self.users[variant.id]:
                raise Conflict(
                    f"Insufficient data for variant_id: {variant.id}",
                    remedy=f"No user has been assigned the variant {variant.name!r} yet.",
                )


def cells_of(sums: Sums) -> Cells:
    """Return the cells of sums that are not split."""
    found: dict[tuple[str, str], Cell] = {}
    for cell in sums.cells:
        _check(cell)
        if (cell.variant_id, cell.metric) in found:
            raise InvalidInput(f"The sums hold {cell.metric!r} of {cell.variant_id!r} twice.")
        found[cell.variant_id, cell.metric] = cell
    return found


def cells_by_part(sums: Sums) -> dict[str, Cells]:
    """Return the cells of split sums, by the part's name in ascending order."""
    parts: dict[str, dict[tuple[str, str], Cell]] = defaultdict(dict)
    for cell in sums.cells:
        _check(cell)
        parts[cell.split or ""][cell.variant_id, cell.metric] = cell
    return dict(sorted(parts.items()))


def _check(cell: Cell) -> None:
    if cell.users < 0 or (cell.joint is not None and cell.joint.count != cell.users):
        raise InvalidInput(
            f"The sums of {cell.metric!r} of {cell.variant_id!r} are over another number of users than it has."
        )


def merged(cells: list[Cell]) -> Cell | None:
    """Return several parts of one variant and metric as one; quantiles do not add up, so `None` for them."""
    joints = [cell.joint for cell in cells if cell.joint is not None]
    if not joints:
        return None
    first = cells[0]
    return Cell(
        variant_id=first.variant_id,
        metric=first.metric,
        users=sum(cell.users for cell in cells),
        active=sum(cell.active for cell in cells),
        joint=reduce(JointMoments.merge, joints),
    )


def proportion_of(cell: Cell | None) -> Proportion:
    """Return a share's successes among its users."""
    if cell is None or cell.joint is None:
        return Proportion(0, 0)
    return Proportion(round(cell.joint.count * cell.joint.means[0]), cell.joint.count)


def moments_of(cell: Cell | None, kind: Kind) -> Moments | None:
    """Return the metric per user as moments; a ratio linearised at its own value, `None` without a denominator."""
    if cell is None or cell.joint is None or not cell.joint.count:
        return None
    if kind == "ratio":
        return linearised_ratio(cell.joint)
    return cell.joint.variable(0)


def has_past(cell: Cell | None, kind: Kind) -> bool:
    """Tell whether the sums hold the period before the exposure."""
    wanted = 4 if kind == "ratio" else 2
    return cell is not None and cell.joint is not None and len(cell.joint.means) == wanted


def comparable_phases(experiment: Experiment, first: str, second: str) -> Iterator[Phase]:
    """Yield the phases in which two variants both got users."""
    for phase in experiment.phases:
        if phase.weights.get(first, 0.0) > 0.0 and phase.weights.get(second, 0.0) > 0.0:
            yield phase


def allocation_changed(experiment: Experiment) -> bool:
    """Tell whether the weights of the variants differ between phases: days may then not simply be pooled."""
    first = experiment.phases[0].weights
    return any(dict(phase.weights) != dict(first) for phase in experiment.phases[1:])
