"""How figures change over time: trends, seasons, change points, anomalies and forecasts.

Pure functions on a `Series`: no I/O, no tools. Holes are never filled, and below the minimums of the data file
`insufficient data` is said. numpy and scipy are loaded when first used.
"""

from ag2_marketing_tools.time_series.grid import Grid, grid_of
from ag2_marketing_tools.time_series.series import Series
from ag2_marketing_tools.time_series.trend import Direction, Trend, TrendWord, trend, trends

__all__ = ["Direction", "Grid", "Series", "Trend", "TrendWord", "grid_of", "trend", "trends"]
