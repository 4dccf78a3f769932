"""What is told of each key, by vendors that a real server on loopback speaks."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from loopback_site import Site
from spoken_vendors import CRUX, NO_RECORD, PSI, SITES, Vendors

from ag2_marketing_tools import seo
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.seo import Connections
from ag2_marketing_tools.vendors import all_vendors
from ag2_marketing_tools.workspace import Workspace

SAFE_BROWSING, WEB_RISK = "/safe_browsing/v4/threatMatches:find", "/web_risk/uris:search"
AHREFS, SEMRUSH = "/ahrefs/subscription-info/limits-and-usage", "/semrush_balance/countapiunits.html"
MOZ = "/moz/jsonrpc"
OF_THE_CONTRACT = ("pagespeed", "google", "security", "ahrefs", "semrush", "moz")


@pytest.fixture
def vendors(site: Site, shared_data: Path) -> Vendors:
    """Vendors that take every key."""
    import json

    spoken = Vendors(site, shared_data)
    spoken.say(PSI, spoken.example("psi_ok_mobile"))
    spoken.say(CRUX, (404, NO_RECORD))  # "no data": the key was taken
    spoken.say(
        SITES, (200, {"siteEntry": [{"siteUrl": "sc-domain:a.example", "permissionLevel": "siteOwner"}]})
    )
    spoken.say(SAFE_BROWSING, (200, {}))
    spoken.say(WEB_RISK, (200, {}))
    spoken.say(
        AHREFS,
        (
            200,
            {
                "limits_and_usage": {
                    "units_limit_api_key": 500,
                    "units_usage_api_key": 80,
                    "usage_reset_date": "2026-04-01T00:00:00Z",
                }
            },
        ),
    )
    spoken.say(SEMRUSH, (200, "1,234"))
    spoken.say(
        MOZ,
        lambda asked: (
            200,
            {
                "jsonrpc": "2.0",
                "id": json.loads(asked.body)["id"],
                "result": {"quota": {"allotted": 50, "used": 8}},
            },
        ),
    )
    return spoken


async def check(ws: Workspace, services: list[str] | None = None, **keys: str) -> Connections:
    return await seo.test_connection.run({"services": services}, ws.with_credentials(api_keys=keys))


async def test_without_a_key_there_is_nothing_to_test(ws: Workspace) -> None:
    found = await check(ws)
    assert (found.status, found.services) == ("error", {})
    assert "No API key was given" in (found.error or "")


async def test_every_key_of_the_contract_is_tested_at_each_api_that_it_opens(
    vendors: Vendors, ws: Workspace
) -> None:
    found = await check(ws, **dict.fromkeys(OF_THE_CONTRACT, "k-1234567"))
    assert (found.status, found.error) == ("success", None)
    assert {name: one.outcome for name, one in found.services.items()} == dict.fromkeys(
        OF_THE_CONTRACT, "works"
    )
    assert {name: {api.api: api.outcome for api in one.apis} for name, one in found.services.items()} == {
        "pagespeed": {"pagespeed": "works", "crux": "works"},
        "google": {"search_console": "works", "search_console_inspection": "not_tested"},
        "security": {"safe_browsing": "works", "web_risk": "works"},
        "ahrefs": {"ahrefs": "works"},
        "semrush": {"semrush": "not_tested", "semrush_balance": "works"},
        "moz": {"moz": "works"},
    }


async def test_what_is_left_of_an_allowance_is_told(vendors: Vendors, ws: Workspace) -> None:
    found = await check(ws, ahrefs="k-1234567", semrush="k-1234567", moz="k-1234567")
    left = {
        api.api: (api.allowance.left, api.allowance.unit_name)
        for one in found.services.values()
        for api in one.apis
        if api.allowance
    }
    assert left == {
        "ahrefs": (420, "API unit"),
        "semrush_balance": (1234, "API unit"),
        "moz": (42, "row"),
    }
    assert "420 API units are left" in found.services["ahrefs"].reason


async def test_paid_units_are_not_spent_and_that_is_said(vendors: Vendors, ws: Workspace) -> None:
    found = await check(ws, semrush_v4="k-1234567")
    assert found.services["semrush_v4"].outcome == "not_tested"
    assert "costs 20 API units" in found.services["semrush_v4"].reason
    assert found.status == "error"  # nothing was found to work
    assert vendors.site.asked == []


async def test_the_specifications_keys_are_refused_in_its_words(vendors: Vendors, ws: Workspace) -> None:
    vendors.say(AHREFS, vendors.example("ahrefs_err_401"))
    vendors.say(SEMRUSH, vendors.example("semrush_v3_err_120"))
    found = await check(ws, ahrefs="your_key", semrush="your_key")
    assert found.status == "error"
    assert "API request failed: Invalid API key for ahrefs" in (found.error or "")
    assert "API request failed: Invalid API key for semrush" in (found.error or "")
    for name in ("ahrefs", "semrush"):
        one = found.services[name]
        assert one.outcome == "invalid_key"
        assert f"give it as `{name}`" in (one.next_step or "")


@pytest.mark.parametrize(
    ("name", "outcome", "next_step"),
    [
        ("psi_err_429_minute", "quota_exhausted", "Wait a minute."),
        ("psi_err_429_keyless", "quota_exhausted", "Make a key in a project of your own"),
        ("psi_err_403_api_disabled", "service_disabled", "Enable the PageSpeed Insights API"),
        ("psi_err_400_bad_key", "invalid_key", "Copy it again"),
        ("psi_err_500", "unavailable", "Try again later"),
    ],
)
async def test_each_refusal_has_its_own_outcome_and_next_step(
    vendors: Vendors, ws: Workspace, name: str, outcome: str, next_step: str
) -> None:
    vendors.say(PSI, vendors.example(name))
    vendors.say(CRUX, vendors.example(name))
    found = await check(ws, pagespeed="k-1234567")
    assert (found.status, found.services["pagespeed"].outcome) == ("error", outcome)
    assert next_step in (found.services["pagespeed"].next_step or "")


async def test_a_page_that_cannot_be_loaded_says_that_the_key_works(vendors: Vendors, ws: Workspace) -> None:
    vendors.say(PSI, vendors.example("psi_err_400_page_down"))
    found = await check(ws, pagespeed="k-1234567")
    assert (found.status, found.services["pagespeed"].outcome) == ("success", "works")


async def test_a_key_that_opens_one_of_two_apis_works_in_part(vendors: Vendors, ws: Workspace) -> None:
    vendors.say(WEB_RISK, (403, {"error": {"message": "no", "details": [{"reason": "BILLING_DISABLED"}]}}))
    found = await check(ws, security="k-1234567")
    one = found.services["security"]
    assert (found.status, found.error, one.outcome) == ("success", None, "works_in_part")
    assert "Google Safe Browsing took the key" in one.reason
    assert "Google Web Risk is not switched on" in one.reason
    assert "Enable the Web Risk API and billing" in (one.next_step or "")


async def test_an_api_key_in_the_place_of_an_access_token_is_explained(
    vendors: Vendors, ws: Workspace
) -> None:
    vendors.say(SITES, vendors.example("gsc_401"))
    found = await check(ws, google="AIza-1234567")
    assert found.services["google"].outcome == "invalid_key"
    assert "an API key is not taken in its place" in (found.services["google"].next_step or "")


async def test_a_key_of_no_vendor_is_not_said_to_work(vendors: Vendors, ws: Workspace) -> None:
    found = await check(ws, wonder="your_key")
    assert (found.status, found.services["wonder"].outcome) == ("error", "unsupported")
    assert "'wonder'" in found.services["wonder"].reason
    beside = await check(ws, wonder="your_key", ahrefs="k-1234567")
    assert beside.status == "success"


async def test_only_the_named_services_are_tested(vendors: Vendors, ws: Workspace) -> None:
    found = await check(ws, ["moz"], pagespeed="k-1234567", moz="k-1234567")
    assert list(found.services) == ["moz"]
    assert vendors.site.paths() == [MOZ]
    with pytest.raises(InvalidInput, match="no key was given for 'semrush'"):
        await check(ws, ["semrush"], moz="your_key")


async def test_no_key_is_in_the_schema_the_result_or_the_log(
    vendors: Vendors, ws: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    key = "a-key-that-nobody-may-see"
    for path in (PSI, CRUX, SITES, SAFE_BROWSING, WEB_RISK, AHREFS, SEMRUSH, MOZ):
        vendors.say(path, (400, {"error": {"message": key, "code": 1, "details": [{"reason": key}]}}))
    keys = {vendor.key: key for vendor in all_vendors().values() if vendor.name != "moz_links"}
    found = await check(ws, **keys)
    assert found.status == "error"
    assert key not in found.model_dump_json() + caplog.text
    assert list(seo.test_connection.parameters_schema["properties"]) == ["services"]


def test_vendors_own_words_are_marked_as_not_ours() -> None:
    assert marked(Connections, "untrusted") == {"/services/*/apis/*/said": True}
