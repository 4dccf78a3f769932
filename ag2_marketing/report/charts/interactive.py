"""A plot as plotly's figure: data for a script that draws it. Colours are named by kind and come from the page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ag2_marketing.report.charts.plot import Axis, Plot, Trace

_MODES = {"line": "lines", "dots": "markers", "words": "text", "band": "lines"}


def interactive(plot: Plot) -> dict[str, Any]:
    """Return `data` and `layout` as plotly defines them.

    Each trace has its kind and shape in `meta`, and its words as they are in `customdata`.
    """
    return {
        "data": [_trace(trace) for trace in plot.traces],
        "layout": {
            "height": plot.height + 40,
            "barmode": "stack",
            "hovermode": "closest",
            "showlegend": False,
            "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
            "xaxis": _axis(plot.x, shows_grid=not plot.y.ticks),
            "yaxis": _axis(plot.y, shows_grid=bool(plot.y.ticks)),
        },
    }


def _trace(trace: Trace) -> Mapping[str, Any]:
    said = [spot.words for spot in trace.spots]
    telling = trace.shape != "words" and any(said)
    common = {
        "x": [spot.x for spot in trace.spots],
        "y": [spot.y for spot in trace.spots],
        "name": trace.name or trace.kind,
        "meta": {"kind": trace.kind, "shape": trace.shape},
        "text": [escape(words, quote=False) for words in said],  # plotly reads markup in it
        "customdata": said,
        "hoverinfo": "text" if telling else "skip",
    }
    if trace.shape == "bars":
        return {**common, "type": "bar", "textposition": "none"}
    return {
        **common,
        "type": "scatter",
        "mode": _MODES[trace.shape],
        "cliponaxis": trace.shape != "dots",
        "connectgaps": False,
        **({"fill": "toself"} if trace.shape == "band" else {}),
    }


def _axis(axis: Axis, *, shows_grid: bool) -> dict[str, Any]:
    return {
        "range": [axis.low, axis.high],
        "tickvals": [place for place, _ in axis.ticks],
        "ticktext": [words for _, words in axis.ticks],
        "automargin": True,
        "fixedrange": True,  # a page that scrolls must not zoom its plots
        "showgrid": shows_grid,
        "zeroline": False,
        "showticklabels": bool(axis.ticks),
    }
