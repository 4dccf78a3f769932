"""Sufficient statistics of an experiment: what every analysis is computed from, wherever the events lie."""

from ag2_marketing_tools.experiments.suffstats.log import sums_from_log
from ag2_marketing_tools.experiments.suffstats.model import Cell, Exposures, QuantileSums, Split, Sums
from ag2_marketing_tools.experiments.suffstats.parquet import sums_from_duckdb
from ag2_marketing_tools.experiments.suffstats.store import sums_from_store

__all__ = [
    "Cell",
    "Exposures",
    "QuantileSums",
    "Split",
    "Sums",
    "sums_from_duckdb",
    "sums_from_log",
    "sums_from_store",
]
