"""Small answers of every vendor, made up for these tests in the documented shapes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from vendor_server import Reply

from ag2_marketing_tools import vendors as v

PAGE = "https://garden.example/"
DAY = date(2026, 3, 1)


@dataclass(frozen=True)
class Case:
    """A question, what the vendor says to it, and how that ends: `data`, `no_data` or a failure's kind."""

    vendor: str
    name: str
    request: v.VendorRequest[Any]
    reply: Reply
    ends: str

    @property
    def id(self) -> str:
        """How the test is called."""
        return f"{self.vendor}-{self.name}"


def google_error(code: int, reason: str, message: str, *, metadata: dict[str, str] | None = None) -> Reply:
    """Return an error as Google writes it."""
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "metadata": metadata or {}}
    errors = [{"message": message, "domain": "global", "reason": reason}]
    return Reply({"error": {"code": code, "message": message, "errors": errors, "details": [info]}}, code)


def psi_metric(p75: float) -> dict[str, Any]:
    """Return a field metric as PageSpeed Insights writes it."""
    return {"percentile": p75, "distributions": [{"proportion": share} for share in (0.5, 0.3, 0.2)]}


PSI_OK = {
    "id": PAGE,
    "loadingExperience": {
        "id": PAGE,
        "metrics": {
            "LARGEST_CONTENTFUL_PAINT_MS": psi_metric(3100),
            "CUMULATIVE_LAYOUT_SHIFT_SCORE": psi_metric(12),
        },
    },
    "lighthouseResult": {
        "lighthouseVersion": "13.5.0",
        "fetchTime": "2026-03-01T10:00:00.000Z",
        "categories": {"performance": {"score": 0.5}},
        "audits": {
            "total-blocking-time": {"score": 0.9, "numericValue": 180.5, "numericUnit": "millisecond"}
        },
    },
}
CRUX_DATES = {
    "firstDate": {"year": 2026, "month": 2, "day": 1},
    "lastDate": {"year": 2026, "month": 2, "day": 28},
}
CRUX_OK = {
    "record": {
        "key": {"origin": "https://garden.example", "formFactor": "PHONE"},
        "metrics": {
            "interaction_to_next_paint": {"percentiles": {"p75": 240}},
            "cumulative_layout_shift": {"percentiles": {"p75": "0.31"}},
        },
        "collectionPeriod": CRUX_DATES,
    }
}
SEARCH_OK = {
    "rows": [
        {"keys": ["tulip bulbs", PAGE], "clicks": 7, "impressions": 350, "ctr": 0.02, "position": 9.5},
        {"keys": ["rake", PAGE], "clicks": 1, "impressions": 80, "ctr": 0.0125, "position": 21.0},
    ]
}
INSPECTION_OK = {
    "inspectionResult": {
        "indexStatusResult": {"verdict": "NEUTRAL", "coverageState": "Crawled - currently not indexed"}
    }
}
MOZ_ID = "echoed by the server"

SEARCH = v.SearchAnalytics(site=PAGE, start_date=date(2026, 2, 1), end_date=date(2026, 2, 28), row_limit=2)
INSPECT = v.InspectUrl(url=PAGE, site=PAGE)
THREAT_V5 = v.SafeBrowsingV5(urls=(PAGE, "https://other.example/shed"))
KEYWORDS = v.AhrefsKeywordsOverview(keywords=("tulip bulbs", "garden rake"), country="us")
SEMRUSH = v.SemrushDomainOrganic(domain="garden.example", database="uk", limit=3)
SEMRUSH_CSV = (
    "Keyword;Position;Search Volume;CPC;Competition;Keyword Difficulty Index;Url;Traffic (%)\r\n"
    '"tulips; red";4;210;0.35;0.90;;https://garden.example/red;12.50\r\n'
)


