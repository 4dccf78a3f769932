"""What lists of dangerous pages say, asked of a server that speaks as Google's do."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from secure_web import CLOSED, SecureWeb
from vendor_answers import google_error
from vendor_server import Reply, VendorServer

from ag2_marketing_tools.seo import Audit, run_audit
from ag2_marketing_tools.seo.security.model import Reputation
from ag2_marketing_tools.vendors import Vendor, vendor_named
from ag2_marketing_tools.workspace import Workspace

HOME = "https://care.example/"
KEY = "the-security-key-nobody-may-see"
RISK, SAFE = "Google Web Risk", "Google Safe Browsing"
DISABLED = google_error(403, "SERVICE_DISABLED", "Web Risk API has not been used in project 1 before.")
NOT_COMMERCIAL = "non-commercial use only"


@pytest.fixture
def page(web: SecureWeb) -> str:
    web.put(HOME)
    return HOME


async def audit(ws: Workspace, url: str) -> Audit:
    return await run_audit.run({"url": url, "specific_metrics": ["security"]}, ws)


def reputation(found: Audit) -> Reputation:
    assert found.security is not None
    assert found.security.reputation is not None
    return found.security.reputation


def verdict(found: Audit) -> str:
    return {one.check: one.verdict for one in found.checks}["sec.safe_browsing"]


def moved(ws: Workspace, origin: str) -> Workspace:
    """Lead the questions to Web Risk elsewhere."""
    return replace(ws, settings=ws.settings.model_copy(update={"vendor_base_urls": {"web_risk": origin}}))


def keyed(ws: Workspace) -> Workspace:
    return ws.with_credentials(api_keys={"security": KEY})


async def test_without_a_key_nothing_is_asked_and_the_reason_is_given(
    page: str, ws: Workspace, vendor: VendorServer
) -> None:
    found = await audit(ws, page)
    assert found.security is not None
    assert found.security.reputation is None
    assert "No key for `security`" in (found.security.reputation_reason or "")
    assert verdict(found) == "not_testable"
    assert vendor.asked == []


async def test_web_risk_is_asked_first_and_a_listed_page_fails(
    page: str, ws: Workspace, vendor: VendorServer
) -> None:
    vendor.says(Reply({"threat": {"threatTypes": ["MALWARE", "SOCIAL_ENGINEERING"]}}))
    found = await audit(keyed(ws), page)
    told = reputation(found)
    assert (told.verdict, told.source) == ("listed", RISK)
    assert told.threats == ["MALWARE", "SOCIAL_ENGINEERING"]
    assert told.note is None
    assert [asked.path for asked in vendor.asked] == ["/web_risk/uris:search"]
    assert ("uri", page) in vendor.asked[0].query
    (finding,) = [one for one in found.findings if one.check == "sec.safe_browsing"]
    assert (finding.verdict, finding.severity) == ("fail", "critical")
    assert finding.message == "The page is listed by Google Web Risk."
    assert [place.excerpt for place in finding.evidence] == ["MALWARE", "SOCIAL_ENGINEERING"]


async def test_a_page_that_is_not_listed_is_not_called_safe(
    page: str, ws: Workspace, vendor: VendorServer
) -> None:
    vendor.says(Reply({}))
    found = await audit(keyed(ws), page)
    assert reputation(found) == Reputation(verdict="not listed", source=RISK)
    assert verdict(found) == "pass"
    assert '"safe"' not in found.model_dump_json().lower()


async def test_a_key_that_does_not_open_web_risk_is_tried_at_safe_browsing(
    page: str, ws: Workspace, vendor: VendorServer
) -> None:
    vendor.says(DISABLED, Reply({"threats": [{"url": "care.example/", "threatTypes": ["MALWARE"]}]}))
    told = reputation(await audit(keyed(ws), page))
    assert (told.verdict, told.source, told.threats) == ("listed", SAFE, ["MALWARE"])
    assert NOT_COMMERCIAL in (told.note or "")
    assert [asked.path for asked in vendor.asked] == [
        "/web_risk/uris:search",
        "/safe_browsing/v5/urls:search",
    ]


async def test_version_4_is_asked_where_version_5_answers_in_a_form_that_is_not_read(
    page: str, ws: Workspace, vendor: VendorServer
) -> None:
    protobuf = Reply(b"\x12\x03\x08\xac\x02", content_type="application/x-protobuf")
    vendor.says(DISABLED, protobuf, Reply({"matches": [{"threatType": "MALWARE", "threat": {"url": page}}]}))
    told = reputation(await audit(keyed(ws), page))
    assert (told.verdict, told.threats) == ("listed", ["MALWARE"])
    assert vendor.asked[-1].path == "/safe_browsing/v4/threatMatches:find"


@pytest.mark.parametrize("example", ["webrisk_match", "webrisk_clean"])
async def test_the_shared_examples_of_web_risk(
    page: str, ws: Workspace, vendor: VendorServer, shared_data: Path, example: str
) -> None:
    answer = json.loads((shared_data / "api_examples" / f"{example}.json").read_text())["response"]
    vendor.says(Reply(answer["body"], answer["status"]))
    told = reputation(await audit(keyed(ws), page))
    assert told.verdict == ("listed" if example == "webrisk_match" else "not listed")


@pytest.mark.parametrize("version", ["v4", "v5"])
@pytest.mark.parametrize("state", ["match", "clean"])
async def test_the_shared_examples_of_safe_browsing(
    page: str, ws: Workspace, vendor: VendorServer, shared_data: Path, version: str, state: str
) -> None:
    path = shared_data / "api_examples" / f"safebrowsing_{version}_{state}.json"
    answer = Reply(json.loads(path.read_text())["response"]["body"])
    protobuf = Reply(b"\x08", content_type="application/x-protobuf")
    vendor.says(DISABLED, *([protobuf] if version == "v4" else []), answer)
    told = reputation(await audit(keyed(ws), page))
    assert told.verdict == ("listed" if state == "match" else "not listed")
    assert told.threats == (["SOCIAL_ENGINEERING"] if state == "match" else [])


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (google_error(400, "API_KEY_INVALID", "API key not valid."), "Invalid API key for security"),
        (Reply("<h1>Down</h1>", 503, content_type="text/html"), "could not be reached or is out of order"),
        (Reply("{", 200), "in a form that is not known"),
        (google_error(429, "RATE_LIMIT_EXCEEDED", "Slow down"), "too often"),
    ],
)
async def test_an_error_leaves_the_page_unknown_and_the_audit_whole(
    page: str, ws: Workspace, vendor: VendorServer, reply: Reply, words: str
) -> None:
    vendor.says(reply)
    found = await audit(keyed(ws), page)
    told = reputation(found)
    assert (told.verdict, told.source) == ("unknown", RISK)
    assert words in (told.reason or "")
    assert verdict(found) == "not_testable"
    assert found.security is not None
    assert found.security.observatory is not None
    assert all("web_risk" in asked.path for asked in vendor.asked), "a commercial user is not led elsewhere"


async def test_where_no_list_is_open_to_the_key_it_says_how_to_open_web_risk(
    page: str, ws: Workspace, vendor: VendorServer
) -> None:
    vendor.says(DISABLED)
    told = reputation(await audit(keyed(ws), page))
    assert (told.verdict, told.source) == ("unknown", RISK)
    assert "Enable the Web Risk API" in (told.reason or "")


async def test_a_dead_vendor_costs_its_part_only(page: str, ws: Workspace) -> None:
    told = reputation(await audit(moved(keyed(ws), CLOSED), page))
    assert told.verdict == "unknown"
    assert "could not be reached" in (told.reason or "")


async def test_a_vendor_that_never_answers_is_waited_for_until_its_deadline(
    page: str, ws: Workspace, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def impatient(name: str) -> Vendor:
        return vendor_named(name).model_copy(update={"timeout_s": 0.2})

    monkeypatch.setattr(sys.modules["ag2_marketing_tools.vendors.ask"], "vendor_named", impatient)
    found = await audit(moved(keyed(ws), silent), page)
    assert reputation(found).verdict == "unknown"
    assert "within 0.2 s" in (reputation(found).reason or "")
    assert found.security is not None
    assert found.security.observatory is not None


async def test_the_key_appears_nowhere(page: str, ws: Workspace, vendor: VendorServer) -> None:
    vendor.says(google_error(400, "API_KEY_INVALID", f"API key not valid: {KEY}"))
    found = await audit(keyed(ws), page)
    assert KEY not in found.model_dump_json()
    assert KEY not in vendor.asked[0].path
    assert vendor.asked[0].headers["x-goog-api-key"] == KEY
