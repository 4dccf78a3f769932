"""What Google says of a page, spoken by a real server on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from loopback_site import Site
from spoken_vendors import INSPECTION, SITES, Reply, Vendors

from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.seo import Audit, run_audit
from ag2_marketing_tools.seo.search_console import property_of
from ag2_marketing_tools.workspace import Workspace

TOKEN = "ya29.a-token-that-nobody-may-see"
PUBLIC = "http://care.example/"
QUERIES = "/search_console/sites/*"
OWN = {"siteUrl": "sc-domain:care.example", "permissionLevel": "siteOwner"}


@pytest.fixture
def vendors(site: Site, shared_data: Path) -> Vendors:
    site.put("/", "<title>Care</title><h1>Care</h1>")
    spoken = Vendors(site, shared_data)
    spoken.say(SITES, (200, {"siteEntry": [OWN]}))
    spoken.say(INSPECTION, spoken.example("gsc_inspect_ok"))
    rows = [
        {"keys": ["home care lisbon"], "clicks": 41, "impressions": 1830, "ctr": 0.0224, "position": 8.74},
        {"keys": ["care"], "clicks": 9, "impressions": 2204, "ctr": 0.0041, "position": 14.2},
    ]
    spoken.say(QUERIES, (200, {"rows": rows, "responseAggregationType": "byPage"}))
    return spoken


async def audited(ws: Workspace, url: str = PUBLIC, **arguments: object) -> Audit:
    keys = ws.with_credentials(api_keys={"google": TOKEN})
    return await run_audit.run(
        {"url": url, "max_pages": 1, "specific_metrics": ["indexing"], **arguments}, keys
    )


async def test_google_tells_how_it_holds_the_page_and_what_was_searched(
    vendors: Vendors, ws: Workspace
) -> None:
    found = (await audited(ws)).search_console
    assert found is not None
    assert found.property == "sc-domain:care.example"
    assert found.inspection is not None
    assert (found.inspection.verdict, found.inspection.coverage) == ("PASS", "Submitted and indexed")
    assert found.inspection.google_canonical == "https://www.sunrisehomecare.example/"
    assert found.inspection.last_crawl is not None
    assert found.queries is not None
    first, second = found.queries
    assert (first.query, first.clicks, first.impressions) == ("home care lisbon", 41, 1830)
    assert (first.click_through_rate, first.position) == (0.0224, 8.74)
    assert second.query == "care"
    assert (found.inspection_reason, found.queries_reason) == (None, None)


async def test_28_days_of_final_figures_of_this_page_are_asked_for(vendors: Vendors, ws: Workspace) -> None:
    found = (await audited(ws)).search_console
    assert found is not None
    (asked,) = vendors.asked(QUERIES)
    question = json.loads(asked.body)
    # 2 March 2026, 09:00 UTC is 01:00 of the same day in California
    assert (question["startDate"], question["endDate"]) == ("2026-01-31", "2026-02-27")
    assert (str(found.first_date), str(found.last_date)) == ("2026-01-31", "2026-02-27")
    assert (question["dimensions"], question["rowLimit"], question["dataState"]) == (["query"], 10, "final")
    assert question["dimensionFilterGroups"] == [
        {
            "groupType": "and",
            "filters": [{"dimension": "page", "operator": "equals", "expression": PUBLIC}],
        }
    ]
    assert all(one.headers["authorization"] == f"Bearer {TOKEN}" for one in vendors.asked("/search_console*"))


@pytest.mark.parametrize(
    ("sites", "said"),
    [
        ({"siteEntry": [{"siteUrl": "sc-domain:b.example", "permissionLevel": "siteOwner"}]}, "None of the account"),
        ({"siteEntry": [{**OWN, "permissionLevel": "siteUnverifiedUser"}]}, "None of the account"),
        ({"siteEntry": [{"siteUrl": "javascript:alert(1)", "permissionLevel": "siteOwner"}]}, "None of the account"),
        ({}, "no property in Search Console"),
    ],
)  # fmt: skip
async def test_a_page_of_nobodys_property_is_not_asked_about(
    vendors: Vendors, ws: Workspace, sites: object, said: str
) -> None:
    vendors.say(SITES, (200, sites))
    found = await audited(ws)
    assert found.search_console is None
    assert said in (found.search_console_reason or "")
    assert vendors.asked(INSPECTION) == []


async def test_what_fails_is_null_with_its_reason_beside_what_works(vendors: Vendors, ws: Workspace) -> None:
    vendors.say(INSPECTION, vendors.example("gsc_403"))
    found = (await audited(ws)).search_console
    assert found is not None
    assert found.inspection is None
    assert "Add the account that the access token belongs to" in (found.inspection_reason or "")
    assert found.queries
    vendors.say(INSPECTION, vendors.example("gsc_inspect_ok"))
    vendors.say(QUERIES, vendors.example("gsc_query_empty"))
    found = (await audited(ws)).search_console
    assert found is not None
    assert found.inspection
    assert found.queries is None
    assert "counted nothing" in (found.queries_reason or "")


async def test_a_token_that_ended_costs_its_part_only(vendors: Vendors, ws: Workspace) -> None:
    vendors.say(SITES, vendors.example("gsc_401"))
    found = await audited(ws)
    assert (found.status, found.search_console) == ("success", None)
    assert "Invalid API key for google" in (found.search_console_reason or "")
    assert "Take a new access token" in (found.search_console_reason or "")


async def test_without_a_token_nobody_is_asked(vendors: Vendors, ws: Workspace) -> None:
    found = await run_audit.run({"url": PUBLIC, "max_pages": 1}, ws)
    assert found.search_console is None
    assert "No access token for google" in (found.search_console_reason or "")
    assert vendors.asked("/search_console*") == []


async def test_a_local_address_and_other_parts_are_not_asked_about(
    vendors: Vendors, site: Site, ws: Workspace
) -> None:
    assert "local addresses" in ((await audited(ws, site.url("/"))).search_console_reason or "")
    other = await audited(ws, specific_metrics=["headings"])
    assert other.search_console_reason == "It was not asked for."
    assert vendors.asked("/search_console*") == []


@pytest.mark.parametrize(
    "reply", [(200, "<html>"), (200, '{"rows": 7}'), (500, TOKEN), (200, {"rows": [{"keys": []}]})]
)
async def test_hostile_answers_are_no_figures_and_spread_no_token(
    vendors: Vendors, ws: Workspace, reply: Reply
) -> None:
    for path in (QUERIES, INSPECTION):
        vendors.say(path, reply)
    found = await audited(ws)
    console = found.search_console
    assert console is not None
    assert (console.inspection, console.queries) == (None, None)
    assert TOKEN not in found.model_dump_json()


async def test_what_people_typed_is_marked_as_not_ours(vendors: Vendors, ws: Workspace) -> None:
    untrusted = marked(Audit, "untrusted")
    for pointer in ("/search_console/queries/*/query", "/search_console/inspection/google_canonical"):
        assert untrusted[pointer] is True
    assert marked(Audit, "unit")["/search_console/queries/*/clicks"] == "click"


@pytest.mark.parametrize(
    ("url", "properties", "held_by"),
    [
        ("https://a.example/b", ["https://a.example/"], "https://a.example/"),
        ("https://a.example/b", ["http://a.example/"], None),
        ("https://a.example/b", ["https://a.example/c/", "https://a.example"], None),
        ("https://a.example/b", ["sc-domain:A.example"], "sc-domain:A.example"),
        ("https://nota.example/b", ["sc-domain:a.example"], None),
        ("https://x.a.example/b", ["sc-domain:a.example", "sc-domain:x.a.example"], "sc-domain:x.a.example"),
        ("https://a.example.evil.example/", ["https://a.example/", "sc-domain:a.example"], None),
    ],
)
def test_a_property_holds_what_lies_under_it(url: str, properties: list[str], held_by: str | None) -> None:
    assert property_of(url, properties) == held_by
