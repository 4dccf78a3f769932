"""Benchmarks: what others reach, what leaders reach, and what we want to reach."""

from ag2_marketing_tools.benchmarks.lookup import list_benchmarks, show_benchmark

__all__ = ["list_benchmarks", "show_benchmark"]
