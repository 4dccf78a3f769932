"""Where a subject stands among a table's levels: its figures found, compared, judged together, and shown.

Shared by the families that compare (benchmarks, KPIs, care). Figures come from a caller (`read_given`) or from the
stored observations (`latest_figures`); `stand` compares them; `standing_view` is what readers see.
"""

from ag2_marketing_tools.standing.figure import Figure
from ag2_marketing_tools.standing.given import Given, Refused, Unknown, read_given
from ag2_marketing_tools.standing.position import Placed, Standing, stand
from ag2_marketing_tools.standing.stored import (
    history_of,
    latest_figures,
    series_of,
    subjects_of,
    the_subject,
)
from ag2_marketing_tools.standing.views import (
    LevelGap,
    MetricStanding,
    RefusedMetric,
    UnknownMetric,
    standing_view,
)

__all__ = [
    "Figure",
    "Given",
    "LevelGap",
    "MetricStanding",
    "Placed",
    "Refused",
    "RefusedMetric",
    "Standing",
    "Unknown",
    "UnknownMetric",
    "history_of",
    "latest_figures",
    "read_given",
    "series_of",
    "stand",
    "standing_view",
    "subjects_of",
    "the_subject",
]
