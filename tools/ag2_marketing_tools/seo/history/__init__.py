"""The history of a page's audits: what is new, fixed, worse and better.

model       what a comparison returns
keeping     a finished audit on its way into the store
snapshot    what a comparison reads of a stored one
standing    how one check stands in one audit
direction   which way a figure went
compare     two audits side by side
tools       the tool
"""

from ag2_marketing_tools.seo.history.model import AuditComparison
from ag2_marketing_tools.seo.history.tools import compare_audits

__all__ = ["AuditComparison", "compare_audits"]
