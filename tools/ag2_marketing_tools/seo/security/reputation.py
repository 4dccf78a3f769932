"""Whether Google's lists of dangerous pages name a page.

Web Risk is asked first: Safe Browsing, which the same key may open, is for non-commercial use only and is asked
where the key does not open Web Risk.
"""

from __future__ import annotations

from typing import Final

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.seo.security.model import Reputation
from ag2_marketing_tools.vendors import (
    Data,
    Failure,
    NoData,
    Outcome,
    SafeBrowsingV4,
    SafeBrowsingV5,
    ThreatReport,
    VendorRequest,
    WebRisk,
    ask,
    vendor_named,
)
from ag2_marketing_tools.workspace import Workspace

KEY: Final = "security"
_DOES_NOT_OPEN: Final = frozenset({"service_disabled", "key_not_permitted"})
_NO_USE: Final = _DOES_NOT_OPEN | {"unexpected_answer"}
"""Version 5 of Safe Browsing may answer in a form that is not read; version 4 then may be."""


async def reputation_of(url: str, ws: Workspace) -> Reputation:
    """Ask whether a page is listed; what goes wrong is part of the answer, never an error."""
    risk = await ask(WebRisk(url=url), ws)
    if not (isinstance(risk, Failure) and risk.kind in _DOES_NOT_OPEN):
        return _reputation(url, risk)
    outcome: Outcome[ThreatReport] = risk
    requests: tuple[VendorRequest[ThreatReport], ...] = (
        SafeBrowsingV5(urls=(url,)), SafeBrowsingV4(urls=(url,))
    )  # fmt: skip
    for request in requests:
        outcome = await ask(request, ws)
        if not (isinstance(outcome, Failure) and outcome.kind in _NO_USE):
            return _reputation(url, outcome)
    if isinstance(outcome, Failure) and outcome.kind in _DOES_NOT_OPEN:
        return _reputation(url, risk)  # what a commercial user is to mend
    return _reputation(url, outcome)


def _reputation(url: str, outcome: Outcome[ThreatReport]) -> Reputation:
    source = vendor_named(outcome.vendor).title
    note = None
    if outcome.vendor != WebRisk.vendor:
        note = say("Google Safe Browsing is for non-commercial use only; commercial use needs Web Risk.")
    match outcome:
        case Data(value=report):
            threats = [threat for listing in report.listings for threat in listing.threats]
            return Reputation(
                verdict=report.verdict(url), source=source, threats=list(dict.fromkeys(threats)), note=note
            )
        case NoData(reason=reason):
            return Reputation(verdict="unknown", source=source, reason=reason, note=note)
        case Failure() as failure:
            return Reputation(verdict="unknown", source=source, reason=failure.text, note=note)
