"""How a location's clients changed: shares with their intervals, group by group, and nothing of groups too small."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ag2_marketing.report import wording
from ag2_marketing.report.charts.plot import Axis, Plot, Spot, Trace
from ag2_marketing.report.standings.levels import between, change
from ag2_marketing_tools.messages import say

KINDS = {
    "improved": "leading",
    "stable": "competitive",
    "mixed": "inconclusive",
    "worse": "lagging",
    "too_little_data": "unmeasured",
}
_ROW = 42
_NAME_ABOVE = 0.4


@dataclass(frozen=True)
class ShareRow:
    """One group of clients and the share that changed in each way, or why it is not told."""

    name: str
    clients: str
    cells: list[str]
    reason: str


@dataclass(frozen=True)
class MeasureRow:
    """One measure's mean change over the clients, or why it is not told."""

    title: str
    clients: str
    improvement: str
    interval: str
    reason: str


def change_word(name: str) -> str:
    """Return a way to change in words."""
    words = {
        "improved": say("improved"),
        "stable": say("stable"),
        "mixed": say("better and worse"),
        "worse": say("worse"),
        "too_little_data": say("too little data"),
    }
    return words.get(name, name.replace("_", " "))


def shares_plot(changes: Sequence[Mapping[str, Any]]) -> Plot | None:
    """Draw the share of clients that changed in each way; None where nothing is told."""
    told = [one for one in changes if one["percent"] is not None]
    if not told:
        return None
    words = [_share_words(one) for one in told]
    x = Axis(
        -3.0, 103.0, tuple((float(place), wording.percent(place / 100)) for place in (0, 25, 50, 75, 100))
    )
    return Plot(
        title=say("How clients changed"),
        axes=say("share of the clients, with its interval"),
        description="; ".join(words) + ".",
        x=x,
        y=Axis(0.5, len(told) + 0.75),
        traces=tuple(_traces(told, words)),
        height=_ROW * len(told) + 34,
    )


def _traces(told: Sequence[Mapping[str, Any]], words: Sequence[str]) -> Iterator[Trace]:
    for place, (one, said) in enumerate(zip(told, words, strict=True)):
        height, kind = float(len(told) - place), KINDS.get(str(one["change"]), "inconclusive")
        if one["lower"] is not None and one["upper"] is not None:
            ends = (Spot(one["lower"], height, said), Spot(one["upper"], height, said))
            yield Trace("line", kind, ends)
        yield Trace("dots", kind, (Spot(one["percent"], height, said),))
        yield Trace("words", "named", (Spot(50.0, height + _NAME_ABOVE, said),))


def _share_words(one: Mapping[str, Any]) -> str:
    share = wording.percent(one["percent"] / 100)
    word = change_word(str(one["change"]))
    if one["lower"] is None or one["upper"] is None:
        return f"{word} {share}"
    return f"{word} {share} ({between(one['lower'], one['upper'])})"


def share_rows(groups: Sequence[Mapping[str, Any]], changes: Sequence[str]) -> Iterator[ShareRow]:
    """Yield each group's shares in the order of `changes`."""
    for group in groups:
        known = {str(one["change"]): one for one in group["changes"]}
        yield ShareRow(
            name=say("All clients") if group["sort"] == "location" else str(group["name"]).replace("_", " "),
            clients="" if group["clients"] is None else wording.count(group["clients"]),
            cells=[_cell(known.get(name)) for name in changes] if known else [],
            reason=group["reason"] or "",
        )


def _cell(one: Mapping[str, Any] | None) -> str:
    if one is None or one["percent"] is None:
        return "×"
    return wording.percent(one["percent"] / 100)


def measure_rows(measures: Sequence[Mapping[str, Any]]) -> Iterator[MeasureRow]:
    """Yield each measure's mean change; positive is better."""
    for one in measures:
        told = one["mean_improvement"] is not None
        bounded = one["lower"] is not None and one["upper"] is not None
        yield MeasureRow(
            title=str(one["title"]),
            clients="" if one["clients"] is None else wording.count(one["clients"]),
            improvement=change(one["mean_improvement"], one["unit"]) if told else "",
            interval=between(one["lower"], one["upper"]) if bounded else "",
            reason=one["reason"] or "",
        )
