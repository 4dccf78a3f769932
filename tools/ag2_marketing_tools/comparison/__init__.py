"""Where a figure stands among published levels: gaps, position, percentile, and how sure that is.

Pure functions on plain values: no I/O, no tools. `compare` judges one figure, `adjusted` those judged together,
`compare_many` whole tables of them. numpy and scipy are loaded when first used.

>>> levels = {"industry_average": 82.0, "market_leaders": 88.0}
>>> found = compare(Measured(91.0, n=2000, unit="percent"), levels, "higher", "percent")
>>> found.position, found.gaps[0].gap
('leading', 9.0)
"""

from ag2_marketing_tools.comparison.compare import adjusted, compare, readjusted
from ag2_marketing_tools.comparison.facts import known_levels
from ag2_marketing_tools.comparison.many import Metric, compare_many
from ag2_marketing_tools.comparison.model import (
    Comparison,
    Direction,
    Gap,
    Level,
    Levels,
    Measured,
    Position,
    Role,
)
from ag2_marketing_tools.comparison.scale import Scale, levels_of, scale_of
from ag2_marketing_tools.comparison.table import ComparisonTable

__all__ = [
    "Comparison",
    "ComparisonTable",
    "Direction",
    "Gap",
    "Level",
    "Levels",
    "Measured",
    "Metric",
    "Position",
    "Role",
    "Scale",
    "adjusted",
    "compare",
    "compare_many",
    "known_levels",
    "levels_of",
    "readjusted",
    "scale_of",
]
