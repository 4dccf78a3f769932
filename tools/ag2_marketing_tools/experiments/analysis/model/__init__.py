"""What an analysis says, as results that a reader can cite: every figure with its unit.

Values of a metric are in the metric's own unit, which stands beside them as `unit`. Relative changes, shares,
probabilities and confidence levels are ratios (0.12 is 12 %). `improvement` is positive where things get
better, whichever way the metric points. What cannot be said is null, with a `reason`.
"""

from ag2_marketing_tools.experiments.analysis.model.analysis import (
    Action,
    Analysis,
    Concern,
    ConfidenceInterval,
    Monitor,
    Refused,
    Severity,
    WinningVariant,
)
from ag2_marketing_tools.experiments.analysis.model.comparison import (
    BayesianArm,
    Comparison,
    Cuped,
    Difference,
    GuardrailVerdict,
    Lift,
    MetricResult,
    VariantValue,
)
from ag2_marketing_tools.experiments.analysis.model.partial import (
    PartialComparison,
    PartialMetric,
    PartialResults,
)
from ag2_marketing_tools.experiments.analysis.model.plan import (
    ExperimentPlan,
    PlannedArm,
    PowerPoint,
    SampleSize,
    SampleSizeAlternative,
)
from ag2_marketing_tools.experiments.analysis.model.sample_ratio import (
    ArmShare,
    Exclusions,
    PhaseShares,
    SampleRatioCheck,
)
from ag2_marketing_tools.experiments.analysis.model.series import (
    CumulativeEffect,
    DailyTraffic,
    PowerCurve,
    SampleRatioByDay,
    SegmentEffect,
    Series,
)
from ag2_marketing_tools.experiments.analysis.model.status import ExperimentStatus, MetricNeed, VariantStatus

__all__ = [
    "Action",
    "Analysis",
    "ArmShare",
    "BayesianArm",
    "Comparison",
    "Concern",
    "ConfidenceInterval",
    "CumulativeEffect",
    "Cuped",
    "DailyTraffic",
    "Difference",
    "Exclusions",
    "ExperimentPlan",
    "ExperimentStatus",
    "GuardrailVerdict",
    "Lift",
    "MetricNeed",
    "MetricResult",
    "Monitor",
    "PartialComparison",
    "PartialMetric",
    "PartialResults",
    "PhaseShares",
    "PlannedArm",
    "PowerCurve",
    "PowerPoint",
    "Refused",
    "SampleRatioByDay",
    "SampleRatioCheck",
    "SampleSize",
    "SampleSizeAlternative",
    "SegmentEffect",
    "Series",
    "Severity",
    "VariantStatus",
    "VariantValue",
    "WinningVariant",
]
