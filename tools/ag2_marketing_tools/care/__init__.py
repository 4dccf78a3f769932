"""Care: caregivers beside the industry and their peers, specialties, interventions, clients, and what to do next."""

from ag2_marketing_tools.care.caregivers import compare_caregiver
from ag2_marketing_tools.care.clients.listing import list_clients
from ag2_marketing_tools.care.clients.location_outcomes import location_outcomes
from ag2_marketing_tools.care.clients.progress import client_progress
from ag2_marketing_tools.care.clients.reporting import client_report
from ag2_marketing_tools.care.clients.responding import track_response
from ag2_marketing_tools.care.clients.tracking import initialize_client
from ag2_marketing_tools.care.development import plan_development
from ag2_marketing_tools.care.interventions import evaluate_intervention
from ag2_marketing_tools.care.location_caregivers import location_caregivers
from ag2_marketing_tools.care.location_standings import compare_locations
from ag2_marketing_tools.care.location_team import location_team
from ag2_marketing_tools.care.outcomes import track_intervention
from ag2_marketing_tools.care.peers import advise_on_peers, compare_peers
from ag2_marketing_tools.care.specialties import advise_on_specialty, compare_specialty

__all__ = [
    "advise_on_peers",
    "advise_on_specialty",
    "client_progress",
    "client_report",
    "compare_caregiver",
    "compare_locations",
    "compare_peers",
    "compare_specialty",
    "evaluate_intervention",
    "initialize_client",
    "list_clients",
    "location_caregivers",
    "location_outcomes",
    "location_team",
    "plan_development",
    "track_intervention",
    "track_response",
]
