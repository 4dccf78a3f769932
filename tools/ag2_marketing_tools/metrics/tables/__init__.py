"""Benchmark tables, targets, thresholds and criteria as data: one file per system, keyed by full path.

A leaf's name says nothing by itself (`documentation_time` is hours in one table and a share in another), so a
metric's key is the system and the whole path. A company adds tables, or overrides single metrics, with files
of the same form in a folder of its own (the setting `benchmark_tables`).
"""

from ag2_marketing_tools.metrics.tables.loading import built_in_tables, load_tables
from ag2_marketing_tools.metrics.tables.model import Direction, Kind, TableMetric, Tables

__all__ = ["Direction", "Kind", "TableMetric", "Tables", "built_in_tables", "load_tables"]
