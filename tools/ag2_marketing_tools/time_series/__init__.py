"""How figures change over time: trends, seasons, change points, anomalies and forecasts.

Pure functions on a `Series`: no I/O, no tools. Holes are never filled, and below the minimums of the data file
`insufficient data` is said. numpy and scipy are loaded when first used.
"""

from ag2_marketing_tools.time_series.anomalies import Anomalies, Anomaly, anomalies
from ag2_marketing_tools.time_series.change_points import ChangePoint, ChangePoints, change_points
from ag2_marketing_tools.time_series.forecast import Forecast, ForecastPoint, MethodScore, forecast
from ag2_marketing_tools.time_series.grid import Grid, grid_of
from ag2_marketing_tools.time_series.seasonality import Seasonality, seasonality
from ag2_marketing_tools.time_series.series import Moment, Series
from ag2_marketing_tools.time_series.trend import Direction, Trend, TrendWord, trend, trends

__all__ = [
    "Anomalies",
    "Anomaly",
    "ChangePoint",
    "ChangePoints",
    "Direction",
    "Forecast",
    "ForecastPoint",
    "Grid",
    "MethodScore",
    "Moment",
    "Seasonality",
    "Series",
    "Trend",
    "TrendWord",
    "anomalies",
    "change_points",
    "forecast",
    "grid_of",
    "seasonality",
    "trend",
    "trends",
]
