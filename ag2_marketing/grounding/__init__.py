"""Grounding: every number of a message or a report stands in a tool's result, and the reader can ask which.

ledger = Ledger()
ledger.record(tool="run_audit", arguments={"url": "https://a.example"}, result={"lcp_ms": 2100})
check("LCP is 2.1 s [E1].", ledger).grounded            # True
render("LCP is [[E1/lcp_ms]].", ledger, fmt="text")     # 'LCP is 2,100 ms.'
"""

from ag2_marketing.grounding.arguments import check_arguments
from ag2_marketing.grounding.check import check
from ag2_marketing.grounding.errors import (
    GroundingError,
    LedgerTampered,
    NotEvidence,
    UnknownEvidence,
    UnknownPath,
)
from ag2_marketing.grounding.evidence import Evidence
from ag2_marketing.grounding.leaves import Leaf
from ag2_marketing.grounding.ledger import Ledger
from ag2_marketing.grounding.lexicon import supported_languages
from ag2_marketing.grounding.references import resolve
from ag2_marketing.grounding.render import render
from ag2_marketing.grounding.report import GroundingReport, Reason, Violation

__all__ = [
    "Evidence",
    "GroundingError",
    "GroundingReport",
    "Leaf",
    "Ledger",
    "LedgerTampered",
    "NotEvidence",
    "Reason",
    "UnknownEvidence",
    "UnknownPath",
    "Violation",
    "check",
    "check_arguments",
    "render",
    "resolve",
    "supported_languages",
]
