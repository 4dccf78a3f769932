"""Every table, declared once; the migrations are held to it by a test.

A column's `info` carries the marks of rule 10: `personal` (it names or describes a person) and `health`.
`subject_kind` in `info` says whose id a personal column holds, so that erasure finds it; where it is `linked`, rows of
one person stay together under another id that leads to nobody.
Ids come from `ws.ids`, times are UTC (`UtcDateTime`), and states are words whose meaning the families own.
"""

from ag2_marketing_tools.workspace.store.schema.access import (
    access_token,
    account,
    login_session,
    write_key,
)
from ag2_marketing_tools.workspace.store.schema.analyses import analysis, analysis_subject
from ag2_marketing_tools.workspace.store.schema.base import PERSON, meta, metadata, personal
from ag2_marketing_tools.workspace.store.schema.campaigns import campaign, post, post_transition
from ag2_marketing_tools.workspace.store.schema.conversations import (
    conversation,
    evidence,
    evidence_payload,
    evidence_subject,
)
from ag2_marketing_tools.workspace.store.schema.crawls import crawl, crawl_page, crawl_sitemap, crawl_url
from ag2_marketing_tools.workspace.store.schema.experiments import (
    assignment,
    experiment,
    experiment_cell,
    experiment_change,
    experiment_look,
    experiment_phase,
    experiment_variant,
    holdout,
    metric_definition,
    refused_event,
    tracked_event,
    user_metric,
)
from ag2_marketing_tools.workspace.store.schema.monitoring import (
    monitor,
    monitor_failure,
    monitor_round,
    todo,
)
from ag2_marketing_tools.workspace.store.schema.observations import observation
from ag2_marketing_tools.workspace.store.schema.people import (
    access_log,
    client_profile,
    intervention_response,
    subject,
)

__all__ = [
    "PERSON",
    "access_log",
    "access_token",
    "account",
    "analysis",
    "analysis_subject",
    "assignment",
    "campaign",
    "client_profile",
    "conversation",
    "crawl",
    "crawl_page",
    "crawl_sitemap",
    "crawl_url",
    "evidence",
    "evidence_payload",
    "evidence_subject",
    "experiment",
    "experiment_cell",
    "experiment_change",
    "experiment_look",
    "experiment_phase",
    "experiment_variant",
    "holdout",
    "intervention_response",
    "login_session",
    "meta",
    "metadata",
    "metric_definition",
    "monitor",
    "monitor_failure",
    "monitor_round",
    "observation",
    "personal",
    "post",
    "post_transition",
    "refused_event",
    "subject",
    "todo",
    "tracked_event",
    "user_metric",
    "write_key",
]
