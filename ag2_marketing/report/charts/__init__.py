"""Charts of a report: static SVG, drawn by pygal, coloured by the page.

drawing      what there is to draw: bars, dots in a grid, points in a plane, a line
plot         a plot in a plane, described once for both of its drawings:
plotted      as static SVG
interactive  as plotly's figure, for a page with scripts
svg          pygal's drawing, cut down to what is seen, and named for screen readers

A chart's numbers are words that come in already formatted; lengths and places are positions. Nothing is written
at an axis that was not handed in.
"""

from ag2_marketing.report.charts.drawing import Bar, Dot, Point, bars, dot_grid, line, plane

__all__ = ["Bar", "Dot", "Point", "bars", "dot_grid", "line", "plane"]
