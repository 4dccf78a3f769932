"""What levels and units are called among people, in the reader's language."""

from __future__ import annotations

from ag2_marketing_tools.comparison import Comparison, known_levels
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.units import Unit
from ag2_marketing_tools.standing.facts import level_names, unit_forms


def level_name(level: str) -> str:
    """Return what a level is called among people, as it stands after "short of"."""
    names = level_names()
    return say(names[level]) if level in names else level.replace("_", " ")


def with_unit(value: float, unit: Unit | None, shown: str | None = None) -> str:
    """Return a figure with its unit as people write it: `2 sessions`, `$120`, `3 h`; a mere count stands alone.

    Args:
        value: The figure.
        unit: Its unit; None where it has none.
        shown: The figure as it is to be shown; without it, in full.
    """
    shown = say("{value:,.10g}", value=value) if shown is None else shown
    if unit is None or unit.name == "count":
        return shown
    forms = unit_forms().get(unit.name)
    if forms is None:
        return say("{value} {unit}", value=shown, unit=unit.symbol)
    return say(forms["one"] if value == 1 else forms["other"], value=shown)


def percentile_note(found: Comparison) -> str | None:
    """Return the levels that a percentile is read between and what is assumed of them, or None without one."""
    if found.percentile is None:
        return None
    known = known_levels()
    read = [
        _read_at(gap.level, level.percentile, assumed=level.assumed)
        for gap in found.gaps
        if (level := known.get(gap.level)) is not None and level.percentile is not None
    ]
    return say("Interpolated between the published levels, with {levels}.", levels=", ".join(read))


def _read_at(level: str, percentile: float, *, assumed: bool) -> str:
    values = {"percentile": f"{percentile:g}", "level": level_name(level)}
    if assumed:
        return say("percentile {percentile} at {level} (assumed)", **values)
    return say("percentile {percentile} at {level}", **values)
