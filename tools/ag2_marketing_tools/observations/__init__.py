"""Observations: figures of any subject imported from files, listed, summed up, and removed when they are old."""

from ag2_marketing_tools.observations.courses import show_course
from ag2_marketing_tools.observations.importing import import_observations
from ag2_marketing_tools.observations.querying import list_observations, observation_summary
from ag2_marketing_tools.observations.retention import prune_observations

__all__ = [
    "import_observations",
    "list_observations",
    "observation_summary",
    "prune_observations",
    "show_course",
]
