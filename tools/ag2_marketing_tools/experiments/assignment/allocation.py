"""An experiment as far as assigning needs it: what the store's path and the hash-only client both compute with."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.assignment.hashing import HASH_VERSION, bounds_of, cut, started
from ag2_marketing_tools.experiments.model import Experiment

if TYPE_CHECKING:
    from hashlib import _Hash

Gate = Literal["holdout", "layer", "coverage"]


@dataclass(frozen=True, kw_only=True)
class Holdout:
    """A share of all users that takes part in no test that respects it."""

    name: str
    salt: str
    share: float


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """The hashes and bounds of one test.

    Attributes:
        test_id: Which test.
        hash_version: Version of the algorithm.
        salt: Of the coverage and the variants.
        variant_ids: In their order.
        bounds: Their cumulative bounds; the last is 1.
        coverage: Share of the eligible users that takes part.
        layer: The layer's name with the test's half-open range, or None.
        holdout: The holdout's salt and share, or None.
        targeting: Normalised conditions on the context.
    """

    test_id: str
    hash_version: int
    salt: str
    variant_ids: tuple[str, ...]
    bounds: tuple[float, ...]
    coverage: float = 1.0
    layer: tuple[str, float, float] | None = None
    holdout: tuple[str, float] | None = None
    targeting: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def allocation_of(experiment: Experiment, holdout: Holdout | None) -> Allocation:
    """Return what assigning needs of an experiment in its current phase."""
    phase = experiment.current_phase
    ids = tuple(variant.id for variant in experiment.variants)
    layer = experiment.layer
    part = experiment.layer_range
    return Allocation(
        test_id=experiment.id,
        hash_version=experiment.hash_version,
        salt=experiment.salt,
        variant_ids=ids,
        bounds=tuple(bounds_of([phase.weights[variant_id] for variant_id in ids])),
        coverage=phase.coverage,
        layer=(layer, *part) if layer is not None and part is not None else None,
        holdout=(holdout.salt, holdout.share) if holdout is not None else None,
        targeting=experiment.targeting,
    )


class Allocator:
    """An allocation made ready: salts are hashed, bounds are bytes.

    Raises:
        InvalidInput: The allocation is of another version of the algorithm.
    """

    def __init__(self, allocation: Allocation) -> None:
        if allocation.hash_version != HASH_VERSION:
            raise InvalidInput(
                f"The test {allocation.test_id!r} hashes by version {allocation.hash_version!r}.",
                remedy=f"This program knows version {HASH_VERSION}.",
            )
        self.variant_ids = allocation.variant_ids
        self.cuts = [cut(bound) for bound in allocation.bounds]
        self.started = started("variant", allocation.salt)
        self.gates = _gates(allocation)

    def shut_by(self, user_id: str) -> Gate | None:
        """Return which gate keeps a user out, or None."""
        key = user_id.encode()
        for gate, begun, low, high in self.gates:
            hashed = begun()
            hashed.update(key)
            if not low <= hashed.digest() < high:
                return gate
        return None

    def variant_of(self, user_id: str) -> str:
        """Return the variant of a user who takes part."""
        hashed = self.started()
        hashed.update(user_id.encode())
        return self.variant_ids[bisect_right(self.cuts, hashed.digest())]


def _gates(allocation: Allocation) -> list[tuple[Gate, Callable[[], _Hash], bytes, bytes]]:
    gates: list[tuple[Gate, Callable[[], _Hash], bytes, bytes]] = []
    if allocation.holdout is not None:
        salt, share = allocation.holdout
        gates.append(("holdout", started("holdout", salt), cut(share), cut(1.0)))
    if allocation.layer is not None:
        name, low, high = allocation.layer
        gates.append(("layer", started("layer", name), cut(low), cut(high)))
    if allocation.coverage < 1.0:
        gates.append(("coverage", started("coverage", allocation.salt), cut(0.0), cut(allocation.coverage)))
    return gates
