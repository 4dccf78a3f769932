"""Tracked events: each is stored once, refused with its reason, or known already; none is dropped in silence."""

from ag2_marketing_tools.experiments.events.ingest import Intake, ingest
from ag2_marketing_tools.experiments.events.model import (
    EventOutcome,
    IncomingEvent,
    IngestReport,
    Reason,
    Refusal,
)

__all__ = ["EventOutcome", "IncomingEvent", "IngestReport", "Intake", "Reason", "Refusal", "ingest"]
