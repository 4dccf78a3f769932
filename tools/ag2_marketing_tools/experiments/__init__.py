"""Experiments: set up, assigned, tracked and judged A/B tests."""

from ag2_marketing_tools.experiments.analysis.parameters import (
    AnalyzeResults,
    CalculateSampleSize,
    PlanExperiment,
)
from ag2_marketing_tools.experiments.analysis.tools import (
    analyze_results,
    calculate_sample_size,
    get_partial_results,
    get_test_status,
    plan_experiment,
)
from ag2_marketing_tools.experiments.assignment.client import HashOnlyClient, StickyClient
from ag2_marketing_tools.experiments.assignment.parameters import (
    AssignVariant,
    AssignVariants,
    ExportExperiments,
)
from ag2_marketing_tools.experiments.configuration import (
    ChangeExperiment,
    CreateHoldout,
    DefineMetric,
    EndExperiment,
    ListExperiments,
    ListMetrics,
    SetupExperiment,
    TestId,
)
from ag2_marketing_tools.experiments.lifecycle import revert_to_control
from ag2_marketing_tools.experiments.repository import Record, load_experiment
from ag2_marketing_tools.experiments.tools import (
    archive_experiment,
    assign_variant,
    assign_variants,
    change_experiment,
    create_holdout,
    define_metric,
    export_experiments,
    list_experiments,
    list_metrics,
    setup_experiment,
    show_experiment,
    stop_experiment,
)
from ag2_marketing_tools.experiments.tracking import (
    get_channel_data,
    get_variant_data,
    list_refused_events,
    setup_tracking,
    track_event,
    track_metrics,
    validate_cross_channel_data,
    validate_test_data,
)

__all__ = [
    "AnalyzeResults",
    "AssignVariant",
    "AssignVariants",
    "CalculateSampleSize",
    "ChangeExperiment",
    "CreateHoldout",
    "DefineMetric",
    "EndExperiment",
    "ExportExperiments",
    "HashOnlyClient",
    "ListExperiments",
    "ListMetrics",
    "PlanExperiment",
    "Record",
    "SetupExperiment",
    "StickyClient",
    "TestId",
    "analyze_results",
    "archive_experiment",
    "assign_variant",
    "assign_variants",
    "calculate_sample_size",
    "change_experiment",
    "create_holdout",
    "define_metric",
    "export_experiments",
    "get_channel_data",
    "get_partial_results",
    "get_test_status",
    "get_variant_data",
    "list_experiments",
    "list_metrics",
    "list_refused_events",
    "load_experiment",
    "plan_experiment",
    "revert_to_control",
    "setup_experiment",
    "setup_tracking",
    "show_experiment",
    "stop_experiment",
    "track_event",
    "track_metrics",
    "validate_cross_channel_data",
    "validate_test_data",
]
