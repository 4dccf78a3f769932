"""An audit with keys: what vendors add, and what is left where they fail."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from loopback_site import Asked, Site
from spoken_vendors import CRUX, NO_RECORD, PSI, Reply, Vendors

from ag2_marketing_tools.seo import Audit, run_audit
from ag2_marketing_tools.workspace import Workspace

KEY = "AIzaSy-a-key-that-nobody-may-see"
PUBLIC = "http://care.example/"
HTML = (
    "<title>Care</title><h1>Home care in Lisbon</h1><a href=/prices>Prices</a>"
    "<img src=/a.png><script src=/a.js></script>"
)


@pytest.fixture
def vendors(site: Site, shared_data: Path) -> Vendors:
    site.put("/", HTML)
    site.put("/prices", "<title>Prices</title>")
    site.put("/a.png", b"x" * 40, content_type="image/png")
    site.put("/a.js", b"x" * 9, content_type="text/javascript")
    spoken = Vendors(site, shared_data)
    spoken.say(CRUX, (404, NO_RECORD))
    return spoken


async def audit(ws: Workspace, url: str = PUBLIC, **arguments: Any) -> Audit:
    keys = ws.with_credentials(api_keys={"pagespeed": KEY})
    return await run_audit.run({"url": url, "max_pages": 1, **arguments}, keys)


async def test_field_and_lab_figures_of_the_final_address_are_in_the_audit(
    vendors: Vendors, site: Site, ws: Workspace
) -> None:
    vendors.say(PSI, vendors.example("psi_ok_mobile"))
    site.put("/", status=301, location="/home")
    site.put("/home", HTML)
    found = await audit(ws)
    assert {asked.query["url"][0] for asked in vendors.asked(PSI)} == {f"{PUBLIC}home"}
    vitals, performance = found.core_web_vitals, found.performance
    assert vitals is not None
    assert vitals.desktop is not None
    assert (vitals.lcp.value, vitals.desktop.lcp.value) == (2310, 2310)
    assert performance is not None
    assert performance.lab_score.value == 0.82
    assert performance.lab_score.desktop is not None
    assert performance.lab_score.desktop.value == 0.82
    verdicts = {one.check: one.verdict for one in found.checks}
    assert {verdicts[name] for name in ("cwv.lcp", "cwv.inp", "cwv.cls", "perf.fcp", "perf.tbt")} == {"pass"}
    assert found.notes == ["The page was read over plain HTTP."]


async def test_lighthouse_tells_the_weight_and_only_images_are_measured_beside_it(
    vendors: Vendors, ws: Workspace
) -> None:
    status, body = vendors.example("psi_ok_mobile")
    vendors.say(PSI, (status, body))
    found = await audit(ws)
    assert found.performance is not None
    weight = found.performance.page_weight
    assert weight is not None
    sent = body["lighthouseResult"]["audits"]["total-byte-weight"]["numericValue"]
    assert (weight.total, weight.source) == (round(sent), "lighthouse")
    assert (weight.files, weight.files_measured, weight.measured) == (2, 1, len(HTML) + 40)
    assert "Lighthouse told the weight" in (weight.reason or "")
    assert "/a.js" not in vendors.site.paths()


async def test_where_lighthouse_does_not_tell_the_weight_the_files_are_added_up(
    vendors: Vendors, ws: Workspace
) -> None:
    vendors.say(PSI, vendors.example("psi_err_500"))
    found = await audit(ws)
    assert found.performance is not None
    assert found.performance.page_weight is not None
    assert (found.performance.page_weight.total, found.performance.page_weight.source) == (
        len(HTML) + 49,
        "fetch",
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("psi_err_400_bad_key", "API request failed: Invalid API key for pagespeed"),
        ("psi_err_500", "PageSpeed Insights could not be reached or is out of order. Try again later"),
        ("psi_err_429_minute", "PageSpeed Insights has served this minute's quota. Wait a minute."),
    ],
)
async def test_a_vendor_that_fails_costs_its_part_only_and_says_what_to_do(
    vendors: Vendors, ws: Workspace, name: str, told: str
) -> None:
    vendors.say(PSI, vendors.example(name))
    found = await audit(ws)
    assert found.status == "success"
    assert found.core_web_vitals is not None
    assert (found.core_web_vitals.reason or "").startswith(told)
    assert sum(note.startswith(told) for note in found.notes) == 1
    assert found.headings.h1 == ["Home care in Lisbon"]
    untested = {one.check: one.reason or "" for one in found.checks if one.verdict == "not_testable"}
    for check in ("cwv.lcp", "cwv.inp", "cwv.cls", "perf.fcp", "perf.tbt"):
        assert told in untested[check]


async def test_vendors_are_asked_while_the_site_is_crawled(vendors: Vendors, ws: Workspace) -> None:
    crawled = threading.Event()

    def slow(_: Asked) -> Reply:
        assert crawled.wait(30), "the crawl waited for the vendor"
        return vendors.example("psi_ok_mobile")

    def page(_: Asked) -> Reply:
        crawled.set()
        return 404, {}

    vendors.say(PSI, slow)
    vendors.say("/prices", page)
    found = await audit(ws, max_pages=5)
    assert found.core_web_vitals is not None
    assert found.core_web_vitals.lcp.value == 2310


async def test_what_is_asked_of_the_page_is_not_said_of_other_pages(vendors: Vendors, ws: Workspace) -> None:
    vendors.say(PSI, vendors.example("psi_ok_mobile"))
    found = await audit(ws, max_pages=5)
    assert found.site is not None
    told = {finding.check for finding in found.site.findings}
    assert told.isdisjoint({"perf.fcp", "perf.tbt", "perf.total_bytes", "img.bytes", "cwv.lcp"})


async def test_no_vendor_is_asked_about_a_local_address(vendors: Vendors, site: Site, ws: Workspace) -> None:
    found = await audit(ws, site.url("/"))
    assert found.core_web_vitals is not None
    assert "local address" in (found.core_web_vitals.reason or "")
    assert vendors.asked(PSI) + vendors.asked(CRUX) == []


async def test_parts_that_need_no_vendor_ask_none(vendors: Vendors, ws: Workspace) -> None:
    await audit(ws, specific_metrics=["headings", "images"])
    assert vendors.asked(PSI) == []


async def test_keys_that_the_audit_does_not_use_are_reported(vendors: Vendors, ws: Workspace) -> None:
    keys = {"ahrefs": "your_key", "semrush": "your_key", "moz": "your_key", "wonder": "your_key"}
    found = await run_audit.run({"url": PUBLIC, "max_pages": 1}, ws.with_credentials(api_keys=keys))
    assert "The key 'ahrefs' was not used: the audit of a page asks nothing of Ahrefs." in found.notes
    assert "The key 'wonder' was not used: no vendor's key goes by that name." in found.notes
    assert sum("was not used" in note for note in found.notes) == len(keys)


async def test_no_key_is_in_the_audit(vendors: Vendors, ws: Workspace) -> None:
    back = {"error": {"message": KEY, "details": [{"reason": KEY}]}}
    for path in (PSI, CRUX):
        vendors.say(path, (403, back))
    assert KEY not in (await audit(ws)).model_dump_json()