def moz(result: dict[str, Any] | None = None, *, error: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return an answer of Moz; the server puts the request's id in."""
    return {"id": MOZ_ID, "jsonrpc": "2.0", **({"error": error} if error else {"result": result})}


CASES = (
    Case("pagespeed", "ok", v.PageSpeed(url=PAGE), Reply(PSI_OK), "data"),
    Case(
        "pagespeed",
        "site-fault",
        v.PageSpeed(url=PAGE),
        google_error(500, "lighthouseError", "Lighthouse returned error: DNS_FAILURE. Could not look it up."),
        "audited_site_fault",
    ),
    Case("crux", "ok", v.Crux(origin="https://garden.example"), Reply(CRUX_OK), "data"),
    Case(
        "crux",
        "blocked",
        v.Crux(origin="https://garden.example"),
        google_error(403, "API_KEY_SERVICE_BLOCKED", "Requests to this API are blocked."),
        "key_not_permitted",
    ),
    Case("search_console", "ok", SEARCH, Reply(SEARCH_OK), "data"),
    Case(
        "search_console",
        "daily",
        SEARCH,
        google_error(403, "dailyLimitExceeded", "Daily Limit Exceeded"),
        "quota_exhausted",
    ),
    Case("search_console_inspection", "ok", INSPECT, Reply(INSPECTION_OK), "data"),
    Case(
        "search_console_inspection",
        "expired",
        INSPECT,
        google_error(401, "authError", "Invalid Credentials"),
        "invalid_key",
    ),
    Case(
        "safe_browsing",
        "ok",
        THREAT_V5,
        Reply({"threats": [{"url": "other.example/", "threatTypes": ["MALWARE"]}], "cacheDuration": "60s"}),
        "data",
    ),
    Case(
        "safe_browsing",
        "protobuf",
        THREAT_V5,
        Reply(b"\x12\x03\x08\xac\x02", content_type="application/x-protobuf"),
        "unexpected_answer",
    ),
    Case("web_risk", "ok", v.WebRisk(url=PAGE), Reply({}), "data"),
    Case(
        "web_risk",
        "billing",
        v.WebRisk(url=PAGE),
        google_error(403, "BILLING_DISABLED", "This API method requires billing to be enabled."),
        "service_disabled",
    ),
    Case(
        "ahrefs",
        "ok",
        KEYWORDS,
        Reply(
            {"keywords": [{"keyword": "tulip bulbs", "volume": 900, "difficulty": None, "cpc": 45}]},
            headers={"x-api-units-cost-total-actual": "71", "x-api-rows": "1", "x-api-cache": "hit"},
        ),
        "data",
    ),
    Case("ahrefs", "plan", KEYWORDS, Reply({"error": "Insufficient plan"}, 403), "key_not_permitted"),
    Case("semrush", "ok", SEMRUSH, Reply(SEMRUSH_CSV, content_type="text/plain"), "data"),
    Case(
        "semrush",
        "report-disabled",
        SEMRUSH,
        Reply("ERROR 135 :: API REPORT TYPE DISABLED", content_type="text/plain"),
        "key_not_permitted",
    ),
    Case("semrush_balance", "ok", v.SemrushBalance(), Reply("12,345", content_type="text/html"), "data"),
    Case(
        "semrush_balance",
        "wrong-key",
        v.SemrushBalance(),
        Reply("ERROR 122 :: WRONG FORMAT OR EMPTY KEY", content_type="text/html"),
        "invalid_key",
    ),
    Case(
        "semrush_v4",
        "ok",
        v.SemrushKeywordMetrics(keyword="tulip bulbs", country="GB"),
        Reply(
            {
                "meta": {"success": True, "status_code": 200, "request_id": "a"},
                "data": {
                    "search_volume": "1600",
                    "cpc": "85",
                    "keyword_difficulty": 31,
                    "competitive_density": 100,
                    "number_of_results": "14300000",
                    "intents": ["TRANSACTIONAL"],
                },
            }
        ),
        "data",
    ),
    Case(
        "semrush_v4",
        "gone",
        v.SemrushKeywordMetrics(keyword="tulip bulbs"),
        Reply(
            {
                "meta": {"success": False, "status_code": 429},
                "error": {"code": 429, "message": "Slow down", "retryable": False},
            },
            429,
        ),
        "rate_limited",
    ),
    Case(
        "moz",
        "ok",
        v.MozSite(site="garden.example"),
        Reply(moz({"site_metrics": {"domain_authority": 33, "spam_score": -1, "page": "garden.example/"}})),
        "data",
    ),
    Case(
        "moz",
        "quota",
        v.MozSite(site="garden.example"),
        Reply(moz(error={"code": -32660, "status": 403, "message": "Quota exceeded"}), 403),
        "quota_exhausted",
    ),
    Case(
        "moz_links",
        "ok",
        v.MozUrlMetrics(targets=("garden.example", "shed.example")),
        Reply({"results": [{"domain_authority": 33}, {"domain_authority": None, "spam_score": -1}]}),
        "data",
    ),
    Case(
        "moz_links",
        "unauthorised",
        v.MozUrlMetrics(targets=("garden.example",)),
        Reply({"name": "invalid-credentials", "message": "No such access id"}, 401),
        "invalid_key",
    ),
)
