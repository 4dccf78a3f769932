"""A part of a system's table, so that a name which several regions or specialties have stands for one metric."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ag2_marketing_tools.care.figures import Unusable, unusable
from ag2_marketing_tools.metrics.tables import TableMetric, Tables
from ag2_marketing_tools.standing import Standing
from ag2_marketing_tools.standing.figure import is_figure


def part_of(
    tables: Tables, system: str, branch: str, change: Callable[[TableMetric], TableMetric] | None = None
) -> Tables:
    """Return the tables with a system cut down to one branch.

    Args:
        tables: All tables.
        system: The system.
        branch: The path under which its metrics are kept.
        change: Applied to each metric that is kept.
    """
    kept = {}
    for key, metric in tables.metrics.items():
        if not key.startswith(f"{system}/"):
            kept[key] = metric
        elif metric.path.startswith(f"{branch}/"):
            kept[key] = change(metric) if change else metric
    return Tables(kept)


def renamed(metrics: Any, names: Callable[[str], str | None], *, figures_only: bool = False) -> Any:
    """Return nested metrics with free names replaced by the tables' own.

    Args:
        metrics: The metrics, nested or not.
        names: The table's name of a free one, or None.
        figures_only: Leave the names of branches alone.
    """
    if not isinstance(metrics, Mapping):
        return metrics
    found = {}
    for key, value in metrics.items():
        meant = isinstance(key, str) and not (
            figures_only and isinstance(value, Mapping) and not is_figure(value)
        )
        found[(names(key) or key) if meant else key] = renamed(value, names, figures_only=figures_only)
    return found


def together(standings: Iterable[Standing], tables: Tables) -> Unusable:
    """Return what no part of a system could use.

    A name that one part lacks another may have, and a figure that one part refuses for its unit another may take.
    """
    parts = list(standings)
    found = [unusable(one) for one in parts]
    measured = {
        p.metric.path.rpartition("/")[2] for part in parts for p in part.placed if p.figure is not None
    }
    missed = [{one.metric for one in part.unknown} | set(part.elsewhere) for part in found]
    nowhere = set.intersection(*missed) if missed else set()
    nearest = {one.metric: one for part in found for one in part.unknown}
    elsewhere = [name for name in sorted(nowhere) if _has(tables, name)]
    return Unusable(
        unmeasured=[path for part in found for path in part.unmeasured],
        unknown=[nearest[name] for name in sorted(nowhere) if name in nearest and name not in elsewhere],
        refused=[
            one for part in found for one in part.refused if one.metric.rpartition("/")[2] not in measured
        ],
        elsewhere=elsewhere,
    )


def _has(tables: Tables, name: str) -> bool:
    return name in tables.metrics or any(key.endswith(f"/{name}") for key in tables)
