"""Tracking through the store: what users did, tracked and read back, and whether the data are complete."""

from ag2_marketing_tools.experiments.tracking.exporting import export_events
from ag2_marketing_tools.experiments.tracking.quality import (
    list_refused_events,
    validate_cross_channel_data,
    validate_test_data,
)
from ag2_marketing_tools.experiments.tracking.reading import get_channel_data, get_variant_data
from ag2_marketing_tools.experiments.tracking.setting_up import setup_tracking
from ag2_marketing_tools.experiments.tracking.writing import track_event, track_metrics

__all__ = [
    "export_events",
    "get_channel_data",
    "get_variant_data",
    "list_refused_events",
    "setup_tracking",
    "track_event",
    "track_metrics",
    "validate_cross_channel_data",
    "validate_test_data",
]
