"""Which keys work, and what is known of each vendor."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from vendor_answers import CASES, google_error, moz
from vendor_server import Reply, VendorServer

from ag2_marketing_tools import vendors
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.vendors import Failure, FailureKind, Vendor, all_vendors, vendor_named
from ag2_marketing_tools.vendors.outcome import QuotaWindow, failed
from ag2_marketing_tools.workspace import Workspace

PSI_WORKS = next(case for case in CASES if case.id == "pagespeed-ok").reply
A_SITE = {"siteUrl": "sc-domain:a.example", "permissionLevel": "siteOwner"}
WORKING: dict[str, tuple[Reply, int | None]] = {
    "pagespeed": (PSI_WORKS, None),
    "crux": (google_error(404, "notFound", "chrome ux report data not found"), None),
    "search_console": (Reply({"siteEntry": [A_SITE]}), None),
    "safe_browsing": (Reply({}), None),
    "web_risk": (Reply({}), None),
    "ahrefs": (Reply({"limits_and_usage": {"units_limit_api_key": 50, "units_usage_api_key": 8}}), 42),
    "semrush_balance": (Reply("1,234", content_type="text/html"), 1234),
    "moz": (Reply(moz({"quota": {"allotted": 50, "used": 60, "reset": "2026-04-01"}})), 0),
    "moz_links": (Reply({"rows_consumed": 254}), None),
}  # fmt: skip


@pytest.mark.parametrize("vendor", WORKING)
async def test_a_key_that_works_is_said_to(
    vendor: str, vendor_server: VendorServer, ws: Workspace, keys: dict[str, str]
) -> None:
    reply, left = WORKING[vendor]
    vendor_server.says(reply)
    found = await vendors.test_connection(vendor, SecretStr(keys[vendor_named(vendor).key]), ws)
    assert (found.verdict, found.failure) == ("works", None)
    assert (found.allowance.left if found.allowance else None) == left
    assert vendor_named(vendor).title in found.message
    assert len(vendor_server.asked) == 1


@pytest.mark.parametrize("vendor", WORKING)
async def test_a_key_that_is_refused_is_asked_with_once(
    vendor: str, vendor_server: VendorServer, ws: Workspace
) -> None:
    vendor_server.says(Reply("no", 429, content_type="text/plain"))
    found = await vendors.test_connection(vendor, "some-key:with-a-colon", ws)
    assert found.verdict == "fails"
    assert found.failure is not None
    assert found.failure.kind == "rate_limited"
    assert len(vendor_server.asked) == 1


async def test_a_page_that_cannot_be_loaded_says_that_the_key_works(
    vendor_server: VendorServer, ws: Workspace
) -> None:
    vendor_server.says(google_error(400, "lighthouseUserError", "Lighthouse returned error: NO_FCP."))
    assert (await vendors.test_connection("pagespeed", "some-key", ws)).verdict == "works"


async def test_units_are_spent_for_a_test_only_when_allowed(
    vendor_server: VendorServer, ws: Workspace
) -> None:
    found = await vendors.test_connection("semrush_v4", "some-key", ws)
    assert (found.verdict, vendor_server.asked) == ("not_tested", [])
    assert "20 API units" in found.message
    vendor_server.says(next(case for case in CASES if case.id == "semrush_v4-ok").reply)
    assert (await vendors.test_connection("semrush_v4", "some-key", ws, may_spend=True)).verdict == "works"


@pytest.mark.parametrize(
    ("vendor", "instead"), [("search_console_inspection", "search_console"), ("semrush", "semrush_balance")]
)
async def test_where_there_is_no_cheap_request_another_is_named(
    vendor: str, instead: str, vendor_server: VendorServer, ws: Workspace
) -> None:
    found = await vendors.test_connection(vendor, "some-key", ws)
    assert (found.verdict, vendor_server.asked) == ("not_tested", [])
    assert instead in found.message
    assert vendor_named(instead).key == vendor_named(vendor).key


async def test_no_vendor_by_that_name(ws: Workspace) -> None:
    with pytest.raises(InvalidInput, match="altavista"):
        await vendors.test_connection("altavista", "key", ws)


def test_a_key_opens_several_apis() -> None:
    assert [vendor.name for vendor in vendors.vendors_of_key("security")] == ["safe_browsing", "web_risk"]
    assert [vendor.name for vendor in vendors.vendors_of_key("pagespeed")] == ["pagespeed", "crux"]
    assert vendors.vendors_of_key("nothing") == ()


def test_the_address_of_a_vendor_can_be_set(ws: Workspace) -> None:
    other = ws.settings.model_copy(update={"vendor_base_urls": {"moz": "https://proxy.example/moz/"}})

    class Elsewhere:
        settings = other

    assert vendor_named("moz").url(Elsewhere()) == "https://proxy.example/moz"  # type: ignore[arg-type]
    assert vendor_named("crux").url(Elsewhere()) == "https://chromeuxreport.googleapis.com/v1"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"key_query": "key"},
        {"key_header": None},
        {"base_url": "http://a.example"},
        {"timeout_s": 0},
        {"x": 1},
    ],
)
def test_facts_that_contradict_themselves_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Vendor.model_validate({**vendor_named("moz").model_dump(), **change})


@pytest.mark.parametrize("vendor", all_vendors().values(), ids=lambda vendor: vendor.name)
def test_every_failure_of_every_vendor_says_what_to_do(vendor: Vendor) -> None:
    kinds: tuple[FailureKind, ...] = FailureKind.__args__  # type: ignore[attr-defined]
    quotas: tuple[QuotaWindow, ...] = QuotaWindow.__args__  # type: ignore[attr-defined]
    failures = [failed(vendor, kind) for kind in kinds if kind != "quota_exhausted"]
    failures += [failed(vendor, "quota_exhausted", quota=quota) for quota in quotas]
    for failure in failures:
        assert "{" not in failure.text
        assert failure.message.endswith(".")
        assert failure.remedy.endswith(".")
    texts = {failure.text for failure in failures}
    assert len(texts) == len(failures)


def test_every_code_of_a_vendor_stands_for_something_known() -> None:
    kinds = set(FailureKind.__args__)  # type: ignore[attr-defined]
    for vendor in all_vendors().values():
        for meaning in vendor.errors.values():
            assert meaning in kinds | {"no_data", "quota:units"}


def test_results_name_their_units() -> None:
    units: dict[type[Result], set[str]] = {
        vendors.KeywordDemands: {"search", "score", "USD", "ratio", "count", "visit"},
        vendors.CruxRecord: {"ms", "score", "ratio"},
        vendors.SearchReport: {"click", "impression", "ratio", "count"},
        vendors.SiteAuthority: {"score", "percent", "count", "page"},
    }
    from ag2_marketing_tools.marks import marked

    for model, expected in units.items():
        assert set(marked(model, "unit").values()) == expected


def test_vendors_words_are_marked_as_not_ours() -> None:
    from ag2_marketing_tools.marks import marked

    assert set(marked(Failure, "untrusted")) == {"/said"}
    assert "/rows/*/keys/*" in marked(vendors.SearchReport, "untrusted")
    assert "/keywords/*/keyword" in marked(vendors.KeywordDemands, "untrusted")


def test_documentation_is_named_by_https() -> None:
    for vendor in all_vendors().values():
        assert re.fullmatch(r"https://\S+", vendor.documentation)
        assert vendor.cost.endswith(".")
        assert vendor.quota_resets.endswith(".")
        assert vendor.permission.endswith(".")
