"""The clients of a review, as groups alone: shares that changed, and mean changes, each figure with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ag2_marketing.report.charts.plot import Plot
from ag2_marketing.report.cited import Cited, raw
from ag2_marketing.report.figures import Figures
from ag2_marketing.report.reaching import listed, part
from ag2_marketing.report.standings.outcomes import change_word, shares_plot
from ag2_marketing_tools.care.clients.location_views import CHANGES


@dataclass(frozen=True)
class ShownShares:
    """One group of clients; `reason` where it is not told."""

    name: str
    clients: Cited | None
    cells: list[Any]
    reason: Cited | None


@dataclass(frozen=True)
class ShownMeasure:
    """One measure's mean change; `reason` where it is not told."""

    title: Cited
    clients: Cited | None
    improvement: Any
    lower: Any
    upper: Any
    reason: Cited | None


@dataclass(frozen=True)
class ShownOutcomes:
    """How the clients changed."""

    found: Cited
    plot: Plot | None
    heads: list[str]
    groups: list[ShownShares]
    measures: list[ShownMeasure]


def outcomes_of(found: Cited | None, figures: Figures) -> ShownOutcomes | None:
    """Return what is shown of the clients; None where nothing is known of them."""
    whole = part(found, "whole")
    if whole is None or found is None:
        return None
    groups = [whole, *listed(found, "condition_groups"), *listed(found, "intervention_groups")]
    told = {str(raw(one.change)) for group in groups for one in listed(group, "changes")}
    changes = [name for name in CHANGES if name in told]
    return ShownOutcomes(
        found=found,
        plot=shares_plot(raw(whole).get("changes") or []),
        heads=[change_word(name) for name in changes],
        groups=[_shares(group, changes, figures) for group in groups],
        measures=[_measure(one, figures) for one in listed(found, "measures")],
    )


def _shares(group: Cited, changes: Sequence[str], figures: Figures) -> ShownShares:
    known = {str(raw(one.change)): one for one in listed(group, "changes")}
    return ShownShares(
        name=str(raw(group.name)).replace("_", " "),
        clients=part(group, "clients"),
        cells=[_share(known.get(name), figures) for name in changes] if known else [],
        reason=part(group, "reason"),
    )


def _share(one: Cited | None, figures: Figures) -> Any:
    share = part(one, "percent")
    return "×" if share is None else figures.rounded(share, "percent")


def _measure(one: Cited, figures: Figures) -> ShownMeasure:
    unit = raw(one.unit)

    def shown(name: str) -> Any:
        value = part(one, name)
        return "" if value is None else figures.rounded(value, unit, signed=True)

    return ShownMeasure(
        title=one.title,
        clients=part(one, "clients"),
        improvement=shown("mean_improvement"),
        lower=shown("lower"),
        upper=shown("upper"),
        reason=part(one, "reason"),
    )
