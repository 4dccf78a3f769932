"""Experiments and their sums, made by hand: what an analysis is given, without a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ag2_marketing_tools.experiments.metrics import MetricDefinition, built_in_metrics
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Phase, Variant
from ag2_marketing_tools.experiments.suffstats.model import Cell, Exposures, Sums
from ag2_marketing_tools.statistics.moments import JointMoments

START = datetime(2026, 10, 1, tzinfo=UTC)
END = START + timedelta(days=14)
AFTER = END + timedelta(hours=1)
DURING = START + timedelta(days=8)
METRICS = built_in_metrics()


def metric(name: str, *, role: str = "goal", **values: Any) -> ExperimentMetric:
    """A metric of the product in a role."""
    return ExperimentMetric(definition=METRICS[name], role=role, **values)  # type: ignore[arg-type]


def custom(
    name: str, kind: str, *, role: str = "goal", direction: str = "higher", **values: Any
) -> ExperimentMetric:
    """A metric of one's own in a role."""
    extra = {"quantile": 0.9} if kind == "quantile" else {}
    definition = MetricDefinition.model_validate(
        {
            "name": name,
            "title": name.replace("_", " "),
            "channels": ["website"],
            "kind": kind,
            "unit": "ratio" if kind == "binary" else "EUR",
            "direction": direction,
            **extra,
        }
    )
    return ExperimentMetric(definition=definition, role=role, **values)  # type: ignore[arg-type]


def experiment(
    *metrics: ExperimentMetric, weights: Sequence[float] = (0.5, 0.5), **values: Any
) -> Experiment:
    """A test of some variants, `control` first, then `b`, `c`, …; fixed horizon unless told otherwise."""
    names = ["control", *"bcdefgh"][: len(weights)]
    variants = tuple(
        Variant(
            id=name, name=name.upper(), content={"shown": name}, is_control=place == 0, position=place + 1
        )
        for place, name in enumerate(names)
    )
    defaults: dict[str, Any] = {
        "id": "test_1",
        "name": "Homepage",
        "state": "running",
        "salt": "salt",
        "hash_version": 1,
        "variants": variants,
        "phases": (Phase(number=1, weights=dict(zip(names, weights, strict=True)), started_at=START),),
        "metrics": metrics or (metric("conversion_rate"),),
        "min_sample_size": 100,
        "monitoring": "fixed",
        "timezone": "UTC",
        "start_at": START,
        "end_at": END,
    }
    return Experiment(**(defaults | values))


def share(
    variant: str, successes: int, users: int, *, name: str = "conversion_rate", split: str | None = None
) -> Cell:
    """A cell of a share."""
    failures = users - successes
    joint = JointMoments(
        users, (successes / users if users else 0.0,), ((successes * failures / users if users else 0.0,),)
    )
    return Cell(variant_id=variant, metric=name, users=users, active=successes, joint=joint, split=split)


def mean(
    variant: str,
    users: int,
    value: float,
    deviation: float,
    *,
    name: str = "revenue_per_user",
    split: str | None = None,
) -> Cell:
    """A cell of a mean: its value and the sample standard deviation."""
    squares = deviation**2 * max(0, users - 1)
    joint = JointMoments(users, (value,), ((squares,),))
    return Cell(variant_id=variant, metric=name, users=users, active=users, joint=joint, split=split)


def values(variant: str, *columns: Sequence[float], name: str, split: str | None = None) -> Cell:
    """A cell of single users' values, one column per variable."""
    joint = JointMoments.of(*columns)
    return Cell(
        variant_id=variant, metric=name, users=joint.count, active=joint.count, joint=joint, split=split
    )


def exposures(
    users: Mapping[str, int], *, phase: int = 1, day: date | None = None, **excluded: Any
) -> list[Exposures]:
    """Users by variant on one day."""
    return [
        Exposures(
            variant_id=variant,
            phase=phase,
            day=day or START.date(),
            users=number,
            excluded=excluded.get(variant, {}),
        )
        for variant, number in users.items()
    ]


def sums(cells: Iterable[Cell], *, shown: Sequence[Exposures] | None = None, **values: Any) -> Sums:
    """Sums over these cells; users are those of the first metric unless exposures are given."""
    cells = tuple(cells)
    if shown is None:
        users: dict[str, int] = {}
        for cell in cells:
            users.setdefault(cell.variant_id, cell.users)
        shown = exposures(users)
    defaults: dict[str, Any] = {"as_of": AFTER, "source": "sqlite"}
    return Sums(cells=cells, exposures=tuple(shown), **(defaults | values))


def always_valid(test: Experiment) -> Experiment:
    """The same test, as it is monitored unless told otherwise."""
    return replace(test, monitoring="always_valid")
