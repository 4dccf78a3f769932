"""Technical SEO: the audit of a page, and the test of vendors' keys."""

from ag2_marketing_tools.seo.audit import run_audit
from ag2_marketing_tools.seo.connection import Connections, TestConnection, test_connection
from ag2_marketing_tools.seo.history import AuditComparison, compare_audits
from ag2_marketing_tools.seo.lab import LabVisit, VisitInBrowser, visit_in_browser
from ag2_marketing_tools.seo.model import Audit, RunAudit
from ag2_marketing_tools.seo.public import public_audit

__all__ = [
    "Audit",
    "AuditComparison",
    "Connections",
    "LabVisit",
    "RunAudit",
    "TestConnection",
    "VisitInBrowser",
    "compare_audits",
    "public_audit",
    "run_audit",
    "test_connection",
    "visit_in_browser",
]
