"""Vendors' APIs behind one protocol, reached through the gateway alone.

    outcome = await ask(Crux(url="https://example.com/"), ws)
    match outcome:
        case Data(value=record): ...       # typed, frozen
        case NoData(reason=reason): ...    # the vendor has none, and why
        case Failure() as failure: ...     # failure.kind; failure.text says what to do next

facts       each API: address, key, limits, costs (`vendors.toml`)
request     the protocol: what to send, how to read what comes back
ask         sending it, and again where that makes sense
outcome     the three ways in which a question ends
connection  whether a key works
keywords    what several vendors tell, in one shape; the other modules are the vendors
"""

from ag2_marketing_tools.vendors.ahrefs import (
    AhrefsDomainRating,
    AhrefsLimits,
    AhrefsMetrics,
    DomainRating,
    OrganicMetrics,
)
from ag2_marketing_tools.vendors.ahrefs_keywords import (
    AhrefsKeywordsOverview,
    AhrefsOrganicCompetitors,
    AhrefsOrganicKeywords,
)
from ag2_marketing_tools.vendors.ask import ask
from ag2_marketing_tools.vendors.connection import ConnectionTest, test_connection
from ag2_marketing_tools.vendors.crux import Crux, CruxHistory, CruxOverTime, CruxRecord
from ag2_marketing_tools.vendors.facts import Vendor, all_vendors, vendor_named, vendors_of_key
from ag2_marketing_tools.vendors.field_data import FieldExperience
from ag2_marketing_tools.vendors.keywords import (
    Allowance,
    KeywordDemand,
    KeywordDemands,
    OrganicCompetitor,
    OrganicCompetitors,
    RankedKeyword,
    RankedKeywords,
)
from ag2_marketing_tools.vendors.moz import MozKeyword, MozQuota, MozSite, SiteAuthority
from ag2_marketing_tools.vendors.moz_links import MozLinksUsage, MozUrlMetrics, SiteAuthorities
from ag2_marketing_tools.vendors.outcome import Data, Failure, FailureKind, NoData, Outcome, Usage
from ag2_marketing_tools.vendors.pagespeed import LabRun, PageSpeed, PageSpeedReport
from ag2_marketing_tools.vendors.request import VendorRequest
from ag2_marketing_tools.vendors.search_console import (
    Inspection,
    InspectUrl,
    SearchAnalytics,
    SearchConsoleSites,
    SearchFilter,
    SearchReport,
    SearchRow,
    SiteList,
)
from ag2_marketing_tools.vendors.semrush import (
    SemrushBalance,
    SemrushCompetitors,
    SemrushDifficulty,
    SemrushDomainOrganic,
    SemrushKeywords,
)
from ag2_marketing_tools.vendors.semrush_v4 import SemrushKeywordMetrics
from ag2_marketing_tools.vendors.threats import SafeBrowsingV4, SafeBrowsingV5, ThreatReport, WebRisk

__all__ = [
    "AhrefsDomainRating",
    "AhrefsKeywordsOverview",
    "AhrefsLimits",
    "AhrefsMetrics",
    "AhrefsOrganicCompetitors",
    "AhrefsOrganicKeywords",
    "Allowance",
    "ConnectionTest",
    "Crux",
    "CruxHistory",
    "CruxOverTime",
    "CruxRecord",
    "Data",
    "DomainRating",
    "Failure",
    "FailureKind",
    "FieldExperience",
    "InspectUrl",
    "Inspection",
    "KeywordDemand",
    "KeywordDemands",
    "LabRun",
    "MozKeyword",
    "MozLinksUsage",
    "MozQuota",
    "MozSite",
    "MozUrlMetrics",
    "NoData",
    "OrganicCompetitor",
    "OrganicCompetitors",
    "OrganicMetrics",
    "Outcome",
    "PageSpeed",
    "PageSpeedReport",
    "RankedKeyword",
    "RankedKeywords",
    "SafeBrowsingV4",
    "SafeBrowsingV5",
    "SearchAnalytics",
    "SearchConsoleSites",
    "SearchFilter",
    "SearchReport",
    "SearchRow",
    "SemrushBalance",
    "SemrushCompetitors",
    "SemrushDifficulty",
    "SemrushDomainOrganic",
    "SemrushKeywordMetrics",
    "SemrushKeywords",
    "SiteAuthorities",
    "SiteAuthority",
    "SiteList",
    "ThreatReport",
    "Usage",
    "Vendor",
    "VendorRequest",
    "WebRisk",
    "all_vendors",
    "ask",
    "test_connection",
    "vendor_named",
    "vendors_of_key",
]
