"""Figures and times that a model must not make up: exact arithmetic with units, and dates from words."""

from ag2_marketing_tools.figures.calculate import Calculate, Calculation, Operand, calculate
from ag2_marketing_tools.figures.resolve_time import ResolvedTime, ResolveTime, resolve_time

__all__ = ["Calculate", "Calculation", "Operand", "ResolveTime", "ResolvedTime", "calculate", "resolve_time"]
