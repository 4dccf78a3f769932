"""A plot as static SVG, drawn by pygal and coloured by the page."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from ag2_marketing.report.charts.drawing import chart_of
from ag2_marketing.report.charts.plot import Plot, Trace
from ag2_marketing.report.charts.svg import svg_of

_DOT = 5


def plotted(plot: Plot) -> Markup:
    """Draw a plot."""
    bars = [trace for trace in plot.traces if trace.shape == "bars"]
    chart = _stacked(plot, bars) if bars else _plane(plot)
    traces = bars or plot.traces
    series = {place: f"{trace.kind} {trace.shape}" for place, trace in enumerate(traces)}
    return svg_of(
        chart,
        name=plot.title,
        description=plot.description,
        series=series,
        kind="stacked" if bars else "plane-plot",
    )


def _plane(plot: Plot) -> Any:
    chart = chart_of(
        "XY",
        height=plot.height,
        xrange=(plot.x.low, plot.x.high),
        range=(plot.y.low, plot.y.high),
        show_y_guides=bool(plot.y.ticks),
        show_x_guides=not plot.y.ticks,
        show_y_labels=bool(plot.y.ticks),
        print_labels=True,
        margin_right=16,
    )
    chart.x_labels = [{"value": place, "label": words} for place, words in plot.x.ticks]
    chart.y_labels = [{"value": place, "label": words} for place, words in plot.y.ticks]
    for trace in plot.traces:
        chart.add(trace.kind, _values(trace), **_options(trace))
    return chart


def _values(trace: Trace) -> list[Any]:
    if trace.shape == "words":
        return [{"value": (spot.x, spot.y), "label": spot.words} for spot in trace.spots]
    return [(spot.x, spot.y) for spot in trace.spots]


def _options(trace: Trace) -> dict[str, Any]:
    return {
        "stroke": trace.shape in {"line", "band"},
        "fill": trace.shape == "band",
        "show_dots": trace.shape in {"dots", "words"},
        "dots_size": _DOT if trace.shape == "dots" else 0,
        "allow_interruptions": trace.shape == "line",
    }


def _stacked(plot: Plot, bars: list[Trace]) -> Any:
    """Bars stand at whole numbers from 0 on; the axis names those of its ticks."""
    chart = chart_of(
        "StackedBar", height=plot.height, range=(plot.y.low, plot.y.high), show_x_guides=False,
        show_y_guides=True, margin_right=16, spacing=6,
    )  # fmt: skip
    named = dict(plot.x.ticks)
    chart.x_labels = [named.get(place, " ") for place in range(len(bars[0].spots))]
    chart.y_labels = [{"value": place, "label": words} for place, words in plot.y.ticks]
    for trace in bars:
        chart.add(trace.kind, [spot.y for spot in trace.spots])
    return chart
