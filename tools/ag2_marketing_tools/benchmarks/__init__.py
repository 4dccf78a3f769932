"""Benchmarks: what others reach, what leaders reach, and what we want to reach."""

from ag2_marketing_tools.benchmarks.lookup import list_benchmarks, show_benchmark
from ag2_marketing_tools.benchmarks.position import compare_with_benchmarks

__all__ = ["compare_with_benchmarks", "list_benchmarks", "show_benchmark"]
