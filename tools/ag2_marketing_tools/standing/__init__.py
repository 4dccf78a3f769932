"""Where a subject stands among a table's levels: its figures found, compared, judged together, and shown.

Shared by the families that compare (benchmarks, KPIs, care). Figures come from a caller (`read_given`) or from the
stored observations (`latest_figures`); `stand` compares them; `standing_view` is what readers see; `actions_for` says
what to do by rules held as data, `trends_of` where it is heading.
"""

from ag2_marketing_tools.standing.actions import (
    ActionItem,
    ActionRule,
    actions_for,
    impact_of,
    read_rules,
    rule_for,
)
from ag2_marketing_tools.standing.facts import is_signed, unit_of
from ag2_marketing_tools.standing.figure import Figure
from ag2_marketing_tools.standing.given import Given, Refused, Unknown, read_given
from ag2_marketing_tools.standing.periods import Period, period_of
from ag2_marketing_tools.standing.pooling import Over, figures_of_all, figures_over
from ag2_marketing_tools.standing.position import Placed, Standing, stand
from ag2_marketing_tools.standing.predicting import MOST_VALUES, Prediction, prediction_of
from ag2_marketing_tools.standing.stored import (
    histories_of,
    history_of,
    latest_figures,
    series_of,
    subjects_of,
    the_subject,
)
from ag2_marketing_tools.standing.trending import MetricTrend, declines, trends_of, trends_of_all
from ag2_marketing_tools.standing.views import (
    LevelGap,
    MetricStanding,
    PositionCounts,
    RefusedMetric,
    UnknownMetric,
    refused_view,
    standing_view,
    unknown_view,
)
from ag2_marketing_tools.standing.wording import amount, difference, finding, summary_of_counts

__all__ = [
    "MOST_VALUES",
    "ActionItem",
    "ActionRule",
    "Figure",
    "Given",
    "LevelGap",
    "MetricStanding",
    "MetricTrend",
    "Over",
    "Period",
    "Placed",
    "PositionCounts",
    "Prediction",
    "Refused",
    "RefusedMetric",
    "Standing",
    "Unknown",
    "UnknownMetric",
    "actions_for",
    "amount",
    "declines",
    "difference",
    "figures_of_all",
    "figures_over",
    "finding",
    "histories_of",
    "history_of",
    "impact_of",
    "is_signed",
    "latest_figures",
    "period_of",
    "prediction_of",
    "read_given",
    "read_rules",
    "refused_view",
    "rule_for",
    "series_of",
    "stand",
    "standing_view",
    "subjects_of",
    "summary_of_counts",
    "the_subject",
    "trends_of",
    "trends_of_all",
    "unit_of",
    "unknown_view",
]
