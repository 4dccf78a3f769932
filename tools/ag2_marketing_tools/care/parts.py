"""A part of a system's table, so that a name which several regions or specialties have stands for one metric."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any

from ag2_marketing_tools.care.figures import Unusable, unusable
from ag2_marketing_tools.metrics.tables import TableMetric, Tables
from ag2_marketing_tools.standing import Standing, UnknownMetric
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


def lifted(metrics: Any, *branches: str) -> Any:
    """Return metrics with the content of these branches at the top, where no name of it stands already.

    So a figure is found by its name within the branch, with or without the group between.
    """
    for branch in branches:
        below = metrics.get(branch) if isinstance(metrics, Mapping) else None
        if not isinstance(below, Mapping) or is_figure(below):
            continue
        rest = {name: value for name, value in metrics.items() if name != branch}
        twice = {name: value for name, value in below.items() if name in rest}
        raised = {name: value for name, value in below.items() if name not in rest}
        metrics = {**rest, **raised, **({branch: twice} if twice else {})}
    return metrics


def together(standings: Iterable[Standing], tables: Tables) -> Unusable:
    """Return what no part of a system could use.

    A name that one part lacks another may have, and a figure that one part refuses for its unit another may take.
    """
    parts = list(standings)
    found = [unusable(one) for one in parts]
    here = {one.metric.path for part in parts for one in part.placed}
    measured = {one.metric.path for part in parts for one in part.placed if one.figure is not None}
    missed = [{one.metric for one in part.unknown} | set(part.elsewhere) for part in found]
    nowhere = set.intersection(*missed) if missed else set()
    elsewhere = {name for name in nowhere if _belongs_elsewhere(name, parts[0].system, here, tables)}
    return Unusable(
        unmeasured=[path for part in found for path in part.unmeasured],
        unknown=[
            UnknownMetric(metric=name, nearest=_nearest(name, found)) for name in sorted(nowhere - elsewhere)
        ],
        refused=[
            one for part in found for one in part.refused if not _has(measured, one.metric.rpartition("/")[2])
        ],
        elsewhere=sorted(elsewhere),
    )


def _belongs_elsewhere(name: str, system: str, here: Set[str], tables: Tables) -> bool:
    """Tell whether a name is another system's, or stands for one metric of a part that is not looked at."""
    if _has(here, name):
        return False
    of_system = [path for path in tables.of(system) if _has((path, f"{system}/{path}"), name)]
    return len(of_system) == 1 if of_system else _has(tables, name)


def _nearest(name: str, found: Iterable[Unusable]) -> list[str]:
    near = [path for part in found for one in part.unknown if one.metric == name for path in one.nearest]
    return list(dict.fromkeys(near))


def _has(paths: Iterable[str], name: str) -> bool:
    return any(path == name or path.endswith(f"/{name}") for path in paths)
