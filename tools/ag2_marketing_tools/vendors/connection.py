"""Whether a key works, by the cheapest request that its vendor takes."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import SecretStr

from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.vendors.ahrefs import AhrefsLimits
from ag2_marketing_tools.vendors.ask import ask
from ag2_marketing_tools.vendors.crux import Crux
from ag2_marketing_tools.vendors.facts import Vendor, vendor_named
from ag2_marketing_tools.vendors.keywords import Allowance
from ag2_marketing_tools.vendors.moz import MozQuota
from ag2_marketing_tools.vendors.moz_links import MozLinksUsage
from ag2_marketing_tools.vendors.outcome import Data, Failure, Outcome
from ag2_marketing_tools.vendors.pagespeed import PageSpeed
from ag2_marketing_tools.vendors.request import VendorRequest
from ag2_marketing_tools.vendors.search_console import SearchConsoleSites
from ag2_marketing_tools.vendors.semrush import SemrushBalance
from ag2_marketing_tools.vendors.semrush_v4 import SemrushKeywordMetrics
from ag2_marketing_tools.vendors.threats import SafeBrowsingV4, WebRisk
from ag2_marketing_tools.workspace import Workspace

_PROBES: Final[dict[str, VendorRequest[Any]]] = {
    "pagespeed": PageSpeed(url="https://example.com/"),  # IANA keeps this page for documentation
    "crux": Crux(origin="https://example.com"),
    "search_console": SearchConsoleSites(),
    "safe_browsing": SafeBrowsingV4(urls=("http://example.com/",)),
    "web_risk": WebRisk(url="http://example.com/"),
    "ahrefs": AhrefsLimits(),
    "semrush_balance": SemrushBalance(),
    "semrush_v4": SemrushKeywordMetrics(keyword="example"),
    "moz": MozQuota(),
    "moz_links": MozLinksUsage(),
}
_KEY_WAS_TAKEN: Final = frozenset({"audited_site_fault"})


class ConnectionTest(Result):
    """What was found out about a key.

    Attributes:
        vendor: Whose API.
        verdict: Whether the API took the key and answered.
        message: What was asked and what came of it; what to do next where it fails.
        failure: How it failed.
        allowance: What the account may still ask for, where the answer tells.
    """

    vendor: str
    verdict: Literal["works", "fails", "not_tested"]
    message: str
    failure: Failure | None = None
    allowance: Allowance | None = None


async def test_connection(
    vendor: str,
    key: str | SecretStr,
    ws: Workspace,
    *,
    may_spend: bool = False,  # noqa: PT028 (no test, whatever its name says)
) -> ConnectionTest:
    """Tell whether a vendor's API takes a key, by one request.

    Args:
        vendor: A name as in `vendors.toml`.
        key: The key.
        ws: The workspace.
        may_spend: Whether a request that costs paid units may be made where there is no free one.

    Raises:
        InvalidInput: No API goes by this name.
    """
    facts = vendor_named(vendor)
    probe = _PROBES.get(vendor)
    if probe is None:
        return ConnectionTest(vendor=vendor, verdict="not_tested", message=f"{facts.title}: {facts.test}.")
    if facts.test_cost and not may_spend:
        message = f"{facts.title}: not tested, as the test ({facts.test}) costs {facts.test_cost}."
        return ConnectionTest(vendor=vendor, verdict="not_tested", message=message)
    return _judged(facts, await ask(probe, ws, key=key, attempts=1))


def _judged(vendor: Vendor, outcome: Outcome[Any]) -> ConnectionTest:
    if isinstance(outcome, Failure) and outcome.kind not in _KEY_WAS_TAKEN:
        return ConnectionTest(vendor=vendor.name, verdict="fails", message=outcome.text, failure=outcome)
    value = outcome.value if isinstance(outcome, Data) else None
    allowance = value if isinstance(value, Allowance) else None
    left = (
        f" {allowance.left} {allowance.unit_name}s are left."
        if allowance and allowance.left is not None
        else ""
    )
    message = f"{vendor.title} took the key (asked for {vendor.test}).{left}"
    return ConnectionTest(vendor=vendor.name, verdict="works", message=message, allowance=allowance)


test_connection.__test__ = False  # type: ignore[attr-defined]
